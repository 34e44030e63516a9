/* A copy of a store to be taken along: read and drafted in away from the store, and checked in again. */
#ifndef QORGAN_CHECKOUT_H
#define QORGAN_CHECKOUT_H

#include "qorgan/copy.h"
#include "qorgan/object.h"

/* qorgan_checkout_make(store, to, copied, error): a checkout of the store in the folder `to`, which is absent or empty. It is
 * opened as the store is. Domains, risks, measures, statuses, assessments and notes can be changed in it: as drafts, whose
 * checkpoints are none of the state's log. All else is QORGAN_DENIED there. Other codes as of qorgan_store_copy. */
int qorgan_checkout_make(struct qorgan_store *store, const char *to, struct qorgan_copied *copied,
                         struct qorgan_error *error);

struct qorgan_checkout {
	const char *from;  /* the place of the store that it was taken from */
	char time[21];     /* when: RFC 3339 */
	uint64_t commits;  /* of the store then */
	uint64_t drafts;   /* commits in it since */
	bool done;         /* checked in already */
};
/* qorgan_checkout_look(store, checkout, error): QORGAN_ABSENT if the store is none. `from` is valid until it is closed. */
int qorgan_checkout_look(struct qorgan_store *store, struct qorgan_checkout *checkout, struct qorgan_error *error);

/* What became of one object. */
enum qorgan_checkin_outcome {
	QORGAN_CHECKIN_ADDED,
	QORGAN_CHECKIN_CHANGED,   /* nobody else had changed it */
	QORGAN_CHECKIN_MERGED,    /* somebody had, and both fit together */
	QORGAN_CHECKIN_THERE,     /* the store holds it already */
	QORGAN_CHECKIN_CONFLICT,  /* both changed one value: nothing is written of it */
	QORGAN_CHECKIN_MINE,      /* a conflict, in which the draft's values were taken */
	QORGAN_CHECKIN_THEIRS     /* in which the store's were: what was drafted of it is dropped */
};
struct qorgan_checkin_object {
	const char *kind, *id;
	enum qorgan_checkin_outcome outcome;
	const char *as; /* of a note whose id was taken meanwhile: its id in the store; or NULL */
	size_t conflict_count;
	const struct qorgan_field_conflict *conflicts;
	char users[400]; /* of a conflict: who changed it in the store meanwhile, as "b.aliyev, c.saidova" */
};
typedef void (*qorgan_checkin_row)(void *context, const struct qorgan_checkin_object *object);

struct qorgan_checkin {
	const char *user, *message; /* NULL: the messages of the drafts */
	const char *const *mine;    /* ids in whose conflicts the draft's values are taken; "all" for all */
	size_t mine_count;
	const char *const *theirs;  /* or the store's */
	size_t theirs_count;
	bool leaves_conflicts; /* write what fits, and leave the rest in the checkout */
	bool dry_run;
	qorgan_checkin_row row;
	void *context;
};
struct qorgan_checked_in {
	struct qorgan_commit commit; /* number 0: nothing was to be written */
	size_t objects, conflicts;   /* that were drafted; of these, left in conflict */
	char warning[1000];          /* of the commit, or of the checkout, which could not be marked as done with; or "" */
};
/* qorgan_checkin(store, checkout, how, result, error): what was drafted, object by object, in one commit of the store,
 * put together with what others did meanwhile (qorgan_change_merge). If conflicts are left, QORGAN_BUSY: nothing is written. A
 * checkout of which nothing is left takes no further drafts. QORGAN_BAD_DATA: it is none of this store;
 * QORGAN_DENIED: the store does not hold the log that it was taken from. */
int qorgan_checkin(struct qorgan_store *store, struct qorgan_store *checkout, const struct qorgan_checkin *how,
                   struct qorgan_checked_in *result, struct qorgan_error *error);

#endif
