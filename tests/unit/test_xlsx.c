/* Documents as spreadsheets, read back by openpyxl. */
#include "report/render_xlsx.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"

#define READER "/usr/bin/python3 tests/interop/read_xlsx.py"
#define GENERATED "2026-06-10T10:00:00Z"

static char folder[32], path[64];
static struct document document;
static struct report_scale scale;
static struct qorgan_error error;
static json_t *book; /* what was read back */

static void setup(void)
{
	strcpy(folder, "/tmp/qorgan-xlsx-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/book.xlsx", folder);
	document_start(&document);
	scale = (struct report_scale){ .likelihoods = 5, .impacts = 5 };
	book = NULL;
}

static void teardown(void)
{
	char command[64];

	json_decref(book);
	document_free(&document);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void write_book(void)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_msg(xlsx_document(&document, &scale, GENERATED, file, &error) == QORGAN_OK, "%s", error.message);
	ck_assert_int_eq(fclose(file), 0);
}

static void read_book(const char *options)
{
	char command[160];
	json_error_t fault;

	write_book();
	snprintf(command, sizeof command, READER " %s '%s'", options, path);
	FILE *output = popen(command, "r");
	ck_assert_ptr_nonnull(output);
	json_decref(book);
	book = json_loadf(output, 0, &fault);
	ck_assert_msg(book != NULL, "%s", fault.text);
	ck_assert_int_eq(pclose(output), 0);
}

static json_t *sheet(const char *name)
{
	size_t index;
	json_t *value;

	json_array_foreach(json_object_get(book, "sheets"), index, value)
		if (strcmp(json_string_value(json_object_get(value, "name")), name) == 0)
			return value;
	ck_abort_msg("there is no sheet %s", name);
}

static json_t *cell(const char *name, size_t row, size_t column)
{
	json_t *value = json_array_get(json_array_get(json_object_get(sheet(name), "rows"), row - 1), column);

	ck_assert_msg(value != NULL, "%s has no row %zu with column %zu", name, row, column);
	return value;
}

static const char *text_at(const char *name, size_t row, size_t column)
{
	const char *text = json_string_value(cell(name, row, column));

	ck_assert_msg(text != NULL, "no text in %s, row %zu, column %zu", name, row, column);
	return text;
}

static json_t *look_of(const char *name, const char *address)
{
	return json_object_get(json_object_get(sheet(name), "cells"), address);
}

static const char *look(const char *name, const char *address, const char *key)
{
	const char *text = json_string_value(json_object_get(look_of(name, address), key));

	return text ? text : "";
}

static const struct document_column columns[] = {
	{ "Text", "What it says & \"means\"", DOCUMENT_TEXT, 30 }, { "Number", "", DOCUMENT_NUMBER, 8 },
	{ "Progress", "", DOCUMENT_PERCENT, 8 },         { "Date", "", DOCUMENT_DATE, 10 },
	{ "Level", "", DOCUMENT_LEVEL, 10 },
};
#define COLUMNS (sizeof columns / sizeof columns[0])
#define FIRST 4 /* row of the first cells: under title, link and head */

static struct document_table *add_table(const char *name)
{
	if (name)
		ck_assert_ptr_nonnull(document_add_section(&document, 1, name, "A section"));
	return document_add_table(&document, "", "Nothing at all.", columns, COLUMNS);
}

static void add_row(struct document_table *table, const char *text, int64_t number, int percent, const char *date,
                    bool alarm, unsigned likelihood)
{
	document_cell_text(&document, table, text);
	document_cell_number(&document, table, number);
	document_cell_percent(&document, table, percent);
	document_cell_date(&document, table, date, alarm);
	document_cell_level(&document, table, &(struct report_level){ likelihood, 4, likelihood * 4, "High", "#fd8d3c" });
	ck_assert(!document.arena.failed);
}

/* ---- Cells ------------------------------------------------------------------------------ */

