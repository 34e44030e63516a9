/* What reports say of a small catalogue, whose every number was worked out by hand:
 * JSON, read back by Jansson. */
#include "catalogue_fixture.h"

Suite *suite_report(void);

START_TEST(the_head_says_what_was_looked_at)
{
	json_t *report = write_json((struct qorgan_report){ .kind = "status" });

	expect(report, "kind", "\"status\"");
	expect(report, "state", "\"UZB\"");
	expect(report, "state_title", "\"Uzbekistan\"");
	expect(report, "catalogue", "{\"id\":\"2026-2028\",\"title\":\"Catalogue\",\"notice\":\"Illustrative.\"}");
	expect(report, "period", "{\"label\":\"2026-Q2\",\"from\":\"2026-04-01\",\"to\":\"2026-06-30\"}");
	expect(report, "previous_period.label", "\"2026-Q1\"");
	expect(report, "as_of", "\"2026-06-02\"");
	expect(report, "cut_off", "\"2026-06-02\"");
	expect(report, "generated", "\"" TODAY "\"");
	expect(report, "marking", "\"TLP:AMBER\"");
	expect(report, "checkpoint.size", "24"); /* 20 and 2 versions, 2 commits */
	ck_assert_uint_eq(json_string_length(json_object_get(json_object_get(report, "checkpoint"), "root")), 64);
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q1", .as_of = "2026-05-01" });
	expect(report, "as_of", "\"2026-05-01\"");
	expect(report, "cut_off", "\"2026-03-31\"");
	json_decref(report);
}
END_TEST

START_TEST(measures_are_counted_by_domain_and_state)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2" });

	/* M10 is overdue and unreported, M2 in progress, M3 has no lead and so owes
	 * nobody's report, WAT-01-M1 has not begun; the retired one is not counted. */
	expect(report, "totals", "{\"measures\":4,\"planned\":3,\"in_progress\":1,\"completed\":0,\"verified\":0,"
	                         "\"on_hold\":0,\"cancelled\":0,\"overdue\":1,\"due_soon\":0,\"no_report\":1,"
	                         "\"unreported\":3}");
	expect(report, "domains.0.id", "\"CYB\"");
	expect(report, "domains.0.measures", "3");
	expect(report, "domains.0.risks", "2");
	/* The measure is named after WAT-01, although CYB-01 is the first of its risks. */
	expect(report, "domains.1.id", "\"WAT\"");
	expect(report, "domains.1.measures", "1");
	expect_count(report, "states", 3); /* an observer leads nothing */
	expect(report, "states.0.id", "\"KAZ\"");
	expect(report, "states.0.lead.overdue", "1");
	expect(report, "states.0.lead.no_report", "1");
	expect(report, "states.0.support.measures", "1");
	expect(report, "states.0.reports", "{\"owed\":1,\"received\":0}"); /* it declined the other */
	expect(report, "states.0.parts", "{\"offered\":1,\"accepted\":0,\"declined\":1}");
	expect(report, "states.1.reports", "{\"owed\":1,\"received\":1}");
	expect(report, "states.2.reports", "{\"owed\":1,\"received\":1}");
	expect(report, "parts", "{\"offered\":2,\"accepted\":2,\"declined\":1}");
	expect_count(report, "no_report", 1);
	expect(report, "no_report.0", "{\"measure\":\"CYB-01-M10\",\"title\":\"Exchange\",\"state\":\"KAZ\","
	                              "\"role\":\"lead\",\"due\":\"2026-05-10\"}");
	expect(report, "declined.0.reason", "\"no unit\"");
	expect_count(report, "measures_without_lead", 1);
	expect(report, "measures_without_lead.0.id", "\"CYB-01-M3\"");
	json_decref(report);
}
END_TEST

