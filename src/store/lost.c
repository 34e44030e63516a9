/* What lies in the place of a record that was lost. */
#include "store/lost.h"

#include <string.h>

#include "record/reader.h"

static const char beginning[] = "{\"lost\":\"";

bool lost_is(const struct record *record)
{
	const size_t size = sizeof beginning - 1;

	return record->body.size > size && memcmp(record->body.data, beginning, size) == 0;
}

void lost_found(const struct record *record, char found[TIME_TEXT_SIZE])
{
	struct buffer scratch = { 0 };
	struct span value, text;

	found[0] = '\0';
	if (reader_find(record->body, "lost", &value) && reader_string(value, &scratch, &text) && text.size < TIME_TEXT_SIZE)
		span_copy_into(text, found, TIME_TEXT_SIZE);
	buffer_free(&scratch);
}

int lost_refuse(const struct record *record, struct qorgan_error *error)
{
	char found[TIME_TEXT_SIZE];

	lost_found(record, found);
	return error_set(error, QORGAN_ABSENT,
	                 "version %u of %.*s was lost by damage, as qorgan repair found on %s: its place in the log is kept; if a "
	                 "backup or a partner has it, repair the damaged store once more with that, or write it anew",
	                 record->version, (int)record->id.size, record->id.data, found);
}

void lost_write(const struct record_head *head, const char *found, int64_t versions, struct buffer *to)
{
	struct buffer body = { 0 };

	buffer_append_format(&body, "%s%s\"", beginning, found);
	if (versions >= 0)
		buffer_append_format(&body, ",\"versions\":%lld", (long long)versions);
	buffer_append_char(&body, '}');
	record_write(head, buffer_span(&body), to);
	to->failed |= body.failed;
	buffer_free(&body);
}
