/* What one person alone may not do: asked for, agreed to by others, done; and found by verify
 * where somebody did it all the same. */
#include "qorgan/exchange.h"
#include "qorgan/policy.h"
#include "register_fixture.h"
#include "store/policy_record.h"
#include "store/user_record.h"
#include "store/vault_change.h"
#include "store/vault_slots.h"

Suite *suite_policy(void);

static const struct qorgan_custody how = { NULL, "a test" };
static struct qorgan_commit result;
static char tester_identity[AGE_IDENTITY_TEXT], b_identity[AGE_IDENTITY_TEXT], c_identity[AGE_IDENTITY_TEXT];

static char *recipient_make(char identity_text[AGE_IDENTITY_TEXT])
{
	static char recipient[AGE_RECIPIENT_TEXT];
	uint8_t identity[32], public[32];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	age_identity_format(identity, identity_text);
	return recipient;
}

static int user_add(const char *name, const char *role, const char *recipient)
{
	const struct qorgan_door door = { .recipient = recipient };

	return qorgan_user_add(store, name, role, &door, &how, &result, &error);
}

static void open_as(const char *identity)
{
	fixture_shut();
	memcpy(fixture_identity, identity, sizeof fixture_identity);
	fixture_open();
}

/* Two administrators, a liaison. */
static void start(void)
{
	fixture_make();
	memcpy(tester_identity, fixture_identity, sizeof tester_identity);
	ck_ok(user_add("b", "admin", recipient_make(b_identity)));
	ck_ok(user_add("c", "liaison", recipient_make(c_identity)));
}

static void approve_as(const char *identity, const char *id, unsigned expected)
{
	unsigned missing = 99;

	open_as(identity);
	ck_ok(qorgan_request_approve(store, id, &how, &missing, &result, &error));
	ck_assert_uint_eq(missing, expected);
}

static bool is_user(const char *name)
{
	struct vault_view *view = NULL;
	struct user_record user;

	ck_ok(vault_view_begin(store, &view, &error));
	bool found = user_record_find(view, name, &user) && !user.retired[0];
	vault_view_end(view);
	return found;
}

static void expect_clean(void)
{
	expect_findings(0, "");
}

/* ---- Asked, agreed, done -------------------------------------------------------------------- */

START_TEST(a_user_is_added_once_another_administrator_agreed)
{
	char identity[AGE_IDENTITY_TEXT], recipient[AGE_RECIPIENT_TEXT];
	unsigned missing;

	ck_ok(qorgan_policy_require(store, 2, "user,rekey", &how, &result, &error));
	strcpy(recipient, recipient_make(identity));
	ck_fails(user_add("d", "reader", recipient), QORGAN_BUSY, "qorgan approve r1");
	ck_assert(!is_user("d"));
	ck_fails(user_add("d", "reader", recipient), QORGAN_BUSY, "r1");
	ck_fails(qorgan_request_approve(store, "r1", &how, &missing, &result, &error), QORGAN_DENIED, "somebody else");
	open_as(c_identity);
	ck_fails(qorgan_request_approve(store, "r1", &how, &missing, &result, &error), QORGAN_DENIED, "administrator");
	approve_as(b_identity, "r1", 0);
	ck_assert(!is_user("d"));

	/* To another user, another role or another key nobody agreed. */
	open_as(tester_identity);
	ck_fails(user_add("e", "reader", recipient), QORGAN_BUSY, "r2");
	ck_fails(user_add("d", "admin", recipient), QORGAN_BUSY, "r3");
	ck_fails(user_add("d", "reader", recipient_make(identity)), QORGAN_BUSY, "r4");
	ck_ok(user_add("d", "reader", recipient));
	ck_assert(is_user("d"));
	ck_fails(qorgan_request_approve(store, "r1", &how, &missing, &result, &error), QORGAN_BAD_DATA, "done already");
	expect_clean();
}
END_TEST

START_TEST(who_runs_the_same_agrees_by_that)
{
	ck_ok(qorgan_policy_require(store, 2, "rekey", &how, &result, &error));
	ck_fails(qorgan_rekey(store, &how, &result, &error), QORGAN_BUSY, "r1");
	ck_assert_uint_eq(store->keys->root.epoch, 1);
	open_as(b_identity);
	ck_ok(qorgan_rekey(store, &how, &result, &error));
	ck_assert_uint_eq(store->keys->root.epoch, 2);
	expect_clean();
	ck_fails(qorgan_rekey(store, &how, &result, &error), QORGAN_BUSY, "r2");
}
END_TEST

START_TEST(each_agrees_in_the_own_name)
{
	const struct qorgan_custody as_b = { "b", NULL };
	unsigned missing;

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	ck_fails(qorgan_user_retire(store, "c", "gone", &as_b, &result, &error), QORGAN_DENIED, "own name");
	ck_fails(qorgan_user_retire(store, "c", "gone", &how, &result, &error), QORGAN_BUSY, "r1");
	ck_fails(qorgan_request_approve(store, "r1", &as_b, &missing, &result, &error), QORGAN_DENIED, "own name");
}
END_TEST

