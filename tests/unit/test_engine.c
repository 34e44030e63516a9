/* The contract of engine.h, over every engine, and what LMDB's alone promises:
 * files, processes, full disks. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/lmdb_open.h"

Suite *suite_engine(void);

enum { KIND_MEMORY, KIND_LMDB, KINDS };

static struct engine *engine;
static struct qorgan_error error;
static char root[64], folder[80];

#define succeeds(call) \
	do { \
		int succeeds_code = (call); \
		ck_assert_msg(succeeds_code == QORGAN_OK, "%s: %d %s", #call, succeeds_code, error.message); \
	} while (0)

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static void set_up(void)
{
	const char *place = getenv("TMPDIR");

	snprintf(root, sizeof root, "%.40s/qorgan-engine-XXXXXX", place ? place : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(folder, sizeof folder, "%s/store", root);
}

static void tear_down(void)
{
	engine_close(engine);
	engine = NULL;
	nftw(root, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static void store_make(int kind)
{
	if (kind == KIND_MEMORY)
		succeeds(engine_open_memory(&engine, &error));
	else
		succeeds(engine_open_lmdb(folder, ENGINE_CREATE, &engine, &error));
}

static void store_reopen(void)
{
	engine_close(engine);
	engine = NULL;
	succeeds(engine_open_lmdb(folder, 0, &engine, &error));
}

static struct engine_txn *begin_read(void)
{
	struct engine_txn *txn = NULL;

	succeeds(engine_begin_read(engine, &txn, &error));
	return txn;
}

static struct engine_txn *begin_write(void)
{
	struct engine_txn *txn = NULL;

	succeeds(engine_begin_write(engine, &txn, &error));
	return txn;
}

static void put(struct engine_txn *txn, unsigned table, const char *key, const char *value)
{
	succeeds(engine_put(txn, table, span_of(key), span_of(value), &error));
}

static void commit_one(unsigned table, const char *key, const char *value)
{
	struct engine_txn *txn = begin_write();

	put(txn, table, key, value);
	succeeds(engine_commit(txn, &error));
}

static void expect(struct engine_txn *txn, unsigned table, const char *key, const char *value)
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

static void expect_now(unsigned table, const char *key, const char *value)
{
	struct engine_txn *txn = begin_read();

	expect(txn, table, key, value);
	engine_abort(txn);
}

static void fault_print(void *context, const char *text)
{
	(void)context;
	fprintf(stderr, "fault: %s\n", text);
}

static void expect_sound(void)
{
	uint64_t faults = 1;

	succeeds(engine_check(engine, fault_print, NULL, &faults, &error));
	ck_assert_uint_eq(faults, 0);
}

/* The keys of a range, each followed by a space. */
static void expect_range(struct engine_txn *txn, unsigned table, const char *low, const char *high, bool reverse,
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

START_TEST(empty_store_has_nothing)
{
	store_make(_i);
	struct engine_txn *txn = begin_read();
	uint64_t count;

	for (unsigned table = 0; table < ENGINE_TABLES; table++) {
		expect(txn, table, "a", NULL);
		expect_range(txn, table, "", "", false, "");
		expect_range(txn, table, "", "", true, "");
		expect_range(txn, table, "a", "b", true, "");
		succeeds(engine_count(txn, table, &count, &error));
		ck_assert_uint_eq(count, 0);
	}
	engine_abort(txn);
	expect_sound();
}
END_TEST

START_TEST(put_replaces_and_delete_removes)
{
	store_make(_i);
	commit_one(ENGINE_META, "key", "one");
	commit_one(ENGINE_META, "key", "another, longer one");
	expect_now(ENGINE_META, "key", "another, longer one");
	expect_now(ENGINE_IDS, "key", NULL);
	commit_one(ENGINE_META, "key", "");
	expect_now(ENGINE_META, "key", "");

	struct engine_txn *txn = begin_write();
	ck_assert_int_eq(engine_delete(txn, ENGINE_META, span_of("kez"), &error), QORGAN_ABSENT);
	succeeds(engine_delete(txn, ENGINE_META, span_of("key"), &error));
	expect(txn, ENGINE_META, "key", NULL);
	ck_assert_int_eq(engine_delete(txn, ENGINE_META, span_of("key"), &error), QORGAN_ABSENT);
	put(txn, ENGINE_META, "kez", "seen by itself");
	expect(txn, ENGINE_META, "kez", "seen by itself");
	succeeds(engine_commit(txn, &error));
	expect_now(ENGINE_META, "key", NULL);
	expect_now(ENGINE_META, "kez", "seen by itself");
}
END_TEST

START_TEST(abort_leaves_the_store_as_it_was)
{
	store_make(_i);
	commit_one(ENGINE_HEADS, "kept", "1");
	struct engine_txn *txn = begin_write();
	put(txn, ENGINE_HEADS, "kept", "2");
	put(txn, ENGINE_HEADS, "new", "3");
	put(txn, ENGINE_HEADS + 31, "new", "4");
	engine_abort(txn);
	engine_abort(NULL);
	expect_now(ENGINE_HEADS, "kept", "1");
	expect_now(ENGINE_HEADS, "new", NULL);
	expect_now(ENGINE_HEADS + 31, "new", NULL);
}
END_TEST

START_TEST(reader_sees_one_moment)
{
	store_make(_i);
	commit_one(ENGINE_IDS, "a", "1");
	struct engine_txn *before = begin_read();
	struct engine_txn *writing = begin_write();
	put(writing, ENGINE_IDS, "a", "2");
	put(writing, ENGINE_IDS, "b", "2");
	struct engine_txn *during = begin_read();
	succeeds(engine_commit(writing, &error));
	struct engine_txn *after = begin_read();

	expect(before, ENGINE_IDS, "a", "1");
	expect_range(before, ENGINE_IDS, "", "", false, "a ");
	expect(during, ENGINE_IDS, "a", "1");
	expect(during, ENGINE_IDS, "b", NULL);
	expect_range(after, ENGINE_IDS, "", "", false, "a b ");
	expect(after, ENGINE_IDS, "a", "2");
	engine_abort(before);
	engine_abort(during);
	succeeds(engine_commit(after, &error));
}
END_TEST

START_TEST(append_wants_rising_keys)
{
	store_make(_i);
	struct engine_txn *txn = begin_write();
	succeeds(engine_append(txn, ENGINE_LEAVES, span_of("a"), span_of("1"), &error));
	succeeds(engine_append(txn, ENGINE_LEAVES, span_of("b"), span_of("2"), &error));
	succeeds(engine_commit(txn, &error));
	txn = begin_write();
	ck_assert_int_eq(engine_append(txn, ENGINE_LEAVES, span_of("b"), span_of("3"), &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_append(txn, ENGINE_LEAVES, span_of("aa"), span_of("3"), &error), QORGAN_INTERNAL);
	put(txn, ENGINE_IDS, "other", "change");
	ck_assert_int_eq(engine_commit(txn, &error), QORGAN_INTERNAL);
	expect_now(ENGINE_IDS, "other", NULL);
	expect_now(ENGINE_LEAVES, "b", "2");
}
END_TEST

START_TEST(ranges_keep_to_their_bounds)
{
	store_make(_i);
	struct engine_txn *txn = begin_write();
	put(txn, ENGINE_TREE, "b", "");
	put(txn, ENGINE_TREE, "d", "");
	put(txn, ENGINE_TREE, "da", "");
	put(txn, ENGINE_TREE, "\xff", "");
	for (int again = 0; again < 2; again++) {
		expect_range(txn, ENGINE_TREE, "", "", false, "b d da \xff ");
		expect_range(txn, ENGINE_TREE, "", "", true, "\xff da d b ");
		expect_range(txn, ENGINE_TREE, "b", "da", false, "b d ");
		expect_range(txn, ENGINE_TREE, "b", "da", true, "d b ");
		expect_range(txn, ENGINE_TREE, "c", "", false, "d da \xff ");
		expect_range(txn, ENGINE_TREE, "c", "", true, "\xff da d ");
		expect_range(txn, ENGINE_TREE, "", "c", true, "b ");
		expect_range(txn, ENGINE_TREE, "", "a", true, "");
		expect_range(txn, ENGINE_TREE, "", "b", false, "");
		expect_range(txn, ENGINE_TREE, "\xff\xff", "", false, "");
		expect_range(txn, ENGINE_TREE, "\xff\xff", "", true, "");
		expect_range(txn, ENGINE_TREE, "d", "d", false, "");
		expect_range(txn, ENGINE_TREE, "e", "c", true, "");
		if (!again) {
			succeeds(engine_commit(txn, &error));
			txn = begin_read();
		}
	}
	engine_abort(txn);
}
END_TEST

START_TEST(arguments_are_checked)
{
	char key[65];
	struct span value;
	struct engine_range *range;

	memset(key, 'k', sizeof key);
	store_make(_i);
	struct engine_txn *txn = begin_read();
	ck_assert_int_eq(engine_put(txn, 0, span_of("a"), span_of("b"), &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_delete(txn, 0, span_of("a"), &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_get(txn, ENGINE_TABLES, span_of("a"), &value, &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_get(txn, 0, span_of(""), &value, &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_get(txn, 0, (struct span){ key, 65 }, &value, &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_get(txn, 0, (struct span){ key, 64 }, &value, NULL), QORGAN_ABSENT);
	ck_assert_int_eq(engine_range_open(txn, 0, (struct span){ key, 65 }, span_of(""), false, &range, &error),
	                 QORGAN_INTERNAL);
	engine_abort(txn);
	txn = begin_write();
	struct engine_txn *second;
	ck_assert_int_eq(engine_begin_write(engine, &second, &error), QORGAN_INTERNAL);
	char *large = calloc(1, ((size_t)16 << 20) + 1);
	ck_assert_ptr_nonnull(large);
	ck_assert_int_eq(engine_put(txn, 0, span_of("a"), (struct span){ large, ((size_t)16 << 20) + 1 }, &error),
	                 QORGAN_INTERNAL);
	free(large);
	engine_abort(txn);
}
END_TEST

START_TEST(keys_and_values_of_every_size)
{
	static const size_t sizes[] = { 0, 1, 2, 511, 2000, 2030, 2040, 4080, 4081, 8176, 8177, 1 << 20, 16 << 20 };
	char *value = malloc(16 << 20), key[64];
	struct span found;
	uint64_t count;

	ck_assert_ptr_nonnull(value);
	store_make(_i);
	for (size_t i = 0; i < 16 << 20; i++)
		value[i] = (char)(i * 7 + i / 251);
	memset(key, 'k', sizeof key);
	struct engine_txn *txn = begin_write();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t length = 1; length <= 64; length += sizes[i] > 9000 ? 63 : 1) {
			key[0] = (char)('a' + i);
			succeeds(engine_put(txn, ENGINE_EVIDENCE, (struct span){ key, length },
			                    (struct span){ value + length, sizes[i] - (sizes[i] > 64 ? length : 0) }, &error));
		}
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	succeeds(engine_count(txn, ENGINE_EVIDENCE, &count, &error));
	ck_assert_uint_eq(count, 11 * 64 + 2 * 2);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t length = 1; length <= 64; length += sizes[i] > 9000 ? 63 : 1) {
			key[0] = (char)('a' + i);
			succeeds(engine_get(txn, ENGINE_EVIDENCE, (struct span){ key, length }, &found, &error));
			ck_assert(span_equal(found, (struct span){ value + length,
			                                           sizes[i] - (sizes[i] > 64 ? length : 0) }));
		}
	engine_abort(txn);
	free(value);
	expect_sound();
}
END_TEST

START_TEST(sizes_tell_used_from_free)
{
	struct engine_sizes sizes, later;
	char *value = calloc(1, 1 << 20);

	ck_assert_ptr_nonnull(value);
	store_make(_i);
	struct engine_txn *txn = begin_write();
	succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of("a"), (struct span){ value, 1 << 20 }, &error));
	succeeds(engine_commit(txn, &error));
	free(value);
	txn = begin_read();
	succeeds(engine_sizes(txn, &sizes, &error));
	engine_abort(txn);
	ck_assert_uint_gt(sizes.used, 1 << 20);
	ck_assert_uint_lt(sizes.used + sizes.free, 2 << 20);
	txn = begin_write();
	succeeds(engine_delete(txn, ENGINE_EVIDENCE, span_of("a"), &error));
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	succeeds(engine_sizes(txn, &later, &error));
	engine_abort(txn);
	ck_assert_uint_lt(later.used, 100000);
	if (_i == KIND_LMDB)
		ck_assert_uint_gt(later.free, 1 << 20);
}
END_TEST

/* A second opinion on what a store holds: a sorted array in the test. */
#define MODEL_MOST 3000

struct model_entry {
	size_t key_size, value_size;
	char key[64];
	unsigned value_seed;
};

struct model {
	size_t count;
	struct model_entry entries[MODEL_MOST];
};

static int model_compare(const struct model_entry *entry, const char *key, size_t size)
{
	int order = memcmp(entry->key, key, entry->key_size < size ? entry->key_size : size);

	return order ? order : (entry->key_size > size) - (entry->key_size < size);
}

static size_t model_find(const struct model *model, const char *key, size_t size, bool *found)
{
	size_t at = 0;

	while (at < model->count && model_compare(&model->entries[at], key, size) < 0)
		at++;
	*found = at < model->count && model_compare(&model->entries[at], key, size) == 0;
	return at;
}

static void value_fill(char *value, size_t size, unsigned seed)
{
	for (size_t i = 0; i < size; i++)
		value[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
}

static char value_room[40000];

static void model_put(struct model *model, struct engine_txn *txn, unsigned table, const char *key, size_t size,
                      size_t value_size, unsigned seed)
{
	bool found;
	size_t at = model_find(model, key, size, &found);

	if (!found && model->count == MODEL_MOST)
		return;
	if (!found) {
		memmove(&model->entries[at + 1], &model->entries[at], (model->count - at) * sizeof *model->entries);
		model->count++;
	}
	struct model_entry *entry = &model->entries[at];
	entry->key_size = size;
	memcpy(entry->key, key, size);
	entry->value_size = value_size;
	entry->value_seed = seed;
	value_fill(value_room, value_size, seed);
	struct span value = { value_room, value_size };
	if (!found && at + 1 == model->count && seed % 2)
		succeeds(engine_append(txn, table, (struct span){ key, size }, value, &error));
	else
		succeeds(engine_put(txn, table, (struct span){ key, size }, value, &error));
}

static void model_delete(struct model *model, struct engine_txn *txn, unsigned table, const char *key, size_t size)
{
	bool found;
	size_t at = model_find(model, key, size, &found);
	int code = engine_delete(txn, table, (struct span){ key, size }, &error);

	ck_assert_int_eq(code, found ? QORGAN_OK : QORGAN_ABSENT);
	if (!found)
		return;
	model->count--;
	memmove(&model->entries[at], &model->entries[at + 1], (model->count - at) * sizeof *model->entries);
}

static void model_expect_range(const struct model *model, struct engine_txn *txn, unsigned table, struct span low,
                               struct span high, bool reverse)
{
	bool exact;
	size_t from = low.size ? model_find(model, low.data, low.size, &exact) : 0;
	size_t to = high.size ? model_find(model, high.data, high.size, &exact) : model->count;
	struct engine_range *range;
	struct span key, value;

	succeeds(engine_range_open(txn, table, low, high, reverse, &range, &error));
	for (; from < to; reverse ? to-- : from++) {
		const struct model_entry *entry = &model->entries[reverse ? to - 1 : from];
		succeeds(engine_range_next(range, &key, &value, &error));
		ck_assert(span_equal(key, (struct span){ entry->key, entry->key_size }));
		value_fill(value_room, entry->value_size, entry->value_seed);
		ck_assert(span_equal(value, (struct span){ value_room, entry->value_size }));
	}
	ck_assert_int_eq(engine_range_next(range, &key, &value, &error), QORGAN_ABSENT);
	engine_range_close(range);
}

static void model_expect(const struct model *model, struct engine_txn *txn, unsigned table)
{
	uint64_t count;

	succeeds(engine_count(txn, table, &count, &error));
	ck_assert_uint_eq(count, model->count);
	model_expect_range(model, txn, table, (struct span){ 0 }, (struct span){ 0 }, false);
	model_expect_range(model, txn, table, (struct span){ 0 }, (struct span){ 0 }, true);
}

static size_t random_key(char key[64])
{
	size_t size = rand() % 8 ? 1 + (size_t)rand() % 5 : 1 + (size_t)rand() % 64;

	for (size_t i = 0; i < size; i++)
		key[i] = rand() % 4 ? (char)("az\xff\0"[rand() % 4]) : (char)rand();
	return size;
}

static void random_change(struct model *model, struct engine_txn *txn, unsigned table, int deletes)
{
	char key[64];
	size_t size = random_key(key);

	if (model->count && rand() % 2) {
		const struct model_entry *entry = &model->entries[(size_t)rand() % model->count];
		size = entry->key_size;
		memcpy(key, entry->key, size);
	}
	if (rand() % 100 < deletes)
		model_delete(model, txn, table, key, size);
	else
		model_put(model, txn, table, key, size,
		          (size_t)rand() % (rand() % 10 ? 300u : rand() % 5 ? 5000u : sizeof value_room), (unsigned)rand());
}

START_TEST(random_changes_against_a_model)
{
	static struct model now[2], before[2], snapshot[2];
	unsigned seed = (unsigned)getpid() * 2654435761u;
	const char *given = getenv("QORGAN_TEST_SEED");

	if (given)
		seed = (unsigned)strtoul(given, NULL, 10);
	printf("engine model: QORGAN_TEST_SEED=%u\n", seed);
	fflush(stdout);
	srand(seed);
	store_make(_i);
	struct engine_txn *reader = begin_read();
	for (int round = 0; round < 300; round++) {
		int deletes = round / 60 % 2 ? 75 : 20;
		struct engine_txn *txn = begin_write();
		memcpy(before, now, sizeof now);
		for (int i = rand() % 80; i >= 0; i--) {
			unsigned which = (unsigned)rand() % 2;
			random_change(&now[which], txn, which ? ENGINE_HEADS + 5 : ENGINE_IDS, deletes);
		}
		if (round % 16 == 0)
			model_expect(&now[0], txn, ENGINE_IDS);
		if (rand() % 4) {
			succeeds(engine_commit(txn, &error));
		} else {
			engine_abort(txn);
			memcpy(now, before, sizeof now);
		}
		if (rand() % 10 == 0) {
			model_expect(&snapshot[0], reader, ENGINE_IDS);
			model_expect(&snapshot[1], reader, ENGINE_HEADS + 5);
			engine_abort(reader);
			reader = begin_read();
			memcpy(snapshot, now, sizeof now);
			char low[64], high[64];
			struct span from = { low, random_key(low) }, to = { high, random_key(high) };
			model_expect_range(&snapshot[0], reader, ENGINE_IDS, from, to, rand() % 2);
		}
		if (round % 30 == 0)
			expect_sound();
		if (round % 100 == 99 && _i == KIND_LMDB) {
			engine_abort(reader);
			store_reopen();
			reader = begin_read();
			memcpy(snapshot, now, sizeof now);
		}
	}
	engine_abort(reader);
	expect_sound();
}
END_TEST

static void *thread_write(void *context)
{
	struct engine_txn *txn;

	(void)context;
	for (int i = 0; i < 50; i++) {
		struct span value;
		if (engine_begin_write(engine, &txn, NULL))
			return NULL;
		int code = engine_get(txn, ENGINE_META, span_of("count"), &value, NULL);
		char next = code ? 1 : (char)(value.data[0] + 1);
		if (engine_put(txn, ENGINE_META, span_of("count"), (struct span){ &next, 1 }, NULL) ||
		    engine_commit(txn, NULL))
			return NULL;
	}
	return &engine;
}

START_TEST(threads_queue_to_write)
{
	pthread_t other;
	void *result;

	store_make(_i);
	ck_assert_int_eq(pthread_create(&other, NULL, thread_write, NULL), 0);
	ck_assert_ptr_nonnull(thread_write(NULL));
	pthread_join(other, &result);
	ck_assert_ptr_nonnull(result);
	expect_now(ENGINE_META, "count", "d");
}
END_TEST

/* From here on: what only LMDB's engine does. */

static unsigned mode_of(const char *name)
{
	char path[160];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	ck_assert_int_eq(stat(path, &status), 0);
	return (unsigned)status.st_mode & 0777;
}

START_TEST(files_are_private)
{
	umask(0);
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	succeeds(engine_lock_writer(engine, false, &error));
	ck_assert_uint_eq(mode_of("."), 0700);
	ck_assert_uint_eq(mode_of("store.mdb"), 0600);
	ck_assert_uint_eq(mode_of("store.mdb-lock"), 0600);
	ck_assert_uint_eq(mode_of("writer.lock"), 0600);
	for (int file = 3; file < 64; file++) {
		char link[32], target[160];
		snprintf(link, sizeof link, "/proc/self/fd/%d", file);
		ssize_t size = readlink(link, target, sizeof target - 1);
		if (size < 0)
			continue;
		target[size] = '\0';
		if (strstr(target, folder))
			ck_assert_msg(fcntl(file, F_GETFD) & FD_CLOEXEC, "%s stays open over exec", target);
	}
	store_reopen();
	expect_now(ENGINE_META, "a", "b");
}
END_TEST

static void expect_refusal(unsigned flags, int code, const char *words)
{
	struct engine *none = NULL;

	ck_assert_int_eq(engine_open_lmdb(folder, flags, &none, &error), code);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	ck_assert_ptr_null(none);
}

static void file_put(const char *name, const char *bytes, size_t size)
{
	char path[160];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

START_TEST(opening_tells_what_is_there)
{
	static char noise[20000];

	expect_refusal(0, QORGAN_ABSENT, "make one with qorgan init");
	ck_assert_int_eq(mkdir(folder, 0777), 0);
	expect_refusal(0, QORGAN_ABSENT, "no store at");
	file_put("store.mdb", "", 0);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, "already");
	value_fill(noise, sizeof noise, 7);
	file_put("store.mdb", noise, sizeof noise);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_READ_ONLY, QORGAN_BAD_DATA, "not a Qorgan store");
	nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	ck_assert_int_eq(mkdir(folder, 0777), 0);
	file_put("letter", "x", 1);
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, "not empty");
	nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
	FILE *file = fopen(folder, "w");
	fclose(file);
	expect_refusal(0, QORGAN_BAD_DATA, "not a Qorgan store");
	expect_refusal(ENGINE_CREATE, QORGAN_CANNOT_CREATE, folder);
}
END_TEST

START_TEST(empty_folder_is_taken_and_made_private)
{
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	store_make(KIND_LMDB);
	ck_assert_uint_eq(mode_of("."), 0700);
}
END_TEST

START_TEST(failed_create_leaves_nothing)
{
	char deep[160];
	struct engine *none = NULL;
	struct rlimit limit = { 4096, 4096 };

	snprintf(deep, sizeof deep, "%s/a/b", folder);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_ne(engine_open_lmdb(deep, ENGINE_CREATE, &none, &error), QORGAN_OK);
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(root, F_OK), 0);
}
END_TEST

START_TEST(one_process_opens_once)
{
	char other[160];
	struct engine *second = NULL;

	store_make(KIND_LMDB);
	expect_refusal(0, QORGAN_BUSY, "already open");
	snprintf(other, sizeof other, "%s/link", root);
	ck_assert_int_eq(symlink(folder, other), 0);
	ck_assert_int_eq(engine_open_lmdb(other, 0, &second, &error), QORGAN_BUSY);
	store_reopen();
}
END_TEST

START_TEST(read_only_does_not_write)
{
	struct engine_txn *txn;

	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	engine_close(engine);
	engine = NULL;
	succeeds(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, &error));
	expect_now(ENGINE_META, "a", "b");
	ck_assert_int_eq(engine_begin_write(engine, &txn, &error), QORGAN_INTERNAL);
	expect_sound();
}
END_TEST

