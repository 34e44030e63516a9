/* The reader of workbooks on parts written by hand: what each element comes to, and what is refused of those that no
 * program of offices would save. */
#include "record/workbook.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive_fixture.h"
#include "record/zip_archive.h"

Suite *suite_workbook_parts(void);

static struct buffer archive;
static struct workbook *book;
static struct qorgan_error error;

static void teardown(void)
{
	workbook_free(book);
	book = NULL;
	buffer_free(&archive);
}

static int read_parts(const struct archive_part *parts, size_t count)
{
	workbook_free(book);
	book = NULL;
	memset(&error, 0, sizeof error);
	archive_make(parts, count, &archive);
	return workbook_read(buffer_span(&archive), &book, &error);
}

/* All cells, "A1=text B2#5 C3=formula?", sheet by sheet, divided by '|'. */
static void cells_tell(struct buffer *to)
{
	char address[WORKBOOK_ADDRESS];
	size_t count;

	buffer_clear(to);
	for (size_t sheet = 0; sheet < workbook_sheets(book); sheet++) {
		const struct workbook_cell *cells = workbook_cells(book, sheet, &count);
		buffer_append_text(to, sheet ? "|" : "");
		for (size_t i = 0; i < count; i++) {
			workbook_address(cells[i].row, cells[i].column, address);
			buffer_append_format(to, "%s%s", i ? " " : "", address);
			if (cells[i].type == WORKBOOK_TEXT_CELL)
				buffer_append_format(to, "=%.*s", (int)cells[i].text.size, cells[i].text.data);
			else if (cells[i].type == WORKBOOK_NUMBER_CELL)
				buffer_append_format(to, "#%.6g", cells[i].number);
			else
				buffer_append_text(to, cells[i].type == WORKBOOK_FORMULA_CELL ? "?" : "!");
		}
	}
}

/* What comes of it: the cells, or after a '-' the words of the refusal. */
static void gives(int code, const char *what, const char *expected)
{
	struct buffer told = { 0 };

	if (*expected == '-') {
		ck_assert_msg(code == QORGAN_BAD_DATA, "%s: %d %s", what, code, error.message);
		ck_assert_msg(strstr(error.message, expected + 1) != NULL, "%s: %s", what, error.message);
		ck_assert_ptr_null(book);
		return;
	}
	ck_assert_msg(code == QORGAN_OK, "%s: %d %s", what, code, error.message);
	cells_tell(&told);
	ck_assert_msg(strcmp(buffer_text(&told), expected) == 0, "%s: %s", what, buffer_text(&told));
	buffer_free(&told);
}

/* ---- OpenDocument ------------------------------------------------------------------------ */

#define IN_CELL(attributes, content) "<t:table><t:table-row><t:table-cell " attributes ">" content "</t:table-cell></t:table-row></t:table>"
#define IN_TEXT(content) IN_CELL("o:value-type='string'", "<x:p>" content "</x:p>")

