/* Parity that rotted in part: every byte of it counts. The hash is that of RFC 1321, by its own words. */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/parity_packets.h"

Suite *suite_parity(void);

static struct qorgan_error error;

START_TEST(the_hash_is_that_of_the_rfc)
{
	static const struct {
		const char *text, *hash;
	} words[] = {
		{ "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "a", "0cc175b9c0f1b6a831c399e269772661" },
		{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
		{ "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f" },
		{ "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
		  "57edf4a22be3c955ac49da2e2107b67a" },
	};
	unsigned char hash[PARITY_HASH_SIZE];
	char text[2 * PARITY_HASH_SIZE + 1];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		parity_hash(words[i].text, strlen(words[i].text), hash);
		sodium_bin2hex(text, sizeof text, hash, sizeof hash);
		ck_assert_str_eq(text, words[i].hash);
	}
}
END_TEST

/* A packet with a body of that size. */
static void packet_write(FILE *to, size_t body)
{
	static unsigned char packet[200000];
	uint64_t length = 64 + body;

	memset(packet, 0, sizeof packet);
	memcpy(packet, PARITY_MAGIC, 8);
	memcpy(packet + 8, &length, sizeof length);
	memset(packet + 32, (int)body % 255, 32 + body);
	parity_hash(packet + 32, 32 + body, packet + 16);
	ck_assert_uint_eq(fwrite(packet, 1, length, to), length);
}

static bool is_whole(FILE *file)
{
	bool whole;

	fflush(file);
	ck_assert_int_eq(parity_packets_check(fileno(file), &whole, &error), QORGAN_OK);
	return whole;
}

static void byte_flip(FILE *file, long at)
{
	ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
	int byte = getc(file);
	ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
	putc(byte ^ 1, file);
}

START_TEST(each_byte_of_each_packet_counts)
{
	static const size_t bodies[] = { 0, 4, 24, 28, 60, 64, 300, 65472 };
	FILE *file = tmpfile();

	ck_assert_ptr_nonnull(file);
	ck_assert(!is_whole(file));
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		packet_write(file, bodies[i]);
	packet_write(file, 131072);
	ck_assert(is_whole(file));
	long size = ftell(file);
	for (long at = 0; at < size; at += at < 1100 ? 1 : 4999) {
		byte_flip(file, at);
		ck_assert_msg(!is_whole(file), "byte %ld", at);
		byte_flip(file, at);
	}
	ck_assert(is_whole(file));
	ck_assert_int_eq(ftruncate(fileno(file), size - 1), 0);
	ck_assert(!is_whole(file));
	fclose(file);
}
END_TEST

/* A length that leads in circles or beyond the end. */
START_TEST(no_length_leads_astray)
{
	const uint64_t lengths[] = { 0, 4, 63, 66, 65, UINT64_MAX, UINT64_MAX - 3, (uint64_t)1 << 63, 132 };
	unsigned char bytes[128];

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		FILE *file = tmpfile();
		ck_assert_ptr_nonnull(file);
		packet_write(file, 64);
		rewind(file);
		ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, file), sizeof bytes);
		memcpy(bytes + 8, &lengths[i], 8);
		rewind(file);
		ck_assert_uint_eq(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
		ck_assert(!is_whole(file));
		fclose(file);
	}
}
END_TEST

Suite *suite_parity(void)
{
	Suite *suite = suite_create("parity");
	TCase *tests = tcase_create("packets");

	tcase_add_test(tests, the_hash_is_that_of_the_rfc);
	tcase_add_test(tests, each_byte_of_each_packet_counts);
	tcase_add_test(tests, no_length_leads_astray);
	suite_add_tcase(suite, tests);
	return suite;
}
