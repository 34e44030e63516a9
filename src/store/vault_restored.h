/* That the store was put back from a backup: remembered in the store itself, so that partners
 * are told, to whom its log may have gone back. */
#ifndef STORE_VAULT_RESTORED_H
#define STORE_VAULT_RESTORED_H

#include <stdint.h>

#include "engine/engine.h"
#include "store/vault.h"

struct vault_restored {
	int64_t at;      /* when; 0: it never was */
	int64_t backup;  /* when the backup was made */
	uint64_t leaves; /* of the log in it */
};

/* vault_restored_get(view, restored, error): the last time that it was. */
int vault_restored_get(struct vault_view *view, struct vault_restored *restored, struct qorgan_error *error);
/* vault_restored_put(vault, txn, restored, error): remember it. */
int vault_restored_put(struct qorgan_store *vault, struct engine_txn *txn, const struct vault_restored *restored,
                       struct qorgan_error *error);

#endif
