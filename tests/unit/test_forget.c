/* Forgetting: what an insider empties, puts back or alters is told from what an administrator
 * had forgotten; who holds the former file open does not write to it. */
#include <sys/wait.h>

#include "qorgan/custody.h"
#include "qorgan/forget.h"
#include "register_fixture.h"
#include "store/forget.h"
#include "store/vault_change.h"

Suite *suite_forget(void);

static struct qorgan_forgotten forgotten;

static void forget_one(const char *kind, const char *id, uint32_t version)
{
	const struct qorgan_forget forget = { .kind = kind, .id = id, .version = version, .reason = "a test" };

	ck_ok(qorgan_forget(store, &forget, &forgotten, &error));
}

static void finish(void)
{
	struct qorgan_rewritten rewritten;

	ck_ok(qorgan_forget_finish(store, &rewritten, &error));
	ck_assert(rewritten.done);
	ck_assert_int_eq(rewritten.former, QORGAN_ERASED);
}

/* ---- A head, as it lies there -------------------------------------------------------------- */

struct head {
	struct vault_record record;
	struct layout_number_key key;
	struct buffer sealed;
};

static void head_read(const char *kind, const char *id, struct head *head)
{
	struct vault_view *view = NULL;
	struct span sealed;

	*head = (struct head){ 0 };
	ck_ok(vault_view_begin(store, &view, &error));
	vault_view_show_absent(view, true);
	ck_ok(vault_get_own(view, schema_find(kind, strlen(kind)), span_of(id), 0, &head->record, &error));
	head->key = layout_number(head->record.place.number);
	ck_ok(engine_get(view->txn, ENGINE_HEADS + head->record.place.shard, LAYOUT_SPAN(head->key), &sealed, &error));
	buffer_append_span(&head->sealed, sealed);
	vault_view_end(view);
}

static void head_put(const struct head *head, struct span sealed)
{
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_put(txn, ENGINE_HEADS + head->record.place.shard, LAYOUT_SPAN(head->key), sealed, &error));
	ck_ok(engine_commit(txn, &error));
}

/* By the read key, which everybody has. */
static void head_seal(const struct head *head, struct span plain)
{
	struct seal_place place = { .table = ENGINE_HEADS, .version = head->record.record.version, .leaf = head->record.leaf,
		                        .key = LAYOUT_SPAN(head->key) };
	struct buffer sealed = { 0 };

	seal_put(store->keys, store->id, &place, plain, &sealed);
	head_put(head, buffer_span(&sealed));
	buffer_free(&sealed);
}

static void head_free(struct head *head)
{
	vault_record_free(&head->record);
	buffer_free(&head->sealed);
}

/* ---- What an insider does -------------------------------------------------------------------- */

START_TEST(a_version_that_was_emptied_and_not_forgotten_is_found)
{
	struct buffer plain = { 0 };
	struct head head;

	head_read("risk", "CYB-02", &head);
	record_write_absent(&head.record.record, RECORD_FORGOTTEN, (struct span){ "{}", 2 }, &plain);
	head_seal(&head, buffer_span(&plain));
	expect_findings(1, "no record says that it was forgotten");
	buffer_free(&plain);
	head_free(&head);
}
END_TEST

START_TEST(a_version_that_is_put_back_is_found)
{
	struct head head;

	head_read("risk", "CYB-02", &head);
	forget_one("risk", "CYB-02", 0);
	finish();
	expect_findings(0, "");
	head_put(&head, buffer_span(&head.sealed));
	expect_findings(1, "that was forgotten is not gone");
	head_free(&head);
}
END_TEST

START_TEST(what_stands_in_its_place_cannot_be_altered)
{
	struct head head;

	forget_one("risk", "CYB-02", 0);
	head_read("risk", "CYB-02", &head);
	char *time = memmem(head.record.plain.data, head.record.plain.size, "T10:00:00Z", 10);
	ck_assert_ptr_nonnull(time);
	memcpy(time, "T09", 3);
	head_seal(&head, buffer_span(&head.record.plain));
	expect_findings(2, "what stands in its place is not what was put there");
	head_free(&head);
}
END_TEST