START_TEST(an_opendocument_is_read_element_by_element)
{
	static const char *const examples[][2] = {
		{ IN_TEXT("a"), "A1=a" },
		{ "<t:table t:name='one'/><t:table t:name='two'/>", "|" },
		{ IN_TEXT("a<x:s/>b<x:s x:c='3'/>c<x:tab/>d<x:line-break/>e"), "A1=a b   c\td\ne" },
		{ IN_TEXT("a<x:span>b<x:a>c</x:a></x:span><x:note>no<x:p>no</x:p></x:note>d"), "A1=abcd" },
		{ IN_CELL("", "<x:p>a</x:p><o:annotation><x:p>no</x:p></o:annotation><x:p>b</x:p>"), "A1=a\nb" },
		{ IN_CELL("", "<x:p/><x:p/><x:p>c</x:p>"), "A1=\n\nc" },
		{ IN_CELL("o:value-type='string'", ""), "" },
		{ IN_CELL("o:value-type='float' o:value='-2.5'", ""), "A1#-2.5" },
		{ IN_CELL("o:value-type='percentage' o:value='0.4'", "<x:p>40%</x:p>"), "A1#40" },
		{ IN_CELL("o:value-type='currency' o:value='7'", ""), "A1#7" },
		{ IN_CELL("o:value-type='date' o:date-value='2026-06-01'", ""), "A1#46174" },
		{ IN_CELL("o:value-type='date' o:date-value='2026-06-01T12:00:00'", ""), "A1#46174" },
		{ IN_CELL("o:value-type='date' o:date-value='2026-06-01 12'", ""), "A1!" },
		{ IN_CELL("o:value-type='date' o:date-value='2026-6-1'", ""), "A1!" },
		{ IN_CELL("o:value-type='date' o:date-value='2026-02-30'", ""), "A1!" },
		{ IN_CELL("o:value-type='date'", ""), "A1!" },
		{ IN_CELL("o:value-type='boolean' o:boolean-value='true'", ""), "A1!" },
		{ IN_CELL("t:formula='=1' o:value-type='float' o:value='1'", ""), "A1?" },
		{ IN_CELL("t:number-columns-repeated='3' o:value-type='float' o:value='1'", ""), "A1#1 B1#1 C1#1" },
		{ "<t:table><t:table-row t:number-rows-repeated='2'><t:table-cell/><t:table-cell><x:p>a</x:p></t:table-cell>"
		  "</t:table-row><t:table-row><t:table-cell><x:p>b</x:p></t:table-cell></t:table-row></t:table>", "B1=a B2=a A3=b" },
		{ "<t:table><t:table-row><t:covered-table-cell><x:p>no</x:p></t:covered-table-cell><t:table-cell><x:p>a</x:p>"
		  "</t:table-cell></t:table-row></t:table>", "B1=a" },
		{ "<t:table><t:table-row t:number-rows-repeated='1048575'/><t:table-row><t:table-cell><x:p>z</x:p></t:table-cell>"
		  "</t:table-row></t:table>", "A1048576=z" },
		/* what is not there */
		{ "", "-it is no spreadsheet: it has no sheet" },
		{ "<t:table t:name='a'/><t:table t:name='a'/>", "-the workbook has two sheets of the name \"a\"" },
		{ "<t:table-row/>", "-a row stands outside a table" },
		{ "<t:table-cell/>", "-a cell stands outside a row" },
		{ "<t:table><t:table-cell/></t:table>", "-a cell stands outside a row" },
		{ "<t:table><t:table/></t:table>", "-a table stands within a table" },
		{ IN_CELL("", "<t:table/>"), "-a table stands within a cell" },
		{ IN_CELL("", "<t:table-row/>"), "-a table stands within a cell" },
		{ IN_CELL("", "<t:table-cell/>"), "-a table stands within a cell" },
		{ IN_CELL("o:value-type='float'", ""), "-a cell says that it is a number, and is none" },
		{ IN_CELL("o:value-type='float' o:value=''", ""), "-a cell says that it is a number, and is none" },
		{ IN_CELL("o:value-type='float' o:value='1x'", ""), "-a cell says that it is a number, and is none" },
		{ IN_CELL("o:value-type='float' o:value='nan'", ""), "-a cell says that it is a number, and is none" },
		{ IN_CELL("t:number-columns-repeated='0'", ""), "-a row is longer than a sheet is wide" },
		{ IN_CELL("t:number-columns-repeated='16385'", ""), "-a row is longer than a sheet is wide" },
		{ IN_CELL("t:number-columns-repeated='-1'", ""), "-a row is longer than a sheet is wide" },
		{ IN_CELL("t:number-columns-repeated='2x'", ""), "-a row is longer than a sheet is wide" },
		{ "<t:table><t:table-row><t:table-cell t:number-columns-repeated='16384'/><t:table-cell/></t:table-row></t:table>",
		  "-a row is longer than a sheet is wide" },
		{ "<t:table><t:table-row t:number-rows-repeated='1048577'/></t:table>", "-a sheet has more rows than it can have" },
		{ "<t:table><t:table-row t:number-rows-repeated='1048576'/><t:table-row/></t:table>",
		  "-a sheet has more rows than it can have" },
		{ "<t:table><t:table-row t:number-rows-repeated='1000'><t:table-cell t:number-columns-repeated='201'><x:p>a</x:p>"
		  "</t:table-cell></t:table-row></t:table>", "-the workbook has more than 200000 cells" },
		{ IN_TEXT("<x:s x:c='131072'/>a"), "-a cell holds more than 131072 bytes" },
		{ IN_TEXT("<x:s x:c='131073'/>"), "-a cell holds too many blanks" },
		{ IN_TEXT("<x:s x:c='131072'/><x:tab/>"), "-a cell holds more than 131072 bytes" },
		{ IN_TEXT("<x:s x:c='131072'/>") IN_TEXT("a"), "-the workbook has two sheets" },
		{ "<t:table><t:table-source/></t:table>", "-the workbook takes values from another file" },
		{ "<t:dde-links/>", "-the workbook takes values from another file" },
		{ "<a></b>", "-content.xml, line 1: mismatched tag" },
	};
	struct buffer content = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		buffer_clear(&content);
		buffer_append_format(&content, "<d:doc>%s</d:doc>", examples[i][0]);
		const struct archive_part parts[] = { { "content.xml", buffer_span(&content), 0, 0 } };
		gives(read_parts(parts, 1), examples[i][0], examples[i][1]);
	}
	buffer_free(&content);
}
END_TEST