/* A disk of our own for the rest of this process; false without the right to. */
static bool disk_mount(const char *size)
{
	if (!unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	    !mount("none", root, "tmpfs", 0, size))
		return true;
	printf("engine: no right to mount a disk: this is not tested\n");
	return false;
}

static void disk_unmount(void)
{
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(umount(root), 0);
}

START_TEST(read_only_disk_is_read)
{
	if (!disk_mount("size=1m"))
		return;
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(mount("none", root, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_refusal(0, QORGAN_IO, "Read-only");
	succeeds(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, &error));
	expect_now(ENGINE_META, "a", "b");
	expect_sound();
	disk_unmount();
}
END_TEST

/* Pages taken and given back within one transaction are never written, so that
 * the file may be shorter than its number of pages. */
START_TEST(free_pages_may_lie_beyond_the_end)
{
	static char value[1000];
	struct engine_sizes sizes;
	struct stat status;
	char key[16], path[160];

	store_make(KIND_LMDB);
	for (int i = 0; i < 10; i++) /* some old free pages, so that none is needed for the free list */
		commit_one(ENGINE_META, "a", i % 2 ? "b" : "c");
	struct engine_txn *txn = begin_write();
	for (int i = 0; i < 400; i++) {
		snprintf(key, sizeof key, "%04d", i);
		succeeds(engine_append(txn, ENGINE_LEAVES, span_of(key), (struct span){ value, sizeof value }, &error));
	}
	for (int i = 399; i > 0; i--) {
		snprintf(key, sizeof key, "%04d", i);
		succeeds(engine_delete(txn, ENGINE_LEAVES, span_of(key), &error));
	}
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	succeeds(engine_sizes(txn, &sizes, &error));
	engine_abort(txn);
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	ck_assert_int_eq(stat(path, &status), 0);
	expect_sound();
	ck_assert_uint_lt((uint64_t)status.st_size, sizes.used + sizes.free);
	store_reopen();
	expect_sound();
	txn = begin_read();
	expect_range(txn, ENGINE_LEAVES, "", "", false, "0000 ");
	engine_abort(txn);
}
END_TEST

static pid_t child_start(void (*work)(void))
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

static void child_expect(pid_t child, int code)
{
	int status;

	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == code, "status %x", (unsigned)status);
}

