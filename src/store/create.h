/* Making a vault: its folder, keys, first slot and empty log. */
#ifndef STORE_CREATE_H
#define STORE_CREATE_H

#include "store/vault.h"

/* vault_create(path, creation, vault, error): a new vault in a folder beside
 * `path`; nothing is at `path` yet, so that what follows (the first records) can
 * fail without a trace. The caller finishes or discards it. */
int vault_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **vault,
                 struct qorgan_error *error);
/* vault_create_finish: put it in its place. */
int vault_create_finish(struct qorgan_store *vault, const char *path, struct qorgan_error *error);
/* vault_create_discard: remove it; closes the vault. */
void vault_create_discard(struct qorgan_store *vault);

#endif
