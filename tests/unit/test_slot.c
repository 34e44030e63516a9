/* Slots: who opens them, what is refused, and that a file's wishes are bounded
 * before anything is derived. The layout is told here again, from SECURITY.md's
 * side, and the keys are derived again by libsodium and stock age. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/slot.h"

Suite *suite_slot(void);

#define PASSPHRASE "correct horse battery staple"
#define CHECKSUM 16

/* Where the parts of a slot lie. */
enum { AT_FORMAT = 0, AT_KIND = 1, AT_OPERATIONS = 4, AT_MEMORY = 12, AT_SALT = 20, AT_AGE = 36 };
enum { CONTENT = 392, COMMITMENT = 32, NONCE = 24, SEALED = CONTENT + 16, TAIL = COMMITMENT + NONCE + SEALED };

static const uint8_t id[16] = "a store's number", other_id[16] = "another's number";
static const struct slot_cost least = { 1, 8192 };
static uint8_t (*identities)[32], recipient[32], *opened_by;
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
	identities = secret_alloc(2 * 32);
	ck_assert(root && opened && identities);
	ck_assert_int_eq(keys_generate("UZB", "tester", root, NULL), QORGAN_OK);
	randombytes_buf(identities, 2 * 32);
	age_identity_recipient(identities[1], recipient);
}

static void tear_down(void)
{
	buffer_free(&slot);
	secret_free(root);
	secret_free(opened);
	secret_free(identities);
}

static void make_passphrase(void)
{
	ck_ok(slot_door_passphrase(PASSPHRASE, least, &door, &error));
	ck_ok(slot_make(id, &door, root, &slot, &error));
	ck_assert_uint_gt(slot.size, AT_AGE + TAIL + CHECKSUM + 32);
}

static void make_recipient(void)
{
	door = slot_door_recipient(recipient);
	ck_ok(slot_make(id, &door, root, &slot, &error));
	ck_assert_uint_gt(slot.size, AT_AGE + TAIL + CHECKSUM + 32);
}

/* Whatever was written over: the checksum says nothing of who wrote it. */
static void sum_again(void)
{
	size_t size = slot.size - CHECKSUM;

	crypto_generichash((uint8_t *)slot.data + size, CHECKSUM, (const uint8_t *)slot.data, size, NULL, 0);
}

static int open_passphrase(const char *passphrase)
{
	memset(opened, 0x5a, sizeof *opened);
	return slot_open_passphrase(id, buffer_span(&slot), passphrase, opened, opened_by, &error);
}

static int open_identities(size_t first, size_t count)
{
	memset(opened, 0x5a, sizeof *opened);
	return slot_open_identities(id, buffer_span(&slot), (const uint8_t (*)[32])identities + first, count, opened,
	                            opened_by, &error);
}

static void expect_keys(void)
{
	ck_assert_int_eq(memcmp(root, opened, sizeof *root), 0);
	uint8_t recipient_of[32];
	age_identity_recipient(opened_by, recipient_of);
	ck_assert_mem_eq(recipient_of, door.recipient, sizeof recipient_of);
	ck_assert_str_eq(opened->state, "UZB");
	ck_assert_str_eq(opened->user, "tester");
}

START_TEST(a_passphrase_opens_its_slot_and_no_other_does)
{
	static const char *const wrong[] = { "", "correct horse battery stapl", PASSPHRASE " ",
		                                 "Correct horse battery staple" };

	make_passphrase();
	ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_PASSPHRASE);
	ck_ok(open_passphrase(PASSPHRASE));
	expect_keys();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_int_eq(open_passphrase(wrong[i]), QORGAN_DENIED);
	ck_assert_int_eq(open_identities(0, 2), QORGAN_IO);
}
END_TEST

START_TEST(an_identity_opens_its_slot_and_no_other_does)
{
	make_recipient();
	ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_AGE);
	ck_ok(open_identities(1, 1));
	expect_keys();
	ck_ok(open_identities(0, 2)); /* one of several is enough */
	expect_keys();
	ck_assert_int_eq(open_identities(0, 1), QORGAN_DENIED);
	ck_assert_int_eq(open_identities(0, 0), QORGAN_DENIED);
	ck_assert_int_eq(open_passphrase(PASSPHRASE), QORGAN_IO);
}
END_TEST

