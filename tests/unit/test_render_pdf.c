/* Documents as PDF, read back by the tools of poppler: what is said is there, in its
 * order, on pages that bear their marking, in fonts that the file holds. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/document.h"
#include "report/render.h"

#define CREATED "2026-07-02T09:00:00Z"
#define LONG_TEXT 10000
#define ROWS 150

static char folder[] = "/tmp/qorgan-pdf-XXXXXX", path[64];

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/report.pdf", folder);
}

static void teardown(void)
{
	char command[100];

	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
	strcpy(folder, "/tmp/qorgan-pdf-XXXXXX");
}

/* ---- Helpers -------------------------------------------------------------------------- */

/* What a command says of the file; %s in it is the file's path. */
static struct buffer ask(const char *format)
{
	struct buffer said = { 0 };
	char command[300], part[4096];
	size_t size;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(command, sizeof command, format, path);
#pragma GCC diagnostic pop
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	while ((size = fread(part, 1, sizeof part, pipe)) > 0)
		buffer_append(&said, part, size);
	ck_assert_msg(pclose(pipe) == 0, "%s", command);
	ck_assert(!said.failed);
	return said;
}

/* Rendered, and the bytes kept in `file`. */
static int render_into(const struct document *document, struct render_output *output)
{
	*output = (struct render_output){ .file = NULL };
	render_pdf_document(document, "Узбекистан", CREATED, output);
	return output->error.code;
}

static void render(const struct document *document)
{
	struct render_output output;

	ck_assert_msg(render_into(document, &output) == QORGAN_OK, "%s", output.error.message);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(output.text.data, 1, output.text.size, file), output.text.size);
	ck_assert_int_eq(fclose(file), 0);
	buffer_free(&output.text);
}

/* Without blanks and ends of lines and pages: where lines are broken is not asked. */
static void squeeze(struct buffer *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->size; i++)
		if (!strchr(" \n\f", text->data[i]))
			text->data[kept++] = text->data[i];
	text->size = kept;
	text->data[kept] = '\0';
}

static size_t count(const char *text, const char *what)
{
	size_t found = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		found++;
	return found;
}

static unsigned number_after(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	ck_assert_msg(at, "%s in %s", label, text);
	return (unsigned)strtoul(at + strlen(label), NULL, 10);
}

/* ---- The documents ------------------------------------------------------------------------ */

static const struct document_column columns[] = {
	{ "Measure", "", DOCUMENT_TEXT, 12 },  { "Title", "", DOCUMENT_TEXT, 0 },     { "Level", "", DOCUMENT_LEVEL, 8 },
	{ "Progress", "", DOCUMENT_PERCENT, 5 }, { "Due", "", DOCUMENT_DATE, 10 },
};

/* A sentence with the letters that are special to each language. */
static const char *const languages[] = {
	"en: Quick brown foxes",
	"ru: Съешь ещё этих мягких французских булок",
	"uz: Oʻzbekiston gʻalaba shahar choʻl",
	"uz-Cyrl: Ўзбекистон ғалаба қўрғон ҳаво",
	"kk: Әліппе ғылым қорған ңәңүұһі өң",
	"ky: Кыргыз өлкө үй таң",
	"tg: Тоҷикистон қӯрғон ғӯза ҳаво ӣ",
	"tk: Türkmenistan ýüň žurnal şäher çöl ňä",
	"az: Azərbaycan qorğan İstiqlal ığdır çöl şəhər",
};
#define LANGUAGES (sizeof languages / sizeof languages[0])

static void fill(struct document *document, size_t rows)
{
	struct report_level level = { 4, 5, 20, "High", "#c00000" };

	document_start(document);
	document->language = "ru";
	document->title = "Отчёт о мерах (2026-H1) \\ проба";
	document->subtitle = "Каталог рисков";
	document->marking = "TLP:AMBER+STRICT";
	document->notice = "Illustrative only.";
	document_add_fact(document, "Period", "2026-H1");
	document_add_section(document, 1, "first", "First chapter");
	for (size_t i = 0; i < LANGUAGES; i++)
		document_add_paragraph(document, languages[i]);
	document_add_section(document, 2, "table", "Table within");
	struct document_table *table = document_add_table(document, "Caption of it", "Nothing.", columns, 5);
	for (size_t i = 0; i < rows; i++) {
		document_cell_text(document, table, document_format(document, "CYB-%03zu-M1", i));
		document_cell_text(document, table, document_format(document, "Учение № %zu по защите сетей", i));
		document_cell_level(document, table, &level);
		document_cell_percent(document, table, (int)(i % 101));
		document_cell_date(document, table, "2026-05-01", i % 7 == 0);
	}
	document_add_section(document, 1, "last", "Last chapter");
	document_add_note(document, "Small print at the end.");
	ck_assert(!document->arena.failed);
}

