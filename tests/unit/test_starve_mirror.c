/* What becomes of the store when want of memory or of the engine meets what another state hands
 * over: starve_fixture.h tells how it is judged. */
#include "mirror_fixture.h"
#include "starve_fixture.h"

Suite *suite_starve_mirror(void);

static struct owner owner;
static struct buffer owner_hashes, owner_note;

static void owner_prepare(void)
{
	owner_free(&owner);
	owner = owner_make();
	owner_write(&owner, "domain", "ENV", 1, "{\"title\":{\"en\":\"Env\"}}");
	owner_write(&owner, "risk", "ENV-01", 1, "{\"domain\":\"ENV\",\"title\":{\"en\":\"Heat\"}}");
	owner_write(&owner, "risk", "ENV-01", 2, "{\"domain\":\"ENV\",\"title\":{\"en\":\"Hot\"}}");
	owner_write(&owner, "commit", "1", 1, "{\"versions\":3}");
	buffer_clear(&owner_hashes);
	for (size_t i = 0; i < owner.count; i++) {
		uint8_t hash[32];
		merkle_hash_leaf(owner.records[i].data, owner.records[i].size, hash);
		buffer_append(&owner_hashes, hash, sizeof hash);
		merkle_append(&owner.log.tree, hash, NULL, NULL);
	}
	owner_sign(&owner);
	buffer_clear(&owner_note);
	buffer_append_span(&owner_note, buffer_span(&owner.log.note));
	memset(&owner.log.tree, 0, sizeof owner.log.tree);
}

/* As owner_give, without a word of the test's own in between. */
static int owner_hand_over(struct vault_change *change, const int *given)
{
	struct mirror_put put;
	struct record record;
	int code = mirror_change_log(change, &owner.log, &error);

	if (!code)
		code = mirror_change_leaves(change, &owner.log, buffer_span(&owner_hashes), &error);
	for (; !code && *given >= 0; given++) {
		code = record_parse(buffer_span(&owner.records[*given]), &record, &error);
		if (!code)
			code = mirror_change_put(change, &owner.log, (uint64_t)*given, &record,
			                         schema_find(record.kind.data, record.kind.size), &put, &error);
	}
	return code;
}

static int owner_receive(void)
{
	static const int given[] = { 0, 2, 3, -1 };
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;
	char id[20];
	int code = vault_change_begin(store, NULL, NULL, &change, &error);

	snprintf(id, sizeof id, "X%u", starve_round());
	if (!code)
		code = owner_hand_over(change, given);
	if (!code) {
		buffer_clear(&owner.log.note);
		buffer_append_span(&owner.log.note, buffer_span(&owner_note));
		code = mirror_change_settle(change, &owner.log, &error);
	}
	if (!code)
		code = vault_change_put(change, kind("domain"), span_of(id), span_of("{\"title\":{\"en\":\"x\"}}"), VAULT_ANY,
		                        &outcome, &error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	return vault_change_commit(change, &number, &error);
}

START_TEST(what_others_hand_over)
{
	static const struct starve_work works[] = {
		{ .name = "receive", .run = owner_receive, .prepare = owner_prepare },
		{ .name = "verify others", .run = starve_verify, .judge = store_open_again, .also = QORGAN_NO },
		{ .name = "dump others", .run = starve_dump },
	};

	STARVE_TRIALS(works);
	owner_free(&owner);
	buffer_free(&owner_hashes);
	buffer_free(&owner_note);
}
END_TEST

Suite *suite_starve_mirror(void)
{
	Suite *suite = suite_create("starve_mirror");

	starve_case(suite, "what_others_hand_over", set_up, tear_down, what_others_hand_over);
	return suite;
}
