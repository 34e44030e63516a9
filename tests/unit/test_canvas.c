/* What is written on a canvas: lines, labels that are cut, and colours that are read on others. */
#include <stdlib.h>

#include "picture_fixture.h"

Suite *suite_canvas(void);

/* Lines hold all words in their order, each within the width; the last one may end early. */
START_TEST(lines_are_broken_between_words)
{
	struct canvas_text look = { 10, CANVAS_START, CANVAS_INK, false };
	const char *text = "  one two\nthree  four five six seven eight nine ten ";
	struct buffer joined = { 0 };

	recording.canvas.type = &type;
	recording.text_count = 0;
	size_t lines = canvas_text_lines(&recording.canvas, 0, 10, 60, 99, text, &look);
	ck_assert_uint_gt(lines, 3);
	ck_assert_uint_eq(recording.text_count, lines);
	for (size_t i = 0; i < lines; i++) {
		ck_assert_double_le(recording.texts[i].x2, 60);
		ck_assert_double_eq_tol(recording.texts[i].y2, 10 + 13.5 * (double)i, 1e-9);
		buffer_append_format(&joined, "%s%s", i ? " " : "", recording.texts[i].text);
	}
	ck_assert_str_eq(buffer_text(&joined), "one two three  four five six seven eight nine ten");
	ck_assert_uint_eq(canvas_text_lines(&recording.canvas, 0, 0, 60, 2, text, &look), 2);
	ck_assert_str_eq(recording.texts[recording.text_count - 1].text + strlen(recording.texts[recording.text_count - 1].text) - 3,
	                 "…");
	ck_assert_uint_eq(canvas_text_lines(&recording.canvas, 0, 0, 60, 2, " \n ", &look), 0);
	buffer_free(&joined);
}
END_TEST

START_TEST(labels_are_cut_between_letters_and_hold_nothing_hidden)
{
	static const struct {
		const char *text, *shown;
		double width;
	} labels[] = {
		{ "short", "short", 100 },
		{ "", "", 100 },
		{ "one\ntwo\tthree", "one two three", 200 },
		{ "a\xe2\x80\xae" "b\x01\xff" "c", "abc", 100 },
		{ "words that are too long", "words…", 44 },
		{ "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", "e\xcc\x81" "e\xcc\x81…", 24 },
		{ "anything", "", 3 },
	};
	struct canvas_text look = { 10, CANVAS_START, CANVAS_INK, false };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		recording.canvas.type = &type;
		recording.text_count = 0;
		double wide = canvas_text_within(&recording.canvas, 0, 0, labels[i].width, labels[i].text, &look);
		ck_assert_str_eq(recording.text_count ? recording.texts[0].text : "", labels[i].shown);
		ck_assert(wide <= labels[i].width);
	}
	char *many = malloc(10001);
	memset(many, 'm', 10000);
	many[10000] = '\0';
	recording.text_count = 0;
	ck_assert(canvas_text_within(&recording.canvas, 0, 0, 1e6, many, &look) > 0);
	free(many);
}
END_TEST

START_TEST(text_reads_on_every_ground)
{
	ck_assert_uint_eq(canvas_colour_on(0x000000), 0xffffff);
	ck_assert_uint_eq(canvas_colour_on(0xffffff), 0x000000);
	ck_assert_uint_eq(canvas_colour_on(0x08519c), 0xffffff);
	ck_assert_uint_eq(canvas_colour_on(0xffffb2), 0x000000);
	ck_assert_uint_eq(canvas_colour_read("#12aBf0", CANVAS_NONE), 0x12abf0);
	static const char *const bad[] = { "", "#12345", "#1234567", "1234567", "#12345g" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_uint_eq(canvas_colour_read(bad[i], CANVAS_NONE), CANVAS_NONE);
	ck_assert_uint_eq(canvas_colour_mix(0xff0000, 0x0000ff, 100), 0xff0000);
	ck_assert_uint_eq(canvas_colour_mix(0xff0000, 0x0000ff, 0), 0x0000ff);
}
END_TEST

Suite *suite_canvas(void)
{
	Suite *suite = suite_create("canvas");
	TCase *tests = tcase_create("canvas");

	tcase_add_test(tests, lines_are_broken_between_words);
	tcase_add_test(tests, labels_are_cut_between_letters_and_hold_nothing_hidden);
	tcase_add_test(tests, text_reads_on_every_ground);
	suite_add_tcase(suite, tests);
	return suite;
}