START_TEST(an_opendocument_with_macros_is_refused)
{
	static const char *const names[] = { "Basic/script-lc.xml", "Scripts/python/a.py" };

	for (size_t i = 0; i < 2; i++) {
		const struct archive_part parts[] = { { "content.xml", span_of("<d/>"), 0, 0 }, { names[i], span_of("x"), 0, 0 } };
		gives(read_parts(parts, 2), names[i], "-the workbook holds macros");
	}
	const struct archive_part parts[] = { { "content.xml.bak", span_of("<d/>"), 0, 0 } };
	gives(read_parts(parts, 1), "without content", "-it is no spreadsheet: content.xml is missing in it");
}
END_TEST

/* ---- Office Open XML ------------------------------------------------------------------------ */

#define LIST "<workbook><sheets><sheet name='one' r:id='r1'/></sheets></workbook>"
#define RELATIONS "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"
#define SHARED "<sst><si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r><rPh><t>no</t></rPh></si><si><t>_x0041_ _x000D_ _x12</t></si></sst>"

/* One of the four parts, NULL: a sound one; "": it is not there. */
static int read_xlsx(const char *list, const char *relations, const char *shared, const char *sheet)
{
	const struct archive_part all[] = {
		{ "xl/workbook.xml", span_of(list ? list : LIST), 0, 0 },
		{ "xl/_rels/workbook.xml.rels", span_of(relations ? relations : RELATIONS), 0, 0 },
		{ "xl/sharedStrings.xml", span_of(shared ? shared : SHARED), 0, 0 },
		{ "xl/worksheets/sheet1.xml", span_of(sheet ? sheet : "<worksheet/>"), 0, 0 },
	};
	struct archive_part there[4];
	size_t count = 0;

	for (size_t i = 0; i < 4; i++)
		if (all[i].content.size)
			there[count++] = all[i];
	return read_parts(there, count);
}

START_TEST(cells_of_a_sheet_are_read_by_their_type)
{
	static const char *const examples[][2] = {
		{ "<c r='A1'/>", "" },
		{ "<c r='B2' t='s'><v>0</v></c><c r='A2' t='s'><v>1</v></c><c r='C2' t='s'><v>2</v></c>", "A2=bc B2=a C2=A \r _x12" },
		{ "<c r='A1'><v>2.5</v></c>", "A1#2.5" },
		{ "<c r='A1' t='n'><v>-1e3</v></c>", "A1#-1000" },
		{ "<c r='A1' t='str'><v>x</v></c>", "A1=x" },
		{ "<c r='A1' t='inlineStr'><is><t>x</t><rPh><t>no</t></rPh><r><t>y</t></r></is></c>", "A1=xy" },
		{ "<c r='A1'><f>1+1</f><v>2</v></c>", "A1?" },
		{ "<c r='A1'><f>1+1</f></c>", "A1?" },
		{ "<c r='A1' t='b'><v>1</v></c>", "A1!" },
		{ "<c r='A1' t='e'><v>#REF!</v></c>", "A1!" },
		{ "<c r='XFD1048576'><v>1</v></c>", "XFD1048576#1" },
		{ "<c><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='XFE1'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='A1048577'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='A0'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='1'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='A'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='a1'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='A1x'><v>1</v></c>", "-a cell is not where it says" },
		{ "<c r='A1'><v>1</v><v>2</v></c>", "-a cell has two values" },
		{ "<c r='A1'><v>1</v></c><c r='A1'><v>2</v></c>", "-sheet one: the cell A1 stands in it twice" },
		{ "<c r='A1'><v/></c>", "-A1: \"\" is no number" },
		{ "<c r='A1'><v>1,5</v></c>", "-A1: \"1,5\" is no number" },
		{ "<c r='A1'><v>inf</v></c>", "-A1: \"inf\" is no number" },
		{ "<c r='A1' t='s'><v>3</v></c>", "-A1: its text is missing" },
		{ "<c r='A1' t='s'><v/></c>", "-A1: its text is missing" },
		{ "<c r='A1' t='s'><v>0x</v></c>", "-A1: its text is missing" },
		{ "<c r='A1' t='s'><v>-1</v></c>", "-A1: its text is missing" },
	};
	struct buffer sheet = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		buffer_clear(&sheet);
		buffer_append_format(&sheet, "<worksheet>%s</worksheet>", examples[i][0]);
		gives(read_xlsx(NULL, NULL, NULL, buffer_text(&sheet)), examples[i][0], examples[i][1]);
	}
	buffer_free(&sheet);
}
END_TEST

