/* The text encodings of keys: Bech32, against the vectors of BIP 173 and of the age
 * specification, and Base 64 as strictly as its users need it. */
#include "crypto/bech32.h"

#include <check.h>
#include <string.h>

#include "crypto/base64.h"

Suite *suite_bech32(void);

static const struct {
	const char *text, *prefix;
	size_t size;
} valid[] = {
	{ "A12UEL5L", "A", 0 },
	{ "a12uel5l", "a", 0 },
	{ "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
	  "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", 0 },
	{ "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20 },
	{ "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j", "1", 51 },
	{ "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 30 },
	{ "?1ezyfcl", "?", 0 },
	{ "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", "age", 32 },
	{ "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", "AGE-SECRET-KEY-", 32 },
};

START_TEST(published_texts_are_read_and_written_again)
{
	const char *text = valid[_i].text, *prefix = valid[_i].prefix;
	uint8_t data[64];
	char again[128];

	memset(data, 0xa5, sizeof data);
	ck_assert(bech32_decode(span_of(text), prefix, data, valid[_i].size));
	ck_assert_uint_eq(data[valid[_i].size], 0xa5);
	ck_assert_uint_eq(bech32_text_size(strlen(prefix), valid[_i].size), strlen(text) + 1);
	bech32_encode(prefix, data, valid[_i].size, again);
	ck_assert_str_eq(again, text);
}
END_TEST

START_TEST(the_data_is_what_was_encoded)
{
	uint8_t data[32], expected[20];

	/* The alphabet in its order: the values 0 to 31, five bits each. */
	for (size_t i = 0; i < 20; i++) {
		expected[i] = 0;
		for (size_t bit = i * 8; bit < i * 8 + 8; bit++)
			expected[i] = (uint8_t)(expected[i] << 1 | (bit / 5 >> (4 - bit % 5) & 1));
	}
	ck_assert(bech32_decode(span_of(valid[3].text), "abcdef", data, 20));
	ck_assert_mem_eq(data, expected, 20);
	/* The identity of the specification is 32 times the byte 'B'. */
	ck_assert(bech32_decode(span_of(valid[8].text), "AGE-SECRET-KEY-", data, 32));
	for (size_t i = 0; i < 32; i++)
		ck_assert_uint_eq(data[i], 0x42);
}
END_TEST

START_TEST(published_faults_are_refused)
{
	static const struct {
		const char *text, *prefix;
	} faults[] = {
		{ "\x20" "1nwldj5", "\x20" }, { "\x7f" "1axkwrx", "\x7f" }, { "\x80" "1eym55h", "\x80" },
		{ "pzry9x0s0muk", "pzry9x0s0muk" }, { "1pzry9x0s0muk", "" }, { "x1b4n0q5v", "x" },
		{ "li1dgmt3", "li" }, { "de1lg7wt\xff", "de" }, { "A1G7SGD8", "A" }, { "10a06t8", "" },
		{ "1qzzfhee", "" }, { "a12UEL5L", "a" }, { "A12uEL5L", "A" },
		{ "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w", "split" },
		{ "split1cheo2y9e2w", "split" }, { "split1a2y9w", "split" },
	};
	uint8_t data[64];

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		for (size_t size = 0; size < 40; size++)
			ck_assert_msg(!bech32_decode(span_of(faults[i].text), faults[i].prefix, data, size), "%s", faults[i].text);
}
END_TEST

START_TEST(any_other_size_prefix_or_case_is_refused)
{
	static const char text[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
	uint8_t data[64];
	char upper[sizeof text];

	for (size_t size = 0; size < sizeof data; size++)
		ck_assert_int_eq(bech32_decode(span_of(text), "age", data, size), size == 32);
	ck_assert(!bech32_decode(span_of(text), "ag", data, 32));
	ck_assert(!bech32_decode(span_of(text), "age1", data, 32));
	ck_assert(!bech32_decode(span_of(text), "AGE", data, 32));
	for (size_t i = 0; i < sizeof text; i++)
		upper[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	ck_assert(!bech32_decode(span_of(upper), "age", data, 32));
	ck_assert(bech32_decode(span_of(upper), "AGE", data, 32));
	for (size_t size = 0; size + 1 < sizeof text; size++)
		ck_assert(!bech32_decode((struct span){ text, size }, "age", data, 32));
}
END_TEST

START_TEST(each_changed_character_is_found_and_nothing_is_left)
{
	char text[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
	uint8_t data[32], zero[32] = { 0 };

	for (size_t i = 0; i + 1 < sizeof text; i++) {
		char before = text[i];
		for (int c = 0; c < 256; c++) {
			text[i] = (char)c;
			if (text[i] == before)
				continue;
			ck_assert(!bech32_decode((struct span){ text, sizeof text - 1 }, "AGE-SECRET-KEY-", data, 32));
			ck_assert_mem_eq(data, zero, 32);
		}
		text[i] = before;
	}
}
END_TEST

/* Made with an encoder of five-bit values: checksums right, values not bytes. */
START_TEST(padding_is_short_and_zero)
{
	static const char *const faults[] = { "a1qpamnt9j", "a1qzngxatd", "a1qqqd87cpp", "a1q3g6mn3" };
	uint8_t data[4];

	ck_assert(bech32_decode(span_of("a1qqqd87cq"), "a", data, 1));
	ck_assert_uint_eq(data[0], 0);
	ck_assert(bech32_decode(span_of("a1qy089ch6"), "a", data, 1));
	ck_assert_uint_eq(data[0], 1);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		for (size_t size = 0; size < sizeof data; size++)
			ck_assert_msg(!bech32_decode(span_of(faults[i]), "a", data, size), "%s", faults[i]);
}
END_TEST

/* ---- Base 64 ---------------------------------------------------------------- */

START_TEST(just_the_alphabet_is_base64)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t place = 0; place < 8; place++)
		for (unsigned c = 0; c < 256; c++) {
			char text[] = "AAAAAAAA";
			uint8_t data[8] = { 0 };
			size_t size;
			const char *found = c ? strchr(alphabet, (int)c) : NULL;
			uint64_t value = 0;
			text[place] = (char)c;
			bool good = base64_decode(span_of("AAAAAAAA"), BASE64_UNPADDED, data, sizeof data, &size) &&
			            base64_decode((struct span){ text, 8 }, BASE64_UNPADDED, data, sizeof data, &size);
			ck_assert_msg(good == (found != NULL), "character %u at %zu", c, place);
			if (!good)
				continue;
			ck_assert_uint_eq(size, 6);
			for (size_t i = 0; i < 6; i++)
				value = value << 8 | data[i];
			ck_assert_uint_eq(value, (uint64_t)(found - alphabet) << (6 * (7 - place)));
		}
}
END_TEST

START_TEST(just_the_canonical_form_is_base64)
{
	/* RFC 4648, section 10, and near misses. */
	static const struct {
		const char *text;
		enum base64_padding padding;
		int size; /* -1 if refused */
	} cases[] = {
		{ "", BASE64_PADDED, 0 }, { "Zg==", BASE64_PADDED, 1 }, { "Zm8=", BASE64_PADDED, 2 }, { "Zm9v", BASE64_PADDED, 3 },
		{ "Zm9vYg==", BASE64_PADDED, 4 }, { "Zm9vYmE=", BASE64_PADDED, 5 }, { "Zm9vYmFy", BASE64_PADDED, 6 },
		{ "", BASE64_UNPADDED, 0 }, { "Zg", BASE64_UNPADDED, 1 }, { "Zm8", BASE64_UNPADDED, 2 },
		{ "Zm9v", BASE64_UNPADDED, 3 }, { "Zm9vYg", BASE64_UNPADDED, 4 },
		{ "Zg", BASE64_PADDED, -1 }, { "Zg=", BASE64_PADDED, -1 }, { "Zg===", BASE64_PADDED, -1 },
		{ "Zm9v=", BASE64_PADDED, -1 }, { "Zm9v====", BASE64_PADDED, -1 }, { "Zh==", BASE64_PADDED, -1 },
		{ "Zm9=", BASE64_PADDED, -1 }, { "Z", BASE64_PADDED, -1 }, { "Z===", BASE64_PADDED, -1 }, { "=", BASE64_PADDED, -1 },
		{ "====", BASE64_PADDED, -1 }, { "Zg==Zg==", BASE64_PADDED, -1 }, { "Zm9v\n", BASE64_PADDED, -1 },
		{ " Zm9v", BASE64_PADDED, -1 }, { "Zm 9v", BASE64_PADDED, -1 }, { "Zg==", BASE64_UNPADDED, -1 },
		{ "Zm8=", BASE64_UNPADDED, -1 }, { "Zh", BASE64_UNPADDED, -1 }, { "Zm9", BASE64_UNPADDED, -1 },
		{ "Z", BASE64_UNPADDED, -1 }, { "Zm9vYmFyZg", BASE64_UNPADDED, -1 } /* longer than there is room */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t data[6];
		size_t size;
		struct buffer again = { 0 };
		bool good = base64_decode(span_of(cases[i].text), cases[i].padding, data, sizeof data, &size);
		ck_assert_msg(good == (cases[i].size >= 0), "%s", cases[i].text);
		if (!good)
			continue;
		ck_assert_uint_eq(size, cases[i].size);
		ck_assert_mem_eq(data, "foobar", size);
		base64_append(&again, data, size, cases[i].padding);
		ck_assert_str_eq(buffer_text(&again), cases[i].text);
		buffer_free(&again);
	}
}
END_TEST

Suite *suite_bech32(void)
{
	Suite *suite = suite_create("bech32");
	TCase *tests = tcase_create("text");

	tcase_add_loop_test(tests, published_texts_are_read_and_written_again, 0, sizeof valid / sizeof *valid);
	tcase_add_test(tests, the_data_is_what_was_encoded);
	tcase_add_test(tests, published_faults_are_refused);
	tcase_add_test(tests, any_other_size_prefix_or_case_is_refused);
	tcase_add_test(tests, each_changed_character_is_found_and_nothing_is_left);
	tcase_add_test(tests, padding_is_short_and_zero);
	tcase_add_test(tests, just_the_alphabet_is_base64);
	tcase_add_test(tests, just_the_canonical_form_is_base64);
	suite_add_tcase(suite, tests);
	return suite;
}
