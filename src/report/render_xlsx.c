/* A report as a spreadsheet: a first sheet that says what it is and what is where, then a
 * sheet for each table and figure, then the legend of the scales. */
#include "report/render_xlsx.h"

#include <stdlib.h>

#include "base/date.h"
#include "report/compose.h"
#include "report/layout.h"
#include "report/logo.h"
#include "report/phrases.h"
#include "report/render.h"
#include "report/xlsx_parts.h"

#define LABEL_WIDTH 30
#define VALUE_WIDTH 100
#define LOGO_WIDTH 220.0
#define LOGO_HEIGHT 80.0
#define LARGE_CELLS 100000 /* from here on it is written row by row */
#define MOST_SHEETS 250
#define PROSE_LINES 22 /* of a paragraph in one row: no spreadsheet makes a row higher than 27 */
#define PROSE_WIDTH ((LABEL_WIDTH + VALUE_WIDTH) * 9 / 10) /* where letters may be wide */

struct workbook {
	struct xlsx_book book;
	const struct document *document;
	const struct report_scale *scale;
	const char *home; /* the first sheet */
	ARENA_LIST(struct xlsx_part) parts;
};

/* ---- What becomes a sheet ------------------------------------------------------------- */

/* A table without rows needs no sheet to say so. */
static bool is_part(const struct document_block *block)
{
	return block->type == DOCUMENT_FIGURE_BLOCK || (block->type == DOCUMENT_TABLE_BLOCK && block->table->cells.count);
}

static const char *part_name(struct workbook *workbook, const struct document_section *section,
                             const struct document_figure *figure)
{
	static const char *const types[] = { [DOCUMENT_MATRIX] = "matrix", [DOCUMENT_TIMELINE] = "timeline",
		                                 [DOCUMENT_HEAT] = "heat",   [DOCUMENT_DEPENDENCIES] = "dependencies" };
	char name[XLSX_SHEET_NAME];

	if (!figure)
		return xlsx_sheet_name(&workbook->book, section->name);
	if (figure->type != DOCUMENT_BARS)
		return xlsx_sheet_name(&workbook->book, types[figure->type]);
	snprintf(name, sizeof name, "%.24s-chart", section->name);
	return xlsx_sheet_name(&workbook->book, name);
}

/* Timelines were cut to the length of a page; a sheet has room for all of a section. */
static bool goes_on(const struct xlsx_part *part, const struct document_block *block)
{
	return part && part->figure && part->figure->type == DOCUMENT_TIMELINE && block->figure &&
	       block->figure->type == DOCUMENT_TIMELINE;
}

/* Texts of a section go with the table or figure that they stand before; the last ones
 * with the one that they follow. */
static void plan_section(struct workbook *workbook, const struct document_section *section)
{
	struct xlsx_part *part = NULL;
	size_t first = 0;

	for (size_t i = 0; i < section->blocks.count && workbook->parts.count < MOST_SHEETS; i++) {
		const struct document_block *block = &section->blocks.items[i];
		if (goes_on(part, block)) {
			part->last = part->end = i;
		} else if (is_part(block)) {
			part = arena_add(&workbook->book.arena, &workbook->parts);
			if (!part)
				return;
			*part = (struct xlsx_part){ .section = section, .first = first, .block = i, .last = i, .end = i,
				                        .table = block->table, .figure = block->figure };
			part->name = part_name(workbook, section, block->figure);
		} else {
			continue;
		}
		first = i + 1;
	}
	if (part)
		part->end = section->blocks.count;
}

static void plan_scale(struct workbook *workbook)
{
	struct xlsx_part *part =
	    workbook->scale->bands.count ? arena_add(&workbook->book.arena, &workbook->parts) : NULL;

	if (part)
		*part = (struct xlsx_part){ .name = xlsx_sheet_name(&workbook->book, "scales") };
}

static bool is_large(const struct document *document)
{
	size_t cells = 0;

	for (size_t i = 0; i < document->sections.count; i++)
		for (size_t j = 0; j < document->sections.items[i].blocks.count; j++)
			if (document->sections.items[i].blocks.items[j].table)
				cells += document->sections.items[i].blocks.items[j].table->cells.count;
	return cells > LARGE_CELLS;
}

/* ---- The first sheet --------------------------------------------------------------------- */