START_TEST(test_all_is_said_in_order)
{
	struct document document;
	fill(&document, ROWS);
	render(&document);
	document_free(&document);

	struct buffer text = ask("pdftotext -raw %s -");
	squeeze(&text);
	const char *at = strstr(buffer_text(&text), "Lastchapter"); /* in the contents */
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; i < LANGUAGES; i++) {
		struct buffer wanted = { 0 };
		buffer_append_text(&wanted, languages[i]);
		squeeze(&wanted);
		at = strstr(at, buffer_text(&wanted));
		ck_assert_msg(at, "%s", languages[i]);
		buffer_free(&wanted);
	}
	ck_assert_ptr_nonnull(at = strstr(at, "Tablewithin"));
	ck_assert_ptr_nonnull(at = strstr(at, "Captionofit"));
	for (size_t i = 0; i < ROWS; i++) {
		char row[120];
		snprintf(row, sizeof row, "CYB-%03zu-M1Учение№%zuпозащитесетей4×5=20%zu%%%s2026-05-01", i, i, i % 101,
		         i % 7 == 0 ? "!" : "");
		at = strstr(at, row);
		ck_assert_msg(at, "%s", row);
	}
	ck_assert_ptr_nonnull(at = strstr(at, "Lastchapter"));
	ck_assert_ptr_nonnull(strstr(at, "Smallprintattheend."));
	buffer_free(&text);
}
END_TEST

START_TEST(test_every_page_is_marked_and_numbered)
{
	struct document document;
	fill(&document, ROWS);
	render(&document);
	document_free(&document);

	struct buffer info = ask("pdfinfo %s"), text = ask("pdftotext -layout %s -");
	unsigned pages = number_after(buffer_text(&info), "Pages:"), page = 0;
	ck_assert_uint_gt(pages, 3);
	char *rest = buffer_take(&text), *from = rest;
	for (char *end; (end = strchr(from, '\f')) != NULL; from = end + 1) {
		char number[64];
		*end = '\0';
		snprintf(number, sizeof number, "Узбекистан%u/%uTLP:", ++page, pages);
		struct buffer plain = { 0 };
		buffer_append_text(&plain, from);
		squeeze(&plain);
		ck_assert_msg(strstr(plain.data, number), "%s in %s", number, from);
		buffer_free(&plain);
		ck_assert_uint_eq(count(from, "TLP:AMBER+STRICT"), 2);
		/* a table that goes on has its heads */
		ck_assert_uint_eq(count(from, "Учение №") > 0, count(from, "Progress") > 0);
	}
	ck_assert_uint_eq(page, pages);
	free(rest);
	buffer_free(&info);
}
END_TEST

START_TEST(test_contents_and_bookmarks_lead_to_their_pages)
{
	struct document document;
	fill(&document, ROWS);
	render(&document);
	document_free(&document);

	struct buffer places = ask("pdfinfo -dests %s"), text = ask("pdftotext -l 1 -layout %s -");
	struct buffer outline = ask("pdftohtml -xml -i -stdout %s");
	const char *const titles[] = { "First chapter", "Table within", "Last chapter" };
	for (size_t i = 0; i < 3; i++) {
		char name[16], item[64];
		snprintf(name, sizeof name, "\"s%zu\"", i + 1);
		char *line = strstr(places.data, name);
		ck_assert_ptr_nonnull(line);
		while (line > places.data && line[-1] != '\n')
			line--;
		unsigned page = (unsigned)strtoul(line, NULL, 10);
		ck_assert_uint_eq(number_after(buffer_text(&text), titles[i]), page);
		snprintf(item, sizeof item, "<item page=\"%u\">%s</item>", page, titles[i]);
		ck_assert_msg(strstr(buffer_text(&outline), item), "%s", item);
	}
	buffer_free(&places);
	buffer_free(&text);
	buffer_free(&outline);
}
END_TEST

