/* The keys of an opened store in the kernel's keyring, for the commands of one session: not
 * in a file, not in another process, gone with the session or after a time. */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "store/vault_internal.h"

#define SESSION_SECONDS_LIMIT (12 * 3600)

/* session_open(vault, txn, root, error): the keys that qorgan_session_keep left, if what
 * opened them then would open the store now: the slot is the very one of then. QORGAN_DENIED
 * (no message) if there are none, whatever the reason. */
int session_open(struct qorgan_store *vault, struct engine_txn *txn, struct keys_root *root);

#endif
