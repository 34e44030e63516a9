/* Waiting for what other processes change: each change has a number, which lies in the mapped file. */
#include <time.h>

#include "engine/lmdb_engine.h"

#define LOOK_NANOSECONDS 100000000L

static int64_t milliseconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

int lmdb_wait(struct engine *base, unsigned milliseconds, bool *changed, struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct timespec begun;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (;;) {
		MDB_envinfo info;
		int result = mdb_env_info(engine->env, &info);
		if (result)
			return lmdb_error(engine, result, "read", error);
		if (!lmdb_is_current(base))
			return error_set(error, QORGAN_ABSENT, "the file of the store in %s was replaced", engine->folder);
		*changed = info.me_last_txnid != engine->waited;
		engine->waited = info.me_last_txnid;
		if (*changed || milliseconds_since(&begun) >= (int64_t)milliseconds)
			return QORGAN_OK;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NANOSECONDS }, NULL);
	}
}
