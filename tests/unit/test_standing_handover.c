/* Hand-overs: chains of keepers in any order of arrival, what is withheld of them, and who
 * may have been deceived. */
#include "standing_fixture.h"

/* KAZ hands over to KGZ, KGZ to TJK, TJK back to KAZ: in every order of arrival. */
START_TEST(a_chain_holds_in_any_order)
{
	static const struct {
		const char *state;
		uint32_t version;
		const char *body;
	} steps[] = {
		{ "KAZ", 1, LEAD("KAZ") }, { "KAZ", 2, LEAD("KGZ") }, { "KGZ", 1, TAKEN("KGZ", "KAZ", "2") },
		{ "KGZ", 2, LEAD("TJK") }, { "TJK", 1, TAKEN("TJK", "KGZ", "2") }, { "TJK", 2, LEAD("KAZ") },
		{ "KAZ", 3, TAKEN("KAZ", "TJK", "2") },
	};
	static const uint8_t orders[][7] = {
		{ 0, 1, 2, 3, 4, 5, 6 }, { 2, 3, 0, 1, 4, 5, 6 }, { 4, 5, 2, 3, 0, 1, 6 }, { 0, 1, 6, 4, 5, 2, 3 },
		{ 2, 3, 4, 5, 0, 1, 6 },
	};

	ours(LEAD("KAZ"));
	for (size_t i = 0; i < 7; i++) {
		size_t at = orders[_i][i];
		ck_ok(theirs(steps[at].state, steps[at].version, steps[at].body));
	}
	expect("KAZ:C KGZ:F TJK:F UZB:N keeper KAZ");
}
END_TEST

/* The one takes up while the other takes back, and neither knows yet. */
START_TEST(what_is_taken_back_too_late_is_the_takers)
{
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KAZ", 2, LEAD("UZB")));
	ours(TAKEN("UZB", "KAZ", "2"));
	expect("KAZ:F UZB:C keeper UZB");
	ck_ok(theirs("KAZ", 3, LEAD("KAZ")));
	expect("KAZ:F UZB:C keeper UZB");
	ck_fails(theirs("KGZ", 1, LEAD("KGZ")), QORGAN_PROTOCOL, "which UZB keeps");
}
END_TEST

/* The first version of who took it up was not for this state; one that hands it on is. */
START_TEST(a_withheld_take_up_counts_by_what_comes_after)
{
	ours(LEAD("UZB"));
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 2, TAKEN("UZB", "UZB", "2")));
	expect("KAZ:C UZB:F keeper KAZ");
	ours(TAKEN("UZB", "KAZ", "2"));
	expect("KAZ:F UZB:C keeper UZB");
}
END_TEST

/* Not by whose log came first. */
START_TEST(of_two_makers_the_first_to_come_counts)
{
	ck_ok(theirs_in("KGZ", '1', "measure", "M-2", 1, LEAD("KGZ")));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_fails(theirs("KGZ", 1, LEAD("KGZ")), QORGAN_PROTOCOL, "which KAZ keeps and has not handed over");
	expect("KAZ:C keeper KAZ");
}
END_TEST

START_TEST(each_step_passes_it_on)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KAZ", 2, LEAD("KGZ")));
	expect("KAZ:C UZB:N keeper KAZ"); /* offered, and not taken up yet */
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	expect("KAZ:F KGZ:C UZB:N keeper KGZ");
	ck_fails(theirs("TJK", 1, TAKEN("TJK", "KAZ", "2")), QORGAN_PROTOCOL, "which KGZ keeps");
}
END_TEST

/* As take_up.c writes it. */
START_TEST(it_is_handed_to_this_state_and_back)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KAZ", 2, LEAD("UZB")));
	ours(TAKEN("UZB", "KAZ", "2"));
	expect("KAZ:F UZB:C keeper UZB");
	ours(LEAD("KAZ"));
	expect("KAZ:F UZB:C keeper UZB");
	ck_ok(theirs("KAZ", 3, TAKEN("KAZ", "UZB", "3")));
	expect("KAZ:C UZB:F keeper KAZ");
}
END_TEST

START_TEST(a_take_up_waits_for_what_was_not_handed_over_yet)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "2")));
	expect("KGZ:W UZB:C keeper KAZ");
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	expect("KAZ:C KGZ:W UZB:N keeper KAZ");
	ck_ok(theirs("KAZ", 3, LEAD("KGZ"))); /* the version 2 is withheld from here */
	expect("KAZ:C KGZ:W UZB:N keeper KAZ");
	ck_ok(theirs("KAZ", 2, LEAD("KGZ")));
	expect("KAZ:F KGZ:C UZB:N keeper KGZ");
}
END_TEST

