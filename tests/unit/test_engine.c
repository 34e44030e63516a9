/* The contract of engine.h, over every engine. */
#include <pthread.h>

#include "engine_fixture.h"

Suite *suite_engine(void);

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

START_TEST(a_change_is_waited_for)
{
	bool changed = false;

	store_make(_i);
	succeeds(engine_wait(engine, 0, &changed, &error));
	ck_assert(changed); /* what came before nobody told */
	succeeds(engine_wait(engine, 0, &changed, &error));
	ck_assert(!changed || _i == KIND_MEMORY);
	commit_one(ENGINE_IDS, "a", "1");
	/* Well before it would have looked by itself. */
	succeeds(engine_wait(engine, _i == KIND_MEMORY ? 0 : 20000, &changed, &error));
	ck_assert(changed);
	succeeds(engine_wait(engine, 0, &changed, &error));
	ck_assert(!changed || _i == KIND_MEMORY);
}
END_TEST

START_TEST(append_wants_rising_keys)
{
	store_make(_i);
	struct engine_txn *txn = begin_write();
	succeeds(engine_append(txn, ENGINE_LEAVES, span_of("a"), span_of("1"), &error));
	succeeds(engine_append(txn, ENGINE_LEAVES, span_of("b"), span_of("2"), &error));
	succeeds(engine_commit(txn, &error));
	/* Told at once, or by the commit. */
	txn = begin_write();
	int told = engine_append(txn, ENGINE_LEAVES, span_of("b"), span_of("3"), &error);
	put(txn, ENGINE_IDS, "other", "change");
	int code = engine_commit(txn, &error);
	ck_assert_int_eq(code, told ? QORGAN_INTERNAL : QORGAN_BUSY);
	ck_assert(told || _i == KIND_SERVER);
	txn = begin_write();
	succeeds(engine_append(txn, ENGINE_LEAVES, span_of("d"), span_of("4"), &error));
	ck_assert_int_eq(engine_append(txn, ENGINE_LEAVES, span_of("c"), span_of("3"), &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_commit(txn, &error), QORGAN_INTERNAL);
	expect_now(ENGINE_LEAVES, "d", NULL);
	expect_now(ENGINE_IDS, "other", NULL);
	expect_now(ENGINE_LEAVES, "b", "2");
}
END_TEST

START_TEST(an_added_key_is_new)
{
	store_make(_i);
	commit_one(ENGINE_HISTORY, "a", "1");
	struct engine_txn *txn = begin_write();
	int told = engine_add(txn, ENGINE_HISTORY, span_of("a"), span_of("2"), &error);
	ck_assert_int_eq(engine_commit(txn, &error), told ? QORGAN_INTERNAL : QORGAN_BUSY);
	ck_assert(told || _i == KIND_SERVER);
	expect_now(ENGINE_HISTORY, "a", "1");
	txn = begin_write();
	succeeds(engine_add(txn, ENGINE_HISTORY, span_of("b"), span_of("2"), &error));
	ck_assert_int_eq(engine_add(txn, ENGINE_HISTORY, span_of("b"), span_of("3"), &error), QORGAN_INTERNAL);
	ck_assert_int_eq(engine_commit(txn, &error), QORGAN_INTERNAL);
	/* What was added and taken away in one transaction never was. */
	txn = begin_write();
	succeeds(engine_add(txn, ENGINE_HISTORY, span_of("c"), span_of("2"), &error));
	succeeds(engine_delete(txn, ENGINE_HISTORY, span_of("c"), &error));
	succeeds(engine_commit(txn, &error));
	expect_now(ENGINE_HISTORY, "c", NULL);
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

struct copying {
	struct engine_txn *to;
	uint64_t rows;
	int answer;
};

static int row_copy(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	struct copying *copying = context;

	copying->rows++;
	return copying->answer ? copying->answer : engine_append(copying->to, table, key, value, why);
}

/* In rising order from far behind, again and again, as who tells of a log from its end: what an engine reads ahead for one
 * run is nothing to the next. */
START_TEST(rows_are_found_in_runs_of_any_order)
{
	char key[16], value[16];

	store_make(_i);
	struct engine_txn *txn = begin_write();
	for (unsigned i = 0; i < 2000; i += 2) {
		snprintf(key, sizeof key, "%04u", i);
		put(txn, ENGINE_LEAVES, key, key);
	}
	succeeds(engine_commit(txn, &error));
	if (_i != KIND_MEMORY)
		store_reopen(); /* what it remembers of its own change would answer */
	txn = begin_read();
	for (unsigned start = 1000; start >= 100; start -= 100)
		for (unsigned i = start - 100; i < start - 50; i++) {
			snprintf(value, sizeof value, "%04u", i);
			expect(txn, ENGINE_LEAVES, value, i % 2 ? NULL : value);
		}
	engine_abort(txn);
}
END_TEST

START_TEST(a_copy_has_every_row_in_order)
{
	struct copying copying = { 0 };
	struct engine *other;

	store_make(_i);
	struct engine_txn *txn = begin_write();
	put(txn, ENGINE_HEADS + 31, "b", "6");
	put(txn, ENGINE_META, "aa", "2");
	put(txn, ENGINE_META, "b", "3");
	put(txn, ENGINE_META, "a", "1");
	put(txn, ENGINE_EVIDENCE, "x", "");
	put(txn, ENGINE_HEADS + 31, "a", "5");
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	succeeds(engine_open_memory(&other, &error));
	succeeds(engine_begin_write(other, &copying.to, &error));
	succeeds(engine_copy(txn, row_copy, &copying, &error));
	ck_assert_uint_eq(copying.rows, 6);
	expect_range(copying.to, ENGINE_META, "", "", false, "a aa b ");
	expect_range(copying.to, ENGINE_HEADS + 31, "", "", false, "a b ");
	expect(copying.to, ENGINE_EVIDENCE, "x", "");
	copying.answer = QORGAN_INTERRUPTED;
	ck_assert_int_eq(engine_copy(txn, row_copy, &copying, &error), QORGAN_INTERRUPTED);
	ck_assert_uint_eq(copying.rows, 7);
	engine_abort(copying.to);
	engine_close(other);
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

/* More than an engine keeps to itself of a transaction. */
static void put_much(struct engine_txn *txn)
{
	struct span value = { calloc(1, 16 << 20), 16 << 20 };
	char key[2] = "a";

	ck_assert_ptr_nonnull(value.data);
	for (; key[0] < 'f'; key[0]++)
		succeeds(engine_put(txn, ENGINE_EVIDENCE, span_of(key), value, &error));
	free((char *)value.data);
}

START_TEST(a_large_change_is_seen_by_itself_and_by_nobody_else)
{
	struct engine_range *range;
	struct span key, value;

	store_make(_i);
	commit_one(ENGINE_HEADS, "gone", "1");
	struct engine_txn *txn = begin_write();
	expect(txn, ENGINE_IDS, "a", NULL);
	expect(txn, ENGINE_HEADS, "gone", "1");
	expect_range(txn, ENGINE_LEAVES, "", "", false, "");
	put(txn, ENGINE_IDS, "a", "2");
	put(txn, ENGINE_LEAVES, "b", "3");
	put(txn, ENGINE_MIRROR, "c", "4");
	put(txn, ENGINE_MIRROR, "d", "5");
	succeeds(engine_delete(txn, ENGINE_HEADS, span_of("gone"), &error));
	engine_expect(txn, ENGINE_META, (struct span){ 0 }, (struct span){ 0 });
	succeeds(engine_range_open(txn, ENGINE_MIRROR, (struct span){ 0 }, (struct span){ 0 }, false, &range, &error));
	succeeds(engine_range_next(range, &key, &value, &error));
	put_much(txn);
	succeeds(engine_range_next(range, &key, &value, &error));
	ck_assert(span_is(key, "d") && span_is(value, "5"));
	ck_assert_int_eq(engine_range_next(range, &key, &value, &error), QORGAN_ABSENT);
	engine_range_close(range);
	expect(txn, ENGINE_IDS, "a", "2");
	expect(txn, ENGINE_HEADS, "gone", NULL);
	expect_range(txn, ENGINE_LEAVES, "", "", false, "b ");
	expect_range(txn, ENGINE_EVIDENCE, "", "", true, "e d c b a ");
	engine_abort(txn);
	txn = begin_write();
	expect(txn, ENGINE_IDS, "a", NULL);
	expect(txn, ENGINE_HEADS, "gone", "1");
	expect_range(txn, ENGINE_LEAVES, "", "", false, "");
	expect_range(txn, ENGINE_EVIDENCE, "", "", true, "");
	put_much(txn);
	succeeds(engine_commit(txn, &error));
	txn = begin_read();
	expect_range(txn, ENGINE_EVIDENCE, "", "", false, "a b c d e ");
	engine_abort(txn);
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
	if (_i == KIND_SERVER) /* it tells of all stores of the database */
		return;
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

Suite *suite_engine(void)
{
	Suite *suite = suite_create("engine");
	TCase *contract = tcase_create("contract");

	tcase_add_checked_fixture(contract, set_up, tear_down);
	tcase_set_timeout(contract, 120);
	tcase_add_loop_test(contract, empty_store_has_nothing, 0, kinds());
	tcase_add_loop_test(contract, put_replaces_and_delete_removes, 0, kinds());
	tcase_add_loop_test(contract, abort_leaves_the_store_as_it_was, 0, kinds());
	tcase_add_loop_test(contract, reader_sees_one_moment, 0, kinds());
	tcase_add_loop_test(contract, a_change_is_waited_for, 0, kinds());
	tcase_add_loop_test(contract, append_wants_rising_keys, 0, kinds());
	tcase_add_loop_test(contract, an_added_key_is_new, 0, kinds());
	tcase_add_loop_test(contract, ranges_keep_to_their_bounds, 0, kinds());
	tcase_add_loop_test(contract, rows_are_found_in_runs_of_any_order, 0, kinds());
	tcase_add_loop_test(contract, a_copy_has_every_row_in_order, 0, kinds());
	tcase_add_loop_test(contract, arguments_are_checked, 0, kinds());
	tcase_add_loop_test(contract, keys_and_values_of_every_size, 0, kinds());
	tcase_add_loop_test(contract, a_large_change_is_seen_by_itself_and_by_nobody_else, 0, kinds());
	tcase_add_loop_test(contract, sizes_tell_used_from_free, 0, kinds());
	tcase_add_loop_test(contract, threads_queue_to_write, 0, kinds());
	suite_add_tcase(suite, contract);
	return suite;
}
