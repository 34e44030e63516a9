/* Changes of objects: modes, conflicts, references, and the rules of the field. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "register_fixture.h"
#include "store/vault.h"

Suite *suite_change(void);

static const char catalogue[] =
	"{\"kind\":\"domain\",\"id\":\"CYB\",\"title\":{\"en\":\"Cyber\"}}\n"
	"{\"kind\":\"risk\",\"id\":\"CYB-01\",\"domain\":\"CYB\",\"title\":{\"en\":\"Attack\"}}\n"
	"{\"kind\":\"measure\",\"id\":\"M1\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"First\"},\"lead\":\"UZB\","
	"\"support\":[\"KAZ\",\"TJK\"],\"due\":\"2027-03-01\",\"marking\":\"TLP:AMBER\",\"release\":[\"KAZ\"],"
	"\"milestones\":[{\"id\":\"m1\",\"title\":{\"en\":\"Plan\"},\"due\":\"2026-12-01\"}],"
	"\"indicators\":[{\"id\":\"i1\",\"title\":{\"en\":\"Drills\"},\"unit\":\"drills\",\"target\":4}]}\n"
	"{\"kind\":\"measure\",\"id\":\"M2\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Second\"},"
	"\"dependencies\":[\"M1\"]}\n"
	"{\"kind\":\"measure\",\"id\":\"M3\",\"risks\":[\"CYB-01\"],\"title\":{\"en\":\"Third\"},"
	"\"dependencies\":[\"M2\"]}\n";

static struct qorgan_change *change;
static struct qorgan_commit done;

static void set_up(void)
{
	fixture_empty();
	fixture_load(catalogue);
}

static void begin_as(const char *user)
{
	ck_ok(qorgan_change_begin(store, user, "a test", &change, &error));
}

static void begin(void)
{
	begin_as(NULL);
}

static void turn(const char *kind, const char *id, enum qorgan_change_mode mode)
{
	ck_ok(qorgan_change_object(change, kind, id, mode, 0, &error));
}

static void set(const char *path, const char *text)
{
	ck_ok(qorgan_change_set(change, path, text, &error));
}

static void end(void)
{
	qorgan_change_free(change);
	change = NULL;
}

static void commit(void)
{
	ck_ok(qorgan_change_commit(change, &done, &error));
}

static void commit_end(void)
{
	commit();
	end();
}

static uint64_t commits(void)
{
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	uint64_t count = vault_view_commits(view);
	vault_view_end(view);
	return count;
}

/* The commit is refused, says why, and changes nothing. */
static void refuse(int code, const char *words)
{
	uint64_t before = commits();

	ck_fails(qorgan_change_commit(change, &done, &error), code, words);
	ck_assert_uint_eq(commits(), before);
	ck_assert_uint_eq(done.number, 0);
	end();
}

/* The number of the newest version; 0: there is no such object. */
static uint32_t version_of(const char *kind, const char *id)
{
	struct vault_place place = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	int code = vault_find(view, schema_find(kind, strlen(kind)), span_of(id), &place, &error);
	ck_assert(code == QORGAN_OK || code == QORGAN_ABSENT);
	vault_view_end(view);
	return place.version;
}

/* A version's body, canonical JSON; valid until the next call. */
static const char *body_of(const char *kind, const char *id, uint32_t version)
{
	static char text[8192];
	struct vault_record record = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, schema_find(kind, strlen(kind)), span_of(id), version, &record, &error));
	snprintf(text, sizeof text, "%.*s", (int)record.record.body.size, record.record.body.data);
	vault_record_free(&record);
	vault_view_end(view);
	return text;
}

static void has(const char *kind, const char *id, const char *words)
{
	const char *body = body_of(kind, id, 0);

	ck_assert_msg(strstr(body, words) != NULL, "%s lacks %s", body, words);
}

static void lacks(const char *kind, const char *id, const char *words)
{
	const char *body = body_of(kind, id, 0);

	ck_assert_msg(strstr(body, words) == NULL, "%s has %s", body, words);
}

/* One field of one object as a commit of its own. */
static void edit(const char *kind, const char *id, const char *path, const char *text)
{
	begin();
	turn(kind, id, QORGAN_EDIT);
	set(path, text);
	commit_end();
}

static void edit_refused(const char *kind, const char *id, const char *path, const char *text, const char *words)
{
	begin();
	turn(kind, id, QORGAN_EDIT);
	set(path, text);
	refuse(QORGAN_BAD_DATA, words);
}

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

/* ---- Reports ----------------------------------------------------------------------- */

static void report_as(const char *user, const char *state, const char *word)
{
	begin_as(user);
	ck_ok(qorgan_change_status(change, "M1", state, word, NULL, &error));
}

static void reported_as(const char *user, const char *word)
{
	report_as(user, NULL, word);
	commit_end();
}

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
	char third[4096];
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

