/* Which of several states' objects counts: chains of keepers in any order of arrival,
 * what is withheld, what is withdrawn, what is forged. */
#include "register/standing.h"

#include "crypto/note.h"
#include "register_fixture.h"
#include "store/vault_internal.h"

#define KEPT "M-1"

static unsigned entries; /* so that each change has something of this state's own */

static const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

/* ---- Writing -------------------------------------------------------------------- */

static void change_end(struct vault_change *change)
{
	enum vault_outcome outcome;
	uint64_t number;
	char id[16];

	snprintf(id, sizeof id, "X-%u", ++entries);
	ck_ok(vault_change_put(change, kind("domain"), span_of(id), span_of("{\"title\":{\"en\":\"x\"}}"), VAULT_ANY, &outcome,
	                       &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static uint8_t log_seed[32]; /* of every log here */

static void partner_put(const char *state)
{
	struct vault_change *change;
	enum vault_outcome outcome;
	uint8_t public_key[32], secret[64];
	char origin[80], vkey[NOTE_VKEY_LIMIT], body[NOTE_VKEY_LIMIT + 80];
	uint64_t number;

	crypto_sign_seed_keypair(public_key, secret, log_seed);
	snprintf(origin, sizeof origin, "qorgan/%s/%032d", state, 1);
	ck_assert(note_format_vkey(origin, public_key, vkey));
	snprintf(body, sizeof body, "{\"recipient\":\"age1\",\"vkey\":\"%s\"}", vkey);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("partner"), span_of(state), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static void log_sign(struct mirror_log *log)
{
	struct checkpoint checkpoint = { .size = log->tree.size };
	struct buffer text = { 0 };

	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", log->origin);
	merkle_root(&log->tree, checkpoint.root);
	checkpoint_format(&checkpoint, &text);
	buffer_clear(&log->note);
	ck_ok(note_sign(buffer_span(&text), log->origin, log_seed, &log->note, &error));
	buffer_free(&text);
}
static bool clear_seen; /* of the version that came last */
static char disputed_seen[RECORD_NAME_LIMIT];

/* One version of another state's object in a log of its own; the code of judging it. */
static int theirs_in(const char *state, char store_digit, const char *kind_name, const char *id, uint32_t version,
                     const char *body)
{
	struct record_head head = { .owner = state, .kind = kind_name, .id = id, .user = "u", .time = "2026-02-01T10:00:00Z",
		                        .commit = 1, .version = version };
	struct mirror_log log = { .number = MIRROR_LOG_NEW };
	struct vault_change *change;
	struct mirror_object object;
	struct mirror_put put;
	struct buffer bytes = { 0 };
	struct record record;
	uint8_t hash[32];
	char origin[80];
	struct standings_settled settled;
	bool clear;

	snprintf(origin, sizeof origin, "qorgan/%s/%032d", state, store_digit - '0');
	record_write(&head, span_of(body), &bytes);
	ck_ok(record_parse(buffer_span(&bytes), &record, &error));
	merkle_hash_leaf(bytes.data, bytes.size, hash);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	if (mirror_log_find(vault_change_view(change), origin, &log, &error) == QORGAN_ABSENT) {
		log = (struct mirror_log){ .number = MIRROR_LOG_NEW };
		snprintf(log.state, sizeof log.state, "%s", state);
		snprintf(log.origin, sizeof log.origin, "%s", origin);
	}
	ck_ok(mirror_change_log(change, &log, &error));
	ck_ok(mirror_change_leaves(change, &log, (struct span){ (const char *)hash, sizeof hash }, &error));
	ck_ok(mirror_change_put(change, &log, log.tree.size - 1, &record, kind(kind_name), &put, &error));
	ck_ok(standing_is_clear(change, kind(kind_name), &record, &put, &clear, &error));
	log_sign(&log);
	ck_ok(mirror_change_settle(change, &log, &error));
	int code = standings_settle(change, kind(kind_name), span_of(id), state, &settled, &error);
	memcpy(disputed_seen, settled.disputed, sizeof disputed_seen);
	/* What is clear is what judging it comes to. */
	clear_seen = clear;
	if (clear) {
		ck_assert_int_eq(code, QORGAN_OK);
		ck_assert(!settled.superseded);
		ck_ok(mirror_object_find(mirror_change_peek(change), kind(kind_name), span_of(id), log.number, &object, &error));
		ck_assert_int_eq(object.standing, MIRROR_COUNTS);
	}
	if (code)
		vault_change_abandon(change);
	else
		change_end(change);
	mirror_log_free(&log);
	buffer_free(&bytes);
	return code;
}

static int theirs(const char *state, uint32_t version, const char *body)
{
	return theirs_in(state, '1', "measure", KEPT, version, body);
}

/* This state's own. */
static void ours(const char *body)
{
	struct vault_change *change;
	enum vault_outcome outcome;
	uint64_t number;
	struct standings_settled settled;

	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_change_put(change, kind("measure"), span_of(KEPT), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(standings_settle(change, kind("measure"), span_of(KEPT), NULL, &settled, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static void withdraw(const char *state, uint32_t version)
{
	struct vault_change *change;
	struct mirror_object object;
	struct mirror_log log;
	char origin[80];
	struct standings_settled settled;

	snprintf(origin, sizeof origin, "qorgan/%s/%032d", state, 1);
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(mirror_log_find(vault_change_view(change), origin, &log, &error));
	ck_ok(mirror_object_find(vault_change_view(change), kind("measure"), span_of(KEPT), log.number, &object, &error));
	ck_ok(mirror_change_standing(change, &object.place, MIRROR_WITHDRAWN, version, &error));
	ck_ok(standings_settle(change, kind("measure"), span_of(KEPT), state, &settled, &error));
	change_end(change);
	mirror_log_free(&log);
}

#define LEAD(state) "{\"lead\":\"" state "\"}"
#define TAKEN(state, from, version) \
	"{\"lead\":\"" state "\",\"taken_from\":{\"state\":\"" from "\",\"version\":" version "}}"

/* ---- Judging ----------------------------------------------------------------------- */

static int owner_take(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	if (span_is(record->record.id, KEPT))
		buffer_append_format(context, "%.*s@%u ", (int)record->record.owner.size, record->record.owner.data,
		                     record->record.version);
	return QORGAN_OK;
}

static char verdict_letter(const struct standing *standing)
{
	static const char letters[] = { [STANDING_COUNTS] = 'C', [STANDING_FORMER] = 'F', [STANDING_WAITS] = 'W',
		                            [STANDING_ASIDE] = 'A', [STANDING_WITHDRAWN] = 'D', [STANDING_NO_SAY] = 'N' };

	return letters[standing->verdict];
}

/* The verdicts, as "KAZ:C UZB:F keeper KAZ" in the order of the states; and what is
 * found by a view is whatever counts, once. */
static void expect(const char *verdicts)
{
	static const char *const states[] = { "AZE", "KAZ", "KGZ", "TJK", "UZB" };
	struct standings *standings = calloc(1, sizeof *standings);
	struct buffer found = { 0 }, counting = { 0 }, listed = { 0 };
	struct vault_view *view;
	struct vault_place place;

	ck_assert_ptr_nonnull(standings);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(standings_judge(view, kind("measure"), span_of(KEPT), standings, &error));
	for (size_t s = 0; s < 5; s++)
		for (size_t i = 0; i < standings->count; i++) {
			const struct standing *standing = &standings->of[i];
			if (strcmp(standing->owner, states[s]) != 0)
				continue;
			buffer_append_format(&found, "%s:%c ", standing->owner, verdict_letter(standing));
			if (standing->verdict != STANDING_COUNTS)
				continue;
			buffer_append_format(&counting, "%s@%u ", standing->owner, standing->place.version);
			ck_ok(vault_find(view, kind("measure"), span_of(KEPT), &place, &error));
			ck_assert(place.shard == standing->place.shard && place.number == standing->place.number);
		}
	buffer_append_format(&found, "keeper %s", standings->keeper);
	ck_ok(vault_scan(view, kind("measure"), owner_take, &listed, &error));
	ck_assert_str_eq(buffer_text(&found), verdicts);
	ck_assert_str_eq(buffer_text(&listed), buffer_text(&counting));
	vault_view_end(view);
	buffer_free(&found);
	buffer_free(&counting);
	buffer_free(&listed);
	free(standings);
}

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

/* ---- Handing over ------------------------------------------------------------------------- */

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
