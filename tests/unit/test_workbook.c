/* The reader of workbooks, on one that was made by hand (tests/fuzz/corpus/workbook/file,
 * whose first byte is the fuzzer's) and on a form that LibreOffice saved (office-ods). What
 * hostile ones get is told in tests/cli/21-form.sh and 22-form-saved.sh. */
#include "record/workbook.h"

#include <check.h>

#include "base/file.h"

static struct buffer content;
static struct workbook *book;
static struct qorgan_error error;
static size_t sheet;

static void setup(void)
{
	ck_assert_int_eq(file_read("tests/fuzz/corpus/workbook/file", 1 << 16, &content, &error), QORGAN_OK);
	ck_assert_msg(workbook_read((struct span){ content.data + 1, content.size - 1 }, &book, &error) == QORGAN_OK, "%s",
	              error.message);
	ck_assert(workbook_sheet(book, "form", &sheet));
}

static void teardown(void)
{
	workbook_free(book);
	buffer_free(&content);
}

static void cell_is(uint32_t row, uint32_t column, enum workbook_type type, const char *text)
{
	const struct workbook_cell *cell = workbook_cell(book, sheet, row, column);

	ck_assert_ptr_nonnull(cell);
	ck_assert_int_eq(cell->type, type);
	if (text)
		ck_assert_msg(span_is(cell->text, text), "%.*s", (int)cell->text.size, cell->text.data);
}

START_TEST(cells_are_read_by_their_type)
{
	size_t count;

	cell_is(1, 0, WORKBOOK_TEXT_CELL, "form");
	cell_is(1, 1, WORKBOOK_NUMBER_CELL, NULL);
	ck_assert_double_eq(workbook_cell(book, sheet, 1, 1)->number, 46113.5);
	cell_is(2, 26, WORKBOOK_TEXT_CELL, "x & y");
	cell_is(3, 3, WORKBOOK_FORMULA_CELL, NULL);
	cell_is(3, 4, WORKBOOK_OTHER_CELL, NULL);
	cell_is(3, 5, WORKBOOK_TEXT_CELL, "text");
	ck_assert_ptr_null(workbook_cell(book, sheet, 2, 0));
	ck_assert_ptr_nonnull(workbook_cells(book, sheet, &count));
	ck_assert_uint_eq(count, 6);
	ck_assert(workbook_starts_1904(book));
	ck_assert(!workbook_sheet(book, "Form", &sheet));
}
END_TEST

static void book_replace(struct span bytes)
{
	workbook_free(book);
	book = NULL;
	ck_assert_msg(workbook_read(bytes, &book, &error) == QORGAN_OK, "%s", error.message);
}

START_TEST(what_libreoffice_saved_is_read)
{
	size_t count;

	buffer_clear(&content);
	ck_assert_int_eq(file_read("tests/fuzz/corpus/workbook/office-ods", 1 << 16, &content, &error), QORGAN_OK);
	book_replace((struct span){ content.data + 1, content.size - 1 });
	ck_assert(workbook_sheet(book, "qorgan", &sheet));
	cell_is(1, 1, WORKBOOK_TEXT_CELL, "qorgan-form 1");
	ck_assert(workbook_sheet(book, "form", &sheet));
	cell_is(4, 1, WORKBOOK_TEXT_CELL, "Д. Ахметова");
	cell_is(6, 7, WORKBOOK_TEXT_CELL, "Status"); /* and not the comment within that cell */
	cell_is(7, 8, WORKBOOK_NUMBER_CELL, NULL);
	ck_assert_double_eq(workbook_cell(book, sheet, 7, 8)->number, 55);
	ck_assert_double_eq(workbook_cell(book, sheet, 7, 9)->number, 46174); /* 2026-06-01, as Excel counts */
	cell_is(7, 10, WORKBOOK_TEXT_CELL, "line one\nline two  with  blanks");
	ck_assert_ptr_null(workbook_cell(book, sheet, 2, 1)); /* covered */
	ck_assert_ptr_nonnull(workbook_cells(book, sheet, &count));
	ck_assert_uint_lt(count, 100);
}
END_TEST

START_TEST(a_table_of_csv_is_a_sheet_without_a_name)
{
	book_replace(span_of("\xef\xbb\xbfid;\"a \"\"b\"\"\"\r\n\r\n;=1+1\n"));
	ck_assert(workbook_sheet(book, "", &sheet));
	cell_is(1, 0, WORKBOOK_TEXT_CELL, "id");
	cell_is(1, 1, WORKBOOK_TEXT_CELL, "a \"b\"");
	cell_is(3, 1, WORKBOOK_TEXT_CELL, "=1+1");
	ck_assert_ptr_null(workbook_cell(book, sheet, 3, 0));
}
END_TEST

START_TEST(addresses_are_written_as_people_read_them)
{
	static const struct {
		uint32_t row, column;
		const char *text;
	} known[] = { { 17, 1, "B17" }, { 1, 25, "Z1" }, { 1, 26, "AA1" }, { 2, 701, "ZZ2" }, { 1048576, 16383, "XFD1048576" } };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		char text[WORKBOOK_ADDRESS];
		workbook_address(known[i].row, known[i].column, text);
		ck_assert_str_eq(text, known[i].text);
	}
}
END_TEST

START_TEST(what_is_no_workbook_is_refused)
{
	struct workbook *none = NULL;

	for (size_t size = 0; size < content.size - 1; size += 7)
		ck_assert_int_eq(workbook_read((struct span){ content.data + 1, size }, &none, &error), QORGAN_BAD_DATA);
	ck_assert_ptr_null(none);
}
END_TEST

Suite *suite_workbook(void);
Suite *suite_workbook(void)
{
	Suite *suite = suite_create("workbook");
	TCase *tests = tcase_create("workbook");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, cells_are_read_by_their_type);
	tcase_add_test(tests, what_libreoffice_saved_is_read);
	tcase_add_test(tests, a_table_of_csv_is_a_sheet_without_a_name);
	tcase_add_test(tests, addresses_are_written_as_people_read_them);
	tcase_add_test(tests, what_is_no_workbook_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
