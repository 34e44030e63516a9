/* Which of several states' objects counts: the copy that stands in, who speaks where nobody is
 * named, what is withdrawn, what is forged. */
#include "standing_fixture.h"

/* ---- The catalogue's copy --------------------------------------------------------------- */

START_TEST(a_copy_stands_in_until_its_keeper_comes)
{
	ours(LEAD("KAZ"));
	expect("UZB:C keeper KAZ");
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	expect("KAZ:C UZB:N keeper KAZ");
	ck_fails(theirs("KGZ", 1, LEAD("KGZ")), QORGAN_PROTOCOL, "KGZ sent a version of measure M-1, which KAZ keeps");
	ck_fails(theirs("KGZ", 1, LEAD("KAZ")), QORGAN_PROTOCOL, "which KAZ keeps");
	expect("KAZ:C UZB:N keeper KAZ");
}
END_TEST

START_TEST(what_this_state_keeps_is_nobody_elses)
{
	ours(LEAD("UZB"));
	ck_fails(theirs("KAZ", 1, LEAD("KAZ")), QORGAN_PROTOCOL, "which UZB keeps and has not handed over");
	ck_fails(theirs("KAZ", 2, LEAD("UZB")), QORGAN_PROTOCOL, "which UZB keeps");
	expect("UZB:C keeper UZB");
}
END_TEST

START_TEST(where_the_copy_names_nobody_it_says_how_to_agree)
{
	ours("{}");
	ck_fails(theirs("KAZ", 1, LEAD("KAZ")), QORGAN_PROTOCOL, "qorgan measure edit M-1 --lead KAZ");
	expect("UZB:C keeper ");
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	expect("KAZ:C UZB:N keeper KAZ");
}
END_TEST

START_TEST(where_none_is_named_each_speaks_for_itself)
{
	ours("{}");
	ck_ok(theirs("KAZ", 1, "{}"));
	expect("KAZ:A UZB:C keeper ");
}
END_TEST

START_TEST(without_a_copy_the_first_of_them_stands_for_all)
{
	ck_ok(theirs("KAZ", 1, "{}"));
	ck_ok(theirs("KGZ", 1, "{}"));
	expect("KAZ:C KGZ:A keeper ");
	withdraw("KAZ", 2);
	expect("KAZ:D KGZ:C keeper ");
	withdraw("KGZ", 2);
	expect("KAZ:D KGZ:D keeper ");
	ck_ok(theirs("KGZ", 3, "{}"));
	expect("KAZ:D KGZ:C keeper ");
}
END_TEST

/* Everything else must be judged by all versions of all who have the object. */
START_TEST(only_what_cannot_be_judged_otherwise_is_clear)
{
	static const struct {
		const char *state, *id, *body;
		uint32_t version;
		bool clear;
	} steps[] = {
		{ "KAZ", "A", LEAD("KAZ"), 1, true },  { "KAZ", "A", LEAD("KAZ"), 2, true },  { "KAZ", "A", LEAD("KGZ"), 3, false },
		{ "KAZ", "B", "{}", 3, true },         { "KAZ", "B", "{}", 4, false },        { "KAZ", "B", LEAD("KAZ"), 5, true },
		{ "KAZ", "C", LEAD("KGZ"), 2, false }, { "KAZ", "G", "{}", 1, true },         { "KGZ", "G", "{}", 1, false },
		{ "KGZ", "D", "{}", 1, true },         { "KAZ", KEPT, "{}", 1, false },
	};

	ours("{}");
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		ck_ok(theirs_in(steps[i].state, '1', "measure", steps[i].id, steps[i].version, steps[i].body));
		ck_assert_msg(clear_seen == steps[i].clear, "step %zu", i);
	}
	ck_ok(theirs_in("KAZ", '2', "measure", "A", 1, LEAD("KAZ"))); /* its new log */
	ck_assert(!clear_seen);
	ck_assert_int_eq(theirs_in("KGZ", '1', "measure", "E", 1, LEAD("KAZ")), QORGAN_PROTOCOL);
	ck_assert(!clear_seen);
	for (uint32_t version = 1; version <= 2; version++) { /* nobody keeps such objects */
		ck_ok(theirs_in("KGZ", '1', "period", "week", version, "{}"));
		ck_assert(clear_seen);
	}
}
END_TEST

START_TEST(what_was_withdrawn_is_not_clear)
{
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_assert(clear_seen);
	withdraw("KAZ", 2);
	ck_ok(theirs("KAZ", 3, LEAD("KAZ")));
	ck_assert(!clear_seen);
}
END_TEST

/* ---- Without a copy --------------------------------------------------------------------------- */

