/* UTF-8, widths, folding and distances. The forms of UTF-8 are those of the table
 * in RFC 3629 and the Unicode standard's table 3-7; what folds to what are words
 * of the six languages as people type them. */
#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

Suite *suite_text(void);

START_TEST(utf8_is_told_from_other_bytes)
{
	static const struct {
		const char *bytes;
		size_t size;
		bool good;
	} cases[] = {
		{ "", 0, true },
		{ "plain text that is longer than eight bytes", 42, true },
		{ "\x00", 1, true },
		{ "\xc2\x80", 2, true },
		{ "\xdf\xbf", 2, true },
		{ "\xe0\xa0\x80", 3, true },
		{ "\xed\x9f\xbf", 3, true },
		{ "\xee\x80\x80", 3, true },
		{ "\xf0\x90\x80\x80", 4, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "\x80", 1, false },
		{ "\xc0\x80", 2, false },
		{ "\xc1\xbf", 2, false },
		{ "\xe0\x9f\xbf", 3, false },
		{ "\xed\xa0\x80", 3, false }, /* a surrogate */
		{ "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf4\x90\x80\x80", 4, false },
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xff", 1, false },
		{ "\xd0", 1, false }, /* cut */
		{ "\xe2\x82", 2, false },
		{ "abcdefgh\xd0", 9, false },
		{ "\xd0" "a", 2, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(text_is_utf8((struct span){ cases[i].bytes, cases[i].size }) == cases[i].good, "case %zu",
		              i);
}
END_TEST

/* A model that encodes by RFC 3629's table, for every code point. */
START_TEST(every_code_point_is_decoded)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char bytes[4];
		size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4, at = 0;
		static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
		for (size_t i = size; i-- > 1;)
			bytes[i] = (char)(0x80 | (code >> 6 * (size - 1 - i) & 0x3f));
		bytes[0] = (char)(leads[size] | code >> 6 * (size - 1));
		uint32_t got = 0;
		bool surrogate = code >= 0xd800 && code <= 0xdfff;
		bool decoded = text_decode((struct span){ bytes, size }, &at, &got);
		if (decoded == surrogate || (decoded && (got != code || at != size)))
			ck_abort_msg("U+%04X", code);
	}
}
END_TEST

START_TEST(unclean_text_is_refused)
{
	static const char *const good[] = { "", "one\ntwo\tthree", "Қорғон oʻzbek", "\xe2\x80\x8dz",
	                                    "12345678\n1234567890",
	                                    "\xc2\xa0" };
	static const char *const bad[] = { "\x01", "a\rb", "12345678\x7f", "\xc2\x85", "\xe2\x80\xaexyz",
	                                   "\xe2\x80\xaa",
	                                   "\xe2\x81\xa6", "\xe2\x81\xa9", "\xef\xbb\xbf", "ab\xff", "1234567\x1b[0m" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ck_assert_msg(text_is_clean(span_of(good[i])), "good %zu", i);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!text_is_clean(span_of(bad[i])), "bad %zu", i);
	ck_assert(!text_is_clean((struct span){ "a\0b", 3 }));
}
END_TEST

START_TEST(width_is_in_columns)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 }, { "abc", 3 }, { "qo'rg'on and more", 17 }, { "Қорғон", 6 }, { "Ўзбекистон", 10 },
		  { "Türkmenistan", 12 },
		{ "e\xcc\x81", 1 }, { "漢字", 4 }, { "한국", 4 }, { "ｆｕ", 4 }, { "\xe2\x80\x8b", 0 }, { "\xff\xfe", 2 },
		{ "a\xd0", 2 }, { "\xf0\x9f\x98\x80", 2 }, { "\xf0\xa0\x80\x80", 2 }, { "\xcc\x80\xcd\xaf", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(text_width(span_of(cases[i].text)) == cases[i].width, "%s: %zu", cases[i].text,
		              text_width(span_of(cases[i].text)));
}
END_TEST

START_TEST(a_label_stands_within_a_line)
{
	static const char *const cases[][2] = {
		{ "Depends on", "depends on" }, { "ID", "ID" }, { "I", "i" }, { "Ведёт", "ведёт" }, { "Ёлка", "ёлка" },
		{ "Әсер ету", "әсер ету" }, { "Ӯ", "ӯ" }, { "Ҷадвал", "ҷадвал" }, { "Ölçeg", "ölçeg" }, { "Ýol", "ýol" },
		{ "Şkala", "şkala" }, { "Žurnal", "žurnal" }, { "İcra", "icra" }, { "Əsas", "əsas" }, { "Ňň", "ňň" },
		{ "ТЛП", "ТЛП" }, { "×", "×" }, { "already", "already" }, { "", "" }, { "\xff" "A", "\xff" "A" },
	};
	struct buffer text = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buffer_clear(&text);
		text_append_within(&text, span_of(cases[i][0]));
		ck_assert_str_eq(buffer_text(&text), cases[i][1]);
	}
	buffer_free(&text);
}
END_TEST

