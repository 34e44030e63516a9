/* What is handed to whom it was made for is on record before it leaves: an entry of the kind
 * `handout`, under the policy of releases. Within the library; see qorgan/report.h. */
#ifndef REPORT_HANDOUT_H
#define REPORT_HANDOUT_H

#include <sodium.h>

#include "qorgan/report.h"
#include "report/model.h"
#include "report/render.h"

struct handout {
	struct qorgan_store *store;
	const struct qorgan_handing *how;
	crypto_generichash_state content; /* of what all reports of it say */
	char to[65];                      /* "" until one was seen */
	char marking[24];                 /* the strictest of them, or "" */
	int marking_rank;
	char as_of[32];
	char period[32];
	uint64_t size, files;
	struct buffer what; /* the command that makes it */
	char sha256[65];
};

/* handout_open(handout, store, how, error): refuse, with what to do, where no entry could be
 * written. handout_close: of one that was opened or is zeros. */
int handout_open(struct handout *handout, struct qorgan_store *store, const struct qorgan_handing *how,
                 struct qorgan_error *error);
void handout_close(struct handout *handout);

/* handout_see(handout, model, format, look, error): a report of it, which was computed for that
 * format. What it says counts; when, and by which log, does not: so that what others agree to is
 * the same afterwards, when their agreement stands in the log as well. */
int handout_see(struct handout *handout, const struct report_model *model, size_t format,
                const struct report_look *look, struct qorgan_error *error);

/* handout_sum(handout, data, size): the digest by which it is known.
 * handout_enter(handout, handed, error): the entry, as one change. */
void handout_sum(struct handout *handout, const void *data, size_t size);
int handout_enter(struct handout *handout, struct qorgan_handed *handed, struct qorgan_error *error);

#endif
