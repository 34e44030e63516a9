/* What becomes of reading, checking and writing records when any one allocation fails: it fails with the code for that and
 * a message, or says so as its header tells (a buffer that has failed, a count of memory_failures), or did without. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "archive_fixture.h"
#include "base/memory.h"
#include "record/canonical.h"
#include "record/diff.h"
#include "record/draft.h"
#include "record/input.h"
#include "record/output.h"
#include "record/reader.h"
#include "record/sheet_guess.h"
#include "record/sheet_map.h"
#include "record/validate.h"
#include "record/workbook.h"
#include "starve.h"

Suite *suite_starve_record(void);

static struct qorgan_error error;
static struct buffer answer; /* what came of it, to be compared */

static const struct schema *schema_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

/* `prepare`, or NULL, before each run. */
static void starve_all(const char *name, void (*prepare)(void), int (*run)(void))
{
	const char *given = getenv("QORGAN_STARVE");
	uint64_t most = given ? strtoull(given, NULL, 10) * 10 : 150, failed = 0;
	struct buffer whole = { 0 };

	buffer_clear(&answer);
	if (prepare)
		prepare();
	starve_from(STARVE_MEMORY, 0);
	int code = run();
	uint64_t calls = starve_end(), step = calls / most + 1;
	ck_assert_msg(!code && !answer.failed, "%s: %d %s", name, code, error.message);
	ck_assert_msg(calls > 0, "%s allocates nothing", name);
	buffer_append_span(&whole, buffer_span(&answer));
	for (uint64_t at = 1; at <= calls; at += step) {
		uint64_t before = memory_failures();
		buffer_free(&answer);
		memset(&error, 0, sizeof error);
		if (prepare)
			prepare();
		starve_from(STARVE_MEMORY, at);
		code = run();
		starve_end();
		bool told = answer.failed || memory_failures() != before || code == QORGAN_INTERNAL;
		failed += told;
		ck_assert_msg(!code || *error.message, "%s, %lu: no message", name, (unsigned long)at);
		if (!told)
			ck_assert_msg(!code && span_equal(buffer_span(&answer), buffer_span(&whole)), "%s, %lu: %d %s", name,
			              (unsigned long)at, code, error.message);
	}
	ck_assert_msg(failed > 0, "%s: nothing failed in %lu calls", name, (unsigned long)calls);
	buffer_free(&answer);
	buffer_free(&whole);
}

/* ---- Canonical JSON ------------------------------------------------------------------------ */

static json_t *tree;
static struct buffer tree_bytes;

/* More members than are sorted on the stack, and one large text. */
static void tree_make(void)
{
	char name[20], text[3000];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	tree = json_object();
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "m%d", i * 7 % 60);
		json_object_set_new(tree, name, json_pack("[s,{s:i},s]", "a\n\"b", "x", i, i % 20 ? "" : text));
	}
	ck_assert_int_eq(canonical_write(tree, &tree_bytes, &error), QORGAN_OK);
}

static int write_canonical(void)
{
	return canonical_write(tree, &answer, &error);
}

static int read_canonical(void)
{
	json_t *value = canonical_read(buffer_span(&tree_bytes));

	if (!value)
		return error_set_memory(&error);
	buffer_append_text(&answer, json_equal(value, tree) ? "same" : "other");
	json_decref(value);
	return QORGAN_OK;
}

static int parse_value(int (*parse)(struct span text, json_t **value, struct qorgan_error *error), struct span text)
{
	json_t *value = NULL;
	int code = parse(text, &value, &error);

	if (!code)
		buffer_append_text(&answer, json_equal(value, tree) ? "same" : "other");
	json_decref(value);
	return code;
}

static int parse_input(void)
{
	return parse_value(input_parse, buffer_span(&tree_bytes));
}

static int parse_canonical(void)
{
	return parse_value(input_parse_canonical, buffer_span(&tree_bytes));
}

START_TEST(canonical_json)
{
	tree_make();
	starve_all("written", NULL, write_canonical);
	starve_all("read", NULL, read_canonical);
	starve_all("parsed", NULL, parse_input);
	starve_all("parsed as canonical", NULL, parse_canonical);
	json_decref(tree);
	buffer_free(&tree_bytes);
}
END_TEST

/* ---- What people hand in ------------------------------------------------------------------ */

static int on_object(void *context, const struct input_object *object, struct qorgan_error *into)
{
	buffer_append_format(context, "%zu %s ", object->line, object->id);
	return canonical_write(object->body, context, into);
}

static void on_fault(void *context, const char *file, size_t line, const char *place, const char *text)
{
	buffer_append_format(context, "%s %zu %s %s", file, line, place, text);
}

