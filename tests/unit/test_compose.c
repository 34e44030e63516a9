/* Reports as documents: what the composer makes of a model is compared with the model
 * itself, list by list and number by number. */
#include "report/compose.h"

#include <ctype.h>

#include "base/text.h"
#include "report/compute.h"
#include "report_fixture.h"

static struct fixture fixture;

#define EN(text) "{\"en\":\"" text "\"}"

static const struct fixture_object plan[] = {
	{ "catalogue", "2026-2028",
	  "{\"from\":\"2026-01-01\",\"notice\":" EN("Illustrative.") ",\"title\":" EN("Catalogue") ","
	  "\"to\":\"2028-12-31\"}" },
	{ "state", "UZB", "{\"title\":" EN("Uzbekistan") "}" },
	{ "state", "KAZ", "{\"title\":" EN("Kazakhstan") "}" },
	{ "state", "TJK", "{\"title\":" EN("Tajikistan") "}" },
	{ "period", "quarter", "{\"months\":3,\"prefix\":\"Q\",\"required\":true,\"title\":" EN("Quarter") "}" },
	{ "scale", "matrix",
	  "{\"bands\":[{\"colour\":\"#00ff00\",\"from\":1,\"title\":" EN("Low") "},{\"colour\":\"#ff0000\","
	  "\"from\":12,\"title\":" EN("High") "}]}" },
	{ "domain", "CYB", "{\"coordinator\":\"UZB\",\"order\":10,\"title\":" EN("Cyber") "}" },
	{ "domain", "WAT", "{\"coordinator\":\"TJK\",\"order\":20,\"title\":" EN("Water") "}" },
	{ "risk", "CYB-01",
	  "{\"coordinator\":\"UZB\",\"domain\":\"CYB\",\"inherent\":{\"impact\":5,\"likelihood\":5},"
	  "\"marking\":\"TLP:AMBER\",\"residual\":{\"impact\":4,\"likelihood\":3},\"review\":\"2026-04-15\","
	  "\"scenario\":" EN("Lights out") ",\"target\":{\"impact\":2,\"likelihood\":2},\"title\":" EN("Attack") "}" },
	{ "risk", "CYB-02",
	  "{\"acceptance\":{\"reason\":" EN("Too dear") ",\"role\":\"Minister\",\"until\":\"2026-03-31\"},"
	  "\"domain\":\"CYB\",\"residual\":{\"impact\":5,\"likelihood\":3},\"title\":" EN("Old") ","
	  "\"treatment\":\"accept\"}" },
	{ "risk", "WAT-01", "{\"domain\":\"WAT\",\"title\":" EN("Not assessed") "}" },
	{ "risk", "WAT-02",
	  "{\"domain\":\"WAT\",\"residual\":{\"impact\":5,\"likelihood\":5},\"stage\":\"closed\",\"title\":"
	  EN("Settled") "}" },
	{ "measure", "CYB-01-M1",
	  "{\"due\":\"2026-05-10\",\"lead\":\"KAZ\",\"original_due\":\"2026-05-10\",\"risks\":[\"CYB-01\"],"
	  "\"start\":\"2026-02-01\",\"title\":" EN("Exchange") "}" },
	{ "measure", "CYB-01-M2",
	  "{\"due\":\"2027-06-15\",\"indicators\":[{\"baseline\":10,\"id\":\"i1\",\"target\":30,\"title\":"
	  EN("Drills") ",\"unit\":\"drills\"},{\"id\":\"i2\",\"target\":7,\"title\":" EN("Staff") ","
	  "\"unit\":\"persons\"}],\"lead\":\"UZB\",\"milestones\":[{\"due\":\"2026-04-20\",\"id\":\"m1\",\"title\":"
	  EN("Plan") "},{\"due\":\"2026-05-20\",\"id\":\"m2\",\"title\":" EN("Team") "}],"
	  "\"original_due\":\"2027-03-15\",\"risks\":[\"CYB-01\",\"WAT-01\"],\"start\":\"2026-01-15\","
	  "\"support\":[\"KAZ\",\"TJK\"],\"title\":" EN("Drill") "}" },
	{ "measure", "CYB-01-M3", "{\"due\":\"2026-08-01\",\"risks\":[\"CYB-01\"],\"title\":" EN("Nobody's") "}" },
	{ "measure", "WAT-01-M1", "{\"lead\":\"TJK\",\"risks\":[\"WAT-01\"],\"title\":" EN("Dateless") "}" },
	{ "assessment", "CYB-01/KAZ", "{\"date\":\"2026-02-01\",\"impact\":1,\"likelihood\":2}" },
};

