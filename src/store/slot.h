/* Slots: each opens the keys of the store for one user, by a passphrase
 * (Argon2id) or an age identity. The layout is in SECURITY.md. */
#ifndef STORE_SLOT_H
#define STORE_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "store/keys.h"

/* Bounds on what a stored slot may ask for before anything is derived: a
 * hostile file must not eat the machine's memory or hours of its time. */
#define SLOT_OPERATIONS_LIMIT 16
#define SLOT_MEMORY_LIMIT ((uint64_t)2 << 30)
#define SLOT_SIZE_LIMIT 4096
#define SLOT_PASSPHRASE_LIMIT 1024 /* bytes, the terminating zero included */

struct slot_cost {
	uint64_t operations;
	uint64_t memory; /* bytes */
};

/* slot_make_passphrase(id, passphrase, cost, root, slot, error): append the
 * bytes of a slot that the passphrase opens. QORGAN_INTERNAL if the machine
 * lacks the memory that the cost asks for. */
int slot_make_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], const char *passphrase, struct slot_cost cost,
                         const struct keys_root *root, struct buffer *slot, struct qorgan_error *error);
/* slot_make_recipient: the same for an age recipient. */
int slot_make_recipient(const uint8_t id[KEYS_STORE_ID_SIZE], const uint8_t recipient[32],
                        const struct keys_root *root, struct buffer *slot, struct qorgan_error *error);

enum slot_kind { SLOT_DAMAGED, SLOT_PASSPHRASE, SLOT_AGE };
/* slot_kind_of(slot): what opens it; SLOT_DAMAGED if its checksum or form fails. */
enum slot_kind slot_kind_of(struct span slot);

/* slot_open_*(...): QORGAN_DENIED if it is not for this passphrase or none of
 * these identities; QORGAN_IO if it is damaged or asks more than the bounds;
 * QORGAN_INTERNAL if there is too little memory for its Argon2id. */
int slot_open_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const char *passphrase,
                         struct keys_root *root, struct qorgan_error *error);
int slot_open_identities(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const uint8_t (*identities)[32],
                         size_t count, struct keys_root *root, struct qorgan_error *error);

#endif
