/* Who else reads the store: an old state that somebody reads keeps its pages from being
 * used again, and the file grows. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/lmdb_engine.h"

struct listing {
	struct engine_readers *readers;
	uint64_t newest; /* number of the last transaction */
};

/* A line of LMDB's own listing: process, thread, transaction ("-": it reads nothing now). */
static int line_take(const char *line, void *context)
{
	struct listing *listing = context;
	uint64_t transaction;
	long process;

	if (sscanf(line, "%ld %*x %" SCNu64, &process, &transaction) != 2 || process == getpid() ||
	    transaction > listing->newest)
		return 0;
	if (listing->readers->process && listing->newest - transaction <= listing->readers->behind)
		return 0;
	listing->readers->process = process;
	listing->readers->behind = listing->newest - transaction;
	return 0;
}

int lmdb_readers(struct engine *base, struct engine_readers *readers, struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct listing listing = { .readers = readers };
	MDB_envinfo info;
	MDB_stat stat;
	int result = mdb_env_info(engine->env, &info);

	if (!result)
		result = mdb_env_stat(engine->env, &stat);
	if (result)
		return lmdb_error(engine, result, "read", error);
	listing.newest = info.me_last_txnid;
	readers->map = info.me_mapsize;
	readers->used = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
	readers->stale = engine->stale_readers > 0 ? (unsigned)engine->stale_readers : 0;
	/* Without a lock file nobody can be known. */
	mdb_reader_list(engine->env, line_take, &listing);
	return QORGAN_OK;
}
