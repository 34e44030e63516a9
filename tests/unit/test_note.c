/* Signed notes and checkpoints, against the examples of golang.org/x/mod/sumdb/note
 * and of C2SP. */
#include "crypto/note.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"

Suite *suite_note(void);

#define NAME "PeterNeumann"
#define VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define SIGNER_KEY "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz" /* type and seed */
#define TEXT                                                         \
	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define SIGNATURE "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define PETER "— PeterNeumann " SIGNATURE
#define ENOCH "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
#define ENOCH_VKEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"

static uint8_t key[NOTE_KEY_SIZE], *seed;

static void start(void)
{
	uint8_t typed[33];
	char name[64];

	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	ck_assert(note_parse_vkey(VKEY, name, sizeof name, key));
	ck_assert_str_eq(name, NAME);
	ck_assert_int_eq(sodium_base642bin(typed, sizeof typed, SIGNER_KEY, strlen(SIGNER_KEY), NULL, NULL, NULL,
	                                   sodium_base64_VARIANT_ORIGINAL), 0);
	seed = secret_alloc(32);
	memcpy(seed, typed + 1, 32);
}

static void stop(void)
{
	secret_free(seed);
}

static int verify(const char *note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE])
{
	struct span text = { 0 };
	int code = note_verify(span_of(note), name, public_key, &text, NULL);

	if (code == QORGAN_OK)
		ck_assert(span_is(text, TEXT));
	return code;
}

START_TEST(a_signature_by_another_key_of_the_name_is_told)
{
	struct buffer note = { 0 };
	uint8_t other[NOTE_KEY_SIZE];

	memcpy(other, key, sizeof other);
	other[0] ^= 1;
	ck_assert_int_eq(note_sign(span_of(TEXT), NAME, seed, &note, NULL), QORGAN_OK);
	ck_assert(!note_is_of_other_key(buffer_span(&note), NAME, key));
	ck_assert(note_is_of_other_key(buffer_span(&note), NAME, other));
	ck_assert(!note_is_of_other_key(buffer_span(&note), "PeterPan", other));
	ck_assert(!note_is_of_other_key(span_of(TEXT), NAME, other));
	buffer_free(&note);
}
END_TEST

/* ---- Verifier keys -------------------------------------------------------- */

START_TEST(a_verifier_key_is_written_as_published)
{
	char vkey[NOTE_VKEY_LIMIT], name[16];
	uint8_t other[NOTE_KEY_SIZE];

	ck_assert(note_format_vkey(NAME, key, vkey));
	ck_assert_str_eq(vkey, VKEY);
	ck_assert(note_parse_vkey(ENOCH_VKEY, name, sizeof name, other));
	ck_assert(note_format_vkey(name, other, vkey));
	ck_assert_str_eq(vkey, ENOCH_VKEY);
}
END_TEST

START_TEST(a_name_must_be_usable_and_fit)
{
	static const char *const bad[] = { "", "a b", "a+b", "a\tb", "a\nb", "a\xc2\xa0" "b", "a\xe2\x80\x83" "b",
		                           "a\xe3\x80\x80" "b", "a\xff" "b" };
	char vkey[NOTE_VKEY_LIMIT], name[13], long_name[NOTE_VKEY_LIMIT + 1];
	uint8_t read[NOTE_KEY_SIZE];
	struct buffer note = { 0 };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert(!note_format_vkey(bad[i], key, vkey));
		ck_assert_int_eq(note_sign(span_of(TEXT), bad[i], seed, &note, NULL), QORGAN_BAD_DATA);
	}
	ck_assert_uint_eq(note.size, 0);
	ck_assert(!note_parse_vkey(VKEY, name, 12, read));
	ck_assert(note_parse_vkey(VKEY, name, 13, read));

	memset(long_name, 'a', sizeof long_name);
	long_name[NOTE_VKEY_LIMIT - 1 - 1 - 8 - 1 - 44 + 1] = '\0';
	ck_assert(!note_format_vkey(long_name, key, vkey));
	long_name[NOTE_VKEY_LIMIT - 1 - 1 - 8 - 1 - 44] = '\0';
	ck_assert(note_format_vkey(long_name, key, vkey));
	ck_assert_uint_eq(strlen(vkey), NOTE_VKEY_LIMIT - 1);
}
END_TEST

