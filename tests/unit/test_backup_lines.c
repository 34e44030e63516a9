/* The first and the last line of a backup's stream: each member that is missing, of another type or size makes it damaged, and
 * nothing of it is taken. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/backup.h"

Suite *suite_backup_lines(void);

#define ID "0123456789abcdef0123456789abcdef"
#define HASH ID ID
static const char first[] = "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":1,\"store\":\"" ID "\",\"state\":\"UZB\","
	"\"created\":\"2026-02-01T10:00:00Z\",\"leaves\":5,\"commits\":2,\"root\":\"" HASH "\",\"checkpoint\":\"\"}";
static const char increment[] = "{\"type\":\"header\",\"format\":\"qorgan-backup\",\"version\":2,\"store\":\"" ID "\",\"state\":\"UZB\","
	"\"created\":\"2026-02-01T10:00:00Z\",\"leaves\":5,\"commits\":2,\"root\":\"" HASH "\",\"checkpoint\":\"\","
	"\"parent\":\"" HASH "\",\"parent_created\":\"2026-01-01T10:00:00Z\",\"key\":\"" ID "\"}";

static struct qorgan_error error;
static unsigned headers;

static int header_take(void *context, const struct backup_header *header, struct qorgan_error *why)
{
	(void)context, (void)why;
	ck_assert_str_eq(header->state, "UZB");
	headers++;
	return QORGAN_OK;
}

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	(void)context, (void)table, (void)key, (void)value;
	return error_set(why, QORGAN_INTERNAL, "there is no row");
}

static int gone_take(void *context, uint64_t mark, struct qorgan_error *why)
{
	(void)context, (void)mark;
	return error_set(why, QORGAN_INTERNAL, "nothing is gone");
}

/* The head, no row, and the last line: a NULL one is as it must be. */
static int stream_read(const char *head, const char *end, bool increments)
{
	static const struct backup_handler handler = { header_take, row_take };
	struct backup_reader *reader = NULL;
	struct buffer stream = { 0 };
	uint8_t hash[32];
	char text[65], line[400];

	buffer_append_format(&stream, "%s\n", head);
	crypto_generichash(hash, sizeof hash, (const uint8_t *)stream.data, stream.size, NULL, 0);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	snprintf(line, sizeof line, "{\"type\":\"end\",\"rows\":0,\"hash\":\"%s\"%s}", text,
	         increments ? ",\"total\":0,\"state\":\"" HASH "\"" : "");
	buffer_append_format(&stream, "%c%s\n", BACKUP_END, end ? end : line);
	headers = 0;
	error = (struct qorgan_error){ 0 };
	ck_assert_int_eq(backup_reader_start(&handler, NULL, &reader, &error), QORGAN_OK);
	if (increments)
		backup_reader_increments(reader, gone_take);
	int code = backup_reader_add(reader, stream.data, stream.size, &error);
	if (!code)
		code = backup_reader_finish(reader, &error);
	if (code) { /* it stays so, whatever comes, and whether anybody asks why */
		ck_assert_int_eq(backup_reader_add(reader, "x", 1, NULL), code);
		ck_assert_int_eq(backup_reader_finish(reader, NULL), code);
	}
	backup_reader_free(reader);
	buffer_free(&stream);
	return code;
}

static char *with(const char *line, const char *from, const char *to)
{
	struct buffer text = { 0 };
	const char *at = strstr(line, from);

	ck_assert_msg(at != NULL, "%s", from);
	buffer_append(&text, line, (size_t)(at - line));
	buffer_append_text(&text, to);
	buffer_append_text(&text, at + strlen(from));
	char *made = buffer_take(&text);
	buffer_free(&text);
	return made;
}

static void head_is_damaged(const char *line, const char *from, const char *to, bool increments)
{
	char *head = with(line, from, to);

	ck_assert_msg(stream_read(head, NULL, increments) == QORGAN_BAD_DATA, "%s", head);
	ck_assert_msg(strncmp(error.message, "the backup is damaged", 21) == 0, "%s: %s", head, error.message);
	ck_assert_uint_eq(headers, 0);
	free(head);
}

START_TEST(each_member_of_the_first_line_is_held_to_its_form)
{
	static const char *const swaps[][2] = {
		{ "\"store\":\"" ID "\",", "" }, { "\"store\":\"" ID "\"", "\"store\":5" }, { "\"store\":\"0", "\"store\":\"" },
		{ "\"store\":\"0", "\"store\":\"00" }, { "\"store\":\"0", "\"store\":\"G" }, { "\"store\":\"0", "\"store\":\"A" },
		{ "\"state\":\"UZB\",", "" }, { "\"state\":\"UZB\"", "\"state\":\"" HASH "\"" }, { "\"state\":\"UZB\"", "\"state\":[]" },
		{ "\"created\":\"2026-02-01T10:00:00Z\",", "" }, { "2026-02-01T10", "2026-02-31T10" }, { "10:00:00Z", "10:00:00+05:00" },
		{ "\"leaves\":5,", "" }, { "\"leaves\":5", "\"leaves\":-1" }, { "\"leaves\":5", "\"leaves\":\"5\"" },
		{ "\"leaves\":5", "\"leaves\":5.0" }, { "\"commits\":2,", "" }, { "\"commits\":2", "\"commits\":true" },
		{ "\"root\":\"" HASH "\",", "" }, { "\"root\":\"0", "\"root\":\"" }, { "\"root\":\"0", "\"root\":\"x" },
	};

	ck_assert_msg(stream_read(first, NULL, false) == QORGAN_OK, "%s", error.message);
	ck_assert_uint_eq(headers, 1);
	for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
		head_is_damaged(first, swaps[i][0], swaps[i][1], false);
}
END_TEST

