/* Error lines: one line that nothing quoted in it can break, steer or cut amiss. */
#include "base/error.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

Suite *suite_error(void);

START_TEST(a_code_is_the_one_given_even_without_a_message)
{
	struct qorgan_error error;

	ck_assert_int_eq(error_set(NULL, QORGAN_BAD_DATA, "x"), QORGAN_BAD_DATA);
	ck_assert_int_eq(error_set_system(NULL, QORGAN_IO, "x"), QORGAN_IO);
	ck_assert_int_eq(error_prefix(NULL, QORGAN_IO, "x"), QORGAN_IO);
	error_set(&error, QORGAN_DENIED, "no");
	ck_assert_int_eq(error_prefix(&error, QORGAN_DENIED, "object %d", 7), QORGAN_DENIED);
	ck_assert_int_eq(error.code, QORGAN_DENIED);
	ck_assert_str_eq(error.message, "object 7: no");
	errno = ENOENT;
	error_set_system(&error, QORGAN_ABSENT, "cannot open %s", "\x1b[2J");
	ck_assert_str_eq(error.message, "cannot open ?[2J: No such file or directory");
}
END_TEST

START_TEST(what_would_steer_a_terminal_is_replaced)
{
	static const struct {
		const char *quoted, *shown;
	} cases[] = {
		{ "a\nb\tc\x1b[31m\x7f", "a?b?c?[31m?" },
		{ "\xc2\x80\xc2\x9b" "31m\xc2\x9f", "??31m?" },                              /* U+0080, U+009B, U+009F */
		{ "\xe2\x80\xaa\xe2\x80\xae.\xe2\x81\xa6\xe2\x81\xa9", "??.??" },            /* U+202A..2E, U+2066..69 */
		{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c\xef\xbb\xbf", "????" },                  /* the marks and U+FEFF */
		{ "\xe2\x80\xa8\xe2\x80\xa9", "??" },                                        /* other ends of line */
		{ "\x80\xff\xc0\xaf\xed\xa0\x80|\xd0", "???????|?" },                        /* not UTF-8 */
		{ "\xd2\x9a\xd0\xbe\xd1\x80\xd2\x93\xd0\xb0\xd0\xbd \xc2\xa0\xe2\x80\x8d\xf0\x9f\x8f\xb0", /* stays */
		  "\xd2\x9a\xd0\xbe\xd1\x80\xd2\x93\xd0\xb0\xd0\xbd \xc2\xa0\xe2\x80\x8d\xf0\x9f\x8f\xb0" },
	};
	struct qorgan_error error;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		error_set(&error, QORGAN_BAD_DATA, "%s", cases[i].quoted);
		ck_assert_str_eq(error.message, cases[i].shown);
		error_set(&error, QORGAN_BAD_DATA, "end");
		error_prefix(&error, QORGAN_BAD_DATA, "%s", cases[i].quoted);
		ck_assert_uint_eq(strlen(error.message), strlen(cases[i].shown) + 5);
		ck_assert_int_eq(strncmp(error.message, cases[i].shown, strlen(cases[i].shown)), 0);
	}
}
END_TEST

/* Of 1, 2, 3 and 4 bytes, at every offset from the end of the room. */
START_TEST(a_long_message_is_cut_between_characters)
{
	static const char *const characters[] = { "x", "\xd0\xb6", "\xe2\x82\xac", "\xf0\x9f\x8f\xb0" };
	const char *character = characters[_i];
	struct qorgan_error error, longer;
	char text[2000];

	for (size_t lead = 0; lead < 4; lead++) {
		size_t size = strlen(character);
		memset(text, 'a', lead);
		for (size_t at = lead; at + size < sizeof text; at += size)
			memcpy(text + at, character, size + 1);
		error_set(&error, QORGAN_BAD_DATA, "%s", text);
		ck_assert(text_is_utf8(span_of(error.message)));
		ck_assert_ptr_null(strchr(error.message, '?'));
		ck_assert_uint_gt(strlen(error.message), sizeof error.message - 1 - size);

		longer = error;
		error_prefix(&longer, QORGAN_BAD_DATA, "xyz");
		ck_assert(text_is_utf8(span_of(longer.message)));
		ck_assert_ptr_null(strchr(longer.message, '?'));
		ck_assert_uint_gt(strlen(longer.message), sizeof longer.message - 1 - size);
	}
}
END_TEST

Suite *suite_error(void)
{
	Suite *suite = suite_create("error");
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, a_code_is_the_one_given_even_without_a_message);
	tcase_add_test(tests, what_would_steer_a_terminal_is_replaced);
	tcase_add_loop_test(tests, a_long_message_is_cut_between_characters, 0, 4);
	suite_add_tcase(suite, tests);
	return suite;
}
