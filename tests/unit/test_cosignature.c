/* Cosignatures, against a checkpoint of a public log that public witnesses have
 * cosigned, and against the published example's form. */
#include "crypto/cosignature.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/date.h"
#include "crypto/secret.h"

Suite *suite_cosignature(void);

/* A checkpoint of the log arche2025h1 of transparency.dev, as of 2026-05-23. */
#define LOG "arche2025h1.staging.ct.transparency.dev"
#define TEXT LOG "\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
#define SIGNED \
	"— " LOG " zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4k" \
	"JXFbon5Ch9MNL5zRNZ55lvGt0=\n" \
	"— " LOG " ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
#define GARDEN \
	"— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoX" \
	"HAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"
#define SMARTIT \
	"— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5h" \
	"NI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n"
#define REMORA \
	"— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5Xe" \
	"U/zZ0WBxtqB0DrAWfBw==\n"
#define STAGEMOLE \
	"— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFu" \
	"cgKi7lI7cUiOvKFYe/TmN9DAg==\n"
#define NOTE TEXT "\n" SIGNED GARDEN SMARTIT REMORA STAGEMOLE
#define SEEN 0x6a122120 /* the time in all four */

#define LOG_VKEY LOG "+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
#define REMORA_VKEY "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
static const char *const vkeys[] = {
	"transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
	"witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO", REMORA_VKEY,
	"witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv"
};

static char name[128];
static uint8_t key[NOTE_KEY_SIZE], *seed;

static void start(void)
{
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	seed = secret_alloc(32);
	memset(seed, 5, 32);
}

static void stop(void)
{
	secret_free(seed);
}

static int verify(const char *note, const char *vkey, int64_t *time)
{
	ck_assert(cosignature_parse_vkey(vkey, name, sizeof name, key));
	return cosignature_verify(span_of(note), name, key, time, NULL);
}

/* ---- Published --------------------------------------------------------------- */

START_TEST(the_cosignatures_of_public_witnesses_hold)
{
	char again[NOTE_VKEY_LIMIT];
	struct span text;
	int64_t time;

	for (size_t i = 0; i < sizeof vkeys / sizeof vkeys[0]; i++) {
		time = 0;
		ck_assert_int_eq(verify(NOTE, vkeys[i], &time), QORGAN_OK);
		ck_assert_int_eq(time, SEEN);
		ck_assert(cosignature_format_vkey(name, key, again));
		ck_assert_str_eq(again, vkeys[i]);
	}
	/* The log's own signature stands beside them. */
	ck_assert(note_parse_vkey(LOG_VKEY, name, sizeof name, key));
	ck_assert_int_eq(note_verify(span_of(NOTE), name, key, &text, NULL), QORGAN_OK);
	ck_assert(span_is(text, TEXT));
}
END_TEST

START_TEST(a_key_of_one_type_is_none_of_the_other)
{
	ck_assert(!note_parse_vkey(REMORA_VKEY, name, sizeof name, key));
	ck_assert(!cosignature_parse_vkey(LOG_VKEY, name, sizeof name, key));
	/* The same key under both types has another id. */
	ck_assert(cosignature_parse_vkey(REMORA_VKEY, name, sizeof name, key));
	struct span text;
	int64_t time;
	ck_assert_int_eq(note_verify(span_of(NOTE), name, key, &text, NULL), QORGAN_PROTOCOL);
	ck_assert(note_parse_vkey(LOG_VKEY, name, sizeof name, key));
	ck_assert_int_eq(cosignature_verify(span_of(NOTE), name, key, &time, NULL), QORGAN_PROTOCOL);
}
END_TEST

START_TEST(each_changed_bit_of_text_and_cosignature_is_found)
{
	static const char note[] = TEXT "\n" REMORA;
	char changed[sizeof note];
	int64_t time;

	ck_assert_int_eq(verify(note, REMORA_VKEY, &time), QORGAN_OK);
	for (size_t i = 0; i + 1 < sizeof note; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			memcpy(changed, note, sizeof note);
			changed[i] = (char)(changed[i] ^ (1 << bit));
			struct span span = { changed, sizeof note - 1 };
			ck_assert_msg(cosignature_verify(span, name, key, &time, NULL) == QORGAN_PROTOCOL, "byte %zu", i);
		}
}
END_TEST

