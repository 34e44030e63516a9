/* Opening and closing a store of the LMDB engine. */
#include "engine/lmdb_open.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/engine_driver.h"
#include "engine/lmdb_engine.h"

#define LMDB_MAP_MOST ((uint64_t)1 << 40)
#define LMDB_MAP_LEAST ((uint64_t)1 << 26)
#define LMDB_READERS_MOST 512
#define LMDB_LOCK_SIZE (64 * (LMDB_READERS_MOST + 4)) /* a cache line for each reader, and the head */

const struct engine_driver lmdb_driver = {
	.close = lmdb_close,
	.lock_writer = lmdb_lock_writer,
	.unlock_writer = lmdb_unlock_writer,
	.is_current = lmdb_is_current,
	.wait = lmdb_wait,
	.begin = lmdb_begin,
	.commit = lmdb_commit,
	.abort = lmdb_abort,
	.get = lmdb_get,
	.put = lmdb_put,
	.remove = lmdb_remove,
	.range_open = lmdb_range_open,
	.range_first = lmdb_range_first,
	.range_step = lmdb_range_step,
	.range_close = lmdb_range_close,
	.count = lmdb_count,
	.sizes = lmdb_sizes,
	.readers = lmdb_readers,
	.check = lmdb_check,
	.locate = lmdb_locate,
};

void lmdb_pause(void)
{
	static const struct timespec pause = { .tv_nsec = 2000000 };

	nanosleep(&pause, NULL);
}

static void first_fault_keep(void *context, const char *text)
{
	char *first = context;

	if (!*first)
		snprintf(first, 256, "%s", text);
}

/* A file may be shorter than its number of pages only by free ones. */
static bool tail_is_free(const struct pages *pages, const struct pages_owner *owners)
{
	for (uint64_t i = pages->file_size / pages->page_size; i < pages->count; i++)
		if (owners[i].kind != PAGES_KIND_FREE)
			return false;
	return true;
}

static int examine_once(const struct pages *pages, const char *path, struct qorgan_error *error)
{
	bool whole = pages->count <= pages->file_size / pages->page_size;
	struct pages_owner *owners = pages_owners(pages, error);
	char first[256] = "";
	uint64_t faults = 0;

	if (!owners)
		return error ? error->code : QORGAN_IO;
	int code = pages_walk(pages, whole ? PAGES_TABLE_LIST_ONLY : PAGES_LISTS, owners, first_fault_keep, first,
	                      &faults, error);
	if (!code && !whole && !tail_is_free(pages, owners))
		code = error_set(error, QORGAN_IO,
		                 "%s is cut off: it should have %" PRIu64 " pages of %u bytes and has %" PRIu64
		                 ": restore it from a backup",
		                 path, pages->count, pages->page_size, pages->file_size / pages->page_size);
	if (!code && faults)
		code = error_set(error, QORGAN_IO, "%s is damaged: %s", path, first);
	free(owners);
	return code;
}

/* A store's list of tables has all of them from its first commit on. */
static bool is_foreign(const struct pages *pages)
{
	return pages->count && pages->meta[0].table_list.entries != ENGINE_TABLES &&
	       pages->meta[1].table_list.entries != ENGINE_TABLES;
}

/* Looks at the file before LMDB does, which would believe it. */
static int file_examine(struct lmdb_engine *engine, uint64_t *size, struct qorgan_error *error)
{
	struct qorgan_error own; /* of an attempt, which the next one may prove wrong */
	struct pages pages = { 0 };
	int file = open(engine->data, O_RDONLY | O_CLOEXEC);
	int code;

	if (file < 0)
		return error_set_system(error, QORGAN_IO, "cannot open %s", engine->data);
	code = pages_open(&pages, file, engine->data, &own);
	if (!code)
		code = examine_once(&pages, engine->data, &own);
	/* What was read while another process wrote twice is no damage. */
	for (unsigned attempt = 0; code == QORGAN_IO && attempt < 2; attempt++) {
		lmdb_pause();
		code = pages_open(&pages, file, engine->data, &own);
		if (!code)
			code = examine_once(&pages, engine->data, &own);
	}
	if (code == QORGAN_IO && is_foreign(&pages))
		code = error_set(&own, QORGAN_BAD_DATA, "%s is not a Qorgan store: its database is of another program",
		                 engine->folder);
	close(file);
	if (code && error)
		*error = own;
	*size = code ? 0 : pages.count * pages.page_size;
	return code;
}

static void env_assert(MDB_env *env, const char *text)
{
	(void)env;
	(void)text;
	engine_guard_stop();
}

static int env_open_sized(struct lmdb_engine *engine, unsigned flags, uint64_t size)
{
	int result = mdb_env_create(&engine->env);

	if (result)
		return result;
	result = mdb_env_set_mapsize(engine->env, size);
	if (!result)
		result = mdb_env_set_maxdbs(engine->env, ENGINE_TABLES);
	if (!result)
		result = mdb_env_set_maxreaders(engine->env, LMDB_READERS_MOST);
	if (!result)
		result = mdb_env_set_assert(engine->env, env_assert);
	if (!result)
		result = mdb_env_open(engine->env, engine->data, flags, 0600);
	if (result) {
		mdb_env_close(engine->env);
		engine->env = NULL;
	}
	return result;
}