START_TEST(every_cell_comes_back_with_its_type)
{
	struct document_table *table = add_table("cells");

	add_row(table, "Қорған <&> \"qo‘rg‘on\"", 9007199254740992, 40, "2026-06-30", false, 3);
	add_row(table, "", -7, -1, "", false, 0);
	add_row(table, "two\nlines ", 9007199254740993, 100, "1900-01-01", true, 5);
	add_row(table, "007", 0, 0, "2026-07-01", true, 1);
	read_book("");
	ck_assert_str_eq(text_at("cells", FIRST, 0), "Қорған <&> \"qo‘rg‘on\"");
	ck_assert_double_eq(json_number_value(cell("cells", FIRST, 1)), 9007199254740992.0);
	ck_assert_double_eq_tol(json_number_value(cell("cells", FIRST, 2)), 0.4, 1e-12);
	ck_assert_str_eq(text_at("cells", FIRST, 3), "2026-06-30");
	ck_assert_int_eq(json_integer_value(cell("cells", FIRST, 4)), 12);
	for (size_t column = 0; column < COLUMNS; column++)
		ck_assert(column == 1 || json_is_null(cell("cells", FIRST + 1, column)));
	ck_assert_int_eq(json_integer_value(cell("cells", FIRST + 1, 1)), -7);
	ck_assert_str_eq(text_at("cells", FIRST + 2, 0), "two\nlines ");
	ck_assert_str_eq(text_at("cells", FIRST + 2, 1), "9,007,199,254,740,993"); /* which no double holds */
	ck_assert_str_eq(text_at("cells", FIRST + 2, 3), "1900-01-01"); /* of which spreadsheets disagree */
	ck_assert_str_eq(text_at("cells", FIRST + 3, 0), "007");
	ck_assert_str_eq(look("cells", "D4", "type"), "date");
	ck_assert_str_eq(look("cells", "C4", "format"), "0%");
	ck_assert_str_eq(look("cells", "E4", "format"), "\"3×4 = \"0");
	ck_assert_str_eq(look("cells", "E4", "ground"), "#fd8d3c");
	ck_assert_str_eq(look("cells", "A3", "comment"), "What it says & \"means\"");
}
END_TEST

START_TEST(an_alarm_has_a_sign_and_keeps_its_value)
{
	struct document_table *table = add_table("cells");

	add_row(table, "late", 1, 1, "2026-06-30", true, 1);
	table->cells.items[0].alarm = table->cells.items[1].alarm = table->cells.items[2].alarm = true;
	read_book("");
	ck_assert_str_eq(text_at("cells", FIRST, 0), "late");
	ck_assert_str_eq(text_at("cells", FIRST, 3), "2026-06-30");
	for (const char *address = "A4\0B4\0C4\0D4\0"; *address; address += 3) {
		ck_assert_msg(strstr(look("cells", address, "format"), "\"▲ \"") != NULL, "%s", address);
		ck_assert(json_is_true(json_object_get(look_of("cells", address), "bold")));
	}
}
END_TEST

START_TEST(no_text_becomes_a_formula)
{
	static const char *const texts[] = { "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "\t=1",
		                                 "=HYPERLINK(\"http://example.org\")", "{=1}" };
	struct document_table *table = add_table("cells");

	document.title = "=TITLE()";
	document_add_fact(&document, "=LABEL()", "=VALUE()");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		add_row(table, texts[i], 0, 0, "", false, 1);
	read_book("");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		char address[8];
		ck_assert_str_eq(text_at("cells", FIRST + i, 0), texts[i]);
		snprintf(address, sizeof address, "A%zu", FIRST + i);
		/* And stays none when somebody edits it. */
		ck_assert_str_eq(look("cells", address, "format"), texts[i][0] == '{' ? "" : "@");
	}
	ck_assert_str_eq(text_at("report", 1, 0), "=TITLE()");
	ck_assert_int_eq(json_array_size(json_object_get(book, "external")), 0);
}
END_TEST