static int read_text(const char *text, const char *kind)
{
	const struct input_handler handler = { &answer, on_object, on_fault };
	FILE *stream = fmemopen((void *)text, strlen(text), "r");

	if (!stream)
		return error_set_memory(&error);
	int code = input_read(stream, "file", kind ? schema_of(kind) : NULL, &handler, &error);
	fclose(stream);
	return code;
}

static int read_lines(void)
{
	return read_text("{\"kind\":\"risk\",\"id\":\"A\",\"title\":{\"en\":\"x\"}}\n{\"kind\":\"rsk\",\"id\":\"B\"}\n"
	                 "{\"kind\":\"risk\",\"id\":\"C\",\"tags\":[\"a\",\"b\"],\"x\":null}\n", NULL);
}

static int read_csv(void)
{
	return read_text("kind,id,title.en,tags,residual.impact,tittle,order\nrisk,A,\"x \"\"y\"\"\",a;b,3,,\ndomain,B,t,,,,z\n", NULL);
}

START_TEST(files_of_people)
{
	starve_all("lines", NULL, read_lines);
	starve_all("table", NULL, read_csv);
}
END_TEST

/* Each field of a measure in turn, as options and cells set them. */
static int set_fields(void)
{
	static const char *const options[][2] = {
		{ "title.en", "T" }, { "title.ru", "Т" }, { "title.ru", "" }, { "risks", "A;B" }, { "support", "+KAZ,-KAZ,+TJK,UZB" },
		{ "support", "+[\"KGZ\"]" }, { "support", "-[\"KGZ\"]" }, { "tags", "[\"a\",\"b\"]" }, { "budget", "amount=5,currency=USD" },
		{ "budget.amount", "7" }, { "milestones", "id=m1,title.en=M,due=2026-03-31" },
		{ "milestones", "{\"id\":\"m2\",\"due\":\"2026-03-31\"}" }, { "milestones", "+id=m1,due=2027-03-31" }, { "milestones", "-m2" },
		{ "milestones", "[{\"id\":\"m3\"}]" }, { "due", "2026-05-01" }, { "due", "" }, { "support", "" },
	};
	json_t *body = json_object();
	int code = QORGAN_OK;

	if (!body)
		return error_set_memory(&error);
	for (size_t i = 0; i < sizeof options / sizeof *options && !code; i++)
		code = draft_set(schema_of("measure"), body, options[i][0], options[i][1], NULL, &error);
	if (!code)
		code = draft_set_cell(schema_of("measure"), body, "start", "2026-01-01", &error);
	if (!code)
		code = canonical_write(body, &answer, &error);
	json_decref(body);
	return code;
}

START_TEST(fields_set_by_options)
{
	starve_all("fields", NULL, set_fields);
}
END_TEST

/* ---- Checking and comparing ------------------------------------------------------------ */

static json_t *body;

static void fault(void *context, const char *path, const char *text)
{
	buffer_append_format(context, "%s %s\n", path, text);
}

static bool find_party(void *context, struct span name, char *code, bool *observer)
{
	(void)context, (void)name;
	*observer = false;
	strcpy(code, "KAZ");
	return true;
}

static void body_make(void)
{
	json_decref(body);
	body = json_pack("{s[s,s,s]s{ss,ss}sss[]ssss}", "tags", "b", "a", "b", "title", "en", "x", "ru", "", "lead", "kz", "milestones",
	                 "type", "dtct", "due", "2026-03-31");
	for (int i = 0; i < 20; i++)
		json_array_append_new(json_object_get(body, "milestones"),
		                      json_pack("{ss,s{ss}ss}", "id", i ? "m" : "n", "title", "en", "t", "due", "2026-03-31"));
}

static int validate(void)
{
	const struct validate_world world = { .find_party = find_party };

	validate_body(schema_of("measure"), span_of("M"), body, &world, fault, &answer);
	return QORGAN_OK;
}

static void on_change(void *context, const char *path, const struct field *field, struct span before, struct span after)
{
	(void)field;
	buffer_append_format(context, "%s %.*s %.*s\n", path, (int)before.size, before.size ? before.data : "", (int)after.size,
	                     after.size ? after.data : "");
}

static int compare(void)
{
	diff_bodies(schema_of("measure"), span_of("{\"milestones\":[{\"id\":\"m1\"},{\"due\":\"2026-01-01\",\"id\":\"m2\"}],\"title\":{\"en\":\"a\"}}"),
	            span_of("{\"milestones\":[{\"due\":\"2026-02-01\",\"id\":\"m2\"}],\"title\":{\"en\":\"b\",\"ru\":\"c\"}}"), on_change, &answer);
	return QORGAN_OK;
}

START_TEST(bodies_checked_and_compared)
{
	starve_all("checked", body_make, validate);
	json_decref(body);
	body = NULL;
	starve_all("compared", NULL, compare);
}
END_TEST