START_TEST(a_slot_moved_to_another_store_does_not_open)
{
	make_passphrase();
	ck_assert_int_eq(slot_open_passphrase(other_id, buffer_span(&slot), PASSPHRASE, opened, opened_by, &error), QORGAN_IO);
	buffer_clear(&slot);
	make_recipient();
	ck_assert_int_eq(slot_open_identities(other_id, buffer_span(&slot), (const uint8_t (*)[32])identities, 2, opened,
	                                      opened_by, &error), QORGAN_IO);
}
END_TEST

/* A bit may flip anywhere, the checksum included. */
static void flip_each(int (*open)(void))
{
	for (size_t i = 0; i < slot.size * 8; i++) {
		slot.data[i / 8] ^= (char)(1 << i % 8);
		ck_assert_msg(slot_kind_of(buffer_span(&slot)) == SLOT_DAMAGED, "bit %zu", i);
		ck_assert_msg(open() == QORGAN_IO, "bit %zu", i);
		slot.data[i / 8] ^= (char)(1 << i % 8);
	}
	ck_ok(open());
	expect_keys();
}

static int open_rightly(void)
{
	return slot.data[AT_KIND] == SLOT_AGE ? open_identities(1, 1) : open_passphrase(PASSPHRASE);
}

START_TEST(every_flipped_bit_is_damage)
{
	make_passphrase();
	flip_each(open_rightly);
	buffer_clear(&slot);
	make_recipient();
	flip_each(open_rightly);
}
END_TEST

/* Whether the test's machine can bear what the slot asks for. */
static bool is_cheap(void)
{
	uint64_t memory = bytes_get_u64(slot.data + AT_MEMORY), operations = bytes_get_u64(slot.data + AT_OPERATIONS);

	return slot.data[AT_KIND] != SLOT_PASSPHRASE || memory <= 65536 || memory > SLOT_MEMORY_LIMIT ||
	       operations > SLOT_OPERATIONS_LIMIT || operations == 0;
}

/* Who alters a slot can make its checksum right; never may it open. */
static void alter_each(void)
{
	for (size_t i = 0; i < (slot.size - CHECKSUM) * 8; i++) {
		slot.data[i / 8] ^= (char)(1 << i % 8);
		sum_again();
		if (is_cheap()) {
			int code = open_rightly();
			ck_assert_msg(code == QORGAN_IO || code == QORGAN_DENIED, "bit %zu: %d", i, code);
		}
		slot.data[i / 8] ^= (char)(1 << i % 8);
	}
	sum_again();
	ck_ok(open_rightly());
	expect_keys();
}

START_TEST(no_altered_slot_opens_even_if_its_checksum_is_right)
{
	make_passphrase();
	alter_each();
	buffer_clear(&slot);
	make_recipient();
	alter_each();
}
END_TEST

START_TEST(a_slot_of_any_other_size_is_damage)
{
	make_recipient();
	struct span whole = buffer_span(&slot);
	for (size_t size = 0; size < whole.size; size++) {
		ck_assert_int_eq(slot_kind_of((struct span){ whole.data, size }), SLOT_DAMAGED);
		ck_assert_int_eq(slot_open_identities(id, (struct span){ whole.data, size },
		                                      (const uint8_t (*)[32])identities, 2, opened, opened_by, &error), QORGAN_IO);
	}
	/* Longer, with a checksum that holds. */
	size_t size = slot.size;
	for (size_t more = 1; more < 5000; more += 499) {
		slot.size = size;
		while (slot.size < size + more)
			buffer_append_char(&slot, 'x');
		sum_again();
		ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_DAMAGED);
	}
}
END_TEST

static void ask(uint64_t operations, uint64_t memory)
{
	bytes_put_u64(slot.data + AT_OPERATIONS, operations);
	bytes_put_u64(slot.data + AT_MEMORY, memory);
	sum_again();
}