START_TEST(what_a_cell_cannot_hold_is_made_to_fit)
{
	struct document_table *table = add_table("cells");
	struct buffer letters = { 0 }, faces = { 0 };

	for (size_t i = 0; i < 40000; i++) {
		buffer_append_text(&letters, "ў");
		buffer_append_text(&faces, "🙂"); /* two units of UTF-16 each */
	}
	add_row(table, buffer_text(&letters), 0, 0, "", false, 1);
	add_row(table, buffer_text(&faces), 0, 0, "", false, 1);
	add_row(table, "bell \a, half \xC3, none \uFFFF, cr \r.", 0, 0, "not a date", false, 1);
	add_row(table, "_x0041_", 0, 0, "", false, 1);
	read_book("--values");
	ck_assert_uint_eq(strlen(text_at("cells", FIRST, 0)), 32000 * 2 + 6);
	ck_assert_uint_eq(strlen(text_at("cells", FIRST + 1, 0)), 16000 * 4 + 6);
	ck_assert_ptr_nonnull(strstr(text_at("cells", FIRST + 1, 0), "🙂 [...]"));
	ck_assert_str_eq(text_at("cells", FIRST + 2, 0), "bell \uFFFD, half \uFFFD, none \uFFFD, cr \uFFFD.");
	ck_assert_str_eq(text_at("cells", FIRST + 2, 3), "not a date");
	ck_assert_str_eq(text_at("cells", FIRST + 3, 0), "_x0041_");
	buffer_free(&letters);
	buffer_free(&faces);
}
END_TEST

/* ---- Sheets -------------------------------------------------------------------------------- */

START_TEST(names_are_unique_and_links_lead_to_them)
{
	static const char *const names[] = { "report", "a-name-of-a-section-that-is-much-too-long",
		                                 "A-name-of-a-section-that-is-much-too-short", "history", "a/b:c" };
	size_t index, links = 0;
	const char *address;
	json_t *value;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		add_row(add_table(names[i]), "x", 1, 1, "", false, 1);
	add_row(add_table(NULL), "second of a section", 1, 1, "", false, 1);
	read_book("");
	static const char *const expected[] = { "report", "report-2", "a-name-of-a-section-that-is-muc",
		                                    "A-name-of-a-section-that-is-m-2", "history-2", "a-b-c", "a-b-c-2" };
	ck_assert_uint_eq(json_array_size(json_object_get(book, "sheets")), sizeof expected / sizeof expected[0]);
	json_array_foreach(json_object_get(book, "sheets"), index, value)
		ck_assert_str_eq(json_string_value(json_object_get(value, "name")), expected[index]);
	json_object_foreach(json_object_get(sheet("report"), "cells"), address, value) {
		const char *link = json_string_value(json_object_get(value, "link"));
		char wanted[64];
		if (link) {
			snprintf(wanted, sizeof wanted, "'%s'!A1", expected[++links]);
			ck_assert_str_eq(link, wanted);
		}
	}
	ck_assert_uint_eq(links, 6);
	ck_assert_str_eq(look("a-b-c", "A2", "link"), "'report'!A1");
}
END_TEST

START_TEST(each_sheet_bears_the_marking_and_keeps_its_head)
{
	size_t index;
	json_t *value;

	document.title = "Risks & \"measures\"";
	document.marking = "TLP:AMBER+STRICT";
	document.notice = "Illustrative.";
	add_row(add_table("cells"), "x", 1, 1, "2026-01-01", false, 1);
	document_add_note(&document, "Below the table.");
	read_book("");
	json_array_foreach(json_object_get(book, "sheets"), index, value) {
		json_t *header = json_object_get(value, "header"), *footer = json_object_get(value, "footer");
		ck_assert_str_eq(json_string_value(json_array_get(header, 0)), "Risks && \"measures\"");
		ck_assert_str_eq(json_string_value(json_array_get(header, 1)), document.marking);
		ck_assert_str_eq(json_string_value(json_array_get(footer, 1)), document.marking);
	}
	ck_assert_str_eq(json_string_value(json_object_get(sheet("cells"), "freeze")), "B4");
	ck_assert_str_eq(json_string_value(json_object_get(sheet("cells"), "filter")), "A3:E4");
	ck_assert_str_eq(json_string_value(json_object_get(sheet("cells"), "repeat")), "$3:$3");
	ck_assert_str_eq(text_at("cells", 6, 0), "Below the table.");
	ck_assert_str_eq(text_at("report", 1, 0), document.title);
	ck_assert_str_eq(text_at("report", 2, 0), document.marking);
	ck_assert_str_eq(text_at("report", 3, 0), document.notice);
	ck_assert_str_eq(json_string_value(json_object_get(book, "created")), "2026-06-10T10:00:00");
	ck_assert_str_eq(json_string_value(json_object_get(book, "title")), document.title);
}
END_TEST

