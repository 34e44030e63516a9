/* Texts in the reader's language, values as people read them. */
#include <check.h>
#include <string.h>

#include "register/wording.h"

Suite *suite_wording(void);

static const struct {
	const char *languages[3], *raw, *expected; /* NULL: none */
} picks[] = {
	{ { "ru" }, "{\"en\":\"water\",\"ru\":\"вода\"}", "вода" },
	{ { "kk", "ru" }, "{\"en\":\"water\",\"ru\":\"вода\"}", "вода" },
	{ { "kk" }, "{\"en\":\"water\",\"ru\":\"вода\"}", "water" },
	{ { NULL }, "{\"az\":\"su\",\"en\":\"water\"}", "water" },
	{ { "kk" }, "{\"az\":\"su\",\"ru\":\"вода\"}", "su" },
	{ { "uz-Latn" }, "{\"en\":\"water\",\"uz\":\"suv\"}", "suv" },
	{ { "uz" }, "{\"en\":\"water\",\"uz-Latn\":\"suv\"}", "suv" },
	{ { "UZ-latn" }, "{\"en\":\"water\",\"uz-Latn\":\"suv\"}", "suv" },
	{ { "uz-Cyrl" }, "{\"en\":\"water\",\"uz-Latn\":\"suv\"}", "water" },
	{ { "uz-Cyrl-UZ" }, "{\"uz\":\"suv\",\"uz-Cyrl\":\"сув\"}", "сув" },
	{ { "uz-Cyrl", "ru" }, "{\"ru\":\"вода\",\"uz\":\"suv\"}", "suv" },
	{ { "u" }, "{\"en\":\"water\",\"uz\":\"suv\"}", "water" },
	{ { "uz" }, "{\"uz-Cyrl\":\"сув\",\"uz\":\"suv\"}", "suv" },
	{ { "ru", "en" }, "{\"en\":\"a \\\"b\\\"\\n\\u0007\"}", "a \"b\"\n\a" },
	{ { "en" }, "{}", NULL },
	{ { "en" }, "\"water\"", NULL },
	{ { "en" }, "[\"water\"]", NULL },
};

START_TEST(a_text_is_given_in_the_best_language_that_it_has)
{
	struct buffer scratch = { 0 };
	struct span text;
	bool found = wording_pick(picks[_i].languages, span_of(picks[_i].raw), &scratch, &text);

	ck_assert_int_eq(found, picks[_i].expected != NULL);
	if (found)
		ck_assert_msg(span_is(text, picks[_i].expected), "%.*s", (int)text.size, text.data);
	buffer_free(&scratch);
}
END_TEST

static const struct {
	const char *kind, *field, *raw, *expected;
} values[] = {
	{ "measure", "title", "{\"en\":\"Say \\\"no\\\"\",\"ru\":\"Нет\"}", "Say \"no\"" },
	{ "measure", "lead", "\"KAZ\"", "KAZ" },
	{ "measure", "support", "[\"KAZ\",\"UZB\"]", "KAZ, UZB" },
	{ "measure", "support", "[]", "" },
	{ "measure", "bodies", "[\"A \\\"b\\\"\",\"C\"]", "A \"b\", C" },
	{ "measure", "due", "\"2026-10-01\"", "2026-10-01" },
	{ "risk", "horizon", "5", "5" },
	{ "state", "observer", "true", "yes" },
	{ "risk", "residual", "{\"impact\":4,\"likelihood\":3}", "likelihood 3, impact 4" },
	{ "measure", "budget", "{\"amount\":5,\"currency\":\"USD\",\"source\":\"donors\"}",
	  "amount 5, currency USD, source donors" },
	{ "measure", "milestones",
	  "[{\"due\":\"2026-03-01\",\"id\":\"m1\",\"title\":{\"en\":\"Plan \"}},{\"due\":\"2026-07-01\",\"id\":\"m2\",\"title\":{\"en\":\"Held\"}}]",
	  "m1: Plan , due 2026-03-01\nm2: Held, due 2026-07-01" },
	{ "status", "indicators", "[{\"id\":\"i1\",\"value\":-4}]", "i1: value -4" },
	{ "risk", "signals",
	  "[{\"by\":\"watch\",\"measures\":[\"A-1\",\"A-2\"],\"threshold\":{\"en\":\"two\"},\"watch\":{\"en\":\"calls\"}}]",
	  "watched calls, by watch, threshold two, measures A-1, A-2" },
	{ "scale", "levels", "[{\"level\":1,\"title\":{\"en\":\"Rare\"}}]", "level 1, label Rare" },
};

START_TEST(a_value_is_written_as_people_read_it)
{
	const struct schema *schema = schema_find(values[_i].kind, strlen(values[_i].kind));
	const struct wording english = { (const char *const[]){ "en", NULL }, NULL };
	struct buffer to = { 0 };

	buffer_append_text(&to, "> ");
	wording_value(schema_field(schema->fields, values[_i].field, strlen(values[_i].field)), span_of(values[_i].raw),
	              &english, &to);
	ck_assert_str_eq(buffer_text(&to) + 2, values[_i].expected);
	buffer_free(&to);
}
END_TEST

/* Labels, words and flags too, in the words that are asked for. */
START_TEST(a_value_is_written_in_the_words_of_a_language)
{
	static const struct {
		const char *kind, *field, *raw, *expected;
	} cases[] = {
		{ "risk", "residual", "{\"impact\":4,\"likelihood\":3}", "вероятность 3, воздействие 4" },
		{ "status", "status", "\"in-progress\"", "выполняется" },
		{ "status", "status", "\"abandoned\"", "abandoned" },
		{ "risk", "treatment", "\"accept\"", "принять" },
		{ "state", "observer", "true", "да" },
		{ "measure", "lead", "\"KAZ\"", "KAZ" },
	};
	const struct wording russian = { (const char *const[]){ "ru", NULL }, language_find("ru") };
	struct buffer to = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct schema *schema = schema_find(cases[i].kind, strlen(cases[i].kind));
		buffer_clear(&to);
		wording_value(schema_field(schema->fields, cases[i].field, strlen(cases[i].field)), span_of(cases[i].raw),
		              &russian, &to);
		ck_assert_str_eq(buffer_text(&to), cases[i].expected);
	}
	buffer_free(&to);
}
END_TEST

Suite *suite_wording(void)
{
	Suite *suite = suite_create("wording");
	TCase *rules = tcase_create("rules");

	tcase_add_loop_test(rules, a_text_is_given_in_the_best_language_that_it_has, 0, sizeof picks / sizeof picks[0]);
	tcase_add_loop_test(rules, a_value_is_written_as_people_read_it, 0, sizeof values / sizeof values[0]);
	tcase_add_test(rules, a_value_is_written_in_the_words_of_a_language);
	suite_add_tcase(suite, rules);
	return suite;
}