/* Had it derived first, the answer would be the lack of memory (70), a wrong key
 * (77), or none before the test's time is up. */
START_TEST(what_a_slot_may_ask_for_is_bounded_before_anything_is_derived)
{
	static const struct slot_cost refused[] = {
		{ 1, (uint64_t)1 << 40 }, { 1, SLOT_MEMORY_LIMIT + 1 }, { 1, UINT64_MAX }, { 1, (uint64_t)1 << 63 },
		{ SLOT_OPERATIONS_LIMIT + 1, 8192 }, { UINT32_MAX, 8192 }, { (uint64_t)1 << 32 | 1, 8192 },
		{ UINT64_MAX, 8192 }, { 0, 8192 }, { 1, 8191 }, { 1, 0 }, { UINT64_MAX, UINT64_MAX },
	};

	make_passphrase();
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		ask(refused[i].operations, refused[i].memory);
		ck_assert_int_eq(slot_kind_of(buffer_span(&slot)), SLOT_PASSPHRASE);
		ck_assert_int_eq(open_passphrase(PASSPHRASE), QORGAN_IO);
		ck_assert_msg(strstr(error.message, "more than this program allows") != NULL, "%s", error.message);
	}
	ask(SLOT_OPERATIONS_LIMIT, 8192); /* allowed, but another key */
	ck_assert_int_eq(open_passphrase(PASSPHRASE), QORGAN_DENIED);
	ask(least.operations, least.memory);
	ck_ok(open_passphrase(PASSPHRASE));
}
END_TEST

START_TEST(a_slot_that_does_not_commit_to_the_key_is_denied)
{
	make_passphrase();
	for (size_t i = 0; i < COMMITMENT; i++) {
		slot.data[slot.size - CHECKSUM - TAIL + i] ^= 0x20;
		sum_again();
		ck_assert_int_eq(open_passphrase(PASSPHRASE), QORGAN_DENIED);
		slot.data[slot.size - CHECKSUM - TAIL + i] ^= 0x20;
	}
	sum_again();
	ck_ok(open_passphrase(PASSPHRASE));

	buffer_clear(&slot);
	make_recipient();
	slot.data[slot.size - CHECKSUM - TAIL] ^= 1;
	sum_again();
	ck_assert_int_eq(open_identities(1, 1), QORGAN_DENIED);
}
END_TEST

/* The keys of a slot by libsodium alone: Argon2id, two subkeys, and the seal
 * bound to the store's id and to all that stands before it. */
static void expect_sealed_under(const uint8_t master[32])
{
	uint8_t seal[32], commitment[32], plain[CONTENT];
	struct buffer associated = { 0 };
	const char *tail = slot.data + slot.size - CHECKSUM - TAIL;

	crypto_kdf_derive_from_key(seal, sizeof seal, 1, "qorganst", master);
	crypto_kdf_derive_from_key(commitment, sizeof commitment, 2, "qorganst", master);
	ck_assert_mem_eq(tail, commitment, sizeof commitment);
	buffer_append(&associated, id, sizeof id);
	buffer_append(&associated, slot.data, (size_t)(tail - slot.data));
	ck_assert_int_eq(crypto_aead_xchacha20poly1305_ietf_decrypt(
		plain, NULL, NULL, (const uint8_t *)tail + COMMITMENT + NONCE, SEALED, (const uint8_t *)associated.data,
		associated.size, (const uint8_t *)tail + COMMITMENT, seal), 0);
	/* Numbers are big-endian; all else lies as it is in memory. */
	ck_assert_uint_eq(bytes_get_u32(plain), root->roles);
	ck_assert_uint_eq(bytes_get_u32(plain + 4), root->epoch);
	ck_assert_mem_eq(plain + 8, (const uint8_t *)root + 8, sizeof plain - 8);
	buffer_free(&associated);
}