START_TEST(what_has_no_sheet_is_said_on_the_first)
{
	add_table("empty");
	document_add_section(&document, 2, "words", "Words");
	document_add_paragraph(&document, "Only words.");
	read_book("");
	ck_assert_uint_eq(json_array_size(json_object_get(book, "sheets")), 1);
	ck_assert_str_eq(text_at("report", 5, 0), "A section");
	ck_assert_str_eq(text_at("report", 6, 0), "Nothing at all.");
	ck_assert_str_eq(text_at("report", 7, 0), "Words");
	ck_assert_str_eq(text_at("report", 8, 0), "Only words.");
}
END_TEST

static struct buffer bytes_of_book(void)
{
	struct buffer bytes = { 0 };
	FILE *file = fopen(path, "r");
	char piece[4096];

	ck_assert_ptr_nonnull(file);
	for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;)
		buffer_append(&bytes, piece, size);
	fclose(file);
	return bytes;
}

START_TEST(the_same_document_gives_the_same_bytes)
{
	add_row(add_table("cells"), "x", 1, 1, "2026-01-01", true, 1);
	write_book();
	struct buffer first = bytes_of_book();
	setenv("TZ", "Asia/Tashkent", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	write_book();
	struct buffer second = bytes_of_book();
	unsetenv("TZ");
	ck_assert_uint_gt(first.size, 1000);
	ck_assert(span_equal(buffer_span(&first), buffer_span(&second)));
	buffer_free(&first);
	buffer_free(&second);
}
END_TEST

START_TEST(a_large_table_is_written_row_by_row)
{
	enum { ROWS = 20001 }; /* more than 100,000 cells */
	struct document_table *table = add_table("cells");

	for (int i = 0; i < ROWS; i++)
		add_row(table, document_format(&document, "=row %d", i), i, i % 101, "2026-06-30", i % 2, 1);
	read_book("--values");
	/* The texts stand in the rows, and not in a table of all of them. */
	for (size_t i = 0; i < json_array_size(json_object_get(book, "parts")); i++)
		ck_assert_str_ne(json_string_value(json_array_get(json_object_get(book, "parts"), i)), "xl/sharedStrings.xml");
	ck_assert_uint_eq(json_array_size(json_object_get(sheet("cells"), "rows")), FIRST - 1 + ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		char wanted[40];
		snprintf(wanted, sizeof wanted, "=row %zu", i);
		ck_assert_str_eq(text_at("cells", FIRST + i, 0), wanted);
		ck_assert_uint_eq((size_t)json_integer_value(cell("cells", FIRST + i, 1)), i);
	}
}
END_TEST

/* ---- Figures ---------------------------------------------------------------------------------- */

/* Whether the chart of that number draws from this range. */
static void chart_has(size_t number, const char *text)
{
	const char *chart = json_string_value(json_array_get(json_object_get(book, "charts"), number));

	ck_assert_msg(chart && strstr(chart, text), "the chart has no %s", text);
}

START_TEST(the_matrix_shows_where_each_risk_stands)
{
	struct document_figure *figure;

	for (unsigned i = 1; i <= 5; i++)
		scale.likelihood[i] = scale.impact[i] = document_format(&document, "Level %u", i);
	*arena_add(&document.arena, &scale.bands) = (struct report_band){ 1, "Low", "#ffffb2" };
	*arena_add(&document.arena, &scale.bands) = (struct report_band){ 10, "High", "#800026" };
	document_add_section(&document, 1, "risks", "Risks");
	figure = document_add_figure(&document, DOCUMENT_MATRIX, "Where they stand", "By likelihood and impact");
	figure->matrix.scale = &scale;
	for (unsigned i = 0; i < 2; i++)
		*arena_add(&document.arena, &figure->matrix.points) = (struct document_matrix_point){
			i ? "TST-02" : "TST-01", "A risk", { 5, 4, 20, "High", "#800026" }, { 2, 3, 6, "Low", "#ffffb2" },
			{ i, 1, i, "Low", "#ffffb2" } };
	read_book("");
	/* Three grids, the highest likelihood on top. */
	ck_assert_str_eq(text_at("matrix", 5, 0), "Inherent: without any measure");
	ck_assert_str_eq(text_at("matrix", 6, 0), "5 Level 5");
	ck_assert_str_eq(text_at("matrix", 6, 4), "20 High\nTST-01, TST-02");
	ck_assert_str_eq(text_at("matrix", 6, 5), "25 High");
	ck_assert_str_eq(look("matrix", "E6", "ground"), "#800026");
	ck_assert_str_eq(look("matrix", "E6", "letters"), "#ffffff");
	ck_assert_str_eq(look("matrix", "B10", "ground"), "#ffffb2");
	ck_assert_str_eq(look("matrix", "B10", "letters"), "#000000");
	ck_assert_str_eq(text_at("matrix", 13, 0), "Residual: today");
	ck_assert_str_eq(text_at("matrix", 17, 3), "6 Low\nTST-01, TST-02");
	ck_assert_str_eq(text_at("matrix", 26, 1), "1 Low\nTST-02");
	/* And the way of each. */
	ck_assert_str_eq(text_at("matrix", 31, 0), "TST-01");
	ck_assert_int_eq(json_integer_value(cell("matrix", 31, 2)), 20);
	ck_assert_int_eq(json_integer_value(cell("matrix", 31, 3)), 6);
	ck_assert(json_is_null(cell("matrix", 31, 4)));
	ck_assert_str_eq(text_at("scales", 5, 1), "Level 1");
}
END_TEST

START_TEST(bars_are_a_chart_of_the_numbers_below)
{
	struct document_figure *figure;

	document_add_section(&document, 1, "states", "States");
	figure = document_add_figure(&document, DOCUMENT_BARS, "By status & state", "How many");
	figure->bars.part_count = 2;
	figure->bars.parts[0] = "planned";
	figure->bars.parts[1] = "completed";
	*arena_add(&document.arena, &figure->bars.bars) = (struct document_bar){ "KAZ", "Kazakhstan", { 3, 4 } };
	*arena_add(&document.arena, &figure->bars.bars) = (struct document_bar){ "UZB", NULL, { 0, 5 } };
	read_book("");
	ck_assert_int_eq(json_integer_value(json_object_get(sheet("states-chart"), "charts")), 1);
	ck_assert_str_eq(text_at("states-chart", 18, 2), "planned");
	ck_assert_str_eq(text_at("states-chart", 19, 0), "KAZ");
	ck_assert_int_eq(json_integer_value(cell("states-chart", 19, 3)), 4);
	ck_assert_int_eq(json_integer_value(cell("states-chart", 20, 3)), 5);
	chart_has(0, "<c:grouping val=\"stacked\"/>");
	chart_has(0, "<c:f>'states-chart'!$D$19:$D$20</c:f>");
	chart_has(0, "<c:f>'states-chart'!$D$18</c:f>");
	chart_has(0, "By status &amp; state");
}
END_TEST

START_TEST(timelines_of_a_section_share_a_sheet)
{
	struct document_figure *figure;
	struct document_span *span;

	document_add_section(&document, 1, "plan", "The plan");
	for (int i = 0; i < 2; i++) {
		figure = document_add_figure(&document, DOCUMENT_TIMELINE, i ? "Rest" : "Begin", "From start to due");
		figure->timeline.today = "2026-06-10";
		span = arena_add(&document.arena, &figure->timeline.spans);
		*span = (struct document_span){ .id = "M1", .title = "Radios", .start = "2026-01-01", .due = "2026-05-01",
			                            .original_due = "2026-04-01", .progress = 40, .overdue = true };
		*arena_add(&document.arena, &span->marks) = (struct document_mark){ "2026-02-01", "Bought", true };
	}
	*arena_add(&document.arena, &figure->timeline.spans) = (struct document_span){
		.id = "M2", .title = "Soon", .start = "", .due = "", .original_due = "", .progress = -1 };
	read_book("");
	ck_assert_int_eq(json_integer_value(json_object_get(sheet("timeline"), "charts")), 2);
	ck_assert_str_eq(text_at("timeline", 18, 2), "2026-01-01");
	ck_assert_str_eq(text_at("timeline", 18, 3), "2026-04-01");
	ck_assert_str_eq(look("timeline", "E18", "format"), "\"▲ \"yyyy\\-mm\\-dd");
	ck_assert_double_eq_tol(json_number_value(cell("timeline", 18, 5)), 0.4, 1e-12);
	ck_assert_int_eq(json_integer_value(cell("timeline", 18, 6)), 90);
	ck_assert_int_eq(json_integer_value(cell("timeline", 18, 7)), 30);
	ck_assert_str_eq(text_at("timeline", 18, 8), "✓ 2026-02-01 Bought");
	chart_has(0, "<c:f>timeline!$G$18</c:f>");
}
END_TEST

START_TEST(a_heat_map_is_coloured_by_its_numbers)
{
	static const char *const rows[] = { "CYB", "WAT" }, *const heads[] = { "KAZ", "UZB", "TJK" };
	static const uint64_t values[] = { 1, 2, 3, 4, 5, 6 };
	struct document_figure *figure;

	document_add_section(&document, 1, "states", "States");
	figure = document_add_figure(&document, DOCUMENT_HEAT, "Who leads", "By domain");
	figure->heat = (struct document_heat){ 2, 3, rows, heads, values, "Measures", rows };
	read_book("");
	ck_assert_str_eq(text_at("heat", 4, 3), "TJK");
	ck_assert_str_eq(text_at("heat", 6, 0), "WAT");
	ck_assert_int_eq(json_integer_value(cell("heat", 6, 2)), 5);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(sheet("heat"), "conditional"), 0)), "B5:D6");
}
END_TEST