static const struct fixture_object reports[] = {
	{ "status", "CYB-01-M2/UZB",
	  "{\"date\":\"2026-05-25\",\"help\":" EN("Trainers") ",\"indicators\":[{\"id\":\"i1\",\"value\":25}],"
	  "\"milestones\":[{\"done\":\"2026-04-25\",\"id\":\"m1\"}],\"next_steps\":[{\"due\":\"2026-07-10\","
	  "\"title\":" EN("Hire") "}],\"note\":" EN("All well") ",\"obstacles\":" EN("No funds") ","
	  "\"progress\":40,\"status\":\"in-progress\"}" },
	{ "status", "CYB-01-M2/KAZ",
	  "{\"consent\":\"declined\",\"date\":\"2026-05-21\",\"reason\":\"no unit\",\"status\":\"planned\"}" },
	{ "status", "WAT-01-M1/TJK", "{\"date\":\"2026-05-26\",\"progress\":100,\"status\":\"completed\"}" },
	{ "measure", "CYB-01-M3",
	  "{\"due\":\"2026-09-01\",\"due_reason\":\"flood\",\"original_due\":\"2026-08-01\",\"risks\":[\"CYB-01\"],"
	  "\"title\":" EN("Nobody's") "}" },
	{ "domain", "WAT", "{\"coordinator\":\"TJK\",\"order\":20,\"retired\":\"gone\",\"title\":" EN("Water") "}" },
};

static struct report_model model;
static struct document document;

static void set_up(void)
{
	fixture_make(&fixture);
}

static void tear_down(void)
{
	document_free(&document);
	arena_free(&model.arena);
	model = (struct report_model){ 0 };
	fixture_remove(&fixture);
}

static void fill(void)
{
	fixture_put_all(&fixture, "2026-02-10T10:00:00Z", plan);
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", reports);
}

/* Computes and composes a report of the second quarter of 2026, as of June 2nd. */
static void compose_for(enum report_kind kind, bool joint, const char *state)
{
	struct qorgan_store *store = fixture_open(&fixture, "2026-06-02T10:00:00Z");
	struct qorgan_report asked = { .period = "2026-Q2", .joint = joint, .state = state };

	document_free(&document);
	arena_free(&model.arena);
	model = (struct report_model){ 0 };
	fixture_ok(&fixture, compute_model(store, &asked, kind, true, ROWS_TOO, &model, &fixture.error));
	qorgan_store_close(store);
	document_start(&document);
	ck_assert(compose_document(&model, &document));
}

static void compose(enum report_kind kind, bool joint)
{
	compose_for(kind, joint, NULL);
}

static const struct document_section *section(const char *name)
{
	for (size_t i = 0; i < document.sections.count; i++)
		if (strcmp(document.sections.items[i].name, name) == 0)
			return &document.sections.items[i];
	ck_abort_msg("no section %s", name);
}

/* The last table of a section: only the legend has more than one. */
static const struct document_table *table_of(const char *name)
{
	const struct document_section *found = section(name);
	const struct document_table *table = NULL;

	for (size_t i = 0; i < found->blocks.count; i++)
		if (found->blocks.items[i].type == DOCUMENT_TABLE_BLOCK)
			table = found->blocks.items[i].table;
	ck_assert_msg(table != NULL, "no table in %s", name);
	return table;
}

static const struct document_cell *cell(const char *name, size_t row, size_t column)
{
	const struct document_table *table = table_of(name);

	ck_assert_msg(column < table->column_count && row < table->cells.count / table->column_count, "%s has no %zu, %zu",
	              name, row, column);
	return &table->cells.items[row * table->column_count + column];
}

