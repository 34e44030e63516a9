/* The secret that is shared with a partner: sealed for writers, bound to the moment
 * that the record names, gone when it is given up. */
#include "store/partner_secret.h"

#include "base/file.h"
#include "crypto/secret.h"
#include "engine/engine.h"
#include "qorgan/exchange.h"
#include "register_fixture.h"
#include "store/vault_internal.h"

Suite *suite_partner_secret(void);

#define FIRST "the first secret of the two"
#define SECOND "the second secret of them"
#define MOMENT 1785578400 /* of the fixture: 2026-08-01T10:00:00Z */

static char *secret;

static void start(void)
{
	fixture_make();
	fixture_load("{\"kind\":\"partner\",\"id\":\"KAZ\",\"recipient\":"
	             "\"age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj\"}\n");
	secret = secret_alloc(PARTNER_SECRET_LIMIT);
}

static void stop(void)
{
	secret_free(secret);
	fixture_close();
}

/* Sets the secret, or with NULL gives it up. */
static int share(const char *text)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	char path[100];

	snprintf(path, sizeof path, "%s/secret", fixture_folder);
	if (text)
		ck_ok(file_replace_unsynced(path, 0600, text, strlen(text), &error));
	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_object(change, "partner", "KAZ", QORGAN_EDIT, 0, &error));
	int code = qorgan_change_secret(change, text ? path : NULL, &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	ck_assert(code || result.changed == 1);
	qorgan_change_free(change);
	return code;
}

static int get(int64_t since)
{
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	int code = partner_secret_get(view, "KAZ", since, secret, &error);
	vault_view_end(view);
	return code;
}

/* The one row of secrets, as it lies in the store. */
static void row_get(struct buffer *key, struct buffer *value)
{
	struct vault_view *view = NULL;
	struct engine_range *range = NULL;
	struct span at, sealed;
	size_t found = 0;

	buffer_clear(key);
	buffer_clear(value);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(engine_range_open(view->txn, ENGINE_META, span_of(META_SECRET), span_of("t"), false, &range, &error));
	while (engine_range_next(range, &at, &sealed, NULL) == QORGAN_OK) {
		ck_assert(partner_secret_key_is(at));
		buffer_append_span(key, at);
		buffer_append_span(value, sealed);
		found++;
	}
	engine_range_close(range);
	vault_view_end(view);
	ck_assert_uint_le(found, 1);
}

static void row_put(const struct buffer *key, const struct buffer *value)
{
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_put(txn, ENGINE_META, buffer_span(key), buffer_span(value), &error));
	ck_ok(engine_commit(txn, &error));
}

START_TEST(it_comes_back_and_goes)
{
	struct buffer key = { 0 }, value = { 0 };

	ck_fails(get(MOMENT), QORGAN_DENIED, "the secret shared with KAZ is not in this store");
	ck_ok(share(FIRST "\r\nwhat follows is not read\n"));
	ck_ok(get(MOMENT));
	ck_assert_str_eq(secret, FIRST);
	row_get(&key, &value);
	ck_assert_uint_gt(value.size, 0);
	ck_assert_ptr_null(memmem(value.data, value.size, FIRST, strlen(FIRST)));

	/* The clock stands still, and yet the second is another. */
	ck_ok(share(SECOND));
	ck_fails(get(MOMENT), QORGAN_DENIED, "is not in this store");
	ck_ok(get(MOMENT + 1));
	ck_assert_str_eq(secret, SECOND);

	ck_ok(share(NULL));
	ck_fails(get(MOMENT + 1), QORGAN_DENIED, "is not in this store");
	row_get(&key, &value);
	ck_assert_uint_eq(value.size, 0);
	ck_fails(share(NULL), QORGAN_ABSENT, "no secret is shared with KAZ");
	buffer_free(&key);
	buffer_free(&value);
}
END_TEST

START_TEST(an_older_one_put_back_is_not_taken)
{
	struct buffer key = { 0 }, before = { 0 }, after = { 0 };

	ck_ok(share(FIRST));
	row_get(&key, &before);
	ck_ok(share(SECOND));
	row_get(&key, &after);
	row_put(&key, &before);
	ck_fails(get(MOMENT + 1), QORGAN_DENIED, "is not in this store");
	/* Not even under the moment of the newer one. */
	memcpy(before.data, after.data, SEAL_HEAD_SIZE);
	row_put(&key, &before);
	ck_fails(get(MOMENT + 1), QORGAN_IO, "the secret shared with KAZ");
	row_put(&key, &after);
	ck_ok(get(MOMENT + 1));
	buffer_free(&key);
	buffer_free(&before);
	buffer_free(&after);
}
END_TEST

/* Not by a check that could be left out: the reader has not the key. */
START_TEST(who_only_reads_has_not_the_key)
{
	struct keys *derived = secret_alloc(sizeof *derived);
	struct keys_root *root = secret_alloc(sizeof *root);
	const uint8_t none[KEYS_SIZE] = { 0 };

	ck_ok(share(FIRST));
	*root = store->keys->root;
	root->roles = KEYS_MAY_READ;
	memset(root->write, 0, sizeof root->write);
	ck_ok(keys_derive(root, derived, &error));
	ck_assert_mem_eq(derived->shared, none, sizeof none);
	ck_assert_mem_eq(derived->seal, store->keys->seal, KEYS_SIZE);
	memcpy(store->keys->shared, derived->shared, KEYS_SIZE);
	ck_fails(get(MOMENT), QORGAN_IO, "does not authenticate");
	store->keys->root.roles = KEYS_MAY_READ;
	ck_fails(get(MOMENT), QORGAN_DENIED, "for those who may write");
	secret_free(root);
	secret_free(derived);
}
END_TEST

START_TEST(a_change_that_fails_leaves_it)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	char path[100];

	ck_ok(share(FIRST));
	snprintf(path, sizeof path, "%s/secret", fixture_folder);
	ck_ok(file_replace_unsynced(path, 0600, SECOND, strlen(SECOND), &error));
	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_fails(qorgan_change_secret(change, path, &error), QORGAN_USAGE, "turn to one first");
	ck_ok(qorgan_change_object(change, "domain", "CYB", QORGAN_EDIT, 0, &error));
	ck_fails(qorgan_change_secret(change, path, &error), QORGAN_USAGE, "turn to one first");
	ck_ok(qorgan_change_object(change, "partner", "KAZ", QORGAN_EDIT, 0, &error));
	ck_ok(qorgan_change_secret(change, path, &error));
	ck_fails(qorgan_change_secret(change, NULL, &error), QORGAN_USAGE, "one secret");
	ck_ok(qorgan_change_set(change, "recipient", "age1none", &error));
	ck_fails(qorgan_change_commit(change, &result, &error), QORGAN_BAD_DATA, "recipient");
	qorgan_change_free(change);
	ck_ok(get(MOMENT));
	ck_assert_str_eq(secret, FIRST);
}
END_TEST

Suite *suite_partner_secret(void)
{
	Suite *suite = suite_create("partner_secret");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, it_comes_back_and_goes);
	tcase_add_test(tests, an_older_one_put_back_is_not_taken);
	tcase_add_test(tests, who_only_reads_has_not_the_key);
	tcase_add_test(tests, a_change_that_fails_leaves_it);
	suite_add_tcase(suite, tests);
	return suite;
}
