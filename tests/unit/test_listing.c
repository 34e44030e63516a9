/* Listings: what is chosen, in what order, and how it is shown. */
#include <jansson.h>

#include "register/listing_parts.h"
#include "register_fixture.h"

Suite *suite_listing(void);

/* Rows told, as text: cells joined by '|', or JSON, one row a line. */
struct told {
	struct buffer text;
	size_t stop_after, count;
};

static int take_row(void *context, const struct qorgan_row *row)
{
	struct told *told = context;

	if (row->json)
		buffer_append(&told->text, row->json, row->json_size);
	for (size_t i = 0; i < row->count; i++)
		buffer_append_format(&told->text, "%s%s", i ? "|" : "", row->cells[i]);
	buffer_append_char(&told->text, '\n');
	return ++told->count == told->stop_after ? 42 : 0;
}

/* "state=KAZ overdue": conditions; "sort=", "columns=" and "limit=" are the listing's. */
static int list(const char *kind, const char *words, bool json, struct told *told)
{
	struct qorgan_filter filters[16];
	struct qorgan_listing listing = { .kind = kind, .filters = filters, .json = json };
	char copy[300], *rest;

	snprintf(copy, sizeof copy, "%s", words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		if (strcmp(word, "sort") == 0)
			listing.sort = value;
		else if (strcmp(word, "columns") == 0)
			listing.columns = value;
		else if (strcmp(word, "limit") == 0)
			listing.limit = strtoul(value, NULL, 10);
		else
			filters[listing.filter_count++] = (struct qorgan_filter){ word, value };
	}
	*told = (struct told){ .stop_after = told->stop_after };
	return qorgan_list(store, &listing, NULL, take_row, told, &error);
}

static void expect(const char *kind, const char *words, const char *expected)
{
	struct told told = { 0 };

	ck_ok(list(kind, words, false, &told));
	ck_assert_msg(strcmp(buffer_text(&told.text), expected) == 0, "%s %s gave\n%s", kind, words, buffer_text(&told.text));
	buffer_free(&told.text);
}