static void child_must(int code)
{
	if (code) {
		fprintf(stderr, "child: %d %s\n", code, error.message);
		_exit(99);
	}
}

static void work_count_up(void)
{
	struct engine_txn *txn;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	for (int i = 0; i < 50; i++) {
		struct span value;
		unsigned number = 0;
		child_must(engine_begin_write(engine, &txn, &error));
		if (!engine_get(txn, ENGINE_META, span_of("count"), &value, &error))
			memcpy(&number, value.data, sizeof number);
		number++;
		child_must(engine_put(txn, ENGINE_META, span_of("count"),
		                      (struct span){ (char *)&number, sizeof number }, &error));
		child_must(engine_commit(txn, &error));
	}
	engine_close(engine);
}

START_TEST(processes_queue_to_write)
{
	struct span value;
	unsigned number;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	pid_t one = child_start(work_count_up), two = child_start(work_count_up);
	child_expect(one, 0);
	child_expect(two, 0);
	succeeds(engine_open_lmdb(folder, 0, &engine, &error));
	struct engine_txn *txn = begin_read();
	succeeds(engine_get(txn, ENGINE_META, span_of("count"), &value, &error));
	memcpy(&number, value.data, sizeof number);
	engine_abort(txn);
	ck_assert_uint_eq(number, 100);
}
END_TEST

