/* Validation of what no form would ever hold: a value of each type in the place of each field of each kind, and of
 * their members. Whatever it is, it is told, or it comes to a normal form, which is then taken as it stands. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"
#include "record/validate.h"

Suite *suite_validate_any(void);

static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static const char *const values[] = {
	"null", "true", "false", "0", "-1", "5", "9007199254740991", "1.5", "\"\"", "\"x\"", "\"KAZ\"", "\"RED\"",
	"\"2026-02-01\"", "\"2026-02-01T10:00:00Z\"", "\"a\\nb\"", "\"\\u0007\"", "\"accept\"", "\"qorgan/KAZ/1+00000000+AAAA\"",
	"[]", "[null]", "[\"\"]", "[\"KAZ\"]", "[\"b\",\"a\",\"b\"]", "[1,2]", "[[]]", "[{}]", "[true]",
	"{}", "{\"en\":\"x\"}", "{\"en\":\"\"}", "{\"en\":null}", "{\"en\":5}", "{\"EN\":\"x\"}", "{\"zz\":{}}",
	"[{\"id\":\"a\"},{\"id\":\"a\"}]", "[{\"id\":5}]", "{\"id\":\"a\",\"likelihood\":9,\"impact\":[]}",
	"{\"likelihood\":5,\"impact\":5}", "{\"likelihood\":0,\"impact\":6}",
};
#define VALUES (sizeof values / sizeof values[0])

static const char *id_of(const struct schema *schema)
{
	return schema->id_form == SCHEMA_ID_DIGEST ? digest : schema->id_form == SCHEMA_ID_NUMBER ? "7" :
	       schema->id_form == SCHEMA_ID_PAIR ? "CYB-01/KAZ-p1" : "CYB-01";
}

static bool find_party(void *context, struct span name, char *code, bool *observer)
{
	(void)context;
	*observer = span_is(name, "x") || span_is(name, "UNRCCA");
	strcpy(code, *observer ? "UNRCCA" : "KAZ");
	return span_is(name, "KAZ") || *observer;
}

static bool refer(void *context, const char *kind, struct span id, const char *path)
{
	(void)context, (void)kind, (void)path;
	return !span_is(id, "b");
}

static void fault(void *context, const char *path, const char *text)
{
	ck_assert_ptr_nonnull(path);
	ck_assert_uint_gt(strlen(text), 0);
	++*(size_t *)context;
}

static json_t *value_make(size_t which)
{
	return json_loads(values[which], JSON_DECODE_ANY, NULL);
}

/* Validates a body that it takes over: told, or in the form in which it is logged. */
static bool judge(const struct schema *schema, json_t *body, const char *what)
{
	struct validate_world world = { .find_party = find_party, .refer = refer };
	struct buffer bytes = { 0 }, again = { 0 };
	struct qorgan_error error;
	size_t told = 0, count = validate_body(schema, span_of(id_of(schema)), body, &world, fault, &told);

	ck_assert_uint_eq(count, told);
	if (!count) {
		ck_assert_msg(canonical_write(body, &bytes, &error) == QORGAN_OK, "%s: %s", what, error.message);
		world.logged = true;
		ck_assert_msg(validate_body(schema, span_of(id_of(schema)), body, &world, fault, &told) == 0, "%s: %s", what,
		              buffer_text(&bytes));
		ck_assert_int_eq(canonical_write(body, &again, &error), QORGAN_OK);
		ck_assert_str_eq(buffer_text(&bytes), buffer_text(&again));
	}
	buffer_free(&bytes);
	buffer_free(&again);
	json_decref(body);
	return count == 0;
}

/* What is required beside, so that some get through. */
static json_t *sound_value(const struct field *field)
{
	json_t *value = NULL;

	switch (field->type) {
	case FIELD_TEXT:
		value = json_pack("{ss}", "en", "x");
		break;
	case FIELD_INTEGER:
		value = json_integer(field->minimum);
		break;
	case FIELD_FLAG:
		value = json_true();
		break;
	case FIELD_WORD:
		value = json_string(field->words[0]);
		break;
	case FIELD_REFERENCE:
		value = json_string(strcmp(field->target, "evidence") == 0 ? digest : strcmp(field->target, "status") == 0 ? "A/KAZ" : "A");
		break;
	case FIELD_GROUP:
		value = json_object();
		break;
	case FIELD_MARKING:
		value = json_string("TLP:GREEN");
		break;
	case FIELD_DATE:
		value = json_string("2026-03-31");
		break;
	case FIELD_STRING:
	case FIELD_STATE:
	case FIELD_PARTY:
		value = json_string("KAZ");
		break;
	}
	for (const struct field *member = field->fields; member && member->name; member++)
		if (member->flags & FIELD_REQUIRED)
			json_object_set_new(value, member->name, sound_value(member));
	return field->flags & FIELD_LIST ? json_pack("[o]", value) : value;
}

static json_t *sound_body(const struct schema *schema)
{
	json_t *body = json_object();

	for (const struct field *field = schema->fields; field->name; field++)
		if (field->flags & FIELD_REQUIRED)
			json_object_set_new(body, field->name, sound_value(field));
	return body;
}

