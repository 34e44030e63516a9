/* Reports that are filtered, and tables in columns of a listing: what is computed under conditions is
 * compared with the rows of the whole report that meet them, which this test looks for itself. */
#include "report/compute.h"
#include "report_fixture.h"

Suite *suite_report_filter(void);

static struct fixture fixture;
static struct report_model whole, chosen;

#define EN(text) "{\"en\":\"" text "\"}"

static const struct fixture_object plan[] = {
	{ "state", "UZB", "{\"title\":" EN("Uzbekistan") "}" },
	{ "state", "KAZ", "{\"title\":" EN("Kazakhstan") "}" },
	{ "state", "TJK", "{\"title\":" EN("Tajikistan") "}" },
	{ "period", "quarter", "{\"months\":3,\"prefix\":\"Q\",\"required\":true,\"title\":" EN("Quarter") "}" },
	{ "domain", "CYB", "{\"coordinator\":\"UZB\",\"title\":" EN("Cyber") "}" },
	{ "domain", "WAT", "{\"coordinator\":\"TJK\",\"title\":" EN("Water") "}" },
	{ "risk", "CYB-01",
	  "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"residual\":{\"impact\":4,\"likelihood\":4},"
	  "\"review\":\"2026-04-15\",\"title\":" EN("Attack") "}" },
	{ "risk", "CYB-02",
	  "{\"acceptance\":{\"reason\":" EN("Too dear") ",\"role\":\"Minister\",\"until\":\"2026-03-31\"},"
	  "\"domain\":\"CYB\",\"residual\":{\"impact\":5,\"likelihood\":3},\"title\":" EN("Old") ","
	  "\"treatment\":\"accept\"}" },
	{ "risk", "WAT-01", "{\"domain\":\"WAT\",\"residual\":{\"impact\":2,\"likelihood\":2},\"title\":" EN("Dam") "}" },
	{ "risk", "WAT-02", "{\"domain\":\"WAT\",\"title\":" EN("Not assessed") "}" },
	{ "measure", "CYB-01-M1",
	  "{\"due\":\"2026-05-10\",\"lead\":\"KAZ\",\"original_due\":\"2026-05-10\",\"risks\":[\"CYB-01\"],"
	  "\"start\":\"2026-02-01\",\"title\":" EN("Exchange") "}" },
	{ "measure", "CYB-01-M2",
	  "{\"due\":\"2026-06-15\",\"lead\":\"UZB\",\"original_due\":\"2026-06-15\",\"risks\":[\"CYB-01\",\"WAT-01\"],"
	  "\"start\":\"2026-01-15\",\"support\":[\"KAZ\",\"TJK\"],\"title\":" EN("Drill") "}" },
	{ "measure", "CYB-01-M3", "{\"due\":\"2026-08-01\",\"risks\":[\"CYB-01\"],\"title\":" EN("Nobody's") "}" },
	{ "measure", "CYB-02-M1", "{\"due\":\"2026-02-20\",\"lead\":\"UZB\",\"original_due\":\"2026-02-20\","
	  "\"risks\":[\"CYB-02\"],\"start\":\"2026-02-01\",\"title\":" EN("Called off") "}" },
	{ "measure", "WAT-01-M1", "{\"lead\":\"TJK\",\"risks\":[\"WAT-01\"],\"start\":\"2026-02-01\",\"title\":"
	  EN("Dateless") "}" },
};

static const struct fixture_object early[] = {
	{ "status", "CYB-01-M1/KAZ", "{\"date\":\"2026-03-25\",\"progress\":30,\"status\":\"in-progress\"}" },
	{ "status", "CYB-02-M1/UZB", "{\"date\":\"2026-03-25\",\"reason\":\"no funds\",\"status\":\"cancelled\"}" },
};

