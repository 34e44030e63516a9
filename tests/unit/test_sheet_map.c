/* The text that says which column of a spreadsheet is which field. */
#include "record/sheet_map.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *suite_sheet_map(void);

static struct sheet_map *map;
static struct qorgan_error error;

static const struct schema *schema_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

static void teardown(void)
{
	sheet_map_free(map);
	map = NULL;
}

static void parse(const char *kind, const char *text)
{
	teardown();
	ck_assert_msg(sheet_map_parse(span_of(text), schema_of(kind), &map, &error) == QORGAN_OK, "%s: %s", text,
	              error.message);
}

/* "head>path;..." of all columns; "-" of those that are ignored. */
static void columns_are(const char *expected)
{
	struct buffer told = { 0 };

	for (size_t i = 0; i < sheet_map_count(map); i++) {
		const struct sheet_map_column *column = sheet_map_column(map, i);
		buffer_append_format(&told, "%s%s>%s", i ? ";" : "", column->head, column->path ? column->path : "-");
	}
	ck_assert_str_eq(buffer_text(&told), expected);
	buffer_free(&told);
}

START_TEST(a_map_is_read)
{
	parse("measure", "\xef\xbb\xbf# of the ministry\r\nkind = measure\r\nhead-row = 3\r\n\r\n[columns]\r\n"
	                 "  № = id  \r\nМера,  = или действие=title.ru\n\"# \"\"old\"\"\"=ignored\nReason = due-reason\n"
	                 "[constants]\nrisks = A-1; B=2\n[columns]\nWho=lead");
	columns_are("№>id;Мера, = или действие>title.ru;# \"old\">-;Reason>due_reason;Who>lead");
	ck_assert_uint_eq(map->head_row, 3);
	ck_assert_uint_eq(sheet_map_constant_count(map), 1);
	ck_assert_str_eq(sheet_map_constant(map, 0)->path, "risks");
	ck_assert_str_eq(sheet_map_constant(map, 0)->value, "A-1; B=2");
	ck_assert_ptr_null(sheet_map_column(map, 0)->field);
	ck_assert_int_eq(sheet_map_column(map, 1)->field->type, FIELD_TEXT);
}
END_TEST

START_TEST(what_is_written_gives_the_same_map)
{
	struct buffer first = { 0 }, second = { 0 };

	parse("risk", "head-row=12\n[columns]\n\"[x]\"\"\" = id\n\"a = b\"=title.uz-Cyrl\n=== residual.impact\nq\"r=ignored\n"
	              "[constants]\ndomain=CYB");
	columns_are("[x]\">id;a = b>title.uz-Cyrl;==>residual.impact;q\"r>-");
	sheet_map_write(map, &first);
	ck_assert_str_eq(buffer_text(&first), "kind = risk\nhead-row = 12\n\n[columns]\n\"[x]\"\"\" = id\n"
	                 "a = b = title.uz-Cyrl\n== = residual.impact\nq\"r = ignored\n\n[constants]\ndomain = CYB\n");
	parse("risk", buffer_text(&first));
	sheet_map_write(map, &second);
	ck_assert_str_eq(buffer_text(&first), buffer_text(&second));
	buffer_free(&first);
	buffer_free(&second);
}
END_TEST

START_TEST(a_wrong_line_is_named)
{
	static const struct {
		const char *text, *message;
	} examples[] = {
		{ "kind = risk", "line 1: the map is of the kind risk, not measure" },
		{ "\nNo = id", "line 2: before the line [columns] stand kind and head-row, and nothing else" },
		{ "head-row = 0", "line 1: head-row is the number of a row, from 1" },
		{ "head-row = 4294967297", "line 1: head-row is the number of a row, from 1" },
		{ "head-row = 1\nhead-row = 1", "line 2: head-row is said twice" },
		{ "[fields]", "line 1: \"[fields]\" is not of the form [columns], [constants]" },
		{ "[columns]\nNo", "line 2: \"No\" is not of the form column = field" },
		{ "[columns]\nNo =", "line 2: \"No =\" is not of the form column = field" },
		{ "[columns]\n= id", "line 2: \"= id\" is not of the form column = field" },
		{ "[columns]\n\"No = id", "line 2: \"\"No = id\" is not of the form column = field" },
		{ "[columns]\n\"No\" id", "line 2: \"\"No\" id\" is not of the form column = field" },
		{ "[columns]\n\"\" = id", "line 2: a column has no head" },
		{ "[columns]\nNo = titel.en", "line 2: a measure has no field \"titel.en\"" },
		{ "[columns]\nNo = led", "line 2: a measure has no field \"led\": did you mean \"lead\"?" },
		{ "[columns]\nNo = title", "line 2: the field title of a measure needs a language: say which, as in title.en" },
		{ "[columns]\nNo = original_due", "line 2: original_due is kept by the program, and comes from no column" },
		{ "[columns]\nNo = id\nNumber = id", "line 3: id is given already" },
		{ "[columns]\nNo = due\n[constants]\ndue = 2026-01-01", "line 4: due is given already" },
		{ "[columns]\nOʻrin = id\nORIN = lead", "line 3: the column \"ORIN\" is named twice" },
		{ "[constants]\nid = X", "line 2: the id of every row is its own, so it needs a column" },
		{ "[constants]\nlead", "line 2: \"lead\" is not of the form field = value" },
		{ "[columns]\nN\x01 = id", "line 2: it holds a control character, or a change of text direction" },
		{ "[columns]\nN\xff = id", "line 2: it holds a control character, or a change of text direction" },
	};

	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		error.message[0] = '\0';
		ck_assert_int_eq(sheet_map_parse(span_of(examples[i].text), schema_of("measure"), &map, &error), QORGAN_BAD_DATA);
		ck_assert_str_eq(error.message, examples[i].message);
		ck_assert_ptr_null(map);
	}
}
END_TEST

