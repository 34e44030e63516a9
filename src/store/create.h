/* Making a vault: its folder, keys, first slot and empty log. */
#ifndef STORE_CREATE_H
#define STORE_CREATE_H

#include "store/vault.h"

/* vault_create(path, creation, vault, error): a new vault that is not in its place
 * `path` yet, so that what follows (the first records) can fail without a trace.
 * The caller finishes or discards it. QORGAN_CANNOT_CREATE if the place is taken or
 * cannot be made; QORGAN_BAD_DATA if the user or recipient is none: both are
 * looked at before anything is asked or made. */
int vault_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **vault,
                 struct qorgan_error *error);
/* vault_create_finish: put it in its place, durably. After a failure it is still
 * to be discarded. */
int vault_create_finish(struct qorgan_store *vault, struct qorgan_error *error);
/* vault_create_discard: remove it, and every folder made for it; closes the vault. */
void vault_create_discard(struct qorgan_store *vault);

#endif