START_TEST(each_member_of_an_increment_is_held_to_its_form)
{
	static const char *const swaps[][2] = {
		{ "\"parent\":\"" HASH "\",", "" }, { "\"parent\":\"0", "\"parent\":\"" }, { "\"parent\":\"0", "\"parent\":\"z" },
		{ "\"parent\":\"" HASH "\"", "\"parent\":\"\"" }, { "\"parent_created\":\"2026-01-01T10:00:00Z\",", "" },
		{ "\"2026-01-01T10:00:00Z\"", "\"yesterday\"" }, { "\"2026-01-01T10:00:00Z\"", "\"2026-01-01T10:00:00Z and more\"" },
		{ ",\"key\":\"" ID "\"", "" }, { "\"key\":\"0", "\"key\":\"" }, { "\"key\":\"0", "\"key\":\"x" }, { "\"key\":\"" ID "\"", "\"key\":1" },
	};

	ck_assert_msg(stream_read(increment, NULL, true) == QORGAN_OK, "%s", error.message);
	for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
		head_is_damaged(increment, swaps[i][0], swaps[i][1], true);
	ck_assert_int_eq(stream_read(increment, NULL, false), QORGAN_BAD_DATA);
	ck_assert_str_eq(error.message, "it holds only what changed after the backup of 2026-01-01T10:00:00Z: it takes that one, too");
}
END_TEST

START_TEST(the_last_line_says_what_was_read)
{
	static const char *const whole[] = {
		"{}", "x", "{\"type\":\"end\"}", "{\"type\":\"header\",\"rows\":0,\"hash\":\"" HASH "\"}", "{\"type\":\"end\",\"rows\":0}",
		"{\"type\":\"end\",\"rows\":0,\"hash\":\"" HASH "\"}", "{\"type\":\"end\",\"hash\":\"" HASH "\"}",
		"{\"type\":\"end\",\"rows\":0,\"hash\":\"" HASH "0\"}", "{\"type\":\"end\",\"rows\":-1,\"hash\":\"" HASH "\"}",
	};

	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		ck_assert_msg(stream_read(first, whole[i], false) == QORGAN_BAD_DATA, "%s", whole[i]);
		ck_assert_msg(strncmp(error.message, "the backup is damaged", 21) == 0, "%s: %s", whole[i], error.message);
		ck_assert_int_eq(stream_read(increment, whole[i], true), QORGAN_BAD_DATA);
	}
}
END_TEST

START_TEST(an_increment_ends_with_its_total_and_state)
{
	static const char *const ends[] = {
		"", ",\"total\":0", ",\"state\":\"" HASH "\"", ",\"total\":-1,\"state\":\"" HASH "\"", ",\"total\":0,\"state\":5",
		",\"total\":0,\"state\":\"" HASH "0\"",
	};
	uint8_t hash[32];
	char text[65], line[400];
	struct buffer head = { 0 };

	buffer_append_format(&head, "%s\n", increment);
	crypto_generichash(hash, sizeof hash, (const uint8_t *)head.data, head.size, NULL, 0);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(line, sizeof line, "{\"type\":\"end\",\"rows\":0,\"hash\":\"%s\"%s}", text, ends[i]);
		ck_assert_msg(stream_read(increment, line, true) == QORGAN_BAD_DATA, "%s", line);
	}
	snprintf(line, sizeof line, "{\"type\":\"end\",\"rows\":0,\"hash\":\"%s\",\"total\":0,\"state\":\"" HASH "\"}", text);
	ck_assert_int_eq(stream_read(increment, line, true), QORGAN_OK);
	buffer_free(&head);
}
END_TEST

Suite *suite_backup_lines(void)
{
	Suite *suite = suite_create("backup_lines");
	TCase *tests = tcase_create("backup_lines");

	tcase_add_test(tests, each_member_of_the_first_line_is_held_to_its_form);
	tcase_add_test(tests, each_member_of_an_increment_is_held_to_its_form);
	tcase_add_test(tests, the_last_line_says_what_was_read);
	tcase_add_test(tests, an_increment_ends_with_its_total_and_state);
	suite_add_tcase(suite, tests);
	return suite;
}
