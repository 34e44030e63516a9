/* Tables for people. The widths are those of the first thousand rows; a cell
 * that is wider is cut on a terminal and kept whole in a file. */
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/terminal.h"

#define GAP 2       /* blanks between columns */
#define NARROWEST 4 /* that any column is cut to */
#define FIXED_LEAST 8
#define WIDE 14 /* wider than an id, a date or a word */
#define FLEXIBLE_LEAST 24

bool table_begin(struct table *table, const struct qorgan_column *columns, size_t count)
{
	table->columns = calloc(count ? count : 1, sizeof *table->columns);
	if (!table->columns)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct table_column *column = &table->columns[i];
		column->label = strdup(language_said(columns[i].label));
		column->number = columns[i].number;
		column->whole = strcmp(columns[i].name, "id") == 0;
		column->flexible = columns[i].width == 0;
		column->usual = columns[i].width;
		table->count++;
		if (!column->label)
			return false;
	}
	return true;
}

/* ---- Widths ----------------------------------------------------------------- */

/* What is cut when a table is too wide, in this order. */
enum cut {
	CUT_FLEXIBLE, /* the columns that take what is left */
	CUT_HEADING,  /* headings wider than all that stands below them */
	CUT_WIDE,     /* lists and the like, but not what the row is called by */
	CUT_MORE,     /* the columns that take what is left, once more */
	CUT_FIXED,    /* dates and words, which are of little use when cut */
	CUT_ANY,
	CUT_COUNT
};

/* How narrow a column may become. */
static size_t cut_floor(const struct table *table, const struct table_column *column, enum cut cut)
{
	size_t least = column->width;

	if (column->whole)
		least = cut >= CUT_HEADING ? column->content : least;
	else if (cut == CUT_ANY)
		least = NARROWEST;
	else if (column->flexible)
		least = cut == CUT_FLEXIBLE ? FLEXIBLE_LEAST : cut == CUT_MORE ? FLEXIBLE_LEAST / 2 : least;
	else if (cut == CUT_HEADING)
		least = column->content > NARROWEST ? column->content : NARROWEST;
	else if (cut == CUT_FIXED || (cut == CUT_WIDE && column->content > WIDE && column != table->columns))
		least = FIXED_LEAST;
	return least < column->width ? least : column->width;
}

/* Makes the table as narrow as the terminal, taking one place at a time from the
 * column that has most to spare. */
static void widths_fit(struct table *table)
{
	size_t total = table->count ? GAP * (table->count - 1) : 0;

	for (size_t i = 0; i < table->count; i++)
		total += table->columns[i].width;
	for (enum cut cut = CUT_FLEXIBLE; cut < CUT_COUNT; cut++)
		while (total > table->width) {
			struct table_column *most = NULL;
			size_t spare = 0;
			for (size_t i = 0; i < table->count; i++) {
				struct table_column *column = &table->columns[i];
				if (column->width - cut_floor(table, column, cut) > spare) {
					most = column;
					spare = column->width - cut_floor(table, column, cut);
				}
			}
			if (!most)
				break;
			most->width--;
			total--;
		}
}

static void widths_settle(struct table *table)
{
	const char *cell = buffer_text(&table->cells);

	for (size_t row = 0; row < table->rows; row++)
		for (size_t i = 0; i < table->count; i++) {
			struct span text = span_of(cell);
			size_t width = text_width(text);
			if (width > table->columns[i].content)
				table->columns[i].content = width;
			cell += text.size + 1;
		}
	for (size_t i = 0; i < table->count; i++) {
		struct table_column *column = &table->columns[i];
		/* More rows may follow only a full piece. */
		if (table->rows == TABLE_PIECE && column->usual > column->content)
			column->content = column->usual;
		column->width = text_width(span_of(column->label));
		if (column->content > column->width)
			column->width = column->content;
	}
	if (table->width)
		widths_fit(table);
}

