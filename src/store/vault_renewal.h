/* Sealing anew what lies under the keys of the epoch before: in steps that each are one
 * transaction, so that a kill between them loses nothing and the store is readable, and
 * can be written to, throughout. How far it is stands in one row of meta. */
#ifndef STORE_VAULT_RENEWAL_H
#define STORE_VAULT_RENEWAL_H

#include "store/vault_internal.h"

/* vault_renewal_recall(vault, txn, error): whether rows of the epoch before are left, and
 * if so the key that opens them. For who opens the vault. */
int vault_renewal_recall(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error);

/* vault_renewal_start(vault, txn, error): the rows of meta are sealed with the keys in use,
 * all others are to be; in the transaction that makes those keys the store's. */
int vault_renewal_start(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error);

/* vault_renewal_step(vault, most, rows, done, error): one transaction of at most so many
 * rows, as the one writer; *rows: how many it looked at. */
int vault_renewal_step(struct qorgan_store *vault, size_t most, size_t *rows, bool *done, struct qorgan_error *error);

/* vault_renewal_go_on(vault, rows, error): all that is left, as the one writer for one step
 * after another; *rows is how many were sealed anew. Nothing to do is no error. */
int vault_renewal_go_on(struct qorgan_store *vault, uint64_t *rows, struct qorgan_error *error);

#endif
