/* What is told of one version: its envelope as texts, and what its commit says. */
#include "register/history_entry.h"

#include "record/reader.h"

void history_why_read(struct span body, struct history_why *why)
{
	static const char *const names[] = { "message", "versions" };
	struct span values[2], text;
	struct buffer scratch = { 0 };
	int64_t versions = 0;

	buffer_clear(&why->message);
	reader_pick(body, names, values, 2);
	if (reader_string(values[0], &scratch, &text))
		buffer_append_span(&why->message, text);
	reader_integer(values[1], &versions);
	why->versions = (uint64_t)versions;
	why->message.failed |= scratch.failed;
	buffer_free(&scratch);
}

struct qorgan_history_entry history_entry_of(const struct record *record, struct history_envelope *envelope,
                                             const struct history_why *why)
{
	span_copy_into(record->kind, envelope->kind, sizeof envelope->kind);
	span_copy_into(record->id, envelope->id, sizeof envelope->id);
	span_copy_into(record->owner, envelope->owner, sizeof envelope->owner);
	span_copy_into(record->user, envelope->user, sizeof envelope->user);
	span_copy_into(record->time, envelope->time, sizeof envelope->time);
	return (struct qorgan_history_entry){ .kind = envelope->kind, .id = envelope->id, .owner = envelope->owner,
		                                  .user = envelope->user, .received = "",
		                                  .time = envelope->time, .message = buffer_text(&why->message),
		                                  .version = record->version, .commit = record->commit,
		                                  .versions = why->versions };
}
