/* Authors sign their commits: nobody else who holds the state's keys can do that in their
 * name, and `verify` tells who tried. */
#include "crypto/base64.h"
#include "crypto/secret.h"
#include "qorgan/custody.h"
#include "register_fixture.h"
#include "store/author.h"
#include "store/user_record.h"
#include "store/vault_change.h"

Suite *suite_author(void);

static const struct qorgan_custody by_tester = { NULL, "a test" };
static struct qorgan_commit result;
static char tester_identity[AGE_IDENTITY_TEXT], b_identity[AGE_IDENTITY_TEXT], c_identity[AGE_IDENTITY_TEXT];

static void user_add(const char *name, const char *role, char identity_text[AGE_IDENTITY_TEXT])
{
	char recipient[AGE_RECIPIENT_TEXT];
	uint8_t identity[32], public[32];

	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	age_identity_format(identity, identity_text);
	const struct qorgan_door door = { .recipient = recipient };
	ck_ok(qorgan_user_add(store, name, role, &door, &by_tester, &result, &error));
}

static void open_as(const char *identity)
{
	fixture_shut();
	memcpy(fixture_identity, identity, sizeof fixture_identity);
	fixture_open();
}

static void start(void)
{
	fixture_make();
	memcpy(tester_identity, fixture_identity, sizeof tester_identity);
	user_add("b", "liaison", b_identity);
	user_add("c", "liaison", c_identity);
}

/* ---- What verify says ------------------------------------------------------------------- */

/* Just this one finding; NULL: none. */
static void expect_finding(const char *what)
{
	expect_findings(what ? 1 : 0, what ? what : "");
}

/* ---- Commits ------------------------------------------------------------------------------ */

static struct vault_change *begin(void)
{
	struct vault_change *change = NULL;

	ck_ok(vault_change_begin(store, NULL, "Why \"so\"", &change, &error));
	return change;
}

static void put(struct vault_change *change, const char *kind, const char *id, const char *body)
{
	enum vault_outcome outcome;

	ck_ok(vault_change_put(change, schema_find(kind, strlen(kind)), span_of(id), span_of(body), VAULT_ANY, &outcome,
	                       &error));
	ck_assert_int_ne(outcome, VAULT_UNCHANGED);
}

static uint64_t commit(struct vault_change *change)
{
	uint64_t number;

	ck_ok(vault_change_commit(change, &number, &error));
	return number;
}

static uint64_t note_write(const char *text)
{
	struct vault_change *change = begin();
	char body[100];

	snprintf(body, sizeof body, "{\"text\":{\"en\":\"%s\"}}", text);
	put(change, "note", "CYB-01/n1", body);
	return commit(change);
}

/* The author keys on record of a user. */
static struct user_record user_read(const char *name)
{
	struct vault_view *view = NULL;
	struct user_record user;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert(user_record_find(view, name, &user));
	vault_view_end(view);
	return user;
}

/* ---- The signature ------------------------------------------------------------------------- */

/* Put together here from what SECURITY.md says of it. */
static void expect_signed(uint64_t number, const char *name, const char *message)
{
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	char text[2000], body[1000], root_text[base64_text_size(32)], signature_text[100], *at;
	uint8_t root[32], public[32], signature[64];
	struct user_record user = user_read(name);

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_get_commit(view, number, &record, &error));
	ck_ok(vault_root_at(view, record.leaf, root, &error));
	base64_encode(root_text, root, sizeof root, BASE64_PADDED);
	snprintf(body, sizeof body, "%.*s", (int)record.record.body.size, record.record.body.data);
	at = strstr(body, "\"signature\":\"");
	ck_assert_ptr_nonnull(at);
	snprintf(signature_text, sizeof signature_text, "%.88s", at + 13);
	memmove(at, at + 13 + 88 + 2, strlen(at + 13 + 88 + 2) + 1);
	ck_assert_ptr_nonnull(strstr(body, message));
	snprintf(text, sizeof text, "qorgan-commit 1\n%s\n%llu\n%s\n%.*s\n%llu\n%s\n%s\n", vault_origin(store),
	         (unsigned long long)number, name, (int)record.record.time.size, record.record.time.data,
	         (unsigned long long)record.leaf, root_text, body);
	ck_assert(base64_decode_exact(span_of(user.slots[0].author), BASE64_PADDED, public, sizeof public));
	ck_assert(base64_decode_exact(span_of(signature_text), BASE64_PADDED, signature, sizeof signature));
	ck_assert_int_eq(crypto_sign_verify_detached(signature, (uint8_t *)text, strlen(text), public), 0);
	vault_record_free(&record);
	vault_view_end(view);
}

