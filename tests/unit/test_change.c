/* Changes of objects: modes, conflicts, references, dates and markings. */
#include <stdlib.h>

#include "change_fixture.h"

Suite *suite_change(void);

/* ---- Modes and versions ------------------------------------------------------- */

START_TEST(add_edit_and_put)
{
	begin();
	turn("domain", "WAT", QORGAN_ADD);
	set("title", "Water");
	commit();
	ck_assert(done.number == commits() && done.created == 1 && done.changed == 0 && done.unchanged == 0);
	end();
	ck_assert_str_eq(body_of("domain", "WAT", 0), "{\"title\":{\"en\":\"Water\"}}");

	begin();
	ck_fails(qorgan_change_object(change, "domain", "WAT", QORGAN_ADD, 0, &error), QORGAN_BAD_DATA,
	         "domain WAT exists already, at version 1");
	end();
	begin();
	ck_fails(qorgan_change_object(change, "domain", "FIR", QORGAN_EDIT, 0, &error), QORGAN_ABSENT,
	         "there is no domain FIR");
	end();

	begin();
	turn("domain", "WAT", QORGAN_PUT);
	set("title.ru", "Вода");
	turn("domain", "FIR", QORGAN_PUT);
	set("title", "Fire");
	commit();
	ck_assert(done.created == 1 && done.changed == 1 && done.unchanged == 0);
	end();
	ck_assert_str_eq(body_of("domain", "WAT", 2), "{\"title\":{\"en\":\"Water\",\"ru\":\"Вода\"}}");
	ck_assert_str_eq(body_of("domain", "WAT", 1), "{\"title\":{\"en\":\"Water\"}}");
}
END_TEST

START_TEST(what_is_no_object_is_refused)
{
	begin();
	ck_fails(qorgan_change_object(change, "planet", "X", QORGAN_ADD, 0, &error), QORGAN_USAGE, "planet");
	ck_fails(qorgan_change_object(change, "commit", "1", QORGAN_PUT, 0, &error), QORGAN_USAGE, "commit");
	ck_fails(qorgan_change_object(change, "risk", "A B", QORGAN_ADD, 0, &error), QORGAN_BAD_DATA, "A B");
	ck_fails(qorgan_change_object(change, "status", "M1", QORGAN_ADD, 0, &error), QORGAN_BAD_DATA, "M1");
	ck_assert_int_eq(qorgan_change_set(change, "title", "x", &error), QORGAN_USAGE);
	ck_assert_int_eq(qorgan_change_replace(change, "{}", &error), QORGAN_USAGE);
	turn("risk", "CYB-01", QORGAN_EDIT);
	ck_fails(qorgan_change_set(change, "titel", "x", &error), QORGAN_USAGE, "title");
	ck_fails(qorgan_change_set(change, "horizon", "soon", &error), QORGAN_BAD_DATA, "risk CYB-01");
	end();
	ck_fails(qorgan_change_begin(store, NULL, "a\x01message", &change, &error), QORGAN_BAD_DATA, "message");
	ck_fails(qorgan_change_begin(store, "no user", NULL, &change, &error), QORGAN_BAD_DATA, "no user");
}
END_TEST

/* What could not be turned to is no part of the change. */
START_TEST(a_failed_turn_leaves_the_change_as_it_was)
{
	begin();
	ck_assert_int_eq(qorgan_change_object(change, "domain", "FIR", QORGAN_EDIT, 0, &error), QORGAN_ABSENT);
	ck_assert_int_eq(qorgan_change_object(change, "domain", "FIR", QORGAN_EDIT, 0, &error), QORGAN_ABSENT);
	turn("domain", "WAT", QORGAN_ADD);
	set("title", "Water");
	commit();
	ck_assert(done.created == 1 && done.changed == 0);
	end();
	ck_assert_uint_eq(version_of("domain", "FIR"), 0);
}
END_TEST

