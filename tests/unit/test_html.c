/* Reports in HTML, judged by Python's own parsers (tests/interop/check_html.py). */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document_fixture.h"
#include "report/markup.h"
#include "report/render_html.h"

static char path[64];

static void set_up(void)
{
	strcpy(path, "/tmp/qorgan-html-XXXXXX");
	int file = mkstemp(path);
	ck_assert_int_ge(file, 0);
	close(file);
}

static void tear_down(void)
{
	unlink(path);
}

static void write_out(const struct document *document)
{
	struct render_output output = { .file = fopen(path, "w") };

	ck_assert_ptr_nonnull(output.file);
	html_document(document, &output);
	render_finish(&output);
	ck_assert(!output.failed);
	ck_assert_int_eq(fclose(output.file), 0);
}

/* Whether the checker accepts it, and jq finds in what it read what is asked for. */
static bool found(const char *question)
{
	char command[1500];

	snprintf(command, sizeof command,
	         "python3 tests/interop/check_html.py %s >%s.json && jq -e '%s' %s.json >/dev/null", path, path, question, path);
	int code = system(command);
	snprintf(command, sizeof command, "%s.json", path);
	unlink(command);
	return code == 0;
}

static const size_t counts[] = { 0, 1, 5, 500 };

START_TEST(a_document_is_whole_for_an_independent_reader)
{
	struct document document;
	struct report_scale scale;
	char question[200];

	document_fixture_make(&document, &scale, counts[_i]);
	write_out(&document);
	snprintf(question, sizeof question, "(.tables | map(.rows | length)) == %s%zu%s", counts[_i] ? "[" : "[] and ",
	         counts[_i], counts[_i] ? "]" : " == 0");
	ck_assert(found(question));
	ck_assert(found(".language == \"ru\" and (.text | contains(\"TLP:AMBER+STRICT\")) and "
	                "(.text | contains(\"Нет строк.\"))"));
	document_free(&document);
}
END_TEST

/* Every cell, as the document holds it; of what markup cannot hold, the sign for that. */
START_TEST(texts_come_back_as_they_were)
{
	struct document document;
	struct report_scale scale;

	document_fixture_make(&document, &scale, 40);
	write_out(&document);
	ck_assert(found(".tables[0].rows[3][1] == \"<script>alert(1)</script> ]]> & \\\"quoted\\\" \" + "
	                "\"\\u0027text\\u0027 "
	                "</style> \\ufffd\\ufffd \\u202e rtl \\u05d0\\u05d1 \\ufffd\""));
	ck_assert(found(".tables[0].rows[39] == [\"CYB-10-M4\", "
	                "\"Совместные учения операторов критической инфраструктуры\", "
	                "\"2027-02-08\", \"\", \"3\", \"5×3 = 15\"]"));
	ck_assert(found(".headings[0] == [1, \"Отчёт о состоянии <b>2026-H1</b>\"]"));
	ck_assert(found("[.headings[] | .[0]] == [1, 2, 2, 2, 3, 3, 2]"));
	document_free(&document);
}
END_TEST

START_TEST(what_turns_text_is_kept_in)
{
	static const struct {
		const char *text, *markup;
	} texts[] = {
		{ "plain", "plain" },
		{ "Ўзбекистон – oʻzbek", "Ўзбекистон – oʻzbek" },
		{ "\u05d0", "<bdi>\u05d0</bdi>" },
		{ "a\u202e<b>", "<bdi>a\u202e&lt;b&gt;</bdi>" },
		{ "\u0627\u0644", "<bdi>\u0627\u0644</bdi>" },
		{ "x\x7f\xc2\x85\xef\xbf\xbf\xed\xa0\x80y", "x\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdy" },
		{ "'\"&", "&#39;&quot;&amp;" },
	};
	struct buffer to = { 0 };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		markup_append_isolated(&to, texts[i].text);
		ck_assert_str_eq(buffer_text(&to), texts[i].markup);
		buffer_clear(&to);
	}
	buffer_free(&to);
}
END_TEST

/* One row of a text of 10,000 letters without a space, and more colours than have a rule. */
START_TEST(extremes_break_nothing)
{
	static const struct document_column columns[] = { { "\"<A>\"", "<'&>", DOCUMENT_TEXT, 0 },
		                                                { "B", "", DOCUMENT_TEXT, 0 } };
	struct document document;
	char *text = malloc(10001);

	memset(text, 'w', 10000);
	text[10000] = '\0';
	document_start(&document);
	document.title = text;
	document.language = "\"><script>";
	document.marking = "</style>\"}\nTLP:RED";
	document_add_section(&document, 2, "a\"><b>", "&amp;");
	struct document_table *table = document_add_table(&document, "", "", columns, 2);
	for (unsigned i = 0; i < 100; i++) {
		document_cell_text(&document, table, text);
		document_cell_text(&document, table, "x");
		table->cells.items[table->cells.count - 1].colour = document_format(&document, "#0000%02x", i);
	}
	table->cells.items[1].colour = "red;}</style>";
	write_out(&document);
	ck_assert(found("(.tables[0].rows | length) == 100 and (.tables[0].rows[99][0] | length) == 10000"));
	ck_assert(found(".tables[0].head[0] == \"\\\"<A>\\\"\" and .language == \"\\\"><script>\""));
	document_free(&document);
	free(text);
}
END_TEST

Suite *suite_html(void);
Suite *suite_html(void)
{
	Suite *suite = suite_create("html");
	TCase *tests = tcase_create("page");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, a_document_is_whole_for_an_independent_reader, 0, sizeof counts / sizeof *counts);
	tcase_add_test(tests, texts_come_back_as_they_were);
	tcase_add_test(tests, what_turns_text_is_kept_in);
	tcase_add_test(tests, extremes_break_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}