static const struct {
	const char *kind, *words, *ids;
} choices[] = {
	{ "measure", "", "CYB-01-M1\nCYB-01-M2\nCYB-01-M10\nWAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "retired", "CYB-01-M3\n" },
	{ "measure", "all risk=CYB-01", "CYB-01-M1\nCYB-01-M2\nCYB-01-M3\nCYB-01-M10\n" },
	{ "measure", "state=KAZ", "CYB-01-M1\nWAT-01-M1\n" },
	{ "measure", "state=kz", "CYB-01-M1\nWAT-01-M1\n" },
	{ "measure", "state=Казахстан", "CYB-01-M1\nWAT-01-M1\n" },
	{ "measure", "state=KGZ,TJK", "CYB-01-M1\nWAT-01-M1\n" },
	{ "measure", "lead=KAZ", "CYB-01-M1\n" },
	{ "measure", "support=UZB", "CYB-01-M1\n" },
	{ "measure", "domain=CYB", "CYB-01-M1\nCYB-01-M2\nCYB-01-M10\nWAT-01-M1\n" },
	{ "measure", "domain=wat", "WAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "risk=CYB-02,CYB-01 state=TJK", "WAT-01-M1\n" },
	{ "measure", "risks=WAT-01", "WAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "status=planned", "CYB-01-M10\nWAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "status=In_Progress,completed", "CYB-01-M1\nCYB-01-M2\n" },
	{ "measure", "status=verified", "" },
	{ "measure", "overdue", "CYB-01-M1\n" },
	{ "measure", "overdue=no", "CYB-01-M2\nCYB-01-M10\nWAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "due-soon", "WAT-01-M2\n" },
	{ "measure", "due_soon=yes", "WAT-01-M2\n" },
	{ "measure", "no-report", "WAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "due-before=2026-07-20", "CYB-01-M1\n" },
	{ "measure", "due-after=2026-07-20", "WAT-01-M1\nWAT-01-M2\n" },
	{ "measure", "due=2026-07-20", "CYB-01-M2\n" },
	{ "measure", "progress=40", "CYB-01-M1\n" },
	{ "measure", "progress-above=39 progress-below=100", "CYB-01-M1\n" },
	{ "measure", "tag=joint", "CYB-01-M2\n" },
	{ "measure", "tags=yearly,other", "CYB-01-M2\n" },
	{ "measure", "marking=amber", "CYB-01-M2\n" },
	{ "measure", "marking=TLP:GREEN,red", "CYB-01-M1\nWAT-01-M1\n" },
	{ "measure", "release=TJK", "CYB-01-M1\n" },
	{ "measure", "type=detect", "CYB-01-M1\n" },
	{ "measure", "budget.amount-above=49999 budget.currency=USD", "CYB-01-M2\n" },
	{ "measure", "budget.amount-above=50000", "" },
	{ "measure", "words=gauge", "WAT-01-M1\n" },
	{ "measure", "words=УЧЕНИЯ", "CYB-01-M2\n" },
	{ "measure", "words=m10", "CYB-01-M10\n" },
	{ "measure", "limit=2", "CYB-01-M1\nCYB-01-M2\n" },
	{ "measure", "sort=-id limit=2", "WAT-01-M2\nWAT-01-M1\n" },
	{ "measure", "sort=created", "CYB-01-M10\nWAT-01-M1\nCYB-01-M2\nCYB-01-M1\nWAT-01-M2\n" },
	{ "measure", "sort=created limit=1", "CYB-01-M10\n" },
	{ "measure", "sort=due", "CYB-01-M1\nCYB-01-M2\nWAT-01-M2\nWAT-01-M1\nCYB-01-M10\n" },
	{ "measure", "sort=-due", "WAT-01-M1\nWAT-01-M2\nCYB-01-M2\nCYB-01-M1\nCYB-01-M10\n" },
	{ "measure", "sort=-status,-id", "CYB-01-M2\nCYB-01-M1\nWAT-01-M2\nWAT-01-M1\nCYB-01-M10\n" },
	{ "measure", "sort=-progress,id limit=2", "CYB-01-M2\nCYB-01-M1\n" },
	{ "measure", "sort=marking limit=3", "CYB-01-M1\nCYB-01-M2\nWAT-01-M1\n" },
	{ "measure", "sort=title", "CYB-01-M1\nCYB-01-M2\nWAT-01-M1\nWAT-01-M2\nCYB-01-M10\n" },
	{ "measure", "sort=-title", "CYB-01-M10\nWAT-01-M2\nWAT-01-M1\nCYB-01-M2\nCYB-01-M1\n" },
	{ "measure", "sort=overdue limit=1", "CYB-01-M1\n" },
	{ "risk", "", "CYB-01\nCYB-02\nWAT-01\n" },
	{ "risk", "all", "CYB-01\nCYB-02\nWAT-01\nWAT-02\n" },
	{ "risk", "state=UZB", "CYB-01\nWAT-01\n" },
	{ "risk", "domain=WAT", "WAT-01\n" },
	{ "risk", "affected=KAZ", "WAT-01\n" },
	{ "risk", "review-before=2026-11-01", "CYB-01\n" },
	{ "risk", "residual.impact=5", "CYB-01\nWAT-01\n" },
	{ "risk", "residual.likelihood-below=4", "WAT-01\n" },
	{ "risk", "score-above=10", "CYB-01\n" },
	{ "risk", "score=0", "CYB-02\n" },
	{ "risk", "measures-below=2", "CYB-02\n" },
	{ "risk", "sort=residual", "WAT-01\nCYB-01\nCYB-02\n" },
	{ "risk", "sort=-score", "CYB-01\nWAT-01\nCYB-02\n" },
	{ "risk", "treatment=mitigate", "WAT-01\n" },
	{ "domain", "state=TJK", "WAT\n" },
	{ "status", "state=KAZ", "CYB-01-M1/KAZ\n" },
	{ "status", "measure=CYB-01-M1", "CYB-01-M1/KAZ\nCYB-01-M1/KGZ\n" },
	{ "status", "status=completed", "CYB-01-M2/UZB\n" },
	{ "status", "consent=declined", "CYB-01-M1/KGZ\n" },
	{ "status", "date-before=2026-07-30", "CYB-01-M2/UZB\n" },
	{ "note", "on=CYB-01", "CYB-01/n1\n" },
	{ "state", "observer", "UNRCCA\n" },
	{ "evidence", "name=minutes.pdf", FIXTURE_EVIDENCE "\n" },
	{ "commit", "sort=-id", "2\n1\n" },
	{ "commit", "versions-above=15", "2\n" },
	{ "commit", "words=test", "2\n" },
	{ "partner", "", "" },
};

START_TEST(conditions_choose_and_columns_sort)
{
	/* Whether rows are kept or read again makes no difference. */
	const size_t limits[] = { (size_t)64 << 20, 30, 0 };
	char words[300];

	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		snprintf(words, sizeof words, "columns=id %s", choices[i].words);
		for (size_t j = 0; j < sizeof limits / sizeof limits[0]; j++) {
			listing_rows_limit = limits[j];
			expect(choices[i].kind, words, choices[i].ids);
		}
	}
}
END_TEST

static const struct {
	const char *kind, *words;
	int code;
	const char *message;
} faults[] = {
	{ "mesure", "", QORGAN_USAGE, "did you mean \"measure\"" },
	{ "measure", "colour=red", QORGAN_USAGE, "colour" },
	{ "measure", "statee=KAZ", QORGAN_USAGE, "did you mean \"state\"" },
	{ "measure", "columns=id,titel", QORGAN_USAGE, "did you mean \"title\"" },
	{ "measure", "columns=title.en.x", QORGAN_USAGE, "unknown column" },
	{ "measure", "columns=milestones.due", QORGAN_USAGE, "unknown column" },
	{ "measure", "columns=,", QORGAN_USAGE, "no column" },
	{ "measure", "sort=-nothing", QORGAN_USAGE, "unknown column" },
	{ "measure", "state=ZZZ", QORGAN_BAD_DATA, "KAZ" },
	{ "measure", "state=UNRCCA", QORGAN_BAD_DATA, "only a state" },
	{ "measure", "status=progess", QORGAN_BAD_DATA, "planned, in-progress, completed" },
	{ "measure", "status=complete", QORGAN_BAD_DATA, "did you mean \"completed\"" },
	{ "measure", "domain=ABC", QORGAN_BAD_DATA, "there are WAT, CYB" },
	{ "measure", "risk=CYB-09", QORGAN_BAD_DATA, "did you mean \"CYB-0" },
	{ "measure", "marking=blue", QORGAN_BAD_DATA, "AMBER+STRICT" },
	{ "measure", "due-before=2026-02-30", QORGAN_BAD_DATA, "2026-02-30" },
	{ "measure", "due-before=2026-02-20,2026-02-21", QORGAN_BAD_DATA, "is not a date" },
	{ "measure", "progress=140", QORGAN_BAD_DATA, "0 to 100" },
	{ "measure", "progress-above=4x", QORGAN_BAD_DATA, "whole number" },
	{ "measure", "progress=12345678901234567890123456789", QORGAN_BAD_DATA, "whole number" },
	{ "measure", "overdue=perhaps", QORGAN_BAD_DATA, "neither yes nor no" },
	{ "measure", "state", QORGAN_BAD_DATA, "needs a value" },
	{ "measure", "words=", QORGAN_USAGE, "no word" },
	{ "status", "retired", QORGAN_USAGE, "retired" },
	{ "status", "evidence=" "ff", QORGAN_BAD_DATA, "no evidence" },
};

START_TEST(what_is_not_possible_is_named)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct told told = { 0 };
		ck_fails(list(faults[i].kind, faults[i].words, false, &told), faults[i].code, faults[i].message);
		ck_assert_uint_eq(told.count, 0);
		buffer_free(&told.text);
	}
}
END_TEST

START_TEST(cells_are_for_people)
{
	expect("measure", "", "CYB-01-M1|Channel|KAZ|KGZ, UZB|in-progress|40|2026-07-01|!\n"
	                      "CYB-01-M2|Exercise|UZB||completed|100|2026-07-20|\n"
	                      "CYB-01-M10|Tenth|||planned|0||\n"
	                      "WAT-01-M1|Gauges|TJK|KAZ|planned|0|2027-06-15|\n"
	                      "WAT-01-M2|Sluice|UZB||planned|0|2026-08-20|\n");
	expect("risk", "", "CYB-01|Attack|4x5=20|||UZB|2026-10-01\n"
	                   "CYB-02|Leak|||||\n"
	                   "WAT-01|Dam \"Old\" breaks|2x5=10||mitigate|TJK|2026-12-01\n");
	/* Two of the measures of CYB's risks are of one risk, one is of WAT too; what is retired does not count. */
	expect("domain", "", "CYB|Cyber|UZB|2|4\nWAT|Water|TJK|1|2\n");
	expect("status", "measure=CYB-01-M1", "CYB-01-M1/KAZ|in-progress|40|2026-07-30|Half way\nCYB-01-M1/KGZ|planned|||\n");
	expect("evidence", "", "0123456789ab|minutes.pdf|1200|\n");
	expect("measure", "columns=id,due-soon,milestones,budget.amount,version,owner due-soon",
	       "WAT-01-M2|yes|||1|UZB\n");
	expect("measure", "columns=milestones,title.ru tag=joint", "m1: Plan, due 2026-03-01\nm2: Held, due 2026-07-01|Учения\n");
	fixture_set("measure", "CYB-01-M2", "risks", "+CYB-02"); /* two risks of one domain: still one measure */
	expect("domain", "columns=id,measures", "CYB|4\nWAT|2\n");
	ck_ok(qorgan_store_set_languages(store, "ru,uz", &error));
	expect("domain", "columns=title", "Kiber\nВода\n");
}
END_TEST

static int take_head(void *context, const struct qorgan_column *columns, size_t count)
{
	struct buffer *text = context;

	for (size_t i = 0; i < count; i++)
		buffer_append_format(text, "%s:%s:%s:%u ", columns[i].name, columns[i].label, columns[i].number ? "right" : "left",
		                     columns[i].width);
	return 7;
}

START_TEST(the_head_names_the_columns_first)
{
	const struct qorgan_listing listing = { .kind = "measure", .columns = "id,progress,title.ru,original-due" };
	struct buffer text = { 0 };

	ck_assert_int_eq(qorgan_list(store, &listing, take_head, NULL, &text, &error), 7);
	ck_assert_str_eq(buffer_text(&text),
	                 "id:Id:left:14 progress:%:right:3 title.ru:Title:left:0 original_due:First due:left:10 ");
	buffer_free(&text);
}
END_TEST

START_TEST(a_row_as_json_is_the_object_with_what_is_computed)
{
	struct told told = { 0 };

	ck_ok(list("measure", "tag=joint", true, &told));
	json_t *row = json_loads(buffer_text(&told.text), JSON_REJECT_DUPLICATES, NULL);
	json_t *expected = json_loads("{\"kind\":\"measure\",\"id\":\"CYB-01-M2\",\"version\":1,\"status\":\"completed\","
	                              "\"progress\":100,\"overdue\":false,\"due_soon\":false,\"no_report\":false,\"risks\":[\"CYB-01\"],"
	                              "\"title\":{\"en\":\"Exercise\",\"ru\":\"Учения\"},\"lead\":\"UZB\",\"due\":\"2026-07-20\","
	                              "\"original_due\":\"2026-07-20\",\"tags\":[\"joint\",\"yearly\"],\"marking\":\"TLP:AMBER\","
	                              "\"milestones\":[{\"id\":\"m1\",\"title\":{\"en\":\"Plan\"},\"due\":\"2026-03-01\"},"
	                              "{\"id\":\"m2\",\"title\":{\"en\":\"Held\"},\"due\":\"2026-07-01\"}],"
	                              "\"budget\":{\"amount\":50000,\"currency\":\"USD\"}}", 0, NULL);
	ck_assert_ptr_nonnull(expected);
	ck_assert_msg(json_equal(row, expected), "%s", buffer_text(&told.text));
	json_decref(row);
	json_decref(expected);
	buffer_free(&told.text);

	ck_ok(list("risk", "domain=CYB", true, &told));
	ck_assert_ptr_nonnull(strstr(buffer_text(&told.text), "\"score\":20,\"measures\":3"));
	ck_assert_ptr_nonnull(strstr(buffer_text(&told.text), "\"version\":1,\"measures\":1")); /* no level, no score */
	buffer_free(&told.text);
	ck_ok(list("domain", "state=UZB", true, &told));
	ck_assert_ptr_nonnull(strstr(buffer_text(&told.text), "\"risks\":2,\"measures\":4"));
	buffer_free(&told.text);
}
END_TEST

START_TEST(a_computed_name_is_no_field)
{
	static const char *const envelope[] = { "kind", "id", "version", "owner", "user", "time", "commit" };
	size_t count, computed = 0;
	const struct schema *const *all = schema_all(&count);

	for (size_t i = 0; i < count; i++) {
		for (const struct computed_row *row = computed_next(all[i], NULL); row; row = computed_next(all[i], row)) {
			ck_assert_ptr_null(schema_field(all[i]->fields, row->field.name, strlen(row->field.name)));
			computed++;
		}
		for (size_t j = 0; j < sizeof envelope / sizeof envelope[0]; j++)
			ck_assert_ptr_null(schema_field(all[i]->fields, envelope[j], strlen(envelope[j])));
	}
	ck_assert_uint_eq(computed, 21);
}
END_TEST

START_TEST(the_receiver_can_stop_it)
{
	const size_t limits[] = { (size_t)64 << 20, 0 };

	for (size_t i = 0; i < 2; i++) {
		struct told told = { .stop_after = 2 };
		listing_rows_limit = limits[i];
		ck_assert_int_eq(list("measure", "columns=id", false, &told), 42);
		ck_assert_str_eq(buffer_text(&told.text), "CYB-01-M1\nCYB-01-M2\n");
		buffer_free(&told.text);
		ck_assert_int_eq(list("measure", "columns=id sort=created", false, &told), 42);
		ck_assert_uint_eq(told.count, 2);
		buffer_free(&told.text);
	}
}
END_TEST

/* Every name that help shows is taken, and what takes no argument needs none. */
START_TEST(every_condition_that_is_named_works)
{
	static const char *const kinds[] = { "domain", "risk", "measure", "status", "note", "evidence", "partner", "release",
		                                 "commit", "state" };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		size_t count;
		const struct qorgan_filter_name *names = qorgan_filter_names(kinds[i], &count);
		ck_assert_uint_gt(count, 0);
		for (size_t j = 0; j < count; j++) {
			const char *argument = names[j].argument ? names[j].argument : "";
			const char *value = names[j].words                    ? names[j].words[0]
			                    : strncmp(argument, "STATE", 5) == 0  ? "UZB"
			                    : strncmp(argument, "DATE", 4) == 0   ? "2026-01-01"
			                    : strncmp(argument, "DOMAIN", 6) == 0 ? "CYB"
			                    : strncmp(argument, "RISK", 4) == 0   ? "CYB-01"
			                    : strncmp(argument, "MEASURE", 7) == 0  ? "CYB-01-M1"
			                    : strncmp(argument, "EVIDENCE", 8) == 0 ? FIXTURE_EVIDENCE
			                                                            : "1";
			const struct qorgan_filter filter = { names[j].name, names[j].argument ? value : NULL };
			const struct qorgan_listing listing = { .kind = kinds[i], .filters = &filter, .filter_count = 1 };
			struct told told = { 0 };
			int code = qorgan_list(store, &listing, NULL, take_row, &told, &error);
			ck_assert_msg(code == QORGAN_OK, "%s --%s %s: %s", kinds[i], names[j].name, argument, error.message);
			ck_assert_ptr_nonnull(names[j].help);
			for (size_t k = 0; k < j; k++)
				ck_assert_str_ne(names[k].name, names[j].name);
			buffer_free(&told.text);
		}
	}
	size_t none;
	ck_assert_ptr_null(qorgan_filter_names("nothing", &none));
	ck_assert_uint_eq(none, 0);
}
END_TEST