START_TEST(each_commit_is_signed_by_the_own_key_of_its_author)
{
	expect_signed(1, "tester", "states, scales and periods");
	open_as(b_identity);
	expect_signed(note_write("One"), "b", "\"message\":\"Why \\\"so\\\"\"");
	open_as(c_identity);
	expect_signed(note_write("Two"), "c", "\"versions\":1");
	expect_finding(NULL);
	ck_assert_str_ne(user_read("b").slots[0].author, user_read("c").slots[0].author);
}
END_TEST

START_TEST(a_signature_holds_for_nothing_else)
{
	struct author_key *author = secret_alloc(sizeof *author);
	uint8_t public[32];
	struct author_claim good = { .origin = "qorgan/UZB/1", .user = span_of("b"), .time = span_of("2026-08-01T10:00:00Z"),
		                         .number = 7, .size = 30, .signer = span_of("b"), .versions = 2,
		                         .message = span_of("\"so\"") };
	char key[AUTHOR_KEY_TEXT], signer[RECORD_USER_LIMIT];
	struct buffer body = { 0 };

	crypto_sign_keypair(public, author->pair);
	author_body_write(&good, author, &body);
	struct author_claim claims[7];
	for (size_t i = 0; i < 7; i++)
		claims[i] = good;
	claims[1].origin = "qorgan/UZB/2";
	claims[2].user = span_of("c");
	claims[3].time = span_of("2026-08-01T10:00:01Z");
	claims[4].number = 8;
	claims[5].size = 31;
	claims[6].root[31] = 1;
	for (size_t i = 0; i < 7; i++)
		ck_assert_int_eq(author_body_judge(&claims[i], buffer_span(&body), key, signer), i ? AUTHOR_FALSE : AUTHOR_SIGNED);
	ck_assert_str_eq(signer, "b");
	/* Each byte of the body, in turn. */
	for (size_t i = 0; i < body.size; i++) {
		struct author_claim claim = good;
		body.data[i] ^= 1;
		ck_assert_int_ne(author_body_judge(&claim, buffer_span(&body), key, signer), AUTHOR_SIGNED);
		body.data[i] ^= 1;
	}
	buffer_free(&body);
	secret_free(author);
}
END_TEST

/* ---- Forging: what who holds the write key could do with another program --------------------- */

START_TEST(who_writes_in_anothers_name_is_found_by_his_own_signature)
{
	open_as(c_identity);
	struct vault_change *change = begin();
	strcpy(change->user, "b");
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b said so\"}}");
	commit(change);
	expect_finding("c signed a commit in the name of b");
}
END_TEST

START_TEST(who_writes_in_anothers_name_cannot_sign_by_the_others_key)
{
	open_as(c_identity);
	struct vault_change *change = begin();
	strcpy(change->user, "b");
	strcpy(store->keys->root.user, "b");
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b said so\"}}");
	commit(change);
	expect_finding("in the name of b is signed by a key that was not on record of b");
}
END_TEST

START_TEST(who_leaves_the_signature_out_is_found)
{
	open_as(c_identity);
	struct vault_change *change = begin();
	memset(store->author, 0, sizeof *store->author);
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"nobody said so\"}}");
	commit(change);
	open_as(c_identity); /* as who looks for it */
	expect_finding("in the name of c bears no author's signature");
}
END_TEST

START_TEST(one_commit_does_not_hold_what_bears_several_names)
{
	open_as(c_identity);
	struct vault_change *change = begin();
	strcpy(change->user, "b");
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b said so\"}}");
	strcpy(change->user, "c");
	put(change, "note", "CYB-01/n2", "{\"text\":{\"en\":\"c said so\"}}");
	commit(change);
	expect_finding("in the name of c holds what bears another's name");
}
END_TEST

