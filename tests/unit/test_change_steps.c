/* The steps that a change can take besides setting fields: assigning, retiring,
 * restoring, notes, and the next free id. */
#include "change_fixture.h"

Suite *suite_change_steps(void);

/* ---- Who does it ---------------------------------------------------------------------- */

static void assigned(const char *lead, const char *support, const char *abstaining)
{
	begin();
	ck_ok(qorgan_change_assign(change, "M1", lead, support, abstaining, &error));
	commit_end();
}

START_TEST(assigning)
{
	assigned("kz", NULL, NULL); /* who leads supports no longer */
	has("measure", "M1", "\"lead\":\"KAZ\"");
	has("measure", "M1", "\"support\":[\"TJK\"]");
	assigned(NULL, "uz, Кыргызстан; TJK", NULL);
	has("measure", "M1", "\"support\":[\"KGZ\",\"TJK\",\"UZB\"]");
	assigned(NULL, NULL, "TJK,AZE");
	has("measure", "M1", "\"abstaining\":[\"AZE\",\"TJK\"]");
	has("measure", "M1", "\"support\":[\"KGZ\",\"UZB\"]");
	assigned("AZE", "TJK", NULL);
	has("measure", "M1", "\"lead\":\"AZE\"");
	has("measure", "M1", "\"support\":[\"TJK\"]");
	lacks("measure", "M1", "abstaining\":[\"");
	assigned(NULL, "", NULL);
	lacks("measure", "M1", "support");
	uint32_t version = version_of("measure", "M1");
	assigned("AZE", NULL, NULL);
	ck_assert(done.number == 0 && version_of("measure", "M1") == version);
}
END_TEST

START_TEST(assigning_refuses_what_contradicts_itself)
{
	begin();
	ck_assert_int_eq(qorgan_change_assign(change, "M1", NULL, NULL, NULL, &error), QORGAN_USAGE);
	ck_fails(qorgan_change_assign(change, "M8", "KAZ", NULL, NULL, &error), QORGAN_ABSENT, "M8");
	end();
	begin();
	ck_fails(qorgan_change_assign(change, "M1", NULL, "KAZ,Mordor", NULL, &error), QORGAN_BAD_DATA, "Mordor");
	ck_fails(qorgan_change_assign(change, "M1", "UNRCCA", NULL, NULL, &error), QORGAN_BAD_DATA, "UNRCCA");
	end();
	begin();
	ck_ok(qorgan_change_assign(change, "M1", "KAZ", "KAZ,TJK", NULL, &error));
	refuse(QORGAN_BAD_DATA, "KAZ leads the measure");
	begin();
	ck_ok(qorgan_change_assign(change, "M1", NULL, "KAZ,TJK", "TJK", &error));
	refuse(QORGAN_BAD_DATA, "TJK supports the measure");
	ck_assert_uint_eq(version_of("measure", "M1"), 1);
}
END_TEST

START_TEST(unassigning)
{
	begin();
	ck_fails(qorgan_change_unassign(change, "M1", "KGZ", &error), QORGAN_BAD_DATA, "KGZ takes no part in M1");
	end();
	begin();
	ck_fails(qorgan_change_unassign(change, "M1", "TJK,KGZ", &error), QORGAN_BAD_DATA, "KGZ takes no part in M1");
	end();
	begin();
	ck_ok(qorgan_change_unassign(change, "M1", "tj,UZB", &error));
	commit_end();
	lacks("measure", "M1", "\"lead\"");
	has("measure", "M1", "\"support\":[\"KAZ\"]");
	begin();
	ck_ok(qorgan_change_unassign(change, "M1", "Казахстан", &error));
	commit_end();
	lacks("measure", "M1", "support");
}
END_TEST

/* ---- Retiring, restoring, notes ------------------------------------------------------------ */

START_TEST(retiring_and_restoring)
{
	begin();
	ck_fails(qorgan_change_retire(change, "measure", "M3", "", &error), QORGAN_USAGE, "measure M3");
	ck_fails(qorgan_change_retire(change, "measure", "M8", "old", &error), QORGAN_ABSENT, "M8");
	end();
	begin();
	ck_ok(qorgan_change_retire(change, "measure", "M3", "merged with M2", &error));
	commit_end();
	has("measure", "M3", "\"retired\":\"merged with M2\"");

	begin();
	ck_fails(qorgan_change_restore(change, "measure", "M3", 9, &error), QORGAN_ABSENT, "measure M3 has no version 9");
	end();
	begin();
	ck_ok(qorgan_change_restore(change, "measure", "M3", 1, &error));
	commit_end();
	lacks("measure", "M3", "retired");
	ck_assert_uint_eq(version_of("measure", "M3"), 3);
	ck_assert_ptr_nonnull(strstr(body_of("measure", "M3", 2), "retired")); /* nothing is lost */
	char third[8192];
	snprintf(third, sizeof third, "%s", body_of("measure", "M3", 3));
	ck_assert_str_eq(body_of("measure", "M3", 1), third);

	reported_as(NULL, "planned");
	begin();
	ck_assert_int_eq(qorgan_change_retire(change, "status", "M1/UZB", "old", &error), QORGAN_USAGE);
	end();
}
END_TEST