static void expect_rows(const char *name, size_t count)
{
	const struct document_table *table = table_of(name);

	ck_assert_uint_eq(table->cells.count % table->column_count, 0);
	ck_assert_msg(table->cells.count / table->column_count == count, "%s has %zu rows, not %zu", name,
	              table->cells.count / table->column_count, count);
}

static void expect_text(const char *name, size_t row, size_t column, const char *text)
{
	const char *found = cell(name, row, column)->text;

	ck_assert_msg(strcmp(found, text) == 0, "%s %zu %zu is \"%s\", not \"%s\"", name, row, column, found, text);
}

static const struct document_figure *figure(const char *name, enum document_figure_type type)
{
	const struct document_section *found = section(name);

	for (size_t i = 0; i < found->blocks.count; i++)
		if (found->blocks.items[i].type == DOCUMENT_FIGURE_BLOCK && found->blocks.items[i].figure->type == type)
			return found->blocks.items[i].figure;
	return NULL;
}

/* What holds of every document. */
static void expect_sound(void)
{
	for (size_t i = 0; i < document.sections.count; i++) {
		const struct document_section *one = &document.sections.items[i];
		ck_assert(*one->name && *one->title);
		for (const char *at = one->name; *at; at++)
			ck_assert_msg(islower((unsigned char)*at) || *at == '-', "%s", one->name);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(one->name, document.sections.items[j].name);
		for (size_t j = 0; j < one->blocks.count; j++) {
			const struct document_table *table = one->blocks.items[j].table;
			if (one->blocks.items[j].type != DOCUMENT_TABLE_BLOCK)
				continue;
			ck_assert(*table->none);
			ck_assert_uint_eq(table->cells.count % table->column_count, 0);
			for (size_t k = 0; k < table->cells.count; k++) {
				const struct document_column *column = &table->columns[k % table->column_count];
				enum document_cell_type type = table->cells.items[k].type;
				ck_assert_msg(type == DOCUMENT_EMPTY || type == column->type, "%s: %s", one->name, column->head);
				ck_assert(table->cells.items[k].text && text_is_utf8(span_of(table->cells.items[k].text)));
			}
		}
	}
}

/* No row of a table is there twice. */
static void expect_no_row_twice(const char *name)
{
	const struct document_table *table = table_of(name);
	size_t rows = table->cells.count / table->column_count;

	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < i; j++) {
			bool same = true;
			for (size_t k = 0; k < table->column_count; k++)
				same = same && strcmp(table->cells.items[i * table->column_count + k].text,
				                      table->cells.items[j * table->column_count + k].text) == 0;
			ck_assert_msg(!same, "%s: rows %zu and %zu", name, j, i);
		}
	}
}

START_TEST(a_document_says_what_it_is_about)
{
	static const char *const facts[][2] = {
		{ "Marking", "TLP:AMBER" },
		{ "Catalogue", "2026-2028: Catalogue" },
		{ "Store of", "UZB Uzbekistan" },
		{ "Period", "2026-Q2: 1 April 2026 to 30 June 2026" },
		{ "As of", "2026-06-02" },
		{ "Last day looked at", "2 June 2026" },
	};

	fill();
	compose(REPORT_STATUS, false);
	ck_assert_str_eq(document.title, "Status report 2026-Q2");
	ck_assert_str_eq(document.subtitle, "Catalogue");
	ck_assert_str_eq(document.marking, "TLP:AMBER");
	ck_assert_str_eq(document.notice, "Illustrative.");
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		ck_assert_str_eq(document.facts.items[i].label, facts[i][0]);
		ck_assert_str_eq(document.facts.items[i].value, facts[i][1]);
	}
	/* 17 and 5 objects, 2 commits. */
	ck_assert_msg(strstr(document.facts.items[6].value, ", 24 entries") != NULL, "%s", document.facts.items[6].value);
	ck_assert_str_eq(document.facts.items[7].value, model.root);
}
END_TEST

