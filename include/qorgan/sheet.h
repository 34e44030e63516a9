/* A register that lives in somebody's own spreadsheet: which of its columns is which field, and
 * its rows as objects. */
#ifndef QORGAN_SHEET_H
#define QORGAN_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "qorgan/object.h"

#define QORGAN_SHEET_SIZE (32u << 20)  /* bytes of a spreadsheet at most */
#define QORGAN_SHEET_MAP_SIZE 65536    /* bytes of a map at most */
#define QORGAN_SHEET_PATH 100          /* bytes of a field's path, its zero included */
#define QORGAN_SHEET_LINE 400          /* bytes of a line of a map, its zero included */

struct qorgan_sheet;

/* qorgan_sheet_open(store, kind, data, size, sheet, error): the first sheet with anything in it of a
 * workbook (.xlsx, .ods) or a table of CSV, of domains, risks or measures. The store outlives it; the caller
 * frees it. */
int qorgan_sheet_open(struct qorgan_store *store, const char *kind, const void *data, size_t size,
                      struct qorgan_sheet **sheet, struct qorgan_error *error);
void qorgan_sheet_free(struct qorgan_sheet *sheet);

/* qorgan_sheet_map(sheet, text, size, head_row, error): the columns are what a map says, a text such as
 * qorgan_sheet_map_text gives. qorgan_sheet_guess(sheet, head_row, error): they are what their heads say in
 * any of the languages of reports. The heads are in the row of that number; 0: the one that the map says, or
 * the first with a text. Either is called once. */
int qorgan_sheet_map(struct qorgan_sheet *sheet, const char *text, size_t size, uint32_t head_row,
                     struct qorgan_error *error);
int qorgan_sheet_guess(struct qorgan_sheet *sheet, uint32_t head_row, struct qorgan_error *error);

struct qorgan_sheet_column {
	const char *cell, *head; /* "C3", and what it shows */
	const char *sample;      /* what the first cell below it shows; "" for none */
	const char *field;       /* "id", "title.ru", "due"; NULL: it is left out */
	const char *guess;       /* what it may be, where that is not certain; NULL: nothing */
	bool is_new;             /* the map does not name it */
};
/* qorgan_sheet_column(sheet, index, column): false past the last; valid until the sheet changes. */
bool qorgan_sheet_column(const struct qorgan_sheet *sheet, size_t index, struct qorgan_sheet_column *column);
/* qorgan_sheet_constant(sheet, index, field, value): what every row says without a column. */
bool qorgan_sheet_constant(const struct qorgan_sheet *sheet, size_t index, const char **field, const char **value);
uint32_t qorgan_sheet_head_row(const struct qorgan_sheet *sheet);
/* qorgan_sheet_missing(sheet, index, field, line): a field ("title.ru") that every object of the kind needs and
 * nothing gives, and the line of a map that would give it; false past the last. */
bool qorgan_sheet_missing(const struct qorgan_sheet *sheet, size_t index, char field[QORGAN_SHEET_PATH],
                          char line[QORGAN_SHEET_LINE]);

/* qorgan_sheet_take(sheet, index, field, error): the column is that field; NULL: it is left out.
 * qorgan_sheet_set(sheet, field, value, error): every row says so. QORGAN_BAD_DATA for what is no
 * field of the kind, or is given already. */
int qorgan_sheet_take(struct qorgan_sheet *sheet, size_t index, const char *field, struct qorgan_error *error);
int qorgan_sheet_set(struct qorgan_sheet *sheet, const char *field, const char *value, struct qorgan_error *error);

/* qorgan_sheet_map_text(sheet, text, error): the map, as people keep it; the caller frees it. */
int qorgan_sheet_map_text(const struct qorgan_sheet *sheet, char **text, struct qorgan_error *error);

/* A row that is in order. */
struct qorgan_sheet_row {
	const char *cell; /* of its id: "A9" */
	const struct qorgan_history_entry *entry; /* version 1: it is new; no changes: it stays as it is */
};
struct qorgan_sheet_load {
	const char *user, *message;
	bool dry_run;
	/* Told each faulty cell ("B17"), and each row that is in order; either may be NULL. */
	void (*fault)(void *context, const char *cell, const char *text);
	void (*row)(void *context, const struct qorgan_sheet_row *row);
	void *context;
};
/* qorgan_sheet_load(sheet, load, result, error): all rows as one commit, or nothing. A cell that is empty, and a
 * field without a column, leave what is on record. QORGAN_BAD_DATA for faults. */
int qorgan_sheet_load(struct qorgan_sheet *sheet, const struct qorgan_sheet_load *load, struct qorgan_commit *result,
                      struct qorgan_error *error);

#endif
