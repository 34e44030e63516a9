/* Tables for people: columns aligned whatever the script, fitted to a terminal;
 * long ones are written in pieces, so that a million rows need little memory. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"
#include "qorgan/object.h"

#define TABLE_PIECE 1000 /* rows from which the widths are taken */

struct table_column {
	char *label;
	bool number;
	bool whole;     /* ids, which tell nothing when cut */
	bool flexible;  /* takes what is left, and is the first to be cut */
	size_t usual;   /* width to expect of rows not seen yet */
	size_t content; /* width of the widest cell */
	size_t width;   /* once settled */
};

/* Initialise with { 0 }, but `to`, `width` and `colour`. */
struct table {
	FILE *to;
	unsigned width; /* of the terminal; 0: nothing is cut */
	bool colour;
	struct table_column *columns;
	size_t count;
	struct buffer cells; /* of the first piece: terminated texts, one after another */
	struct buffer line;  /* being composed */
	size_t rows;
	bool settled;        /* widths are fixed and the heading is written */
	bool failed;         /* out of memory */
};

/* table_begin(table, columns, count): false without memory. */
bool table_begin(struct table *table, const struct qorgan_column *columns, size_t count);
/* table_row(table, cells): as many cells as columns; false without memory. */
bool table_row(struct table *table, const char *const *cells);
/* table_end(table): write what is pending, then free. Nothing is written of a
 * table without rows. */
void table_end(struct table *table);

#endif