START_TEST(the_same_again_writes_nothing)
{
	uint64_t before = commits();

	edit("risk", "CYB-01", "title.en", "Attack");
	ck_assert(done.number == 0 && done.unchanged == 1 && done.changed == 0 && done.created == 0);
	ck_assert_uint_eq(commits(), before);
	ck_assert_uint_eq(version_of("risk", "CYB-01"), 1);
}
END_TEST

START_TEST(two_who_change_the_same_object)
{
	struct qorgan_change *other;

	begin();
	ck_fails(qorgan_change_object(change, "risk", "CYB-01", QORGAN_EDIT, 7, &error), QORGAN_BUSY, "changed meanwhile");
	end();

	/* A change is the one writer from its beginning. */
	begin();
	ck_fails(qorgan_change_begin(store, "other", NULL, &other, &error), QORGAN_USAGE, "another change is open");
	end();

	/* Who saw version 1 does not overwrite what another made of it. */
	begin_as("other");
	turn("risk", "CYB-01", QORGAN_EDIT);
	set("title.en", "By another");
	commit_end();
	begin();
	ck_fails(qorgan_change_object(change, "risk", "CYB-01", QORGAN_EDIT, 1, &error), QORGAN_BUSY,
	         "it is at version 2");
	end();
	has("risk", "CYB-01", "By another");
}
END_TEST

START_TEST(a_change_is_whole_or_absent)
{
	begin();
	turn("domain", "WAT", QORGAN_ADD);
	set("title", "Water");
	turn("risk", "WAT-01", QORGAN_ADD);
	set("title", "Flood");
	set("domain", "WTA");
	refuse(QORGAN_BAD_DATA, "risk WAT-01: domain: there is no domain WTA");
	ck_assert_uint_eq(version_of("domain", "WAT"), 0);

	begin();
	turn("risk", "WAT-01", QORGAN_ADD);
	set("horizon", "3");
	refuse(QORGAN_BAD_DATA, "risk WAT-01: domain: is required; title: is required");

	/* So many faults that they are not all told. */
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("risks", "+NO-01,NO-02");
	set("milestones", "[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"},{\"id\":\"d\"},{\"id\":\"e\"},{\"id\":\"f\"},"
	                  "{\"id\":\"g\"},{\"id\":\"h\"},{\"id\":\"i\"},{\"id\":\"j\"},{\"id\":\"k\"},{\"id\":\"l\"}]");
	refuse(QORGAN_BAD_DATA, "milestones[3].due: is required");
	ck_assert_ptr_nonnull(strstr(error.message, " more)"));
}
END_TEST

START_TEST(an_object_as_a_whole)
{
	char *json;

	begin();
	turn("risk", "CYB-01", QORGAN_EDIT);
	ck_ok(qorgan_change_json(change, &json, &error));
	ck_assert_ptr_nonnull(strstr(json, "\"Attack\""));
	free(json);
	ck_ok(qorgan_change_replace(change, "{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"ru\":\"Атака\"}}",
	                            &error));
	commit_end();
	ck_assert_str_eq(body_of("risk", "CYB-01", 0), "{\"domain\":\"CYB\",\"title\":{\"ru\":\"Атака\"}}");

	begin();
	turn("risk", "CYB-01", QORGAN_EDIT);
	ck_fails(qorgan_change_replace(change, "{\"id\":\"CYB-02\",\"domain\":\"CYB\"}", &error), QORGAN_BAD_DATA, "CYB-02");
	ck_fails(qorgan_change_replace(change, "{\"domain\":", &error), QORGAN_BAD_DATA, "risk CYB-01");
	ck_fails(qorgan_change_replace(change, "{\"domain\":\"CYB\",\"domain\":\"CYB\"}", &error), QORGAN_BAD_DATA, "twice");
	ck_ok(qorgan_change_replace(change, "{\"domain\":\"CYB\",\"title\":{\"en\":\"x\"},\"colour\":\"red\"}", &error));
	refuse(QORGAN_BAD_DATA, "colour");
}
END_TEST

/* ---- References --------------------------------------------------------------- */

