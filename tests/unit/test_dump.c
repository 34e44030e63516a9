/* What dump gives, load takes, and gives again. */
#include <jansson.h>

#include "base/buffer.h"
#include "register_fixture.h"

Suite *suite_dump(void);

static char *dump(const char *kind, const char *format, size_t *size)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, size);

	ck_assert_ptr_nonnull(to);
	ck_ok(qorgan_dump(store, kind, format, to, &error));
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

START_TEST(lines_are_the_objects_in_the_order_of_kinds)
{
	size_t size;
	char *text = dump("risk", "jsonl", &size);

	ck_assert_str_eq(text,
	    "{\"kind\":\"risk\",\"id\":\"WAT-01\",\"affected\":[\"KAZ\",\"UZB\"],\"coordinator\":\"TJK\",\"domain\":\"WAT\","
	    "\"residual\":{\"impact\":5,\"likelihood\":2},\"review\":\"2026-12-01\",\"title\":{\"en\":\"Dam \\\"Old\\\" breaks\"},"
	    "\"treatment\":\"mitigate\"}\n"
	    "{\"kind\":\"risk\",\"id\":\"CYB-01\",\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"residual\":{\"impact\":5,"
	    "\"likelihood\":4},\"review\":\"2026-10-01\",\"scenario\":{\"en\":\"Banks stand still.\\nNobody is paid.\"},"
	    "\"title\":{\"en\":\"Attack\",\"ru\":\"Атака\"}}\n"
	    "{\"kind\":\"risk\",\"id\":\"CYB-02\",\"domain\":\"CYB\",\"title\":{\"en\":\"Leak\"}}\n"
	    "{\"kind\":\"risk\",\"id\":\"WAT-02\",\"domain\":\"WAT\",\"retired\":\"merged\",\"title\":{\"en\":\"Flood\"}}\n");
	free(text);
}
END_TEST

/* A fresh store with the same content, from a text. */
static void reload(const char *text)
{
	fixture_close();
	fixture_empty();
	fixture_load(text);
}

START_TEST(a_dump_that_is_loaded_gives_the_same_dump)
{
	static const char *const formats[] = { "jsonl", "json" };

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		size_t size, again_size;
		char *text = dump(NULL, formats[i], &size);
		reload(text);
		char *again = dump(NULL, formats[i], &again_size);
		ck_assert_str_eq(text, again);
		ck_assert_ptr_nonnull(strstr(text, "\"id\":\"CYB-01-M10\""));
		free(text);
		free(again);
	}
}
END_TEST

START_TEST(an_array_holds_the_same_objects_as_the_lines)
{
	size_t size, count = 0;
	char *array = dump(NULL, "json", &size), *lines = dump(NULL, "jsonl", &size), *rest;
	json_t *parsed = json_loads(array, JSON_REJECT_DUPLICATES, NULL);

	ck_assert_ptr_nonnull(parsed);
	for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		json_t *object = json_loads(line, 0, NULL);
		ck_assert(json_equal(object, json_array_get(parsed, count++)));
		json_decref(object);
	}
	ck_assert_uint_eq(count, json_array_size(parsed));
	ck_assert_uint_eq(count, 14 + 17);
	json_decref(parsed);
	free(array);
	free(lines);
}
END_TEST

START_TEST(csv_has_a_column_for_each_language_that_occurs)
{
	size_t size;
	char *text = dump("domain", "csv", &size);

	ck_assert_str_eq(text, "kind,id,title.en,title.ru,title.uz-Latn,description.en,description.ru,description.uz-Latn,"
	                       "coordinator,order,taken_from.state,taken_from.version,references,marking,release,retired\n"
	                       "domain,WAT,Water,Вода,,,,,TJK,,,,,,,\n"
	                       "domain,CYB,Cyber,,Kiber,,,,UZB,,,,,,,\n");
	free(text);
	char *measures = dump("measure", "csv", &size), *lines = dump("measure", "jsonl", &size);
	ck_assert_ptr_nonnull(strstr(measures, "title.en,title.ru,"));
	/* Taken back in, nothing differs. */
	fixture_load(measures);
	char *again = dump("measure", "csv", &size), *lines_again = dump("measure", "jsonl", &size);
	ck_assert_str_eq(measures, again);
	ck_assert_str_eq(lines, lines_again);
	free(measures);
	free(again);
	free(lines);
	free(lines_again);
}
END_TEST

START_TEST(an_empty_kind_gives_an_empty_dump)
{
	size_t size;
	char *text = dump("partner", "json", &size);

	ck_assert_str_eq(text, "[\n]\n");
	free(text);
	text = dump("partner", "jsonl", &size);
	ck_assert_uint_eq(size, 0);
	free(text);
	text = dump("partner", "csv", &size);
	ck_assert_int_eq(strncmp(text, "kind,id,", 8), 0);
	free(text);
}
END_TEST

START_TEST(what_cannot_be_dumped_is_refused)
{
	FILE *full = fopen("/dev/full", "w");

	ck_assert_ptr_nonnull(full);
	ck_fails(qorgan_dump(store, NULL, "csv", full, &error), QORGAN_USAGE, "of one kind");
	ck_fails(qorgan_dump(store, NULL, "xml", full, &error), QORGAN_USAGE, "jsonl, json or csv");
	ck_fails(qorgan_dump(store, "commit", "jsonl", full, &error), QORGAN_USAGE, "cannot be loaded");
	ck_fails(qorgan_dump(store, "mesure", "jsonl", full, &error), QORGAN_USAGE, "\"measure\"");
	ck_fails(qorgan_dump(store, NULL, "jsonl", full, &error), QORGAN_IO, "cannot write");
	fclose(full);
}
END_TEST

Suite *suite_dump(void)
{
	Suite *suite = suite_create("dump");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(rules, fixture_make, fixture_close);
	tcase_add_test(rules, lines_are_the_objects_in_the_order_of_kinds);
	tcase_add_test(rules, a_dump_that_is_loaded_gives_the_same_dump);
	tcase_add_test(rules, an_array_holds_the_same_objects_as_the_lines);
	tcase_add_test(rules, csv_has_a_column_for_each_language_that_occurs);
	tcase_add_test(rules, an_empty_kind_gives_an_empty_dump);
	tcase_add_test(rules, what_cannot_be_dumped_is_refused);
	suite_add_tcase(suite, rules);
	return suite;
}