START_TEST(what_moved_is_told_with_what_it_was)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2" });

	expect_count(report, "moved", 3);
	expect(report, "moved.0.id", "\"CYB-01-M2\"");
	expect(report, "moved.0.progress_before", "10");
	expect(report, "moved.0.progress", "40");
	expect(report, "moved.0.newly_overdue", "false");
	expect(report, "moved.1.id", "\"CYB-01-M10\"");
	expect(report, "moved.1.newly_overdue", "true");
	expect(report, "moved.1.status", "null");
	expect(report, "moved.2", "{\"id\":\"WAT-01-M1\",\"title\":\"Sensors\",\"lead\":\"TJK\",\"status_before\":null,"
	                          "\"status\":null,\"progress_before\":null,\"progress\":null,\"newly_overdue\":false,"
	                          "\"due_moved\":true,\"due_before\":\"2026-12-01\",\"due\":\"2027-02-01\","
	                          "\"original_due\":\"2026-12-01\",\"due_reason\":\"flood\"}");
	json_decref(report);
}
END_TEST

START_TEST(indicators_and_milestones_are_set_against_the_plan)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2" });

	expect_count(report, "indicators", 2);
	expect(report, "indicators.0", "{\"measure\":\"CYB-01-M2\",\"id\":\"i1\",\"title\":\"Drills\",\"unit\":\"drills\","
	                               "\"state\":\"UZB\",\"date\":\"2026-05-25\",\"baseline\":10,\"target\":30,"
	                               "\"value\":25,\"percent\":75}");
	expect(report, "indicators.1.value", "null");
	expect(report, "indicators.1.baseline", "null");
	/* m0 was missed in the period before, m1 came five days late, m2 was missed,
	 * m3 is said to be reached on a day to come. */
	expect_count(report, "milestones", 2);
	expect(report, "milestones.0.id", "\"m1\"");
	expect(report, "milestones.0.met", "true");
	expect(report, "milestones.0.late", "true");
	expect(report, "milestones.1.id", "\"m2\"");
	expect(report, "milestones.1.met", "false");
	expect(report, "obstacles.0", "{\"measure\":\"CYB-01-M2\",\"title\":\"=Drills\",\"state\":\"UZB\","
	                              "\"date\":\"2026-05-25\",\"text\":\"No funds\"}");
	expect(report, "help.0.text", "\"Trainers\"");
	expect(report, "next_steps.0.due", "\"2026-07-10\"");
	json_decref(report);
}
END_TEST

START_TEST(risks_are_listed_by_what_they_need)
{
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2" });

	expect_count(report, "risks_without_measure", 1); /* the closed one needs none */
	expect(report, "risks_without_measure.0.id", "\"CYB-02\"");
	expect_count(report, "highest_risks", 3);
	expect(report, "highest_risks.0.id", "\"CYB-02\"");
	expect(report, "highest_risks.0.residual", "{\"likelihood\":3,\"impact\":5,\"score\":15,\"band\":\"High\"}");
	expect(report, "highest_risks.1.id", "\"CYB-01\"");
	expect(report, "highest_risks.2.residual.band", "\"Low\"");
	expect(report, "accepted.0.acceptance",
	       "{\"role\":\"Minister\",\"reason\":\"Too dear\",\"until\":\"2026-03-31\",\"expired\":true}");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q1" });
	expect(report, "accepted.0.acceptance.expired", "false");
	json_decref(report);
}
END_TEST

START_TEST(a_past_period_stays_as_it_was)
{
	struct qorgan_report asked = { .kind = "status", .period = "2026-Q1", .format = "json", .as_of = "2026-03-31" };
	json_t *before = write_json(asked);

	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *after = write_json(asked);
	/* The log has grown since; all else is the same, to the day. */
	json_object_del(before, "checkpoint");
	json_object_del(after, "checkpoint");
	ck_assert(json_equal(before, after));
	expect(after, "indicators.0.percent", "25");
	expect(after, "totals.in_progress", "1");
	json_decref(before);
	json_decref(after);

	/* Without --as-of too: what speaks of a later day does not reach back. */
	asked.as_of = NULL;
	json_t *report = write_json(asked);
	expect(report, "moved.0.progress", "10");
	expect(report, "states.1.reports", "{\"owed\":1,\"received\":0}");
	expect(report, "totals.overdue", "0");
	json_decref(report);
	/* What was recorded after the moment asked for is not there at all. */
	asked.as_of = "2026-03-25T09:59:59Z";
	report = write_json(asked);
	expect_count(report, "moved", 0);
	json_decref(report);
	asked.as_of = "2026-03-25"; /* a day is meant to its end */
	report = write_json(asked);
	expect_count(report, "moved", 1);
	json_decref(report);
	asked.as_of = "2026-01-31";
	report = write_json(asked);
	expect(report, "totals.measures", "0");
	json_decref(report);
}
END_TEST