START_TEST(restoring_a_plan_with_another_date)
{
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-06-01");
	set("due-reason", "the snow");
	commit_end();
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "2027-09-01");
	set("due-reason", "the flood");
	commit_end();
	begin();
	ck_ok(qorgan_change_restore(change, "measure", "M1", 2, &error));
	commit_end();
	has("measure", "M1", "\"due\":\"2027-06-01\"");
	has("measure", "M1", "\"original_due\":\"2027-03-01\"");
	has("measure", "M1", "restored from version 2");
	begin();
	turn("measure", "M1", QORGAN_EDIT);
	set("due", "");
	set("due-reason", "until further notice");
	commit_end();
	begin();
	ck_ok(qorgan_change_restore(change, "measure", "M1", 3, &error)); /* a date where there is none */
	commit_end();
	has("measure", "M1", "\"due\":\"2027-09-01\"");
	has("measure", "M1", "restored from version 3");
	begin();
	ck_ok(qorgan_change_restore(change, "measure", "M1", 5, &error)); /* and none where there is one */
	commit_end();
	lacks("measure", "M1", "\"due\":\"2027-09-01\"");
	has("measure", "M1", "restored from version 5");
	begin();
	ck_ok(qorgan_change_restore(change, "measure", "M1", 1, &error));
	commit_end();
	has("measure", "M1", "\"due\":\"2027-03-01\"");
}
END_TEST

static void note(const char *on, const char *text, const char *expected)
{
	char id[130];

	ck_ok(qorgan_change_note(change, on, text, id, &error));
	ck_assert_str_eq(id, expected);
}

START_TEST(notes_are_numbered)
{
	char id[130];

	for (int i = 1; i <= 3; i++) {
		char expected[20];
		begin();
		snprintf(expected, sizeof expected, "CYB-01/n%d", i);
		note("CYB-01", "a remark", expected);
		commit_end();
	}
	begin();
	note("M1", "on another", "M1/n1");
	commit_end();
	begin();
	ck_fails(qorgan_change_note(change, "CYB-01/n1", "no", id, &error), QORGAN_BAD_DATA, "CYB-01/n1");
	end();
}
END_TEST

START_TEST(two_notes_in_one_change_are_two)
{
	begin();
	note("CYB-01", "the first of two", "CYB-01/n1");
	note("CYB-01", "the second", "CYB-01/n2");
	commit_end();
	has("note", "CYB-01/n1", "the first of two");
	has("note", "CYB-01/n2", "the second");
}
END_TEST

START_TEST(a_note_is_on_something)
{
	char id[130];

	begin();
	int code = qorgan_change_note(change, "CYB-77", "lost", id, &error);
	if (!code)
		code = qorgan_change_commit(change, &done, &error);
	ck_assert_msg(code == QORGAN_ABSENT || code == QORGAN_BAD_DATA, "a note on nothing: %d", code);
	ck_assert_ptr_nonnull(strstr(error.message, "CYB-77"));
	end();
}
END_TEST

START_TEST(the_next_free_id)
{
	char id[130];

	ck_ok(qorgan_next_id(store, "risk", "CYB", id, &error));
	ck_assert_str_eq(id, "CYB-02");
	ck_ok(qorgan_next_id(store, "risk", "WAT", id, &error));
	ck_assert_str_eq(id, "WAT-01");
	ck_ok(qorgan_next_id(store, "measure", "CYB-01", id, &error));
	ck_assert_str_eq(id, "CYB-01-M1");
	ck_assert_int_eq(qorgan_next_id(store, "planet", "CYB", id, &error), QORGAN_USAGE);
	ck_assert_int_eq(qorgan_next_id(store, "risk", "A234567890123456789012345678901234567890123456789012345", id,
	                                &error), QORGAN_BAD_DATA);
}
END_TEST

Suite *suite_change_steps(void)
{
	Suite *suite = suite_create("change steps");
	TCase *cases = tcase_create("change steps");

	tcase_add_checked_fixture(cases, set_up, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, assigning);
	tcase_add_test(cases, assigning_refuses_what_contradicts_itself);
	tcase_add_test(cases, unassigning);
	tcase_add_test(cases, retiring_and_restoring);
	tcase_add_test(cases, restoring_a_plan_with_another_date);
	tcase_add_test(cases, notes_are_numbered);
	tcase_add_test(cases, two_notes_in_one_change_are_two);
	tcase_add_test(cases, a_note_is_on_something);
	tcase_add_test(cases, the_next_free_id);
	suite_add_tcase(suite, cases);
	return suite;
}