static void work_read_as_nobody(void)
{
	child_must(setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534));
	_exit(engine_open_lmdb(folder, ENGINE_READ_ONLY, &engine, NULL));
}

/* The file of the locks is the owner's alone; whoever cannot use it must not read
 * what the owner may be writing. */
START_TEST(reading_without_locks_is_for_what_nobody_writes)
{
	char path[100];

	if (getuid())
		return; /* it takes root to be two users */
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "b");
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	ck_assert_int_eq(chmod(root, 0755) | chmod(folder, 0755) | chmod(path, 0644), 0);
	child_expect(child_start(work_read_as_nobody), QORGAN_IO);
	ck_assert_int_eq(chmod(path, 0444), 0);
	child_expect(child_start(work_read_as_nobody), QORGAN_OK);
}
END_TEST

static void work_fill_small_map(void)
{
	struct engine_txn *txn;
	static char value[100000];

	child_must(lmdb_open_within(folder, 0, 1 << 20, &engine, &error));
	for (int i = 0; i < 30; i++) {
		char key[16];
		snprintf(key, sizeof key, "%04d", i);
		for (;;) {
			child_must(engine_begin_write(engine, &txn, &error));
			int code = engine_put(txn, ENGINE_EVIDENCE, span_of(key), (struct span){ value, sizeof value }, &error);
			if (!code)
				code = engine_commit(txn, &error);
			else
				engine_abort(txn);
			if (!code)
				break;
			if (code != QORGAN_BUSY)
				child_must(code);
		}
	}
	engine_close(engine);
}

