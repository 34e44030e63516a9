/* A spreadsheet of other people's (Office Open XML, OpenDocument, CSV): the values in its cells, nothing else.
 * What could make its reader do more than read is refused: document types and their
 * entities, parts outside the file, macros. */
#ifndef RECORD_WORKBOOK_H
#define RECORD_WORKBOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"

#define WORKBOOK_SHEETS 64
#define WORKBOOK_CELLS 200000  /* with a value, in all sheets */
#define WORKBOOK_ROWS 1048576
#define WORKBOOK_COLUMNS 16384
#define WORKBOOK_TEXT 131072   /* bytes in one cell */
#define WORKBOOK_DEPTH 32      /* of elements */
#define WORKBOOK_DAYS_TO_1970 25569 /* as spreadsheets count days */

enum workbook_type {
	WORKBOOK_TEXT_CELL,
	WORKBOOK_NUMBER_CELL,
	WORKBOOK_FORMULA_CELL, /* whatever it came to */
	WORKBOOK_OTHER_CELL    /* true or false, or an error */
};

struct workbook_cell {
	uint32_t row, column; /* from 1; from 0 */
	enum workbook_type type;
	double number;
	struct span text;     /* of a text: UTF-8, and not necessarily clean */
};

struct workbook;

/* workbook_read(bytes, book, error): the format is found from the bytes; a table of CSV is a
 * sheet whose name is "", and its cells are texts. QORGAN_BAD_DATA for what is no workbook, or beyond
 * the bounds above and those of record/zip_archive.h. The caller frees it; the bytes are
 * not needed any longer. */
int workbook_read(struct span bytes, struct workbook **book, struct qorgan_error *error);
void workbook_free(struct workbook *book);

/* workbook_sheets(book): how many there are.
 * workbook_sheet(book, name, sheet): its number; false if there is none of that name. */
size_t workbook_sheets(const struct workbook *book);
bool workbook_sheet(const struct workbook *book, const char *name, size_t *sheet);
/* workbook_cells(book, sheet, count): those with a value, by row and column; NULL of none. */
const struct workbook_cell *workbook_cells(const struct workbook *book, size_t sheet, size_t *count);
/* workbook_cell(book, sheet, row, column): NULL if it is empty. */
const struct workbook_cell *workbook_cell(const struct workbook *book, size_t sheet, uint32_t row, uint32_t column);
/* workbook_starts_1904(book): whether days are counted from 1904-01-01. */
bool workbook_starts_1904(const struct workbook *book);

/* workbook_text(cell): a text without the blanks around it; empty where there is none.
 * workbook_day(book, cell, day): a date as such, "2026-05-01" or "01.05.2026"; false of all else. */
struct span workbook_text(const struct workbook_cell *cell);
bool workbook_day(const struct workbook *book, const struct workbook_cell *cell, date_day *day);

#define WORKBOOK_ADDRESS 16
/* workbook_address(row, column, text): "B17". */
void workbook_address(uint32_t row, uint32_t column, char text[WORKBOOK_ADDRESS]);

#endif
