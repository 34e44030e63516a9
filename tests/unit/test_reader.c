/* The single-pass reader, against Jansson on random trees, and on cut bytes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"

Suite *suite_reader(void);

static json_t *random_string(void)
{
	static const char *const pieces[] = { "a", "\"", "\\", "\n", "Қ", "{", "}", "[", "]", ",", ":",
	                                      "long enough for a leap",
	                                      "\x01", "😀", "\\\"", "\x1f", "x" };
	struct buffer text = { 0 };

	for (int i = rand() % 8; i > 0; i--)
		buffer_append_text(&text, pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);
	json_t *value = json_string(buffer_text(&text));
	buffer_free(&text);
	return value;
}

static json_t *random_value(int depth)
{
	char name[4];
	int choice = rand() % (depth > 0 ? 7 : 4);
	json_t *value;

	switch (choice) {
	case 0:
		return json_integer(rand() % 2000 - 1000);
	case 1:
		return json_boolean(rand() % 2);
	case 2:
	case 3:
		return random_string();
	case 4:
		value = json_array();
		for (int i = rand() % 5; i > 0; i--)
			json_array_append_new(value, random_value(depth - 1));
		return value;
	default:
		value = json_object();
		for (int i = rand() % 9; i > 0; i--) {
			snprintf(name, sizeof name, "%c%.*s", 'a' + rand() % 12, rand() % 3, "zz");
			json_object_set_new(value, name, random_value(depth - 1));
		}
		return value;
	}
}

static void equals(struct span raw, const json_t *model)
{
	struct buffer expected = { 0 };
	struct qorgan_error error;

	ck_assert_int_eq(canonical_write(model, &expected, &error), QORGAN_OK);
	ck_assert_uint_eq(raw.size, expected.size);
	ck_assert_mem_eq(raw.data, expected.data, raw.size);
	buffer_free(&expected);
}

static void compare(struct span raw, const json_t *model)
{
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span name, value, text;
	int64_t integer;
	size_t count = 0;

	ck_assert_int_eq(reader_integer(raw, &integer), json_is_integer(model));
	if (json_is_integer(model))
		ck_assert_int_eq(integer, json_integer_value(model));
	ck_assert_int_eq(reader_true(raw), json_is_true(model));
	ck_assert_int_eq(reader_string(raw, &scratch, &text), json_is_string(model));
	if (json_is_string(model)) {
		ck_assert_uint_eq(text.size, json_string_length(model));
		ck_assert_mem_eq(text.data, json_string_value(model), text.size);
	}
	buffer_free(&scratch);
	ck_assert_int_eq(reader_open(raw, &reader), json_is_object(model) || json_is_array(model));
	if (json_is_object(model)) {
		for (; reader_member(&reader, &name, &value); count++) {
			json_t *member = json_object_getn(model, name.data, name.size);
			ck_assert_ptr_nonnull(member);
			equals(value, member);
			compare(value, member);
		}
		ck_assert_uint_eq(count, json_object_size(model));
	} else if (json_is_array(model)) {
		for (; reader_element(&reader, &value); count++) {
			equals(value, json_array_get(model, count));
			compare(value, json_array_get(model, count));
		}
		ck_assert_uint_eq(count, json_array_size(model));
	}
	ck_assert(!reader.failed);
}

#define NAMES 12

/* Picks a random choice of names, sorted, of which some are there. */
static void compare_pick(struct span raw, const json_t *model)
{
	char names[NAMES][4];
	const char *wanted[NAMES];
	struct span values[NAMES], value;
	size_t count = 0;

	for (int i = 0; i < NAMES; i++) {
		if (rand() % 2)
			continue;
		snprintf(names[count], sizeof names[count], "%c%.*s", 'a' + i, rand() % 3, "zz");
		wanted[count] = names[count];
		count++;
	}
	reader_pick(raw, wanted, values, count);
	for (size_t i = 0; i < count; i++) {
		json_t *member = json_object_get(model, wanted[i]);
		ck_assert_int_eq(values[i].data != NULL, member != NULL);
		ck_assert_int_eq(reader_find(raw, wanted[i], &value), member != NULL);
		if (member) {
			equals(values[i], member);
			equals(value, member);
		} else {
			ck_assert_uint_eq(values[i].size, 0);
		}
	}
}