/* Puts a record of b with a key of c's own, and then uses it. */
START_TEST(nobody_puts_a_key_of_his_own_on_record_of_another)
{
	char body[600], own[AUTHOR_KEY_TEXT];
	struct user_record b = user_read("b");

	open_as(c_identity);
	author_key_format(store->author, own);
	snprintf(body, sizeof body, "{\"role\":\"liaison\",\"slots\":[{\"author\":\"%s\",\"kind\":\"identity\",\"number\":%u,"
	         "\"recipient\":\"%s\",\"since\":\"%s\"}]}", own, b.slots[0].number, b.slots[0].recipient, b.slots[0].since);
	struct vault_change *change = begin();
	put(change, "user", "b", body);
	commit(change);
	expect_finding("c changed what is on record of b, which only an administrator does");
	change = begin();
	strcpy(change->user, "b");
	strcpy(store->keys->root.user, "b");
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b said so\"}}");
	commit(change);
	expect_findings(2, "is signed by a key that was not on record of b");
}
END_TEST

START_TEST(what_bears_the_name_of_who_is_retired_is_found)
{
	ck_ok(qorgan_user_retire(store, "b", "has left", &by_tester, &result, &error));
	expect_finding(NULL);
	open_as(c_identity);
	struct vault_change *change = begin();
	strcpy(change->user, "b");
	strcpy(store->keys->root.user, "b");
	memset(store->author, 0, sizeof *store->author);
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b said so\"}}");
	commit(change);
	open_as(c_identity); /* as who looks for it */
	expect_finding("in the name of b bears no author's signature");
}
END_TEST

START_TEST(an_administrator_may_write_in_anothers_name_and_signs_as_who_he_is)
{
	struct vault_change *change = NULL;

	ck_ok(vault_change_begin(store, "b", NULL, &change, &error));
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"b told me\"}}");
	commit(change);
	expect_finding(NULL);
}
END_TEST

/* ---- Keys ------------------------------------------------------------------------------------ */

static void row_put(uint8_t number, struct span value)
{
	const char key[2] = { META_AUTHOR[0], (char)number };
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	if (value.data)
		ck_ok(engine_put(txn, ENGINE_META, (struct span){ key, 2 }, value, &error));
	else
		ck_ok(engine_delete(txn, ENGINE_META, (struct span){ key, 2 }, &error));
	ck_ok(engine_commit(txn, &error));
}

static struct buffer row_get(uint8_t number)
{
	const char key[2] = { META_AUTHOR[0], (char)number };
	struct engine_txn *txn = NULL;
	struct buffer copy = { 0 };
	struct span value;

	ck_ok(engine_begin_read(store->engine, &txn, &error));
	ck_ok(engine_get(txn, ENGINE_META, (struct span){ key, 2 }, &value, &error));
	buffer_append_span(&copy, value);
	engine_abort(txn);
	return copy;
}

START_TEST(a_key_that_was_put_in_the_place_of_ones_own_signs_nothing)
{
	struct vault_change *change = NULL;
	uint8_t recipient[32];
	char key[AUTHOR_KEY_TEXT];
	struct user_record b = user_read("b");

	/* Locked for b, too: anybody who has the file can make one. */
	change = begin();
	ck_assert(age_recipient_parse(b.slots[0].recipient, recipient));
	ck_ok(author_key_make(change, b.slots[0].number, recipient, key, &error));
	put(change, "note", "CYB-01/n1", "{\"text\":{\"en\":\"any\"}}");
	commit(change);
	open_as(b_identity);
	ck_fails(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED, "is not the one on record of b");
}
END_TEST

START_TEST(a_key_that_is_lost_or_damaged_is_told_of_and_given_anew)
{
	struct vault_change *change = NULL;
	struct buffer file = row_get(user_read("b").slots[0].number);

	for (size_t i = 0; i < file.size; i += 7) {
		file.data[i] ^= 1;
		row_put(user_read("b").slots[0].number, buffer_span(&file));
		file.data[i] ^= 1;
		open_as(b_identity);
		ck_fails(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_DENIED, "is lost or damaged");
	}
	row_put(user_read("b").slots[0].number, (struct span){ 0 });
	expect_finding("user b: the key by which the user signs");
	open_as(tester_identity);
	ck_ok(qorgan_user_role(store, "b", "verifier", &by_tester, &result, &error));
	open_as(b_identity);
	note_write("again");
	expect_finding(NULL);
	buffer_free(&file);
}
END_TEST

