/* Sheets of one picture, on a canvas that remembers what is painted: what it is stands beside the
 * picture, and nothing lies on anything else. */
#include "picture_fixture.h"
#include "report/picture_sheet.h"

Suite *suite_picture_sheet(void);

static double draw_sheet(const struct picture_sheet *sheet)
{
	recording.canvas.type = &type;
	recording.text_count = recording.shape_count = recording.groups = 0;
	return picture_sheet_draw(sheet, &recording.canvas);
}

static size_t count_text(const char *words)
{
	size_t count = 0;

	for (size_t i = 0; i < recording.text_count; i++)
		count += strcmp(recording.texts[i].text, words) == 0;
	return count;
}

/* With long words of others as well, it is hardly higher than a page. */
START_TEST(a_sheet_says_what_it_is_beside_its_picture)
{
	struct canvas_blind blind = canvas_blind(&recording.canvas);
	const char *titles[] = { "Отчёт", DOCUMENT_FIXTURE_HOSTILE DOCUMENT_FIXTURE_HOSTILE DOCUMENT_FIXTURE_HOSTILE };

	for (size_t round = 0; round < 2; round++) {
		make(counts[_i]);
		document.title = document.subtitle = document.notice = titles[round];
		for (size_t k = 0; k < 4; k++) {
			struct picture_sheet sheet = { &document, figures[k], 0, picture_sheet_pages(figures[k]) };
			for (; sheet.page < sheet.pages; sheet.page++) {
				double height = draw_sheet(&sheet);
				expect_apart(figures[k], (struct picture_room){ PICTURE_SHEET_WIDTH, height }, height, sheet.page);
				ck_assert_double_le(height, 1200);
				ck_assert_uint_eq(count_text("TLP:AMBER+STRICT"), 2);
				ck_assert_uint_gt(recording.groups + (sheet.page == 0), 0);
				ck_assert_double_eq_tol(picture_sheet_draw(&sheet, &blind.canvas), height, 1e-9);
			}
		}
		document_free(&document);
	}
}
END_TEST

START_TEST(a_sheet_of_nothing_says_so)
{
	make(0);
	struct picture_sheet sheet = { &document, NULL, 0, picture_sheet_pages(NULL) };
	ck_assert_uint_eq(sheet.pages, 1);
	ck_assert_double_lt(draw_sheet(&sheet), 300);
	ck_assert_uint_eq(count_text("None."), 1);
	document_free(&document);
}
END_TEST

Suite *suite_picture_sheet(void)
{
	Suite *suite = suite_create("picture_sheet");
	TCase *tests = tcase_create("sheets");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, a_sheet_says_what_it_is_beside_its_picture, 0, sizeof counts / sizeof *counts);
	tcase_add_test(tests, a_sheet_of_nothing_says_so);
	suite_add_tcase(suite, tests);
	return suite;
}