START_TEST(growth_is_made_and_followed)
{
	uint64_t count;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	succeeds(lmdb_open_within(folder, 0, 1 << 20, &engine, &error));
	expect_now(ENGINE_EVIDENCE, "0029", NULL);
	child_expect(child_start(work_fill_small_map), 0);
	struct engine_txn *txn = begin_read();
	succeeds(engine_count(txn, ENGINE_EVIDENCE, &count, &error));
	engine_abort(txn);
	ck_assert_uint_eq(count, 30);
	commit_one(ENGINE_EVIDENCE, "0030", "written after the growth");
	expect_now(ENGINE_EVIDENCE, "0030", "written after the growth");
	expect_sound();
}
END_TEST

static void work_read_and_die(void)
{
	struct engine_txn *txn;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	kill(getpid(), SIGKILL);
}

START_TEST(dead_readers_are_cleared)
{
	struct engine_sizes sizes;
	static char value[200000];
	int status;

	store_make(KIND_LMDB);
	for (int i = 0; i < 3; i++) {
		pid_t child = child_start(work_read_and_die);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	for (int i = 0; i < 50; i++) {
		struct engine_txn *txn = begin_write();
		succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of("a"), (struct span){ value, sizeof value - i }, &error));
		succeeds(engine_commit(txn, &error));
	}
	struct engine_txn *txn = begin_read();
	succeeds(engine_sizes(txn, &sizes, &error));
	engine_abort(txn);
	ck_assert_uint_lt(sizes.used + sizes.free, 2000000); /* 10 MB if the dead were waited for */
}
END_TEST

