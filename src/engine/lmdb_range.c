/* Ranges of the LMDB engine: one cursor each. engine.c checks the order of the
 * keys and the bound at which a range ends. */
#include <stdlib.h>

#include "engine/lmdb_engine.h"

struct lmdb_range {
	struct engine_range base;
	struct lmdb_engine *engine;
	MDB_cursor *cursor; /* NULL: the table is not there, so it is empty */
};

int lmdb_range_open(struct engine_txn *base, unsigned table, struct engine_range **made, struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	struct lmdb_range *range = malloc(sizeof *range);

	if (!range)
		return error_set_memory(error);
	range->engine = txn->engine;
	range->cursor = NULL;
	if (txn->engine->tables_made) {
		int result = mdb_cursor_open(txn->txn, txn->engine->tables[table], &range->cursor);
		if (result) {
			free(range);
			return lmdb_error(txn->engine, result, "read", error);
		}
	}
	*made = &range->base;
	return QORGAN_OK;
}

static int range_result(struct lmdb_range *range, int result, const MDB_val *name, const MDB_val *data,
                        struct span *key, struct span *value, struct qorgan_error *error)
{
	if (result == MDB_NOTFOUND)
		return QORGAN_ABSENT;
	if (result)
		return lmdb_error(range->engine, result, "read", error);
	*key = (struct span){ name->mv_data, name->mv_size };
	*value = (struct span){ data->mv_data, data->mv_size };
	return QORGAN_OK;
}

int lmdb_range_first(struct engine_range *base, struct span *key, struct span *value, struct qorgan_error *error)
{
	struct lmdb_range *range = (struct lmdb_range *)base;
	struct engine_key *from = base->reverse ? &base->high : &base->low;
	MDB_val name = { from->size, from->data }, data;
	int result;

	if (!range->cursor)
		return QORGAN_ABSENT;
	if (!from->size) {
		result = mdb_cursor_get(range->cursor, &name, &data, base->reverse ? MDB_LAST : MDB_FIRST);
	} else {
		result = mdb_cursor_get(range->cursor, &name, &data, MDB_SET_RANGE);
		if (base->reverse && result == MDB_NOTFOUND)
			result = mdb_cursor_get(range->cursor, &name, &data, MDB_LAST);
		else if (base->reverse && !result)
			result = mdb_cursor_get(range->cursor, &name, &data, MDB_PREV);
	}
	return range_result(range, result, &name, &data, key, value, error);
}

int lmdb_range_step(struct engine_range *base, struct span *key, struct span *value, struct qorgan_error *error)
{
	struct lmdb_range *range = (struct lmdb_range *)base;
	MDB_val name, data;
	int result = mdb_cursor_get(range->cursor, &name, &data, base->reverse ? MDB_PREV : MDB_NEXT);

	return range_result(range, result, &name, &data, key, value, error);
}

void lmdb_range_close(struct engine_range *base)
{
	struct lmdb_range *range = (struct lmdb_range *)base;

	if (range->cursor)
		mdb_cursor_close(range->cursor);
	free(range);
}
