/* Search: where words are found, and where not. */
#include <jansson.h>

#include "base/buffer.h"
#include "register_fixture.h"

Suite *suite_search(void);

static int take_row(void *context, const struct qorgan_row *row)
{
	if (row->json)
		buffer_append(context, row->json, row->json_size);
	for (size_t i = 0; i < row->count; i++)
		buffer_append_format(context, "%s%s", i ? "|" : "", row->cells[i]);
	buffer_append_char(context, '\n');
	return 0;
}

static int take_head(void *context, const struct qorgan_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_append_format(context, "%s%s", i ? "|" : "", columns[i].name);
	buffer_append_char(context, '\n');
	return 0;
}

static const struct {
	const char *words, *kind, *found;
} searches[] = {
	{ "attack", NULL, "risk|CYB-01|Attack|title.en: Attack\n" },
	{ "АТАКА", NULL, "risk|CYB-01|Attack|title.ru: Атака\n" },
	{ "banks PAID", NULL, "risk|CYB-01|Attack|scenario.en: Banks stand still. Nobody is paid.\n" },
	/* Words may stand in different texts. */
	{ "attack nobody", NULL, "risk|CYB-01|Attack|title.en: Attack\n" },
	{ "attack dam", NULL, "" },
	{ "\"old\"", NULL, "risk|WAT-01|Dam \"Old\" breaks|title.en: Dam \"Old\" breaks\n" },
	{ "paid.\n", NULL, "risk|CYB-01|Attack|scenario.en: … stand still. Nobody is paid.\n" },
	{ "nnobody", NULL, "" }, /* the n of an escaped newline is no letter */
	{ "m10", NULL, "measure|CYB-01-M10|Tenth|id: CYB-01-M10\n" },
	{ "held", NULL, "measure|CYB-01-M2|Exercise|milestones.title.en: Held\n" },
	{ "yearly", NULL, "measure|CYB-01-M2|Exercise|tags: yearly\n" },
	{ "minutes", NULL, "evidence|" FIXTURE_EVIDENCE "|minutes.pdf|name: minutes.pdf\n" },
	{ "bank", NULL, "risk|CYB-01|Attack|scenario.en: Banks stand still. Nobody is paid.\n"
	                "note|CYB-01/n1|Ask the bank|text.en: Ask the bank\n" },
	{ "bank", "note", "note|CYB-01/n1|Ask the bank|text.en: Ask the bank\n" },
	{ "half", "status", "status|CYB-01-M1/KAZ|Half way|note.en: Half way\n" },
	{ "test", NULL, "" },
	{ "test", "commit", "commit|2||message: from a test\n" },
	/* Names of fields, states and words of the schema are no text. */
	{ "scenario", NULL, "" },
	{ "mitigate", NULL, "" },
	{ "zzz", NULL, "" },
};

START_TEST(all_words_must_occur)
{
	for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
		struct buffer text = { 0 };
		ck_ok(qorgan_search(store, searches[i].words, searches[i].kind, false, NULL, take_row, &text, &error));
		ck_assert_msg(strcmp(buffer_text(&text), searches[i].found) == 0, "%s: %s", searches[i].words, buffer_text(&text));
		buffer_free(&text);
	}
}
END_TEST

START_TEST(the_place_is_shown_around_the_word)
{
	struct buffer text = { 0 };

	fixture_load("{\"kind\":\"domain\",\"id\":\"LNG\",\"title\":{\"uz\":\"Oʻzbekiston\"},\"description\":{\"ru\":"
	             "\"Очень длинный текст, в котором где-то посередине стоит слово Ёлка, а за ним следует ещё многое, "
	             "что не нужно показывать целиком.\"}}\n");
	ck_ok(qorgan_search(store, "елка", NULL, false, take_head, take_row, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "kind|id|title|found\n"
	                                     "domain|LNG|Oʻzbekiston|description.ru: … посередине стоит слово Ёлка, а за "
	                                     "ним следует ещё многое, что не нужно …\n");
	buffer_clear(&text);
	ck_ok(qorgan_search(store, "OZBEKISTON", "domain", false, NULL, take_row, &text, &error));
	ck_assert_str_eq(buffer_text(&text), "domain|LNG|Oʻzbekiston|title.uz: Oʻzbekiston\n");
	buffer_free(&text);
}
END_TEST

START_TEST(json_names_field_and_text)
{
	struct buffer text = { 0 };

	ck_ok(qorgan_search(store, "old", "risk", true, NULL, take_row, &text, &error));
	json_t *row = json_loads(buffer_text(&text), 0, NULL);
	json_t *expected = json_pack("{s:s,s:s,s:i,s:s,s:s,s:s}", "kind", "risk", "id", "WAT-01", "version", 1, "title",
	                             "Dam \"Old\" breaks", "field", "title.en", "text", "Dam \"Old\" breaks");
	ck_assert_msg(json_equal(row, expected), "%s", buffer_text(&text));
	json_decref(row);
	json_decref(expected);
	buffer_free(&text);
}
END_TEST

static int stop(void *context, const struct qorgan_row *row)
{
	(void)row;
	++*(int *)context;
	return 5;
}

START_TEST(a_search_needs_a_word_and_can_be_stopped)
{
	char words[33 * 2 + 1] = "";
	int count = 0;

	ck_fails(qorgan_search(store, " \t", NULL, false, NULL, take_row, NULL, &error), QORGAN_USAGE, "no word");
	ck_fails(qorgan_search(store, "'", NULL, false, NULL, take_row, NULL, &error), QORGAN_USAGE, "no word");
	ck_fails(qorgan_search(store, "a", "rsik", false, NULL, take_row, NULL, &error), QORGAN_USAGE, "\"risk\"");
	for (int i = 0; i < 33; i++)
		strcat(words, "a ");
	ck_fails(qorgan_search(store, words, NULL, false, NULL, take_row, NULL, &error), QORGAN_USAGE, "more than 32");
	words[32 * 2] = '\0';
	ck_assert_int_eq(qorgan_search(store, words, NULL, false, NULL, stop, &count, &error), 5);
	ck_assert_int_eq(count, 1);
}
END_TEST

Suite *suite_search(void)
{
	Suite *suite = suite_create("search");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(rules, fixture_make, fixture_close);
	tcase_add_test(rules, all_words_must_occur);
	tcase_add_test(rules, the_place_is_shown_around_the_word);
	tcase_add_test(rules, json_names_field_and_text);
	tcase_add_test(rules, a_search_needs_a_word_and_can_be_stopped);
	suite_add_tcase(suite, rules);
	return suite;
}