/* Another process that closes just now may make an opening fail. */
static bool env_retries(int result)
{
	return result == EAGAIN || result == EINVAL || result == ENOENT || result == EBUSY;
}

static int env_open_retrying(struct lmdb_engine *engine, unsigned flags, uint64_t size)
{
	int result = env_open_sized(engine, flags, size);

	for (unsigned attempt = 0; env_retries(result) && attempt < 5; attempt++) {
		lmdb_pause();
		result = env_open_sized(engine, flags, size);
	}
	return result;
}

/* Without a lock file no other process knows of our reading, and may write over
 * what is being read. So it is done where nobody can write, and only there: on a
 * file system or in a file that is read-only for all, not for us alone. */
static bool env_goes_without_lock(const struct lmdb_engine *engine, int result)
{
	struct stat status;

	if (!engine->base.read_only)
		return false;
	if (result == EROFS)
		return true;
	return (result == EACCES || result == EPERM) && stat(engine->data, &status) == 0 && !(status.st_mode & 0222);
}

/* Where the space of addresses is limited, leave most of it to the program. */
static uint64_t map_size_first(uint64_t most)
{
	struct rlimit limit;
	uint64_t size = most;

	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		while (size > LMDB_MAP_LEAST && size > limit.rlim_cur / 4)
			size /= 2;
	return size;
}

/* The lock file is written through a map: on a full disk that is no error but a
 * fault of memory. So its blocks are asked for beforehand. */
static int lock_reserve(struct lmdb_engine *engine, struct qorgan_error *error)
{
	char *path = file_join(engine->folder, LMDB_LOCK_NAME);
	struct stat status;
	int code = path ? QORGAN_OK : error_set_memory(error);
	int file = code ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	/* Where it cannot be made or written, LMDB says so, or goes without. */
	if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
		int result = posix_fallocate(file, 0, LMDB_LOCK_SIZE);
		if (result == ENOSPC || result == EDQUOT)
			code = lmdb_error(engine, result, "open", error);
	}
	if (file >= 0)
		close(file);
	free(path);
	return code;
}

static int env_open(struct lmdb_engine *engine, bool glance, uint64_t most, uint64_t file_size, struct qorgan_error *error)
{
	unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | (engine->base.read_only ? MDB_RDONLY : 0) | (glance ? MDB_NOLOCK : 0);
	int code = glance ? QORGAN_OK : lock_reserve(engine, error);
	uint64_t size = map_size_first(most), least = most < LMDB_MAP_LEAST ? most : LMDB_MAP_LEAST;
	int result, file;

	if (code)
		return code;
	while (least < file_size)
		least *= 2;
	/* Where addresses are scarce the map still has room for a file that grows to
	 * twice its size: else to try again, as a full map advises, would be of no use. */
	while (size < most && size < 2 * file_size)
		size *= 2;
	if (size < least)
		size = least;
	for (;;) {
		result = env_open_retrying(engine, flags, size);
		if (env_goes_without_lock(engine, result) && !(flags & MDB_NOLOCK))
			flags |= MDB_NOLOCK;
		else if (result == ENOMEM && size > least)
			size /= 2;
		else
			break;
	}
	if (result)
		return lmdb_error(engine, result, "open", error);
	if (mdb_env_get_fd(engine->env, &file) == 0)
		fcntl(file, F_SETFD, FD_CLOEXEC);
	mdb_reader_check(engine->env, &engine->stale_readers);
	return QORGAN_OK;
}

/* Makes every table, or finds them all: they are made together. A sound database
 * that has none of them is another program's. */
static int tables_open(struct lmdb_engine *engine, bool make, struct qorgan_error *error)
{
	MDB_txn *txn;
	MDB_dbi main_table;
	MDB_stat status;
	unsigned found = 0;
	bool foreign = false;
	int result = mdb_txn_begin(engine->env, NULL, make ? 0 : MDB_RDONLY, &txn);

	if (result)
		return lmdb_error(engine, result, "open", error);
	for (unsigned i = 0; !result && i < ENGINE_TABLES; i++) {
		result = mdb_dbi_open(txn, pages_table_name(i), make ? MDB_CREATE : 0, &engine->tables[i]);
		if (!result)
			found++;
		else if ((result == MDB_NOTFOUND || result == MDB_INCOMPATIBLE) && found == 0)
			result = 0;
	}
	if (!result && !found && !make)
		foreign = !mdb_dbi_open(txn, NULL, 0, &main_table) && !mdb_stat(txn, main_table, &status) &&
		          status.ms_entries != ENGINE_TABLES;
	if (foreign) {
		mdb_txn_abort(txn);
		return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store: its database is of another program",
		                 engine->folder);
	}
	if (!result && !found && !make)
		result = MDB_CORRUPTED;
	if (result) {
		mdb_txn_abort(txn);
		return lmdb_error(engine, result, "open", error);
	}
	result = mdb_txn_commit(txn);
	if (result)
		return lmdb_commit_error(engine, result, error);
	engine->tables_made = found == ENGINE_TABLES;
	return QORGAN_OK;
}