static int ready[2];

static void work_write_until_killed(void)
{
	struct engine_txn *txn;
	static char value[3000];

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	for (unsigned round = 1;; round++) {
		child_must(engine_begin_write(engine, &txn, &error));
		for (unsigned i = 0; i < 40; i++) {
			char key[16];
			snprintf(key, sizeof key, "%04u", i);
			memcpy(value, &round, sizeof round);
			child_must(engine_put(txn, ENGINE_HEADS + i % 32, span_of(key), (struct span){ value, sizeof value },
			                      &error));
			if (round == 2 && i == 20 && write(ready[1], "", 1) != 1)
				_exit(98);
		}
		child_must(engine_commit(txn, &error));
	}
}

START_TEST(killed_writer_leaves_before_or_after)
{
	unsigned first, number;
	int status;

	store_make(KIND_LMDB);
	engine_close(engine);
	engine = NULL;
	for (int kill_after = 0; kill_after < 20; kill_after++) {
		char byte;
		ck_assert_int_eq(pipe(ready), 0);
		pid_t child = child_start(work_write_until_killed);
		ck_assert_int_eq(read(ready[0], &byte, 1), 1);
		for (volatile int spin = 0; spin < kill_after * 40000; spin++)
			continue;
		kill(child, SIGKILL);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert(WIFSIGNALED(status));
		close(ready[0]);
		close(ready[1]);
		succeeds(engine_open_lmdb(folder, 0, &engine, &error));
		struct engine_txn *txn = begin_read();
		for (unsigned i = 0; i < 40; i++) {
			char key[16];
			struct span value;
			snprintf(key, sizeof key, "%04u", i);
			succeeds(engine_get(txn, ENGINE_HEADS + i % 32, span_of(key), &value, &error));
			memcpy(&number, value.data, sizeof number);
			first = i ? first : number;
			ck_assert_uint_eq(number, first);
		}
		engine_abort(txn);
		expect_sound();
		commit_one(ENGINE_META, "still", "writable");
		engine_close(engine);
		engine = NULL;
	}
}
END_TEST