/* ---- Tables out ------------------------------------------------------------------------------ */

static int write_table(void)
{
	static const char *const languages[] = { "en", "ru", "uz-Latn" };
	const struct record record = { .kind = span_of("measure"), .id = span_of("M"),
		.body = span_of("{\"milestones\":[{\"id\":\"m\"}],\"support\":[\"KAZ\",\"UZB\"],\"tags\":[\"a,b\"],\"title\":{\"en\":\"a \\\"b\\\"\"}}") };
	struct output_columns *columns = NULL;
	int code = output_columns_make(schema_of("measure"), languages, 3, &columns, &error);

	if (code)
		return code;
	output_csv_head(columns, &answer);
	output_csv_row(columns, &record, &answer);
	output_object(&record, span_of("\"version\":1"), &answer);
	output_columns_free(columns);
	return QORGAN_OK;
}

START_TEST(tables_written)
{
	starve_all("table", NULL, write_table);
}
END_TEST

/* ---- Spreadsheets ---------------------------------------------------------------------------- */

static int map_sheet(void)
{
	static const char text[] = "kind = measure\nhead-row = 2\n[columns]\n\"# No\" = id\nМера = title.ru\nWho = lead\nOld = ignored\n"
	                           "[constants]\nrisks = A; B\n";
	struct sheet_map *map = NULL;
	int code = sheet_map_parse(span_of(text), schema_of("measure"), &map, &error);

	if (!code)
		code = sheet_map_take(map, 3, "due", &error);
	if (!code)
		sheet_map_write(map, &answer);
	sheet_map_free(map);
	return code;
}

static int guess_sheet(void)
{
	static char *const heads[] = { "ID", "Measure", "Title (ru)", "Lead state", "Мемлекет", "due date", "nonsense" };
	static const char *const languages[] = { "ru", "kk", NULL };
	struct sheet_guess guesses[7];
	int code = sheet_guess(schema_of("measure"), heads, 7, languages, guesses, &error);

	for (size_t i = 0; i < 7 && !code; i++)
		buffer_append_format(&answer, "%s %d;", guesses[i].path, guesses[i].is_certain);
	return code;
}

static struct buffer book_bytes;

static int read_book(void)
{
	struct workbook *book = NULL;
	int code = workbook_read(buffer_span(&book_bytes), &book, &error);

	for (size_t sheet = 0; !code && sheet < workbook_sheets(book); sheet++) {
		size_t count;
		const struct workbook_cell *cells = workbook_cells(book, sheet, &count);
		for (size_t i = 0; i < count; i++)
			buffer_append_format(&answer, "%u %u %.*s;", cells[i].row, cells[i].column, (int)cells[i].text.size, cells[i].text.data);
	}
	workbook_free(book);
	return code;
}

START_TEST(spreadsheets)
{
	static const struct archive_part xlsx[] = {
		{ "xl/workbook.xml", { "<w><sheet name='one' id='r1'/></w>", 34 }, 0, 0 },
		{ "xl/_rels/workbook.xml.rels", { "<R><Relationship Id='r1' Target='s.xml'/></R>", 45 }, 0, 0 },
		{ "xl/sharedStrings.xml", { "<sst><si><t>a</t></si></sst>", 28 }, 0, 0 },
		{ "xl/s.xml", { "<w><c r='A1' t='s'><v>0</v></c><c r='A2'><v>1</v></c></w>", 57 }, 0, 0 },
	};
	static const char content[] = "<d><t:table><t:table-row t:number-rows-repeated='2'><t:table-cell><x:p>a<x:s/>b</x:p></t:table-cell>"
	                              "</t:table-row></t:table></d>";
	const struct archive_part ods[] = { { "content.xml", { content, sizeof content - 1 }, 0, 0 } };

	starve_all("map", NULL, map_sheet);
	starve_all("guess", NULL, guess_sheet);
	archive_make(xlsx, 4, &book_bytes);
	starve_all("xlsx", NULL, read_book);
	archive_make(ods, 1, &book_bytes);
	starve_all("ods", NULL, read_book);
	buffer_clear(&book_bytes);
	buffer_append_text(&book_bytes, "a,b\n\"c\nd\",e\n");
	starve_all("csv", NULL, read_book);
	buffer_free(&book_bytes);
}
END_TEST

Suite *suite_starve_record(void)
{
	Suite *suite = suite_create("starve_record");
	TCase *tests = tcase_create("starve_record");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, canonical_json);
	tcase_add_test(tests, files_of_people);
	tcase_add_test(tests, fields_set_by_options);
	tcase_add_test(tests, bodies_checked_and_compared);
	tcase_add_test(tests, tables_written);
	tcase_add_test(tests, spreadsheets);
	suite_add_tcase(suite, tests);
	return suite;
}