static const struct fixture_object late[] = {
	{ "status", "CYB-01-M1/KAZ", "{\"date\":\"2026-05-25\",\"progress\":100,\"status\":\"completed\"}" },
	{ "status", "CYB-01-M2/UZB", "{\"date\":\"2026-05-25\",\"progress\":40,\"status\":\"in-progress\"}" },
};

static void set_up(void)
{
	fixture_make(&fixture);
	fixture_put_all(&fixture, "2026-02-10T10:00:00Z", plan);
	fixture_put_all(&fixture, "2026-03-26T10:00:00Z", early);
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", late);
}

static void tear_down(void)
{
	arena_free(&whole.arena);
	arena_free(&chosen.arena);
	fixture_remove(&fixture);
}

static int compute(struct report_model *model, enum report_kind kind, const char *as_of,
                   const struct qorgan_filter *filters, size_t count, const char *shown)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-06-02T10:00:00Z");
	const struct qorgan_report asked = { .period = "2026-Q2", .as_of = as_of, .filters = filters,
		                                 .filter_count = count, .shown = shown };

	arena_free(&model->arena);
	*model = (struct report_model){ 0 };
	int code = compute_model(store, &asked, kind, true, ROWS_TOO, model, &fixture.error);
	qorgan_store_close(store);
	return code;
}

/* ---- What is chosen ----------------------------------------------------------------------- */

static bool is_overdue(const struct report_measure *row)
{
	return row->overdue;
}

static bool is_not_overdue(const struct report_measure *row)
{
	return !row->overdue;
}

static bool is_due_soon(const struct report_measure *row)
{
	return row->due_soon;
}

static bool is_not_reported(const struct report_measure *row)
{
	return row->no_report;
}

static bool is_of_kaz(const struct report_measure *row)
{
	return strcmp(row->lead, "KAZ") == 0;
}

static bool has_kaz(const struct report_measure *row)
{
	return is_of_kaz(row) || strstr(row->support, "KAZ");
}

static bool is_of_water(const struct report_measure *row)
{
	return strstr(row->risks, "WAT-");
}

static bool is_planned(const struct report_measure *row)
{
	return !*row->word || strcmp(row->word, "planned") == 0;
}

static bool is_done_or_called_off(const struct report_measure *row)
{
	return strcmp(row->word, "completed") == 0 || strcmp(row->word, "cancelled") == 0;
}

static bool is_due_before_june(const struct report_measure *row)
{
	return *row->due && strcmp(row->due, "2026-06-01") < 0;
}

static const struct {
	struct qorgan_filter filter;
	bool (*meets)(const struct report_measure *row);
} conditions[] = {
	{ { "overdue", NULL }, is_overdue },        { { "overdue", "no" }, is_not_overdue },
	{ { "due-soon", NULL }, is_due_soon },      { { "no_report", NULL }, is_not_reported },
	{ { "lead", "KAZ" }, is_of_kaz },           { { "state", "Kazakhstan" }, has_kaz },
	{ { "domain", "WAT" }, is_of_water },       { { "status", "planned" }, is_planned },
	{ { "status", "completed,cancelled" }, is_done_or_called_off },
	{ { "due-before", "2026-06-01" }, is_due_before_june },
};
#define CONDITIONS (sizeof conditions / sizeof conditions[0])

/* "CYB-01, WAT-01" has that one. */
static bool addresses(const struct report_measure *row, const char *risk)
{
	return strstr(row->risks, risk) != NULL;
}

