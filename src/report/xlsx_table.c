/* A table as a sheet: typed cells, a filter, a head that stays in sight. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "report/phrases.h"
#include "report/xlsx_parts.h"

#define WIDTH_LEAST 7
#define WIDTH_MOST 60
#define WIDTH_DATE 13
#define FILTER_WIDTH 3     /* of the button beside a column's name */
#define HEAD_LINES_MOST 8  /* that may stay in sight above a table's head */
#define COLUMNS_MOST 256
#define NUMBER_MOST ((int64_t)1 << 53)

/* ---- What stands around a table or figure ---------------------------------------------- */

const char *xlsx_part_title(const struct xlsx_part *part)
{
	if (!part->section)
		return say(PHRASE_SCALES);
	if (part->last > part->block)
		return say(PHRASE_TIMELINE);
	if (part->table && *part->table->caption)
		return part->table->caption;
	return part->figure && *part->figure->title ? part->figure->title : part->section->title;
}

static uint32_t put_texts(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, size_t first,
                          size_t end, uint32_t row, unsigned width, uint16_t columns)
{
	for (size_t i = first; part->section && i < end; i++) {
		const struct document_block *block = &part->section->blocks.items[i];
		if (block->type == DOCUMENT_PARAGRAPH || block->type == DOCUMENT_NOTE)
			xlsx_prose(book, sheet, row++, width, columns, block->text,
			           &(struct xlsx_style){ .is_small = block->type == DOCUMENT_NOTE });
	}
	return row;
}

/* Whether so many texts stand before the table that they would fill the window. */
static bool is_long(const struct xlsx_part *part, unsigned width)
{
	unsigned lines = 0;

	for (size_t i = part->first; part->section && i < part->block; i++)
		lines += xlsx_lines(part->section->blocks.items[i].text, width);
	return lines > HEAD_LINES_MOST;
}

uint32_t xlsx_part_head(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, const char *home,
                        unsigned width, uint16_t columns)
{
	const char *title = xlsx_part_title(part);
	bool is_alike = !part->section || strcmp(title, part->section->title) == 0;

	xlsx_prose(book, sheet, 0, width * 11 / 15, columns, is_alike ? title : part->section->title,
	           &(struct xlsx_style){ .is_bold = true, .size = 15 });
	if (!is_alike)
		xlsx_prose(book, sheet, 1, width, columns, title, &(struct xlsx_style){ .is_bold = true });
	uint32_t row = is_alike ? 1 : 2;
	xlsx_link(book, sheet, row++, 0, home, say(PHRASE_CONTENTS));
	if (part->table && is_long(part, width))
		return row;
	return put_texts(book, sheet, part, part->first, part->block, row, width, columns);
}

void xlsx_part_foot(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, uint32_t row,
                    unsigned width, uint16_t columns)
{
	row++;
	if (part->table && is_long(part, width))
		row = put_texts(book, sheet, part, part->first, part->block, row, width, columns);
	put_texts(book, sheet, part, part->last, part->end, row, width, columns);
}

/* ---- Cells --------------------------------------------------------------------------------- */

/* Writes how a level is shown, as a format of the number that its score is: the text
 * up to the score is put before it. */
static const char *level_format(struct xlsx_book *book, const char *text)
{
	size_t size = strlen(text);

	while (size && text[size - 1] >= '0' && text[size - 1] <= '9')
		size--;
	struct buffer format = { 0 };
	buffer_append_char(&format, '"');
	for (size_t i = 0; i < size; i++)
		if (text[i] != '"')
			buffer_append_char(&format, text[i]);
	buffer_append_text(&format, "\"0");
	const char *kept = arena_text(&book->arena, buffer_span(&format));
	book->failed |= format.failed;
	buffer_free(&format);
	return kept;
}

