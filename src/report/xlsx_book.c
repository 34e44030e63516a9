/* The workbook, on libxlsxwriter. */
#include "report/xlsx_book.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/date.h"
#include "base/scratch.h"
#include "base/text.h"
#include "report/phrases.h"

#define TEXT_UNITS 32000        /* of UTF-16; a cell may hold 32,767 */
#define HEADER_LIMIT 255        /* characters of a header or footer */
#define HEADER_TITLE 120        /* of them, of the title, */
#define HEADER_MARKING 60       /* of the marking */
#define HEADER_STAMP 48         /* and of the word for a draft; the rest are codes */
#define SHEETS_ALIKE 10000      /* names that differ by their number only */
#define FIRST_DAY_SERIAL 25569  /* 1970-01-01 */
#define FIRST_DATE 61           /* 1900-03-01: days before it are counted in two ways */
#define LINE_POINTS 15
#define ROW_POINTS_MOST 409
#define COLOUR_LINE 0xB8B8B8
#define COLOUR_HEAD 0xE4E9EE
#define COLOUR_ALARM 0xB00020
#define COLOUR_LINK 0x0B57D0
#define COLOUR_SMALL 0x555555

_Static_assert(HEADER_TITLE + HEADER_MARKING + HEADER_STAMP < HEADER_LIMIT, "a header has room for all");

/* ---- Opening and finishing -------------------------------------------------------- */

/* A text within a header, where "&" begins a code. */
static void header_text(struct buffer *to, const char *text, size_t limit)
{
	struct span span = span_of(text);
	uint32_t code;

	for (size_t at = 0, start = 0, count = 0; count < limit && text_decode(span, &at, &code); start = at, count++) {
		if (code < ' ')
			buffer_append_char(to, ' ');
		else if (code == '&')
			buffer_append_text(to, "&&");
		else
			buffer_append(to, text + start, at - start);
	}
}

static const char *keep(struct xlsx_book *book, struct buffer *text)
{
	const char *kept = arena_text(&book->arena, buffer_span(text));

	book->failed |= text->failed;
	buffer_free(text);
	return kept;
}

/* What stands in the middle of head and foot: the marking, and that it is a draft. */
static void header_middle(struct buffer *to, const struct xlsx_about *about)
{
	if (!*about->marking && !*about->stamp)
		return;
	buffer_append_text(to, "&C&\"-,Bold\"");
	header_text(to, about->marking, HEADER_MARKING / 2); /* "&&" counts twice */
	buffer_append_text(to, *about->marking && *about->stamp ? " \u00b7 " : "");
	header_text(to, about->stamp, HEADER_STAMP / 2);
}

/* The title fits beside it. */
static void header_make(struct xlsx_book *book, const struct xlsx_about *about)
{
	struct buffer header = { 0 }, footer = { 0 };

	buffer_append_text(&header, "&L");
	header_text(&header, about->title, HEADER_TITLE / 2);
	header_middle(&header, about);
	header_middle(&footer, about);
	buffer_append_text(&header, "&R&A");
	buffer_append_text(&footer, "&R&P / &N");
	book->header = keep(book, &header);
	book->footer = keep(book, &footer);
}

int xlsx_book_open(struct xlsx_book *book, const struct xlsx_about *about, struct qorgan_error *error)
{
	const char *place = scratch_place();
	char path[40];

	*book = (struct xlsx_book){ .descriptor = -1 };
	if (!place)
		return error_set(error, QORGAN_CANNOT_CREATE, "there is no place in memory for the parts of a spreadsheet, and "
		                 "plain text is not written to a disk: set XDG_RUNTIME_DIR to a tmpfs");
	book->library = xlsx_library(error);
	if (!book->library)
		return QORGAN_CANNOT_CREATE;
	book->descriptor = memfd_create("qorgan", MFD_CLOEXEC);
	if (book->descriptor < 0)
		return error_set_system(error, QORGAN_CANNOT_CREATE, "there is no memory for a spreadsheet");
	snprintf(path, sizeof path, "/proc/self/fd/%d", book->descriptor);
	lxw_workbook_options options = { .constant_memory = about->is_large,
		                             .tmpdir = (char *)arena_text(&book->arena, span_of(place)) };
	book->workbook = book->library->workbook_new_opt(path, &options);
	if (!book->workbook)
		return error_set_memory(error);
	lxw_doc_properties properties = { .title = (char *)xlsx_clean(book, about->title),
		                              .subject = (char *)xlsx_clean(book, about->subject),
		                              .keywords = (char *)xlsx_clean(book, about->marking),
		                              .company = (char *)"", .author = (char *)"Qorgan",
		                              .created = about->created };
	if (book->library->workbook_set_properties(book->workbook, &properties))
		return error_set_memory(error);
	header_make(book, about);
	return QORGAN_OK;
}