START_TEST(a_plan_recorded_late_counts_as_it_was_first)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2025-Q4" });

	expect(report, "totals.measures", "4");
	expect(report, "totals.no_report", "0"); /* nothing had begun */
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "due", .period = "2025-Q4" });
	const json_t *item;
	size_t i;
	json_array_foreach (json_object_get(report, "items"), i, item)
		if (strcmp(json_string_value(json_object_get(item, "id")), "WAT-01-M1") == 0)
			ck_assert_str_eq(json_string_value(json_object_get(item, "date")), "2026-12-01");
	json_decref(report);
}
END_TEST

START_TEST(only_the_first_period_calls_a_measure_newly_overdue)
{
	today = "2026-07-20T10:00:00Z";
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q3" });

	expect(report, "totals.overdue", "1");
	expect_count(report, "moved", 0);
	json_decref(report);
}
END_TEST

START_TEST(a_report_is_narrowed_to_a_domain_or_a_state)
{
	json_t *report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2", .domain = "WAT" });

	expect(report, "totals.measures", "1");
	expect_count(report, "domains", 1);
	expect_count(report, "highest_risks", 1);
	json_decref(report);
	/* In CYB it counts by the other of its risks. */
	report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2", .domain = "CYB" });
	expect(report, "totals.measures", "4");
	expect(report, "domains.0.measures", "4");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2", .state = "казахстан" });
	expect(report, "filter.state", "\"KAZ\"");
	expect(report, "totals.measures", "2");
	expect_count(report, "states", 1);
	expect(report, "parts", "{\"offered\":1,\"accepted\":0,\"declined\":1}");
	expect_count(report, "highest_risks", 1);
	json_decref(report);
}
END_TEST

START_TEST(register_and_matrix_show_every_risk)
{
	json_t *report = write_json((struct qorgan_report){ .kind = "register", .period = "2026-Q2" });

	expect_count(report, "risks", 4);
	expect(report, "risks.0.id", "\"CYB-01\"");
	expect(report, "risks.0.measures", "4");
	expect(report, "risks.0.review_overdue", "true");
	expect(report, "risks.0.inherent.band", "\"High\"");
	expect(report, "risks.1.inherent", "null");
	expect(report, "risks.2.id", "\"WAT-01\"");
	expect(report, "risks.2.measures", "1");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "matrix", .period = "2026-Q2" });
	expect(report, "scale.bands.1", "{\"from\":12,\"title\":\"High\",\"colour\":\"#ff0000\"}");
	expect(report, "cells.residual.14", "{\"likelihood\":3,\"impact\":5,\"risks\":[\"CYB-02\"]}");
	expect(report, "cells.inherent.24.risks", "[\"CYB-01\"]");
	expect(report, "cells.target.6.risks", "[\"CYB-01\"]");
	json_decref(report);
}
END_TEST

/* Low is below 12, High from 12 on; CYB-01 is agreed at 12, CYB-02 at 15. */
static const struct fixture_object assessments[] = {
	{ "assessment", "CYB-01/TJK", "{\"date\":\"2026-05-02\",\"impact\":2,\"likelihood\":3,\"marking\":\"TLP:AMBER+STRICT\","
	  "\"note\":" EN("Seen once") "}" },
	{ "assessment", "CYB-01/KAZ", "{\"date\":\"2026-05-01\",\"impact\":5,\"likelihood\":4}" },
	{ "assessment", "WAT-02/KAZ", "{\"date\":\"2026-05-03\",\"impact\":1,\"likelihood\":1}" },
	{ "assessment", "CYB-02/KAZ", "{\"date\":\"2026-07-03\",\"impact\":1,\"likelihood\":1}" },
};

