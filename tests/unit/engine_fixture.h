/* An engine in a folder of its own, for the tests of what engines promise, and
 * processes beside the test's own. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"

/* A server there is only where QORGAN_SERVER is the address of a database: see src/tools/server. */
enum { KIND_MEMORY, KIND_LMDB, KIND_SERVER, KINDS };

static struct engine *engine;
static struct qorgan_error error;
static char root[64], folder[80];
static char server[300]; /* the address of the test's store there; "": none */

#define succeeds(call) \
	do { \
		int succeeds_code = (call); \
		ck_assert_msg(succeeds_code == QORGAN_OK, "%s: %d %s", #call, succeeds_code, error.message); \
	} while (0)

static inline int entry_remove(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void set_up(void)
{
	const char *place = getenv("TMPDIR");

	snprintf(root, sizeof root, "%.40s/qorgan-engine-XXXXXX", place ? place : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(folder, sizeof folder, "%s/store", root);
}

static inline void tear_down(void)
{
	engine_close(engine);
	engine = NULL;
	if (*server)
		engine_remove(server);
	*server = '\0';
	nftw(root, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int kinds(void)
{
	return getenv("QORGAN_SERVER") ? KINDS : KIND_SERVER;
}

static inline void store_make(int kind)
{
	if (kind == KIND_SERVER)
		snprintf(server, sizeof server, "%s&store=%s", getenv("QORGAN_SERVER"), strrchr(root, '/') + 1);
	if (kind == KIND_MEMORY)
		succeeds(engine_open_memory(&engine, &error));
	else if (kind == KIND_SERVER)
		succeeds(engine_open(server, ENGINE_CREATE, &engine, &error));
	else
		succeeds(engine_open_lmdb(folder, ENGINE_CREATE, &engine, &error));
}

static inline void store_reopen(void)
{
	engine_close(engine);
	engine = NULL;
	succeeds(engine_open(*server ? server : folder, 0, &engine, &error));
}

static inline struct engine_txn *begin_read(void)
{
	struct engine_txn *txn = NULL;

	succeeds(engine_begin_read(engine, &txn, &error));
	/* By the first question the moment is chosen. */
	struct span value;
	engine_get(txn, ENGINE_META, span_of("nothing"), &value, &error);
	return txn;
}

static inline struct engine_txn *begin_write(void)
{
	struct engine_txn *txn = NULL;

	succeeds(engine_begin_write(engine, &txn, &error));
	return txn;
}

static inline void put(struct engine_txn *txn, unsigned table, const char *key, const char *value)
{
	succeeds(engine_put(txn, table, span_of(key), span_of(value), &error));
}

static inline void commit_one(unsigned table, const char *key, const char *value)
{
	struct engine_txn *txn = begin_write();

	put(txn, table, key, value);
	succeeds(engine_commit(txn, &error));
}

static inline void expect(struct engine_txn *txn, unsigned table, const char *key, const char *value)
{
	struct span found;
	int code = engine_get(txn, table, span_of(key), &found, &error);

	if (!value) {
		ck_assert_int_eq(code, QORGAN_ABSENT);
		return;
	}
	succeeds(code);
	ck_assert(span_is(found, value));
}

static inline void expect_now(unsigned table, const char *key, const char *value)
{
	struct engine_txn *txn = begin_read();

	expect(txn, table, key, value);
	engine_abort(txn);
}

static inline void fault_print(void *context, const char *text)
{
	(void)context;
	fprintf(stderr, "fault: %s\n", text);
}

static inline void expect_sound(void)
{
	uint64_t faults = 1;

	succeeds(engine_check(engine, fault_print, NULL, &faults, &error));
	ck_assert_uint_eq(faults, 0);
}

/* The keys of a range, each followed by a space. */
static inline void expect_range(struct engine_txn *txn, unsigned table, const char *low, const char *high, bool reverse,
                                const char *keys)
{
	struct buffer found = { 0 };
	struct engine_range *range;
	struct span key, value;
	int code;

	succeeds(engine_range_open(txn, table, span_of(low), span_of(high), reverse, &range, &error));
	while (!(code = engine_range_next(range, &key, &value, &error))) {
		buffer_append_span(&found, key);
		buffer_append_char(&found, ' ');
	}
	ck_assert_int_eq(code, QORGAN_ABSENT);
	ck_assert_int_eq(engine_range_next(range, &key, &value, &error), QORGAN_ABSENT);
	engine_range_close(range);
	ck_assert_str_eq(buffer_text(&found), keys);
	buffer_free(&found);
}

static inline void expect_refusal(unsigned flags, int code, const char *words)
{
	struct engine *none = NULL;

	ck_assert_int_eq(engine_open_lmdb(folder, flags, &none, &error), code);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	ck_assert_ptr_null(none);
}

/* A process that does the work and ends with 0, or with 99 if it could not. */
static inline pid_t child_start(void (*work)(void))
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(60);
		work();
		_exit(0);
	}
	return child;
}

static inline void child_expect(pid_t child, int code)
{
	int status;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code, "status %x", (unsigned)status);
}

static inline void child_must(int code)
{
	if (code) {
		fprintf(stderr, "child: %d %s\n", code, error.message);
		_exit(99);
	}
}

#endif