START_TEST(the_other_parts_are_held_to_what_they_say)
{
	static const struct {
		const char *list, *relations, *shared, *sheet, *gives;
	} examples[] = {
		{ NULL, NULL, NULL, NULL, "" },
		{ NULL, NULL, "", "<c r='A1'><v>1</v></c>", "A1#1" },
		{ NULL, "<R><Relationship Id='r1' Target='/xl/worksheets/sheet1.xml' TargetMode='Internal'/><Relationship Id='r1' "
		  "Target='no.xml'/><Relationship Id='r2'/><Relationship Target='x'/><Other Id='r1' Target='x'/></R>", NULL,
		  "<c r='A1'><v>1</v></c>", "A1#1" },
		{ "<w><workbookPr date1904='true'/><sheet name='one' id='r1'/></w>", NULL, NULL, NULL, "" },
		{ "<w><workbookPr date1904='0'/><sheet name='one' id='r1'/></w>", NULL, NULL, NULL, "" },
		{ "", NULL, NULL, NULL, "-it is no spreadsheet: xl/workbook.xml is missing in it" },
		{ NULL, "", NULL, NULL, "-it is no spreadsheet: xl/_rels/workbook.xml.rels is missing in it" },
		{ NULL, NULL, NULL, "", "-it is no spreadsheet: xl/worksheets/sheet1.xml is missing in it" },
		{ NULL, "<R/>", NULL, NULL, "-sheet one: it is no spreadsheet:  is missing in it" },
		{ "<w><sheet id='r1'/></w>", NULL, NULL, NULL, "-the workbook has a sheet without a name or a place" },
		{ "<w><sheet name='one'/></w>", NULL, NULL, NULL, "-the workbook has a sheet without a name or a place" },
		{ "<w><sheet name='one' id='r1'/><sheet name='one' id='r1'/></w>", NULL, NULL, NULL, "-two sheets of the name" },
		{ "<w><externalReference/></w>", NULL, NULL, NULL, "-the workbook takes values from another file" },
		{ NULL, "<R><Relationship Id='r9' TargetMode='External' Target='http://x.org/'/></R>", NULL, NULL,
		  "-the workbook takes a part from elsewhere: http://x.org/" },
		{ NULL, NULL, "<sst><si>", NULL, "-xl/sharedStrings.xml, line 1: no element found" },
		{ NULL, NULL, "<!DOCTYPE s><sst/>", NULL, "-xl/sharedStrings.xml: a document type is not allowed" },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		gives(read_xlsx(examples[i].list, examples[i].relations, examples[i].shared, examples[i].sheet), examples[i].gives,
		      examples[i].gives);
	ck_assert_int_eq(read_xlsx("<w><workbookPr date1904='true'/></w>", NULL, NULL, NULL), QORGAN_OK);
	ck_assert(workbook_starts_1904(book));
}
END_TEST

/* `before`, a number from 0 on, and `behind`, so often. */
static void many_append(struct buffer *to, const char *before, const char *behind, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buffer_append_format(to, "%s%u%s", before, i, behind);
}

START_TEST(sheets_texts_and_depth_are_bounded)
{
	struct buffer text = { 0 };

	buffer_append_text(&text, "<w>");
	many_append(&text, "<sheet name='s", "' id='r1'/>", WORKBOOK_SHEETS + 1);
	buffer_append_text(&text, "</w>");
	gives(read_xlsx(buffer_text(&text), NULL, NULL, NULL), "sheets", "-the workbook has more than 64 sheets");
	buffer_clear(&text);
	buffer_append_text(&text, "<w><sheet id='r1' name='");
	many_append(&text, "", "", 100);
	buffer_append_text(&text, "'/></w>");
	gives(read_xlsx(buffer_text(&text), NULL, NULL, NULL), "name", "-the name of a sheet is longer than 127 bytes");
	buffer_clear(&text);
	buffer_append_text(&text, "<w><sheet name='one' id='");
	many_append(&text, "", "", 100);
	buffer_append_text(&text, "'/></w>");
	gives(read_xlsx(buffer_text(&text), NULL, NULL, NULL), "place", "-the workbook has a sheet without a name or a place");
	buffer_clear(&text);
	buffer_append_text(&text, "<sst>");
	many_append(&text, "<si><t>", "</t></si>", WORKBOOK_CELLS + 1);
	buffer_append_text(&text, "</sst>");
	gives(read_xlsx(NULL, NULL, buffer_text(&text), NULL), "texts", "-the workbook has more than 200000 texts");
	buffer_clear(&text);
	many_append(&text, "<a", ">", WORKBOOK_DEPTH + 1);
	gives(read_xlsx(NULL, NULL, NULL, buffer_text(&text)), "depth", "-elements are nested more than 32 deep");
	buffer_free(&text);
}
END_TEST

START_TEST(a_workbook_with_macros_or_links_is_refused)
{
	static const char *const names[][2] = {
		{ "xl/vbaProject.bin", "-the workbook holds macros" },
		{ "xl/macrosheets/sheet1.xml", "-the workbook holds macros" },
		{ "xl/externalLinks/externalLink1.xml", "-the workbook takes values from another file" },
	};

	for (size_t i = 0; i < 3; i++) {
		const struct archive_part parts[] = { { "xl/workbook.xml", span_of(LIST), 0, 0 }, { names[i][0], span_of("x"), 0, 0 } };
		gives(read_parts(parts, 2), names[i][0], names[i][1]);
	}
}
END_TEST

/* ---- The archive, and CSV ----------------------------------------------------------------- */

START_TEST(an_archive_is_held_to_its_bounds)
{
	struct archive_part one = { "xl/workbook.xml", span_of(LIST), ZIP_ENTRY_SIZE + 1, 0 };

	gives(read_parts(&one, 1), "large", "-xl/workbook.xml in the archive is larger than 16777216 bytes");
	one.claimed = ZIP_RATIO_FROM + 1;
	gives(read_parts(&one, 1), "packed", "-is packed more than 250 times: it is made to fill the memory");
	one = (struct archive_part){ "xl/workbook.xml", span_of(LIST), 0, 1 };
	gives(read_parts(&one, 1), "encrypted", "-xl/workbook.xml in the archive is encrypted, or packed in an unusual way");
	struct archive_part *many = calloc(ZIP_ENTRIES + 1, sizeof *many);
	char (*names)[8] = calloc(ZIP_ENTRIES + 1, sizeof *names);
	for (unsigned i = 0; i <= ZIP_ENTRIES; i++) {
		snprintf(names[i], sizeof names[i], "%u", i);
		many[i] = (struct archive_part){ names[i], span_of("x"), 0, 0 };
	}
	gives(read_parts(many, ZIP_ENTRIES + 1), "entries", "-the archive has more than 1000 entries");
	free(many);
	free(names);
	ck_assert_int_eq(read_xlsx(NULL, NULL, NULL, NULL), QORGAN_OK);
	char *list = memmem(archive.data, archive.size, LIST, strlen(LIST));
	ck_assert_ptr_nonnull(list);
	list[strlen(LIST) - 1] = ' '; /* no longer of its checksum */
	workbook_free(book);
	book = NULL;
	gives(workbook_read(buffer_span(&archive), &book, &error), "changed", "-xl/workbook.xml in the archive is damaged");
	while (archive.size <= ZIP_ARCHIVE_SIZE)
		buffer_append_text(&archive, "0123456789abcdef0123456789abcdef");
	gives(workbook_read(buffer_span(&archive), &book, &error), "archive", "-the archive is larger than 8388608 bytes");
}
END_TEST

START_TEST(a_table_of_csv_is_held_to_its_bounds)
{
	static const char *const examples[][2] = {
		{ "a,b\n,c", "A1=a B1=b B2=c" }, { "\xef\xbb\xbf" "a", "A1=a" }, { "", "-the file is empty" },
		{ "a\xff", "-it is neither a spreadsheet nor CSV in UTF-8" },
		{ "a,b\n\"c", "-line 2: a quoted cell is not closed" },
	};
	struct buffer text = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		workbook_free(book);
		book = NULL;
		gives(workbook_read(span_of(examples[i][0]), &book, &error), examples[i][0], examples[i][1]);
	}
	while (text.size <= WORKBOOK_TEXT)
		buffer_append_text(&text, "0123456789abcdef");
	gives(workbook_read(buffer_span(&text), &book, &error), "cell", "-a cell holds more than 131072 bytes");
	buffer_clear(&text);
	for (unsigned i = 0; i <= WORKBOOK_ROWS; i++)
		buffer_append_char(&text, '\n');
	gives(workbook_read(buffer_span(&text), &book, &error), "rows", "-the table has more than 1048576 rows");
	while (text.size <= ZIP_ARCHIVE_SIZE)
		buffer_append_text(&text, "0123456789abcdef0123456789abcdef");
	gives(workbook_read(buffer_span(&text), &book, &error), "file", "-the file is larger than 8388608 bytes");
	buffer_free(&text);
}
END_TEST

