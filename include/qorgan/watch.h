/* Changes as they come. */
#ifndef QORGAN_WATCH_H
#define QORGAN_WATCH_H

#include "qorgan/object.h"

struct qorgan_watch;

/* What is wanted of the changes; each is NULL or 0 for all. */
struct qorgan_watching {
	const char *const *ids; /* objects: they, and what speaks of them (a status, a note) */
	size_t id_count;
	const char *const *kinds;
	size_t kind_count;
	const char *user; /* who made it */
	/* Conditions of a listing of measures or of risks, which the one must meet that changed, or that the change speaks
	 * of, as it is now. Of one kind alone, where the other has no such condition. */
	const struct qorgan_filter *filters;
	size_t filter_count;
	const char *option; /* what stands before the name of a condition in messages, or NULL: "filter " */
};

/* qorgan_watch_begin(store, watching, since, watch, error): from now on; or, if `since` is not
 * QORGAN_WATCH_FROM_NOW, first what came after the commit of that number. The caller ends it before the store is closed;
 * what `watching` points to must live as long. QORGAN_USAGE, QORGAN_BAD_DATA: of a kind, a condition, a number. */
#define QORGAN_WATCH_FROM_NOW UINT64_MAX
int qorgan_watch_begin(struct qorgan_store *store, const struct qorgan_watching *watching, uint64_t since,
                       struct qorgan_watch **watch, struct qorgan_error *error);
/* qorgan_watch_end(watch): NULL is allowed. */
void qorgan_watch_end(struct qorgan_watch *watch);

/* One version that came, with what changed in it, as qorgan_history tells it; of another state's, which a package
 * brought, what changed is not told. `title` is that of the object, or of the one that it speaks of; "" if there is none. */
typedef int (*qorgan_watch_row)(void *context, const struct qorgan_history_entry *entry, const char *title);

/* qorgan_watch_next(watch, milliseconds, row, context, error): tell of what came, in the order of the log; if there
 * is nothing yet, wait for about so long. What comes is checked as at the opening of a store: QORGAN_DENIED if the log does not
 * go on from what was seen, or the keys were changed; QORGAN_ABSENT if another store was put in the place of this one; QORGAN_BUSY if the server
 * cannot be reached now: the next call tries again, and misses nothing. A code other than 0 of `row` is returned; what
 * it was given then counts as told. */
int qorgan_watch_next(struct qorgan_watch *watch, unsigned milliseconds, qorgan_watch_row row, void *context,
                      struct qorgan_error *error);
/* qorgan_watch_commits(watch): the number of the last commit that was told of. */
uint64_t qorgan_watch_commits(const struct qorgan_watch *watch);

#endif