/* The rows of the whole report that meet it are those chosen, and what is counted is of them. */
static void check_condition(size_t number)
{
	struct report_counts counts = { 0 };
	size_t at = 0, risks = 0;

	for (size_t i = 0; i < whole.measures.count; i++) {
		const struct report_measure *row = &whole.measures.items[i];
		if (!conditions[number].meets(row))
			continue;
		ck_assert_msg(at < chosen.measures.count, "%zu: %s is not there", number, row->id);
		ck_assert_str_eq(chosen.measures.items[at++].id, row->id);
		counts.overdue += row->overdue;
		counts.due_soon += row->due_soon;
		counts.no_report += row->no_report;
		counts.unreported += row->progress < 0;
	}
	ck_assert_uint_eq(chosen.measures.count, at);
	ck_assert_uint_eq(chosen.totals.measures, at);
	ck_assert(chosen.totals.overdue == counts.overdue && chosen.totals.due_soon == counts.due_soon);
	ck_assert(chosen.totals.no_report == counts.no_report && chosen.totals.unreported == counts.unreported);
	for (size_t i = 0; i < whole.risks.count; i++) {
		bool wanted = false;
		for (size_t j = 0; j < chosen.measures.count; j++)
			wanted = wanted || addresses(&chosen.measures.items[j], whole.risks.items[i].id);
		if (wanted)
			ck_assert_str_eq(chosen.risks.items[risks++].id, whole.risks.items[i].id);
	}
	ck_assert_uint_eq(chosen.risks.count, risks);
	ck_assert_uint_eq(chosen.risks_open, risks); /* none is closed */
	ck_assert_uint_eq(chosen.domains.items[0].risks + chosen.domains.items[1].risks, risks);
}

START_TEST(a_filtered_report_is_of_the_rows_that_meet_the_condition)
{
	static const char *const days[] = { NULL, "2026-05-20", "2026-04-10" };

	for (size_t day = 0; day < 3; day++) {
		fixture_ok(&fixture, compute(&whole, REPORT_STATUS, days[day], NULL, 0, NULL));
		ck_assert_uint_eq(whole.conditions.count, 0);
		ck_assert_uint_eq(whole.measures.count, 5);
		for (size_t i = 0; i < CONDITIONS; i++) {
			fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, days[day], &conditions[i].filter, 1, NULL));
			check_condition(i);
			ck_assert_uint_eq(chosen.conditions.count, 1);
			ck_assert_str_eq(chosen.filtered, "measure");
		}
	}
}
END_TEST

/* Overdue on that day, and completed by now. */
START_TEST(a_condition_is_judged_on_the_day_of_the_report)
{
	const struct qorgan_filter overdue = { "overdue", NULL };

	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, "2026-05-20", &overdue, 1, NULL));
	ck_assert_uint_eq(chosen.measures.count, 1);
	ck_assert_str_eq(chosen.measures.items[0].id, "CYB-01-M1");
	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, NULL, &overdue, 1, NULL));
	ck_assert_uint_eq(chosen.measures.count, 0);
	ck_assert_uint_eq(chosen.risks.count, 0);
}
END_TEST

START_TEST(conditions_are_all_met_and_one_given_twice_by_either_value)
{
	const struct qorgan_filter filters[] = { { "domain", "CYB" }, { "domain", "WAT" }, { "status", "planned" } };

	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, NULL, filters, 3, NULL));
	ck_assert_uint_eq(chosen.measures.count, 2); /* CYB-01-M3 and WAT-01-M1 */
	ck_assert_uint_eq(chosen.conditions.count, 3);
	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, NULL, filters + 1, 2, NULL));
	ck_assert_uint_eq(chosen.measures.count, 1);
	ck_assert_str_eq(chosen.measures.items[0].id, "WAT-01-M1");
}
END_TEST