/* ---- Evidence ---------------------------------------------------------------------------------- */

static char evidence_path[100];

static void evidence_write(const char *text)
{
	snprintf(evidence_path, sizeof evidence_path, "%s/minutes.txt", fixture_folder);
	FILE *file = fopen(evidence_path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static int piece_keep(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	(void)why;
	ck_assert_uint_eq(((struct buffer *)context)->size, offset);
	buffer_append_span(context, data);
	return QORGAN_OK;
}

static void expect_evidence(const char *id, const char *text)
{
	struct buffer content = { 0 };
	struct vault_view *view;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_evidence_read(view, span_of(id), piece_keep, &content, &error));
	vault_view_end(view);
	ck_assert_str_eq(buffer_text(&content), text);
	buffer_free(&content);
}

START_TEST(evidence_goes_as_far_as_its_report)
{
	char id[65], path[80], body[200];

	evidence_write("We met.\n");
	report_as(NULL, NULL, "in-progress");
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	snprintf(path, sizeof path, "+%s", id);
	set("evidence", path); /* the report is still what is turned to */
	set("progress", "10");
	commit();
	ck_assert_uint_eq(done.created, 2);
	end();
	/* printf 'We met.\n' | b2sum -l 256 */
	ck_assert_str_eq(id, "81ce2002d5d4c80fdf418962e3d758564d03ba715901b0f889132f240cfee4f1");
	has("status", "M1/UZB", id);
	snprintf(body, sizeof body, "{\"marking\":\"TLP:AMBER\",\"name\":\"minutes.txt\",\"release\":[\"KAZ\"],\"size\":8}");
	ck_assert_str_eq(body_of("evidence", id, 0), body);
	expect_evidence(id, "We met.\n");
}
END_TEST

START_TEST(the_same_content_is_on_record_once)
{
	char id[65], again[65], body[300];

	evidence_write("Twice.\n");
	begin();
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	commit_end();
	snprintf(body, sizeof body, "%s", body_of("evidence", id, 0));
	ck_assert_str_eq(body, "{\"name\":\"minutes.txt\",\"size\":7}");

	report_as(NULL, NULL, "planned");
	ck_ok(qorgan_change_attach(change, evidence_path, again, &error));
	commit();
	ck_assert(done.created == 1 && done.unchanged == 1);
	end();
	ck_assert_str_eq(id, again);
	ck_assert_str_eq(body_of("evidence", id, 0), body);
	expect_evidence(id, "Twice.\n");
}
END_TEST

START_TEST(evidence_that_is_not_there_or_changes)
{
	char id[65], lost[65];

	begin();
	ck_assert_int_eq(qorgan_change_attach(change, "/nowhere/at/all", lost, &error), QORGAN_ABSENT);
	end();
	evidence_write("before");
	begin();
	ck_ok(qorgan_change_attach(change, evidence_path, id, &error));
	evidence_write("behind");
	refuse(QORGAN_BUSY, "changed meanwhile");
	ck_assert_uint_eq(version_of("evidence", id), 0);
	report_as(NULL, NULL, "planned");
	memset(lost, 'a', 64);
	lost[64] = '\0';
	set("evidence", lost);
	refuse(QORGAN_BAD_DATA, lost);
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
	tcase_add_test(cases, a_report_belongs_to_who_takes_part);
	tcase_add_test(cases, a_report_is_of_the_plan_as_the_same_change_has_it);
	tcase_add_test(cases, a_word_brings_its_own_fields);
	tcase_add_test(cases, a_report_speaks_of_the_plan);
	tcase_add_test(cases, a_report_goes_as_far_as_its_measure_at_first);
	tcase_add_test(cases, a_report_of_another_day_does_not_repeat_the_last_ones_words);
	tcase_add_test(cases, to_report_work_is_to_take_the_part);
	tcase_add_test(cases, who_claims_does_not_verify);
	tcase_add_test(cases, the_store_s_own_user_claims_too);
	tcase_add_test(cases, assigning);
	tcase_add_test(cases, assigning_refuses_what_contradicts_itself);
	tcase_add_test(cases, unassigning);
	tcase_add_test(cases, retiring_and_restoring);
	tcase_add_test(cases, restoring_a_plan_with_another_date);
	tcase_add_test(cases, notes_are_numbered);
	tcase_add_test(cases, two_notes_in_one_change_are_two);
	tcase_add_test(cases, a_note_is_on_something);
	tcase_add_test(cases, the_next_free_id);
	tcase_add_test(cases, evidence_goes_as_far_as_its_report);
	tcase_add_test(cases, the_same_content_is_on_record_once);
	tcase_add_test(cases, evidence_that_is_not_there_or_changes);
	tcase_add_test(cases, red_with_a_release_list_is_pointed_out);
	tcase_add_test(cases, nothing_is_taken_up_that_was_not_handed_over);
	suite_add_tcase(suite, cases);
	return suite;
}
