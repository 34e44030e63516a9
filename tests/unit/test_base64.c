/* Base 64 beside libsodium's, which knows the canonical encoding, too. */
#include <check.h>
#include <sodium.h>
#include <string.h>

#include "crypto/base64.h"

Suite *suite_base64(void);

static int variant_of(enum base64_padding padding)
{
	return padding == BASE64_PADDED ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

/* Whether both say the same of the text. */
static bool judge(const char *text, size_t size, enum base64_padding padding)
{
	uint8_t ours[200], theirs[200];
	size_t ours_size = 0, theirs_size = 0;
	bool plain = true; /* libsodium 1.0.18 takes bytes above 127 for letters where char is signed */

	for (size_t i = 0; i < size; i++)
		plain &= (unsigned char)text[i] < 128;
	bool known = plain && sodium_base642bin(theirs, sizeof theirs, text, size, NULL, &theirs_size, NULL,
	                                        variant_of(padding)) == 0;
	bool taken = base64_decode((struct span){ text, size }, padding, ours, sizeof ours, &ours_size);
	ck_assert_msg(taken == known, "%.*s", (int)size, text);
	if (taken) {
		ck_assert_uint_eq(ours_size, theirs_size);
		ck_assert_mem_eq(ours, theirs, ours_size);
	}
	return taken;
}

START_TEST(every_short_text)
{
	/* All bytes at each place of a group, and what may stand for padding. */
	static const char some[] = "AQgw+/=9z \n-_";
	size_t taken = 0;

	for (enum base64_padding padding = BASE64_PADDED; padding <= BASE64_UNPADDED; padding++) {
		ck_assert(judge("", 0, padding));
		for (int place = 0; place < 8; place++)
			for (int byte = 0; byte < 256; byte++)
				for (size_t size = 1; size <= 8; size++) {
					char text[8] = { 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H' };
					text[place] = (char)byte;
					taken += judge(text, size, padding);
				}
		for (size_t a = 0; a < sizeof some; a++)
			for (size_t b = 0; b < sizeof some; b++)
				for (size_t c = 0; c < sizeof some; c++)
					for (size_t d = 0; d < sizeof some; d++)
						for (size_t size = 1; size <= 8; size++) {
							char text[8] = { some[a], some[b], some[c], some[d], some[d], some[c], some[b], some[a] };
							taken += judge(text, size, padding);
						}
	}
	ck_assert_uint_gt(taken, 1000);
}
END_TEST

START_TEST(any_bytes_there_and_back)
{
	uint8_t bytes[100], again[100];
	char ours[200], theirs[200];
	size_t size;

	for (size_t count = 0; count <= sizeof bytes; count++)
		for (enum base64_padding padding = BASE64_PADDED; padding <= BASE64_UNPADDED; padding++) {
			randombytes_buf(bytes, sizeof bytes);
			size_t length = base64_encode(ours, bytes, count, padding);
			sodium_bin2base64(theirs, sizeof theirs, bytes, count, variant_of(padding));
			ck_assert_str_eq(ours, theirs);
			ck_assert_uint_eq(length, strlen(theirs));
			ck_assert(base64_decode((struct span){ ours, length }, padding, again, count, &size));
			ck_assert_uint_eq(size, count);
			ck_assert_mem_eq(again, bytes, count);
			ck_assert(base64_decode_exact((struct span){ ours, length }, padding, again, count));
			ck_assert(!base64_decode_exact((struct span){ ours, length }, padding, again, count + 1));
			if (count)
				ck_assert(!base64_decode((struct span){ ours, length }, padding, again, count - 1, &size));
		}
}
END_TEST

Suite *suite_base64(void)
{
	Suite *suite = suite_create("base64");
	TCase *tests = tcase_create("base64");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_short_text);
	tcase_add_test(tests, any_bytes_there_and_back);
	suite_add_tcase(suite, tests);
	return suite;
}