START_TEST(folding_meets_what_people_type)
{
	static const char *const cases[][2] = {
		{ "Oʻzbekiston", "ozbekiston" }, { "O‘zbekiston", "ozbekiston" }, { "O'zbek G`ofur", "ozbek gofur" },
		{ "Gʼ", "g" }, { "O’z", "oz" }, { "Azərbaycan", "azerbaycan" }, { "İstanbul", "istanbul" },
		  { "ISTANBUL", "istanbul" },
		{ "Qızıl", "qizil" }, { "Şäher ŽÝ Ňň", "saher zy nn" }, { "ŞĞÇÖÜ", "sgcou" }, { "Ёлка", "елка" },
		  { "ЁЛКА", "елка" },
		{ "Йод", "йод" }, { "И\xcc\x86од", "йод" }, { "ӘҒҚҢӨҰҮҺІ", "әғқңөұүһі" }, { "ҲҶӢӮ", "ҳҷӣӯ" },
		  { "И\xcc\x84", "ӣ" },
		{ "ЎҚҒҲ", "ўқғҳ" }, { "ӀӁӃ", "ӏӂӄ" }, { "e\xcc\x81", "e" }, { "Straße", "strasse" }, { "3 × 4 ÷ 2",
		  "3 × 4 ÷ 2" },
		{ "Oʼzbekiston", "ozbekiston" }, { "Oˈzbek Oˋz O＇z", "ozbek oz oz" }, { "Maʼlumot maʻlumot", "malumot malumot" },
		{ "Ǵylym ǵylym", "gylym gylym" }, { "Təşkilat Teșkilat", "teskilat teskilat" }, { "Țarif", "tarif" },
		{ "S\xcc\xa7\xc9\x99ki", "seki" }, { "хав\xc2\xadф\xe2\x80\x8bсизлик", "хавфсизлик" },
		{ "ÀÉÎÕÚÿ", "aeiouy" }, { "Ŋ ſ", "n s" }, { "漢", "漢" }, { "ЀЃѠ", "еѓѡ" },
	};
	struct buffer folded = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buffer_clear(&folded);
		text_fold(&folded, span_of(cases[i][0]));
		ck_assert_str_eq(buffer_text(&folded), cases[i][1]);
	}
	buffer_clear(&folded);
	text_fold(&folded, (struct span){ "A\xff" "B", 3 });
	ck_assert_str_eq(buffer_text(&folded), "a\xff" "b");
	buffer_free(&folded);
}
END_TEST

/* The definition of optimal string alignment, by recursion. */
static unsigned model_distance(const char *a, size_t i, const char *b, size_t j)
{
	if (i == 0 || j == 0)
		return (unsigned)(i + j);
	unsigned best = model_distance(a, i - 1, b, j - 1) + (a[i - 1] != b[j - 1]);
	unsigned removed = model_distance(a, i - 1, b, j) + 1, added = model_distance(a, i, b, j - 1) + 1;
	best = removed < best ? removed : best;
	best = added < best ? added : best;
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
		unsigned swapped = model_distance(a, i - 2, b, j - 2) + 1;
		best = swapped < best ? swapped : best;
	}
	return best;
}

START_TEST(distance_is_that_of_the_definition)
{
	char a[6], b[6], long_word[65];

	ck_assert_uint_eq(text_distance("title", "tittle"), 1);
	ck_assert_uint_eq(text_distance("ca", "abc"), 3); /* where alignment and full Damerau differ */
	srand(7);
	for (int n = 0; n < 3000; n++) {
		size_t i = (size_t)rand() % 6, j = (size_t)rand() % 6;
		for (size_t k = 0; k < 6; k++) {
			a[k] = k < i ? "abc"[rand() % 3] : '\0';
			b[k] = k < j ? "abc"[rand() % 3] : '\0';
		}
		a[5] = b[5] = '\0';
		i = strlen(a);
		j = strlen(b);
		ck_assert_uint_eq(text_distance(a, b), model_distance(a, i, b, j));
	}
	memset(long_word, 'x', 64);
	long_word[64] = '\0';
	ck_assert_uint_eq(text_distance(long_word, "x"), UINT_MAX);
	ck_assert_uint_eq(text_distance("x", long_word), UINT_MAX);
	ck_assert_uint_eq(text_distance(long_word + 1, ""), 63);
}
END_TEST

Suite *suite_text(void)
{
	Suite *suite = suite_create("text");
	TCase *tests = tcase_create("text");

	tcase_add_test(tests, utf8_is_told_from_other_bytes);
	tcase_add_test(tests, every_code_point_is_decoded);
	tcase_add_test(tests, unclean_text_is_refused);
	tcase_add_test(tests, width_is_in_columns);
	tcase_add_test(tests, a_label_stands_within_a_line);
	tcase_add_test(tests, folding_meets_what_people_type);
	tcase_add_test(tests, distance_is_that_of_the_definition);
	suite_add_tcase(suite, tests);
	return suite;
}