START_TEST(every_list_of_the_status_report_is_there_whole_and_once)
{
	fill();
	compose(REPORT_STATUS, false);
	expect_sound();
	const struct {
		const char *name;
		size_t count;
	} lists[] = {
		{ "domains", model.domains.count },
		{ "states", model.states.count },
		{ "parts", model.states.count },
		{ "moved", model.moved.count },
		{ "no-report", model.without_report.count }, /* one state each */
		{ "no-lead", model.without_lead.count },
		{ "declined", model.declined_parts.count },
		{ "measures", model.measures.count },
		{ "indicators", model.indicators.count },
		{ "milestones", model.milestones.count },
		{ "highest", model.highest.count },
		{ "no-measure", model.without_measure.count },
		{ "accepted", model.accepted_risks.count },
		{ "obstacles", model.obstacles.count },
		{ "help", model.help.count },
		{ "next-steps", model.next_steps.count },
	};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		ck_assert_msg(lists[i].count > 0, "the test has nothing in %s", lists[i].name);
		expect_rows(lists[i].name, lists[i].count);
		expect_no_row_twice(lists[i].name);
	}
}
END_TEST

START_TEST(the_numbers_are_those_of_the_model)
{
	fill();
	compose(REPORT_STATUS, false);
	ck_assert_int_eq(cell("totals", 0, 1)->number, 4);
	ck_assert_int_eq(cell("totals", 1, 1)->number, (int64_t)model.totals.words[REPORT_PLANNED]);
	ck_assert_int_eq(cell("totals", 7, 1)->number, 1); /* overdue */
	for (size_t i = 0; i < model.domains.count; i++) {
		ck_assert_int_eq(cell("domains", i, 2)->number, (int64_t)model.domains.items[i].counts.measures);
		ck_assert_int_eq(cell("domains", i, 9)->number, (int64_t)model.domains.items[i].counts.overdue);
	}
	for (size_t i = 0; i < model.states.count; i++) {
		ck_assert_str_eq(cell("parts", i, 0)->text, model.states.items[i].id);
		ck_assert_int_eq(cell("parts", i, 4)->number, (int64_t)model.states.items[i].owed);
		ck_assert_int_eq(cell("parts", i, 8)->number, (int64_t)model.states.items[i].declined);
	}
}
END_TEST

START_TEST(a_row_tells_what_a_reader_looks_for)
{
	fill();
	compose(REPORT_STATUS, false);
	expect_text("moved", 0, 0, "CYB-01-M1");
	expect_text("moved", 0, 3, "no report");
	ck_assert_int_eq(cell("moved", 0, 4)->type, DOCUMENT_EMPTY); /* no report is not 0 % */
	expect_text("moved", 0, 9, "newly overdue");
	ck_assert(cell("moved", 0, 8)->alarm);
	expect_text("moved", 2, 7, "2026-08-01");
	expect_text("moved", 2, 9, "first due 2026-08-01; flood");
	expect_text("no-report", 0, 2, "KAZ*");
	expect_text("no-report", 1, 2, "TJK");
	expect_text("declined", 0, 3, "no unit");
	expect_text("measures", 1, 5, "KAZ: declined; TJK: no report");
	expect_text("measures", 1, 6, "in progress");
	ck_assert_int_eq(cell("measures", 1, 7)->number, 40);
	expect_text("measures", 1, 11, "2027-03-15"); /* it slipped */
	expect_text("measures", 0, 11, "");
	expect_text("measures", 1, 12, "1 / 2");
	expect_text("milestones", 0, 4, "met late");
	expect_text("milestones", 1, 4, "missed");
	ck_assert(cell("milestones", 1, 4)->alarm);
	expect_text("highest", 0, 0, "CYB-02");
	expect_text("highest", 0, 2, "3×5 = 15");
	ck_assert_str_eq(cell("highest", 0, 2)->colour, "#ff0000");
	expect_text("accepted", 0, 5, "open again");
	expect_text("next-steps", 0, 4, "2026-07-10");
}
END_TEST

