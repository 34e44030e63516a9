/* Reporting periods by their names. Which lengths there are and how they are
 * written is data: the `period` objects of the store. */
#ifndef REGISTER_PERIOD_H
#define REGISTER_PERIOD_H

#include "base/date.h"
#include "store/vault.h"

#define PERIOD_LABEL_SIZE 80

struct period_named {
	struct period period;
	char label[PERIOD_LABEL_SIZE]; /* "2026-Q2", "2026-H1", "2026" */
};

struct period_book;

/* period_book_load(view, book, error): the kinds of period on record; the caller
 * frees the book. QORGAN_BAD_DATA if there are none. */
int period_book_load(struct vault_view *view, struct period_book **book, struct qorgan_error *error);
void period_book_free(struct period_book *book);

/* period_find(book, text, today, named, error): the period that is written so,
 * in capitals or not; NULL: the shortest for which reports are owed and which
 * contains `today`; "last": the one
 * before that, and "last-Q" the last quarter. QORGAN_BAD_DATA names what is possible. */
int period_find(const struct period_book *book, const char *text, date_day today, struct period_named *named,
                struct qorgan_error *error);

/* period_name_previous(book, named): the one of the same kind just before. */
struct period_named period_name_previous(const struct period_book *book, const struct period_named *named);

#endif