START_TEST(a_mangled_verifier_key_is_refused)
{
	static const char *const bad[] = {
		"PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", /* too long, id right */
		"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",         /* the id in capitals */
		"PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",         /* type, id right */
		VKEY " ", " " VKEY, VKEY "\n"
	};
	char text[] = VKEY, name[64];
	uint8_t read[NOTE_KEY_SIZE];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!note_parse_vkey(bad[i], name, sizeof name, read), "%s", bad[i]);
	for (size_t i = 0; i + 1 < sizeof text; i++) {
		text[i]++;
		ck_assert_msg(!note_parse_vkey(text, name, sizeof name, read), "%s", text);
		text[i]--;
		char *part = strndup(text, i);
		ck_assert(!note_parse_vkey(part, name, sizeof name, read));
		free(part);
		ck_assert_int_eq(note_parse_vkey(text + i, name, sizeof name, read), i == 0);
	}
}
END_TEST

/* A vkey whose id is right, for any 32 bytes. */
static void vkey_force(const uint8_t public_key[32], char vkey[NOTE_VKEY_LIMIT])
{
	uint8_t hashed[3 + 32] = { 'x', '\n', 1 }, hash[32];
	char id[65], text[64];

	memcpy(hashed + 3, public_key, 32);
	crypto_hash_sha256(hash, hashed, sizeof hashed);
	sodium_bin2hex(id, sizeof id, hash, 32);
	sodium_bin2base64(text, sizeof text, hashed + 2, 33, sodium_base64_VARIANT_ORIGINAL);
	snprintf(vkey, NOTE_VKEY_LIMIT, "x+%.8s+%s", id, text);
}

START_TEST(weak_and_odd_keys_are_refused)
{
	uint8_t zero[32] = { 0 }, one[32] = { 1 }, odd[32], read[32];
	char vkey[NOTE_VKEY_LIMIT], name[8];

	memset(odd, 0xff, sizeof odd); /* y above the prime */
	odd[31] = 0x7f;
	vkey_force(key, vkey);
	ck_assert(note_parse_vkey(vkey, name, sizeof name, read));
	vkey_force(zero, vkey); /* of order 4 */
	ck_assert(!note_parse_vkey(vkey, name, sizeof name, read));
	vkey_force(one, vkey); /* the neutral element */
	ck_assert(!note_parse_vkey(vkey, name, sizeof name, read));
	vkey_force(odd, vkey);
	ck_assert(!note_parse_vkey(vkey, name, sizeof name, read));
}
END_TEST

/* ---- Notes ---------------------------------------------------------------- */

START_TEST(signing_gives_the_published_bytes)
{
	struct buffer note = { 0 };

	ck_assert_int_eq(note_sign(span_of(TEXT), NAME, seed, &note, NULL), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&note), TEXT "\n" PETER);
	buffer_free(&note);
}
END_TEST

START_TEST(only_a_text_in_lines_is_signed)
{
	static const char *const bad[] = { "", "abc", "a\tb\n", "a\rb\n", "\xff\n", "a\n\x01\n" };
	struct buffer note = { 0 };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_int_eq(note_sign(span_of(bad[i]), NAME, seed, &note, NULL), QORGAN_BAD_DATA);
	ck_assert_uint_eq(note.size, 0);
}
END_TEST

START_TEST(the_known_signature_is_found_among_others)
{
	char name[64];
	uint8_t enoch[NOTE_KEY_SIZE];

	ck_assert(note_parse_vkey(ENOCH_VKEY, name, sizeof name, enoch));
	ck_assert_int_eq(verify(TEXT "\n" PETER, NAME, key), QORGAN_OK);
	ck_assert_int_eq(verify(TEXT "\n" PETER ENOCH, NAME, key), QORGAN_OK);
	ck_assert_int_eq(verify(TEXT "\n" ENOCH PETER, NAME, key), QORGAN_OK);
	ck_assert_int_eq(verify(TEXT "\n" ENOCH PETER PETER, name, enoch), QORGAN_OK);
	/* A signature of an unknown type, of a known name and of another id. */
	ck_assert_int_eq(verify(TEXT "\n— PeterNeumann AAAAAAAA\n" PETER, NAME, key), QORGAN_OK);
	ck_assert_int_eq(verify(TEXT "\n" ENOCH, NAME, key), QORGAN_PROTOCOL);
	ck_assert_int_eq(verify(TEXT "\n" PETER, "EnochRoot", key), QORGAN_PROTOCOL);
	ck_assert_int_eq(verify(TEXT "\n" PETER, NAME, enoch), QORGAN_PROTOCOL);
}
END_TEST

