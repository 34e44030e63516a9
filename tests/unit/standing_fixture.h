/* Versions of several states' measure, put down as packages would bring them, and who counts. */
#ifndef TESTS_STANDING_FIXTURE_H
#define TESTS_STANDING_FIXTURE_H

#include "register/standing.h"

#include "crypto/note.h"
#include "register_fixture.h"
#include "store/vault_internal.h"

#define KEPT "M-1"

static unsigned entries; /* so that each change has something of this state's own */

static inline const struct schema *kind(const char *name)
{
	return schema_find(name, strlen(name));
}

/* ---- Writing -------------------------------------------------------------------- */

static inline void change_end(struct vault_change *change)
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

static inline void partner_put(const char *state)
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

static inline void log_sign(struct mirror_log *log)
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
static inline int theirs_in(const char *state, char store_digit, const char *kind_name, const char *id, uint32_t version,
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

static inline int theirs(const char *state, uint32_t version, const char *body)
{
	return theirs_in(state, '1', "measure", KEPT, version, body);
}

/* This state's own. */
static inline void ours(const char *body)
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

static inline void withdraw(const char *state, uint32_t version)
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

static inline int owner_take(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)why;
	if (span_is(record->record.id, KEPT))
		buffer_append_format(context, "%.*s@%u ", (int)record->record.owner.size, record->record.owner.data,
		                     record->record.version);
	return QORGAN_OK;
}

static inline char verdict_letter(const struct standing *standing)
{
	static const char letters[] = { [STANDING_COUNTS] = 'C', [STANDING_FORMER] = 'F', [STANDING_WAITS] = 'W',
		                            [STANDING_ASIDE] = 'A', [STANDING_WITHDRAWN] = 'D', [STANDING_NO_SAY] = 'N' };

	return letters[standing->verdict];
}

/* The verdicts, as "KAZ:C UZB:F keeper KAZ" in the order of the states; and what is
 * found by a view is whatever counts, once. */
static inline void expect(const char *verdicts)
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

#endif