static void put_level(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column, int64_t score,
                      const char *text, const char *colour)
{
	struct xlsx_style style = { .is_framed = true, .is_centred = true };

	style.has_ground = xlsx_colour(colour, &style.ground);
	style.number_format = level_format(book, text);
	xlsx_number(book, sheet, row, column, (double)score, &style);
}

void xlsx_level(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                const struct report_level *level)
{
	char text[64];

	if (!level->score) {
		xlsx_blank(book, sheet, row, column, &(struct xlsx_style){ .is_framed = true });
		return;
	}
	snprintf(text, sizeof text, "%u\u00d7%u = %u", level->likelihood, level->impact, level->score);
	put_level(book, sheet, row, column, level->score, text, level->colour ? level->colour : "");
}

/* What alarms has a sign before it, which is not part of the value. */
static void put_cell(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                     const struct document_cell *cell)
{
	struct xlsx_style style = { .is_framed = true, .is_alarm = cell->alarm };
	char date[DATE_TEXT_SIZE];

	style.has_ground = xlsx_colour(cell->colour, &style.ground);
	switch (cell->type) {
	case DOCUMENT_NUMBER:
		style.number_format = cell->alarm ? "\"\u25b2 \"0" : "0";
		if (cell->number <= NUMBER_MOST && cell->number >= -NUMBER_MOST) {
			xlsx_number(book, sheet, row, column, (double)cell->number, &style);
			return;
		}
		break; /* a spreadsheet would round it */
	case DOCUMENT_PERCENT:
		style.number_format = cell->alarm ? "\"\u25b2 \"0%" : "0%";
		xlsx_number(book, sheet, row, column, (double)cell->number / 100, &style);
		return;
	case DOCUMENT_DATE:
		date_format((date_day)cell->number, date);
		xlsx_date(book, sheet, row, column, date, &style);
		return;
	case DOCUMENT_LEVEL:
		put_level(book, sheet, row, column, cell->number, cell->text, cell->colour);
		return;
	case DOCUMENT_EMPTY:
		xlsx_blank(book, sheet, row, column, &style);
		return;
	case DOCUMENT_TEXT:
		break;
	}
	style.number_format = cell->alarm ? "\"\u25b2 \"@" : NULL;
	xlsx_text(book, sheet, row, column, cell->text, &style);
}

/* ---- The sheet --------------------------------------------------------------------------------- */

static unsigned longest_word(const char *text)
{
	unsigned longest = 0;

	for (const char *at = text; *at;) {
		size_t size = strcspn(at, " \n");
		size_t width = text_width((struct span){ at, size });
		if (width > longest)
			longest = (unsigned)width;
		at += size + (at[size] != '\0');
	}
	return longest;
}

/* As wide as what is in it, up to twice its share of a page, as there is more room than
 * on one; the rest is wrapped. */
static unsigned column_width(const struct document_table *table, size_t column)
{
	const struct document_column *about = &table->columns[column];
	unsigned most = about->width && about->width < WIDTH_MOST / 2 ? about->width * 2 : WIDTH_MOST;
	unsigned width = longest_word(about->head) + FILTER_WIDTH;

	if (width < (about->type == DOCUMENT_DATE ? WIDTH_DATE : WIDTH_LEAST))
		width = about->type == DOCUMENT_DATE ? WIDTH_DATE : WIDTH_LEAST;
	for (size_t i = column; i < table->cells.count && width < most; i += table->column_count) {
		unsigned wanted = (unsigned)text_width(span_of(table->cells.items[i].text)) + 2;
		if (wanted > width)
			width = wanted < most ? wanted : most;
	}
	return width < WIDTH_MOST ? width : WIDTH_MOST;
}

