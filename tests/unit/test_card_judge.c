/* What a card is to a store: new, known, renewed, a successor or strange; and what
 * pinning it leaves on record. */
#include "qorgan/card.h"

#include "crypto/card.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "register_fixture.h"

Suite *suite_card_judge(void);

#define ORIGIN "qorgan/KAZ/0123456789abcdef0123456789abcdef"
#define MADE 1785492000 /* 2026-07-31T10:00:00Z: the day before the fixture's clock */

static uint8_t (*seeds)[32]; /* of 32 bytes 1, 2, 3 */
static struct buffer note;
static struct qorgan_card_judgement judgement;

static void start(void)
{
	fixture_make();
	seeds = secret_alloc(3 * 32);
	for (unsigned i = 0; i < 3; i++)
		memset(seeds[i], (int)i + 1, 32);
}

static void stop(void)
{
	buffer_free(&note);
	secret_free(seeds);
	fixture_close();
}

/* A card of Kazakhstan by one of the seeds, made so many seconds later, and signed by
 * the key of another too, unless `former` is negative. */
static void card_make(int number, int former, int later)
{
	struct card card = { .state = "KAZ", .origin = ORIGIN, .created = MADE + later };
	struct minisign_public minisign;
	uint8_t key[32], secret_key[64];

	age_identity_recipient(seeds[number], key);
	age_recipient_format(key, card.recipient);
	crypto_sign_seed_keypair(key, secret_key, seeds[number]);
	minisign_public_of(key, &minisign);
	minisign_public_format(&minisign, card.minisign);
	ck_assert(note_format_vkey(ORIGIN, key, card.vkey));
	card.valid_from = time_date(MADE);
	card.valid_until = card.valid_from + 365;
	if (former >= 0) {
		crypto_sign_seed_keypair(key, secret_key, seeds[former]);
		ck_assert(note_format_vkey(ORIGIN, key, card.former));
		card.former_size = 7;
	}
	buffer_clear(&note);
	if (former < 0)
		ck_ok(card_sign(&card, seeds[number], &note, &error));
	else
		ck_ok(card_sign_successor(&card, seeds[number], seeds[former], &note, &error));
}

static int judge(void)
{
	return qorgan_card_judge(store, note.data, note.size, &judgement, &error);
}

static int pin(void)
{
	struct qorgan_change *change;
	struct qorgan_commit result;

	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	int code = qorgan_change_card(change, &judgement, &error);
	if (!code)
		code = qorgan_change_commit(change, &result, &error);
	qorgan_change_free(change);
	return code;
}

static void stands(enum qorgan_card_standing standing, uint32_t version)
{
	ck_ok(judge());
	ck_assert_int_eq(judgement.standing, standing);
	ck_assert_uint_eq(judgement.version, version);
}

/* `wanted` is NULL for a field that is absent. */
static void field_is(const char *path, const char *wanted)
{
	struct qorgan_object *object;

	ck_ok(qorgan_object_get(store, "partner", "KAZ", 0, &object, &error));
	char *text = qorgan_object_field(store, object, path);
	ck_assert_pstr_eq(text, wanted);
	free(text);
	qorgan_object_free(object);
}

START_TEST(each_card_has_its_standing)
{
	char first_key[512];

	card_make(0, -1, 0);
	stands(QORGAN_CARD_NEW, 0);
	ck_assert_str_eq(judgement.replaces, "");
	ck_ok(pin());
	strcpy(first_key, judgement.card.vkey);
	field_is("fingerprint", judgement.card.fingerprint);
	field_is("valid_until", "2027-07-31");
	stands(QORGAN_CARD_KNOWN, 1);
	card_make(0, -1, 1);
	stands(QORGAN_CARD_RENEWED, 1);
	ck_assert_str_eq(judgement.replaces, "2026-07-31");
	card_make(1, -1, 1);
	stands(QORGAN_CARD_STRANGE, 1);
	card_make(1, 2, 1); /* signed by some other key beside its own */
	stands(QORGAN_CARD_STRANGE, 1);
	card_make(1, 0, 1);
	stands(QORGAN_CARD_SUCCESSOR, 1);
	ck_assert_str_eq(judgement.vkey, first_key);
	ck_ok(pin());
	field_is("vkey", judgement.card.vkey);
	card_make(2, -1, 2);
	stands(QORGAN_CARD_STRANGE, 2);
	ck_ok(pin());
	card_make(0, 2, 3);
	ck_fails(judge(), QORGAN_DENIED, "ceased to hold on 2026-08-01");
	card_make(2, -1, 1);
	ck_fails(judge(), QORGAN_DENIED, "older");
}
END_TEST

START_TEST(keys_that_nobody_compared_vouch_for_nothing)
{
	card_make(1, -1, 0);
	ck_ok(judge());
	struct qorgan_change *change;
	struct qorgan_commit result;
	ck_ok(qorgan_change_begin(store, NULL, NULL, &change, &error));
	ck_ok(qorgan_change_object(change, "partner", "KAZ", QORGAN_ADD, 0, &error));
	ck_ok(qorgan_change_set(change, "recipient", judgement.card.recipient, &error));
	ck_ok(qorgan_change_set(change, "vkey", judgement.card.vkey, &error));
	ck_ok(qorgan_change_commit(change, &result, &error));
	qorgan_change_free(change);
	stands(QORGAN_CARD_NEW, 1);
	card_make(0, 1, 1);
	stands(QORGAN_CARD_NEW, 1);
	ck_ok(pin());
	field_is("vkey", judgement.card.vkey);
	field_is("former", NULL);
}
END_TEST

START_TEST(what_was_changed_since_is_not_overwritten)
{
	card_make(0, -1, 0);
	stands(QORGAN_CARD_NEW, 0);
	ck_ok(pin());
	card_make(0, -1, 1);
	stands(QORGAN_CARD_RENEWED, 1);
	fixture_set("partner", "KAZ", "title.en", "Kazakhstan");
	ck_fails(pin(), QORGAN_BUSY, "changed meanwhile");
	stands(QORGAN_CARD_RENEWED, 2);
	ck_ok(pin());
	field_is("title", "Kazakhstan");
}
END_TEST

START_TEST(a_card_of_the_store_itself_is_no_partner)
{
	struct qorgan_card card;
	char *text;

	ck_ok(qorgan_card_make(store, NULL, &card, &text, &error));
	ck_fails(qorgan_card_judge(store, text, strlen(text), &judgement, &error), QORGAN_DENIED, "whose store this is");
	ck_assert_str_eq(card.valid_from, "2026-08-01");
	ck_assert_str_eq(card.valid_until, "2029-08-01");
	free(text);
	ck_fails(qorgan_card_make(store, "2026-07-31", &card, NULL, &error), QORGAN_BAD_DATA, "has passed");
	ck_ok(qorgan_card_make(store, "2026-08-01", &card, NULL, &error));
}
END_TEST

Suite *suite_card_judge(void)
{
	Suite *suite = suite_create("card_judge");
	TCase *cases = tcase_create("card_judge");

	tcase_add_checked_fixture(cases, start, stop);
	tcase_add_test(cases, each_card_has_its_standing);
	tcase_add_test(cases, keys_that_nobody_compared_vouch_for_nothing);
	tcase_add_test(cases, what_was_changed_since_is_not_overwritten);
	tcase_add_test(cases, a_card_of_the_store_itself_is_no_partner);
	suite_add_tcase(suite, cases);
	return suite;
}