static bool copy_out(int descriptor, FILE *to)
{
	char piece[16384];
	ssize_t size;

	for (off_t at = 0; (size = pread(descriptor, piece, sizeof piece, at)) > 0; at += size)
		if (fwrite(piece, 1, (size_t)size, to) != (size_t)size)
			return false;
	return size == 0;
}

int xlsx_book_finish(struct xlsx_book *book, FILE *to, struct qorgan_error *error)
{
	lxw_error failure = book->library->workbook_close(book->workbook);
	int code = QORGAN_OK;

	book->workbook = NULL;
	if (book->arena.failed || failure == LXW_ERROR_MEMORY_MALLOC_FAILED)
		code = error_set_memory(error);
	else if (book->failed)
		code = error_set(error, QORGAN_INTERNAL, "the report does not fit a spreadsheet: choose another format");
	else if (failure)
		code = error_set(error, QORGAN_IO, "libxlsxwriter could not write the spreadsheet (its error %d): is there "
		                 "room in XDG_RUNTIME_DIR or /dev/shm?", (int)failure);
	else if (!copy_out(book->descriptor, to))
		code = error_set_system(error, QORGAN_IO, "the spreadsheet could not be written");
	xlsx_book_abandon(book);
	return code;
}

void xlsx_book_abandon(struct xlsx_book *book)
{
	if (book->workbook)
		book->library->workbook_close(book->workbook);
	if (book->descriptor >= 0)
		close(book->descriptor);
	arena_free(&book->arena);
	*book = (struct xlsx_book){ .descriptor = -1 };
}

/* ---- Sheets --------------------------------------------------------------------------- */

static bool name_is_taken(const struct xlsx_book *book, const char *name)
{
	for (size_t i = 0; i < book->names.count; i++)
		if (strcasecmp(book->names.items[i], name) == 0)
			return true;
	return strcasecmp(name, "history") == 0; /* which spreadsheets keep for themselves */
}

const char *xlsx_sheet_name(struct xlsx_book *book, const char *wanted)
{
	char clean[XLSX_SHEET_NAME] = "", name[XLSX_SHEET_NAME];
	size_t size = 0;

	for (const char *at = wanted; *at && size < sizeof clean - 1; at++) {
		bool fits = *at > ' ' && *at < 0x7F && !strchr("[]:*?/\\'", *at);
		clean[size++] = fits ? *at : '-';
	}
	clean[size] = '\0';
	snprintf(name, sizeof name, "%s", size ? clean : "sheet");
	for (unsigned number = 2; name_is_taken(book, name) && number < SHEETS_ALIKE; number++) {
		char ending[12];
		int length = snprintf(ending, sizeof ending, "-%u", number);
		snprintf(name, sizeof name, "%.*s%s", (int)sizeof name - 1 - length, size ? clean : "sheet", ending);
	}
	const char **place = arena_add(&book->arena, &book->names);
	const char *kept = arena_text(&book->arena, span_of(name));
	if (place)
		*place = kept;
	return kept;
}

lxw_worksheet *xlsx_sheet(struct xlsx_book *book, const char *name)
{
	const struct xlsx_library *library = book->library;
	lxw_worksheet *sheet = book->failed ? NULL : library->workbook_add_worksheet(book->workbook, name);

	if (!sheet) {
		book->failed = true;
		return NULL;
	}
	library->worksheet_set_paper(sheet, 9); /* A4 */
	library->worksheet_set_landscape(sheet);
	library->worksheet_fit_to_pages(sheet, 1, 0);
	library->worksheet_set_margins(sheet, 0.5, 0.5, 0.8, 0.8);
	if (library->worksheet_set_header(sheet, book->header) || library->worksheet_set_footer(sheet, book->footer))
		book->failed = true;
	return sheet;
}

/* ---- Styles ---------------------------------------------------------------------------- */

static bool style_equal(const struct xlsx_style *a, const struct xlsx_style *b)
{
	return a->has_ground == b->has_ground && a->ground == b->ground && a->is_bold == b->is_bold &&
	       a->is_small == b->is_small && a->is_head == b->is_head && a->is_link == b->is_link &&
	       a->is_alarm == b->is_alarm && a->is_centred == b->is_centred && a->is_framed == b->is_framed &&
	       a->is_open == b->is_open && a->no_wrap == b->no_wrap &&
	       a->size == b->size &&
	       (a->number_format && b->number_format ? strcmp(a->number_format, b->number_format) == 0
	                                             : a->number_format == b->number_format);
}