/* Fills the disk, and sees that the store is as after the last good commit. */
static void fill_and_expect(const char *words)
{
	static char value[50000];
	char key[16];
	int code = QORGAN_OK;
	int stored = 0;

	while (!code && stored < 1000) {
		struct engine_txn *txn = begin_write();
		snprintf(key, sizeof key, "%04d", stored);
		succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of(key), (struct span){ value, sizeof value }, &error));
		code = engine_commit(txn, &error);
		stored += !code;
	}
	ck_assert_int_eq(code, QORGAN_IO);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	ck_assert_int_gt(stored, 3);
	for (int again = 0; again < 2; again++) {
		uint64_t count;
		struct engine_txn *txn = begin_read();
		succeeds(engine_count(txn, ENGINE_EVIDENCE, &count, &error));
		engine_abort(txn);
		ck_assert_uint_eq(count, (unsigned)stored);
		expect_sound();
		store_reopen();
	}
	struct engine_txn *txn = begin_write();
	succeeds(engine_delete(txn, ENGINE_EVIDENCE, span_of("0000"), &error));
	succeeds(engine_commit(txn, &error));
	expect_now(ENGINE_EVIDENCE, "0000", NULL);
}

START_TEST(full_disk_leaves_the_store_as_it_was)
{
	if (!disk_mount("size=1m"))
		return;
	store_make(KIND_LMDB);
	fill_and_expect("no space left");
	disk_unmount();
}
END_TEST

START_TEST(limit_of_file_size_leaves_the_store_as_it_was)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };

	store_make(KIND_LMDB);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fill_and_expect("no space left");
}
END_TEST

/* Makes every further write to the data file fail, and not for want of space. */
static void data_file_lose(void)
{
	int null = open("/dev/null", O_RDONLY);
	unsigned lost = 0;

	for (int file = 3; file < 64; file++) {
		char link[32], target[160];
		snprintf(link, sizeof link, "/proc/self/fd/%d", file);
		ssize_t size = readlink(link, target, sizeof target - 1);
		if (size < 10 || memcmp(target + size - 10, "/store.mdb", 10) != 0)
			continue;
		ck_assert_int_eq(dup2(null, file), file);
		lost++;
	}
	ck_assert_uint_ge(lost, 1);
	close(null);
}

START_TEST(failed_commit_ends_all_use)
{
	struct engine_txn *txn;

	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	txn = begin_write();
	put(txn, ENGINE_META, "a", "2");
	data_file_lose();
	ck_assert_int_eq(engine_commit(txn, &error), QORGAN_IO);
	ck_assert_int_eq(engine_begin_write(engine, &txn, &error), QORGAN_IO);
	ck_assert_int_eq(engine_begin_read(engine, &txn, &error), QORGAN_IO);
	ck_assert_msg(strstr(error.message, "earlier write") != NULL, "%s", error.message);
	store_reopen();
	expect_now(ENGINE_META, "a", "1");
	expect_sound();
}
END_TEST

static void work_hold_writer(void)
{
	char byte;

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_lock_writer(engine, false, &error));
	if (write(ready[1], "", 1) != 1 || read(ready[0], &byte, 1) < 0)
		_exit(98);
	pause();
}

START_TEST(writer_lock_names_its_process)
{
	char words[64], byte;
	int status;
	int report[2];

	store_make(KIND_LMDB);
	ck_assert_int_eq(pipe(report), 0);
	ready[0] = open("/dev/null", O_RDONLY);
	ready[1] = report[1];
	pid_t child = child_start(work_hold_writer);
	ck_assert_int_eq(read(report[0], &byte, 1), 1);
	ck_assert_int_eq(engine_lock_writer(engine, false, &error), QORGAN_BUSY);
	snprintf(words, sizeof words, "locked by process %ld", (long)child);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	succeeds(engine_lock_writer(engine, true, &error));
	ck_assert_int_eq(engine_lock_writer(engine, false, &error), QORGAN_INTERNAL);
	engine_unlock_writer(engine);
	succeeds(engine_lock_writer(engine, false, &error));
}
END_TEST

static void work_use_after_fork(void)
{
	struct engine_txn *txn;

	if (engine_begin_read(engine, &txn, &error) != QORGAN_INTERNAL ||
	    engine_lock_writer(engine, false, &error) != QORGAN_INTERNAL)
		_exit(1);
	engine_close(engine);
	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	engine_abort(txn);
	engine_close(engine);
}

START_TEST(engine_is_not_for_the_child_of_a_fork)
{
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	child_expect(child_start(work_use_after_fork), 0);
	commit_one(ENGINE_META, "a", "2");
	expect_now(ENGINE_META, "a", "2");
}
END_TEST

static int guard_pipe[2];
static volatile char *volatile nowhere = (char *)4096; /* NULL would be met by a sanitizer first */

/* A read transaction over a file that is cut off while it is mapped. */
static struct engine_txn *cut_off_begin(struct span *value)
{
	struct engine_txn *txn;
	char path[100];

	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	child_must(engine_begin_read(engine, &txn, &error));
	child_must(engine_get(txn, ENGINE_META, span_of("a"), value, &error));
	snprintf(path, sizeof path, "%s/store.mdb", folder);
	child_must(truncate(path, 0));
	return txn;
}

/* The fault is in our own reading of a value. */
static void work_fault_in_value(void)
{
	struct span value;

	cut_off_begin(&value);
	(void)*(volatile const char *)value.data;
}

