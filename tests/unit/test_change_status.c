/* A state's report on a measure: who may give it, what it may say, and who verifies
 * whose claim. */
#include "change_fixture.h"

Suite *suite_change_status(void);

START_TEST(a_report_belongs_to_who_takes_part)
{
	reported_as(NULL, "planned");
	has("status", "M1/UZB", "\"status\":\"planned\"");
	report_as(NULL, "Қазақстан", "In Progress");
	set("progress", "40");
	commit_end();
	has("status", "M1/KAZ", "\"progress\":40");
	has("status", "M1/KAZ", "\"status\":\"in-progress\"");

	report_as(NULL, "KGZ", "planned");
	refuse(QORGAN_BAD_DATA, "KGZ takes no part in M1: assign it first");
	begin();
	ck_fails(qorgan_change_status(change, "M7", NULL, "planned", NULL, &error), QORGAN_ABSENT, "there is no measure M7");
	ck_fails(qorgan_change_status(change, "M1", "Narnia", "planned", NULL, &error), QORGAN_BAD_DATA, "Narnia");
	ck_fails(qorgan_change_status(change, "M1", "UNRCCA", "planned", NULL, &error), QORGAN_BAD_DATA, "UNRCCA");
	end();
}
END_TEST

START_TEST(a_report_is_of_the_plan_as_the_same_change_has_it)
{
	begin();
	ck_ok(qorgan_change_assign(change, "M1", NULL, "KAZ,KGZ", NULL, &error));
	ck_ok(qorgan_change_status(change, "M1", "KGZ", "planned", NULL, &error));
	commit_end();
	begin();
	ck_ok(qorgan_change_unassign(change, "M1", "KGZ", &error));
	ck_ok(qorgan_change_status(change, "M1", "KGZ", "in-progress", NULL, &error));
	refuse(QORGAN_BAD_DATA, "KGZ takes no part in M1");
}
END_TEST

START_TEST(a_word_brings_its_own_fields)
{
	report_as(NULL, NULL, "nearly");
	refuse(QORGAN_BAD_DATA, "nearly");
	report_as(NULL, NULL, "on-hold");
	refuse(QORGAN_BAD_DATA, "reason: is required when the status is on-hold");
	report_as(NULL, NULL, "on_hold");
	set("reason", "no money");
	commit_end();
	has("status", "M1/UZB", "no money");
	reported_as(NULL, "in-progress");
	lacks("status", "M1/UZB", "no money");
	report_as(NULL, NULL, "in-progress");
	set("progress", "140");
	refuse(QORGAN_BAD_DATA, "progress");
	reported_as(NULL, "completed");
	has("status", "M1/UZB", "\"progress\":100");
	report_as(NULL, NULL, "completed");
	set("progress", "99");
	refuse(QORGAN_BAD_DATA, "progress");
	reported_as(NULL, "in-progress"); /* taken up again: the hundred is not true any more */
	lacks("status", "M1/UZB", "\"progress\":100");
	report_as(NULL, NULL, "in-progress"); /* all of it, and not called completed: that carries over as any other does */
	set("progress", "100");
	commit_end();
	reported_as(NULL, "in-progress");
	has("status", "M1/UZB", "\"progress\":100");
}
END_TEST

START_TEST(a_reason_is_that_of_its_word)
{
	report_as(NULL, NULL, "on-hold");
	set("reason", "no money");
	commit_end();
	reported_as(NULL, "on-hold");
	has("status", "M1/UZB", "no money");
	report_as(NULL, NULL, "cancelled");
	refuse(QORGAN_BAD_DATA, "reason: is required when the status is cancelled");
}
END_TEST

START_TEST(a_report_speaks_of_the_plan)
{
	report_as(NULL, NULL, "in-progress");
	set("milestones", "[{\"id\":\"m2\",\"done\":\"2026-07-01\"}]");
	refuse(QORGAN_BAD_DATA, "status M1/UZB: milestones[0].id: the measure has no milestone m2");
	report_as(NULL, NULL, "in-progress");
	set("indicators", "[{\"id\":\"i1\",\"value\":2},{\"id\":\"i7\",\"value\":2}]");
	refuse(QORGAN_BAD_DATA, "indicators[1].id: the measure has no indicator i7");
	report_as(NULL, NULL, "in-progress");
	set("milestones", "[{\"id\":\"m1\",\"done\":\"2026-07-01\"}]");
	set("indicators", "[{\"id\":\"i1\",\"value\":2}]");
	commit_end();
}
END_TEST

START_TEST(a_report_goes_as_far_as_its_measure_at_first)
{
	reported_as(NULL, "planned");
	has("status", "M1/UZB", "\"marking\":\"TLP:AMBER\",\"release\":[\"KAZ\"]");
	edit("status", "M1/UZB", "marking", "red");
	edit("status", "M1/UZB", "release", "");
	reported_as(NULL, "in-progress");
	has("status", "M1/UZB", "\"marking\":\"TLP:RED\"");
	lacks("status", "M1/UZB", "release");
}
END_TEST