START_TEST(random_trees_are_read_as_jansson_reads_them)
{
	struct buffer bytes = { 0 };
	struct qorgan_error error;

	srand(11);
	for (int i = 0; i < 3000; i++) {
		json_t *written = random_value(4);
		buffer_clear(&bytes);
		ck_assert_int_eq(canonical_write(written, &bytes, &error), QORGAN_OK);
		ck_assert(canonical_is(buffer_span(&bytes)));
		/* a copy of the exact size: a read beyond it is seen by the sanitizer */
		char *exact = malloc(bytes.size);
		memcpy(exact, bytes.data, bytes.size);
		json_t *model = json_loadb(exact, bytes.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		ck_assert_ptr_nonnull(model);
		ck_assert(json_equal(model, written));
		compare((struct span){ exact, bytes.size }, model);
		compare_pick((struct span){ exact, bytes.size }, model);
		free(exact);
		json_decref(model);
		json_decref(written);
	}
	buffer_free(&bytes);
}
END_TEST

/* Walks all that can be reached; what matters is that it ends within the bytes. */
static size_t walk(struct span raw)
{
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span name, value;
	size_t seen = 1;

	reader_string(raw, &scratch, &value);
	buffer_free(&scratch);
	if (!reader_open(raw, &reader))
		return seen;
	if (*raw.data == '{')
		while (reader_member(&reader, &name, &value))
			seen += walk(value);
	else
		while (reader_element(&reader, &value))
			seen += walk(value);
	return seen;
}

START_TEST(damaged_bytes_are_never_read_beyond)
{
	static const char whole[] = "{\"a\":{\"b\":[1,\"x\\\"y\",true]},\"cc\":\"\\u001f\",\"d\":[{},[]],\"e\":-12}";
	size_t size = sizeof whole - 1;

	ck_assert_uint_eq(walk(span_of(whole)), 11);
	for (size_t i = 0; i < size; i++) {
		for (int c = 0; c < 256; c += c < 128 ? 1 : 37) {
			char *copy = malloc(size);
			memcpy(copy, whole, size);
			copy[i] = (char)c;
			ck_assert_uint_ge(walk((struct span){ copy, size }), 1);
			ck_assert_uint_ge(walk((struct span){ copy, i }), 1);
			free(copy);
		}
	}
}
END_TEST

START_TEST(faults_are_noticed)
{
	static const char *const bad[] = { "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,}",
	                                   "{\"a\":\"x}", "{,}", "{\"a\":1\"b\":2}",
	                                   "{\"a\":{]}", "{\"a\" :1}" };
	struct reader reader;
	struct span name, value;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert(reader_open(span_of(bad[i]), &reader));
		while (reader_member(&reader, &name, &value))
			;
		if (i != 8) /* the kind of a bracket is not looked at */
			ck_assert_msg(reader.failed, "%s", bad[i]);
	}
	ck_assert(!reader_open(span_of("\"x\""), &reader));
	ck_assert(!reader_open(span_of("{]"), &reader));
	ck_assert(!reader_open(span_of(""), &reader));
	ck_assert(!reader_open(span_of("{"), &reader));
}
END_TEST

START_TEST(raw_values_of_another_type_are_refused)
{
	struct buffer scratch = { 0 };
	struct span text;
	int64_t integer;
	static const char *const no_integers[] = { "", "-", "1.0", "1e3", "\"1\"", "1234567890123456789", "true",
	                                           "--1" };
	static const char *const no_strings[] = { "", "\"", "x", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u0041\"", "\"\\\"",
	                                          "12" };

	for (size_t i = 0; i < sizeof no_integers / sizeof *no_integers; i++)
		ck_assert_msg(!reader_integer(span_of(no_integers[i]), &integer), "%s", no_integers[i]);
	for (size_t i = 0; i < sizeof no_strings / sizeof *no_strings; i++)
		ck_assert_msg(!reader_string(span_of(no_strings[i]), &scratch, &text), "%s", no_strings[i]);
	ck_assert(reader_integer(span_of("-9007199254740991"), &integer) && integer == -9007199254740991);
	ck_assert(!reader_true(span_of("false")) && !reader_true(span_of("tru")));
	buffer_free(&scratch);
}
END_TEST

START_TEST(an_object_without_a_member_has_the_others_as_they_were)
{
	static const struct {
		const char *object, *without, *expected; /* NULL: it is none */
	} cases[] = {
		{ "{\"a\":1,\"b\":[2,{\"a\":3}],\"c\":\"x\"}", "a", "{\"b\":[2,{\"a\":3}],\"c\":\"x\"}" },
		{ "{\"a\":1,\"b\":[2,{\"a\":3}],\"c\":\"x\"}", "b", "{\"a\":1,\"c\":\"x\"}" },
		{ "{\"a\":1,\"b\":[2,{\"a\":3}],\"c\":\"x\"}", "c", "{\"a\":1,\"b\":[2,{\"a\":3}]}" },
		{ "{\"a\":1}", "b", "{\"a\":1}" }, { "{\"a\":1}", "a", "{}" }, { "{}", "a", "{}" },
		{ "[\"a\",1]", "a", NULL }, { "\"a\"", "a", NULL }, { "", "a", NULL }, { "{\"a\":1,}", "a", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer to = { 0 };
		bool is_object = reader_without(span_of(cases[i].object), cases[i].without, &to);
		ck_assert_msg(is_object == (cases[i].expected != NULL), "%s", cases[i].object);
		if (is_object)
			ck_assert_str_eq(buffer_text(&to), cases[i].expected);
		buffer_free(&to);
	}
}
END_TEST

START_TEST(a_copied_text_fits_and_holds_no_zero)
{
	static const struct { const char *value, *expected; } cases[] = {
		{ "\"abcd\"", "abcd" }, { "\"a\\\"b\"", "a\"b" }, { "\"\"", "" }, { "\"abcde\"", NULL }, { "\"a\\u0000b\"", NULL },
		{ "\"\\u0000\"", NULL }, { "7", NULL }, { "\"abc", NULL },
	};
	char to[5];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(reader_text(span_of(cases[i].value), to, sizeof to) == (cases[i].expected != NULL), "%s", cases[i].value);
		if (cases[i].expected)
			ck_assert_str_eq(to, cases[i].expected);
	}
	ck_assert(!reader_text((struct span){ 0 }, to, sizeof to));
}
END_TEST

Suite *suite_reader(void)
{
	Suite *suite = suite_create("reader");
	TCase *tests = tcase_create("reader");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, random_trees_are_read_as_jansson_reads_them);
	tcase_add_test(tests, damaged_bytes_are_never_read_beyond);
	tcase_add_test(tests, faults_are_noticed);
	tcase_add_test(tests, raw_values_of_another_type_are_refused);
	tcase_add_test(tests, an_object_without_a_member_has_the_others_as_they_were);
	tcase_add_test(tests, a_copied_text_fits_and_holds_no_zero);
	suite_add_tcase(suite, tests);
	return suite;
}
