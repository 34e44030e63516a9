/* The slots of a store that security keys open. */
#ifndef STORE_KEY_SLOTS_H
#define STORE_KEY_SLOTS_H

#include "store/vault_internal.h"

/* key_slots_open(vault, txn, how, root, identity, error): the keys of the first slot for which a key
 * is plugged in, and its age identity (32 bytes, secret memory); the vault then knows slot and door. QORGAN_ABSENT if there is no such key; else as
 * of security_key_ask. */
int key_slots_open(struct qorgan_store *vault, struct engine_txn *txn, const struct qorgan_security_key *how,
                   struct keys_root *root, uint8_t *identity, struct qorgan_error *error);

#endif