static void put_head(struct xlsx_book *book, lxw_worksheet *sheet, const struct document_table *table,
                     const unsigned *widths, uint32_t row)
{
	unsigned lines = 1;

	for (size_t i = 0; i < table->column_count; i++)
		if (xlsx_lines(table->columns[i].head, widths[i] - FILTER_WIDTH) > lines)
			lines = xlsx_lines(table->columns[i].head, widths[i] - FILTER_WIDTH);
	xlsx_row_lines(book, sheet, row, lines);
	for (uint16_t i = 0; i < table->column_count; i++) {
		const char *help = table->columns[i].help;
		lxw_comment_options options = { .x_scale = 1.6, .font_size = 10 };
		xlsx_text(book, sheet, row, i, table->columns[i].head, &(struct xlsx_style){ .is_head = true });
		if (*help && !book->failed &&
		    book->library->worksheet_write_comment_opt(sheet, row, i, xlsx_clean(book, help), &options))
			book->failed = true;
	}
}

/* How far along the way a measure is, as a bar within the cell. */
static void put_percent_bars(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t first, uint32_t last,
                             uint16_t column)
{
	lxw_conditional_format bars = { .type = LXW_CONDITIONAL_DATA_BAR, .min_value = 0, .max_value = 1,
		                            .min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
		                            .max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER, .bar_color = 0x9DC3E6 };

	if (!book->failed && book->library->worksheet_conditional_format_range(sheet, first, column, last, column, &bars))
		book->failed = true;
}

static void sheet_arrange(struct xlsx_book *book, lxw_worksheet *sheet, const struct document_table *table,
                          uint32_t head, uint32_t last)
{
	const struct xlsx_library *library = book->library;
	uint16_t last_column = (uint16_t)(table->column_count - 1);
	char range[48];

	library->worksheet_freeze_panes(sheet, head + 1, last_column > 2 ? 1 : 0);
	library->worksheet_repeat_rows(sheet, head, head);
	if (library->worksheet_autofilter(sheet, head, 0, last, last_column))
		book->failed = true;
	for (uint16_t i = 0; i <= last_column; i++)
		if (table->columns[i].type == DOCUMENT_PERCENT)
			put_percent_bars(book, sheet, head + 1, last, i);
	/* Ids that are numbers are no mistake. */
	snprintf(range, sizeof range, "A%u:IV%u", head + 2, last + 1);
	if (library->worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, range))
		book->failed = true;
}

static void put_row(struct xlsx_book *book, lxw_worksheet *sheet, const struct document_table *table,
                    const unsigned *widths, size_t first, uint32_t row)
{
	unsigned lines = 1;

	for (size_t i = 0; i < table->column_count; i++) {
		const struct document_cell *cell = &table->cells.items[first + i];
		unsigned width = widths[i] - (cell->alarm ? 2 : 0); /* its sign */
		if (cell->type == DOCUMENT_TEXT && xlsx_lines(cell->text, width) > lines)
			lines = xlsx_lines(cell->text, width);
	}
	xlsx_row_lines(book, sheet, row, lines);
	for (size_t i = 0; i < table->column_count; i++)
		put_cell(book, sheet, row, (uint16_t)i, &table->cells.items[first + i]);
}

void xlsx_table(struct xlsx_book *book, const struct xlsx_part *part, const char *home)
{
	const struct document_table *table = part->table;
	lxw_worksheet *sheet = xlsx_sheet(book, part->name);
	uint16_t columns = (uint16_t)table->column_count;
	unsigned widths[COLUMNS_MOST], width = 0;

	if (!sheet || table->column_count == 0 || table->column_count > COLUMNS_MOST)
		return;
	for (uint16_t i = 0; i < columns; i++) {
		widths[i] = column_width(table, i);
		width += widths[i];
		if (book->library->worksheet_set_column(sheet, i, i, widths[i], NULL))
			book->failed = true;
	}
	uint32_t head = xlsx_part_head(book, sheet, part, home, width, columns), row = head;
	put_head(book, sheet, table, widths, head);
	for (size_t i = 0; i + columns <= table->cells.count && !book->failed; i += columns)
		put_row(book, sheet, table, widths, i, ++row);
	sheet_arrange(book, sheet, table, head, row);
	xlsx_part_foot(book, sheet, part, row + 1, width, columns);
}