START_TEST(a_column_is_found_and_turned_to_another_field)
{
	size_t index = 9;

	parse("measure", "[columns]\nOʻrin = id\nYetakchi = lead\nNomi = ignored");
	ck_assert(sheet_map_find(map, "ORIN", &index));
	ck_assert_uint_eq(index, 0);
	ck_assert(!sheet_map_find(map, "Orinlar", &index));
	ck_assert(sheet_map_has(map, "lead") && !sheet_map_has(map, "title"));
	ck_assert_int_eq(sheet_map_take(map, 2, "lead", &error), QORGAN_BAD_DATA);
	ck_assert_int_eq(sheet_map_take(map, 2, "title.uz", &error), QORGAN_OK);
	ck_assert_int_eq(sheet_map_take(map, 1, "lead", &error), QORGAN_OK);
	ck_assert(sheet_map_has(map, "title") && sheet_map_has(map, "title.uz") && !sheet_map_has(map, "title.u"));
	ck_assert_int_eq(sheet_map_take(map, 1, NULL, &error), QORGAN_OK);
	columns_are("Oʻrin>id;Yetakchi>-;Nomi>title.uz");
	ck_assert_int_eq(sheet_map_set(map, "lead", span_of("two\nlines"), &error), QORGAN_BAD_DATA);
	ck_assert_int_eq(sheet_map_set(map, "lead", span_of("KAZ"), &error), QORGAN_OK);
	ck_assert(sheet_map_has(map, "lead"));
}
END_TEST

START_TEST(a_head_is_one_line_that_can_be_shown)
{
	static const struct {
		const char *text, *head;
	} examples[] = {
		{ " \n Срок\r\nисполнения\xc2\xa0 (план)\t", "Срок исполнения (план)" },
		{ "a\x1b[2Jb\xe2\x80\xae" "c\xff", "a?[2Jb?c?" },
		{ "\n", "" },
	};
	char longest[SHEET_MAP_HEAD + 20];

	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		char *head = sheet_map_head(span_of(examples[i].text));
		ck_assert_str_eq(head, examples[i].head);
		free(head);
	}
	for (size_t i = 0; i + 1 < sizeof longest; i += 2)
		memcpy(longest + i, "\xd1\x8f", 2);
	char *head = sheet_map_head((struct span){ longest, sizeof longest });
	ck_assert_uint_le(strlen(head), SHEET_MAP_HEAD);
	ck_assert_uint_eq(strlen(head) % 2, 0);
	free(head);
}
END_TEST

START_TEST(sizes_are_bounded)
{
	struct buffer text = { 0 };

	buffer_append_text(&text, "[columns]\n");
	for (int i = 0; i <= SHEET_MAP_COLUMNS; i++)
		buffer_append_format(&text, "c%d=ignored\n", i);
	ck_assert_int_eq(sheet_map_parse(buffer_span(&text), schema_of("risk"), &map, &error), QORGAN_BAD_DATA);
	ck_assert_str_eq(error.message, "line 514: there are more than 512 columns");
	while (text.size <= SHEET_MAP_SIZE)
		buffer_append_char(&text, '\n');
	ck_assert_int_eq(sheet_map_parse(buffer_span(&text), schema_of("risk"), &map, &error), QORGAN_BAD_DATA);
	ck_assert_str_eq(error.message, "it is longer than 65536 bytes");
	buffer_free(&text);
}
END_TEST

Suite *suite_sheet_map(void)
{
	Suite *suite = suite_create("sheet_map");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, NULL, teardown);
	tcase_add_test(all, a_map_is_read);
	tcase_add_test(all, what_is_written_gives_the_same_map);
	tcase_add_test(all, a_wrong_line_is_named);
	tcase_add_test(all, a_column_is_found_and_turned_to_another_field);
	tcase_add_test(all, a_head_is_one_line_that_can_be_shown);
	tcase_add_test(all, sizes_are_bounded);
	suite_add_tcase(suite, all);
	return suite;
}
