/* Objects as JSON. */
#include "record/output.h"

#include "record/canonical.h"

void output_object(const struct record *record, struct span extra, struct buffer *to)
{
	buffer_reserve(to, record->body.size + extra.size + record->id.size + record->kind.size + 32);
	buffer_append(to, "{\"kind\":", 8);
	canonical_write_string(record->kind, to);
	buffer_append(to, ",\"id\":", 6);
	canonical_write_string(record->id, to);
	if (extra.size > 0) {
		buffer_append_char(to, ',');
		buffer_append_span(to, extra);
	}
	if (record->body.size > 2) { /* more than {}: its members without the opening brace */
		buffer_append_char(to, ',');
		buffer_append(to, record->body.data + 1, record->body.size - 1);
	} else {
		buffer_append_char(to, '}');
	}
}