/* The logo over the name and the address; returns the next row. */
static uint32_t put_letterhead(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row)
{
	const struct report_letterhead *letterhead = &workbook->document->letterhead;
	struct xlsx_book *book = &workbook->book;

	if (!*letterhead->name)
		return row;
	if (letterhead->logo.size) {
		double scale = logo_scale(letterhead, LOGO_WIDTH, LOGO_HEIGHT);
		lxw_image_options look = { .x_offset = 2, .y_offset = 2, .x_scale = scale, .y_scale = scale, .decorative = 1 };
		double points = letterhead->logo_height * scale * 3 / 4 + 6;
		if (book->failed || book->library->worksheet_set_row(sheet, row, points, NULL) ||
		    book->library->worksheet_insert_image_buffer_opt(sheet, row, 0, (const unsigned char *)letterhead->logo.data,
		                                                     letterhead->logo.size, &look))
			book->failed = true;
		row++;
	}
	xlsx_prose(book, sheet, row++, (LABEL_WIDTH + VALUE_WIDTH) * 11 / 13, 2, letterhead->name,
	           &(struct xlsx_style){ .is_bold = true, .size = 13 });
	if (*letterhead->address)
		xlsx_prose(book, sheet, row++, LABEL_WIDTH + VALUE_WIDTH, 2, letterhead->address, &(struct xlsx_style){ 0 });
	return row + 1;
}

static uint32_t put_facts(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row)
{
	const struct document *document = workbook->document;

	for (size_t i = 0; i < document->facts.count; i++, row++) {
		xlsx_text(&workbook->book, sheet, row, 0, document->facts.items[i].label,
		          &(struct xlsx_style){ .is_head = true });
		xlsx_text(&workbook->book, sheet, row, 1, document->facts.items[i].value,
		          &(struct xlsx_style){ .is_framed = true });
	}
	return row;
}

/* What is said of a part beside the link to it: its title, where that is not the section's. */
static void put_link(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row, const struct xlsx_part *part)
{
	const char *title = xlsx_part_title(part);

	xlsx_link(&workbook->book, sheet, row, 0, part->name, part->name);
	xlsx_text(&workbook->book, sheet, row, 1, title, &(struct xlsx_style){ 0 });
}

static void put_piece(struct workbook *workbook, lxw_worksheet *sheet, uint32_t *row, struct buffer *piece,
                      const struct xlsx_style *style)
{
	if (piece->size)
		xlsx_prose(&workbook->book, sheet, (*row)++, PROSE_WIDTH, 2, buffer_text(piece), style);
	workbook->book.failed |= piece->failed;
	buffer_clear(piece);
}

/* A paragraph over as many rows as it needs; returns the next one. */
static uint32_t put_paragraph(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row, const char *text,
                              const struct xlsx_style *style)
{
	struct span rest = span_of(text), line;
	struct buffer piece = { 0 };
	unsigned lines = 0, more;

	while ((line = layout_line(&rest, (size_t)PROSE_WIDTH * 9 / 10 * PROSE_LINES)).size) {
		char *copy = span_copy(line);
		more = copy ? xlsx_lines(copy, PROSE_WIDTH) : 0;
		workbook->book.failed |= !copy;
		free(copy);
		if (lines + more > PROSE_LINES) {
			put_piece(workbook, sheet, &row, &piece, style);
			lines = 0;
		}
		if (piece.size)
			buffer_append_char(&piece, '\n');
		buffer_append_span(&piece, line);
		lines += more;
	}
	put_piece(workbook, sheet, &row, &piece, style);
	buffer_free(&piece);
	return row;
}

/* What has no sheet is said here: that a table has no rows, and the texts of a section
 * without any table. */
static uint32_t put_texts(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row,
                          const struct document_section *section, bool has_part)
{
	for (size_t i = 0; i < section->blocks.count; i++) {
		const struct document_block *block = &section->blocks.items[i];
		struct xlsx_style style = { .is_small = block->type != DOCUMENT_PARAGRAPH };
		if (is_part(block) || (has_part && !block->table))
			continue;
		row = put_paragraph(workbook, sheet, row, block->table ? block->table->none : block->text, &style);
	}
	return row;
}

static uint32_t put_section(struct workbook *workbook, lxw_worksheet *sheet, uint32_t row,
                            const struct document_section *section)
{
	bool has_part = false;

	xlsx_prose(&workbook->book, sheet, row++, LABEL_WIDTH + VALUE_WIDTH, 2, section->title,
	           &(struct xlsx_style){ .is_bold = true, .size = section->level < 2 ? 12 : 0 });
	for (size_t i = 0; i < workbook->parts.count; i++)
		if (workbook->parts.items[i].section == section) {
			put_link(workbook, sheet, row++, &workbook->parts.items[i]);
			has_part = true;
		}
	return put_texts(workbook, sheet, row, section, has_part);
}

