/* The record that a package was made, in the sender's own log: kind `release`. */
#ifndef EXCHANGE_RELEASE_LOG_H
#define EXCHANGE_RELEASE_LOG_H

#include "exchange/release_rule.h"
#include "store/vault.h"

struct release_entry {
	const struct recipient *recipients;
	size_t count;
	uint64_t sequence, first, size, records;
	const char *digest;           /* of the file: BLAKE2b-512, hexadecimal */
	const char *restored;         /* the moment of the restore that it told; NULL: of none */
	struct span leaves, withdrawn; /* of the versions sent and withdrawn: leaf_ranges.h */
};

/* release_log(store, entry, user, message, error): as one change; message may be NULL. */
int release_log(struct qorgan_store *store, const struct release_entry *entry, const char *user, const char *message,
                struct qorgan_error *error);

#endif