START_TEST(days_are_read_as_numbers_and_as_texts)
{
	static const struct {
		struct workbook_cell cell;
		bool is_day;
		date_day day;
	} examples[] = {
		{ { .type = WORKBOOK_NUMBER_CELL, .number = 46174.75 }, true, 46174 - WORKBOOK_DAYS_TO_1970 },
		{ { .type = WORKBOOK_NUMBER_CELL, .number = 60 }, false, 0 },
		{ { .type = WORKBOOK_NUMBER_CELL, .number = 109575 }, false, 0 },
		{ { .type = WORKBOOK_TEXT_CELL, .text = { " 2026-06-01\n", 12 } }, true, 46174 - WORKBOOK_DAYS_TO_1970 },
		{ { .type = WORKBOOK_TEXT_CELL, .text = { "01.06.2026", 10 } }, true, 46174 - WORKBOOK_DAYS_TO_1970 },
		{ { .type = WORKBOOK_TEXT_CELL, .text = { "31.06.2026", 10 } }, false, 0 },
		{ { .type = WORKBOOK_TEXT_CELL, .text = { "01.06/2026", 10 } }, false, 0 },
		{ { .type = WORKBOOK_TEXT_CELL, .text = { "soon", 4 } }, false, 0 },
		{ { .type = WORKBOOK_FORMULA_CELL }, false, 0 }, { { .type = WORKBOOK_OTHER_CELL }, false, 0 },
	};
	date_day day;

	ck_assert_int_eq(read_xlsx(NULL, NULL, NULL, NULL), QORGAN_OK);
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		ck_assert_msg(workbook_day(book, &examples[i].cell, &day) == examples[i].is_day, "example %zu", i);
		ck_assert(!examples[i].is_day || day == examples[i].day);
	}
	ck_assert_uint_eq(workbook_text(NULL).size, 0);
}
END_TEST

Suite *suite_workbook_parts(void)
{
	Suite *suite = suite_create("workbook_parts");
	TCase *tests = tcase_create("workbook_parts");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_test(tests, an_opendocument_is_read_element_by_element);
	tcase_add_test(tests, an_opendocument_with_macros_is_refused);
	tcase_add_test(tests, cells_of_a_sheet_are_read_by_their_type);
	tcase_add_test(tests, the_other_parts_are_held_to_what_they_say);
	tcase_add_test(tests, sheets_texts_and_depth_are_bounded);
	tcase_add_test(tests, a_workbook_with_macros_or_links_is_refused);
	tcase_add_test(tests, an_archive_is_held_to_its_bounds);
	tcase_add_test(tests, a_table_of_csv_is_held_to_its_bounds);
	tcase_add_test(tests, days_are_read_as_numbers_and_as_texts);
	suite_add_tcase(suite, tests);
	return suite;
}
