/* What was drafted in a checkout. */
#ifndef REGISTER_CHECKIN_DRAFTS_H
#define REGISTER_CHECKIN_DRAFTS_H

#include "base/buffer.h"
#include "store/checkout.h"

/* One object that was drafted, in the order in which they were begun. */
struct checkin_draft {
	const struct schema *schema;
	char id[RECORD_ID_LIMIT];
	uint32_t base; /* version that the drafts started from; 0: it is new */
};

/* Initialise with { 0 }. */
struct checkin_drafts {
	struct vault_view *view; /* of the checkout, while they are looked at */
	struct checkin_draft *items;
	size_t count, capacity;
	struct buffer messages; /* of their commits, each once: "Checked in: Visit; Talks" */
	struct vault_record record;
};

/* checkin_drafts_find(checkout, drafts, error): begins a view. The caller frees them, even after a failure. */
int checkin_drafts_find(struct qorgan_store *checkout, struct checkin_drafts *drafts, struct qorgan_error *error);
void checkin_drafts_free(struct checkin_drafts *drafts);

/* checkin_draft_body(drafts, draft, json, error): its fields as they are in the checkout now, as JSON; valid until the next call. */
int checkin_draft_body(struct checkin_drafts *drafts, const struct checkin_draft *draft, struct buffer *json,
                       struct qorgan_error *error);
/* checkin_draft_file(drafts, draft, data, error): the content of a file that was attached. QORGAN_ABSENT if it is not there. */
int checkin_draft_file(struct checkin_drafts *drafts, const struct checkin_draft *draft, struct buffer *data,
                       struct qorgan_error *error);

#endif