START_TEST(states_that_differ_are_shown_beside_the_agreed_level)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", assessments);
	json_t *report = write_json((struct qorgan_report){ .kind = "register", .period = "2026-Q2" });

	expect(report, "risks.0.assessments.0", "{\"state\":\"KAZ\",\"level\":{\"likelihood\":4,\"impact\":5,"
	       "\"score\":20,\"band\":\"High\"},\"differs\":false,\"confidence\":null,\"date\":\"2026-05-01\",\"note\":null}");
	expect(report, "risks.0.assessments.1.state", "\"TJK\"");
	expect(report, "risks.0.assessments.1.differs", "true");
	expect(report, "risks.0.assessments.1.note", "\"Seen once\"");
	expect(report, "risks.1.assessments", "[]"); /* it speaks of a later day */
	expect(report, "marking", "\"TLP:AMBER+STRICT\"");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "matrix", .period = "2026-Q1" });
	expect(report, "risks.0.assessments", "[]");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "status", .period = "2026-Q2" });
	expect(report, "highest_risks.0.id", "\"CYB-02\"");
	expect(report, "highest_risks.1.assessments.0.state", "\"KAZ\"");
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "changes", .period = "2026-Q2", .domain = "CYB" });
	expect_count(report, "changes", 3);
	expect(report, "changes.0.kind", "\"assessment\"");
	expect(report, "changes.0.state", "\"KAZ\"");
	json_decref(report);
}
END_TEST

START_TEST(changes_are_told_by_field)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "changes", .period = "2026-Q2" });

	expect_count(report, "changes", 4);
	expect(report, "changes.0.id", "\"WAT\"");
	expect(report, "changes.0.change", "\"retired\"");
	expect(report, "changes.1.id", "\"WAT-01-M1\"");
	expect(report, "changes.1.version", "2");
	expect(report, "changes.1.fields.0.path", "\"due\"");
	expect(report, "changes.1.fields.0.before", "\"2026-12-01\"");
	expect(report, "changes.1.fields.0.after", "\"2027-02-01\"");
	expect(report, "changes.2.id", "\"CYB-01-M2/TJK\"");
	expect(report, "changes.2.change", "\"new\"");
	expect(report, "changes.2.state", "\"TJK\"");
	expect(report, "changes.3.change", "\"changed\"");
	expect(report, "users", "[{\"user\":\"anna\",\"commits\":1,\"versions\":4}]");
	expect(report, "states.0", "{\"state\":\"TJK\",\"new\":1,\"changed\":1,\"retired\":1}");
	bool found = false;
	const json_t *field;
	size_t i;
	json_array_foreach (json_object_get(json_array_get(json_object_get(report, "changes"), 3), "fields"), i, field)
		if (strcmp(json_string_value(json_object_get(field, "path")), "obstacles.en") == 0) {
			found = true;
			ck_assert_str_eq(json_string_value(json_object_get(field, "after")), "No funds");
		}
	ck_assert(found);
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "changes", .period = "2026-Q2", .domain = "CYB" });
	expect_count(report, "changes", 3); /* the measure is in CYB by one of its risks */
	json_decref(report);
	report = write_json((struct qorgan_report){ .kind = "changes", .period = "2026-Q1" });
	expect_count(report, "changes", 22);
	json_decref(report);
}
END_TEST

