/* Where a store is: in a folder or on a server. */
#include "engine/engine.h"
#include "engine/lmdb_engine.h"
#include "engine/postgres_store.h"

int engine_open(const char *place, unsigned flags, struct engine **engine, struct qorgan_error *error)
{
	return engine_is_server(place) ? engine_open_postgres(place, flags, engine, error)
	                               : engine_open_lmdb(place, flags, engine, error);
}

int engine_move(const char *from, const char *to, struct qorgan_error *error)
{
	return engine_is_server(from) ? postgres_store_move(from, to, error) : lmdb_move(from, to, error);
}

int engine_replace(struct engine *engine, const char *by, const char *kept, struct qorgan_error *error)
{
	int code = postgres_store_replace(engine, by, kept, error);

	engine_unlock_writer(engine);
	return code;
}

int engine_exists(const char *place, bool *exists, struct qorgan_error *error)
{
	return postgres_store_exists(place, exists, error);
}

void engine_remove(const char *place)
{
	if (engine_is_server(place))
		postgres_store_remove(place, NULL);
	else
		lmdb_remove_files(place);
}

int engine_erase(const char *place, enum engine_erased *erased, struct qorgan_error *error)
{
	if (!engine_is_server(place))
		return lmdb_erase(place, erased, error);
	*erased = ENGINE_ERASED_BY_SERVER;
	return postgres_store_remove(place, error);
}
