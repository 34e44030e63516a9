/* The chain of the log's keys: each is had by the size of the log; where a card is missing, another's or out of its place, the
 * store is said to be altered, and no key is given. */
#include "crypto/card.h"
#include "crypto/note.h"
#include "qorgan/custody.h"
#include "register_fixture.h"
#include "store/log_keys.h"
#include "store/vault_card.h"
#include "store/vault_change.h"

Suite *suite_log_keys(void);

#define EPOCHS 3
static const struct qorgan_custody by_tester = { NULL, "a test" };
static uint8_t keys_of[EPOCHS + 1][32]; /* by epoch */
static uint64_t until[EPOCHS + 1];      /* the size of the log when it ended */
static struct buffer cards[EPOCHS + 1]; /* by which it came */

static uint64_t log_size(void)
{
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	uint64_t size = view->state.tree.size;
	vault_view_end(view);
	return size;
}

static void card_get(uint32_t epoch, struct buffer *note)
{
	struct vault_view *view = NULL;

	buffer_clear(note);
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_card_successor(view, epoch, note, &error));
	vault_view_end(view);
}

static void set_up(void)
{
	struct qorgan_commit result;
	uint64_t rows;

	fixture_make();
	for (uint32_t epoch = 1; epoch <= EPOCHS; epoch++) {
		memcpy(keys_of[epoch], store->keys->root.log_public, 32);
		if (epoch > 1)
			card_get(epoch, &cards[epoch]);
		if (epoch == EPOCHS)
			break;
		until[epoch] = log_size();
		ck_ok(qorgan_rekey(store, &by_tester, &result, &error));
		ck_ok(qorgan_rekey_go_on(store, &rows, &error));
		fixture_set("risk", "CYB-01", "title.en", epoch == 1 ? "One" : "Two");
	}
}

static void tear_down(void)
{
	for (uint32_t epoch = 0; epoch <= EPOCHS; epoch++)
		buffer_free(&cards[epoch]);
	fixture_close();
}

/* The card of an epoch is to be this; none: it is gone. */
static void card_set(uint32_t epoch, struct span note)
{
	struct layout_epoch_key key = layout_epoch(META_CARD, epoch);
	struct engine_txn *txn = NULL;

	ck_ok(engine_begin_write(store->engine, &txn, &error));
	if (note.size)
		ck_ok(vault_meta_row_put(store, txn, LAYOUT_SPAN(key), note, &error));
	else
		ck_ok(engine_delete(txn, ENGINE_META, LAYOUT_SPAN(key), &error));
	ck_ok(engine_commit(txn, &error));
	log_keys_free(&store->log_keys); /* it is read once for each epoch */
}

/* The checkpoint of a view is judged by these keys: only their reader is asked here. */
static int ask(uint64_t size, uint8_t key[32], uint64_t *replaced)
{
	struct qorgan_store *vault = store;
	struct vault_view view = { .vault = vault };
	int code = engine_begin_read(vault->engine, &view.txn, &error);

	if (!code)
		code = vault_log_key(&view, size, key, &error);
	if (!code)
		code = vault_log_replaced(&view, replaced, &error);
	engine_abort(view.txn);
	return code;
}

static void refused(const char *words)
{
	uint8_t key[32] = { 0 };
	uint64_t replaced;

	ck_fails(ask(1, key, &replaced), QORGAN_IO, words);
	ck_assert(sodium_is_zero(key, sizeof key));
	ck_fails(ask(1, key, &replaced), QORGAN_IO, words); /* and not once only */
}

START_TEST(each_key_is_had_by_the_size_of_the_log)
{
	uint8_t key[32];
	uint64_t replaced;

	for (uint64_t size = 0; size <= until[2] + 5; size++) {
		uint32_t epoch = size <= until[1] ? 1 : size <= until[2] ? 2 : 3;
		ck_ok(ask(size, key, &replaced));
		ck_assert_msg(memcmp(key, keys_of[epoch], 32) == 0, "size %u", (unsigned)size);
		ck_assert_uint_eq(replaced, until[2]);
	}
}
END_TEST

START_TEST(a_store_whose_keys_never_changed_has_one)
{
	uint8_t key[32];
	uint64_t replaced;

	tear_down();
	fixture_make();
	ck_ok(ask(1, key, &replaced));
	ck_assert_mem_eq(key, store->keys->root.log_public, 32);
	ck_assert_uint_eq(replaced, 0);
}
END_TEST