START_TEST(figures_show_the_same_numbers)
{
	fill();
	compose(REPORT_STATUS, false);
	const struct document_figure *states = figure("states", DOCUMENT_BARS), *domains = figure("domains", DOCUMENT_BARS);
	const struct document_figure *heat = figure("states", DOCUMENT_HEAT), *matrix = figure("highest", DOCUMENT_MATRIX);
	const struct document_figure *timeline = figure("measures", DOCUMENT_TIMELINE);
	uint64_t sum = 0, unreported = 0;

	ck_assert(states && domains && heat && matrix && timeline);
	for (size_t i = 0; i < domains->bars.bars.count; i++) {
		unreported += domains->bars.bars.items[i].parts[0];
		for (size_t j = 0; j < domains->bars.part_count; j++)
			sum += domains->bars.bars.items[i].parts[j];
	}
	ck_assert_uint_eq(sum, model.totals.measures);
	ck_assert_uint_eq(unreported, model.totals.unreported);
	ck_assert_uint_eq(states->bars.bars.count, model.states.count);
	ck_assert_uint_eq(heat->heat.row_count, 2);    /* none is without a domain */
	ck_assert_uint_eq(heat->heat.column_count, 4); /* one is without a lead */
	ck_assert_str_eq(heat->heat.columns[3], "no lead");
	sum = 0;
	for (size_t i = 0; i < 8; i++)
		sum += heat->heat.values[i];
	ck_assert_uint_eq(sum, model.totals.measures);
	ck_assert_uint_eq(heat->heat.values[3], 1);
	ck_assert_uint_eq(matrix->matrix.points.count, 2); /* neither the closed one nor that without a level */
	ck_assert_str_eq(timeline->timeline.today, "2026-06-02");
	ck_assert_uint_eq(timeline->timeline.spans.count, 3); /* one has no day at all */
	const struct document_span *span = &timeline->timeline.spans.items[2];
	ck_assert_str_eq(span->id, "CYB-01-M2");
	ck_assert_str_eq(span->original_due, "2027-03-15");
	ck_assert_uint_eq(span->marks.count, 2);
	ck_assert(span->marks.items[0].done && !span->marks.items[1].done);
	ck_assert(timeline->timeline.spans.items[0].overdue);
}
END_TEST

START_TEST(a_heat_map_has_no_row_or_column_of_nothing)
{
	static const struct fixture_object led = { "measure", "CYB-01-M3", "{\"lead\":\"UZB\",\"risks\":[\"CYB-01\"],"
		                                                              "\"title\":" EN("Somebody's") "}" };
	static const uint64_t wanted[] = { 1, 0, 2, 0, 1, 0 };

	fill();
	fixture_put(&fixture, "2026-05-29T10:00:00Z", &led, 1);
	compose(REPORT_STATUS, false);
	const struct document_heat *heat = &figure("states", DOCUMENT_HEAT)->heat;
	ck_assert_uint_eq(heat->row_count, 2);
	ck_assert_uint_eq(heat->column_count, 3);
	for (size_t i = 0; i < 6; i++)
		ck_assert_uint_eq(heat->values[i], wanted[i]);
	/* Of Kazakhstan: the one that it leads, and one led by another. */
	compose_for(REPORT_STATUS, false, "KAZ");
	heat = &figure("states", DOCUMENT_HEAT)->heat;
	ck_assert_uint_eq(heat->column_count, 2);
	ck_assert_str_eq(heat->columns[0], "KAZ");
	ck_assert_str_eq(heat->columns[1], "another");
	ck_assert(heat->values[0] == 1 && heat->values[1] == 1);
}
END_TEST

START_TEST(a_joint_report_tells_its_chapters_in_the_place_of_others)
{
	fill();
	compose(REPORT_STATUS, true);
	expect_sound();
	ck_assert_str_eq(document.title, "Joint status report 2026-Q2");
	expect_rows("sources", model.states.count);
	expect_rows("voices", model.states.count);
	expect_rows("contradictions", model.conflicts.count);
	expect_rows("owed", model.owed.count);
	expect_rows("stand-ins", model.stand_ins.count);
	ck_assert_uint_gt(model.conflicts.count, 0);
	ck_assert_uint_gt(model.owed.count, 0);
	ck_assert_uint_gt(model.stand_ins.count, 0);
	expect_text("stand-ins", 0, 3, "declined");
	for (size_t i = 0; i < document.sections.count; i++) {
		ck_assert_str_ne(document.sections.items[i].name, "parts");
		ck_assert_str_ne(document.sections.items[i].name, "no-report");
	}
}
END_TEST

