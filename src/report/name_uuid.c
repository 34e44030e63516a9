/* UUIDs from names. */
#include "report/name_uuid.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* With its zero, so that no part runs into the next. */
static void hash_part(crypto_generichash_state *state, const char *part)
{
	crypto_generichash_update(state, (const uint8_t *)part, strlen(part) + 1);
}

const char *name_uuid(const char *origin, const char *kind, const char *name, char text[NAME_UUID_SIZE])
{
	crypto_generichash_state state;
	uint8_t hash[crypto_generichash_BYTES];

	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	hash_part(&state, "qorgan report uuid");
	hash_part(&state, origin);
	hash_part(&state, kind);
	hash_part(&state, name);
	crypto_generichash_final(&state, hash, sizeof hash);
	hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x40);
	hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80);
	for (int i = 0, at = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		at += snprintf(text + at, 3, "%02x", hash[i]);
	}
	return text;
}