START_TEST(a_card_that_is_missing_or_none_is_told)
{
	card_set(2, (struct span){ "", 0 });
	refused("the card by which the keys of epoch 2 came: the store is damaged or was altered: it is missing");
	card_set(2, buffer_span(&cards[2]));
	card_set(3, (struct span){ "", 0 });
	refused("keys of epoch 3 came");
	card_set(3, span_of("no card"));
	refused("keys of epoch 3 came");
	card_set(3, (struct span){ cards[3].data, cards[3].size / 2 });
	refused("keys of epoch 3 came");
	card_set(3, buffer_span(&cards[3]));
	uint8_t key[32];
	uint64_t replaced;
	ck_ok(ask(1, key, &replaced));
}
END_TEST

START_TEST(cards_out_of_their_order_are_told)
{
	card_set(2, buffer_span(&cards[3]));
	refused("keys of epoch 3 came: the store is damaged or was altered: it is no card by which this log's key changed");
	card_set(3, buffer_span(&cards[2]));
	refused("it is no card by which this log's key changed");
	card_set(2, buffer_span(&cards[2]));
	refused("keys of epoch 3 came");
}
END_TEST

/* The last line of a note is its last signature. */
START_TEST(a_card_that_the_former_key_did_not_sign_is_told)
{
	struct buffer note = { 0 };
	const char *signatures = strstr(buffer_text(&cards[2]), "\n\n");

	ck_assert_ptr_nonnull(signatures);
	const char *second = strchr(signatures + 2, '\n');
	ck_assert(second && second[1]);
	for (int kept = 0; kept < 2; kept++) {
		buffer_clear(&note);
		buffer_append(&note, cards[2].data, (size_t)(signatures + 2 - cards[2].data));
		if (kept)
			buffer_append_text(&note, second + 1);
		else
			buffer_append(&note, signatures + 2, (size_t)(second + 1 - signatures - 2));
		card_set(2, buffer_span(&note));
		refused("keys of epoch 2 came");
	}
	buffer_free(&note);
}
END_TEST

/* A card by which one key that was made up here took the place of another. */
static void card_of_other_keys(void)
{
	struct buffer note = { 0 };
	struct card card;
	uint8_t seeds[2][32], pair[64], public[32];

	ck_ok(card_read(buffer_span(&cards[2]), &card, &error));
	for (int i = 0; i < 2; i++) {
		randombytes_buf(seeds[i], 32);
		crypto_sign_seed_keypair(public, pair, seeds[i]);
		ck_assert(note_format_vkey(card.origin, public, i ? card.former : card.vkey));
	}
	ck_ok(card_sign_successor(&card, seeds[0], seeds[1], &note, &error));
	card_set(2, buffer_span(&note));
	buffer_free(&note);
}

START_TEST(a_chain_of_other_keys_does_not_lead_to_the_one_in_the_slot)
{
	card_of_other_keys();
	refused("keys of epoch 3 came"); /* that one goes on from another */
	card_set(2, buffer_span(&cards[2]));
	store->keys->root.log_public[0] ^= 1;
	refused("do not lead to the one in the slot: the store was altered");
	store->keys->root.log_public[0] ^= 1;
}
END_TEST

START_TEST(an_epoch_that_there_cannot_be_is_told)
{
	store->keys->root.epoch = 0;
	log_keys_free(&store->log_keys);
	store->log_keys.epoch = 1;
	refused("of an epoch that there cannot be");
	store->keys->root.epoch = KEYS_EPOCHS_LIMIT + 1;
	refused("of an epoch that there cannot be");
	store->keys->root.epoch = EPOCHS;
}
END_TEST

Suite *suite_log_keys(void)
{
	Suite *suite = suite_create("log_keys");
	TCase *tests = tcase_create("log_keys");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, each_key_is_had_by_the_size_of_the_log);
	tcase_add_test(tests, a_store_whose_keys_never_changed_has_one);
	tcase_add_test(tests, a_card_that_is_missing_or_none_is_told);
	tcase_add_test(tests, cards_out_of_their_order_are_told);
	tcase_add_test(tests, a_card_that_the_former_key_did_not_sign_is_told);
	tcase_add_test(tests, a_chain_of_other_keys_does_not_lead_to_the_one_in_the_slot);
	tcase_add_test(tests, an_epoch_that_there_cannot_be_is_told);
	suite_add_tcase(suite, tests);
	return suite;
}
