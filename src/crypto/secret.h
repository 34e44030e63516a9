/* Secret memory: one locked arena for all keys and passphrases of a process.
 *
 * Every sodium_malloc costs guard pages and counts against the limit of locked
 * memory, past which locking fails in silence. So there is one allocation,
 * made at start, from which fixed-size places are handed out. */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* secret_start(error): initialise libsodium, make the arena, forbid core dumps
 * and tracing (PR_SET_DUMPABLE). Calls after the first do nothing. Must come
 * before every other function of src/crypto. */
int secret_start(struct qorgan_error *error);

/* secret_lock_again(): in the child of a fork, which does not inherit the lock on
 * the arena that it has a copy of. */
void secret_lock_again(void);

/* secret_forget(): wipe all places, of a process that ends and does not free each. */
void secret_forget(void);

/* secret_is_locked(): whether the system let the arena be locked in memory. */
bool secret_is_locked(void);

/* secret_alloc(size): zeroed secret memory, aligned to 16 bytes, or NULL when
 * the arena is full. secret_free wipes it; NULL is allowed. What is no place, or
 * was freed already, ends the process. */
void *secret_alloc(size_t size);
void secret_free(void *place);

#endif
