/* Transactions of the LMDB engine, and what is done within them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/lmdb_engine.h"

static int gate_enter(struct lmdb_engine *engine, bool write, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	pthread_mutex_lock(&engine->gate);
	if (engine->broken)
		code = error_set(error, QORGAN_IO, "an earlier write to the store at %s failed: start the program again",
		                 engine->folder);
	else if (write && engine->writing && pthread_equal(engine->writer, pthread_self()))
		code = error_set(error, QORGAN_INTERNAL, "this thread already has a write transaction");
	else if (engine->grow && engine->active == 0)
		code = lmdb_map_grow(engine, 0, error);
	if (!code)
		engine->active++;
	pthread_mutex_unlock(&engine->gate);
	return code;
}

static void gate_leave(struct lmdb_engine *engine)
{
	pthread_mutex_lock(&engine->gate);
	engine->active--;
	pthread_mutex_unlock(&engine->gate);
}

/* Another process has made the store larger than our map. */
static int map_follow(struct lmdb_engine *engine, struct qorgan_error *error)
{
	MDB_envinfo info;
	MDB_stat stat;
	int code;

	pthread_mutex_lock(&engine->gate);
	if (engine->active > 1) {
		code = lmdb_error(engine, MDB_MAP_RESIZED, "read", error);
	} else {
		mdb_env_info(engine->env, &info);
		mdb_env_stat(engine->env, &stat);
		code = lmdb_map_grow(engine, ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize, error);
	}
	pthread_mutex_unlock(&engine->gate);
	return code;
}

static int txn_begin(struct lmdb_engine *engine, bool write, MDB_txn **txn, struct qorgan_error *error)
{
	int result = 0;

	if (write)
		mdb_reader_check(engine->env, NULL);
	for (unsigned attempt = 0; attempt < 4; attempt++) {
		result = mdb_txn_begin(engine->env, NULL, write ? 0 : MDB_RDONLY, txn);
		if (result == MDB_READERS_FULL) {
			mdb_reader_check(engine->env, NULL);
		} else if (result == MDB_MAP_RESIZED) {
			int code = map_follow(engine, error);
			if (code)
				return code;
		} else {
			break;
		}
	}
	return result ? lmdb_error(engine, result, write ? "write to" : "read", error) : QORGAN_OK;
}

/* Once, before the first write. */
static int lists_check(struct lmdb_engine *engine, struct qorgan_error *error)
{
	MDB_txn *held;
	int code = engine->lists_checked ? QORGAN_OK : txn_begin(engine, false, &held, error);

	if (code || engine->lists_checked)
		return code;
	code = lmdb_check_lists(engine, error);
	engine->lists_checked = !code;
	mdb_txn_abort(held);
	return code;
}

int lmdb_begin(struct engine *base, bool write, struct engine_txn **made, struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct lmdb_txn *txn = NULL;
	MDB_txn *begun;
	int code = gate_enter(engine, write, error);

	if (code)
		return code;
	if (!write && !(txn = calloc(1, sizeof *txn)))
		code = error_set_memory(error);
	if (!code && write)
		code = lists_check(engine, error);
	if (!code)
		code = txn_begin(engine, write, &begun, error);
	if (code) {
		free(txn);
		gate_leave(engine);
		return code;
	}
	if (write) {
		/* Only now is it ours alone. */
		txn = &engine->write_txn;
		memset(txn, 0, sizeof *txn);
		pthread_mutex_lock(&engine->gate);
		engine->writing = true;
		engine->writer = pthread_self();
		pthread_mutex_unlock(&engine->gate);
	}
	txn->engine = engine;
	txn->txn = begun;
	*made = &txn->base;
	return QORGAN_OK;
}

static void cursors_close(struct lmdb_txn *txn)
{
	for (unsigned i = 0; i < ENGINE_TABLES; i++) {
		if (txn->cursors[i])
			mdb_cursor_close(txn->cursors[i]);
		txn->cursors[i] = NULL;
	}
}

/* The two meta pages, before a commit. */
struct metas {
	unsigned char bytes[2][PAGES_META];
	off_t second; /* where the second one begins; 0: they could not be read */
};

static bool metas_read(struct lmdb_engine *engine, struct metas *metas)
{
	MDB_stat status;
	int file;

	*metas = (struct metas){ 0 };
	if (mdb_env_stat(engine->env, &status) || mdb_env_get_fd(engine->env, &file) ||
	    pread(file, metas->bytes[0], PAGES_META, 0) != PAGES_META ||
	    pread(file, metas->bytes[1], PAGES_META, status.ms_psize) != PAGES_META)
		return false;
	metas->second = status.ms_psize;
	return true;
}

/* A commit whose meta page could not be written LMDB undoes by half: the page has its old
 * number and the new roots, and is damaged until the next commit. We hold the writer's lock,
 * so nobody else writes it meanwhile. What cannot be put back leaves the newest state as
 * whole as before. */
static void metas_put_back(struct lmdb_engine *engine, const struct metas *before)
{
	struct metas now;
	int file;

	if (!before->second || !metas_read(engine, &now) || mdb_env_get_fd(engine->env, &file))
		return;
	for (unsigned i = 0; i < 2; i++) {
		bool differs = memcmp(now.bytes[i], before->bytes[i], PAGES_META) != 0;
		for (unsigned attempt = 0; differs && attempt < 3; attempt++)
			if (pwrite(file, before->bytes[i], PAGES_META, i ? before->second : 0) == PAGES_META)
				differs = fdatasync(file) != 0;
	}
}