START_TEST(the_other_kinds_are_whole_too)
{
	size_t fields = 0, due = 0;

	fill();
	compose(REPORT_REGISTER, false);
	expect_sound();
	expect_rows("risks", model.risks.count);
	expect_rows("measures", 4);
	expect_rows("assessments", 1);
	ck_assert(cell("assessments", 0, 5)->alarm); /* another band */
	expect_rows("scenarios", 1);
	expect_text("scenarios", 0, 3, "Lights out");
	expect_text("risks", 2, 5, "not assessed");
	ck_assert(cell("risks", 0, 13)->alarm); /* its review is overdue */
	expect_rows("legend", model.scale.bands.count);

	compose(REPORT_MATRIX, false);
	expect_sound();
	expect_rows("moves", model.risks.count);
	ck_assert_ptr_nonnull(figure("matrix", DOCUMENT_MATRIX));

	compose(REPORT_CHANGES, false);
	expect_sound();
	for (size_t i = 0; i < model.changes.count; i++)
		if (model.changes.items[i].sort == REPORT_CHANGED)
			fields += model.changes.items[i].fields.count;
	ck_assert_uint_gt(fields, 0);
	expect_rows("changed", fields);
	expect_rows("new", 3);
	expect_rows("retired", 1);
	expect_text("retired", 0, 5, "gone");
	expect_no_row_twice("changed");
	expect_rows("users", model.authors.count);

	compose(REPORT_DUE, false);
	expect_sound();
	for (size_t i = 0; i < document.sections.count; i++)
		due += document.sections.items[i].blocks.items[0].table->cells.count / 6;
	ck_assert_uint_eq(due, model.due.count);
	ck_assert(cell("overdue", 0, 0)->alarm);
}
END_TEST

START_TEST(of_an_empty_store_every_document_says_that_there_is_nothing)
{
	static const struct fixture_object period = {
		"period", "quarter", "{\"months\":3,\"prefix\":\"Q\",\"required\":true,\"title\":" EN("Quarter") "}"
	};

	fixture_put(&fixture, "2026-02-10T10:00:00Z", &period, 1);
	for (int kind = 0; !REPORT_IS_DOSSIER(kind); kind++) {
		compose((enum report_kind)kind, false);
		expect_sound();
		ck_assert_uint_gt(document.sections.count, 0);
		for (size_t i = 0; i < document.sections.count; i++)
			for (size_t j = 0; j < document.sections.items[i].blocks.count; j++)
				ck_assert_int_ne(document.sections.items[i].blocks.items[j].type, DOCUMENT_FIGURE_BLOCK);
	}
}
END_TEST

/* Long texts come through whole: nothing in between has a size of its own. */
START_TEST(a_long_text_stays_whole)
{
	static char text[10001], body[11000];

	memset(text, 'x', sizeof text - 1);
	snprintf(body, sizeof body,
	         "{\"date\":\"2026-05-25\",\"obstacles\":{\"en\":\"%s\"},\"progress\":40,\"status\":\"in-progress\"}",
	         text);
	fill();
	fixture_put(&fixture, "2026-05-29T10:00:00Z",
	            &(struct fixture_object){ "status", "CYB-01-M1/KAZ", body }, 1);
	compose(REPORT_STATUS, false);
	expect_text("obstacles", 0, 3, text);
}
END_TEST

Suite *suite_compose(void);
Suite *suite_compose(void)
{
	Suite *suite = suite_create("compose");
	TCase *tests = tcase_create("documents");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_document_says_what_it_is_about);
	tcase_add_test(tests, every_list_of_the_status_report_is_there_whole_and_once);
	tcase_add_test(tests, the_numbers_are_those_of_the_model);
	tcase_add_test(tests, a_row_tells_what_a_reader_looks_for);
	tcase_add_test(tests, figures_show_the_same_numbers);
	tcase_add_test(tests, a_heat_map_has_no_row_or_column_of_nothing);
	tcase_add_test(tests, a_joint_report_tells_its_chapters_in_the_place_of_others);
	tcase_add_test(tests, the_other_kinds_are_whole_too);
	tcase_add_test(tests, of_an_empty_store_every_document_says_that_there_is_nothing);
	tcase_add_test(tests, a_long_text_stays_whole);
	suite_add_tcase(suite, tests);
	return suite;
}
