/* What a report is as text and as CSV: a table with a fixed head, lines that fit the
 * terminal in every language, a disk that is full. CSV is read by a reader of its own. */
#include "base/language.h"
#include "base/text.h"
#include "catalogue_fixture.h"

Suite *suite_report_text(void);

/* Reads one line of CSV; returns the number of cells. */
static size_t read_row(const char **at, char cells[40][200])
{
	size_t count = 0;

	for (bool more = true; more; count++) {
		char *to = cells[count];
		bool quoted = **at == '"';
		*at += quoted;
		while (**at && (quoted ? !(**at == '"' && (*at)[1] != '"') : **at != ',' && **at != '\n')) {
			*at += quoted && **at == '"';
			*to++ = *(*at)++;
		}
		*to = '\0';
		*at += quoted;
		more = **at == ',';
		if (!more)
			ck_assert_int_eq(**at, '\n');
		++*at;
	}
	return count;
}

START_TEST(csv_is_one_table_with_a_fixed_head)
{
	static char head[40][200], row[40][200];

	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	for (size_t kind = 0; strcmp(qorgan_report_kinds[kind], "summary") != 0; kind++) { /* from there on several lists */
		struct qorgan_report asked = { .kind = qorgan_report_kinds[kind], .period = "2026-Q2", .format = "csv" };
		char *text = write_text(asked, NULL);
		const char *at = text;
		size_t columns = read_row(&at, head), rows = 0;
		for (; *at; rows++)
			ck_assert_uint_eq(read_row(&at, row), columns);
		ck_assert_uint_gt(rows, 0);
		free(text);
	}
	char *text = write_text((struct qorgan_report){ .kind = "status", .period = "2026-Q2", .format = "csv" }, NULL);
	const char *at = text;
	size_t columns = read_row(&at, head);
	read_row(&at, row);
	for (size_t i = 0; i < columns; i++) {
		if (strcmp(head[i], "id") == 0)
			ck_assert_str_eq(row[i], "CYB-01-M2");
		if (strcmp(head[i], "title") == 0) /* no formula for a spreadsheet */
			ck_assert_str_eq(row[i], "'=Drills");
		if (strcmp(head[i], "progress") == 0)
			ck_assert_str_eq(row[i], "40");
		if (strcmp(head[i], "support_status") == 0)
			ck_assert_str_eq(row[i], "KAZ=declined;TJK=in-progress 5");
	}
	read_row(&at, row);
	for (size_t i = 0; i < columns; i++)
		if (strcmp(head[i], "progress") == 0 || strcmp(head[i], "status") == 0)
			ck_assert_str_eq(row[i], ""); /* no report is not no progress */
	free(text);
}
END_TEST

#define LANGUAGES 9

static void check_lines(const struct qorgan_report *asked, const struct language *language)
{
	char *text = write_text(*asked, language_tag(language)), *rest = text, *line;

	ck_assert(text_is_clean(span_of(text)));
	while ((line = strsep(&rest, "\n"))) {
		ck_assert_msg(text_width(span_of(line)) <= asked->columns, "%s: %s", asked->kind, line);
		ck_assert_msg(!*line || line[strlen(line) - 1] != ' ', "%s: \"%s\"", asked->kind, line);
	}
	free(text);
}

/* What a dossier is of. */
static const char *object_of(const char *kind)
{
	return strcmp(kind, "measure") == 0  ? "CYB-01-M2"
	       : strcmp(kind, "risk") == 0   ? "CYB-01"
	       : strcmp(kind, "domain") == 0 ? "CYB"
	       : strcmp(kind, "state") == 0  ? "KAZ"
	                                     : NULL;
}

START_TEST(text_fits_the_terminal_in_any_language)
{
	static const unsigned widths[] = { 72, 80, 132 };
	const struct language *const *languages = language_all(&(size_t){ 0 });

	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	for (size_t kind = 0; qorgan_report_kinds[kind]; kind++)
		for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
			check_lines(&(struct qorgan_report){ .kind = qorgan_report_kinds[kind], .period = "2026-Q2",
			                                     .object = object_of(qorgan_report_kinds[kind]), .columns = widths[i] },
			            languages[_i]);
}
END_TEST

START_TEST(text_says_what_people_look_for)
{
	static const struct {
		const char *kind, *phrase;
	} wanted[] = {
		{ "status", "Measures 4: 3 planned, 1 in progress" },
		{ "status", "Of the planned, 3 have no report at all" },
		{ "status", "newly overdue (2026-05-10)" },
		{ "status", "due date 2026-12-01 → 2027-02-01 (first due" },
		{ "status", "open again" },
		{ "status", "KAZ*" },
		{ "register", "open again; was accepted by Minister" },
		{ "register", "residual 12 High (3×4)" },
		{ "matrix", "1  Low\n    12  High\n" },
		{ "changes", "Due 2026-12-01 → 2027-02-01" },
		{ "due", "2026-05-10 !" },
	};

	fixture_put_all(&fixture, "2026-05-28T10:00:00Z", second_quarter);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		struct qorgan_report asked = { .kind = wanted[i].kind, .period = "2026-Q2", .columns = 100 };
		char *text = write_text(asked, NULL);
		ck_assert_msg(strstr(text, wanted[i].phrase) != NULL, "no \"%s\" in %s", wanted[i].phrase, text);
		free(text);
	}
	char *plain = write_text((struct qorgan_report){ .kind = "matrix", .period = "2026-Q2" }, NULL);
	char *coloured = write_text((struct qorgan_report){ .kind = "matrix", .period = "2026-Q2", .colour = true }, NULL);
	ck_assert_ptr_null(strchr(plain, '\033'));
	ck_assert_ptr_nonnull(strstr(coloured, "\033[97;48;5;196m")); /* #ff0000 */
	free(plain);
	free(coloured);
}
END_TEST

START_TEST(a_full_disk_is_reported)
{
	struct qorgan_store *store = fixture_open(&fixture, TODAY);
	struct qorgan_report report = { .kind = "register" };
	FILE *file = fopen("/dev/full", "w");

	ck_assert_ptr_nonnull(file);
	setvbuf(file, NULL, _IONBF, 0);
	ck_assert_int_eq(qorgan_report_write(store, &report, file, &fixture.error), QORGAN_IO);
	fclose(file);
	qorgan_store_close(store);
}
END_TEST

Suite *suite_report_text(void)
{
	Suite *suite = suite_create("report text");
	TCase *tests = tcase_create("text");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, csv_is_one_table_with_a_fixed_head);
	tcase_add_loop_test(tests, text_fits_the_terminal_in_any_language, 0, LANGUAGES);
	tcase_add_test(tests, text_says_what_people_look_for);
	tcase_add_test(tests, a_full_disk_is_reported);
	suite_add_tcase(suite, tests);
	return suite;
}
