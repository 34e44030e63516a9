/* Rows of CSV, whatever stands in them: for objects, and for tables of other people. */
#ifndef RECORD_CSV_ROWS_H
#define RECORD_CSV_ROWS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "record/input_parts.h"

#define CSV_ROWS_CELLS 1024 /* in a row */

/* Initialise with { 0 }; the caller frees `text`. */
struct csv_rows {
	struct input_source *source;
	char separator;
	struct buffer text;            /* cells of the row, each ended by a zero */
	size_t starts[CSV_ROWS_CELLS]; /* of the cells in text */
	size_t cell_count;
	size_t line;                   /* where the row begins */
	const char *broken;            /* why the row cannot be read, or NULL */
};

/* csv_rows_begin(rows, source): finds the separator, that which occurs most often in the
 * first line. */
void csv_rows_begin(struct csv_rows *rows, struct input_source *source);
/* csv_rows_next(rows): the next row; false at the end of the file. Without memory,
 * text.failed is set. */
bool csv_rows_next(struct csv_rows *rows);
/* csv_rows_cell(rows, i): its text. csv_rows_span: its bytes; a zero within it would end its
 * text early. */
const char *csv_rows_cell(const struct csv_rows *rows, size_t i);
struct span csv_rows_span(const struct csv_rows *rows, size_t i);
/* csv_rows_is_blank(rows): whether nothing stands in it. */
bool csv_rows_is_blank(const struct csv_rows *rows);

#endif