/* The gate is left before LMDB lets the next writer of this process in, which
 * then uses write_txn. */
int lmdb_commit(struct engine_txn *base, struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	struct lmdb_engine *engine = txn->engine;
	MDB_txn *begun = txn->txn;

	cursors_close(txn);
	pthread_mutex_lock(&engine->gate);
	engine->writing = false;
	pthread_mutex_unlock(&engine->gate);
	struct metas metas;
	metas_read(engine, &metas);
	int result = mdb_txn_commit(begun);
	if (result)
		metas_put_back(engine, &metas);
	gate_leave(engine);
	return result ? lmdb_commit_error(engine, result, error) : QORGAN_OK;
}

void lmdb_abort(struct engine_txn *base)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	struct lmdb_engine *engine = txn->engine;
	MDB_txn *begun = txn->txn;

	cursors_close(txn);
	if (base->write) {
		pthread_mutex_lock(&engine->gate);
		engine->writing = false;
		pthread_mutex_unlock(&engine->gate);
	} else {
		free(txn);
	}
	mdb_txn_abort(begun);
	gate_leave(engine);
}

/* Opens the cursor of a table when it is first written to. */
static int cursor_need(struct lmdb_txn *txn, unsigned table)
{
	if (txn->cursors[table])
		return 0;
	return mdb_cursor_open(txn->txn, txn->engine->tables[table], &txn->cursors[table]);
}

int lmdb_get(struct engine_txn *base, unsigned table, struct span key, struct span *value,
             struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	MDB_val name = { key.size, (void *)key.data }, data;

	if (!txn->engine->tables_made)
		return QORGAN_ABSENT;
	int result = mdb_get(txn->txn, txn->engine->tables[table], &name, &data);
	if (result == MDB_NOTFOUND)
		return QORGAN_ABSENT;
	if (result)
		return lmdb_error(txn->engine, result, "read", error);
	*value = (struct span){ data.mv_data, data.mv_size };
	return QORGAN_OK;
}

int lmdb_put(struct engine_txn *base, unsigned table, struct span key, struct span value, enum engine_put_how how,
             struct qorgan_error *error)
{
	static const unsigned flags[] = { [ENGINE_PUT_ADD] = MDB_NOOVERWRITE, [ENGINE_PUT_APPEND] = MDB_APPEND };
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	MDB_val name = { key.size, (void *)key.data }, data = { value.size, (void *)value.data };
	int result = cursor_need(txn, table);

	if (!result)
		result = mdb_cursor_put(txn->cursors[table], &name, &data, flags[how]);
	if (!result)
		return QORGAN_OK;
	if (result == MDB_KEYEXIST && how == ENGINE_PUT_ADD)
		return error_set(error, QORGAN_INTERNAL, "an added key is in its table already");
	if (result == MDB_KEYEXIST)
		return error_set(error, QORGAN_INTERNAL, "an appended key must be above all others of its table");
	return lmdb_error(txn->engine, result, "write to", error);
}

int lmdb_remove(struct engine_txn *base, unsigned table, struct span key, struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	MDB_val name = { key.size, (void *)key.data };
	int result = cursor_need(txn, table);

	if (!result)
		result = mdb_cursor_get(txn->cursors[table], &name, NULL, MDB_SET);
	if (result == MDB_NOTFOUND)
		return QORGAN_ABSENT;
	if (!result)
		result = mdb_cursor_del(txn->cursors[table], 0);
	return result ? lmdb_error(txn->engine, result, "write to", error) : QORGAN_OK;
}

int lmdb_count(struct engine_txn *base, unsigned table, uint64_t *count, struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	MDB_stat stat;

	*count = 0;
	if (!txn->engine->tables_made)
		return QORGAN_OK;
	int result = mdb_stat(txn->txn, txn->engine->tables[table], &stat);
	if (result)
		return lmdb_error(txn->engine, result, "read", error);
	*count = stat.ms_entries;
	return QORGAN_OK;
}

int lmdb_sizes(struct engine_txn *base, struct engine_sizes *sizes, struct qorgan_error *error)
{
	struct lmdb_txn *txn = (struct lmdb_txn *)base;
	const MDB_dbi lists[] = { 0, 1 }; /* LMDB's own numbers of the free list and the table list */
	MDB_envinfo info;
	MDB_stat stat;
	uint64_t used = 2; /* the meta pages */
	unsigned tables = txn->engine->tables_made ? ENGINE_TABLES : 0;

	for (unsigned i = 0; i < tables + 2; i++) {
		int result = mdb_stat(txn->txn, i < 2 ? lists[i] : txn->engine->tables[i - 2], &stat);
		if (result)
			return lmdb_error(txn->engine, result, "read", error);
		used += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
	}
	mdb_env_info(txn->engine->env, &info);
	uint64_t pages = (uint64_t)info.me_last_pgno + 1;
	sizes->used = used * stat.ms_psize;
	sizes->free = pages > used ? (pages - used) * stat.ms_psize : 0;
	return QORGAN_OK;
}
