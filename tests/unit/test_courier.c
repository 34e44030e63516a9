/* A courier's folder: names, and packages in parts. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "exchange/courier_name.h"

static char folder[] = "/tmp/qorgan-courier-XXXXXX";

static void set_up(void)
{
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void tear_down(void)
{
	char command[80];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(command), 0);
}

/* ---- Names ------------------------------------------------------------------------- */

static const struct {
	const char *name, *from; /* from NULL: it is none for KAZ */
	uint64_t number;
	enum courier_name_kind kind;
	const char *package;
} incoming[] = {
	{ "UZB-KAZ-7.age", "UZB", 7, COURIER_PACKAGE, "UZB-KAZ-7.age" },
	{ "UZB-KAZ-7.age.part2of3", "UZB", 7, COURIER_PART, "UZB-KAZ-7.age" },
	{ "UZB-KAZ-7.age.part02of12", "UZB", 7, COURIER_PART, "UZB-KAZ-7.age" },
	{ "A-B.age-KAZ-9007199254740991.age", "A-B.age", 9007199254740991, COURIER_PACKAGE,
	  "A-B.age-KAZ-9007199254740991.age" },
	{ "KAZ-KAZ-1.age", "KAZ", 1, COURIER_PACKAGE, "KAZ-KAZ-1.age" },
	{ "UZB-KAZ-7.age.minisig", NULL, 0, 0, NULL },
	{ "UZB-KGZ-7.age", NULL, 0, 0, NULL },
	{ "UZB-XKAZ-7.age", NULL, 0, 0, NULL },
	{ "-KAZ-7.age", NULL, 0, 0, NULL },
	{ "KAZ-7.age", NULL, 0, 0, NULL },
	{ ".UZB-KAZ-7.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-0.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-07.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-+7.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-99999999999999999.age", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.XYZ123", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part1of1", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part4of3", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part0of3", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part1of12", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part01of03", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part1of3x", NULL, 0, 0, NULL },
	{ "UZB-KAZ-7.age.part10000of10000", NULL, 0, 0, NULL },
	{ "U ZB-KAZ-7.age", NULL, 0, 0, NULL },
	{ ".age", NULL, 0, 0, NULL },
	{ "", NULL, 0, 0, NULL },
};

START_TEST(a_name_says_from_whom_and_which)
{
	struct courier_name parsed;
	const char *from = incoming[_i].from;

	ck_assert_int_eq(courier_name_incoming(incoming[_i].name, "KAZ", &parsed), from != NULL);
	if (!from)
		return;
	ck_assert(span_is(parsed.from, from));
	ck_assert(span_is(parsed.to, "KAZ"));
	ck_assert_uint_eq(parsed.number, incoming[_i].number);
	ck_assert_int_eq((int)parsed.kind, (int)incoming[_i].kind);
	ck_assert(span_is((struct span){ incoming[_i].name, parsed.package }, incoming[_i].package));
}
END_TEST

START_TEST(own_names_are_told_from_those_of_others)
{
	static const struct {
		const char *name;
		int kind; /* -1: it is none of UZB to KAZ */
		bool hidden;
	} names[] = {
		{ "UZB-KAZ-7.age", COURIER_PACKAGE, false },     { "UZB-KAZ-7.age.minisig", COURIER_SIGNATURE_OF, false },
		{ ".UZB-KAZ-7.age", COURIER_PACKAGE, true },     { ".UZB-KAZ-7.age.Ab12Cd", COURIER_OTHER, true },
		{ ".UZB-KAZ-7.age.part1of2", COURIER_PART, true }, { ".UZB-KAZ-7.age.minisig.Ab12Cd", COURIER_OTHER, true },
		{ "UZB-KAZ-7-3.age", -1, false },                { ".UZB-KAZ-7-3.age", -1, false },
		{ "KAZ-UZB-7.age", -1, false },                  { "UZB-KAZ-7.txt", -1, false },
		{ "UZB-KAZAKH-7.age", -1, false },               { "..UZB-KAZ-7.age", -1, false },
	};
	struct courier_name parsed;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ck_assert_msg(courier_name_outgoing(names[i].name, "UZB", "KAZ", &parsed) == (names[i].kind >= 0), "%s",
		              names[i].name);
		if (names[i].kind < 0)
			continue;
		ck_assert_int_eq((int)parsed.kind, names[i].kind);
		ck_assert_uint_eq(parsed.number, 7);
		ck_assert_int_eq(parsed.hidden, names[i].hidden);
	}
}
END_TEST

/* ---- Parts --------------------------------------------------------------------------- */

static void file_make(const char *path, size_t size)
{
	FILE *file = fopen(path, "w");

	for (size_t i = 0; i < size; i++)
		putc((int)(i * 7 % 251), file);
	ck_assert_int_eq(fclose(file), 0);
}

static int same(const char *command)
{
	return system(command);
}

