/* Whom new keys are given to: users that an administrator endorsed, and nobody by a record or a
 * slot that another made. */
#include "qorgan/custody.h"
#include "register_fixture.h"
#include "store/user_record.h"
#include "store/vault_change.h"
#include "store/vault_slots.h"

Suite *suite_rekey_users(void);

static const struct qorgan_custody by_tester = { NULL, "a test" };
static struct qorgan_commit result;

static void user_add(const char *name, const char *role)
{
	char recipient[AGE_RECIPIENT_TEXT];
	uint8_t identity[32], public[32];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	const struct qorgan_door door = { .recipient = recipient };
	ck_ok(qorgan_user_add(store, name, role, &door, &by_tester, &result, &error));
}

/* A version of a user written by whoever may write, past all that the program allows. */
static void user_forge(const char *name, const char *body)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "forged", &change, &error));
	ck_ok(vault_change_put(change, schema_find("user", 4), span_of(name), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static char *user_body(const char *name, uint32_t version)
{
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get(view, schema_find("user", 4), span_of(name), version, &record, &error));
	char *body = strndup(record.record.body.data, record.record.body.size);
	vault_record_free(&record);
	vault_view_end(view);
	return body;
}

START_TEST(nobody_gets_new_keys_by_a_record_that_no_administrator_endorsed)
{
	user_add("b.liaison", "liaison");
	char *good = user_body("b.liaison", 1), *more = strdup(good);

	/* As endorsed, with more than was endorsed. */
	char *role = strstr(more, "\"role\":\"liaison\"");
	memcpy(role, "\"role\":\"admin\"  ", strlen("\"role\":\"liaison\""));
	memmove(role + 14, role + 16, strlen(role + 16) + 1);
	user_forge("b.liaison", more);
	expect_findings(1, "user b.liaison: the endorsement of a user is not by the admin key");
	ck_fails(qorgan_rekey(store, &by_tester, &result, &error), QORGAN_DENIED, "user confirm b.liaison");
	ck_assert_uint_eq(store->keys->root.epoch, 1);

	/* A version that was endorsed once, put back. */
	user_forge("b.liaison", good);
	ck_fails(qorgan_rekey(store, &by_tester, &result, &error), QORGAN_DENIED, "user confirm b.liaison");

	/* Without any endorsement. */
	char *end = strstr(good, "\"role\"");
	char bare[2000];
	snprintf(bare, sizeof bare, "{%s", end);
	user_forge("b.liaison", bare);
	ck_fails(qorgan_rekey(store, &by_tester, &result, &error), QORGAN_DENIED, "user confirm b.liaison");
	ck_fails(qorgan_user_role(store, "b.liaison", "reader", &by_tester, &result, &error), QORGAN_DENIED, "user confirm");
	ck_ok(qorgan_user_confirm(store, "b.liaison", &by_tester, &result, &error));
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert_uint_eq(result.changed, 2);
	free(good);
	free(more);
}
END_TEST

START_TEST(an_endorsement_is_of_one_user_of_one_store)
{
	user_add("b.liaison", "liaison");
	user_add("c.reader", "reader");
	char *other = user_body("b.liaison", 1);

	user_forge("d.stranger", other);
	ck_fails(qorgan_rekey(store, &by_tester, &result, &error), QORGAN_DENIED, "user confirm d.stranger");
	ck_fails(qorgan_user_confirm(store, "d.stranger", &by_tester, &result, &error), QORGAN_DENIED, "is that of b.liaison");
	ck_ok(qorgan_user_retire(store, "d.stranger", "was none", &by_tester, &result, &error));
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert_uint_eq(result.changed, 3);
	free(other);
}
END_TEST

/* Who may write can write anything at all; administrators go on. */
START_TEST(a_malformed_record_of_a_user_stands_in_nobodys_way)
{
	static const char *const bodies[] = {
		"{}", "{\"role\":\"king\"}", "{\"role\":3}", "{\"role\":\"admin\",\"slots\":{}}",
		"{\"role\":\"reader\",\"slots\":[{\"kind\":\"identity\",\"number\":999,\"recipient\":\"age1\",\"since\":\"\"}]}",
		"{\"endorsement\":\"AAAA\",\"role\":\"reader\",\"slots\":[1,2,3,4,5,6,7,8,9]}",
	};
	char name[65];

	memset(name, 'n', 64);
	name[64] = '\0';
	user_add("b.liaison", "liaison");
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		const char *who = i % 2 ? name : "b.liaison";
		user_forge(who, bodies[i]);
		ck_fails(qorgan_rekey(store, &by_tester, &result, &error), QORGAN_DENIED, who);
		ck_fails(qorgan_user_role(store, who, "admin", &by_tester, &result, &error), QORGAN_DENIED, "user confirm");
		ck_ok(qorgan_user_retire(store, who, "forged", &by_tester, &result, &error));
		ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	}
	user_add("b.liaison", "liaison");
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert_uint_eq(result.changed, 2);
	/* Nobody but the user, in the own name, leaves the endorsement out. */
	expect_findings(1, "tester changed what is on record of n");
}
END_TEST

/* Rows of slots as they lie in the store. */
static unsigned slots_count(void)
{
	struct engine_txn *txn = NULL;
	struct engine_range *range = NULL;
	struct span key, value;
	unsigned count = 0;

	ck_ok(engine_begin_read(store->engine, &txn, &error));
	ck_ok(engine_range_open(txn, ENGINE_META, span_of("k"), span_of("l"), false, &range, &error));
	while (engine_range_next(range, &key, &value, &error) == QORGAN_OK)
		count++;
	engine_range_close(range);
	engine_abort(txn);
	return count;
}

START_TEST(a_slot_that_is_on_no_record_is_gone_with_the_keys)
{
	struct vault_change *change = NULL;
	struct slot_door door = store->door;
	uint64_t number;

	user_add("b.liaison", "liaison");
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(vault_slot_put(change, 9, &door, KEYS_MAY_READ, "nobody", &error));
	ck_ok(user_record_put(change, &(struct user_record){ .name = "e.other", .role = USER_READER, .retired = "x" }, &error));
	ck_ok(vault_change_commit(change, &number, &error));
	ck_assert_uint_eq(slots_count(), 3);
	expect_findings(1, "slot 9: a slot is on record of no user");
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert_uint_eq(slots_count(), 2);
	expect_findings(0, "");
}
END_TEST

START_TEST(a_slot_that_was_taken_away_is_found)
{
	struct engine_txn *txn = NULL;

	user_add("b.liaison", "liaison");
	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_delete(txn, ENGINE_META, (struct span){ "k\1", 2 }, &error));
	ck_ok(engine_commit(txn, &error));
	expect_findings(1, "user b.liaison: slot 1, which is on record of the user, is not there");
}
END_TEST

Suite *suite_rekey_users(void)
{
	Suite *suite = suite_create("rekey_users");
	TCase *cases = tcase_create("rekey_users");

	tcase_add_checked_fixture(cases, fixture_make, fixture_close);
	tcase_set_timeout(cases, 120);
	tcase_add_test(cases, nobody_gets_new_keys_by_a_record_that_no_administrator_endorsed);
	tcase_add_test(cases, an_endorsement_is_of_one_user_of_one_store);
	tcase_add_test(cases, a_slot_that_is_on_no_record_is_gone_with_the_keys);
	tcase_add_test(cases, a_malformed_record_of_a_user_stands_in_nobodys_way);
	tcase_add_test(cases, a_slot_that_was_taken_away_is_found);
	suite_add_tcase(suite, cases);
	return suite;
}
