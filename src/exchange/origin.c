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

bool origin_state(const char *origin, char state[ORIGIN_STATE_SIZE])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t prefix = strlen(ORIGIN_PREFIX);

	state[0] = '\0';
	if (strncmp(origin, ORIGIN_PREFIX, prefix))
		return false;
	size_t size = strspn(origin + prefix, letters);
	if (size == 0 || size >= ORIGIN_STATE_SIZE)
		return false;
	memcpy(state, origin + prefix, size);
	state[size] = '\0';
	if (origin_is_of(origin, state))
		return true;
	state[0] = '\0';
	return false;
}
