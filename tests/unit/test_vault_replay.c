/* A store with parts of an older time put back, each authentic by itself: pages, rows, the
 * state of the log, the whole file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "damage_trials.h"
#include "engine/engine.h"
#include "store/layout.h"

static struct qorgan_error error;

Suite *suite_vault_replay(void);

static unsigned char *older;
static size_t older_size;

/* The store once more, with a copy of its file kept before the last rounds. */
static void older_make(void)
{
	struct qorgan_store *store;
	char command[400];

	snprintf(command, sizeof command, "rm -r '%s' '%s/qorgan'", damaged.path, damaged.folder);
	ck_assert_int_eq(system(command), 0);
	for (unsigned i = 0; i < OBJECTS; i++)
		written.objects[i].versions = 0;
	for (size_t i = 0; i < LEAVES_MOST; i++)
		buffer_clear(&written.leaves[i]);
	store = damage_store_make();
	for (unsigned round = 0; round < ROUNDS - 2; round++)
		damage_round_write(store, round);
	qorgan_store_close(store);
	free(damaged.original);
	free(damaged.image);
	damage_file_load();
	older = damaged.original;
	older_size = damaged.original_size;
	free(damaged.image);

	struct qorgan_keys keys = { .identity = damaged.identity_path };
	ck_ok(qorgan_store_open(damaged.path, &keys, 0, &store, &error));
	damage_round_write(store, ROUNDS - 2);
	damage_round_write(store, ROUNDS - 1);
	damage_leaves_load(store);
	qorgan_store_close(store);
	damage_file_load();
	damage_pages_locate();
}

static bool page_replay(unsigned number, struct change *change)
{
	size_t at = (size_t)number * PAGE;

	if (at + PAGE > older_size)
		return false;
	memcpy(damaged.image + at, older + at, PAGE);
	change->nothing = page_is_nothing[number];
	change->older_allowed = true;
	snprintf(change->name, sizeof change->name, "page %u as it was", number);
	return memcmp(damaged.image, damaged.original, damaged.original_size) != 0;
}

START_TEST(pages_of_an_older_time)
{
	older_make();
	damage_trials_run("pages replayed", (unsigned)(damaged.original_size / PAGE), page_replay);
	free(older);
}
END_TEST

/* Rows of one table of a file. */
struct rows {
	struct buffer keys[OBJECTS * ROUNDS], values[OBJECTS * ROUNDS];
	size_t count;
};

static void rows_read(const unsigned char *bytes, size_t size, unsigned table, struct rows *rows)
{
	struct engine *engine;
	struct engine_txn *txn;
	struct engine_range *range;
	struct span key, value;

	damage_file_write(bytes, size);
	ck_ok(engine_open_lmdb(damaged.path, 0, &engine, &error));
	ck_ok(engine_begin_read(engine, &txn, &error));
	ck_ok(engine_range_open(txn, table, (struct span){ 0 }, (struct span){ 0 }, false, &range, &error));
	for (rows->count = 0; engine_range_next(range, &key, &value, &error) == QORGAN_OK; rows->count++) {
		buffer_clear(&rows->keys[rows->count]);
		buffer_clear(&rows->values[rows->count]);
		buffer_append_span(&rows->keys[rows->count], key);
		buffer_append_span(&rows->values[rows->count], value);
	}
	engine_range_close(range);
	engine_abort(txn);
	engine_close(engine);
}

static void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < OBJECTS * ROUNDS; i++) {
		buffer_free(&rows->keys[i]);
		buffer_free(&rows->values[i]);
	}
}

static void row_replace(unsigned table, struct span key, struct span value)
{
	struct engine *engine;
	struct engine_txn *txn;

	damage_file_write(damaged.original, damaged.original_size);
	ck_ok(engine_open_lmdb(damaged.path, 0, &engine, &error));
	ck_ok(engine_begin_write(engine, &txn, &error));
	ck_ok(engine_put(txn, table, key, value, &error));
	ck_ok(engine_commit(txn, &error));
	engine_close(engine);
}