/* What stock age finds in a slot, by an identity. */
static void age_opens(const uint8_t identity[32], uint8_t master[33])
{
	char folder[] = "/tmp/qorgan-slot-XXXXXX", command[200], text[AGE_IDENTITY_TEXT], name[64];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	age_identity_format(identity, text);
	snprintf(name, sizeof name, "%s/identity", folder);
	FILE *file = fopen(name, "w");
	fprintf(file, "%s\n", text);
	fclose(file);
	snprintf(name, sizeof name, "%s/file", folder);
	file = fopen(name, "w");
	fwrite(slot.data + AT_AGE, 1, slot.size - CHECKSUM - TAIL - AT_AGE, file);
	fclose(file);
	snprintf(command, sizeof command, "age -d -i %s/identity %s/file", folder, folder);
	FILE *pipe = popen(command, "r");
	ck_assert_uint_eq(fread(master, 1, 33, pipe), 32);
	ck_assert_int_eq(pclose(pipe), 0);
	snprintf(command, sizeof command, "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void derive(uint8_t derived[32])
{
	ck_assert_int_eq(crypto_pwhash(derived, 32, PASSPHRASE, strlen(PASSPHRASE), (const uint8_t *)slot.data + AT_SALT,
	                               least.operations, least.memory, crypto_pwhash_ALG_ARGON2ID13), 0);
}

START_TEST(the_format_of_a_passphrase_slot_is_as_documented)
{
	uint8_t derived[32], identity[32], master[33];

	make_passphrase();
	ck_assert_int_eq(slot.data[AT_FORMAT], 2);
	ck_assert_int_eq(slot.data[AT_KIND], 1);
	ck_assert_uint_eq(bytes_get_u64(slot.data + AT_OPERATIONS), least.operations);
	ck_assert_uint_eq(bytes_get_u64(slot.data + AT_MEMORY), least.memory);
	derive(derived);
	crypto_kdf_derive_from_key(identity, sizeof identity, 3, "qorganst", derived);
	age_opens(identity, master);
	expect_sealed_under(master);
}
END_TEST

START_TEST(stock_age_opens_what_lies_in_an_identity_slot)
{
	uint8_t master[33];

	make_recipient();
	age_opens(identities[1], master);
	expect_sealed_under(master);
}
END_TEST

/* Who stays gets the new keys without being asked for the passphrase. */
START_TEST(a_slot_is_made_anew_for_its_door)
{
	struct slot_door read = { 0 };

	make_passphrase();
	ck_assert(slot_door_read(buffer_span(&slot), &read));
	memcpy(read.recipient, door.recipient, sizeof read.recipient);
	buffer_clear(&slot);
	ck_ok(keys_renew(root, root, &error));
	ck_ok(slot_make(id, &read, root, &slot, &error));
	ck_ok(open_passphrase(PASSPHRASE));
	expect_keys();
	ck_assert_uint_eq(opened->epoch, 2);
	ck_assert_int_eq(open_passphrase("another"), QORGAN_DENIED);
}
END_TEST

START_TEST(a_restricted_slot_holds_no_other_key)
{
	struct keys_root *reader = secret_alloc(sizeof *reader);
	static const uint8_t nothing[32];

	make_recipient();
	buffer_clear(&slot);
	keys_restrict(root, KEYS_MAY_READ, "reader", reader);
	ck_ok(slot_make(id, &door, reader, &slot, &error));
	ck_ok(open_identities(1, 1));
	ck_assert_str_eq(opened->user, "reader");
	ck_assert_uint_eq(opened->roles, KEYS_MAY_READ);
	ck_assert_mem_eq(opened->read, root->read, 32);
	ck_assert_mem_eq(opened->index, root->index, 32);
	ck_assert_mem_eq(opened->write, nothing, 32);
	ck_assert_mem_eq(opened->admin, nothing, 32);
	ck_assert(memmem(opened, sizeof *opened, root->write, 32) == NULL);
	ck_assert(memmem(opened, sizeof *opened, root->admin, 32) == NULL);
	secret_free(reader);
}
END_TEST

/* A slot as 0.1.0 wrote it, put together here. */
START_TEST(a_slot_of_the_first_format_opens)
{
	enum { FIRST_CONTENT = 328 };
	uint8_t derived[32], seal[32], tail[COMMITMENT + NONCE + FIRST_CONTENT + 16] = { 0 }, sum[CHECKSUM];
	char head[AT_AGE] = { 1, 1 };
	struct keys_root *content = secret_alloc(sizeof *content);
	struct buffer associated = { 0 };

	bytes_put_u64(head + AT_OPERATIONS, least.operations);
	bytes_put_u64(head + AT_MEMORY, least.memory);
	buffer_append(&slot, head, sizeof head);
	derive(derived);
	crypto_kdf_derive_from_key(seal, sizeof seal, 1, "qorganst", derived);
	crypto_kdf_derive_from_key(tail, COMMITMENT, 2, "qorganst", derived);
	*content = *root;
	bytes_put_u32(&content->roles, root->roles);
	bytes_put_u32(&content->epoch, root->epoch);
	buffer_append(&associated, id, sizeof id);
	buffer_append(&associated, head, sizeof head);
	crypto_aead_xchacha20poly1305_ietf_encrypt(tail + COMMITMENT + NONCE, NULL, (const uint8_t *)content, FIRST_CONTENT,
	                                           (const uint8_t *)associated.data, associated.size, NULL,
	                                           tail + COMMITMENT, seal);
	buffer_append(&slot, tail, sizeof tail);
	crypto_generichash(sum, sizeof sum, (const uint8_t *)slot.data, slot.size, NULL, 0);
	buffer_append(&slot, sum, sizeof sum);
	buffer_free(&associated);
	secret_free(content);

	ck_ok(open_passphrase(PASSPHRASE));
	ck_assert_int_eq(memcmp(root, opened, FIRST_CONTENT), 0);
	ck_assert_mem_eq(opened->index, root->read, 32); /* by it the places of 0.1.0 are found */
	ck_assert_mem_eq(opened->admin_public, root->admin_public, 32);
	ck_assert_int_eq(open_passphrase("another"), QORGAN_DENIED);
}
END_TEST

START_TEST(two_slots_of_one_passphrase_have_nothing_in_common)
{
	struct buffer first;

	make_passphrase();
	first = slot;
	slot = (struct buffer){ 0 };
	make_passphrase();
	ck_assert_int_ne(memcmp(first.data + AT_SALT, slot.data + AT_SALT, 16), 0);
	/* Behind the age file's first line all is by chance. */
	for (size_t at = slot.size - CHECKSUM - TAIL; at + 16 <= slot.size; at += 16)
		ck_assert_int_ne(memcmp(first.data + at, slot.data + at, 16), 0);
	buffer_free(&first);
}
END_TEST

Suite *suite_slot(void)
{
	Suite *suite = suite_create("slot");
	TCase *cases = tcase_create("slot");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, a_passphrase_opens_its_slot_and_no_other_does);
	tcase_add_test(cases, an_identity_opens_its_slot_and_no_other_does);
	tcase_add_test(cases, a_slot_moved_to_another_store_does_not_open);
	tcase_add_test(cases, every_flipped_bit_is_damage);
	tcase_add_test(cases, no_altered_slot_opens_even_if_its_checksum_is_right);
	tcase_add_test(cases, a_slot_of_any_other_size_is_damage);
	tcase_add_test(cases, what_a_slot_may_ask_for_is_bounded_before_anything_is_derived);
	tcase_add_test(cases, a_slot_that_does_not_commit_to_the_key_is_denied);
	tcase_add_test(cases, the_format_of_a_passphrase_slot_is_as_documented);
	tcase_add_test(cases, stock_age_opens_what_lies_in_an_identity_slot);
	tcase_add_test(cases, a_slot_is_made_anew_for_its_door);
	tcase_add_test(cases, a_restricted_slot_holds_no_other_key);
	tcase_add_test(cases, a_slot_of_the_first_format_opens);
	tcase_add_test(cases, two_slots_of_one_passphrase_have_nothing_in_common);
	suite_add_tcase(suite, cases);
	return suite;
}
