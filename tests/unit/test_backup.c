/* The stream of a backup: what is written is read again, in pieces of any size, and no
 * stream that was cut, changed or put in another order is taken for whole. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/age.h"
#include "store/backup.h"
#include "store/create.h"

Suite *suite_backup(void);

static char folder[] = "/tmp/qorgan-backup-XXXXXX";
static char path[200];
static struct qorgan_error error;
static struct buffer stream;
static struct backup_header written;
static struct backup_index written_index;
static struct backup_end written_end;

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)

static int stream_take(void *context, const void *data, size_t size, struct qorgan_error *why)
{
	(void)why;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

/* A store of a few objects, and the stream of its backup. */
static void set_up(void)
{
	static const char *const ids[] = { "CYB", "ENV", "HEALTH" };
	char recipient[AGE_RECIPIENT_TEXT];
	uint8_t identity[32], key[32];
	struct vault_change *change;
	struct vault_view *view;
	struct qorgan_store *store;
	enum vault_outcome outcome;
	uint64_t number;

	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("QORGAN_NOW");
	ck_assert_int_ge(sodium_init(), 0);
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, key);
	age_recipient_format(key, recipient);
	snprintf(path, sizeof path, "%s/store", folder);
	struct qorgan_creation creation = { .state = "UZB", .user = "tester", .recipient = recipient };
	ck_ok(vault_create(path, &creation, &store, &error));
	ck_ok(vault_create_finish(store, &error));
	ck_ok(vault_change_begin(store, NULL, "test", &change, &error));
	for (size_t i = 0; i < 3; i++)
		ck_ok(vault_change_put(change, schema_find("domain", 6), span_of(ids[i]), span_of("{\"title\":{\"en\":\"T\"}}"),
		                       VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
	ck_ok(vault_view_begin(store, &view, &error));
	backup_index_start(&written_index);
	ck_ok(backup_write(view, "2026-02-01T10:00:00Z", NULL, stream_take, &stream, &written, &written_index, &written_end, &error));
	vault_view_end(view);
	qorgan_store_close(store);
}

static void tear_down(void)
{
	char command[300];

	buffer_free(&stream);
	backup_index_free(&written_index);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

/* What a reader was told. */
struct told {
	struct backup_header header;
	unsigned headers;
	uint64_t rows;
	crypto_generichash_state hash;
	int answer; /* of the row function */
};

static int header_take(void *context, const struct backup_header *header, struct qorgan_error *why)
{
	struct told *told = context;

	(void)why;
	told->header = *header;
	told->headers++;
	return QORGAN_OK;
}

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	struct told *told = context;

	(void)why;
	ck_assert_uint_lt(table, ENGINE_TABLES);
	ck_assert_uint_ge(key.size, 1);
	ck_assert_uint_le(key.size, 64);
	told->rows++;
	crypto_generichash_update(&told->hash, (const uint8_t *)key.data, key.size);
	crypto_generichash_update(&told->hash, (const uint8_t *)value.data, value.size);
	return told->answer;
}

static int stream_read(struct span bytes, size_t piece, struct told *told)
{
	static const struct backup_handler handler = { header_take, row_take };
	struct backup_reader *reader;
	int code = QORGAN_OK;

	crypto_generichash_init(&told->hash, NULL, 0, 32);
	ck_ok(backup_reader_start(&handler, told, &reader, &error));
	for (size_t at = 0; !code && at < bytes.size; at += piece)
		code = backup_reader_add(reader, bytes.data + at, bytes.size - at < piece ? bytes.size - at : piece, &error);
	if (!code)
		code = backup_reader_finish(reader, &error);
	else
		ck_assert_int_eq(backup_reader_add(reader, "x", 1, NULL), code); /* a failure is final */
	if (!code)
		ck_assert_uint_eq(backup_reader_rows(reader), told->rows);
	backup_reader_free(reader);
	return code;
}

static void expect_refused(struct span bytes, const char *how, size_t at)
{
	struct told told = { .answer = QORGAN_OK };
	int code = stream_read(bytes, 4096, &told);

	ck_assert_msg(code == QORGAN_BAD_DATA, "%s at %zu: code %d", how, at, code);
}

START_TEST(what_is_written_is_read_in_pieces_of_any_size)
{
	static const size_t pieces[] = { 1, 7, 64, 1000, SIZE_MAX / 2 };
	uint8_t first[32], hash[32];

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct told told = { .answer = QORGAN_OK };
		ck_ok(stream_read(buffer_span(&stream), pieces[i], &told));
		ck_assert_uint_eq(told.headers, 1);
		ck_assert_uint_eq(told.rows, written_end.rows);
		ck_assert_mem_eq(&told.header.store, written.store, sizeof written.store);
		ck_assert_str_eq(told.header.state, "UZB");
		ck_assert_str_eq(told.header.created, "2026-02-01T10:00:00Z");
		ck_assert_str_eq(told.header.root, written.root);
		ck_assert_uint_eq(told.header.leaves, 4);
		ck_assert_uint_eq(told.header.commits, 1);
		crypto_generichash_final(&told.hash, i ? hash : first, 32);
		if (i)
			ck_assert_mem_eq(hash, first, 32);
	}
}
END_TEST

