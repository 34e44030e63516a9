/* The name of a log. */
#include "exchange/origin.h"

#include <string.h>

#define ORIGIN_PREFIX "qorgan/"
#define STORE_ID_DIGITS 32

bool origin_is_of(const char *origin, const char *state)
{
	size_t prefix = strlen(ORIGIN_PREFIX), size = strlen(state);

	if (strncmp(origin, ORIGIN_PREFIX, prefix) || strncmp(origin + prefix, state, size) || origin[prefix + size] != '/')
		return false;
	const char *id = origin + prefix + size + 1;
	return strlen(id) == STORE_ID_DIGITS && strspn(id, "0123456789abcdef") == STORE_ID_DIGITS;
}