/* Whether it is words alone, such as a foreword. */
static bool is_words(const struct document_section *section)
{
	for (size_t i = 0; i < section->blocks.count; i++)
		if (section->blocks.items[i].table || section->blocks.items[i].figure)
			return false;
	return section->blocks.count > 0;
}

static void put_first(struct workbook *workbook)
{
	const struct document *document = workbook->document;
	struct xlsx_book *book = &workbook->book;
	lxw_worksheet *sheet = xlsx_sheet(book, workbook->home);
	unsigned width = LABEL_WIDTH + VALUE_WIDTH;
	uint32_t row = 0;

	if (!sheet)
		return;
	if (book->library->worksheet_set_column(sheet, 0, 0, LABEL_WIDTH, NULL) ||
	    book->library->worksheet_set_column(sheet, 1, 1, VALUE_WIDTH, NULL))
		book->failed = true;
	if (*document->stamp)
		xlsx_prose(book, sheet, row++, width * 11 / 15, 2, document->stamp,
		           &(struct xlsx_style){ .is_alarm = true, .size = 15 });
	row = put_letterhead(workbook, sheet, row);
	xlsx_prose(book, sheet, row++, width * 11 / 20, 2, document->title,
	           &(struct xlsx_style){ .is_bold = true, .size = 20 });
	if (*document->subtitle)
		xlsx_prose(book, sheet, row++, width * 11 / 13, 2, document->subtitle, &(struct xlsx_style){ .size = 13 });
	if (*document->marking)
		xlsx_prose(book, sheet, row++, width, 2, document->marking, &(struct xlsx_style){ .is_bold = true });
	if (*document->notice)
		xlsx_prose(book, sheet, row++, width, 2, document->notice, &(struct xlsx_style){ .is_bold = true });
	row = put_facts(workbook, sheet, row + 1) + 1;
	size_t next = 0;
	for (; next < document->sections.count && is_words(&document->sections.items[next]); next++)
		row = put_section(workbook, sheet, row, &document->sections.items[next]) + 1;
	xlsx_prose(book, sheet, row, width * 11 / 15, 2, say(PHRASE_CONTENTS),
	           &(struct xlsx_style){ .is_bold = true, .size = 15 });
	row++;
	for (; next < document->sections.count; next++)
		row = put_section(workbook, sheet, row, &document->sections.items[next]);
	for (size_t i = 0; i < workbook->parts.count; i++)
		if (!workbook->parts.items[i].section)
			put_link(workbook, sheet, ++row, &workbook->parts.items[i]);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void put_part(struct workbook *workbook, const struct xlsx_part *part)
{
	if (part->table)
		xlsx_table(&workbook->book, part, workbook->home);
	else if (part->figure)
		xlsx_figure(&workbook->book, part, workbook->home);
	else
		xlsx_scale(&workbook->book, part, workbook->scale, workbook->home);
}

int xlsx_document(const struct document *document, const struct report_scale *scale, const char *generated, FILE *to,
                  struct qorgan_error *error)
{
	struct workbook workbook = { .document = document, .scale = scale };
	struct xlsx_about about = { .title = document->title, .subject = document->subtitle, .marking = document->marking,
		                        .stamp = document->stamp, .is_large = is_large(document) };

	if (!time_parse(span_of(generated), &about.created))
		about.created = 1; /* 0 would be the clock's */
	int code = xlsx_book_open(&workbook.book, &about, error);
	if (code) {
		xlsx_book_abandon(&workbook.book);
		return code;
	}
	workbook.home = xlsx_sheet_name(&workbook.book, "report");
	for (size_t i = 0; i < document->sections.count; i++)
		plan_section(&workbook, &document->sections.items[i]);
	plan_scale(&workbook);
	put_first(&workbook);
	for (size_t i = 0; i < workbook.parts.count; i++)
		put_part(&workbook, &workbook.parts.items[i]);
	return xlsx_book_finish(&workbook.book, to, error);
}

void render_xlsx(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct document document;

	(void)look;
	document_start(&document);
	if (!compose_document(model, &document))
		error_set_memory(&output->error);
	else
		xlsx_document(&document, &model->scale, model->generated, output->file, &output->error);
	output->failed |= output->error.code != QORGAN_OK;
	document_free(&document);
}