START_TEST(references_must_lead_somewhere)
{
	edit_refused("measure", "M1", "risks", "CYB-01,CYB-77", "there is no risk CYB-77");
	edit_refused("measure", "M1", "dependencies", "M9", "there is no measure M9");
	edit_refused("risk", "CYB-01", "domain", "WAT", "there is no domain WAT");
	edit_refused("measure", "M1", "lead", "Atlantis", "Atlantis");
	edit_refused("measure", "M1", "release", "UNRCCA,USA", "USA");

	/* What comes into being in the same change is there, whatever the order. */
	begin();
	turn("measure", "W1", QORGAN_ADD);
	set("title", "Gauges");
	set("risks", "WAT-01");
	turn("risk", "WAT-01", QORGAN_ADD);
	set("title", "Flood");
	set("domain", "WAT");
	turn("domain", "WAT", QORGAN_ADD);
	set("title", "Water");
	commit();
	ck_assert_uint_eq(done.created, 3);
	end();
}
END_TEST

START_TEST(measures_that_wait_for_one_another)
{
	static const char words[] = "depends on itself";

	edit_refused("measure", "M1", "dependencies", "M1", "measure cannot depend on itself");
	edit_refused("measure", "M1", "dependencies", "M2", words); /* M2 waits for M1, as stored */
	edit_refused("measure", "M1", "dependencies", "M3", words); /* by way of M2 */
	begin();
	for (int i = 0; i < 3; i++) {
		static const char *const ids[] = { "A", "B", "C" };
		turn("measure", ids[i], QORGAN_ADD);
		set("title", ids[i]);
		set("risks", "CYB-01");
		set("dependencies", ids[(i + 1) % 3]);
	}
	refuse(QORGAN_BAD_DATA, words);

	/* A diamond is no circle. */
	begin();
	turn("measure", "M4", QORGAN_ADD);
	set("title", "Fourth");
	set("risks", "CYB-01");
	set("dependencies", "M1,M2,M3");
	commit_end();
	edit_refused("measure", "M1", "dependencies", "M4", words);
}
END_TEST

START_TEST(an_order_of_measures_can_be_turned_round)
{
	begin();
	turn("measure", "M2", QORGAN_EDIT);
	set("dependencies", "");
	turn("measure", "M1", QORGAN_EDIT);
	set("dependencies", "M2");
	commit_end();
	has("measure", "M1", "\"dependencies\":[\"M2\"]");
	lacks("measure", "M2", "dependencies");
}
END_TEST

START_TEST(states_by_any_of_their_names)
{
	begin();
	turn("measure", "M2", QORGAN_EDIT);
	set("lead", "Узбекистан");
	set("support", "kg; Tojikiston;KAZAKHSTAN");
	set("release", "unrcca,Azərbaycan,tm");
	commit_end();
	has("measure", "M2", "\"lead\":\"UZB\"");
	has("measure", "M2", "\"support\":[\"KAZ\",\"KGZ\",\"TJK\"]");
	has("measure", "M2", "\"release\":[\"AZE\",\"TKM\",\"UNRCCA\"]");
	edit_refused("measure", "M2", "lead", "UNRCCA", "UNRCCA"); /* an observer leads nothing */
	edit_refused("measure", "M2", "support", "KAZ,Kazach", "Kazach");
}
END_TEST

/* ---- The due date --------------------------------------------------------------- */

