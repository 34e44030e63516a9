/* Opening a store with a bound to its memory map, as tests need it. */
#ifndef ENGINE_LMDB_OPEN_H
#define ENGINE_LMDB_OPEN_H

#include "engine/engine.h"

/* lmdb_open_within(folder, flags, most, engine, error): as engine_open_lmdb, with
 * a map of at most `most` bytes (a power of two) at first; it grows when needed. */
int lmdb_open_within(const char *folder, unsigned flags, uint64_t most, struct engine **engine,
                     struct qorgan_error *error);

#endif