static const struct {
	size_t size;
	uint64_t most;
	unsigned count;
} cuts[] = { { 100, 100, 1 }, { 101, 100, 2 }, { 300, 100, 3 }, { 301, 100, 4 }, { 1000, 100, 10 }, { 9, 2, 5 },
	     { 999999, 65536, 16 }, { 0, 100, 1 } };

START_TEST(what_is_cut_is_joined_by_cat)
{
	unsigned count = parts_count(cuts[_i].size, cuts[_i].most, NULL), found;
	struct stat status;

	ck_assert_uint_eq(count, cuts[_i].count);
	if (count == 1)
		return;
	file_make("source", cuts[_i].size);
	ck_assert_int_eq(parts_write("source", "whole.age", count, NULL), QORGAN_OK);
	ck_assert_int_eq(same("cat whole.age.part* | cmp - source"), 0);
	ck_assert_int_eq(same("[ -z \"$(ls -A | grep '^\\.[^.]')\" ]"), 0);
	for (unsigned number = 1; number <= count; number++) {
		char *path = part_path("whole.age", number, count);
		ck_assert_int_eq(stat(path, &status), 0);
		ck_assert(status.st_size > 0 && (uint64_t)status.st_size <= cuts[_i].most);
		free(path);
	}
	ck_assert_int_eq(parts_find("whole.age", &found, NULL), QORGAN_OK);
	ck_assert_uint_eq(found, count);
}
END_TEST

START_TEST(more_parts_than_are_named_are_refused)
{
	struct qorgan_error error;

	ck_assert_uint_eq(parts_count(9999 * 100, 100, &error), 9999);
	ck_assert_uint_eq(parts_count(9999 * 100 + 1, 100, &error), 0);
	ck_assert_int_eq(error.code, QORGAN_USAGE);
}
END_TEST

static int text_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

START_TEST(a_set_that_is_whole_is_found_among_others)
{
	struct qorgan_error error = { 0 };
	struct buffer text = { 0 };
	unsigned count;

	ck_assert_int_eq(parts_find("w.age", &count, &error), QORGAN_ABSENT);
	ck_assert_str_eq(error.message, "");
	ck_assert_int_eq(same("echo a >w.age.part1of3; echo b >w.age.part3of3; echo c >w.age.part2of4; echo o >v.age.part1of2"), 0);
	ck_assert_int_eq(parts_find("w.age", &count, &error), QORGAN_ABSENT);
	ck_assert_ptr_nonnull(strstr(error.message, "is missing"));
	ck_assert_int_eq(same("echo d >w.age.part2of3"), 0);
	ck_assert_int_eq(parts_find("w.age", &count, &error), QORGAN_OK);
	ck_assert_uint_eq(count, 3);
	ck_assert_int_eq(parts_read("w.age", 3, text_add, &text, &error), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&text), "a\nd\nb\n");
	ck_assert_int_eq(same("rm w.age.part2of3; ln -s /etc/hostname w.age.part2of3"), 0);
	ck_assert_int_eq(parts_read("w.age", 3, text_add, &text, &error), QORGAN_IO);
	buffer_free(&text);
}
END_TEST

/* ---- A folder that others write to ---------------------------------------------------- */

START_TEST(a_link_is_replaced_and_not_followed)
{
	struct file_writer *writer;

	file_make("precious", 10);
	ck_assert_int_eq(symlink("precious", "link"), 0);
	ck_assert_int_eq(file_create_here("link", 0644, &writer, NULL), QORGAN_OK);
	ck_assert_int_eq(file_write(writer, "x", 1, NULL), QORGAN_OK);
	ck_assert_int_eq(file_commit(writer, NULL), QORGAN_OK);
	ck_assert_int_eq(same("[ ! -L link ] && [ $(wc -c <link) = 1 ] && [ $(wc -c <precious) = 10 ]"), 0);
	ck_assert_int_eq(mkdir("place", 0755), 0);
	ck_assert_int_eq(file_create_here("place", 0644, &writer, NULL), QORGAN_CANNOT_CREATE);
	ck_assert_int_eq(mkfifo("pipe", 0644), 0);
	ck_assert_int_eq(file_create_here("pipe", 0644, &writer, NULL), QORGAN_CANNOT_CREATE);
}
END_TEST

Suite *suite_courier(void);
Suite *suite_courier(void)
{
	Suite *suite = suite_create("courier");
	TCase *test = tcase_create("courier");

	tcase_add_checked_fixture(test, set_up, tear_down);
	tcase_add_loop_test(test, a_name_says_from_whom_and_which, 0, sizeof incoming / sizeof *incoming);
	tcase_add_test(test, own_names_are_told_from_those_of_others);
	tcase_add_loop_test(test, what_is_cut_is_joined_by_cat, 0, sizeof cuts / sizeof *cuts);
	tcase_add_test(test, more_parts_than_are_named_are_refused);
	tcase_add_test(test, a_set_that_is_whole_is_found_among_others);
	tcase_add_test(test, a_link_is_replaced_and_not_followed);
	suite_add_tcase(suite, test);
	return suite;
}
