/* New keys: what lay under the old ones is read throughout, sealed anew in steps that may
 * end anywhere, and opens to the old keys no more; who may only write gets no more keys. */
#include <sys/wait.h>

#include "base/file.h"
#include "crypto/card.h"
#include "crypto/note.h"
#include "crypto/secret.h"
#include "qorgan/custody.h"
#include "register_fixture.h"
#include "store/vault_card.h"
#include "store/vault_change.h"
#include "store/vault_rekey.h"
#include "store/vault_renewal.h"

Suite *suite_rekey(void);

static const struct qorgan_custody by_tester = { NULL, "a test" };
static struct qorgan_commit result;
static char *dump_before;

/* ---- What there is to see ------------------------------------------------------------ */

/* All that the store says, history included: no caller may see a change of keys. */
static char *dump(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_ok(qorgan_dump(store, NULL, "jsonl", to, &error));
	fclose(to);
	return text;
}

static void expect_same_content(void)
{
	char *now = dump();

	ck_assert_str_eq(dump_before, now);
	free(now);
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)advice;
	ck_abort_msg("%s: %s", object, what);
}

static void expect_sound(void)
{
	struct qorgan_verification verification;

	ck_ok(qorgan_verify(store, finding_fail, NULL, &verification, &error));
}

/* Rows that are sealed, by the layout as SECURITY.md has it. */
static bool is_sealed(unsigned table, struct span key)
{
	switch (table) {
	case ENGINE_IDS:
	case ENGINE_LEAVES:
	case ENGINE_TREE:
		return false;
	case ENGINE_META:
		return !strchr("fka", key.data[0]);
	case ENGINE_MIRROR:
		return key.data[0] != 'l' && key.data[0] != 't' && key.data[0] != 'i';
	default:
		return true;
	}
}

struct census {
	unsigned first, second, others; /* sealed rows by epoch */
	unsigned opened;                /* by the keys that were asked about */
};

/* Counts the sealed rows by epoch, and how many `keys` (or NULL) open, of what epoch they
 * may be: with the very cipher, so that nothing of the program's own choice is in it. */
static struct census census_take(const struct keys *keys)
{
	struct census census = { 0 };
	struct engine_txn *txn = NULL;
	struct buffer plain = { 0 };

	ck_ok(engine_begin_read(store->engine, &txn, &error));
	for (unsigned table = 0; table < ENGINE_TABLES; table++) {
		struct engine_range *range = NULL;
		struct span key, value;
		ck_ok(engine_range_open(txn, table, (struct span){ 0 }, (struct span){ 0 }, false, &range, &error));
		while (engine_range_next(range, &key, &value, &error) == QORGAN_OK) {
			struct seal_place place = { .table = (uint8_t)(table >= ENGINE_HEADS ? ENGINE_HEADS : table), .key = key };
			struct seal_head head;
			if (!is_sealed(table, key))
				continue;
			ck_assert(seal_head_read(value, &head));
			if (head.epoch == 1)
				census.first++;
			else if (head.epoch == 2)
				census.second++;
			else
				census.others++;
			if (keys && (!seal_open(keys, store->id, &place, value, &plain, NULL) ||
			             !seal_open_shared(keys, store->id, &place, value, &plain, NULL)))
				census.opened++;
		}
		engine_range_close(range);
	}
	engine_abort(txn);
	buffer_free(&plain);
	return census;
}

/* ---- Steps ----------------------------------------------------------------------------- */