START_TEST(an_absent_or_false_one_spoils_it)
{
	static const char false_one[] = /* of another text, by that name and id */
		"— remora.n621.de 2net5wAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEy"
		"OUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n";
	static const char short_one[] = "— remora.n621.de 2net5wAAAABqEiEg\n";
	char note[4096];
	int64_t time;

	ck_assert_int_eq(verify(TEXT "\n" SIGNED GARDEN, REMORA_VKEY, &time), QORGAN_PROTOCOL);
	snprintf(note, sizeof note, "%s%s", NOTE, false_one);
	ck_assert_int_eq(verify(note, REMORA_VKEY, &time), QORGAN_PROTOCOL);
	snprintf(note, sizeof note, "%s%s", NOTE, short_one);
	ck_assert_int_eq(verify(note, REMORA_VKEY, &time), QORGAN_PROTOCOL);
	/* What is false of another key is not looked at. */
	ck_assert_int_eq(verify(note, vkeys[0], &time), QORGAN_OK);
}
END_TEST

/* ---- Our own -------------------------------------------------------------------- */

#define START "— witness.example.com/w1 "

/* The message of the specification's example, made by hand. */
START_TEST(what_is_signed_is_the_message_of_the_specification)
{
	static const char note[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
				   "— example.com/behind-the-sofa AAAAAAAA\n";
	static const char message[] = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
				      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
	static const uint8_t time_bytes[8] = { 0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb };
	uint8_t public_key[32], secret_key[64], expected[64], line[76], hashed[23 + 2 + 32], hash[32];
	struct buffer to = { 0 };

	ck_assert_int_eq(cosignature_sign(span_of(note), 1679315147, "witness.example.com/w1", seed, &to, NULL),
	                 QORGAN_OK);
	ck_assert_uint_eq(to.size, strlen(START) + 104 + 1);
	ck_assert_int_eq(memcmp(to.data, START, strlen(START)), 0);
	ck_assert_int_eq(sodium_base642bin(line, sizeof line, to.data + strlen(START), 104, NULL, NULL, NULL,
	                                   sodium_base64_VARIANT_ORIGINAL), 0);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	memcpy(hashed, "witness.example.com/w1\n\x04", 24);
	memcpy(hashed + 24, public_key, 32);
	crypto_hash_sha256(hash, hashed, 24 + 32);
	ck_assert_mem_eq(line, hash, 4);
	ck_assert_mem_eq(line + 4, time_bytes, 8);
	crypto_sign_detached(expected, NULL, (const uint8_t *)message, strlen(message), secret_key);
	ck_assert_mem_eq(line + 12, expected, 64);
	buffer_free(&to);
}
END_TEST

START_TEST(the_newest_of_several_counts_and_extensions_are_covered)
{
	static const char text[] = "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n";
	static const int64_t times[] = { 7, TIME_LAST, 0 };
	uint8_t public_key[32], secret_key[64];
	struct buffer note = { 0 }, lines = { 0 };
	int64_t time = -1;

	crypto_sign_seed_keypair(public_key, secret_key, seed);
	ck_assert_int_eq(note_sign(span_of(text), "o", seed, &note, NULL), QORGAN_OK);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(cosignature_sign(buffer_span(&note), times[i], "w", seed, &lines, NULL), QORGAN_OK);
	buffer_append_span(&note, buffer_span(&lines));
	ck_assert_int_eq(cosignature_verify(buffer_span(&note), "w", public_key, &time, NULL), QORGAN_OK);
	ck_assert_int_eq(time, TIME_LAST);
	char *extension = strstr(note.data, "more");
	*extension = 'M';
	ck_assert_int_eq(cosignature_verify(buffer_span(&note), "w", public_key, &time, NULL), QORGAN_PROTOCOL);
	buffer_free(&note);
	buffer_free(&lines);
}
END_TEST

/* What cannot be shown as a date is not taken in: no partner may make a store keep it. */
START_TEST(a_time_after_the_last_date_is_refused)
{
	static const int64_t times[] = { TIME_LAST + 1, INT64_C(1) << 40, INT64_MAX };
	uint8_t public_key[32], secret_key[64];
	struct qorgan_error error;
	int64_t time;

	crypto_sign_seed_keypair(public_key, secret_key, seed);
	for (size_t i = 0; i < 3; i++) {
		struct buffer note = { 0 }, line = { 0 };
		ck_assert_int_eq(note_sign(span_of(TEXT), "o", seed, &note, NULL), QORGAN_OK);
		ck_assert_int_eq(cosignature_sign(buffer_span(&note), times[i], "w", seed, &line, NULL), QORGAN_OK);
		buffer_append_span(&note, buffer_span(&line));
		ck_assert_int_eq(cosignature_verify(buffer_span(&note), "w", public_key, &time, &error), QORGAN_PROTOCOL);
		ck_assert_ptr_nonnull(strstr(error.message, "after the year 9999"));
		buffer_free(&note);
		buffer_free(&line);
	}
}
END_TEST

/* A time whose highest bit is set is signed correctly, and refused all the same. */
START_TEST(a_time_beyond_63_bits_is_refused)
{
	static const char message[] = "cosignature/v1\ntime 9223372036854775808\n" TEXT;
	uint8_t public_key[32], secret_key[64], line[76] = { 0 }, hashed[3 + 32] = { 'w', '\n', 4 }, hash[32];
	char encoded[128], note[2048];
	struct buffer good = { 0 };
	int64_t time;

	crypto_sign_seed_keypair(public_key, secret_key, seed);
	memcpy(hashed + 3, public_key, 32);
	crypto_hash_sha256(hash, hashed, sizeof hashed);
	memcpy(line, hash, 4);
	line[4] = 0x80;
	crypto_sign_detached(line + 12, NULL, (const uint8_t *)message, strlen(message), secret_key);
	sodium_bin2base64(encoded, sizeof encoded, line, sizeof line, sodium_base64_VARIANT_ORIGINAL);
	snprintf(note, sizeof note, "%s\n— w %s\n", TEXT, encoded);
	ck_assert_int_eq(cosignature_verify(span_of(note), "w", public_key, &time, NULL), QORGAN_PROTOCOL);
	ck_assert_int_eq(cosignature_sign(span_of(note), 1, "w", seed, &good, NULL), QORGAN_OK);
	strcat(note, good.data); /* nor does a good one beside it help */
	ck_assert_int_eq(cosignature_verify(span_of(note), "w", public_key, &time, NULL), QORGAN_PROTOCOL);
	buffer_free(&good);
}
END_TEST

START_TEST(only_a_checkpoint_is_cosigned_by_a_named_key)
{
	struct buffer to = { 0 };
	int64_t time;

	ck_assert_int_eq(cosignature_sign(span_of(NOTE), -1, "w", seed, &to, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(cosignature_sign(span_of(NOTE), 1, "a b", seed, &to, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(cosignature_sign(span_of(NOTE), 1, "", seed, &to, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(cosignature_sign(span_of(TEXT), 1, "w", seed, &to, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(cosignature_sign(span_of("a poem\n\n— x AAAAAAAA\n"), 1, "w", seed, &to, NULL), QORGAN_BAD_DATA);
	ck_assert_uint_eq(to.size, 0);
	ck_assert_int_eq(verify("a poem\n\n" REMORA, REMORA_VKEY, &time), QORGAN_PROTOCOL);
}
END_TEST

Suite *suite_cosignature(void)
{
	Suite *suite = suite_create("cosignature");
	TCase *tests = tcase_create("cosignature");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, the_cosignatures_of_public_witnesses_hold);
	tcase_add_test(tests, a_key_of_one_type_is_none_of_the_other);
	tcase_add_test(tests, each_changed_bit_of_text_and_cosignature_is_found);
	tcase_add_test(tests, an_absent_or_false_one_spoils_it);
	tcase_add_test(tests, what_is_signed_is_the_message_of_the_specification);
	tcase_add_test(tests, the_newest_of_several_counts_and_extensions_are_covered);
	tcase_add_test(tests, a_time_after_the_last_date_is_refused);
	tcase_add_test(tests, a_time_beyond_63_bits_is_refused);
	tcase_add_test(tests, only_a_checkpoint_is_cosigned_by_a_named_key);
	suite_add_tcase(suite, tests);
	return suite;
}
