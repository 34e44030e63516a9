/* Custody within the register. */
#ifndef REGISTER_CUSTODY_H
#define REGISTER_CUSTODY_H

#include "store/vault.h"

/* custody_found(store, change, error): the user whose slot opened the vault goes on record as its
 * administrator, by that slot. For the first change of a store, and for one of 0.1.0. */
int custody_found(struct qorgan_store *store, struct vault_change *change, struct qorgan_error *error);

#endif