START_TEST(what_was_withdrawn_waits_no_more)
{
	unsigned missing;

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	ck_fails(qorgan_user_role(store, "c", "reader", &how, &result, &error), QORGAN_BUSY, "r1");
	open_as(c_identity);
	ck_ok(qorgan_request_withdraw(store, "r1", &how, &result, &error));
	open_as(b_identity);
	ck_fails(qorgan_request_approve(store, "r1", &how, &missing, &result, &error), QORGAN_BAD_DATA, "withdrawn");
	ck_fails(qorgan_user_role(store, "c", "reader", &how, &result, &error), QORGAN_BUSY, "r2");
	expect_clean();
}
END_TEST

START_TEST(nobody_asks_for_more_than_there_are_or_leaves_fewer)
{
	ck_fails(qorgan_policy_require(store, 3, "user", &how, &result, &error), QORGAN_BAD_DATA, "2 of the users are admin");
	ck_fails(qorgan_policy_require(store, 4, "release", &how, &result, &error), QORGAN_BAD_DATA, "3 of the users may write");
	ck_fails(qorgan_policy_require(store, 2, "lunch", &how, &result, &error), QORGAN_BAD_DATA, "lunch");
	ck_fails(qorgan_policy_require(store, 0, "user", &how, &result, &error), QORGAN_BAD_DATA, "1 to 9");
	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	ck_fails(qorgan_user_retire(store, "b", "gone", &how, &result, &error), QORGAN_DENIED, "2 administrators");
	ck_fails(qorgan_user_role(store, "b", "liaison", &how, &result, &error), QORGAN_DENIED, "2 administrators");
	open_as(c_identity);
	ck_fails(qorgan_policy_require(store, 1, "user", &how, &result, &error), QORGAN_DENIED, "administrator");
}
END_TEST

START_TEST(a_policy_is_changed_by_as_many_as_it_asks_for)
{
	ck_ok(qorgan_policy_require(store, 3, "release", &how, &result, &error));
	ck_fails(qorgan_policy_require(store, 1, "release", &how, &result, &error), QORGAN_BUSY, "2 more persons");
	approve_as(c_identity, "r1", 1);
	approve_as(b_identity, "r1", 0);
	ck_ok(qorgan_policy_require(store, 1, "release", &how, &result, &error));
	expect_clean();
	ck_ok(qorgan_policy_require(store, 2, "policy", &how, &result, &error));
	ck_fails(qorgan_policy_require(store, 1, "policy", &how, &result, &error), QORGAN_BUSY, "1 more person ");
}
END_TEST

/* However often and in what order they are said: what others see is all that comes of it. */
START_TEST(what_a_policy_is_to_speak_of_is_asked_for_whole)
{
	char actions[1200] = "user";
	struct request_record request;
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;

	ck_ok(qorgan_policy_require(store, 2, "policy", &how, &result, &error));
	ck_fails(qorgan_policy_require(store, 2, "", &how, &result, &error), QORGAN_BAD_DATA, "nothing that a policy");
	ck_fails(qorgan_policy_require(store, 2, ",", &how, &result, &error), QORGAN_BAD_DATA, "nothing that a policy");
	for (int i = 0; i < 140; i++)
		strcat(actions, ",release");
	strcat(actions, ",rekey");
	ck_fails(qorgan_policy_require(store, 2, actions, &how, &result, &error), QORGAN_BUSY, "2 release,rekey,user waits");
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get_own(view, schema_find("request", 7), span_of("r1"), 0, &record, &error));
	ck_assert(request_record_read(&record.record, &request));
	ck_assert_str_eq(request.subject, "release,rekey,user");
	vault_record_free(&record);
	vault_view_end(view);
	approve_as(b_identity, "r1", 0);
	open_as(tester_identity);
	ck_ok(qorgan_policy_require(store, 2, "rekey,user,release", &how, &result, &error));
	expect_clean();
}
END_TEST

START_TEST(ones_own_ways_in_are_ones_own_affair)
{
	char identity[AGE_IDENTITY_TEXT], another[AGE_IDENTITY_TEXT];
	uint8_t number;

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	const struct qorgan_door door = { .recipient = recipient_make(identity) };
	ck_ok(qorgan_slot_add(store, "tester", &door, &how, &number, &result, &error));
	const struct qorgan_door door_of_c = { .recipient = recipient_make(another) };
	ck_fails(qorgan_slot_add(store, "c", &door_of_c, &how, &number, &result, &error), QORGAN_BUSY, "r1");
	open_as(identity);
	expect_clean();
}
END_TEST

/* ---- By another program ----------------------------------------------------------------------- */

