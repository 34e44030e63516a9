/* Increments: whatever happens to the rows of a store, a whole backup and its increments give
 * the very rows again; and no increment is taken for one of another parent. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/backup.h"
#include "store/create.h"
#include "store/restore_apply.h"
#include "store/vault_internal.h"

Suite *suite_backup_increment(void);

#define ROUNDS 60
#define CHAIN 6
#define KEYS 40 /* that rows are changed at, in each of the tables below */

static char folder[] = "/tmp/qorgan-increment-XXXXXX";
static struct qorgan_error error;
static struct qorgan_store *store;
static uint64_t seed;

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s (seed %llu)", error.message, (unsigned long long)seed)

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void set_up(void)
{
	char recipient[AGE_RECIPIENT_TEXT], path[200];
	uint8_t identity[32], key[32];

	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, key);
	age_recipient_format(key, recipient);
	snprintf(path, sizeof path, "%s/store", folder);
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient };
	ck_ok(vault_create(path, &creation, &store, &error));
	ck_ok(vault_create_finish(store, &error));
	seed = randombytes_random();
}

static void tear_down(void)
{
	char command[300];

	qorgan_store_close(store);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

/* Changes rows beneath the vault: what a row means does not matter here. */
static void rows_change(unsigned count)
{
	static const unsigned tables[] = { ENGINE_META, ENGINE_EVIDENCE, ENGINE_MIRROR, ENGINE_HEADS + 5 };
	struct engine_txn *txn;
	struct buffer other = { 0 };

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	for (unsigned i = 0; i < count; i++) {
		unsigned table = tables[draw(4)];
		char key[20], value[600];
		size_t size = draw(sizeof value);
		struct span at = { key, (size_t)snprintf(key, sizeof key, "~%u", draw(KEYS)) }, found;
		switch (draw(4)) {
		case 0: /* taken away */
			ck_assert_int_ne(engine_delete(txn, table, at, &error), QORGAN_IO);
			break;
		case 1: /* what another row has: only the key tells them apart */
			if (engine_get(txn, table, at, &found, &error) == QORGAN_OK) {
				buffer_clear(&other);
				buffer_append_span(&other, found);
				at.size = (size_t)snprintf(key, sizeof key, "~%u", draw(KEYS));
				ck_ok(engine_put(txn, tables[draw(4)], at, buffer_span(&other), &error));
			}
			break;
		default:
			memset(value, (int)draw(256), sizeof value);
			ck_ok(engine_put(txn, table, at, (struct span){ value, size }, &error));
		}
	}
	ck_ok(engine_commit(txn, &error));
	buffer_free(&other);
}

static int stream_take(void *context, const void *data, size_t size, struct qorgan_error *why)
{
	(void)why;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

static void backup_make(const struct backup_index *parent, struct buffer *stream, struct backup_index *made)
{
	struct backup_header header = { 0 };
	struct backup_end end;
	struct vault_view *view;

	backup_index_start(made);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(backup_write(view, "2026-02-01T10:00:00Z", parent, stream_take, stream, &header, made, &end, &error));
	vault_view_end(view);
	backup_marks_sort(&made->marks);
}

/* ---- Putting them together ----------------------------------------------------------- */

struct joining {
	struct engine *engine;
	struct engine_txn *txn;
	struct applying *applying;
};

static int header_take(void *context, const struct backup_header *header, struct qorgan_error *why)
{
	struct joining *joining = context;

	return *header->parent ? applying_begin(joining->engine, header, &joining->applying, why)
	                       : engine_begin_write(joining->engine, &joining->txn, why);
}

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	struct joining *joining = context;

	return joining->applying ? applying_row(joining->applying, table, key, value, why)
	                         : engine_append(joining->txn, table, key, value, why);
}

static int gone_take(void *context, uint64_t mark, struct qorgan_error *why)
{
	const struct joining *joining = context;

	return applying_gone(joining->applying, mark, why);
}

static int stream_join(struct engine *engine, struct span stream)
{
	static const struct backup_handler handler = { header_take, row_take };
	struct joining joining = { .engine = engine };
	struct backup_reader *reader;

	ck_ok(backup_reader_start(&handler, &joining, &reader, &error));
	backup_reader_increments(reader, gone_take);
	int code = backup_reader_add(reader, stream.data, stream.size, &error);
	if (!code)
		code = backup_reader_finish(reader, &error);
	if (!code && joining.applying)
		code = applying_finish(joining.applying, backup_reader_end(reader), &error);
	if (!code && joining.txn) {
		code = engine_commit(joining.txn, &error);
		joining.txn = NULL;
	}
	engine_abort(joining.txn);
	applying_free(joining.applying);
	backup_reader_free(reader);
	return code;
}

static int row_append(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	(void)why;
	backup_row_append(context, table, key, value);
	return QORGAN_OK;
}

static void rows_list(struct engine *engine, struct buffer *to)
{
	struct engine_txn *txn;

	buffer_clear(to);
	ck_ok(engine_begin_read(engine, &txn, &error));
	ck_ok(engine_copy(txn, row_append, to, &error));
	engine_abort(txn);
}

static void expect_equal(struct engine *engine)
{
	struct buffer here = { 0 }, there = { 0 };

	rows_list(store->engine, &here);
	rows_list(engine, &there);
	ck_assert_msg(span_equal(buffer_span(&here), buffer_span(&there)), "the rows differ (seed %llu)",
	              (unsigned long long)seed);
	buffer_free(&here);
	buffer_free(&there);
}

START_TEST(whatever_changes_comes_back)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct backup_index indexes[CHAIN];
		struct engine *engine;
		ck_ok(engine_open_memory(&engine, &error));
		for (unsigned i = 0; i < CHAIN; i++) {
			struct buffer stream = { 0 };
			rows_change(draw(3) ? draw(30) : 0);
			backup_make(i ? &indexes[i - 1] : NULL, &stream, &indexes[i]);
			ck_ok(stream_join(engine, buffer_span(&stream)));
			expect_equal(engine);
			buffer_free(&stream);
		}
		for (unsigned i = 0; i < CHAIN; i++)
			backup_index_free(&indexes[i]);
		engine_close(engine);
	}
}
END_TEST

