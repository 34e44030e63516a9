/* What is told of one version: its envelope as texts, and what its commit says. */
#ifndef REGISTER_HISTORY_ENTRY_H
#define REGISTER_HISTORY_ENTRY_H

#include "base/buffer.h"
#include "qorgan/object.h"
#include "record/record.h"

/* What a commit says of itself. Initialise with { 0 }; the message is freed with buffer_free. */
struct history_why {
	struct buffer message;
	uint64_t versions;
};

/* history_why_read(body, why): of the body of a commit's record; why->message.failed without memory. */
void history_why_read(struct span body, struct history_why *why);

/* The envelope as terminated texts. */
struct history_envelope {
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], owner[RECORD_NAME_LIMIT], user[RECORD_NAME_LIMIT],
		time[RECORD_NAME_LIMIT];
};

/* history_entry_of(record, envelope, why): valid as long as these are as they are. */
struct qorgan_history_entry history_entry_of(const struct record *record, struct history_envelope *envelope,
                                             const struct history_why *why);

#endif
