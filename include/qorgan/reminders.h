/* Who owes what by when, and a ready mail to each state that says so. */
#ifndef QORGAN_REMINDERS_H
#define QORGAN_REMINDERS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/store.h"

struct qorgan_reminders {
	const char *period; /* whose reports are asked for; NULL: the one of the day looked at, and the one before */
	const char *as_of;  /* date or moment that is taken for the present one; NULL: now */
	const char *state;  /* only what this one owes, or NULL */
	const char *format; /* of qorgan_reminder_formats, for qorgan_reminders_write */
	unsigned within;    /* days ahead that are looked at */
	unsigned columns;   /* width of the terminal; 0: 80 */
};
extern const char *const qorgan_reminder_formats[]; /* "text", "json", "ics"; NULL-terminated */
#define QORGAN_REMINDERS_DAYS 30     /* usually looked ahead */
#define QORGAN_REMINDERS_DAYS_MOST 3660

struct qorgan_reminders_told {
	uint64_t items, late; /* late: their day is past */
};
/* qorgan_reminders_write(store, asked, to, told, error): all of it. */
int qorgan_reminders_write(struct qorgan_store *store, const struct qorgan_reminders *asked, FILE *to,
                           struct qorgan_reminders_told *told, struct qorgan_error *error);

/* A mail that is ready to be sent (RFC 5322). */
struct qorgan_reminder_mail {
	const char *state, *language; /* whose it is; the tag of its language */
	const char *data;
	size_t size;
	struct qorgan_reminders_told told; /* what is in it */
	uint64_t withheld;                 /* on what is not released to that state: not in it */
	bool has_contact;                  /* else To holds a placeholder */
};
/* qorgan_reminders_mail(store, asked, languages, each, context, told, error): a mail for each state
 * that owes something; `languages` (as for qorgan_store_set_languages) is that of all, or
 * NULL: each state's own, by the catalogue. Leaves the store with the languages of the last one.
 * `told` counts what is in no mail, too. */
int qorgan_reminders_mail(struct qorgan_store *store, const struct qorgan_reminders *asked, const char *languages,
                          int (*each)(void *context, const struct qorgan_reminder_mail *mail,
                                      struct qorgan_error *error),
                          void *context, struct qorgan_reminders_told *told, struct qorgan_error *error);

#endif