START_TEST(an_increment_fits_its_parent_alone)
{
	struct backup_index indexes[3];
	struct buffer whole = { 0 }, first = { 0 }, second = { 0 };
	struct engine *engine;

	rows_change(60);
	backup_make(NULL, &whole, &indexes[0]);
	rows_change(20);
	backup_make(&indexes[0], &first, &indexes[1]);
	rows_change(20);
	backup_make(&indexes[1], &second, &indexes[2]);
	ck_ok(engine_open_memory(&engine, &error));
	ck_ok(stream_join(engine, buffer_span(&whole)));
	ck_assert_int_eq(stream_join(engine, buffer_span(&second)), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(error.message, "does not fit"));
	engine_close(engine);
	ck_ok(engine_open_memory(&engine, &error));
	ck_ok(stream_join(engine, buffer_span(&whole)));
	ck_ok(stream_join(engine, buffer_span(&first)));
	ck_assert_int_eq(stream_join(engine, buffer_span(&first)), QORGAN_BAD_DATA);
	engine_close(engine);
	for (unsigned i = 0; i < 3; i++)
		backup_index_free(&indexes[i]);
	buffer_free(&whole);
	buffer_free(&first);
	buffer_free(&second);
}
END_TEST

START_TEST(an_increment_is_small_and_refused_by_who_takes_none)
{
	static const struct backup_handler handler = { header_take, row_take };
	struct joining joining = { 0 };
	struct backup_index before, after;
	struct buffer whole = { 0 }, stream = { 0 };
	struct backup_reader *reader;

	backup_make(NULL, &whole, &before);
	backup_make(&before, &stream, &after);
	ck_assert_uint_lt(stream.size, 1200); /* two lines */
	ck_assert_mem_eq(before.key, after.key, sizeof before.key);
	ck_ok(backup_reader_start(&handler, &joining, &reader, &error));
	ck_assert_int_eq(backup_reader_add(reader, stream.data, stream.size, &error), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(error.message, "it holds only what changed after the backup of"));
	backup_reader_free(reader);
	backup_index_free(&before);
	backup_index_free(&after);
	buffer_free(&whole);
	buffer_free(&stream);
}
END_TEST

START_TEST(marks_are_found_by_halves)
{
	struct buffer marks = { 0 };
	size_t at;

	ck_assert(!backup_marks_find(&marks, 5, &at));
	for (uint64_t i = 0; i < 1000; i++)
		backup_marks_add(&marks, (i * 7919) % 1000 * 2);
	backup_marks_sort(&marks);
	for (uint64_t i = 0; i < 1000; i++) {
		ck_assert(backup_marks_find(&marks, 2 * i, &at) && at == i);
		ck_assert(!backup_marks_find(&marks, 2 * i + 1, &at));
	}
	buffer_free(&marks);
}
END_TEST

Suite *suite_backup_increment(void)
{
	Suite *suite = suite_create("backup_increment");
	TCase *increments = tcase_create("increments");

	tcase_add_checked_fixture(increments, set_up, tear_down);
	tcase_set_timeout(increments, 120);
	tcase_add_test(increments, whatever_changes_comes_back);
	tcase_add_test(increments, an_increment_fits_its_parent_alone);
	tcase_add_test(increments, an_increment_is_small_and_refused_by_who_takes_none);
	tcase_add_test(increments, marks_are_found_by_halves);
	suite_add_tcase(suite, increments);
	return suite;
}
