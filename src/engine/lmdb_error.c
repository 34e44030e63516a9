/* What a result of LMDB means to a person, and what must follow from it. */
#include <errno.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <sys/vfs.h>

#include "engine/lmdb_engine.h"

static int error_map_full(struct lmdb_engine *engine, struct qorgan_error *error)
{
	pthread_mutex_lock(&engine->gate);
	engine->grow = true;
	pthread_mutex_unlock(&engine->gate);
	return error_set(error, QORGAN_BUSY,
	                 "the store at %s has outgrown its map of memory, which is enlarged now: try again",
	                 engine->folder);
}

static int error_no_space(struct lmdb_engine *engine, struct qorgan_error *error)
{
	return error_set(error, QORGAN_IO,
	                 "no space left on the disk of %s: the store is as it was; free some space and try again",
	                 engine->folder);
}

static int error_read_only(struct lmdb_engine *engine, struct qorgan_error *error)
{
	return error_set(error, QORGAN_IO,
	                 "nothing can be changed: the store at %s lies on a medium or file system that is read-only; what "
	                 "only reads works as ever",
	                 engine->folder);
}

static int error_size_limit(struct lmdb_engine *engine, struct qorgan_error *error)
{
	return error_set(error, QORGAN_IO,
	                 "no space left for %s under the limit of a file's size (ulimit -f): the store is as it was",
	                 engine->data);
}

/* LMDB says EIO of a write that was cut short; ask the system why it was. */
static bool disk_is_full(const struct lmdb_engine *engine)
{
	struct statfs status;

	return statfs(engine->folder, &status) == 0 && (uint64_t)status.f_bavail * (uint64_t)status.f_bsize < 65536;
}

static bool file_is_at_limit(const struct lmdb_engine *engine)
{
	struct rlimit limit;
	struct stat status;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	       stat(engine->data, &status) == 0 && (uint64_t)status.st_size + 65536 > limit.rlim_cur;
}

static int result_judge(const struct lmdb_engine *engine, int result)
{
	if (result == EIO && disk_is_full(engine))
		return ENOSPC;
	if (result == EIO && file_is_at_limit(engine))
		return EFBIG;
	return result;
}

int lmdb_error(struct lmdb_engine *engine, int result, const char *doing, struct qorgan_error *error)
{
	result = result_judge(engine, result);
	if (result > 0) /* the system's, not LMDB's own */
		error_note_system();
	switch (result) {
	case MDB_MAP_FULL:
		return error_map_full(engine, error);
	case ENOSPC:
	case EDQUOT:
		return error_no_space(engine, error);
	case EFBIG:
		return error_size_limit(engine, error);
	case EROFS:
		return error_read_only(engine, error);
	case ENOMEM:
		return error_set_memory(error);
	case MDB_READERS_FULL:
		return error_set(error, QORGAN_BUSY, "too many processes read the store at %s: try again", engine->folder);
	case MDB_MAP_RESIZED:
		return error_set(error, QORGAN_BUSY,
		                 "another process has enlarged the store at %s while this one was reading: try again",
		                 engine->folder);
	case MDB_TXN_FULL:
		return error_set(error, QORGAN_IO, "cannot %s the store at %s: too many changes at once", doing,
		                 engine->folder);
	case MDB_BAD_TXN:
	case MDB_BAD_DBI:
	case MDB_BAD_RSLOT:
	case MDB_DBS_FULL:
		return error_set(error, QORGAN_INTERNAL, "cannot %s the store at %s: %s", doing, engine->folder,
		                 mdb_strerror(result));
	case MDB_PANIC:
		return error_set(error, QORGAN_IO, "cannot %s the store at %s: an earlier write failed; start again", doing,
		                 engine->folder);
	default:
		break;
	}
	if (result < 0)
		return error_set(error, QORGAN_IO, "cannot %s the store at %s, as it is damaged (%s): run qorgan verify",
		                 doing, engine->folder, mdb_strerror(result));
	errno = result;
	return error_set_system(error, QORGAN_IO, "cannot %s the store at %s", doing, engine->folder);
}

int lmdb_commit_error(struct lmdb_engine *engine, int result, struct qorgan_error *error)
{
	int code = lmdb_error(engine, result, "commit to", error);

	result = result_judge(engine, result);
	if (result != ENOSPC && result != EDQUOT && result != EFBIG && result != MDB_MAP_FULL && result != ENOMEM) {
		pthread_mutex_lock(&engine->gate);
		engine->broken = true;
		pthread_mutex_unlock(&engine->gate);
	}
	return code;
}

int lmdb_map_grow(struct lmdb_engine *engine, uint64_t least, struct qorgan_error *error)
{
	uint64_t size = (uint64_t)1 << 26;
	MDB_envinfo info;

	mdb_env_info(engine->env, &info);
	if (engine->grow && least < 2 * (uint64_t)info.me_mapsize)
		least = 2 * (uint64_t)info.me_mapsize;
	if (least < info.me_mapsize)
		least = info.me_mapsize;
	while (size < least && size < (uint64_t)1 << 62)
		size *= 2;
	engine->grow = false;
	int result = mdb_env_set_mapsize(engine->env, size);
	if (!result)
		return QORGAN_OK;
	/* The old map is gone: LMDB would use it all the same. */
	engine->broken = true;
	error_note_system();
	return error_set(error, QORGAN_IO,
	                 "there is no room in memory for a map of %" PRIu64 " MiB of the store at %s: see ulimit -v",
	                 size >> 20, engine->folder);
}
