/* Canonical JSON: RFC 8785's own examples, as far as our limits reach (ASCII
 * names, integers, no null), and what must be refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"

Suite *suite_canonical(void);

/* Parses with Jansson and writes. */
static int canonicalise(const char *json, struct buffer *to, struct qorgan_error *error)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);

	ck_assert_ptr_nonnull(value);
	buffer_clear(to);
	int code = canonical_write(value, to, error);
	json_decref(value);
	return code;
}

START_TEST(values_take_their_canonical_form)
{
	static const char *const cases[][2] = {
		/* RFC 8785, 3.2.2: the string of the example; and its literals without null */
		{ "\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"",
		  "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"" },
		{ "[true, false]", "[true,false]" },
		/* RFC 8785, 3.2.2.2: control characters */
		{ "\"\\u0001\\u0008\\u0009\\u000a\\u000b\\u000c\\u000d\\u001f\\u007f\"",
		  "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\"" },
		{ "\"\\u00e9\\ud83d\\ude00\"", "\"é😀\"" },
		/* RFC 8785, 3.2.3: its sorting example, the names that are ASCII without escapes */
		{ "{ \"1\": \"One\", \"</script>\": \"Browser Challenge\" }",
		  "{\"1\":\"One\",\"</script>\":\"Browser Challenge\"}" },
		/* RFC 8785, appendix on sorting nested objects */
		{ "{\"b\": {\"z\":1,\"a\":[{\"d\":1,\"c\":2}]}, \"a\":\"x\"}",
		  "{\"a\":\"x\",\"b\":{\"a\":[{\"c\":2,\"d\":1}],\"z\":1}}" },
		{ "{\"a\":1,\"B\":2,\"aa\":3,\"_\":4,\"\":5,\"a-\":6,\"10\":7,\"9\":8}",
		  "{\"\":5,\"10\":7,\"9\":8,\"B\":2,\"_\":4,\"a\":1,\"a-\":6,\"aa\":3}" },
		/* RFC 8785, appendix B: the integers among its samples that are safe */
		{ "[0, -0, 9007199254740991, -9007199254740991]", "[0,0,9007199254740991,-9007199254740991]" },
		{ "[ ]", "[]" }, { "{ }", "{}" }, { "[[],{}]", "[[],{}]" }, { "\"\"", "\"\"" },
	};
	struct buffer to = { 0 };
	struct qorgan_error error;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(canonicalise(cases[i][0], &to, &error), QORGAN_OK);
		ck_assert_str_eq(buffer_text(&to), cases[i][1]);
		ck_assert_msg(canonical_is(buffer_span(&to)), "%s", buffer_text(&to));
	}
	buffer_free(&to);
}
END_TEST

START_TEST(all_control_characters_are_escaped_as_the_rfc_says)
{
	static const char *const names[32] = { [8] = "\\b", [9] = "\\t", [10] = "\\n", [12] = "\\f", [13] = "\\r" };

	for (int c = 0; c < 32; c++) {
		struct buffer to = { 0 };
		char byte = (char)c, expected[16];
		if (names[c])
			snprintf(expected, sizeof expected, "\"%s\"", names[c]);
		else
			snprintf(expected, sizeof expected, "\"\\u%04x\"", (unsigned)c);
		canonical_write_string((struct span){ &byte, 1 }, &to);
		ck_assert_str_eq(buffer_text(&to), expected);
		ck_assert_int_eq(canonical_is(buffer_span(&to)), 1);
		buffer_free(&to);
	}
}
END_TEST

START_TEST(many_members_are_sorted)
{
	struct buffer to = { 0 };
	struct qorgan_error error;
	json_t *object = json_object();
	char name[8];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "k%03d", i * 7 % 300);
		json_object_set_new(object, name, json_integer(i * 7 % 300));
	}
	ck_assert_int_eq(canonical_write(object, &to, &error), QORGAN_OK);
	ck_assert(canonical_is(buffer_span(&to)));
	char *sorted = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
	ck_assert_str_eq(buffer_text(&to), sorted);
	free(sorted);
	json_decref(object);
	buffer_free(&to);
}
END_TEST

START_TEST(what_has_no_canonical_form_is_refused_with_its_path)
{
	static const char *const cases[][2] = {
		{ "{\"a\":{\"b\":[1,2.5]}}", "a.b[1]: a number must be whole" },
		{ "{\"a\":1e2}", "a: a number must be whole" },
		{ "{\"a\":1.0}", "a: a number must be whole" },
		{ "{\"a\":[null]}", "a[0]: null" },
		{ "null", "null" },
		{ "{\"\\u00f6\":1}", "a member name" },
		{ "{\"\\r\":1}", "a member name" },
		{ "{\"x\":{\"a\\\"b\":1}}", "x.a\"b: a member name" },
		{ "9007199254740992", "beyond" },
		{ "[-9007199254740992]", "[0]: the number is beyond" },
		{ "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "nested too deeply" },
	};
	struct buffer to = { 0 };
	struct qorgan_error error;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(canonicalise(cases[i][0], &to, &error), QORGAN_BAD_DATA);
		ck_assert_msg(strstr(error.message, cases[i][1]) != NULL, "%s: %s", cases[i][0], error.message);
	}
	ck_assert_int_eq(canonicalise("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", &to, &error), QORGAN_OK);
	ck_assert(canonical_is(buffer_span(&to)));
	buffer_free(&to);
}
END_TEST

