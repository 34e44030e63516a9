/* The schema as the command line and other programs see it. */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "qorgan/schema.h"
#include "record/schema.h"

Suite *suite_schema_public(void);

START_TEST(all_kinds_are_shown)
{
	struct qorgan_kind kind;
	size_t count, index = 0, editable = 0;
	const struct schema *const *all = schema_all(&count);

	for (; qorgan_kind_at(index, &kind); index++) {
		ck_assert_str_eq(kind.name, all[index]->kind);
		ck_assert_str_eq(kind.plural, all[index]->plural);
		ck_assert_int_eq(kind.editable, strcmp(kind.name, "domain") == 0 || strcmp(kind.name, "risk") == 0 ||
		                                    strcmp(kind.name, "measure") == 0);
		editable += kind.editable;
	}
	ck_assert_uint_eq(index, count);
	ck_assert_uint_eq(editable, 3);
}
END_TEST

static const struct {
	const char *kind, *path, *argument, *label, *word; /* argument NULL: none */
	bool translated, required, list;
} fields[] = {
	{ "risk", "domain", "DOMAIN", "Domain", NULL, false, true, false },
	{ "risk", "title", "TEXT", "Title", NULL, true, true, false },
	{ "risk", "onset", "WORD", "Onset", "acute", false, false, false },
	{ "risk", "horizon", "1-50", "Horizon", NULL, false, false, false },
	{ "risk", "residual.likelihood", "1-5", "Residual level: Likelihood", NULL, false, false, false },
	{ "risk", "acceptance.reason", "TEXT", "Acceptance: Reason", NULL, true, false, false },
	{ "risk", "affected", "STATE,…", "Affected states", NULL, false, false, true },
	{ "risk", "review", "DATE", "Review", NULL, false, false, false },
	{ "risk", "signals", "JSON", "Early warning", NULL, false, false, true },
	{ "risk", "marking", "MARKING", "Marking", "CLEAR", false, false, false },
	{ "measure", "risks", "RISK,…", "Risks", NULL, false, true, true },
	{ "measure", "bodies", "TEXT,…", "Bodies", NULL, false, false, true },
	{ "measure", "budget.amount", "NUMBER", "Budget: Amount", NULL, false, false, false },
	{ "measure", "lead", "STATE", "Lead", NULL, false, false, false },
	{ "status", "evidence", "EVIDENCE,…", "Evidence", NULL, false, false, true },
	{ "state", "observer", NULL, "Observer", NULL, false, false, false },
};

START_TEST(fields_are_shown_as_options)
{
	struct qorgan_field field = { 0 };
	bool found = false;

	for (size_t i = 0; !found && qorgan_field_at(fields[_i].kind, i, &field); i++)
		found = strcmp(field.path, fields[_i].path) == 0;
	ck_assert_msg(found, "%s", fields[_i].path);
	if (fields[_i].argument)
		ck_assert_str_eq(field.argument, fields[_i].argument);
	else
		ck_assert_ptr_null(field.argument);
	ck_assert_str_eq(field.label, fields[_i].label);
	ck_assert_int_eq(field.translated, fields[_i].translated);
	ck_assert_int_eq(field.required, fields[_i].required);
	ck_assert_int_eq(field.list, fields[_i].list);
	if (fields[_i].word)
		ck_assert_str_eq(field.words[0], fields[_i].word);
	else
		ck_assert_ptr_null(field.words);
	ck_assert_ptr_nonnull(field.help);
}
END_TEST

/* The leaves of a table, counted by the test's own walk. */
static size_t count_leaves(const struct field *rows)
{
	size_t count = 0;

	for (; rows->name; rows++)
		if (!(rows->flags & FIELD_COMPUTED))
			count += rows->type == FIELD_GROUP && !(rows->flags & FIELD_LIST) ? count_leaves(rows->fields) : 1;
	return count;
}

