/* Reminders, gathered: what is late, and what falls due within some days. Of concern to
 * reminders*.c. */
#ifndef REPORT_REMINDERS_H
#define REPORT_REMINDERS_H

#include "base/date.h"
#include "qorgan/reminders.h"
#include "report/model.h"

struct reminder {
	enum report_event event;
	const char *date;   /* by when; "": no day is set */
	const char *object; /* id of the measure, risk or state that it hangs on */
	const char *id, *title, *state; /* id: of a milestone "CYB-01-M1 m2"; of a receipt, number of the package */
	const char *period, *part;      /* of a report or package: of which period; "lead" or "support" */
	int64_t days;       /* from the day looked at; negative: past */
	bool late;
};

#define REMINDERS_PERIODS 2 /* that are asked for at once */

struct reminders {
	struct report_model today;                      /* its arena holds what follows */
	struct report_model others[REMINDERS_PERIODS];  /* whose reports are asked for, if another period's */
	size_t other_count;
	const char *until;                              /* last day looked at, "2026-08-04" */
	unsigned within;
	ARENA_LIST(struct reminder) items;              /* by state, then day */
	struct qorgan_reminders_told told;
};

/* reminders_gather(store, asked, reminders, error): into one of zeros. reminders_free(reminders)
 * in either case. */
int reminders_gather(struct qorgan_store *store, const struct qorgan_reminders *asked, struct reminders *reminders,
                     struct qorgan_error *error);
void reminders_free(struct reminders *reminders);

/* reminder_what(reminder): what is due, in the language of the report. */
const char *reminder_what(const struct reminder *reminder);
/* reminders_state(reminders, id): title of a state; "" of none. */
const char *reminders_state(const struct reminders *reminders, const char *id);

#endif