START_TEST(keys_outlast_roles_and_epochs_and_end_with_their_slots)
{
	struct user_record before = user_read("b");
	uint8_t number;

	struct buffer file = row_get(before.slots[0].number);
	ck_ok(qorgan_user_role(store, "b", "verifier", &by_tester, &result, &error));
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	struct buffer after = row_get(before.slots[0].number);
	ck_assert(span_equal(buffer_span(&file), buffer_span(&after)));
	ck_assert_str_eq(user_read("b").slots[0].author, before.slots[0].author);
	open_as(b_identity);
	note_write("after");

	/* The own new way in brings a key of its own; the change itself bears the former. */
	char recipient[AGE_RECIPIENT_TEXT];
	uint8_t identity[32], public[32];
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	const struct qorgan_door door = { .recipient = recipient };
	ck_ok(qorgan_door_change(store, &door, &by_tester, &result, &error));
	ck_assert_str_ne(user_read("b").slots[0].author, before.slots[0].author);
	note_write("by the new key");
	randombytes_buf(identity, sizeof identity);
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	ck_ok(qorgan_slot_add(store, "b", &door, &by_tester, &number, &result, &error));
	ck_ok(qorgan_slot_remove(store, "b", number, &by_tester, &result, &error));
	expect_finding(NULL);
	const char key[2] = { META_AUTHOR[0], (char)number };
	struct engine_txn *txn = NULL;
	struct span value;
	ck_ok(engine_begin_read(store->engine, &txn, &error));
	ck_assert_int_eq(engine_get(txn, ENGINE_META, (struct span){ key, 2 }, &value, NULL), QORGAN_ABSENT);
	engine_abort(txn);
	buffer_free(&file);
	buffer_free(&after);
}
END_TEST

/* An administrator who makes a user's slots anew cannot sign as that user. */
START_TEST(an_administrator_cannot_open_the_key_of_another)
{
	struct author_key *author = secret_alloc(sizeof *author);
	uint8_t *identity = secret_alloc(32);
	struct engine_txn *txn = NULL;
	uint8_t number = user_read("b").slots[0].number;

	ck_ok(engine_begin_read(store->engine, &txn, &error));
	ck_assert(age_identity_parse(tester_identity, strlen(tester_identity), identity));
	ck_ok(author_key_open(txn, number, identity, author, &error));
	ck_assert(!author_key_is_known(author));
	ck_assert(age_identity_parse(b_identity, strlen(b_identity), identity));
	ck_ok(author_key_open(txn, number, identity, author, &error));
	ck_assert(author_key_is_known(author));
	engine_abort(txn);
	secret_free(identity);
	secret_free(author);
}
END_TEST

Suite *suite_author(void)
{
	Suite *suite = suite_create("author");
	TCase *cases = tcase_create("authors");

	tcase_add_checked_fixture(cases, start, fixture_close);
	tcase_add_test(cases, each_commit_is_signed_by_the_own_key_of_its_author);
	tcase_add_test(cases, a_signature_holds_for_nothing_else);
	tcase_add_test(cases, who_writes_in_anothers_name_is_found_by_his_own_signature);
	tcase_add_test(cases, who_writes_in_anothers_name_cannot_sign_by_the_others_key);
	tcase_add_test(cases, who_leaves_the_signature_out_is_found);
	tcase_add_test(cases, one_commit_does_not_hold_what_bears_several_names);
	tcase_add_test(cases, nobody_puts_a_key_of_his_own_on_record_of_another);
	tcase_add_test(cases, what_bears_the_name_of_who_is_retired_is_found);
	tcase_add_test(cases, an_administrator_may_write_in_anothers_name_and_signs_as_who_he_is);
	tcase_add_test(cases, a_key_that_was_put_in_the_place_of_ones_own_signs_nothing);
	tcase_add_test(cases, a_key_that_is_lost_or_damaged_is_told_of_and_given_anew);
	tcase_add_test(cases, keys_outlast_roles_and_epochs_and_end_with_their_slots);
	tcase_add_test(cases, an_administrator_cannot_open_the_key_of_another);
	suite_add_tcase(suite, cases);
	return suite;
}
