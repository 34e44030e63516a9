/* Slots: each opens the keys of the store for one user, by a passphrase
 * (Argon2id), an age identity or a security key. The layout is in SECURITY.md. */
#ifndef STORE_SLOT_H
#define STORE_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/security_key.h"
#include "store/keys.h"

/* Bounds on what a stored slot may ask for before anything is derived: a
 * hostile file must not eat the machine's memory or hours of its time. */
#define SLOT_OPERATIONS_LIMIT 16
#define SLOT_MEMORY_LIMIT ((uint64_t)2 << 30)
#define SLOT_SIZE_LIMIT 4096
#define SLOT_PASSPHRASE_LIMIT 1024 /* bytes, the terminating zero included */
#define SLOT_SALT_SIZE 16

struct slot_cost {
	uint64_t operations;
	uint64_t memory; /* bytes */
};

enum slot_kind { SLOT_DAMAGED, SLOT_PASSPHRASE, SLOT_AGE, SLOT_SECURITY_KEY };
/* slot_kind_of(slot): what opens it; SLOT_DAMAGED if its checksum or form fails. */
enum slot_kind slot_kind_of(struct span slot);

/* What a slot is opened by. The recipient is that of an age identity: the user's own, or
 * one that only the passphrase or the security key gives. Who knows it can make the slot anew
 * for other keys, without the passphrase, the identity file and the security key. */
struct slot_door {
	enum slot_kind kind;
	struct slot_cost cost; /* of a passphrase's derivation, with this salt */
	uint8_t salt[SLOT_SALT_SIZE];
	struct security_key_credential credential; /* of a security key */
	uint8_t recipient[32];
};

/* slot_door_passphrase(passphrase, cost, door, error): a door with a new salt.
 * QORGAN_INTERNAL if the machine lacks the memory that the cost asks for. */
int slot_door_passphrase(const char *passphrase, struct slot_cost cost, struct slot_door *door,
                         struct qorgan_error *error);
/* slot_door_recipient(recipient): the door of an age recipient of 32 bytes. */
struct slot_door slot_door_recipient(const uint8_t recipient[32]);
/* slot_door_security_key(credential, secret, door): the door of what the key answered. */
int slot_door_security_key(const struct security_key_credential *credential,
                           const uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct slot_door *door,
                           struct qorgan_error *error);
/* slot_door_read(slot, door): kind, cost, salt and credential of a slot; not the recipient, which does
 * not stand there. False if the slot is damaged. */
bool slot_door_read(struct span slot, struct slot_door *door);

/* slot_make(id, door, root, slot, error): append the bytes of a slot with these keys. */
int slot_make(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_door *door, const struct keys_root *root,
              struct buffer *slot, struct qorgan_error *error);

/* slot_open_*(...): the keys, and the age identity that the slot's door opens by, both into
 * secret memory. QORGAN_DENIED if it is not for this passphrase, none of these identities, or not
 * for what the security key answered; QORGAN_IO if it is damaged or asks more than the bounds;
 * QORGAN_INTERNAL if there is too little memory for its Argon2id. */
int slot_open_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const char *passphrase,
                         struct keys_root *root, uint8_t identity[32], struct qorgan_error *error);
int slot_open_identities(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const uint8_t (*identities)[32],
                         size_t count, struct keys_root *root, uint8_t identity[32], struct qorgan_error *error);
int slot_open_security_key(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot,
                           const uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct keys_root *root,
                           uint8_t identity[32], struct qorgan_error *error);

#endif
