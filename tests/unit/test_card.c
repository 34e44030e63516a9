/* Cards: one form, every line counted, a fingerprint that another program computes
 * too, and the second signature by which keys follow one another. */
#include "crypto/card.h"

#include <check.h>
#include <string.h>

#include <sodium.h>

#include "crypto/age.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"

Suite *suite_card(void);

#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"

static uint8_t (*seeds)[32]; /* of 32 bytes 1, 2, 3, … */
static struct qorgan_error error;
static struct buffer note;

static void public_of(unsigned number, uint8_t key[32])
{
	uint8_t secret_key[64];

	crypto_sign_seed_keypair(key, secret_key, seeds[number]);
}

static struct card card_of(unsigned number)
{
	struct card card = { .state = "UZB", .origin = ORIGIN, .created = 1769940000, .valid_from = 20485,
		                 .valid_until = 21580 };
	struct minisign_public minisign;
	uint8_t key[32];

	age_identity_recipient(seeds[number], key);
	age_recipient_format(key, card.recipient);
	public_of(number, key);
	ck_assert(note_format_vkey(ORIGIN, key, card.vkey));
	public_of(3, key);
	ck_assert(cosignature_format_vkey(ORIGIN, key, card.cosigner));
	minisign_public_of(key, &minisign);
	minisign_public_format(&minisign, card.minisign);
	return card;
}

static void start(void)
{
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	seeds = secret_alloc(4 * 32);
	for (unsigned i = 0; i < 4; i++)
		memset(seeds[i], (int)i + 1, 32);
}

static void stop(void)
{
	buffer_free(&note);
	secret_free(seeds);
}

static int read_back(struct span text, struct card *card)
{
	return card_read(text, card, &error);
}

/* ---- Form ------------------------------------------------------------------------ */

START_TEST(a_card_is_read_as_it_was_signed)
{
	struct card card = card_of(0), again;

	ck_assert_int_eq(card_sign(&card, seeds[0], &note, &error), QORGAN_OK);
	ck_assert_msg(read_back(buffer_span(&note), &again) == QORGAN_OK, "%s", error.message);
	ck_assert_mem_eq(&card, &again, sizeof card);
	ck_assert(strncmp(note.data, "qorgan-card 1\nThe public keys of a state", 40) == 0);
	ck_assert_ptr_nonnull(strstr(note.data, "\ncreated 2026-02-01T10:00:00Z\nvalid-from 2026-02-01\n"
	                                        "valid-until 2029-01-31\n"));

	card.cosigner[0] = '\0'; /* a state that countersigns nothing */
	buffer_clear(&note);
	ck_assert_int_eq(card_sign(&card, seeds[0], &note, &error), QORGAN_OK);
	ck_assert_int_eq(read_back(buffer_span(&note), &again), QORGAN_OK);
	ck_assert_str_eq(again.cosigner, "");
}
END_TEST

/* Each bit of each byte: nothing of a card can be changed. */
START_TEST(a_card_with_any_bit_altered_is_refused)
{
	struct card card = card_of(0), again;

	ck_assert_int_eq(card_sign(&card, seeds[0], &note, &error), QORGAN_OK);
	for (size_t i = 0; i < note.size; i++)
		for (int bit = 0; bit < 8; bit++) {
			note.data[i] ^= (char)(1 << bit);
			int code = read_back(buffer_span(&note), &again);
			ck_assert_msg(code == QORGAN_BAD_DATA || code == QORGAN_PROTOCOL, "byte %zu, bit %d: %d", i, bit, code);
			note.data[i] ^= (char)(1 << bit);
		}
	for (size_t size = 0; size < note.size; size++)
		ck_assert_int_eq(read_back((struct span){ note.data, size }, &again) != QORGAN_OK, true);
}
END_TEST

/* Signs what card_sign would not, with the right key. */
static int read_signed(const char *text, size_t size)
{
	struct card again;

	buffer_clear(&note);
	ck_assert_int_eq(note_sign((struct span){ text, size }, ORIGIN, seeds[0], &note, &error), QORGAN_OK);
	return read_back(buffer_span(&note), &again);
}

/* Writes the card's text with `from` replaced by `to`, and signs that. */
static int read_replaced(const char *from, const char *to)
{
	struct card card = card_of(0);
	struct buffer text = { 0 };

	buffer_clear(&note);
	ck_assert_int_eq(card_sign(&card, seeds[0], &note, &error), QORGAN_OK);
	const char *at = strstr(note.data, from), *end = strstr(note.data, "\n\n") + 1;
	ck_assert_msg(at && at < end, "the card lacks %s", from);
	buffer_append(&text, note.data, (size_t)(at - note.data));
	buffer_append_text(&text, to);
	at += strlen(from);
	buffer_append(&text, at, (size_t)(end - at));
	int code = read_signed(text.data, text.size);
	buffer_free(&text);
	return code;
}

