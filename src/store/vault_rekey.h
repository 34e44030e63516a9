/* New keys for a vault, after somebody who had them left. */
#ifndef STORE_VAULT_REKEY_H
#define STORE_VAULT_REKEY_H

#include "store/vault_internal.h"
#include "store/vault_slots.h"

/* vault_rekey_begin(vault, user, message, change, error): a change with which all keys of
 * the next epoch take the place of those in use: its records, and its checkpoint, are under
 * the new ones. The old log key signs the card of the new keys, and no more. There is no
 * slot in it: the caller puts one for everybody who stays, with the same numbers, and at
 * least one version, and commits. Rows of the epoch before open until vault_renewal_go_on
 * has sealed them anew. QORGAN_DENIED without the admin key. */
int vault_rekey_begin(struct qorgan_store *vault, const char *user, const char *message, struct vault_change **change,
                      struct qorgan_error *error);

/* vault_rekey_former(change): the keys before, until the change ends. */
const struct keys *vault_rekey_former(const struct vault_change *change);

#endif