START_TEST(the_calendar_is_in_order_and_marks_what_is_late)
{
	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	json_t *report = write_json((struct qorgan_report){ .kind = "due", .period = "2026-Q2" });
	static const char *const wanted[] = {
		"2026-03-01 milestone CYB-01-M2 m0 true false",
		"2026-03-31 acceptance CYB-02 true false",
		"2026-04-15 review CYB-01 true false",
		"2026-05-10 measure CYB-01-M10 true false",
		"2026-05-20 milestone CYB-01-M2 m2 true false",
		"2026-06-30 report 2026-Q2 false false",
		"2026-08-01 measure CYB-01-M3 false true",
		"2026-09-01 milestone CYB-01-M2 m3 false true",
		"2027-02-01 measure WAT-01-M1 false true",
		"2027-06-15 measure CYB-01-M2 false true",
	};
	const json_t *item;
	size_t i;

	expect_count(report, "items", sizeof wanted / sizeof wanted[0]);
	json_array_foreach (json_object_get(report, "items"), i, item) {
		char line[200];
		snprintf(line, sizeof line, "%s %s %s %s %s", json_string_value(json_object_get(item, "date")),
		         json_string_value(json_object_get(item, "event")), json_string_value(json_object_get(item, "id")),
		         json_is_true(json_object_get(item, "overdue")) ? "true" : "false",
		         json_is_true(json_object_get(item, "later")) ? "true" : "false");
		ck_assert_str_eq(line, wanted[i]);
	}
	expect(report, "items.5.state", "\"KAZ\"");
	expect(report, "items.5.count", "1");
	expect(report, "items.1.days", "-63");
	json_decref(report);
	today = "2026-05-10T23:00:00Z"; /* what is due today is not late */
	report = write_json((struct qorgan_report){ .kind = "due", .period = "2026-Q2" });
	expect(report, "items.4.id", "\"CYB-01-M10\"");
	expect(report, "items.4.days", "0");
	expect(report, "items.4.overdue", "false");
	json_decref(report);
}
END_TEST

START_TEST(what_cannot_be_reported_is_refused)
{
	static const struct {
		struct qorgan_report report;
		int code;
		const char *part;
	} wrong[] = {
		{ { .kind = "statsu" }, QORGAN_BAD_DATA, "did you mean \"status\"" },
		{ { .format = "odt" }, QORGAN_BAD_DATA, "text, csv, json" },
		{ { .period = "2026-Q5" }, QORGAN_BAD_DATA, "2026-Q1 to 2026-Q4" },
		{ { .as_of = "2026-02-30" }, QORGAN_BAD_DATA, "2026-02-30" },
		{ { .as_of = "yesterday" }, QORGAN_BAD_DATA, "neither a date nor a moment" },
		{ { .domain = "CBY" }, QORGAN_ABSENT, "did you mean \"CYB\"" },
		{ { .state = "ZZZ" }, QORGAN_BAD_DATA, "ZZZ" },
		{ { .state = "UNRCCA" }, QORGAN_BAD_DATA, "observer" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char *text = NULL;
		int code = write_code(wrong[i].report, NULL, &text);
		ck_assert_msg(code == wrong[i].code, "%zu gave %d %s", i, code, fixture.error.message);
		ck_assert_msg(strstr(fixture.error.message, wrong[i].part) != NULL, "%s", fixture.error.message);
		ck_assert_str_eq(text, "");
		free(text);
	}
}
END_TEST

Suite *suite_report(void)
{
	Suite *suite = suite_create("report");
	TCase *tests = tcase_create("reports");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, the_head_says_what_was_looked_at);
	tcase_add_test(tests, measures_are_counted_by_domain_and_state);
	tcase_add_test(tests, what_moved_is_told_with_what_it_was);
	tcase_add_test(tests, indicators_and_milestones_are_set_against_the_plan);
	tcase_add_test(tests, risks_are_listed_by_what_they_need);
	tcase_add_test(tests, a_past_period_stays_as_it_was);
	tcase_add_test(tests, a_plan_recorded_late_counts_as_it_was_first);
	tcase_add_test(tests, only_the_first_period_calls_a_measure_newly_overdue);
	tcase_add_test(tests, a_report_is_narrowed_to_a_domain_or_a_state);
	tcase_add_test(tests, register_and_matrix_show_every_risk);
	tcase_add_test(tests, states_that_differ_are_shown_beside_the_agreed_level);
	tcase_add_test(tests, changes_are_told_by_field);
	tcase_add_test(tests, the_calendar_is_in_order_and_marks_what_is_late);
	tcase_add_test(tests, what_cannot_be_reported_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
