/* Which state keeps an object. */
#include "register/keeper.h"

#include <string.h>

#include "record/reader.h"

const char *keeper_field(const struct schema *schema)
{
	if (strcmp(schema->kind, "measure") == 0)
		return "lead";
	return strcmp(schema->kind, "risk") == 0 || strcmp(schema->kind, "domain") == 0 ? "coordinator" : NULL;
}

bool keeper_read(const struct schema *schema, struct span body, struct buffer *scratch, struct span *state)
{
	const char *field = keeper_field(schema);
	struct span raw;

	return field && reader_find(body, field, &raw) && reader_string(raw, scratch, state);
}
