/* The verifier keys that somebody who has no store gives: of logs and of cosigners. */
#ifndef EXCHANGE_VERIFIER_KEY_H
#define EXCHANGE_VERIFIER_KEY_H

#include "base/date.h"
#include "crypto/note.h"

struct verifier_key {
	char name[NOTE_VKEY_LIMIT];
	uint8_t public_key[NOTE_KEY_SIZE];
	bool cosigns; /* else it is a log's */
};

/* verifier_keys_read(vkeys, count, keys, error): take keys apart into *keys, which the
 * caller frees. QORGAN_USAGE, with *keys NULL, if one is no verifier key. */
int verifier_keys_read(const char *const *vkeys, size_t count, struct verifier_key **keys,
                       struct qorgan_error *error);

/* verifier_key_cosigned(key, note, time, error): when the key cosigned the checkpoint.
 * QORGAN_PROTOCOL, with the reason, if it did not, or not in truth. */
int verifier_key_cosigned(const struct verifier_key *key, struct span note, char time[TIME_TEXT_SIZE],
                          struct qorgan_error *error);

#endif