START_TEST(a_register_is_of_the_risks_that_meet_it_and_of_their_measures)
{
	const struct qorgan_filter high[] = { { "domain", "CYB" }, { "score-above", "14" } };
	const struct qorgan_filter bare = { "measures", "0" }, ended = { "acceptance_expired", NULL };

	fixture_ok(&fixture, compute(&chosen, REPORT_REGISTER, NULL, high, 2, NULL));
	ck_assert_uint_eq(chosen.risks.count, 2);
	ck_assert_uint_eq(chosen.measures.count, 4);
	ck_assert_str_eq(chosen.filtered, "risk");
	/* The only measure of CYB-02 is cancelled: as the rows of a register count, it has none. */
	fixture_ok(&fixture, compute(&chosen, REPORT_REGISTER, NULL, &bare, 1, "id,measures"));
	ck_assert_uint_eq(chosen.risks.count, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(chosen.risks.items[i].measures, 0);
		ck_assert_int_eq(chosen.risks.items[i].cells[1].number, 0);
	}
	ck_assert_str_eq(chosen.risks.items[1].id, "WAT-02");
	fixture_ok(&fixture, compute(&chosen, REPORT_MATRIX, NULL, &ended, 1, NULL));
	ck_assert_uint_eq(chosen.risks.count, 1);
	ck_assert_str_eq(chosen.risks.items[0].id, "CYB-02");
	/* At the end of March it held still; before the quarter began, that day is its last. */
	fixture_ok(&fixture, compute(&chosen, REPORT_MATRIX, "2026-03-31", &ended, 1, NULL));
	ck_assert_uint_eq(chosen.risks.count, 0);
}
END_TEST

START_TEST(a_calendar_is_of_the_measures_that_meet_it)
{
	const struct qorgan_filter filter = { "lead", "KAZ" };

	fixture_ok(&fixture, compute(&chosen, REPORT_DUE, "2026-05-20", &filter, 1, NULL));
	ck_assert_uint_gt(chosen.due.count, 0);
	for (size_t i = 0; i < chosen.due.count; i++) {
		const struct report_due *entry = &chosen.due.items[i];
		ck_assert_msg(strncmp(entry->id, "CYB-01", 6) == 0 || strcmp(entry->state, "KAZ") == 0, "%s", entry->id);
	}
}
END_TEST

/* Of what changed: the measures, and the reports on them. */
START_TEST(changes_are_of_the_measures_that_meet_it)
{
	const struct qorgan_filter filters[] = { { "lead", "KAZ" }, { "status", "completed" } };

	fixture_ok(&fixture, compute(&whole, REPORT_CHANGES, NULL, NULL, 0, NULL));
	ck_assert_uint_eq(whole.changes.count, 2); /* a report on CYB-01-M1, and one on CYB-01-M2 */
	fixture_ok(&fixture, compute(&chosen, REPORT_CHANGES, NULL, filters, 2, NULL));
	ck_assert_uint_eq(chosen.changes.count, 1);
	ck_assert_str_eq(chosen.changes.items[0].id, "CYB-01-M1/KAZ");
	ck_assert_uint_eq(chosen.authors.count, 0); /* they wrote of others too */
	/* The measures are new since the quarter before the first. */
	fixture_ok(&fixture, compute(&chosen, REPORT_CHANGES, "2026-03-31", filters, 1, NULL));
	for (size_t i = 0; i < chosen.changes.count; i++)
		ck_assert_msg(strncmp(chosen.changes.items[i].id, "CYB-01-M1", 9) == 0, "%s", chosen.changes.items[i].id);
}
END_TEST

/* ---- Columns ----------------------------------------------------------------------------- */

static const struct report_cell *cell_of(const char *id, size_t column)
{
	for (size_t i = 0; i < chosen.measures.count; i++)
		if (strcmp(chosen.measures.items[i].id, id) == 0)
			return &chosen.measures.items[i].cells[column];
	ck_abort_msg("no measure %s", id);
}