/* ---- Writing ------------------------------------------------------------------ */

static void put_blanks(struct buffer *line, size_t count)
{
	char *at = count ? buffer_reserve(line, count) : NULL;

	if (!at)
		return;
	memset(at, ' ', count);
	line->size += count;
}

/* The part of the text that fits into `room` columns; `width` is told its own. */
static struct span text_cut(struct span text, size_t room, size_t *width)
{
	size_t at = 0, end = 0;
	uint32_t code;

	*width = 0;
	while (at < text.size) {
		if (!text_decode(text, &at, &code))
			at++;
		size_t more = text_width((struct span){ text.data + end, at - end });
		if (*width + more > room)
			break;
		*width += more;
		end = at;
	}
	return (struct span){ text.data, end };
}

static void put_cell(struct table *table, const struct table_column *column, const char *cell, bool last)
{
	struct span text = span_of(cell);
	size_t width = text_width(text);
	bool is_cut = table->width && width > column->width && !column->whole;

	if (is_cut)
		text = text_cut(text, column->width - 1, &width);
	size_t shown = width + is_cut;
	size_t blanks = shown < column->width ? column->width - shown : 0;
	if (column->number)
		put_blanks(&table->line, blanks);
	buffer_append_span(&table->line, text);
	if (is_cut)
		buffer_append_text(&table->line, "…");
	if (!last)
		put_blanks(&table->line, (column->number ? 0 : blanks) + GAP);
}

static void put_line(struct table *table)
{
	buffer_append_char(&table->line, '\n');
	if (table->line.failed)
		table->failed = true;
	else
		fwrite(table->line.data, 1, table->line.size, table->to);
	buffer_clear(&table->line);
}

static void put_heading(struct table *table)
{
	if (table->colour)
		buffer_append_text(&table->line, "\033[1m");
	for (size_t i = 0; i < table->count; i++)
		put_cell(table, &table->columns[i], table->columns[i].label, i + 1 == table->count);
	if (table->colour)
		buffer_append_text(&table->line, "\033[0m");
	put_line(table);
}

/* Writes a row of terminated cells that follow one another; returns where they
 * end. No blanks trail behind the last cell that holds something. */
static const char *put_row(struct table *table, const char *cells)
{
	const char *end = cells;
	size_t filled = 0;

	for (size_t i = 0; i < table->count; i++) {
		if (*end)
			filled = i + 1;
		end += strlen(end) + 1;
	}
	for (size_t i = 0; i < filled; i++) {
		put_cell(table, &table->columns[i], cells, i + 1 == filled);
		cells += strlen(cells) + 1;
	}
	put_line(table);
	return end;
}

/* Writes the rows gathered; from then on rows are written as they come. */
static void table_settle(struct table *table)
{
	const char *cells;

	widths_settle(table);
	put_heading(table);
	cells = buffer_text(&table->cells);
	for (size_t row = 0; row < table->rows; row++)
		cells = put_row(table, cells);
	table->settled = true;
}

bool table_row(struct table *table, const char *const *cells)
{
	if (table->settled)
		buffer_clear(&table->cells);
	for (size_t i = 0; i < table->count; i++) {
		terminal_append_clean(&table->cells, span_of(cells[i]), false);
		buffer_append_char(&table->cells, '\0');
	}
	if (table->cells.failed) {
		table->failed = true;
		return false;
	}
	table->rows++;
	if (table->settled)
		put_row(table, table->cells.data);
	else if (table->rows == TABLE_PIECE)
		table_settle(table);
	return !table->failed;
}

void table_end(struct table *table)
{
	if (!table->settled && table->rows && !table->failed)
		table_settle(table);
	for (size_t i = 0; i < table->count; i++)
		free(table->columns[i].label);
	free(table->columns);
	buffer_free(&table->cells);
	buffer_free(&table->line);
	table->columns = NULL;
	table->count = 0;
}