static int engine_start(struct lmdb_engine *engine, unsigned flags, uint64_t most, uint64_t file_size,
                        struct qorgan_error *error)
{
	int code = ENGINE_GUARDED(env_open(engine, flags & ENGINE_GLANCE, most, file_size, error));

	return code ? code : ENGINE_GUARDED(tables_open(engine, flags & ENGINE_CREATE, error));
}

static int data_identify(struct lmdb_engine *engine, struct qorgan_error *error)
{
	struct stat status;

	if (stat(engine->data, &status))
		return error_set_system(error, QORGAN_IO, "cannot examine %s", engine->data);
	engine->device = status.st_dev;
	engine->inode = status.st_ino;
	return lmdb_registry_add(engine, error);
}

static int store_find(struct lmdb_engine *engine, struct qorgan_error *error)
{
	struct stat status;

	if (stat(engine->folder, &status) == 0 && !S_ISDIR(status.st_mode))
		return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store: a store is a folder", engine->folder);
	if (stat(engine->data, &status) && (errno == ENOENT || errno == ENOTDIR))
		return error_set(error, QORGAN_ABSENT, "no store at %s: make one with qorgan init", engine->folder);
	if (access(engine->data, R_OK))
		return error_set_system(error, QORGAN_IO, "cannot read %s", engine->data);
	if (stat(engine->data, &status) == 0 && !S_ISREG(status.st_mode))
		return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store: it is no file", engine->data);
	return QORGAN_OK;
}

static void env_close(struct lmdb_engine *engine)
{
	if (engine->env)
		mdb_env_close(engine->env);
	engine->env = NULL;
	lmdb_registry_remove(engine);
}

/* The files are opened one after the other: those of two stores, where one took the place of
 * the other meanwhile. */
static bool env_is_mixed(const struct lmdb_engine *engine)
{
	struct stat status;
	int file;

	return mdb_env_get_fd(engine->env, &file) == 0 && fstat(file, &status) == 0 &&
	       (status.st_dev != engine->device || status.st_ino != engine->inode);
}

static int store_open(struct lmdb_engine *engine, unsigned flags, uint64_t most, struct qorgan_error *error)
{
	uint64_t size;
	int code = store_find(engine, error);

	if (!code && !(flags & ENGINE_ANY_FILESYSTEM))
		code = lmdb_place_check(engine->folder, QORGAN_IO, error);
	for (bool again = true; again && !code;) {
		code = data_identify(engine, error);
		if (!code)
			code = file_examine(engine, &size, error);
		if (!code)
			code = engine_start(engine, flags, most, size, error);
		again = !code && env_is_mixed(engine);
		if (again)
			env_close(engine);
	}
	return code;
}

static int store_create(struct lmdb_engine *engine, unsigned flags, uint64_t most, struct qorgan_error *error)
{
	struct lmdb_place place;
	int code = lmdb_place_create(&place, engine->folder, error);

	if (code)
		return code;
	if (!(flags & ENGINE_ANY_FILESYSTEM))
		code = lmdb_place_check(engine->folder, QORGAN_CANNOT_CREATE, error);
	if (!code)
		code = engine_start(engine, flags, most, 0, error);
	if (!code)
		code = data_identify(engine, error);
	if (!code)
		code = lmdb_place_sync(engine->folder, error);
	if (code) {
		env_close(engine);
		lmdb_place_remove(&place);
	}
	lmdb_place_free(&place);
	return code;
}

void lmdb_close(struct engine *base)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;

	env_close(engine);
	if (engine->writer_file >= 0)
		close(engine->writer_file);
	pthread_mutex_destroy(&engine->gate);
	free(engine->owners);
	free(engine->folder);
	free(engine->data);
	free(engine);
}

int lmdb_open_within(const char *folder, unsigned flags, uint64_t most, struct engine **made,
                     struct qorgan_error *error)
{
	struct lmdb_engine *engine = calloc(1, sizeof *engine);
	int code = QORGAN_OK;

	if (!engine)
		return error_set_memory(error);
	engine->base.driver = &lmdb_driver;
	engine->base.process = getpid();
	engine->base.read_only = flags & ENGINE_READ_ONLY;
	engine->writer_file = -1;
	pthread_mutex_init(&engine->gate, NULL);
	engine->folder = strdup(folder);
	engine->data = file_join(folder, LMDB_DATA_NAME);
	if (!engine->folder || !engine->data)
		code = error_set_memory(error);
	else if (flags & ENGINE_CREATE)
		code = store_create(engine, flags, most, error);
	else
		code = store_open(engine, flags, most, error);
	if (code) {
		lmdb_close(&engine->base);
		return code;
	}
	*made = &engine->base;
	return QORGAN_OK;
}

int engine_open_lmdb(const char *folder, unsigned flags, struct engine **engine, struct qorgan_error *error)
{
	return lmdb_open_within(folder, flags, LMDB_MAP_MOST, engine, error);
}