/* Whether white letters are easier to read on a ground than black ones: by its
 * luminance, roughly as WCAG weighs it. */
static bool is_dark(uint32_t colour)
{
	return (colour >> 16 & 255) * 299 + (colour >> 8 & 255) * 587 + (colour & 255) * 114 < 128 * 1000;
}

static void format_fill(const struct xlsx_library *library, lxw_format *format, const struct xlsx_style *style)
{
	bool has_ground = style->has_ground || style->is_head;
	uint32_t ground = style->has_ground ? style->ground : COLOUR_HEAD;

	if (!style->no_wrap)
		library->format_set_text_wrap(format);
	if (style->is_open)
		library->format_set_unlocked(format);
	library->format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (style->is_centred)
		library->format_set_align(format, LXW_ALIGN_CENTER);
	if (style->number_format)
		library->format_set_num_format(format, style->number_format);
	if (style->is_bold || style->is_head || style->is_alarm)
		library->format_set_bold(format);
	if (style->size || style->is_small)
		library->format_set_font_size(format, style->size ? style->size : 9);
	if (style->is_framed || style->is_head) {
		library->format_set_border(format, LXW_BORDER_THIN);
		library->format_set_border_color(format, COLOUR_LINE);
	}
	if (has_ground)
		library->format_set_bg_color(format, ground);
	if (has_ground && is_dark(ground))
		library->format_set_font_color(format, LXW_COLOR_WHITE);
	else if (style->is_alarm)
		library->format_set_font_color(format, COLOUR_ALARM);
	else if (style->is_link)
		library->format_set_font_color(format, COLOUR_LINK);
	else if (style->is_small)
		library->format_set_font_color(format, COLOUR_SMALL);
	if (style->is_link)
		library->format_set_underline(format, LXW_UNDERLINE_SINGLE);
}

/* NULL after a failure. */
static lxw_format *xlsx_format(struct xlsx_book *book, const struct xlsx_style *style)
{
	for (size_t i = 0; i < book->looks.count; i++)
		if (style_equal(&book->looks.items[i].style, style))
			return book->looks.items[i].format;
	struct xlsx_look *look = book->failed ? NULL : arena_add(&book->arena, &book->looks);
	lxw_format *format = look ? book->library->workbook_add_format(book->workbook) : NULL;
	if (!format) {
		book->failed = true;
		return NULL;
	}
	look->style = *style;
	if (style->number_format)
		look->style.number_format = arena_text(&book->arena, span_of(style->number_format));
	look->format = format;
	format_fill(book->library, format, &look->style);
	return format;
}

bool xlsx_colour(const char *text, uint32_t *colour)
{
	char *end;

	if (text[0] != '#' || strspn(text + 1, "0123456789abcdefABCDEF") != 6 || text[7])
		return false;
	*colour = (uint32_t)strtoul(text + 1, &end, 16);
	return true;
}

/* ---- Cells ------------------------------------------------------------------------------- */

/* "_x000D_" is how a spreadsheet writes a character that XML cannot hold: a text that
 * has such letters itself must not be read so. */
static bool is_escape(const char *text)
{
	return text[0] == '_' && text[1] == 'x' && strspn(text + 2, "0123456789abcdefABCDEF") >= 4 && text[6] == '_';
}

static bool is_plain(const char *text)
{
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' ? *at != '\n' && *at != '\t'
		                             : (*at == '_' && is_escape(at)) || strncmp(at, "\uFFFF", 2) == 0)
			return false;
	return strlen(text) < TEXT_UNITS && text_is_utf8(span_of(text));
}

const char *xlsx_clean(struct xlsx_book *book, const char *text)
{
	struct span span = span_of(text);
	struct buffer clean = { 0 };
	size_t at = 0, start = 0, units = 0;
	uint32_t code;

	if (is_plain(text))
		return text;
	while (at < span.size && units < TEXT_UNITS) {
		bool is_good = text_decode(span, &at, &code);
		if (!is_good)
			at = start + 1;
		if (is_good && is_escape(text + start))
			buffer_append_text(&clean, "_x005F");
		if (!is_good || code == 0xFFFE || code == 0xFFFF || (code < ' ' && code != '\n' && code != '\t'))
			buffer_append_text(&clean, "\uFFFD");
		else
			buffer_append(&clean, text + start, at - start);
		units += is_good && code > 0xFFFF ? 2 : 1;
		start = at;
	}
	if (at < span.size)
		buffer_append_text(&clean, " [...]");
	return keep(book, &clean);
}

