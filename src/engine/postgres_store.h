/* Stores on a PostgreSQL server, by their addresses: what engine.h does with a place that is one. */
#ifndef ENGINE_POSTGRES_STORE_H
#define ENGINE_POSTGRES_STORE_H

#include <stdbool.h>

#include "engine/engine.h"

/* engine_open_postgres(place, flags, engine, error): the codes are those of engine_open; QORGAN_BUSY: no server
 * can be reached; QORGAN_DENIED: it does not let this user in. */
int engine_open_postgres(const char *place, unsigned flags, struct engine **engine, struct qorgan_error *error);

/* As engine_move, engine_replace, engine_exists and engine_remove. */
int postgres_store_move(const char *from, const char *to, struct qorgan_error *error);
int postgres_store_replace(struct engine *engine, const char *by, const char *kept, struct qorgan_error *error);
int postgres_store_exists(const char *place, bool *exists, struct qorgan_error *error);
int postgres_store_remove(const char *place, struct qorgan_error *error);

#endif
