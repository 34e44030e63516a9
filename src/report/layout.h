/* Text in columns of a terminal, in any alphabet: paragraphs and tables. */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "report/arena.h"

/* layout_line(rest, width): take from *rest what fits into one line, broken at a
 * space where there is one; white space around it is dropped. Empty at the end. */
struct span layout_line(struct span *rest, size_t width);

/* layout_put(to, text, width, right): append the text in just `width` columns,
 * filled up with spaces; what is too wide ends in "…". Control characters become
 * spaces. Width 0: as wide as it is. */
void layout_put(struct buffer *to, struct span text, size_t width, bool right);
void layout_fill(struct buffer *to, char c, size_t count);

/* layout_paragraph(to, text, at, indent, columns): wrapped lines; the first is
 * continued where the caller stands, in column `at`, the others are indented. It
 * ends with a newline, even of an empty text. */
void layout_paragraph(struct buffer *to, const char *text, size_t at, size_t indent, size_t columns);

struct layout_column {
	const char *head;
	bool right;    /* aligned to the right */
	bool flexible; /* takes what is left, and is wrapped; one in a table */
};

/* A table is gathered first, as its widths depend on all rows. Initialise with
 * { .columns = …, .count = … }. */
#define LAYOUT_COLUMNS 16
struct layout_table {
	const struct layout_column *columns;
	size_t count; /* at most LAYOUT_COLUMNS */
	struct arena arena;
	ARENA_LIST(const char *) cells;
};

/* The next cell, row by row; text is kept by pointer; numbers, days and moments are written
 * as the language of the report does. */
void layout_cell(struct layout_table *table, const char *text);
void layout_cell_number(struct layout_table *table, int64_t number);
void layout_cell_day(struct layout_table *table, const char *day);
void layout_cell_format(struct layout_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* layout_table_end(table, columns, to): append the table and free it. */
void layout_table_end(struct layout_table *table, size_t columns, struct buffer *to);

#endif
