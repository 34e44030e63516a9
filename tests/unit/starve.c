/* See starve.h. */
#include "starve.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/engine.h"

/* In memory that children share. */
struct hunger {
	bool counting;
	enum starve kind;
	uint64_t at, calls;
};
static struct hunger *hunger;

__attribute__((constructor)) static void start(void)
{
	void *shared = mmap(NULL, sizeof *hunger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		abort();
	hunger = shared;
}

void starve_from(enum starve kind, uint64_t at)
{
	*hunger = (struct hunger){ .counting = true, .kind = kind, .at = at };
}

uint64_t starve_end(void)
{
	hunger->counting = false;
	return hunger->calls;
}

static bool fails(enum starve kind)
{
	if (!hunger || !hunger->counting || hunger->kind != kind)
		return false;
	return __atomic_add_fetch(&hunger->calls, 1, __ATOMIC_RELAXED) == hunger->at;
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

WRAP_ENGINE(engine_open_lmdb, (const char *folder, unsigned flags, struct engine **engine, struct qorgan_error *error),
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