START_TEST(other_bytes_are_not_canonical)
{
	static const char *const bad[] = {
		"", " ", "{", "[", "\"", "{}x", "{} ", " {}", "[1,]", "[,1]", "[1 ,2]", "{\"a\" :1}", "{\"a\":1,}",
		"{\"a\"}", "{\"a\":}",
		"{,\"a\":1}", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":2}", "{\"aa\":1,\"a\":2}", "null", "[null]", "01",
		"-0", "-", "1.0", "1e2", "+1",
		"9007199254740992", "-9007199254740992", "99999999999999999999", "\"\\u0041\"", "\"\\u000A\"",
		"\"\\u000a\"", "\"\\u001F\"",
		"\"\\/\"", "\"\\x\"", "\"\\\"", "\"\\u00\"", "\"\\u0020\"", "\"\n\"", "\"\xff\"", "\"\xed\xa0\x80\"",
		"{\"\\n\":1}", "{\"\xc3\xb6\":1}", "tru",
		"truefalse", "True", "{1:2}", "[1]]", "{\"a\":1]", "[1}", "'a'", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
		"\xef\xbb\xbf{}",
	};
	static const char *const good[] = { "0", "-1", "true", "false", "\"\"", "[]", "{}", "{\"a\":{},\"b\":[]}",
	                                    "\"\\u001f\x7f/\"" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!canonical_is(span_of(bad[i])), "%s", bad[i]);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ck_assert_msg(canonical_is(span_of(good[i])), "%s", good[i]);
	ck_assert(!canonical_is((struct span){ "\"\0\"", 3 }));
}
END_TEST

/* A random value, at most so deep. */
static json_t *value_make(unsigned depth)
{
	static const char *const texts[] = { "", "a", "Мера \xf0\x9f\x98\x80", "\"quoted\" \\ \n\t\x01\x1f\x7f", "//", "0123456789abcdef01234" };
	json_t *value;
	char name[24];

	switch (rand() % (depth ? 7 : 5)) {
	case 0:
		return json_true();
	case 1:
		return json_false();
	case 2:
		return json_integer((json_int_t)(rand() % 3 - 1) * (rand() % 2 ? rand() : 9007199254740991));
	case 3:
	case 4:
		return json_string(texts[rand() % 6]);
	case 5:
		value = json_array();
		for (int i = rand() % 5; i > 0; i--)
			json_array_append_new(value, value_make(depth - 1));
		return value;
	default:
		value = json_object();
		for (int i = rand() % 6; i > 0; i--) {
			snprintf(name, sizeof name, "%c_%d", 'a' + rand() % 3, rand() % 20);
			json_object_set_new(value, name, value_make(depth - 1));
		}
		return value;
	}
}

START_TEST(a_tree_is_what_jansson_reads)
{
	struct buffer text = { 0 };
	struct qorgan_error error;

	srand(4);
	for (int i = 0; i < 20000; i++) {
		json_t *value = value_make((unsigned)rand() % 6), *theirs, *ours;
		buffer_clear(&text);
		ck_assert_int_eq(canonical_write(value, &text, &error), QORGAN_OK);
		theirs = json_loadb(text.data, text.size, JSON_DECODE_ANY, NULL);
		ours = canonical_read(buffer_span(&text));
		ck_assert_msg(ours && json_equal(ours, theirs), "%s", buffer_text(&text));
		json_decref(ours);
		for (size_t cut = 0; cut < text.size && cut < 40; cut++) { /* read where it ends, and not beyond */
			char *exact = malloc(cut ? cut : 1);
			memcpy(exact, text.data, cut);
			ours = canonical_read((struct span){ exact, cut });
			ck_assert(!ours || json_is_integer(ours));
			json_decref(ours);
			free(exact);
		}
		json_decref(theirs);
		json_decref(value);
	}
	buffer_free(&text);
}
END_TEST

START_TEST(a_tree_has_no_zero_byte_and_is_not_too_deep)
{
	char deep[2 * CANONICAL_DEPTH + 3] = "";

	ck_assert_ptr_null(canonical_read(span_of("\"a\\u0000\"")));
	ck_assert_ptr_null(canonical_read(span_of("{\"a\":1}x")));
	ck_assert_ptr_null(canonical_read(span_of("{\"a\":1,}")));
	ck_assert_ptr_null(canonical_read(span_of("[1 2]")));
	for (size_t depth = CANONICAL_DEPTH; depth <= CANONICAL_DEPTH + 1; depth++) {
		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		json_t *value = canonical_read((struct span){ deep, 2 * depth });
		ck_assert(canonical_is((struct span){ deep, 2 * depth }) == (value != NULL));
		ck_assert((depth == CANONICAL_DEPTH) == (value != NULL));
		json_decref(value);
	}
}
END_TEST

Suite *suite_canonical(void)
{
	Suite *suite = suite_create("canonical");
	TCase *tests = tcase_create("canonical");

	tcase_add_test(tests, values_take_their_canonical_form);
	tcase_add_test(tests, all_control_characters_are_escaped_as_the_rfc_says);
	tcase_add_test(tests, many_members_are_sorted);
	tcase_add_test(tests, what_has_no_canonical_form_is_refused_with_its_path);
	tcase_add_test(tests, other_bytes_are_not_canonical);
	tcase_add_test(tests, a_tree_is_what_jansson_reads);
	tcase_add_test(tests, a_tree_has_no_zero_byte_and_is_not_too_deep);
	suite_add_tcase(suite, tests);
	return suite;
}
