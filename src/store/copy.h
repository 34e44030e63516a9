/* All rows of a store in another place. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "engine/engine.h"
#include "qorgan/copy.h"

/* store_copy(vault, to, moves, finish, copied, error): as qorgan_store_copy; before the copy gets its name, `finish`, unless
 * it is NULL, makes of it what it is to be. */
typedef int (*store_copy_finish)(struct qorgan_store *vault, struct engine *to, struct qorgan_error *error);
int store_copy(struct qorgan_store *vault, const char *to, bool moves, store_copy_finish finish,
               struct qorgan_copied *copied, struct qorgan_error *error);

#endif