/* As people count: by parts, runs of digits by their value. */
static int model_order(const char *a, const char *b)
{
	while (*a && *b) {
		char *a_end, *b_end;
		if (*a >= '0' && *a <= '9' && *b >= '0' && *b <= '9') {
			unsigned long long left = strtoull(a, &a_end, 10), right = strtoull(b, &b_end, 10);
			if (left != right)
				return left < right ? -1 : 1;
			a = a_end;
			b = b_end;
		} else if (*a != *b) {
			return *a < *b ? -1 : 1;
		} else {
			a++;
			b++;
		}
	}
	return (*a != 0) - (*b != 0);
}

START_TEST(ids_are_in_the_order_in_which_people_count)
{
	static const char letters[] = "-.09AZ_a12";
	uint32_t state = 1;

	for (int round = 0; round < 20000; round++) {
		char ids[2][8] = { "", "" };
		struct buffer keys[2] = { { 0 }, { 0 } };
		for (int i = 0; i < 2; i++) {
			for (int j = 0; j < 1 + round % 6; j++) {
				state = state * 1664525 + 1013904223;
				ids[i][j] = letters[(state >> 16) % (sizeof letters - 1)];
			}
			id_key(span_of(ids[i]), &keys[i]);
		}
		size_t common = keys[0].size < keys[1].size ? keys[0].size : keys[1].size;
		int order = memcmp(keys[0].data, keys[1].data, common);
		if (!order)
			order = (keys[0].size > keys[1].size) - (keys[0].size < keys[1].size);
		int expected = model_order(ids[0], ids[1]);
		ck_assert_msg((order > 0) - (order < 0) == expected, "%s %s: %d", ids[0], ids[1], order);
		buffer_free(&keys[0]);
		buffer_free(&keys[1]);
	}
}
END_TEST

Suite *suite_listing(void)
{
	Suite *suite = suite_create("listing");
	TCase *rules = tcase_create("rules");

	tcase_add_checked_fixture(rules, fixture_make, fixture_close);
	tcase_add_test(rules, conditions_choose_and_columns_sort);
	tcase_add_test(rules, what_is_not_possible_is_named);
	tcase_add_test(rules, every_condition_that_is_named_works);
	tcase_add_test(rules, cells_are_for_people);
	tcase_add_test(rules, the_head_names_the_columns_first);
	tcase_add_test(rules, a_row_as_json_is_the_object_with_what_is_computed);
	tcase_add_test(rules, a_computed_name_is_no_field);
	tcase_add_test(rules, the_receiver_can_stop_it);
	tcase_add_test(rules, ids_are_in_the_order_in_which_people_count);
	suite_add_tcase(suite, rules);
	return suite;
}
