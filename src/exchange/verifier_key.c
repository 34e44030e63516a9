/* Verifier keys of logs and cosigners. */
#include "exchange/verifier_key.h"

#include <stdlib.h>

#include "crypto/cosignature.h"

int verifier_keys_read(const char *const *vkeys, size_t count, struct verifier_key **keys,
                       struct qorgan_error *error)
{
	*keys = calloc(count + 1, sizeof **keys);
	if (!*keys)
		return error_set_memory(error);
	for (size_t i = 0; i < count; i++) {
		struct verifier_key *key = &(*keys)[i];
		key->cosigns = cosignature_parse_vkey(vkeys[i], key->name, sizeof key->name, key->public_key);
		if (key->cosigns || note_parse_vkey(vkeys[i], key->name, sizeof key->name, key->public_key))
			continue;
		free(*keys);
		*keys = NULL;
		return error_set(error, QORGAN_USAGE, "\"%.200s\" is not a verifier key: it looks like NAME+ID+KEY, as "
		                 "qorgan identity prints it", vkeys[i]);
	}
	return QORGAN_OK;
}

int verifier_key_cosigned(const struct verifier_key *key, struct span note, char time[TIME_TEXT_SIZE],
                          struct qorgan_error *error)
{
	int64_t seconds;
	int code = cosignature_verify(note, key->name, key->public_key, &seconds, error);

	if (!code)
		time_format(seconds, time);
	return code;
}