START_TEST(nothing_is_left_behind_and_a_full_disk_is_told)
{
	FILE *full = fopen("/dev/full", "w");
	char command[160];

	add_row(add_table("cells"), "x", 1, 1, "", false, 1);
	ck_assert_ptr_nonnull(full);
	setvbuf(full, NULL, _IONBF, 0);
	ck_assert_int_eq(xlsx_document(&document, &scale, GENERATED, full, &error), QORGAN_IO);
	fclose(full);
	/* Its parts lie in memory, whatever TMPDIR says, and are gone. */
	setenv("TMPDIR", "/nowhere", 1);
	write_book();
	unsetenv("TMPDIR");
	snprintf(command, sizeof command, "test \"$(ls -A '%s')\" = book.xlsx", folder);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

Suite *suite_xlsx(void);
Suite *suite_xlsx(void)
{
	Suite *suite = suite_create("xlsx");
	TCase *tests = tcase_create("xlsx");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, every_cell_comes_back_with_its_type);
	tcase_add_test(tests, an_alarm_has_a_sign_and_keeps_its_value);
	tcase_add_test(tests, no_text_becomes_a_formula);
	tcase_add_test(tests, what_a_cell_cannot_hold_is_made_to_fit);
	tcase_add_test(tests, names_are_unique_and_links_lead_to_them);
	tcase_add_test(tests, each_sheet_bears_the_marking_and_keeps_its_head);
	tcase_add_test(tests, what_has_no_sheet_is_said_on_the_first);
	tcase_add_test(tests, the_same_document_gives_the_same_bytes);
	tcase_add_test(tests, a_large_table_is_written_row_by_row);
	tcase_add_test(tests, the_matrix_shows_where_each_risk_stands);
	tcase_add_test(tests, bars_are_a_chart_of_the_numbers_below);
	tcase_add_test(tests, timelines_of_a_section_share_a_sheet);
	tcase_add_test(tests, a_heat_map_is_coloured_by_its_numbers);
	tcase_add_test(tests, nothing_is_left_behind_and_a_full_disk_is_told);
	suite_add_tcase(suite, tests);
	return suite;
}