START_TEST(a_report_of_another_day_does_not_repeat_the_last_ones_words)
{
	report_as(NULL, NULL, "in-progress");
	set("note", "two of five");
	set("obstacles", "customs");
	set("help", "a laboratory");
	set("next_steps", "[{\"title\":{\"en\":\"the third\"}}]");
	set("milestones", "[{\"id\":\"m1\",\"done\":\"2026-01-31\"}]");
	set("indicators", "[{\"id\":\"i1\",\"value\":2}]");
	set("progress", "40");
	commit_end();
	reported_as(NULL, "in-progress"); /* the same day: a correction */
	has("status", "M1/UZB", "two of five");

	begin();
	ck_ok(qorgan_change_status(change, "M1", NULL, "in-progress", "2026-01-20", &error));
	commit_end();
	has("status", "M1/UZB", "\"date\":\"2026-01-20\"");
	has("status", "M1/UZB", "\"progress\":40");
	has("status", "M1/UZB", "\"milestones\":[");
	has("status", "M1/UZB", "\"indicators\":[");
	lacks("status", "M1/UZB", "two of five");
	lacks("status", "M1/UZB", "customs");
	lacks("status", "M1/UZB", "laboratory");
	lacks("status", "M1/UZB", "next_steps");
}
END_TEST

START_TEST(to_report_work_is_to_take_the_part)
{
	report_as(NULL, NULL, "planned");
	set("consent", "declined");
	set("reason", "no staff");
	commit_end();
	reported_as(NULL, "planned");
	has("status", "M1/UZB", "no staff");
	reported_as(NULL, "in-progress");
	has("status", "M1/UZB", "\"consent\":\"accepted\"");
	lacks("status", "M1/UZB", "no staff");
}
END_TEST

/* The plan may be another's handiwork, which is checked when all is committed. */
START_TEST(a_part_in_what_is_no_plan_is_told)
{
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	ck_ok(qorgan_change_replace(change, "{\"lead\":7,\"risks\":[\"CYB-01\"],\"support\":[8,\"TJK\"],\"title\":{\"en\":\"x\"}}",
	                            &error));
	ck_fails(qorgan_change_consent(change, "M1", "KAZ", true, NULL, &error), QORGAN_BAD_DATA,
	         "lead is nobody, support TJK");
	end();
}
END_TEST

START_TEST(who_claims_does_not_verify)
{
	static const char only[] = "only what was reported as completed can be verified";
	static const char another[] = "another user must";

	report_as("aziz", NULL, "verified");
	refuse(QORGAN_BAD_DATA, only);
	reported_as("aziz", "in-progress");
	report_as("bota", NULL, "verified");
	refuse(QORGAN_BAD_DATA, only);

	reported_as("aziz", "completed");
	report_as("aziz", NULL, "verified");
	refuse(QORGAN_BAD_DATA, another);

	/* A word added by another is no claim of theirs. */
	report_as("bota", NULL, "completed");
	set("note", "seen the papers");
	commit_end();
	report_as("aziz", NULL, "verified");
	refuse(QORGAN_BAD_DATA, another);
	reported_as("bota", "verified");
	has("status", "M1/UZB", "\"status\":\"verified\"");

	/* What is verified stays so, whoever adds a word. */
	report_as("aziz", NULL, "verified");
	set("note", "thank you");
	commit_end();

	/* Taken up again and claimed anew, by the other. */
	reported_as("bota", "in-progress");
	reported_as("bota", "completed");
	report_as("bota", NULL, "verified");
	refuse(QORGAN_BAD_DATA, another);
	reported_as("aziz", "verified");
}
END_TEST

START_TEST(the_store_s_own_user_claims_too)
{
	reported_as(NULL, "completed");
	report_as(NULL, NULL, "verified");
	refuse(QORGAN_BAD_DATA, "another user must");
	report_as("tester", NULL, "verified"); /* the same by name */
	refuse(QORGAN_BAD_DATA, "another user must");
	reported_as("other", "verified");
}
END_TEST

Suite *suite_change_status(void)
{
	Suite *suite = suite_create("change status");
	TCase *cases = tcase_create("change status");

	tcase_add_checked_fixture(cases, set_up, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, a_report_belongs_to_who_takes_part);
	tcase_add_test(cases, a_report_is_of_the_plan_as_the_same_change_has_it);
	tcase_add_test(cases, a_word_brings_its_own_fields);
	tcase_add_test(cases, a_reason_is_that_of_its_word);
	tcase_add_test(cases, a_report_speaks_of_the_plan);
	tcase_add_test(cases, a_report_goes_as_far_as_its_measure_at_first);
	tcase_add_test(cases, a_report_of_another_day_does_not_repeat_the_last_ones_words);
	tcase_add_test(cases, to_report_work_is_to_take_the_part);
	tcase_add_test(cases, a_part_in_what_is_no_plan_is_told);
	tcase_add_test(cases, who_claims_does_not_verify);
	tcase_add_test(cases, the_store_s_own_user_claims_too);
	suite_add_tcase(suite, cases);
	return suite;
}