START_TEST(a_due_date_moves_for_a_reason_and_the_first_stays)
{
	has("measure", "M1", "\"original_due\":\"2027-03-01\"");
	edit_refused("measure", "M1", "due", "2027-06-01", "due_reason");

	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-06-01");
	set("due-reason", "the snow");
	commit_end();
	has("measure", "M1", "\"due\":\"2027-06-01\",\"due_reason\":\"the snow\"");
	has("measure", "M1", "\"original_due\":\"2027-03-01\"");

	/* Each move has a reason of its own. */
	edit_refused("measure", "M1", "due", "2027-09-01", "due_reason");
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-09-01");
	set("due-reason", "the flood");
	commit_end();
	has("measure", "M1", "\"original_due\":\"2027-03-01\"");

	/* Other fields move on without one, and the first date is not for changing. */
	edit("measure", "M1", "title.en", "First of all");
	edit_refused("measure", "M1", "original_due", "2027-09-01", "original_due");
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	ck_ok(qorgan_change_replace(change, "{\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"x\"},\"due\":\"2027-12-01\","
	                                    "\"due_reason\":\"the wind\"}", &error));
	commit_end();
	has("measure", "M1", "\"original_due\":\"2027-03-01\"");

	/* Back to the first is a move as well; the reason of the last does not stay. */
	edit_refused("measure", "M1", "due", "2027-03-01", "due_reason");
	edit_refused("measure", "M1", "due", "", "due_reason");
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-03-01");
	set("due-reason", "");
	refuse(QORGAN_BAD_DATA, "due_reason");
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-03-01");
	set("due-reason", "a dry summer");
	commit_end();
	lacks("measure", "M1", "the wind");
	edit("measure", "M1", "title.en", "Still the first");
	has("measure", "M1", "a dry summer");
}
END_TEST

START_TEST(a_date_must_be_one)
{
	edit_refused("measure", "M1", "start", "2026-02-30", "2026-02-30");
	edit_refused("measure", "M1", "start", "2027-03-02", "before `start`");
	edit_refused("measure", "M1", "milestones", "[{\"id\":\"m1\",\"title\":{\"en\":\"x\"},\"due\":\"soon\"}]", "soon");
}
END_TEST

/* ---- Markings ----------------------------------------------------------------------------------- */

START_TEST(red_with_a_release_list_is_pointed_out)
{
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("marking", "red");
	commit();
	ck_assert_ptr_nonnull(done.warning);
	ck_assert_ptr_nonnull(strstr(done.warning, "measure M1 is marked TLP:RED and has a release list"));
	end();
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("release", "");
	commit();
	ck_assert_ptr_null(done.warning);
	end();
	edit_refused("measure", "M1", "marking", "purple", "purple");
}
END_TEST

START_TEST(nothing_is_taken_up_that_was_not_handed_over)
{
	begin();
	ck_fails(qorgan_change_take_up(change, "measure", "M1", &error), QORGAN_BAD_DATA, "kept by UZB already");
	end();
	begin();
	ck_fails(qorgan_change_take_up(change, "measure", "M77", &error), QORGAN_ABSENT, "there is no measure M77");
	end();
	begin();
	ck_fails(qorgan_change_take_up(change, "state", "KAZ", &error), QORGAN_USAGE, "a domain, a risk or a measure can");
	end();
}
END_TEST

Suite *suite_change(void)
{
	Suite *suite = suite_create("change");
	TCase *cases = tcase_create("change");

	tcase_add_checked_fixture(cases, set_up, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, add_edit_and_put);
	tcase_add_test(cases, what_is_no_object_is_refused);
	tcase_add_test(cases, a_failed_turn_leaves_the_change_as_it_was);
	tcase_add_test(cases, the_same_again_writes_nothing);
	tcase_add_test(cases, two_who_change_the_same_object);
	tcase_add_test(cases, a_change_is_whole_or_absent);
	tcase_add_test(cases, an_object_as_a_whole);
	tcase_add_test(cases, references_must_lead_somewhere);
	tcase_add_test(cases, measures_that_wait_for_one_another);
	tcase_add_test(cases, an_order_of_measures_can_be_turned_round);
	tcase_add_test(cases, states_by_any_of_their_names);
	tcase_add_test(cases, a_due_date_moves_for_a_reason_and_the_first_stays);
	tcase_add_test(cases, a_date_must_be_one);
	tcase_add_test(cases, red_with_a_release_list_is_pointed_out);
	tcase_add_test(cases, nothing_is_taken_up_that_was_not_handed_over);
	suite_add_tcase(suite, cases);
	return suite;
}