START_TEST(test_the_file_says_what_it_is)
{
	struct document document;
	fill(&document, 3);
	render(&document);
	document_free(&document);

	struct buffer info = ask("TZ=UTC pdfinfo -isodates %s"), parts = ask("pdfinfo -struct-text %s 2>&1");
	ck_assert_ptr_nonnull(strstr(info.data, "Отчёт о мерах (2026-H1) \\ проба\n"));
	ck_assert_ptr_nonnull(strstr(info.data, "Узбекистан\n"));
	ck_assert_ptr_nonnull(strstr(info.data, "2026-07-02T09:00:00Z\n"));
	ck_assert_ptr_nonnull(strstr(info.data, "(A4)"));
	ck_assert_uint_eq(number_after(info.data, "Tagged:          yes"), 0);
	ck_assert_uint_eq(count(parts.data, "Syntax"), 0);
	ck_assert_uint_eq(count(parts.data, "  Table "), 2); /* facts and rows */
	ck_assert_uint_eq(count(parts.data, " TH"), 1 + 5);
	ck_assert_uint_eq(count(parts.data, " TD"), 1 + 3 * 5);
	ck_assert_uint_eq(count(parts.data, " TOCI"), 3);
	ck_assert_uint_eq(count(parts.data, " H1 "), 1);
	ck_assert_uint_eq(count(parts.data, " H2 "), 2);
	ck_assert_uint_eq(count(parts.data, " H3 "), 1);
	buffer_free(&info);
	buffer_free(&parts);
	info = ask("grep -ac '/Lang (ru)' %s");
	ck_assert_str_eq(info.data, "1\n");
	buffer_free(&info);
}
END_TEST

START_TEST(test_fonts_are_within)
{
	struct document document;
	fill(&document, 3);
	render(&document);
	document_free(&document);

	struct buffer fonts = ask("pdffonts %s | tail -n +3 | awk '{ print $(NF-4), $(NF-2) }' | sort | uniq -c");
	ck_assert_msg(count(fonts.data, "yes yes") == 1 && count(fonts.data, "\n") == 1, "%s", fonts.data);
	buffer_free(&fonts);
}
END_TEST

START_TEST(test_a_figure_is_drawn_not_painted_by_dots)
{
	struct document document;
	fill(&document, 3);
	struct document_figure *figure = document_add_figure(&document, DOCUMENT_BARS, "Bars of states", "What they show.");
	figure->bars.part_count = 2;
	figure->bars.parts[0] = "planned";
	figure->bars.parts[1] = "completed";
	struct document_bar *bar = arena_add(&document.arena, &figure->bars.bars);
	*bar = (struct document_bar){ .label = "ҚАЗ", .title = "Қазақстан", .parts = { 17, 25 } };
	render(&document);
	document_free(&document);

	struct buffer text = ask("pdftotext -raw %s -"), images = ask("pdfimages -list %s | tail -n +3");
	const char *at = strstr(strstr(text.data, "Small print"), "Bars of states");
	ck_assert(at && strstr(at, "planned") && strstr(at, "completed") && strstr(at, "ҚАЗ") && strstr(at, "17") &&
	          strstr(at, "25") && strstr(at, "42") && strstr(at, "What they show."));
	ck_assert_uint_eq(images.size, 0);
	buffer_free(&text);
	buffer_free(&images);
	text = ask("pdfinfo -struct %s 2>&1 | grep -c ' Figure'");
	ck_assert_str_eq(text.data, "1\n");
	buffer_free(&text);
}
END_TEST

START_TEST(test_the_same_document_gives_the_same_bytes)
{
	struct document document;
	struct render_output once, again;
	fill(&document, 40);
	ck_assert_int_eq(render_into(&document, &once), QORGAN_OK);
	ck_assert_int_eq(render_into(&document, &again), QORGAN_OK);
	ck_assert(span_equal(buffer_span(&once.text), buffer_span(&again.text)));
	buffer_free(&once.text);
	buffer_free(&again.text);
	document_free(&document);
}
END_TEST

/* ---- Hostile texts -------------------------------------------------------------------------- */

START_TEST(test_a_text_without_end_is_broken_over_pages)
{
	struct document document;
	static char word[LONG_TEXT + 1];
	memset(word, 'w', LONG_TEXT);
	fill(&document, 0);
	struct document_table *table = document_add_table(&document, "", "", columns, 5);
	document_cell_text(&document, table, "LONG-1");
	for (size_t i = 1; i < 5; i++)
		document_cell_text(&document, table, i == 1 ? word : "");
	document_add_paragraph(&document, word);
	document_add_paragraph(&document, "Behind it.");
	render(&document);
	document_free(&document);

	struct buffer text = ask("pdftotext -raw %s - | tr -cd w | wc -c"), end = ask("pdftotext %s -");
	ck_assert_uint_ge(strtoul(text.data, NULL, 10), 2 * LONG_TEXT);
	ck_assert_ptr_nonnull(strstr(end.data, "Behind it."));
	buffer_free(&text);
	/* Nothing of it is beyond the edge of the page, where no eye sees it. */
	text = ask("pdftotext -nopgbrk -x 0 -y 0 -W 1000 -H 1000 -raw %s - | tr -cd w | wc -c");
	ck_assert_uint_ge(strtoul(text.data, NULL, 10), 2 * LONG_TEXT);
	buffer_free(&text);
	buffer_free(&end);
}
END_TEST