START_TEST(a_new_object_is_its_makers)
{
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	expect("KAZ:C keeper KAZ");
	ck_fails(theirs("KGZ", 1, LEAD("KGZ")), QORGAN_PROTOCOL, "which KAZ keeps");
}
END_TEST

START_TEST(a_hand_over_whose_beginning_is_withheld_counts)
{
	ck_ok(theirs("KAZ", 2, LEAD("KGZ")));
	expect("KAZ:C keeper KAZ");
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	expect("KAZ:F KGZ:C keeper KGZ");
}
END_TEST

START_TEST(what_was_taken_up_from_one_not_known_counts)
{
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	expect("KGZ:C keeper KGZ");
}
END_TEST

START_TEST(a_first_version_in_anothers_name_is_forged)
{
	ck_fails(theirs("KAZ", 1, LEAD("KGZ")), QORGAN_PROTOCOL, "which KGZ keeps and has not handed over");
	ck_fails(theirs_in("KAZ", '1', "status", "M-1/KGZ", 1, "{}"), QORGAN_PROTOCOL, "which KGZ keeps");
	ck_fails(theirs_in("KAZ", '1', "status", "M-1/KGZ", 7, "{}"), QORGAN_PROTOCOL, "which KGZ keeps");
	ck_fails(theirs_in("KAZ", '1', "assessment", "R-1/UZB", 3, "{}"), QORGAN_PROTOCOL, "which UZB keeps");
	ck_fails(theirs_in("TJK", '1', "proposal", "R-1/KAZ-p1", 2, "{\"state\":\"KAZ\"}"), QORGAN_PROTOCOL, "which KAZ keeps");
	ck_fails(theirs_in("TJK", '1', "answer", "R-1/TJK-p1-KAZ", 2, "{\"state\":\"KAZ\"}"), QORGAN_PROTOCOL, "which KAZ keeps");
	ck_ok(theirs_in("KAZ", '1', "status", "M-1/KAZ", 1, "{}"));
	/* One that nobody kept is not handed over by naming another. */
	ck_ok(theirs("KAZ", 1, "{}"));
	ck_fails(theirs("KAZ", 2, LEAD("KGZ")), QORGAN_PROTOCOL, "which KGZ keeps");
	expect("KAZ:C keeper ");
}
END_TEST

/* ---- Withdrawn ----------------------------------------------------------------------------------- */

START_TEST(what_is_withdrawn_does_not_count)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 2, LEAD("KAZ")));
	withdraw("KAZ", 3);
	expect("KAZ:D UZB:C keeper KAZ");
	ck_ok(theirs("KAZ", 4, LEAD("KAZ")));
	expect("KAZ:C UZB:N keeper KAZ");
	/* Just the version that is held: what it hangs on was taken back. */
	withdraw("KAZ", 4);
	expect("KAZ:D UZB:C keeper KAZ");
}
END_TEST

START_TEST(without_a_copy_nothing_is_left)
{
	ck_ok(theirs("KAZ", 2, LEAD("KAZ")));
	withdraw("KAZ", 2);
	expect("KAZ:D keeper KAZ");
}
END_TEST

START_TEST(the_hand_over_holds_when_the_former_is_withdrawn)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 2, LEAD("KGZ")));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	withdraw("KAZ", 3);
	expect("KAZ:D KGZ:C UZB:N keeper KGZ");
}
END_TEST

/* ---- A state that lost its key ---------------------------------------------------------------------- */

START_TEST(a_new_log_takes_the_place_of_the_former)
{
	ck_ok(theirs_in("KAZ", '1', "measure", KEPT, 5, LEAD("KAZ")));
	ck_ok(theirs_in("KAZ", '2', "measure", KEPT, 1, LEAD("KAZ")));
	expect("KAZ:N KAZ:C keeper KAZ");
	ours(LEAD("KAZ"));
	expect("KAZ:N KAZ:C UZB:N keeper KAZ");
}
END_TEST

START_TEST(a_new_log_takes_the_place_where_none_is_named)
{
	ck_ok(theirs_in("KAZ", '1', "measure", KEPT, 5, "{}"));
	ck_ok(theirs_in("KAZ", '2', "measure", KEPT, 1, "{}"));
	expect("KAZ:A KAZ:C keeper ");
}
END_TEST

/* ---- Verification --------------------------------------------------------------------------------- */

static void finding_take(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	buffer_append_format(context, "%s [%s]\n", what, object);
}

/* Whether verification finds what a row of the mirror was made. */
static void expect_found(bool is_found)
{
	struct qorgan_verification result;
	struct buffer told = { 0 };
	int code = qorgan_verify(store, finding_take, &told, &result, &error);
	bool found = told.size && strstr(buffer_text(&told), "what counts of several states' objects");

	ck_assert_msg(found == is_found && code == (is_found ? QORGAN_NO : QORGAN_OK), "%d %s: %s", code, error.message,
	              buffer_text(&told));
	buffer_free(&told);
}

