/* See starve.h. */
#include "starve.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"

/* In memory that children share. */
struct hunger {
	bool counting;
	enum starve kind;
	uint64_t at, calls;
};
static struct hunger *hunger;

/* Where calls came from, by a hash of the functions that led there. */
#define SITES_MOST 8192
#define FRAMES 8
#define FRAMES_OWN 2 /* of this file */
static struct {
	pthread_mutex_t lock;
	uint64_t hashes[4 * SITES_MOST]; /* 0: nothing there */
	uint64_t calls[SITES_MOST];
	size_t count;
} sites = { .lock = PTHREAD_MUTEX_INITIALIZER };

__attribute__((constructor)) static void start(void)
{
	void *shared = mmap(NULL, sizeof *hunger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	void *frames[FRAMES];

	if (shared == MAP_FAILED)
		abort();
	hunger = shared;
	backtrace(frames, FRAMES); /* which loads what it needs, now */
}

void starve_from(enum starve kind, uint64_t at)
{
	if (!at) {
		memset(sites.hashes, 0, sizeof sites.hashes);
		sites.count = 0;
	}
	*hunger = (struct hunger){ .counting = true, .kind = kind, .at = at };
}

uint64_t starve_end(void)
{
	hunger->counting = false;
	return hunger->calls;
}

const uint64_t *starve_sites(size_t *count)
{
	*count = sites.count;
	return sites.calls;
}

static void site_note(uint64_t call)
{
	void *frames[FRAMES];
	int depth = backtrace(frames, FRAMES);
	uint64_t hash = 14695981039346656037u; /* FNV-1a, of words */

	for (int i = FRAMES_OWN; i < depth; i++)
		hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
	hash += !hash;
	pthread_mutex_lock(&sites.lock);
	const size_t places = sizeof sites.hashes / sizeof *sites.hashes;
	size_t at = (size_t)((hash ^ hash >> 32) % places);
	while (sites.hashes[at] && sites.hashes[at] != hash)
		at = (at + 1) % places;
	if (!sites.hashes[at] && sites.count < SITES_MOST) {
		sites.hashes[at] = hash;
		sites.calls[sites.count++] = call;
	}
	pthread_mutex_unlock(&sites.lock);
}

static bool fails(enum starve kind)
{
	if (!hunger || !hunger->counting || hunger->kind != kind)
		return false;
	uint64_t call = __atomic_add_fetch(&hunger->calls, 1, __ATOMIC_RELAXED);
	if (!hunger->at)
		site_note(call);
	return call == hunger->at;
}

/* ---- Memory ---------------------------------------------------------------------------- */

#define WRAP_POINTER(name, parameters, arguments) \
	void *__real_##name parameters; \
	void *__wrap_##name parameters; \
	void *__wrap_##name parameters \
	{ \
		if (!fails(STARVE_MEMORY)) \
			return __real_##name arguments; \
		errno = ENOMEM; \
		return NULL; \
	}

WRAP_POINTER(malloc, (size_t size), (size))
WRAP_POINTER(calloc, (size_t count, size_t size), (count, size))
WRAP_POINTER(realloc, (void *before, size_t size), (before, size))
WRAP_POINTER(reallocarray, (void *before, size_t count, size_t size), (before, count, size))
WRAP_POINTER(strdup, (const char *text), (text))
WRAP_POINTER(strndup, (const char *text, size_t size), (text, size))
WRAP_POINTER(secret_alloc, (size_t size), (size))
WRAP_POINTER(aligned_alloc, (size_t alignment, size_t size), (alignment, size))

static int text_print(char **to, const char *format, va_list list)
{
	if (fails(STARVE_MEMORY)) {
		errno = ENOMEM;
		return -1;
	}
	return vasprintf(to, format, list);
}

int __wrap_asprintf(char **to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **to, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int size = text_print(to, format, list);
	va_end(list);
	return size;
}

/* As which the compiler calls it when it is to watch over buffers. */
int __wrap___asprintf_chk(char **to, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
int __wrap___asprintf_chk(char **to, int flag, const char *format, ...)
{
	va_list list;

	(void)flag;
	va_start(list, format);
	int size = text_print(to, format, list);
	va_end(list);
	return size;
}

/* ---- The engine ------------------------------------------------------------------------ */

#define WRAP_ENGINE(name, parameters, arguments) \
	int __real_##name parameters; \
	int __wrap_##name parameters; \
	int __wrap_##name parameters \
	{ \
		if (!fails(STARVE_ENGINE)) \
			return __real_##name arguments; \
		return error_set(error, QORGAN_IO, "a test lets " #name " fail"); \
	}
#define WHERE struct engine_txn *txn, unsigned table

WRAP_ENGINE(engine_open, (const char *folder, unsigned flags, struct engine **engine, struct qorgan_error *error),
            (folder, flags, engine, error))
WRAP_ENGINE(engine_lock_writer, (struct engine *engine, bool wait, struct qorgan_error *error), (engine, wait, error))
WRAP_ENGINE(engine_begin_read, (struct engine *engine, struct engine_txn **txn, struct qorgan_error *error),
            (engine, txn, error))
WRAP_ENGINE(engine_begin_write, (struct engine *engine, struct engine_txn **txn, struct qorgan_error *error),
            (engine, txn, error))
WRAP_ENGINE(engine_get, (WHERE, struct span key, struct span *value, struct qorgan_error *error),
            (txn, table, key, value, error))
WRAP_ENGINE(engine_put, (WHERE, struct span key, struct span value, struct qorgan_error *error),
            (txn, table, key, value, error))
WRAP_ENGINE(engine_add, (WHERE, struct span key, struct span value, struct qorgan_error *error),
            (txn, table, key, value, error))
WRAP_ENGINE(engine_append, (WHERE, struct span key, struct span value, struct qorgan_error *error),
            (txn, table, key, value, error))
WRAP_ENGINE(engine_delete, (WHERE, struct span key, struct qorgan_error *error), (txn, table, key, error))
WRAP_ENGINE(engine_range_open, (WHERE, struct span low, struct span high, bool reverse, struct engine_range **range,
                                struct qorgan_error *error), (txn, table, low, high, reverse, range, error))
WRAP_ENGINE(engine_range_next, (struct engine_range *range, struct span *key, struct span *value,
                                struct qorgan_error *error), (range, key, value, error))
WRAP_ENGINE(engine_range_more, (struct engine_range *range, struct span *key, struct span *value, bool *more,
                                struct qorgan_error *error), (range, key, value, more, error))
WRAP_ENGINE(engine_count, (WHERE, uint64_t *count, struct qorgan_error *error), (txn, table, count, error))
WRAP_ENGINE(engine_copy, (struct engine_txn *txn, engine_row each, void *context, struct qorgan_error *error),
            (txn, each, context, error))
WRAP_ENGINE(engine_sizes, (struct engine_txn *txn, struct engine_sizes *sizes, struct qorgan_error *error),
            (txn, sizes, error))
WRAP_ENGINE(engine_check, (struct engine *engine, engine_fault report, void *context, uint64_t *faults,
                           struct qorgan_error *error), (engine, report, context, faults, error))

/* A commit that fails leaves no transaction. */
int __real_engine_commit(struct engine_txn *txn, struct qorgan_error *error);
int __wrap_engine_commit(struct engine_txn *txn, struct qorgan_error *error);
int __wrap_engine_commit(struct engine_txn *txn, struct qorgan_error *error)
{
	if (!fails(STARVE_ENGINE))
		return __real_engine_commit(txn, error);
	engine_abort(txn);
	return error_set(error, QORGAN_IO, "a test lets engine_commit fail");
}

/* ---- Files and processes ------------------------------------------------------------------ */

#define WRAP_FILE(type, name, failure, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		if (!fails(STARVE_FILE)) \
			return __real_##name arguments; \
		errno = EIO; \
		return failure; \
	}

WRAP_FILE(ssize_t, read, -1, (int file, void *to, size_t size), (file, to, size))
WRAP_FILE(ssize_t, write, -1, (int file, const void *from, size_t size), (file, from, size))
WRAP_FILE(ssize_t, pwrite, -1, (int file, const void *from, size_t size, off_t at), (file, from, size, at))
WRAP_FILE(int, fsync, -1, (int file), (file))
WRAP_FILE(int, ftruncate, -1, (int file, off_t size), (file, size))
WRAP_FILE(int, chmod, -1, (const char *path, mode_t mode), (path, mode))
WRAP_FILE(int, fchmod, -1, (int file, mode_t mode), (file, mode))
WRAP_FILE(int, fstat, -1, (int file, struct stat *status), (file, status))
WRAP_FILE(int, stat, -1, (const char *path, struct stat *status), (path, status))
WRAP_FILE(int, lstat, -1, (const char *path, struct stat *status), (path, status))
WRAP_FILE(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
WRAP_FILE(char *, mkdtemp, NULL, (char *path), (path))
WRAP_FILE(char *, realpath, NULL, (const char *path, char *to), (path, to))
WRAP_FILE(int, link, -1, (const char *from, const char *to), (from, to))
WRAP_FILE(off_t, lseek, -1, (int file, off_t to, int whence), (file, to, whence))
WRAP_FILE(int, rename, -1, (const char *from, const char *to), (from, to))
WRAP_FILE(int, renameat2, -1, (int from_folder, const char *from, int to_folder, const char *to, unsigned flags),
          (from_folder, from, to_folder, to, flags))
WRAP_FILE(DIR *, opendir, NULL, (const char *path), (path))
WRAP_FILE(FILE *, fdopen, NULL, (int file, const char *mode), (file, mode))
WRAP_FILE(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
WRAP_FILE(int, pipe, -1, (int ends[2]), (ends))
WRAP_FILE(pid_t, fork, -1, (void), ())
WRAP_FILE(int, posix_spawn, EIO, (pid_t *process, const char *path, const posix_spawn_file_actions_t *files,
                                 const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]),
          (process, path, files, attributes, arguments, environment))

static starve_look read_look;

void starve_read_look(starve_look look)
{
	read_look = look;
}

ssize_t __real_pread(int file, void *to, size_t size, off_t at);
ssize_t __wrap_pread(int file, void *to, size_t size, off_t at);
ssize_t __wrap_pread(int file, void *to, size_t size, off_t at)
{
	if (fails(STARVE_FILE)) {
		errno = EIO;
		return -1;
	}
	ssize_t got = __real_pread(file, to, size, at);
	if (got > 0 && read_look)
		read_look(file, to, (size_t)got, at);
	return got;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list list;

	va_start(list, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (!fails(STARVE_FILE))
		return __real_open(path, flags, mode);
	errno = EIO;
	return -1;
}