static void evidence_attach(void)
{
	struct qorgan_change *change = NULL;
	char path[100], id[65], big[120000];

	memset(big, 'e', sizeof big);
	snprintf(path, sizeof path, "%s/photo", fixture_folder);
	ck_ok(file_replace_unsynced(path, 0600, big, sizeof big, &error));
	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_status(change, "CYB-01-M1", NULL, "in-progress", NULL, &error));
	ck_ok(qorgan_change_attach(change, path, id, &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
}

static void progress_set(const char *percent)
{
	struct qorgan_change *change = NULL;

	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_status(change, "CYB-01-M1", NULL, "in-progress", NULL, &error));
	ck_ok(qorgan_change_set(change, "progress", percent, &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	ck_assert_uint_eq(result.changed, 1);
	qorgan_change_free(change);
}

static void start(void)
{
	fixture_make();
	evidence_attach();
	progress_set("5");
	dump_before = dump();
}

static void stop(void)
{
	free(dump_before);
	fixture_close();
}

START_TEST(rows_are_sealed_anew_in_steps_that_may_end_anywhere)
{
	bool done = false;
	size_t rows;
	unsigned steps = 0;
	struct census before;

	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert(qorgan_rekey_is_pending(store));
	before = census_take(NULL);
	ck_assert_uint_gt(before.first, 30);
	while (!done) {
		ck_ok(vault_renewal_step(store, 3, &rows, &done, &error));
		ck_assert_uint_le(rows, 3);
		if (steps % 4 == 0) { /* whoever is killed here, opens and sees all of it */
			fixture_shut();
			fixture_open();
		}
		if (steps % 8 == 0)
			expect_same_content();
		if (steps % 16 == 0)
			expect_sound();
		steps++;
	}
	ck_assert_uint_gt(steps, before.first / 3);
	ck_assert(!qorgan_rekey_is_pending(store));
	ck_assert_uint_eq(census_take(NULL).first, 0);
	expect_same_content();
	expect_sound();
	fixture_shut();
	fixture_open();
	ck_assert(!qorgan_rekey_is_pending(store));
	expect_same_content();
}
END_TEST

START_TEST(what_is_written_between_the_steps_stays)
{
	bool done = false;
	size_t rows;
	char percent[4];
	unsigned steps = 0;

	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	for (; !done; steps++) {
		ck_ok(vault_renewal_step(store, 5, &rows, &done, &error));
		if (steps < 40) {
			snprintf(percent, sizeof percent, "%u", 10 + steps);
			progress_set(percent);
		}
	}
	ck_assert_uint_gt(steps, 20);
	ck_assert_uint_eq(census_take(NULL).first, 0);
	expect_sound();
}
END_TEST

START_TEST(the_old_keys_open_nothing_that_is_left_or_new)
{
	struct keys *old = secret_alloc(sizeof *old);
	uint64_t rows;

	*old = *store->keys;
	struct census before = census_take(old);
	ck_assert_uint_eq(before.opened, before.first); /* the census is of what is sealed */
	ck_assert_uint_eq(before.second + before.others, 0);
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	struct census between = census_take(old);
	ck_assert_uint_eq(between.opened, between.first);
	ck_assert_uint_gt(between.second, 5);
	progress_set("50");
	ck_ok(qorgan_rekey_go_on(store, &rows, &error));
	struct census after = census_take(old);
	ck_assert_uint_eq(after.opened, 0);
	ck_assert_uint_eq(after.first + after.others, 0);
	ck_assert_int_ne(memcmp(old->log_seed, store->keys->log_seed, 32), 0);
	ck_assert_int_ne(memcmp(old->package_seed, store->keys->package_seed, 32), 0);
	ck_assert_int_ne(memcmp(old->witness_seed, store->keys->witness_seed, 32), 0);
	ck_assert_int_ne(memcmp(old->admin_seed, store->keys->admin_seed, 32), 0);
	secret_free(old);
}
END_TEST

START_TEST(keys_change_again_and_again)
{
	uint64_t rows;

	for (uint32_t epoch = 2; epoch <= 5; epoch++) {
		/* What one change left is finished by the next. */
		ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
		ck_assert_uint_eq(store->keys->root.epoch, epoch);
		progress_set(epoch % 2 ? "60" : "70");
	}
	ck_ok(qorgan_rekey_go_on(store, &rows, &error));
	expect_sound();
	fixture_shut();
	fixture_open();
	ck_assert_uint_eq(store->keys->root.epoch, 5);
	expect_sound();
}
END_TEST

/* ---- Who holds the store open meanwhile -------------------------------------------------- */

START_TEST(another_process_is_told_that_the_keys_changed)
{
	int ready[2], go[2], status;
	char byte = 0;

	ck_assert_int_eq(pipe(ready) | pipe(go), 0);
	fixture_shut();
	pid_t child = fork();
	if (child == 0) {
		struct vault_view *view = NULL;
		fixture_open();
		if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
			_exit(2);
		int code = vault_view_begin(store, &view, &error);
		_exit(code == QORGAN_BUSY && strstr(error.message, "keys of ") ? 0 : 1);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	fixture_open();
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_assert_int_eq(write(go[1], &byte, 1), 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(a_change_of_keys_that_fails_changes_nothing)
{
	struct vault_change *change = NULL;
	const struct keys *keys = store->keys;
	struct census before = census_take(NULL);

	ck_ok(vault_rekey_begin(store, NULL, "a test", &change, &error));
	ck_assert(store->keys != keys && vault_rekey_former(change) == keys);
	vault_change_abandon(change);
	ck_assert(store->keys == keys);
	struct census after = census_take(NULL);
	ck_assert_mem_eq(&before, &after, sizeof before);
	expect_same_content();
	expect_sound();
	fixture_shut();
	fixture_open();
	progress_set("20");
	expect_sound();
}
END_TEST

/* Who only reads can seal that row, too. */
START_TEST(a_forged_row_of_the_former_keys_is_damage)
{
	static const struct { uint8_t table, key_size; } rows[] = {
		{ ENGINE_META, 0 }, { ENGINE_TABLES, 0 }, { 200, 0 }, { 255, 64 }, { ENGINE_HISTORY, 65 }, { ENGINE_HISTORY, 255 },
	};
	uint8_t row[102] = { 0 };
	struct engine_txn *txn = NULL;

	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	row[3] = 1; /* the epoch */
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool done = false;
		size_t count;
		row[36] = rows[i].table;
		row[37] = rows[i].key_size;
		ck_ok(engine_begin_write(store->engine, &txn, &error));
		ck_ok(vault_meta_put(store, txn, META_RENEWAL, (struct span){ (char *)row, sizeof row }, &error));
		ck_ok(engine_commit(txn, &error));
		ck_fails(vault_renewal_step(store, 10, &count, &done, &error), QORGAN_IO, "malformed");
	}
}
END_TEST

/* ---- The log's keys -------------------------------------------------------------------------- */

START_TEST(the_card_leads_from_one_log_key_to_the_next)
{
	uint8_t first[32], key[32];
	struct vault_view *view = NULL;
	struct buffer note = { 0 };
	char vkey[NOTE_VKEY_LIMIT];
	struct card card;
	uint64_t size;

	memcpy(first, store->keys->root.log_public, sizeof first);
	ck_ok(vault_view_begin(store, &view, &error));
	size = vault_view_leaves(view);
	vault_view_end(view);
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_log_key(view, size, key, &error));
	ck_assert_mem_eq(key, first, sizeof key);
	ck_ok(vault_log_key(view, 1, key, &error));
	ck_assert_mem_eq(key, first, sizeof key);
	ck_ok(vault_log_key(view, size + 1, key, &error));
	ck_assert_mem_eq(key, store->keys->root.log_public, sizeof key);
	ck_ok(vault_card_successor(view, 2, &note, &error));
	ck_ok(card_read(buffer_span(&note), &card, &error));
	ck_assert(note_format_vkey(store->origin, first, vkey));
	ck_assert_str_eq(card.former, vkey);
	ck_assert_uint_eq(card.former_size, size);
	ck_assert(card_is_signed_by(buffer_span(&note), vkey));
	ck_assert_int_eq(vault_card_successor(view, 3, &note, &error), QORGAN_ABSENT);
	vault_view_end(view);
	buffer_free(&note);
}
END_TEST

/* Who only reads knows the recipients of slots, and can make one for another that holds a
 * log key of his own, and sign the log with it. This computer has seen another. */
START_TEST(a_slot_with_another_log_key_is_mistrusted)
{
	struct keys_root *root = secret_alloc(sizeof *root);
	struct engine_txn *txn = NULL;
	struct vault_view *view = NULL;
	struct buffer slot = { 0 }, checkpoint = { 0 }, sealed = { 0 }, forged = { 0 };
	uint8_t seed[32], pair[64];
	struct span text;
	char row[2] = { 'k', 0 };

	*root = store->keys->root;
	randombytes_buf(seed, sizeof seed);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_checkpoint(view, &checkpoint, &error));
	struct layout_commit_key key = layout_commit(vault_view_commits(view), 'c');
	vault_view_end(view);
	ck_ok(note_verify(buffer_span(&checkpoint), store->origin, root->log_public, &text, &error));
	crypto_sign_seed_keypair(root->log_public, pair, seed);
	ck_ok(note_sign(text, store->origin, seed, &forged, &error));
	ck_ok(slot_make(store->id, &store->door, root, &slot, &error));
	const struct seal_place place = { .table = ENGINE_COMMITS, .key = LAYOUT_SPAN(key) };
	seal_put(store->keys, store->id, &place, buffer_span(&forged), &sealed);
	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(engine_put(txn, ENGINE_META, (struct span){ row, 2 }, buffer_span(&slot), &error));
	ck_ok(engine_put(txn, ENGINE_COMMITS, place.key, buffer_span(&sealed), &error));
	ck_ok(engine_commit(txn, &error));
	fixture_shut();
	fixture_open();
	ck_assert_ptr_nonnull(qorgan_store_mistrust(store));
	ck_assert_msg(strstr(qorgan_store_mistrust(store), "another key") != NULL, "%s", qorgan_store_mistrust(store));
	secret_free(root);
	buffer_free(&slot);
	buffer_free(&checkpoint);
	buffer_free(&sealed);
	buffer_free(&forged);
}
END_TEST

START_TEST(a_card_that_was_altered_is_damage)
{
	struct layout_epoch_key key = layout_epoch(META_CARD, 2);
	struct engine_txn *txn = NULL;
	struct buffer note = { 0 };
	struct vault_view *view = NULL;

	fixture_shut();
	fixture_open(); /* so that the identity's file is there */
	ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_card_successor(view, 2, &note, &error));
	vault_view_end(view);
	/* Sealed by a key that every reader has, and yet not what was signed. */
	char *size = strstr(note.data, "replaced-at ") + strlen("replaced-at ");
	*size = *size == '9' ? '8' : '9';
	ck_ok(engine_begin_write(store->engine, &txn, &error));
	ck_ok(vault_meta_row_put(store, txn, LAYOUT_SPAN(key), buffer_span(&note), &error));
	ck_ok(engine_commit(txn, &error));
	buffer_free(&note);
	fixture_shut();
	char path[100], identity[100];
	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity, sizeof identity, "%s/identity", fixture_folder);
	const struct qorgan_keys keys = { .identity = identity };
	ck_fails(qorgan_store_open(path, &keys, 0, &store, &error), QORGAN_IO, "the keys of epoch 2");
	store = NULL;
}
END_TEST

Suite *suite_rekey(void)
{
	Suite *suite = suite_create("rekey");
	TCase *cases = tcase_create("rekey");

	tcase_add_checked_fixture(cases, start, stop);
	tcase_set_timeout(cases, 120);
	tcase_add_test(cases, rows_are_sealed_anew_in_steps_that_may_end_anywhere);
	tcase_add_test(cases, what_is_written_between_the_steps_stays);
	tcase_add_test(cases, the_old_keys_open_nothing_that_is_left_or_new);
	tcase_add_test(cases, keys_change_again_and_again);
	tcase_add_test(cases, another_process_is_told_that_the_keys_changed);
	tcase_add_test(cases, a_change_of_keys_that_fails_changes_nothing);
	tcase_add_test(cases, a_forged_row_of_the_former_keys_is_damage);
	tcase_add_test(cases, the_card_leads_from_one_log_key_to_the_next);
	tcase_add_test(cases, a_slot_with_another_log_key_is_mistrusted);
	tcase_add_test(cases, a_card_that_was_altered_is_damage);
	suite_add_tcase(suite, cases);
	return suite;
}