START_TEST(every_field_is_shown_once_and_no_computed_one)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	for (size_t i = 0; i < count; i++) {
		struct qorgan_field field, other;
		size_t shown = 0;
		for (; qorgan_field_at(all[i]->kind, shown, &field); shown++) {
			ck_assert_str_ne(field.path, "original_due");
			for (size_t j = 0; j < shown; j++) {
				ck_assert(qorgan_field_at(all[i]->kind, j, &other));
				ck_assert_str_ne(field.path, other.path);
			}
		}
		ck_assert_uint_eq(shown, count_leaves(all[i]->fields));
	}
	struct qorgan_field none;
	ck_assert(!qorgan_field_at("nothing", 0, &none));
}
END_TEST

static const json_t *at(const json_t *json, const char *path)
{
	char copy[200], *rest;

	strcpy(copy, path);
	for (char *step = strtok_r(copy, "/", &rest); step; step = strtok_r(NULL, "/", &rest))
		json = json_object_get(json, step);
	return json;
}

static const struct {
	const char *path, *expected; /* JSON */
} parts[] = {
	{ "$schema", "\"https://json-schema.org/draft/2020-12/schema\"" },
	{ "type", "\"object\"" },
	{ "required", "[\"kind\",\"id\",\"risks\",\"title\"]" },
	{ "additionalProperties", "false" },
	{ "properties/kind", "{\"const\":\"measure\"}" },
	{ "properties/id/pattern", "\"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$\"" },
	{ "properties/type/enum", "[\"prevent\",\"detect\",\"respond\",\"recover\"]" },
	{ "properties/title/type", "\"object\"" },
	{ "properties/title/additionalProperties", "{\"type\":\"string\"}" },
	{ "properties/support/type", "\"array\"" },
	{ "properties/support/items", "{\"type\":\"string\"}" },
	{ "properties/due/format", "\"date\"" },
	{ "properties/original_due/type", "\"string\"" },
	{ "properties/milestones/items/required", "[\"id\",\"title\",\"due\"]" },
	{ "properties/milestones/items/additionalProperties", "false" },
	{ "properties/budget/properties/amount/minimum", "0" },
	{ "properties/budget/properties/amount/maximum", "9007199254740991" },
	{ "properties/lead/description", "\"state that answers for it\"" },
};

START_TEST(json_schema_says_what_load_takes)
{
	char *text = qorgan_schema_json("measure");
	json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	ck_assert_ptr_nonnull(schema);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		json_t *expected = json_loads(parts[i].expected, JSON_DECODE_ANY, NULL);
		ck_assert_ptr_nonnull(expected);
		ck_assert_msg(json_equal(at(schema, parts[i].path), expected), "%s", parts[i].path);
		json_decref(expected);
	}
	json_decref(schema);
	free(text);
	ck_assert_ptr_null(qorgan_schema_json("nothing"));
}
END_TEST

START_TEST(every_kind_has_a_json_schema_with_all_its_fields)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	for (size_t i = 0; i < count; i++) {
		char *text = qorgan_schema_json(all[i]->kind);
		json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		const json_t *properties = at(schema, "properties");
		size_t rows = 0;
		for (const struct field *field = all[i]->fields; field->name; field++, rows++)
			ck_assert_ptr_nonnull(json_object_get(properties, field->name));
		ck_assert_uint_eq(json_object_size(properties), rows + 2);
		json_decref(schema);
		free(text);
	}
}
END_TEST

Suite *suite_schema_public(void)
{
	Suite *suite = suite_create("schema_public");
	TCase *rules = tcase_create("rules");

	tcase_add_test(rules, all_kinds_are_shown);
	tcase_add_loop_test(rules, fields_are_shown_as_options, 0, sizeof fields / sizeof fields[0]);
	tcase_add_test(rules, every_field_is_shown_once_and_no_computed_one);
	tcase_add_test(rules, json_schema_says_what_load_takes);
	tcase_add_test(rules, every_kind_has_a_json_schema_with_all_its_fields);
	suite_add_tcase(suite, rules);
	return suite;
}