START_TEST(a_take_up_of_what_was_not_for_the_taker_is_refused)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs("KAZ", 2, LEAD("KGZ")));
	ck_fails(theirs("TJK", 1, TAKEN("TJK", "KAZ", "2")), QORGAN_PROTOCOL, "which KAZ keeps");
	ck_fails(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "1")), QORGAN_PROTOCOL, "which KAZ keeps");
	expect("KAZ:C UZB:N keeper KAZ");
}
END_TEST

static void found_out(const char *state)
{
	struct vault_change *change;
	struct mirror_log log;
	char origin[80];

	snprintf(origin, sizeof origin, "qorgan/%s/%032d", state, 1);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_log_find(vault_change_view(change), origin, &log, &error));
	log.forked = true;
	ck_ok(mirror_change_settle(change, &log, &error));
	change_end(change);
	mirror_log_free(&log);
}

/* Who shows two histories may have told it in the other that the object passes on. */
START_TEST(who_was_deceived_is_not_blamed)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_fails(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "1")), QORGAN_PROTOCOL, "which KAZ keeps");
	found_out("KAZ");
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "1")));
	ck_assert_str_eq(disputed_seen, "KAZ");
	expect("KAZ:C KGZ:N UZB:N keeper KAZ");
	ck_fails(theirs("TJK", 1, LEAD("TJK")), QORGAN_PROTOCOL, "which KAZ keeps");
}
END_TEST

/* What a state countersigned of another's log, beyond the entries that are known here. */
static void seen_beyond(const char *witness, const char *state, uint64_t beyond)
{
	struct vault_change *change;
	struct mirror_log seen, by;
	char origin[80];

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	snprintf(origin, sizeof origin, "qorgan/%s/%032d", state, 1);
	ck_ok(mirror_log_find(vault_change_view(change), origin, &seen, &error));
	snprintf(origin, sizeof origin, "qorgan/%s/%032d", witness, 1);
	ck_ok(mirror_log_find(vault_change_view(change), origin, &by, &error));
	const struct mirror_witness row = { .log = seen.number, .witness = by.number, .size = seen.tree.size + beyond,
		                                .time = 1767225600, .note = buffer_span(&seen.note) };
	ck_ok(mirror_change_witness(change, &row, &error));
	change_end(change);
	mirror_log_free(&seen);
	mirror_log_free(&by);
}

/* Nor who has seen more of the log of the one it took up from than is known here: until
 * that comes, it may have been shown what this state was not. */
START_TEST(who_may_have_been_deceived_is_not_blamed_yet)
{
	ours(LEAD("KAZ"));
	ck_ok(theirs("KAZ", 1, LEAD("KAZ")));
	ck_ok(theirs_in("KGZ", '1', "measure", "M-2", 1, LEAD("KGZ")));
	ck_ok(theirs_in("TJK", '1', "measure", "M-3", 1, LEAD("TJK")));
	seen_beyond("KGZ", "KAZ", 0);
	ck_fails(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "1")), QORGAN_PROTOCOL, "which KAZ keeps");
	seen_beyond("KGZ", "KAZ", 1);
	ck_ok(theirs("KGZ", 1, TAKEN("KGZ", "KAZ", "1")));
	ck_assert_str_eq(disputed_seen, "KAZ");
	expect("KAZ:C KGZ:N UZB:N keeper KAZ");
	/* What another has seen excuses nobody, nor does it excuse seizing. */
	ck_fails(theirs("TJK", 1, TAKEN("TJK", "KAZ", "1")), QORGAN_PROTOCOL, "which KAZ keeps");
	ck_fails(theirs("KGZ", 2, LEAD("KGZ")), QORGAN_PROTOCOL, "which KAZ keeps");
	/* What comes next of that log tells. */
	ck_ok(theirs("KAZ", 2, LEAD("KAZ")));
	ck_fails(theirs("KGZ", 2, TAKEN("KGZ", "KAZ", "1")), QORGAN_PROTOCOL, "which KAZ keeps");
}
END_TEST

Suite *suite_standing_handover(void);
Suite *suite_standing_handover(void)
{
	Suite *suite = suite_create("standing handover");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, fixture_empty, fixture_close);
	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, a_chain_holds_in_any_order, 0, 5);
	tcase_add_test(all, what_is_taken_back_too_late_is_the_takers);
	tcase_add_test(all, a_withheld_take_up_counts_by_what_comes_after);
	tcase_add_test(all, of_two_makers_the_first_to_come_counts);
	tcase_add_test(all, each_step_passes_it_on);
	tcase_add_test(all, it_is_handed_to_this_state_and_back);
	tcase_add_test(all, a_take_up_waits_for_what_was_not_handed_over_yet);
	tcase_add_test(all, a_take_up_of_what_was_not_for_the_taker_is_refused);
	tcase_add_test(all, who_was_deceived_is_not_blamed);
	tcase_add_test(all, who_may_have_been_deceived_is_not_blamed_yet);
	suite_add_tcase(suite, all);
	return suite;
}