START_TEST(any_value_in_any_field_is_told_or_has_a_normal_form)
{
	size_t kinds, good = 0, bad = 0;
	const struct schema *const *all = schema_all(&kinds);
	char what[200];

	for (size_t i = 0; i < kinds; i++)
		for (const struct field *field = all[i]->fields; field->name; field++)
			for (size_t j = 0; j < VALUES; j++) {
				json_t *body = sound_body(all[i]);
				json_object_set_new(body, field->name, value_make(j));
				snprintf(what, sizeof what, "%s.%s = %s", all[i]->kind, field->name, values[j]);
				judge(all[i], body, what) ? good++ : bad++;
			}
	ck_assert_uint_gt(good, 500);
	ck_assert_uint_gt(bad, 3000);
}
END_TEST

START_TEST(any_value_in_any_member_of_a_group_is_told_or_has_a_normal_form)
{
	size_t kinds, good = 0, bad = 0;
	const struct schema *const *all = schema_all(&kinds);
	char what[200];

	for (size_t i = 0; i < kinds; i++)
		for (const struct field *field = all[i]->fields; field->name; field++)
			for (const struct field *member = field->fields; member && member->name; member++)
				for (size_t j = 0; j < VALUES; j++) {
					json_t *body = sound_body(all[i]), *group = sound_value(field);
					json_object_set_new(field->flags & FIELD_LIST ? json_array_get(group, 0) : group, member->name, value_make(j));
					json_object_set_new(body, field->name, group);
					snprintf(what, sizeof what, "%s.%s.%s = %s", all[i]->kind, field->name, member->name, values[j]);
					judge(all[i], body, what) ? good++ : bad++;
				}
	ck_assert_uint_gt(good, 100);
	ck_assert_uint_gt(bad, 1000);
}
END_TEST

START_TEST(a_body_that_is_no_object_is_told)
{
	size_t kinds;
	const struct schema *const *all = schema_all(&kinds);

	for (size_t i = 0; i < kinds; i++)
		for (size_t j = 0; j < VALUES; j++) {
			json_t *body = value_make(j);
			if (!json_is_object(body))
				ck_assert(!judge(all[i], body, values[j]));
			else
				json_decref(body);
		}
}
END_TEST

/* ---- What a message says ---------------------------------------------------------------- */

static void keep(void *context, const char *path, const char *text)
{
	buffer_append_format(context, "%s: %s\n", path, text);
}

static void told_is(const struct schema *schema, const char *id, json_t *body, const char *expected)
{
	struct buffer told = { 0 };

	validate_body(schema, span_of(id), body, NULL, keep, &told);
	ck_assert_str_eq(buffer_text(&told), expected);
	ck_assert_uint_eq(validate_body(schema, span_of(id), body, NULL, NULL, NULL) > 0, *expected != '\0');
	buffer_free(&told);
	json_decref(body);
}

START_TEST(a_long_value_is_quoted_to_a_whole_character)
{
	struct schema const *measure = schema_find("measure", 7);
	char word[200] = "", expected[400];

	for (int i = 0; i < 60; i++)
		strcat(word, i ? "я" : "zя"); /* 80 bytes would end within one */
	snprintf(expected, sizeof expected, "type: unknown word \"%.79s\": it must be one of prevent, detect, respond, recover\n",
	         word);
	told_is(measure, "M", json_pack("{s[s]s{ss}ss}", "risks", "A", "title", "en", "x", "type", word), expected);
}
END_TEST

START_TEST(an_id_in_a_long_list_is_told_once_however_often_it_stands)
{
	struct schema const *measure = schema_find("measure", 7);
	json_t *body = json_pack("{s[s]s{ss}s[]}", "risks", "A", "title", "en", "x", "milestones");
	char id[20];

	for (int i = 0; i < 40; i++) {
		snprintf(id, sizeof id, "m%d", i % 38 == 0 ? 1 : i);
		json_array_append_new(json_object_get(body, "milestones"),
		                      json_pack("{sss{ss}ss}", "id", id, "title", "en", "t", "due", "2026-03-31"));
	}
	told_is(measure, "M", body, "milestones: the id \"m1\" stands here twice\n");
}
END_TEST

START_TEST(a_set_of_numbers_is_sorted_and_has_each_once)
{
	static const struct field fields[] = {
		{ .name = "years", .type = FIELD_INTEGER, .flags = FIELD_LIST | FIELD_SET, .minimum = 0, .maximum = 9 }, { 0 }
	};
	struct schema schema = *schema_find("domain", 6);
	json_t *body = json_pack("{s[iiiii]}", "years", 5, 1, 5, 9, 1), *wanted = json_pack("{s[iii]}", "years", 1, 5, 9);

	schema.fields = fields;
	ck_assert_uint_eq(validate_body(&schema, span_of("D"), body, NULL, NULL, NULL), 0);
	ck_assert(json_equal(body, wanted));
	json_decref(body);
	json_decref(wanted);
}
END_TEST

Suite *suite_validate_any(void)
{
	Suite *suite = suite_create("validate_any");
	TCase *tests = tcase_create("validate_any");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, any_value_in_any_field_is_told_or_has_a_normal_form);
	tcase_add_test(tests, any_value_in_any_member_of_a_group_is_told_or_has_a_normal_form);
	tcase_add_test(tests, a_body_that_is_no_object_is_told);
	tcase_add_test(tests, a_long_value_is_quoted_to_a_whole_character);
	tcase_add_test(tests, an_id_in_a_long_list_is_told_once_however_often_it_stands);
	tcase_add_test(tests, a_set_of_numbers_is_sorted_and_has_each_once);
	suite_add_tcase(suite, tests);
	return suite;
}
