/* Who keeps an object, by what its versions say. */
#include "register/authority.h"

#include <string.h>

#include "record/reader.h"

const char *authority_field(struct span kind)
{
	if (span_is(kind, "measure"))
		return "lead";
	if (span_is(kind, "proposal") || span_is(kind, "answer"))
		return "state";
	return span_is(kind, "domain") || span_is(kind, "risk") ? "coordinator" : NULL;
}

bool authority_is_fixed(const struct schema *schema)
{
	static const char *const kinds[] = { "status", "assessment", "proposal", "answer" };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(schema->kind, kinds[i]) == 0)
			return true;
	return false;
}

/* What stands behind the slash of "CYB-01-M1/KAZ". */
static struct span id_state(const struct record *record)
{
	bool names = span_is(record->kind, "status") || span_is(record->kind, "assessment");
	const char *slash = names && record->id.size ? memchr(record->id.data, '/', record->id.size) : NULL;

	return slash ? (struct span){ slash + 1, record->id.size - (size_t)(slash + 1 - record->id.data) }
	             : (struct span){ 0 };
}

bool authority_named(const struct record *record, char state[RECORD_NAME_LIMIT])
{
	const char *field = authority_field(record->kind);
	struct span named = id_state(record), value;
	struct buffer scratch = { 0 };

	if (field && (!reader_find(record->body, field, &value) || !reader_string(value, &scratch, &named)))
		named = (struct span){ 0 };
	bool found = named.size && named.size < RECORD_NAME_LIMIT;
	if (found) {
		memcpy(state, named.data, named.size);
		state[named.size] = '\0';
	}
	buffer_free(&scratch);
	return found;
}
