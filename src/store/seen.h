/* What this computer has seen of a store: its newest checkpoint, remembered
 * outside the store, so that an older store put in its place is noticed. */
#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/merkle.h"
#include "store/keys.h"

struct seen {
	bool known;
	uint64_t size;
	uint8_t root[MERKLE_HASH_SIZE];
	uint8_t key[32]; /* by which the log is signed; zero if an older program remembered it */
	int64_t time;   /* of the commit at that size, seconds since 1970 */
	char path[4096]; /* where the store lay */
};

/* seen_path(id, to): append the path of the file that remembers the store of
 * that id: $XDG_STATE_HOME/qorgan/<id>, else ~/.local/state/qorgan/<id>. False
 * if neither variable is set: then nothing is remembered. */
bool seen_path(const char *id, struct buffer *to);

/* seen_load(id, keys, seen, error): seen->known is false if there is no file, or
 * one that a power cut left unfinished. QORGAN_DENIED if its MAC is wrong: it
 * was altered. */
int seen_load(const char *id, const struct keys *keys, struct seen *seen, struct qorgan_error *error);

/* seen_save(id, keys, seen, error): not synced: losing the newest line to a
 * power cut only means that an older one is compared. */
int seen_save(const char *id, const struct keys *keys, const struct seen *seen, struct qorgan_error *error);

#endif