START_TEST(even_a_signed_card_has_one_form)
{
	static const struct { const char *from, *to; } cases[] = {
		{ "qorgan-card 1", "qorgan-card 2" },
		{ "by telephone", "by letter" },
		{ "state UZB\n", "state KAZ\n" },
		{ "state UZB\n", "state UZB/0123456789abcdef0123456789abcdef\n" },
		{ "state UZB\n", "" },
		{ "state UZB\n", "state UZB\nstate UZB\n" },
		{ "state UZB\n", "state \n" },
		{ "state UZB", "state  UZB" },
		{ "\norigin qorgan/UZB/", "\norigin qorgan/KAZ/" },
		{ "recipient age1", "recipient age2" },
		{ "recipient age1", "recipient AGE1" },
		{ "minisign RW", "minisign RX" },
		{ "\nvkey qorgan", "\nvkey Qorgan" },
		{ "created ", "issued " },
		{ "created ", "unknown x\ncreated " },
		{ "10:00:00Z", "11:00:00+01:00" },
		{ "valid-from 2026-02-01", "valid-from 2026-02-30" },
		{ "valid-from 2026-02-01", "valid-from 2029-02-01" },
		{ "\nfingerprint ", "\nfingerprint  " },
		{ "\nfingerprint 8", "\nfingerprint 9" },
		{ "valid-until 2029-01-31\n", "valid-until 2029-01-31\nunknown line\n" },
		{ "The public keys", "The pub\xc4\xb1ic keys" },
	};

	ck_assert_int_eq(read_replaced("state UZB", "state UZB"), QORGAN_OK);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(read_replaced(cases[i].from, cases[i].to) == QORGAN_BAD_DATA, "%s for %s", cases[i].to,
		              cases[i].from);
}
END_TEST

START_TEST(a_card_is_bounded)
{
	struct buffer text = { 0 };
	struct card again;

	for (int i = 0; i < CARD_LIMIT / 16 + 1; i++)
		buffer_append_text(&text, "fifteen letters\n");
	ck_assert_int_eq(card_read(buffer_span(&text), &again, &error), QORGAN_BAD_DATA);
	ck_assert_ptr_nonnull(strstr(error.message, "longer than"));
	buffer_free(&text);
}
END_TEST

START_TEST(a_card_is_signed_by_its_own_log_key)
{
	struct card card = card_of(0);

	ck_assert_int_eq(card_sign(&card, seeds[1], &note, &error), QORGAN_BAD_DATA);
	card.valid_until = card.valid_from - 1;
	buffer_clear(&note);
	ck_assert_int_eq(card_sign(&card, seeds[0], &note, &error), QORGAN_BAD_DATA);
	ck_assert_uint_eq(note.size, 0);
}
END_TEST

/* ---- The fingerprint -------------------------------------------------------------- */

/* hashlib.blake2b(keys, digest_size=32) as an integer, modulo 10^40, by Python. */
START_TEST(the_fingerprint_is_that_of_another_program)
{
	struct card card = card_of(0);
	char text[CARD_FINGERPRINT_SIZE];

	card_fingerprint(&card, text);
	ck_assert_str_eq(text, "81164 43600 06640 19984 64042 73441 06639 56627");
}
END_TEST

START_TEST(the_fingerprint_depends_on_keys_and_on_nothing_else)
{
	struct card card = card_of(0), other = card_of(1);
	char one[CARD_FINGERPRINT_SIZE], two[CARD_FINGERPRINT_SIZE];
	size_t places[] = { offsetof(struct card, state), offsetof(struct card, origin), offsetof(struct card, recipient),
		                offsetof(struct card, minisign), offsetof(struct card, vkey), offsetof(struct card, cosigner) };

	card_fingerprint(&card, one);
	other = card;
	other.created++, other.valid_from++, other.valid_until++;
	card_fingerprint(&other, two);
	ck_assert_str_eq(one, two);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		other = card;
		((char *)&other)[places[i]] ^= 1;
		card_fingerprint(&other, two);
		ck_assert_str_ne(one, two);
	}
	other = card;
	other.cosigner[0] = '\0';
	card_fingerprint(&other, two);
	ck_assert_str_ne(one, two);
}
END_TEST

START_TEST(digits_are_read_as_people_type_them)
{
	static const char digits[] = "0123456789012345678901234567890123456789";
	static const char normal[] = "01234 56789 01234 56789 01234 56789 01234 56789";
	char text[CARD_FINGERPRINT_SIZE];

	ck_assert(card_fingerprint_parse(digits, text));
	ck_assert_str_eq(text, normal);
	ck_assert(card_fingerprint_parse(normal, text));
	ck_assert_str_eq(text, normal);
	ck_assert(card_fingerprint_parse(" 01234-56789-0123456789 0123 456789 - 0123456789 ", text));
	ck_assert_str_eq(text, normal);
	ck_assert(!card_fingerprint_parse("", text));
	ck_assert(!card_fingerprint_parse(digits + 1, text));
	ck_assert(!card_fingerprint_parse("01234567890123456789012345678901234567890", text));
	ck_assert(!card_fingerprint_parse("0123456789012345678901234567890123456789x", text));
	ck_assert(!card_fingerprint_parse("012345678901234567890123456789012345678x", text));
}
END_TEST