static void finding_print(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s [%s]\n", what, object);
}

/* The findings of a store that is sound in its structure. */
static void findings(struct buffer *found)
{
	struct qorgan_keys keys = { .identity = damaged.identity_path };
	struct qorgan_verification result;
	struct qorgan_store *store;

	buffer_clear(found);
	ck_ok(qorgan_store_open(damaged.path, &keys, QORGAN_INSPECT, &store, &error));
	int code = qorgan_verify(store, finding_print, found, &result, &error);
	ck_assert_int_eq(code, result.findings ? QORGAN_NO : QORGAN_OK);
	qorgan_store_close(store);
}

/* Each head that has changed since is put back, and authenticates, as it is the
 * store's own: the log tells that it is not the newest. */
START_TEST(a_head_of_an_older_time_is_found)
{
	static struct rows before, after;
	struct buffer found = { 0 };
	unsigned tried = 0;

	older_make();
	for (unsigned table = ENGINE_HEADS; table < ENGINE_TABLES; table++) {
		rows_read(older, older_size, table, &before);
		rows_read(damaged.original, damaged.original_size, table, &after);
		for (size_t i = 0; i < before.count; i++) {
			ck_assert(span_equal(buffer_span(&before.keys[i]), buffer_span(&after.keys[i])));
			if (span_equal(buffer_span(&before.values[i]), buffer_span(&after.values[i])))
				continue;
			tried++;
			row_replace(table, buffer_span(&before.keys[i]), buffer_span(&before.values[i]));
			findings(&found);
			ck_assert_msg(strstr(buffer_text(&found), "leads to no version") != NULL, "%s", buffer_text(&found));
		}
	}
	ck_assert_uint_ge(tried, 5);
	rows_free(&before);
	rows_free(&after);
	buffer_free(&found);
	free(older);
}
END_TEST

/* The state of the log is one row: put back, with all else as it is, it makes a
 * store that is shorter than what was seen. */
START_TEST(a_log_of_an_older_time_is_rolled_back)
{
	struct qorgan_keys keys = { .identity = damaged.identity_path };
	static struct rows before;
	struct vault_change *change;
	struct qorgan_store *store;
	struct buffer found = { 0 };

	older_make();
	rows_read(older, older_size, ENGINE_META, &before);
	for (size_t i = 0; i < before.count; i++)
		if (span_is(buffer_span(&before.keys[i]), META_STATE))
			row_replace(ENGINE_META, buffer_span(&before.keys[i]), buffer_span(&before.values[i]));
	ck_ok(qorgan_store_open(damaged.path, &keys, 0, &store, &error));
	ck_assert(!qorgan_store_may_write(store));
	ck_assert_int_eq(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED);
	ck_assert_msg(strstr(error.message, "rolled back") != NULL, "%s", error.message);
	qorgan_store_close(store);
	findings(&found);
	ck_assert_msg(strstr(buffer_text(&found), "rolled back") != NULL, "%s", buffer_text(&found));

	/* The whole file of that time is sound in itself. */
	damage_file_write(older, older_size);
	findings(&found);
	ck_assert_msg(strstr(buffer_text(&found), "rolled back") == buffer_text(&found) + strlen(damaged.path) + 5, "%s",
	              buffer_text(&found));
	rows_free(&before);
	buffer_free(&found);
	free(older);
}
END_TEST

Suite *suite_vault_replay(void)
{
	Suite *suite = suite_create("vault replay");
	TCase *damage = tcase_create("damage");

	tcase_add_checked_fixture(damage, damage_set_up, damage_tear_down);
	tcase_set_timeout(damage, 300);
	tcase_add_test(damage, pages_of_an_older_time);
	tcase_add_test(damage, a_head_of_an_older_time_is_found);
	tcase_add_test(damage, a_log_of_an_older_time_is_rolled_back);
	suite_add_tcase(suite, damage);
	return suite;
}