START_TEST(test_controls_are_replaced_and_other_scripts_kept)
{
	struct document document;
	fill(&document, 0);
	document_add_paragraph(&document, "bell\x07" "del\x7f" "override\u202e" "evil" "broken\xc3(" "nul");
	document_add_paragraph(&document, "<script>alert(1)</script> =cmd()|' /C calc'!A0 %PDF (a) \\ ) endstream");
	document_add_paragraph(&document, "שלום עולם");
	document_add_paragraph(&document, "cafe\u0301 n\u0303");
	render(&document);
	document_free(&document);

	struct buffer text = ask("pdftotext -raw %s -");
	ck_assert_ptr_nonnull(strstr(text.data, "bell\ufffd" "del\ufffd" "override\ufffd" "evilbroken\ufffd(nul"));
	ck_assert_ptr_nonnull(strstr(text.data, "<script>alert(1)</script> =cmd()|' /C calc'!A0 %PDF (a) \\ ) endstream"));
	struct buffer lines = ask("pdftotext %s -"); /* which turns what is written from right to left */
	squeeze(&lines);
	ck_assert_ptr_nonnull(strstr(lines.data, "שלוםעולם"));
	buffer_free(&lines);
	ck_assert(strstr(text.data, "cafe\u0301") || strstr(text.data, "caf\u00e9"));
	buffer_free(&text);
}
END_TEST

/* ---- Fonts that are not there ------------------------------------------------------------------ */

static void configure_fonts(const char *fonts)
{
	char name[100];

	snprintf(name, sizeof name, "%s/fonts.conf", folder);
	FILE *file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>%s"
	              "<cachedir>%s/cache</cachedir></fontconfig>\n", fonts, folder);
	ck_assert_int_eq(fclose(file), 0);
	setenv("FONTCONFIG_FILE", name, 1);
}

START_TEST(test_no_font_is_told)
{
	struct document document;
	struct render_output output;
	configure_fonts("");
	fill(&document, 1);
	ck_assert_int_eq(render_into(&document, &output), QORGAN_CANNOT_CREATE);
	ck_assert_ptr_nonnull(strstr(output.error.message, "fonts-dejavu-core"));
	ck_assert_uint_eq(output.text.size, 0);
	buffer_free(&output.text);
	document_free(&document);
}
END_TEST

START_TEST(test_a_letter_without_a_font_is_told_and_a_sign_is_spelt)
{
	struct document document;
	struct render_output output;
	configure_fonts("<dir>/usr/share/fonts/truetype/dejavu</dir>");
	fill(&document, 1);
	document_add_paragraph(&document, "A sign: \U0001F9FF.");
	render(&document);
	struct buffer text = ask("pdftotext -raw %s -");
	ck_assert_ptr_nonnull(strstr(text.data, "A sign: [U+1F9FF]."));
	buffer_free(&text);
	document_add_paragraph(&document, "Adlam: \U0001E900");
	ck_assert_int_eq(render_into(&document, &output), QORGAN_CANNOT_CREATE);
	ck_assert_msg(strstr(output.error.message, "U+1E900") && strstr(output.error.message, "Last chapter") &&
	              strstr(output.error.message, "fonts-noto-core"), "%s", output.error.message);
	ck_assert_uint_eq(output.text.size, 0);
	buffer_free(&output.text);
	document_free(&document);
}
END_TEST

Suite *suite_render_pdf(void);
Suite *suite_render_pdf(void)
{
	Suite *suite = suite_create("render_pdf");
	TCase *tests = tcase_create("documents");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, test_all_is_said_in_order);
	tcase_add_test(tests, test_every_page_is_marked_and_numbered);
	tcase_add_test(tests, test_contents_and_bookmarks_lead_to_their_pages);
	tcase_add_test(tests, test_the_file_says_what_it_is);
	tcase_add_test(tests, test_fonts_are_within);
	tcase_add_test(tests, test_a_figure_is_drawn_not_painted_by_dots);
	tcase_add_test(tests, test_the_same_document_gives_the_same_bytes);
	tcase_add_test(tests, test_a_text_without_end_is_broken_over_pages);
	tcase_add_test(tests, test_controls_are_replaced_and_other_scripts_kept);
	tcase_add_test(tests, test_no_font_is_told);
	tcase_add_test(tests, test_a_letter_without_a_font_is_told_and_a_sign_is_spelt);
	suite_add_tcase(suite, tests);
	return suite;
}