/* As whoever has a reader's key could: `value` NULL removes the row. */
static void row_alter(const struct layout_mirror_object_key *key, const char *value, size_t size)
{
	struct seal_place place = { .table = ENGINE_MIRROR, .key = LAYOUT_SPAN(*key) };
	struct buffer sealed = { 0 };
	struct engine_txn *txn;

	seal_put(store->keys, store->id, &place, (struct span){ value ? value : "", size }, &sealed);
	ck_ok(engine_begin_write(store->engine, &txn, &error));
	if (value)
		ck_ok(engine_put(txn, ENGINE_MIRROR, place.key, buffer_span(&sealed), &error));
	else
		ck_ok(engine_delete(txn, ENGINE_MIRROR, LAYOUT_SPAN(*key), &error));
	ck_ok(engine_commit(txn, &error));
	buffer_free(&sealed);
}

START_TEST(verification_finds_who_was_made_to_count)
{
	static const char back[] = { 'b', 0, 0, 0, 0 }, dropped[] = { 'w', 0, 0, 0, 9 };
	struct vault_place own, kaz, other;
	struct vault_view *view;

	partner_put("KAZ");
	partner_put("KGZ");
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	expect("KAZ:C KGZ:W UZB:N keeper KAZ");
	expect_found(false);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_find(view, kind("measure"), span_of(KEPT), &kaz, &error));
	ck_ok(vault_find_own(view, kind("measure"), span_of(KEPT), &own, &error));
	ck_ok(vault_find_own(view, kind("domain"), span_of("X-1"), &other, &error));
	vault_view_end(view);
	struct layout_mirror_object_key own_back = layout_mirror_object('o', own.shard, own.number);
	struct layout_mirror_object_key other_back = layout_mirror_object('o', other.shard, other.number);
	struct layout_mirror_object_key kaz_back = layout_mirror_object('n', kaz.shard, kaz.number);
	struct layout_mirror_object_key kgz_back = layout_mirror_object('n', kaz.shard, kaz.number + 1);
	struct layout_mirror_object_key none_back = layout_mirror_object('n', kaz.shard, kaz.number + 7);

	row_alter(&kaz_back, back, sizeof back);
	expect_found(true);
	row_alter(&kgz_back, NULL, 0); /* and another made to count in its place */
	expect_found(true);
	row_alter(&kgz_back, back, sizeof back);
	row_alter(&kaz_back, dropped, sizeof dropped);
	expect_found(true);
	row_alter(&kaz_back, NULL, 0);
	expect_found(false);
	row_alter(&own_back, NULL, 0);
	row_alter(&other_back, "", 0); /* so that their number is right */
	expect_found(true);
	row_alter(&own_back, "", 0);
	expect_found(true);
	row_alter(&other_back, NULL, 0);
	row_alter(&none_back, back, sizeof back);
	expect_found(true);
	row_alter(&none_back, NULL, 0);
	expect_found(false);
}
END_TEST

Suite *suite_standing(void);
Suite *suite_standing(void)
{
	Suite *suite = suite_create("standing");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, fixture_empty, fixture_close);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, a_copy_stands_in_until_its_keeper_comes);
	tcase_add_test(all, what_this_state_keeps_is_nobody_elses);
	tcase_add_test(all, where_the_copy_names_nobody_it_says_how_to_agree);
	tcase_add_test(all, where_none_is_named_each_speaks_for_itself);
	tcase_add_test(all, without_a_copy_the_first_of_them_stands_for_all);
	tcase_add_test(all, only_what_cannot_be_judged_otherwise_is_clear);
	tcase_add_test(all, what_was_withdrawn_is_not_clear);
	tcase_add_test(all, a_new_object_is_its_makers);
	tcase_add_test(all, a_hand_over_whose_beginning_is_withheld_counts);
	tcase_add_test(all, what_was_taken_up_from_one_not_known_counts);
	tcase_add_test(all, a_first_version_in_anothers_name_is_forged);
	tcase_add_test(all, what_is_withdrawn_does_not_count);
	tcase_add_test(all, without_a_copy_nothing_is_left);
	tcase_add_test(all, the_hand_over_holds_when_the_former_is_withdrawn);
	tcase_add_test(all, a_new_log_takes_the_place_of_the_former);
	tcase_add_test(all, a_new_log_takes_the_place_where_none_is_named);
	tcase_add_test(all, verification_finds_who_was_made_to_count);
	suite_add_tcase(suite, all);
	return suite;
}
