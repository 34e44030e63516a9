/* A workbook while it is being read, as the readers of its formats share it. */
#ifndef RECORD_WORKBOOK_PARTS_H
#define RECORD_WORKBOOK_PARTS_H

#include "record/workbook.h"
#include "record/zip_archive.h"

#define WORKBOOK_NAME 128 /* of a sheet or part */

/* Texts lie one behind the other: where each begins, and how long it is. */
struct workbook_place {
	size_t at, size;
};

struct workbook_sheet {
	char name[WORKBOOK_NAME];
	size_t first, count; /* of the cells */
};

struct workbook {
	struct workbook_sheet sheets[WORKBOOK_SHEETS];
	size_t sheet_count;
	bool starts_1904;
	struct buffer cells; /* of struct workbook_cell */
	struct buffer texts;
};

/* workbook_sheet_add(book, name, error): a sheet without cells; no two have one name.
 * workbook_sheet_begin(book, sheet): the cells that are added from now on are its. */
int workbook_sheet_add(struct workbook *book, const char *name, struct qorgan_error *error);
void workbook_sheet_begin(struct workbook *book, size_t sheet);
/* workbook_text_add(book, text, place, error): keep a text. */
int workbook_text_add(struct workbook *book, struct span text, struct workbook_place *place,
                      struct qorgan_error *error);
/* workbook_cell_add(book, sheet, cell, place, error): one more cell of a sheet, whose text is
 * the one kept at that place. */
int workbook_cell_add(struct workbook *book, size_t sheet, const struct workbook_cell *cell,
                      struct workbook_place place, struct qorgan_error *error);
/* workbook_value_append(to, text, error): a piece of a cell's text; QORGAN_BAD_DATA beyond
 * WORKBOOK_TEXT. */
int workbook_value_append(struct buffer *to, struct span text, struct qorgan_error *error);

/* Each reads one format into a book that is empty. */
int workbook_read_xlsx(struct zip_archive *archive, struct workbook *book, struct qorgan_error *error);
int workbook_read_ods(struct zip_archive *archive, struct workbook *book, struct qorgan_error *error);
int workbook_read_csv(struct span bytes, struct workbook *book, struct qorgan_error *error);

#endif