void xlsx_text(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *text,
               const struct xlsx_style *style)
{
	struct xlsx_style look = *style;

	if (!*text) {
		xlsx_blank(book, sheet, row, column, style);
		return;
	}
	/* The cell holds a string and no formula; with the format "text" it also stays one
	 * when somebody edits it. */
	if (!look.number_format && strchr("=+-@\t", text[0]))
		look.number_format = "@";
	lxw_format *format = xlsx_format(book, &look);
	if (!book->failed && book->library->worksheet_write_string(sheet, row, column, xlsx_clean(book, text), format))
		book->failed = true;
}

void xlsx_number(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, double number,
                 const struct xlsx_style *style)
{
	lxw_format *format = xlsx_format(book, style);

	if (!book->failed && book->library->worksheet_write_number(sheet, row, column, number, format))
		book->failed = true;
}

bool xlsx_day(const char *date, double *serial)
{
	date_day day;

	if (!date_parse(span_of(date), &day) || day + FIRST_DAY_SERIAL < FIRST_DATE)
		return false;
	*serial = (double)day + FIRST_DAY_SERIAL;
	return true;
}

/* As the language writes a day; what stands between its numbers is no code of the spreadsheet. */
static void append_day_format(struct buffer *to, bool is_alarm)
{
	struct buffer day = { 0 };

	say_with(&day, PHRASE_DAY, "yyyy", "mm", "dd");
	buffer_append_text(to, is_alarm ? "\"\u25b2 \"" : "");
	for (const char *at = buffer_text(&day); *at; at++) {
		if (!strchr("ymd", *at))
			buffer_append_char(to, '\\');
		buffer_append_char(to, *at);
	}
	to->failed |= day.failed;
	buffer_free(&day);
}

void xlsx_date(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *date,
               const struct xlsx_style *style)
{
	struct xlsx_style look = *style;
	struct buffer format = { 0 };
	double serial;

	if (!xlsx_day(date, &serial)) {
		look.number_format = NULL;
		xlsx_text(book, sheet, row, column, date, &look);
		return;
	}
	append_day_format(&format, style->is_alarm);
	book->failed |= format.failed;
	look.number_format = buffer_text(&format);
	xlsx_number(book, sheet, row, column, serial, &look);
	buffer_free(&format);
}

void xlsx_blank(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                const struct xlsx_style *style)
{
	lxw_format *format = xlsx_format(book, style);

	if (!book->failed && book->library->worksheet_write_blank(sheet, row, column, format))
		book->failed = true;
}

void xlsx_link(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, const char *name,
               const char *text)
{
	lxw_format *format = xlsx_format(book, &(struct xlsx_style){ .is_link = true });
	char target[XLSX_SHEET_NAME + 16];

	snprintf(target, sizeof target, "internal:'%s'!A1", name);
	if (!book->failed && (book->library->worksheet_write_url(sheet, row, column, target, format) ||
	                      book->library->worksheet_write_string(sheet, row, column, xlsx_clean(book, text), format)))
		book->failed = true;
}

/* Broken between words, so that a part of each line stays empty. */
static unsigned line_lines(struct span line, unsigned width)
{
	size_t columns = text_width(line);

	return columns <= width ? 1 : (unsigned)((columns * 10 + width * 9 - 1) / (width * 9));
}

unsigned xlsx_lines(const char *text, unsigned width)
{
	struct span rest = span_of(text), line;
	unsigned lines = 0;

	if (width == 0)
		width = 1;
	while (text_line_take(&rest, &line))
		lines += line_lines(line, width);
	return lines + line_lines(rest, width);
}

void xlsx_row_lines(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, unsigned lines)
{
	unsigned points = lines * LINE_POINTS;

	if (lines > 1 && !book->failed &&
	    book->library->worksheet_set_row(sheet, row, points < ROW_POINTS_MOST ? points : ROW_POINTS_MOST, NULL))
		book->failed = true;
}

unsigned xlsx_prose(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, unsigned width, uint16_t columns,
                    const char *text, const struct xlsx_style *style)
{
	unsigned lines = xlsx_lines(text, width), points = lines * LINE_POINTS * (style->size ? style->size : 11) / 11;
	lxw_format *format = xlsx_format(book, style);

	if (book->failed)
		return lines;
	/* What is merged is not made as high as its text by the spreadsheet itself. */
	if (book->library->worksheet_set_row(sheet, row, points < ROW_POINTS_MOST ? points : ROW_POINTS_MOST, NULL) ||
	    (columns > 1 && book->library->worksheet_merge_range(sheet, row, 0, row, (uint16_t)(columns - 1), "", format)))
		book->failed = true;
	xlsx_text(book, sheet, row, 0, text, style);
	return lines;
}