START_TEST(who_has_no_admin_key_cannot_have_it_forgotten)
{
	uint64_t rows;
	struct qorgan_commit result;
	const struct qorgan_custody how = { NULL, "a test" };

	forget_one("risk", "WAT-02", 0);
	store->keys->root.roles &= ~(uint32_t)KEYS_MAY_ADMINISTER;
	const struct qorgan_forget forget = { .kind = "risk", .id = "CYB-02", .reason = "a test" };
	ck_fails(qorgan_forget(store, &forget, &forgotten, &error), QORGAN_DENIED, "only an administrator");
	store->keys->root.roles |= KEYS_MAY_ADMINISTER;

	/* A program that does not ask for the key has none to endorse it by. */
	uint8_t seed[KEYS_SIZE];
	memcpy(seed, store->keys->admin_seed, sizeof seed);
	memset(store->keys->admin_seed, 1, sizeof seed);
	forget_one("risk", "CYB-02", 0);
	memcpy(store->keys->admin_seed, seed, sizeof seed);
	expect_findings(1, "no administrator stands for what is on record as forgotten");

	/* A change of keys endorses the one anew, and not the other. */
	ck_ok(qorgan_rekey(store, &how, &result, &error));
	ck_ok(qorgan_rekey_go_on(store, &rows, &error));
	expect_findings(1, "no administrator stands for what is on record as forgotten");
}
END_TEST

/* ---- Who else has it open ---------------------------------------------------------------------- */

START_TEST(who_holds_the_former_file_open_does_not_write_to_it)
{
	struct vault_change *change = NULL;
	int status;

	fixture_shut();
	fixture_open();
	pid_t child = fork();
	if (child == 0) {
		struct qorgan_rewritten rewritten;
		fixture_open();
		forget_one("risk", "CYB-02", 0);
		int code = qorgan_forget_finish(store, &rewritten, &error);
		_exit(!code && rewritten.done && rewritten.former == QORGAN_ERASED_NOT_READ ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_fails(vault_change_begin(store, NULL, NULL, &change, &error), QORGAN_BUSY, "was replaced meanwhile");
	fixture_shut();
	fixture_open();
	ck_ok(vault_change_begin(store, NULL, NULL, &change, &error));
	vault_change_abandon(change);
	expect_findings(0, "");
}
END_TEST

/* ---- Many ----------------------------------------------------------------------------------------- */

static void progress_set(unsigned percent)
{
	struct qorgan_change *change = NULL;
	struct qorgan_commit result;
	char text[8];

	snprintf(text, sizeof text, "%u", percent);
	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_status(change, "CYB-01-M1", "KAZ", "in-progress", NULL, &error));
	ck_ok(qorgan_change_set(change, "progress", text, &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
}

static int row_count(void *context, const struct qorgan_forgetting *row)
{
	ck_assert_str_eq(row->id, "CYB-01-M1/KAZ");
	ck_assert_str_eq(row->reason, "a test");
	ck_assert(row->endorsed);
	++*(unsigned *)context;
	return QORGAN_OK;
}

START_TEST(many_versions_take_several_records)
{
	struct vault_view *view = NULL;
	unsigned count = 0;

	for (unsigned i = 0; i < 9; i++)
		progress_set(50 + i);
	forget_part_limit = 500;
	forget_one("status", "CYB-01-M1/KAZ", 0);
	ck_assert_uint_eq(forgotten.versions, 10);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_assert_uint_ge(vault_view_heads(view, schema_find("forgetting", 10)), 3);
	vault_view_end(view);
	ck_ok(qorgan_forgettings(store, row_count, &count, &error));
	ck_assert_uint_eq(count, 10);
	expect_findings(0, "");
	finish();
	expect_findings(0, "");
}
END_TEST

Suite *suite_forget(void)
{
	Suite *suite = suite_create("forget");
	TCase *cases = tcase_create("forget");

	tcase_add_checked_fixture(cases, fixture_make, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, a_version_that_was_emptied_and_not_forgotten_is_found);
	tcase_add_test(cases, a_version_that_is_put_back_is_found);
	tcase_add_test(cases, what_stands_in_its_place_cannot_be_altered);
	tcase_add_test(cases, who_has_no_admin_key_cannot_have_it_forgotten);
	tcase_add_test(cases, who_holds_the_former_file_open_does_not_write_to_it);
	tcase_add_test(cases, many_versions_take_several_records);
	suite_add_tcase(suite, cases);
	return suite;
}