/* A change past the program's own gate. */
static void policy_forge(enum policy_action action, unsigned persons)
{
	struct vault_change *change = NULL;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "forged", &change, &error));
	ck_ok(policy_put(change, action, persons, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

static void request_forge(const char *body)
{
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;

	ck_ok(vault_change_begin(store, NULL, "forged", &change, &error));
	ck_ok(vault_change_put(change, schema_find("request", 7), span_of("r1"), span_of(body), VAULT_ANY, &outcome, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

/* A user and a request in one change, without a word of the policy. */
static void user_forge(const char *name, const char *recipient, const char *request)
{
	struct user_record user = { .role = USER_READER, .slot_count = 1,
		                        .slots = { { .number = 63, .kind = SLOT_AGE, .since = "2026-08-01T10:00:00Z" } } };
	struct vault_change *change = NULL;
	enum vault_outcome outcome;
	uint64_t number;

	snprintf(user.name, sizeof user.name, "%s", name);
	snprintf(user.slots[0].recipient, sizeof user.slots[0].recipient, "%s", recipient);
	struct slot_door door = { .kind = SLOT_AGE };
	ck_assert(age_recipient_parse(recipient, door.recipient));
	ck_ok(vault_change_begin(store, NULL, "forged", &change, &error));
	ck_ok(vault_change_put(change, schema_find("request", 7), span_of("r1"), span_of(request), VAULT_ANY, &outcome, &error));
	ck_ok(vault_slot_put(change, 63, &door, KEYS_MAY_READ, name, &error));
	ck_ok(user_record_put(change, &user, &error));
	ck_ok(vault_change_commit(change, &number, &error));
}

START_TEST(a_policy_that_one_alone_lowered_is_found_and_holds)
{
	char identity[AGE_IDENTITY_TEXT];

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	policy_forge(POLICY_USER, 1);
	expect_findings(1, "tester did what by policy 2 persons have to agree to (policy user)");
	ck_ok(user_add("d", "reader", recipient_make(identity)));
	expect_findings(2, "(user d)");
}
END_TEST

START_TEST(a_policy_that_no_administrator_made_is_found)
{
	open_as(c_identity);
	policy_forge(POLICY_USER, 1);
	expect_findings(1, "c changed a policy, which only an administrator does");
}
END_TEST

/* Names on a request prove nothing: only signatures count. */
START_TEST(who_writes_anothers_name_on_a_request_gains_nothing_by_it)
{
	char identity[AGE_IDENTITY_TEXT], body[600], *recipient = recipient_make(identity);

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	snprintf(body, sizeof body, "{\"action\":\"user\",\"persons\":[\"b\",\"tester\"],\"state\":\"open\",\"subject\":\"d\","
	         "\"what\":\"qorgan user add d --role reader --recipient %s\"}", recipient);
	request_forge(body);
	ck_fails(user_add("d", "reader", recipient), QORGAN_BUSY, "1 more person");
	expect_clean();
	/* Done all the same, by another program. */
	char *open = strstr(body, "\"state\":\"open\"");
	memcpy(open, "\"state\":\"done\"", 14);
	user_forge("d", recipient, body);
	expect_findings(1, "tester did what by policy 2 persons have to agree to (user d)");
}
END_TEST

START_TEST(a_request_that_was_changed_after_somebody_agreed_is_a_new_one)
{
	char identity[AGE_IDENTITY_TEXT], body[600], *recipient = recipient_make(identity);

	ck_ok(qorgan_policy_require(store, 2, "user", &how, &result, &error));
	ck_fails(qorgan_user_role(store, "c", "reader", &how, &result, &error), QORGAN_BUSY, "r1");
	approve_as(b_identity, "r1", 0);
	open_as(tester_identity);
	snprintf(body, sizeof body, "{\"action\":\"user\",\"persons\":[\"tester\",\"b\"],\"state\":\"open\",\"subject\":\"d\","
	         "\"what\":\"qorgan user add d --role admin --recipient %s\"}", recipient);
	request_forge(body);
	ck_fails(user_add("d", "admin", recipient), QORGAN_BUSY, "1 more person");
	char *open = strstr(body, "\"state\":\"open\"");
	memcpy(open, "\"state\":\"done\"", 14);
	user_forge("d", recipient, body);
	expect_findings(1, "(user d)");
}
END_TEST

Suite *suite_policy(void)
{
	Suite *suite = suite_create("policy");
	TCase *cases = tcase_create("policies");

	tcase_add_checked_fixture(cases, start, fixture_close);
	tcase_add_test(cases, a_user_is_added_once_another_administrator_agreed);
	tcase_add_test(cases, who_runs_the_same_agrees_by_that);
	tcase_add_test(cases, each_agrees_in_the_own_name);
	tcase_add_test(cases, what_was_withdrawn_waits_no_more);
	tcase_add_test(cases, nobody_asks_for_more_than_there_are_or_leaves_fewer);
	tcase_add_test(cases, a_policy_is_changed_by_as_many_as_it_asks_for);
	tcase_add_test(cases, what_a_policy_is_to_speak_of_is_asked_for_whole);
	tcase_add_test(cases, ones_own_ways_in_are_ones_own_affair);
	tcase_add_test(cases, a_policy_that_one_alone_lowered_is_found_and_holds);
	tcase_add_test(cases, a_policy_that_no_administrator_made_is_found);
	tcase_add_test(cases, who_writes_anothers_name_on_a_request_gains_nothing_by_it);
	tcase_add_test(cases, a_request_that_was_changed_after_somebody_agreed_is_a_new_one);
	suite_add_tcase(suite, cases);
	return suite;
}