static void work_fault_in_database(void)
{
	struct span value;

	engine_get(cut_off_begin(&value), ENGINE_META, span_of("a"), &value, NULL);
}

static void work_fault_of_our_own(void)
{
	child_must(engine_open_lmdb(folder, 0, &engine, &error));
	(void)*nowhere;
}

static void work_abort(void)
{
	abort();
}

static const struct guard_case {
	void (*work)(void);
	int code;
	const char *line;
} guard_cases[] = {
	{ work_fault_in_value, QORGAN_IO, "qorgan: one line\n" },
	{ work_fault_in_database, QORGAN_IO, "qorgan: one line\n" },
	{ work_fault_of_our_own, QORGAN_INTERNAL,
	  "qorgan: a defect of the program ended it (signal 11); the store is as it was; please report it\n" },
	{ work_abort, QORGAN_INTERNAL,
	  "qorgan: a defect of the program ended it (signal 6); the store is as it was; please report it\n" },
};

static int guard_case;

static void work_under_guard(void)
{
	dup2(guard_pipe[1], STDERR_FILENO);
	engine_guard("qorgan: one line");
	guard_cases[guard_case].work();
}

START_TEST(guard_tells_damage_from_a_defect)
{
	char text[200] = "";

	guard_case = _i;
	store_make(KIND_LMDB);
	commit_one(ENGINE_META, "a", "1");
	engine_close(engine);
	engine = NULL;
	ck_assert_int_eq(pipe(guard_pipe), 0);
	child_expect(child_start(work_under_guard), guard_cases[_i].code);
	ck_assert_int_gt(read(guard_pipe[0], text, sizeof text - 1), 0);
	ck_assert_str_eq(text, guard_cases[_i].line);
}
END_TEST

static void work_wait_under_guard(void)
{
	engine_guard("qorgan: one line");
	child_must(write(guard_pipe[1], "x", 1) != 1);
	for (;;)
		pause();
}

START_TEST(guard_lets_others_end_the_process)
{
	static const int numbers[] = { SIGABRT, SIGBUS, SIGSEGV };
	char byte;
	int status;

	ck_assert_int_eq(pipe(guard_pipe), 0);
	pid_t child = child_start(work_wait_under_guard);
	ck_assert_int_eq(read(guard_pipe[0], &byte, 1), 1);
	ck_assert_int_eq(kill(child, numbers[_i]), 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == numbers[_i]);
}
END_TEST

Suite *suite_engine(void)
{
	Suite *suite = suite_create("engine");
	TCase *contract = tcase_create("contract"), *lmdb = tcase_create("lmdb");

	tcase_add_checked_fixture(contract, set_up, tear_down);
	tcase_set_timeout(contract, 120);
	tcase_add_loop_test(contract, empty_store_has_nothing, 0, KINDS);
	tcase_add_loop_test(contract, put_replaces_and_delete_removes, 0, KINDS);
	tcase_add_loop_test(contract, abort_leaves_the_store_as_it_was, 0, KINDS);
	tcase_add_loop_test(contract, reader_sees_one_moment, 0, KINDS);
	tcase_add_loop_test(contract, append_wants_rising_keys, 0, KINDS);
	tcase_add_loop_test(contract, ranges_keep_to_their_bounds, 0, KINDS);
	tcase_add_loop_test(contract, arguments_are_checked, 0, KINDS);
	tcase_add_loop_test(contract, keys_and_values_of_every_size, 0, KINDS);
	tcase_add_loop_test(contract, sizes_tell_used_from_free, 0, KINDS);
	tcase_add_loop_test(contract, random_changes_against_a_model, 0, KINDS);
	tcase_add_loop_test(contract, threads_queue_to_write, 0, KINDS);
	suite_add_tcase(suite, contract);

	tcase_add_checked_fixture(lmdb, set_up, tear_down);
	tcase_set_timeout(lmdb, 120);
	tcase_add_test(lmdb, files_are_private);
	tcase_add_test(lmdb, opening_tells_what_is_there);
	tcase_add_test(lmdb, empty_folder_is_taken_and_made_private);
	tcase_add_test(lmdb, failed_create_leaves_nothing);
	tcase_add_test(lmdb, one_process_opens_once);
	tcase_add_test(lmdb, read_only_does_not_write);
	tcase_add_test(lmdb, read_only_disk_is_read);
	tcase_add_test(lmdb, reading_without_locks_is_for_what_nobody_writes);
	tcase_add_test(lmdb, free_pages_may_lie_beyond_the_end);
	tcase_add_test(lmdb, processes_queue_to_write);
	tcase_add_test(lmdb, growth_is_made_and_followed);
	tcase_add_test(lmdb, dead_readers_are_cleared);
	tcase_add_test(lmdb, killed_writer_leaves_before_or_after);
	tcase_add_test(lmdb, full_disk_leaves_the_store_as_it_was);
	tcase_add_test(lmdb, limit_of_file_size_leaves_the_store_as_it_was);
	tcase_add_test(lmdb, failed_commit_ends_all_use);
	tcase_add_test(lmdb, writer_lock_names_its_process);
	tcase_add_test(lmdb, engine_is_not_for_the_child_of_a_fork);
	tcase_add_loop_test(lmdb, guard_tells_damage_from_a_defect, 0, sizeof guard_cases / sizeof *guard_cases);
	tcase_add_loop_test(lmdb, guard_lets_others_end_the_process, 0, 3);
	suite_add_tcase(suite, lmdb);
	return suite;
}