START_TEST(columns_are_those_of_a_listing_on_the_day_of_the_report)
{
	static const enum report_column_type types[] = { REPORT_COLUMN_STATUS, REPORT_COLUMN_TEXT, REPORT_COLUMN_DATE,
		                                             REPORT_COLUMN_FLAG,   REPORT_COLUMN_PERCENT };

	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, "2026-05-20", NULL, 0, "status,title,due,overdue,progress"));
	ck_assert_uint_eq(chosen.columns.count, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_int_eq(chosen.columns.items[i].type, types[i]);
	ck_assert_str_eq(chosen.columns.items[3].label, "Late");
	for (size_t i = 0; i < chosen.measures.count; i++) {
		const struct report_measure *row = &chosen.measures.items[i];
		ck_assert_str_eq(row->cells[0].text, row->word);
		ck_assert_str_eq(row->cells[1].text, row->title);
		ck_assert_str_eq(row->cells[2].text, row->due);
		ck_assert(row->cells[2].alarm == row->overdue);
		ck_assert_str_eq(row->cells[3].text, row->overdue ? "1" : "0");
		if (row->progress >= 0)
			ck_assert_int_eq(row->cells[4].number, row->progress);
		else
			ck_assert_str_eq(row->cells[4].text, "");
	}
	ck_assert_str_eq(cell_of("CYB-01-M1", 0)->text, "in-progress");
	ck_assert_str_eq(cell_of("CYB-01-M1", 3)->text, "1");
	fixture_ok(&fixture, compute(&chosen, REPORT_STATUS, NULL, NULL, 0, "status,overdue"));
	ck_assert_str_eq(cell_of("CYB-01-M1", 0)->text, "completed");
	ck_assert_str_eq(cell_of("CYB-01-M1", 1)->text, "0");
}
END_TEST

START_TEST(what_cannot_be_is_refused)
{
	static const struct {
		enum report_kind kind;
		struct qorgan_filter filter;
		const char *shown, *says;
		int code;
	} faults[] = {
		{ REPORT_CHANGES, { "score", "3" }, NULL, "measures cannot be listed by", QORGAN_USAGE },
		{ REPORT_STATUS, { "overdeu", NULL }, NULL, "overdue", QORGAN_USAGE },
		{ REPORT_STATUS, { "score-above", "3" }, NULL, "measures cannot be listed by", QORGAN_USAGE },
		{ REPORT_REGISTER, { "overdue", NULL }, NULL, "risks cannot be listed by", QORGAN_USAGE },
		{ REPORT_STATUS, { "domain", "NIL" }, NULL, "--filter domain", QORGAN_BAD_DATA },
		{ REPORT_STATUS, { "domain", NULL }, NULL, "--filter domain needs a value", QORGAN_BAD_DATA },
		{ REPORT_STATUS, { "retired", NULL }, NULL, "in force", QORGAN_USAGE },
		{ REPORT_STATUS, { "words", "\xff" }, NULL, "UTF-8", QORGAN_BAD_DATA },
		{ REPORT_STATUS, { NULL, NULL }, "id,stats", "did you mean \"status\"?", QORGAN_USAGE },
		{ REPORT_STATUS, { NULL, NULL }, "id,id,id,id,id,id,id,id,id,id,id,id,id,id,id,id,id", "at most 16", QORGAN_USAGE },
	};

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		int code = compute(&chosen, faults[i].kind, NULL, &faults[i].filter, faults[i].filter.name ? 1 : 0, faults[i].shown);
		ck_assert_msg(code == faults[i].code, "%zu: %d", i, code);
		ck_assert_msg(strstr(fixture.error.message, faults[i].says) != NULL, "%s", fixture.error.message);
	}
}
END_TEST

Suite *suite_report_filter(void)
{
	Suite *suite = suite_create("report_filter");
	TCase *tests = tcase_create("filter");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_filtered_report_is_of_the_rows_that_meet_the_condition);
	tcase_add_test(tests, a_condition_is_judged_on_the_day_of_the_report);
	tcase_add_test(tests, conditions_are_all_met_and_one_given_twice_by_either_value);
	tcase_add_test(tests, a_register_is_of_the_risks_that_meet_it_and_of_their_measures);
	tcase_add_test(tests, a_calendar_is_of_the_measures_that_meet_it);
	tcase_add_test(tests, changes_are_of_the_measures_that_meet_it);
	tcase_add_test(tests, columns_are_those_of_a_listing_on_the_day_of_the_report);
	tcase_add_test(tests, what_cannot_be_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
