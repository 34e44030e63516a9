/* The keys of a store: what a slot opens, and what is derived from it.
 *
 * The read key seals the records, the write key is the seed of the state's
 * signatures, the admin key governs users. The three are renewed together, and each
 * time begins an epoch. The index key stays for as long as the store does: by it
 * places are found, and it opens nothing. None is used itself: crypto_kdf derives one
 * subkey for each use, so that no key serves two purposes. */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define KEYS_SIZE 32
#define KEYS_STORE_ID_SIZE 16
#define KEYS_EPOCHS_LIMIT 10000 /* a key changed every day would need 27 years */
#define KEYS_STATE_LIMIT 64 /* bytes of a state's code or a user's name, its zero included */

enum keys_role {
	KEYS_MAY_READ = 1,
	KEYS_MAY_WRITE = 2,
	KEYS_MAY_ADMINISTER = 4
};

/* What lies in a slot. Lives in secret memory. */
struct keys_root {
	uint32_t roles; /* enum keys_role; absent keys are zero */
	uint32_t epoch; /* of the keys, from 1 */
	uint8_t read[KEYS_SIZE], write[KEYS_SIZE], admin[KEYS_SIZE];
	/* Public halves, so that whoever only reads can check signatures without
	 * believing anything that another reader could have written. */
	uint8_t log_public[KEYS_SIZE], witness_public[KEYS_SIZE], package_public[KEYS_SIZE];
	char state[KEYS_STATE_LIMIT], user[KEYS_STATE_LIMIT];
	uint8_t index[KEYS_SIZE];
	uint8_t admin_public[KEYS_SIZE];
};

/* Everything that is derived. Lives in secret memory. */
struct keys {
	struct keys_root root;
	uint8_t ids[KEYS_SIZE];   /* keyed hash of owner, kind and id */
	uint8_t seal[KEYS_SIZE];  /* records at rest */
	uint8_t seen[KEYS_SIZE];  /* MAC of the file that remembers checkpoints */
	uint8_t forms[KEYS_SIZE]; /* MAC of what a form says that its filler may not change */
	uint8_t log_seed[KEYS_SIZE], witness_seed[KEYS_SIZE], package_seed[KEYS_SIZE]; /* zero without the write key */
	uint8_t backups[KEYS_SIZE]; /* indexes of backups; likewise */
	uint8_t shared[KEYS_SIZE]; /* secrets shared with partners, at rest; zero without the write key */
	uint8_t shards[32];       /* secret permutation: kind number to shard of the heads */
	uint8_t admin_seed[KEYS_SIZE]; /* of the endorsements of users; zero without the admin key */
	/* Of the epoch before, while rows that it sealed are left; epoch 0: there are none. */
	struct {
		uint32_t epoch;
		uint8_t read[KEYS_SIZE], seal[KEYS_SIZE];
	} former;
};

/* All but keys_restrict fail only where secret memory is full: QORGAN_INTERNAL.
 *
 * keys_generate(state, user, root, error): new random keys with all roles. */
int keys_generate(const char *state, const char *user, struct keys_root *root, struct qorgan_error *error);

/* keys_renew(former, root, error): new random keys of the next epoch; what is not of an
 * epoch is a copy. */
int keys_renew(const struct keys_root *former, struct keys_root *root, struct qorgan_error *error);

/* keys_complete(root, error): fill in what a slot of 0.1.0 lacks: behind user. */
int keys_complete(struct keys_root *root, struct qorgan_error *error);

/* keys_restrict(root, roles, user, restricted): what that user's slot holds: the keys of
 * those roles alone. */
void keys_restrict(const struct keys_root *root, uint32_t roles, const char *user, struct keys_root *restricted);

/* keys_derive(root, keys, error): fill in `keys`, whose root is a copy of *root. There is
 * no former epoch before keys_derive_former. */
int keys_derive(const struct keys_root *root, struct keys *keys, struct qorgan_error *error);

/* keys_derive_former(read, epoch, keys): rows of that epoch open too;
 * keys_forget_former(keys): they do no longer. */
void keys_derive_former(const uint8_t read[KEYS_SIZE], uint32_t epoch, struct keys *keys);
void keys_forget_former(struct keys *keys);

#endif