/* ---- Succession ------------------------------------------------------------------- */

START_TEST(a_successor_bears_the_signature_of_the_former_key)
{
	struct card former = card_of(0), card = card_of(1), again;

	strcpy(card.former, former.vkey);
	card.former_size = 1234567;
	ck_assert_int_eq(card_sign_successor(&card, seeds[1], seeds[0], &note, &error), QORGAN_OK);
	ck_assert_int_eq(read_back(buffer_span(&note), &again), QORGAN_OK);
	ck_assert_mem_eq(&card, &again, sizeof card);
	ck_assert(card_is_signed_by(buffer_span(&note), card.vkey));
	ck_assert(card_is_signed_by(buffer_span(&note), former.vkey));
	ck_assert(!card_is_signed_by(buffer_span(&note), card_of(2).vkey));
	ck_assert(!card_is_signed_by(buffer_span(&note), ""));

	/* The former key signed this text, not any with its name below. */
	size_t last = note.size - 10;
	note.data[last] = note.data[last] == 'A' ? 'B' : 'A';
	ck_assert_int_eq(read_back(buffer_span(&note), &again), QORGAN_OK);
	ck_assert(!card_is_signed_by(buffer_span(&note), former.vkey));
}
END_TEST

START_TEST(a_successor_names_the_key_that_signs)
{
	struct card card = card_of(1), again;

	strcpy(card.former, card_of(2).vkey);
	ck_assert_int_eq(card_sign_successor(&card, seeds[1], seeds[0], &note, &error), QORGAN_BAD_DATA);
	strcpy(card.former, card.vkey);
	ck_assert_int_eq(card_sign_successor(&card, seeds[1], seeds[1], &note, &error), QORGAN_BAD_DATA);
	strcpy(card.former, "qorgan/KAZ/another+00000000+AAAA");
	ck_assert_int_eq(card_sign_successor(&card, seeds[1], seeds[0], &note, &error), QORGAN_BAD_DATA);
	ck_assert_uint_eq(note.size, 0);

	/* Of the two lines, neither comes without the other, and the size is a number. */
	strcpy(card.former, card_of(0).vkey);
	card.former_size = 12;
	ck_assert_int_eq(card_sign_successor(&card, seeds[1], seeds[0], &note, &error), QORGAN_OK);
	static const char *const sizes[] = { "replaced-at 12x\n", "replaced-at 012\n",
		                                    "replaced-at 9007199254740992\n", "replaced-at 99999999999999999999\n", "replaced-at\n", "" };
	char *line = strstr(note.data, "replaced-at "), *end = strstr(note.data, "\n\n");
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct buffer text = { 0 }, again_signed = { 0 };
		buffer_append(&text, note.data, (size_t)(line - note.data));
		buffer_append_text(&text, sizes[i]);
		buffer_append(&text, strchr(line, '\n') + 1, (size_t)(end - strchr(line, '\n')));
		ck_assert_int_eq(note_sign(buffer_span(&text), ORIGIN, seeds[1], &again_signed, &error), QORGAN_OK);
		ck_assert_int_eq(card_read(buffer_span(&again_signed), &again, &error), QORGAN_BAD_DATA);
		buffer_free(&text);
		buffer_free(&again_signed);
	}
}
END_TEST

START_TEST(the_former_key_alone_makes_no_card)
{
	struct card card = card_of(1), again;
	struct span text;
	struct buffer stolen = { 0 };

	ck_assert_int_eq(card_sign(&card, seeds[1], &note, &error), QORGAN_OK);
	text = (struct span){ note.data, (size_t)(strstr(note.data, "\n\n") + 1 - note.data) };
	ck_assert_int_eq(note_sign(text, ORIGIN, seeds[0], &stolen, &error), QORGAN_OK);
	ck_assert_int_eq(read_back(buffer_span(&stolen), &again), QORGAN_PROTOCOL);
	buffer_free(&stolen);
}
END_TEST

Suite *suite_card(void)
{
	Suite *suite = suite_create("card");
	TCase *cases = tcase_create("card");

	tcase_add_checked_fixture(cases, start, stop);
	tcase_add_test(cases, a_card_is_read_as_it_was_signed);
	tcase_add_test(cases, a_card_with_any_bit_altered_is_refused);
	tcase_add_test(cases, even_a_signed_card_has_one_form);
	tcase_add_test(cases, a_card_is_bounded);
	tcase_add_test(cases, a_card_is_signed_by_its_own_log_key);
	tcase_add_test(cases, the_fingerprint_is_that_of_another_program);
	tcase_add_test(cases, the_fingerprint_depends_on_keys_and_on_nothing_else);
	tcase_add_test(cases, digits_are_read_as_people_type_them);
	tcase_add_test(cases, a_successor_bears_the_signature_of_the_former_key);
	tcase_add_test(cases, a_successor_names_the_key_that_signs);
	tcase_add_test(cases, the_former_key_alone_makes_no_card);
	suite_add_tcase(suite, cases);
	return suite;
}
