/* Slots that a security key opens. The layout is told here again, from SECURITY.md's side; what
 * the key answered, and the age identity and recipient that come from it, are a vector that was
 * computed by Python (hashlib.blake2b, cryptography), and stock age opens the slot by it. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/slot.h"

Suite *suite_key_slot(void);

#define IDENTITY "AGE-SECRET-KEY-1R5TTV68HVHGK6WWEWRFP734S5CUAW8P320YQSL3J92D746HPY3SQX5Z5ES"
#define RECIPIENT "age193ypa2qz9y4g4u2d97tlrxvjfrscqy0qgpdfgthy2rz3tudqgslsmkt7yn"
enum { CHECKSUM = 16, TAIL = 32 + 24 + 392 + 16 };
enum { AT_KIND = 1, AT_AGE_SIZE = 2, AT_SALT = 4, AT_PIN = 36, AT_ID_SIZE = 37, AT_ID = 39 };

static const uint8_t id[16] = "a store's number", other_id[16] = "another's number";
static uint8_t answer[32], other_answer[32], *opened_by;
static struct security_key_credential credential;
static struct slot_door door;
static struct keys_root *root, *opened;
static struct buffer slot;
static struct qorgan_error error;

#define ck_ok(call) ck_assert_msg((call) == QORGAN_OK, "%s", error.message)

static void set_up(void)
{
	ck_ok(secret_start(&error));
	root = secret_alloc(sizeof *root);
	opened = secret_alloc(sizeof *opened);
	opened_by = secret_alloc(32);
	ck_assert(root && opened && opened_by);
	ck_assert_int_eq(keys_generate("UZB", "tester", root, NULL), QORGAN_OK);
	for (uint8_t i = 0; i < 32; i++)
		answer[i] = i;
	memset(other_answer, 0x77, sizeof other_answer);
}

static void tear_down(void)
{
	buffer_free(&slot);
	secret_free(root);
	secret_free(opened);
	secret_free(opened_by);
}

static void make(size_t id_size, bool asks_pin)
{
	credential = (struct security_key_credential){ .asks_pin = asks_pin, .id_size = (uint16_t)id_size };
	randombytes_buf(credential.salt, sizeof credential.salt);
	randombytes_buf(credential.id, id_size);
	buffer_clear(&slot);
	ck_ok(slot_door_security_key(&credential, answer, &door, &error));
	ck_ok(slot_make(id, &door, root, &slot, &error));
}

static void sum_again(void)
{
	size_t size = slot.size - CHECKSUM;

	crypto_generichash((uint8_t *)slot.data + size, CHECKSUM, (const uint8_t *)slot.data, size, NULL, 0);
}

static int open_by(const uint8_t by[32])
{
	memset(opened, 0x5a, sizeof *opened);
	return slot_open_security_key(id, buffer_span(&slot), by, opened, opened_by, &error);
}

static void expect_keys(void)
{
	uint8_t recipient[32];

	ck_assert_int_eq(memcmp(root, opened, sizeof *root), 0);
	age_identity_recipient(opened_by, recipient);
	ck_assert_mem_eq(recipient, door.recipient, sizeof recipient);
}

START_TEST(what_the_key_answers_opens_its_slot_and_nothing_else_does)
{
	static const size_t sizes[] = { 1, 16, 64, 255, 256, SECURITY_KEY_CREDENTIAL_LIMIT };
	uint8_t (*identity)[32] = secret_alloc(32);

	ck_assert(identity && age_identity_parse(IDENTITY, strlen(IDENTITY), *identity));
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		make(sizes[i], i % 2);
		ck_assert_uint_le(slot.size, SLOT_SIZE_LIMIT);
		ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_SECURITY_KEY);
		ck_ok(open_by(answer));
		expect_keys();
		ck_assert_int_eq(open_by(other_answer), QORGAN_DENIED);
		ck_assert_int_eq(slot_open_passphrase(id, buffer_span(&slot), "", opened, opened_by, &error), QORGAN_IO);
		ck_assert_int_eq(slot_open_identities(id, buffer_span(&slot), (const uint8_t (*)[32])identity, 1, opened, opened_by,
		                                      &error), QORGAN_IO);
		ck_assert_int_eq(slot_open_security_key(other_id, buffer_span(&slot), answer, opened, opened_by, &error), QORGAN_IO);
	}
	secret_free(identity);
}
END_TEST

/* What stock age finds by the identity of the vector, against the commitment. */
static void expect_age_opens(void)
{
	char folder[] = "/tmp/qorgan-slot-XXXXXX", command[200], name[64];
	size_t at = AT_ID + credential.id_size, size = slot.size - CHECKSUM - TAIL - at;
	uint8_t master[33], commitment[32];

	ck_assert_uint_eq(size, (size_t)(uint8_t)slot.data[AT_AGE_SIZE] << 8 | (uint8_t)slot.data[AT_AGE_SIZE + 1]);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(name, sizeof name, "%s/identity", folder);
	FILE *file = fopen(name, "w");
	fprintf(file, IDENTITY "\n");
	fclose(file);
	snprintf(name, sizeof name, "%s/file", folder);
	file = fopen(name, "w");
	fwrite(slot.data + at, 1, size, file);
	fclose(file);
	snprintf(command, sizeof command, "age -d -i %s/identity %s/file", folder, folder);
	FILE *pipe = popen(command, "r");
	ck_assert_uint_eq(fread(master, 1, 33, pipe), 32);
	ck_assert_int_eq(pclose(pipe), 0);
	snprintf(command, sizeof command, "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
	crypto_kdf_derive_from_key(commitment, sizeof commitment, 2, "qorganst", master);
	ck_assert_mem_eq(slot.data + slot.size - CHECKSUM - TAIL, commitment, sizeof commitment);
}

START_TEST(the_format_is_as_documented)
{
	char recipient[AGE_RECIPIENT_TEXT];

	make(300, true);
	ck_assert_int_eq(slot.data[0], 2);
	ck_assert_int_eq(slot.data[AT_KIND], 3);
	ck_assert_mem_eq(slot.data + AT_SALT, credential.salt, 32);
	ck_assert_int_eq(slot.data[AT_PIN], 1);
	ck_assert_mem_eq(slot.data + AT_ID_SIZE, "\x01\x2c", 2);
	ck_assert_mem_eq(slot.data + AT_ID, credential.id, 300);
	age_recipient_format(door.recipient, recipient);
	ck_assert_str_eq(recipient, RECIPIENT);
	expect_age_opens();
	make(64, false);
	ck_assert_int_eq(slot.data[AT_PIN], 0);
	expect_age_opens();
}
END_TEST

START_TEST(the_door_is_read_back_and_makes_the_slot_anew)
{
	struct slot_door read;

	memset(&read, 0x5a, sizeof read);
	make(80, true);
	ck_assert(slot_door_read(buffer_span(&slot), &read));
	ck_assert_int_eq(read.kind, SLOT_SECURITY_KEY);
	ck_assert(read.credential.asks_pin);
	ck_assert_mem_eq(read.credential.salt, credential.salt, sizeof credential.salt);
	ck_assert_uint_eq(read.credential.id_size, 80);
	ck_assert_mem_eq(read.credential.id, credential.id, 80);
	memcpy(read.recipient, door.recipient, sizeof read.recipient);
	buffer_clear(&slot);
	ck_ok(keys_renew(root, root, &error));
	ck_ok(slot_make(id, &read, root, &slot, &error));
	ck_ok(open_by(answer));
	expect_keys();
	ck_assert_uint_eq(opened->epoch, 2);
}
END_TEST

START_TEST(every_flipped_bit_is_damage)
{
	make(20, true);
	for (size_t i = 0; i < slot.size * 8; i++) {
		slot.data[i / 8] ^= (char)(1 << i % 8);
		ck_assert_msg(slot_kind_of(buffer_span(&slot)) == SLOT_DAMAGED, "bit %zu", i);
		ck_assert_msg(open_by(answer) == QORGAN_IO, "bit %zu", i);
		slot.data[i / 8] ^= (char)(1 << i % 8);
	}
	ck_ok(open_by(answer));
	expect_keys();
}
END_TEST

/* Who alters a slot can make its checksum right; never may it open, nor be read beyond its end. */
START_TEST(no_altered_slot_opens_even_if_its_checksum_is_right)
{
	struct slot_door read;

	make(20, true);
	for (size_t i = 0; i < (slot.size - CHECKSUM) * 8; i++) {
		slot.data[i / 8] ^= (char)(1 << i % 8);
		sum_again();
		int code = open_by(answer);
		ck_assert_msg(code == QORGAN_IO || code == QORGAN_DENIED, "bit %zu: %d", i, code);
		if (slot_door_read(buffer_span(&slot), &read) && read.kind == SLOT_SECURITY_KEY)
			ck_assert_uint_eq(read.credential.id_size, 20);
		slot.data[i / 8] ^= (char)(1 << i % 8);
	}
	sum_again();
	ck_ok(open_by(answer));
}
END_TEST

/* Bytes go from the age file to the id of the credential: the sizes add up all the same. */
static void id_size_set(unsigned size)
{
	unsigned age_size = (unsigned)(slot.size - CHECKSUM - TAIL - AT_ID - size);

	slot.data[AT_ID_SIZE] = (char)(size >> 8);
	slot.data[AT_ID_SIZE + 1] = (char)size;
	slot.data[AT_AGE_SIZE] = (char)(age_size >> 8);
	slot.data[AT_AGE_SIZE + 1] = (char)age_size;
	sum_again();
}

START_TEST(a_credential_beyond_its_bounds_is_damage)
{
	make(SECURITY_KEY_CREDENTIAL_LIMIT, true);
	static const unsigned refused[] = { 0, SECURITY_KEY_CREDENTIAL_LIMIT + 1, SECURITY_KEY_CREDENTIAL_LIMIT + 100 };
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		id_size_set(refused[i]);
		ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_DAMAGED);
	}
	id_size_set(SECURITY_KEY_CREDENTIAL_LIMIT - 1); /* within bounds, but another */
	ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_SECURITY_KEY);
	ck_assert_int_eq(open_by(answer), QORGAN_IO);
	id_size_set(SECURITY_KEY_CREDENTIAL_LIMIT);
	ck_ok(open_by(answer));
	slot.data[AT_PIN] = 2;
	sum_again();
	ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_DAMAGED);
	slot.data[AT_PIN] = 1;
	slot.data[0] = 1; /* 0.1.0 had none */
	sum_again();
	ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_DAMAGED);
}
END_TEST

START_TEST(a_slot_that_is_cut_anywhere_is_damage)
{
	make(20, true);
	size_t whole = slot.size;
	for (size_t size = 0; size < whole; size++) {
		ck_assert_int_eq(slot_kind_of((struct span){ slot.data, size }), SLOT_DAMAGED);
		if (size < CHECKSUM)
			continue;
		make(20, true);
		slot.size = size;
		sum_again();
		ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_DAMAGED);
	}
}
END_TEST

Suite *suite_key_slot(void)
{
	Suite *suite = suite_create("key_slot");
	TCase *cases = tcase_create("key_slot");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, what_the_key_answers_opens_its_slot_and_nothing_else_does);
	tcase_add_test(cases, the_format_is_as_documented);
	tcase_add_test(cases, the_door_is_read_back_and_makes_the_slot_anew);
	tcase_add_test(cases, every_flipped_bit_is_damage);
	tcase_add_test(cases, no_altered_slot_opens_even_if_its_checksum_is_right);
	tcase_add_test(cases, a_credential_beyond_its_bounds_is_damage);
	tcase_add_test(cases, a_slot_that_is_cut_anywhere_is_damage);
	suite_add_tcase(suite, cases);
	return suite;
}