START_TEST(a_false_signature_by_the_known_key_spoils_the_note)
{
	/* ABCD put in, as the tests of sumdb/note do. */
	static const char bad[] = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInABCDNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
	                          "E6RyyBwJnAM=\n";
	char note[2048];

	snprintf(note, sizeof note, "%s\n%s", TEXT, bad);
	ck_assert_int_eq(verify(note, NAME, key), QORGAN_PROTOCOL);
	snprintf(note, sizeof note, "%s\n%s%s", TEXT, PETER, bad);
	ck_assert_int_eq(verify(note, NAME, key), QORGAN_PROTOCOL);
}
END_TEST

START_TEST(malformed_notes_are_refused)
{
	static const char *const bad[] = {
		"", "\n", "\n\n", TEXT, TEXT "\n", TEXT PETER, "\x01" TEXT "\n" PETER, "\xff" TEXT "\n" PETER,
		TEXT "\r\n" PETER, TEXT "\n\n" PETER PETER "\n",
		TEXT "\n— Bad Name " SIGNATURE,
		TEXT "\n" PETER "Unexpected line.\n", TEXT "\n" PETER "— x AAAA\n", TEXT "\n" PETER "— x AAAAAA\n",
		TEXT "\n" PETER "— x AAAAAB==\n", TEXT "\n" PETER "— x  AAAAAAAA\n", TEXT "\n" PETER "— +x AAAAAAAA\n",
		TEXT "\n" PETER "—  AAAAAAAA\n", TEXT "\n" PETER "- x AAAAAAAA\n", TEXT "\n" PETER "— x\n"
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(verify(bad[i], NAME, key) == QORGAN_PROTOCOL, "%zu: %s", i, bad[i]);
	struct span text;
	ck_assert_int_eq(note_verify((struct span){ TEXT "\n" PETER, strlen(TEXT "\n" PETER) - 1 }, NAME, key, &text, NULL),
	                 QORGAN_PROTOCOL);
}
END_TEST

START_TEST(the_number_and_size_of_signatures_is_bounded)
{
	struct buffer note = { 0 };

	for (size_t count = 16; count <= 101; count += count == 16 ? 84 : 1) {
		buffer_clear(&note);
		buffer_append_text(&note, TEXT "\n");
		for (size_t i = 0; i < count; i++)
			buffer_append_text(&note, i + 1 == count ? PETER : ENOCH);
		ck_assert_int_eq(verify(buffer_text(&note), NAME, key), count <= 100 ? QORGAN_OK : QORGAN_PROTOCOL);
	}
	buffer_clear(&note);
	for (size_t i = 0; i < NOTE_LIMIT / 2; i++)
		buffer_append_text(&note, "a\n");
	buffer_append_text(&note, "\n" PETER);
	ck_assert_int_eq(verify(buffer_text(&note), NAME, key), QORGAN_PROTOCOL);
	buffer_free(&note);
}
END_TEST

START_TEST(each_changed_byte_is_found)
{
	char note[] = TEXT "\n" PETER;

	for (size_t i = 0; i + 1 < sizeof note; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct span text;
			note[i] = (char)(note[i] ^ (1 << bit));
			ck_assert_int_eq(note_verify((struct span){ note, sizeof note - 1 }, NAME, key, &text, NULL),
			                 QORGAN_PROTOCOL);
			note[i] = (char)(note[i] ^ (1 << bit));
		}
}
END_TEST

START_TEST(the_text_may_hold_empty_lines)
{
	static const char poem[] = "Ognuno sta solo sul cuor della terra\n\ned è subito sera.\n";
	struct buffer note = { 0 };
	struct span text;

	ck_assert_int_eq(note_sign(span_of(poem), NAME, seed, &note, NULL), QORGAN_OK);
	ck_assert_int_eq(note_verify(buffer_span(&note), NAME, key, &text, NULL), QORGAN_OK);
	ck_assert(span_is(text, poem));
	buffer_free(&note);
}
END_TEST

/* ---- Checkpoints ---------------------------------------------------------- */

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

START_TEST(the_published_checkpoint_is_read_and_written)
{
	static const char text[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\n";
	struct checkpoint checkpoint;
	struct buffer again = { 0 };

	ck_assert(checkpoint_parse(span_of(text), &checkpoint));
	ck_assert_str_eq(checkpoint.origin, "example.com/behind-the-sofa");
	ck_assert_uint_eq(checkpoint.size, 20852163);
	ck_assert_uint_eq(checkpoint.root[0], 0x0a);
	ck_assert_uint_eq(checkpoint.root[31], 0x62);
	checkpoint_format(&checkpoint, &again);
	ck_assert_str_eq(buffer_text(&again), text);
	buffer_free(&again);
}
END_TEST

START_TEST(sizes_and_extensions_within_the_format_are_taken)
{
	struct checkpoint checkpoint;

	ck_assert(checkpoint_parse(span_of("o\n0\n" ROOT "\n"), &checkpoint));
	ck_assert_uint_eq(checkpoint.size, 0);
	ck_assert(checkpoint_parse(span_of("o\n18446744073709551615\n" ROOT "\nmore\nand more\n"), &checkpoint));
	ck_assert_uint_eq(checkpoint.size, UINT64_MAX);
}
END_TEST

START_TEST(malformed_checkpoints_are_refused)
{
	static const char *const bad[] = {
		"", "\n", "o\n1\n", "o\n1\n" ROOT, "\n1\n" ROOT "\n", "o\n\n" ROOT "\n", "o\n01\n" ROOT "\n", "o\n00\n" ROOT "\n",
		"o\n-1\n" ROOT "\n", "o\n+1\n" ROOT "\n", "o\n1 \n" ROOT "\n", "o\n0x1\n" ROOT "\n",
		"o\n18446744073709551616\n" ROOT "\n", "o\n184467440737095516150\n" ROOT "\n",
		"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
		"o\n1\nAAAA\n", "o\n1\n" ROOT "\n\n", "o\n1\n" ROOT "\n\nmore\n", "o\n1\n" ROOT "\nmore", "o\n1\n" ROOT "\r\n",
		"o\t\n1\n" ROOT "\n", "\xff\n1\n" ROOT "\n"
	};
	struct checkpoint checkpoint;
	char text[400];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!checkpoint_parse(span_of(bad[i]), &checkpoint), "%zu: %s", i, bad[i]);
	ck_assert(!checkpoint_parse((struct span){ "o\0\n1\n" ROOT "\n", strlen(ROOT) + 6 }, &checkpoint));
	for (size_t size = 255; size <= 256; size++) {
		memset(text, 'o', size);
		snprintf(text + size, sizeof text - size, "\n1\n%s\n", ROOT);
		ck_assert_int_eq(checkpoint_parse(span_of(text), &checkpoint), size == 255);
	}
}
END_TEST

Suite *suite_note(void)
{
	Suite *suite = suite_create("note");
	TCase *tests = tcase_create("note");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, a_verifier_key_is_written_as_published);
	tcase_add_test(tests, a_name_must_be_usable_and_fit);
	tcase_add_test(tests, a_mangled_verifier_key_is_refused);
	tcase_add_test(tests, weak_and_odd_keys_are_refused);
	tcase_add_test(tests, signing_gives_the_published_bytes);
	tcase_add_test(tests, only_a_text_in_lines_is_signed);
	tcase_add_test(tests, the_known_signature_is_found_among_others);
	tcase_add_test(tests, a_false_signature_by_the_known_key_spoils_the_note);
	tcase_add_test(tests, malformed_notes_are_refused);
	tcase_add_test(tests, the_number_and_size_of_signatures_is_bounded);
	tcase_add_test(tests, each_changed_byte_is_found);
	tcase_add_test(tests, the_text_may_hold_empty_lines);
	tcase_add_test(tests, a_signature_by_another_key_of_the_name_is_told);
	tcase_add_test(tests, the_published_checkpoint_is_read_and_written);
	tcase_add_test(tests, sizes_and_extensions_within_the_format_are_taken);
	tcase_add_test(tests, malformed_checkpoints_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