START_TEST(a_stream_that_is_cut_or_goes_on_is_refused)
{
	for (size_t size = 0; size < stream.size; size += size < 600 || size + 200 > stream.size ? 1 : 13)
		expect_refused((struct span){ stream.data, size }, "cut", size);
	buffer_append_char(&stream, '\n');
	expect_refused(buffer_span(&stream), "longer", stream.size);
}
END_TEST

START_TEST(a_stream_with_any_bit_changed_is_refused)
{
	for (size_t at = 0; at < stream.size; at += at < 700 || at + 200 > stream.size ? 1 : 5)
		for (unsigned bit = 0; bit < 8; bit++) {
			stream.data[at] = (char)(stream.data[at] ^ 1 << bit);
			expect_refused(buffer_span(&stream), "flipped", at);
			stream.data[at] = (char)(stream.data[at] ^ 1 << bit);
		}
}
END_TEST

/* A stream of these bytes between two lines that fit them. */
static int rows_read(const char *rows, size_t size)
{
	struct buffer made = { 0 };
	struct told told = { .answer = QORGAN_OK };
	uint8_t hash[32];
	char text[65];

	buffer_append(&made, stream.data, (size_t)(strchr(stream.data, '\n') + 1 - stream.data));
	buffer_append(&made, rows, size);
	crypto_generichash(hash, sizeof hash, (const uint8_t *)made.data, made.size, NULL, 0);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	/* Each of the rows below is 8 bytes long. */
	buffer_append_format(&made, "\xff{\"type\":\"end\",\"rows\":%zu,\"hash\":\"%s\"}\n", size / 8, text);
	int code = stream_read(buffer_span(&made), 4096, &told);
	buffer_free(&made);
	return code;
}

START_TEST(rows_have_tables_keys_and_an_order)
{
	ck_assert_int_eq(rows_read("", 0), QORGAN_OK);
	ck_assert_int_eq(rows_read("\0\1\0\0\0\1av\0\1\0\0\0\1bv\1\1\0\0\0\1av", 24), QORGAN_OK);
	ck_assert_int_eq(rows_read("\0\2\0\0\0\0ab\0\2\0\0\0\0ac", 16), QORGAN_OK);
	/* The same key again, a smaller one, a smaller table, a shorter key that begins the one before. */
	ck_assert_int_eq(rows_read("\0\1\0\0\0\1av\0\1\0\0\0\1av", 16), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\1\0\0\0\1bv\0\1\0\0\0\1av", 16), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\1\1\0\0\0\1av\0\1\0\0\0\1bv", 16), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\2\0\0\0\0aa\0\1\0\0\0\1av", 16), QORGAN_BAD_DATA);
	/* No such table, no key, a key or a value that is too long. */
	ck_assert_int_eq(rows_read("\x28\1\0\0\0\1av", 8), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\0\0\0\0\2av", 8), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\x41\0\0\0\1av", 8), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\1\1\0\0\1av", 8), QORGAN_BAD_DATA);
	ck_assert_int_eq(rows_read("\0\1\x7f\xff\xff\xff" "av", 8), QORGAN_BAD_DATA);
}
END_TEST

START_TEST(a_newer_version_is_told_from_damage)
{
	static const struct {
		const char *line, *said;
	} lines[] = {
		{ "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":3}\n", "use a newer qorgan" },
		{ "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1}\n", "not a backup" },
		{ "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":1}\n", "damaged" },
		{ "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"format\":\"qorgan-backup\",\"version\":1}\n", "not a backup" },
		{ "a text\n", "not a backup" },
		{ "", "cut off" },
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		expect_refused(span_of(lines[i].line), "line", i);
		ck_assert_msg(strstr(error.message, lines[i].said), "%zu: %s", i, error.message);
	}
	char *long_line = malloc(BACKUP_LINE_LIMIT + 2);
	memset(long_line, 'a', BACKUP_LINE_LIMIT + 2);
	expect_refused((struct span){ long_line, BACKUP_LINE_LIMIT + 2 }, "long line", 0);
	free(long_line);
}
END_TEST

START_TEST(what_takes_the_rows_can_end_the_reading)
{
	struct told told = { .answer = QORGAN_IO };

	ck_assert_int_eq(stream_read(buffer_span(&stream), 4096, &told), QORGAN_IO);
	ck_assert_uint_eq(told.rows, 1);
}
END_TEST

Suite *suite_backup(void)
{
	Suite *suite = suite_create("backup");
	TCase *reading = tcase_create("stream");

	tcase_add_checked_fixture(reading, set_up, tear_down);
	tcase_set_timeout(reading, 120);
	tcase_add_test(reading, what_is_written_is_read_in_pieces_of_any_size);
	tcase_add_test(reading, a_stream_that_is_cut_or_goes_on_is_refused);
	tcase_add_test(reading, a_stream_with_any_bit_changed_is_refused);
	tcase_add_test(reading, rows_have_tables_keys_and_an_order);
	tcase_add_test(reading, a_newer_version_is_told_from_damage);
	tcase_add_test(reading, what_takes_the_rows_can_end_the_reading);
	suite_add_tcase(suite, reading);
	return suite;
}
