/* The spreadsheet that a ministry fills in without this program, and its way back. */
#ifndef QORGAN_FORM_H
#define QORGAN_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/object.h"

struct qorgan_form {
	const char *state;  /* whose measures; NULL: the store's own */
	const char *period; /* "2026-Q2"; NULL: the one of today */
};
struct qorgan_form_written {
	uint64_t measures;  /* that the state takes part in and has not ended */
	uint64_t withheld;  /* of another state: not released to it, so not in the form */
};
/* qorgan_form_write(store, form, to, written, error): an xlsx workbook. QORGAN_ABSENT if
 * the state has no measure to report on. */
int qorgan_form_write(struct qorgan_store *store, const struct qorgan_form *form, FILE *to,
                      struct qorgan_form_written *written, struct qorgan_error *error);

/* qorgan_form_is(data, size): whether a file that begins so could be one. */
bool qorgan_form_is(const void *data, size_t size);
#define QORGAN_FORM_SIZE (8u << 20) /* bytes at most */

/* A row that was filled in. */
struct qorgan_form_row {
	const char *cell, *measure; /* "A9" */
	bool stale;                 /* the report was changed since the form was written */
	uint32_t base, version;     /* the version that the form was made from, and the newest */
	const struct qorgan_history_entry *entry; /* what would change; NULL if stale */
};

struct qorgan_form_load {
	const void *data;
	size_t size;
	const char *period;   /* NULL: the one of today, or the one before */
	const char *user, *message;
	bool dry_run;
	bool only_fresh;      /* rows that are stale are left out */
	/* Told each faulty cell ("B17") and each row with something in it; either may be NULL. */
	void (*fault)(void *context, const char *cell, const char *text);
	void (*row)(void *context, const struct qorgan_form_row *row);
	void *context;
};
struct qorgan_form_result {
	char state[65], period[80], filled_by[400], warning[600];
	uint64_t rows, filled, stale, faults;
	struct qorgan_commit commit;
};
/* qorgan_form_load(store, load, result, error): the reports of a form as one commit, whose
 * message names who filled it in, or nothing. QORGAN_BAD_DATA for faults, for what is no
 * form of this store, and for one of another period; QORGAN_BUSY if rows are stale, unless
 * only_fresh. Needs the write key, with dry_run too. */
int qorgan_form_load(struct qorgan_store *store, const struct qorgan_form_load *load,
                     struct qorgan_form_result *result, struct qorgan_error *error);

#endif
