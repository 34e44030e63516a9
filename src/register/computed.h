/* What is computed of an object and never stored: of a measure its lead's status,
 * of a risk its score, of a domain what belongs to it, of a partner what it was given
 * and gave, of a proposal how it was answered. */
#ifndef REGISTER_COMPUTED_H
#define REGISTER_COMPUTED_H

#include "register/id_set.h"
#include "register/release_index.h"
#include "register/status_index.h"
#include "register/vouching.h"
#include "store/vault.h"

/* The members of a body that are wanted, found in one pass by reader_pick. */
#define PICK_LIMIT 128
struct pick {
	const char *names[PICK_LIMIT]; /* sorted; they outlive the pick */
	size_t count;
};
/* pick_add: false if there are too many. pick_index: of a name that was added,
 * once all are. */
bool pick_add(struct pick *pick, const char *name);
size_t pick_index(const struct pick *pick, const char *name);

enum computed_name {
	COMPUTED_STATUS, COMPUTED_PROGRESS, COMPUTED_OVERDUE, COMPUTED_DUE_SOON, COMPUTED_NO_REPORT, /* of a measure */
	COMPUTED_SCORE,    /* of a risk; 0: it has no level */
	COMPUTED_EXPIRED,  /* of a risk */
	COMPUTED_MEASURES, /* number of measures: of a risk, a domain */
	COMPUTED_RISKS,    /* number of risks: of a domain */
	COMPUTED_SEQUENCE, COMPUTED_SENT, COMPUTED_SENT_ON, /* of a partner; on day 0: nothing yet */
	COMPUTED_RECEIVED, COMPUTED_RECEIVED_ON, COMPUTED_ENTRIES, COMPUTED_ACKNOWLEDGED, COMPUTED_AWAITED, COMPUTED_FORKED,
	COMPUTED_OPEN, COMPUTED_ANSWER,                     /* of a proposal */
	COMPUTED_NAMES
};

struct computed_row {
	const char *kind;
	enum computed_name computed;
	struct field field; /* name, type, label and help, as of a field of the body */
	unsigned width;     /* of its column */
};

/* computed_next(schema, row): the row after `row` (NULL: the first) of that kind;
 * NULL past the last. */
const struct computed_row *computed_next(const struct schema *schema, const struct computed_row *row);
/* computed_find(schema, name): '-' may stand for '_'; NULL if there is none. */
const struct computed_row *computed_find(const struct schema *schema, const char *name);
unsigned computed_all(const struct schema *schema); /* mask of all names of the kind */

/* The values of one object: numbers, flags as 0 and 1, words by their place, days. */
struct computed_values {
	int64_t of[COMPUTED_NAMES];
};

struct computed {
	const struct schema *schema;
	struct vault_view *view;
	unsigned wanted; /* mask: 1 << enum computed_name */
	bool many;
	date_day today, from; /* from: first day of the period for which reports are owed */
	struct status_index *statuses; /* if many */
	struct release_index *releases; /* of partners */
	struct vouching vouching;       /* likewise */
	struct vault_record status;    /* if one; of a proposal its answer */
	struct id_set measures, risks; /* numbers by id of the risk or domain */
	size_t due, lead, start, residual, treatment, acceptance, cosigner; /* in the pick */
};

/* computed_open(computed, vault, view, schema, wanted, many, error): gather what
 * the wanted values of many objects need, in one scan of each kind concerned,
 * or make ready for one. Close it in either case. */
int computed_open(struct computed *computed, struct qorgan_store *vault, struct vault_view *view,
                  const struct schema *schema, unsigned wanted, bool many, struct qorgan_error *error);
/* computed_begin(computed, view, schema, wanted, today, from): the same on another day, for whoever has gathered
 * already what they need: the `statuses` of measures, the `measures` of risks. Those are put in by the caller, and
 * are freed by computed_close. */
void computed_begin(struct computed *computed, struct vault_view *view, const struct schema *schema, unsigned wanted,
                    date_day today, date_day from);
void computed_close(struct computed *computed);
bool computed_need(const struct computed *computed, struct pick *pick);
void computed_settle(struct computed *computed, const struct pick *pick);
/* computed_of(computed, record, values, result, error): the wanted values. */
int computed_of(struct computed *computed, const struct record *record, const struct span *values,
                struct computed_values *result, struct qorgan_error *error);

/* computed_members(schema, values, to): append `,"status":"planned",…` of the kind,
 * without the score of a risk that has no level, and a day that there is none of. */
void computed_members(const struct schema *schema, const struct computed_values *values, struct buffer *to);

/* computed_report(view, measure, state, record, facts, error): what one state
 * reported on one measure; QORGAN_ABSENT (no message) if nothing. */
int computed_report(struct vault_view *view, struct span measure, struct span state, struct vault_record *record,
                    struct status_facts *facts, struct qorgan_error *error);

#endif
