/* Writing objects, and that what was written is read back to the same bytes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"
#include "record/output.h"
#include "record/validate.h"

Suite *suite_output(void);

static const struct schema *schema_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

static struct record record_of(const char *kind, const char *id, const char *body)
{
	return (struct record){ .kind = span_of(kind), .id = span_of(id), .body = span_of(body) };
}

START_TEST(an_object_has_kind_and_id_first)
{
	struct buffer to = { 0 };
	struct record record = record_of("note", "a/1", "{\"text\":{\"en\":\"x\"}}");
	struct record empty = record_of("note", "a/2", "{}");

	output_object(&record, (struct span){ NULL, 0 }, &to);
	ck_assert_str_eq(buffer_text(&to), "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"x\"}}");
	buffer_clear(&to);
	output_object(&record, span_of("\"version\":3"), &to);
	ck_assert_str_eq(buffer_text(&to), "{\"kind\":\"note\",\"id\":\"a/1\",\"version\":3,\"text\":{\"en\":\"x\"}}");
	buffer_clear(&to);
	output_object(&empty, (struct span){ NULL, 0 }, &to);
	ck_assert_str_eq(buffer_text(&to), "{\"kind\":\"note\",\"id\":\"a/2\"}");
	buffer_clear(&to);
	output_object(&empty, span_of("\"version\":3"), &to);
	ck_assert_str_eq(buffer_text(&to), "{\"kind\":\"note\",\"id\":\"a/2\",\"version\":3}");
	buffer_free(&to);
}
END_TEST

START_TEST(cells_are_quoted_where_the_rfc_asks)
{
	static const char *const cases[][2] = {
		{ "", "" }, { "plain text", "plain text" }, { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" }, { "a\nb",
		  "\"a\nb\"" },
		{ "a\rb", "\"a\rb\"" }, { "a;b", "a;b" }, { "=1+1", "=1+1" }, { "-5", "-5" }, { "@x", "@x" }, { "+9",
		  "+9" }, { " a ", " a " },
		{ "\"", "\"\"\"\"" }, { "Қорғон", "Қорғон" },
	};
	struct buffer to = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buffer_clear(&to);
		output_csv_cell(span_of(cases[i][0]), &to);
		ck_assert_str_eq(buffer_text(&to), cases[i][1]);
	}
	buffer_free(&to);
}
END_TEST

START_TEST(columns_are_those_of_the_schema)
{
	static const char *const languages[] = { "en", "uz-Latn" };
	struct output_columns *columns;
	struct buffer to = { 0 };
	struct qorgan_error error;
	struct record record = record_of("domain", "CYB",
	                                 "{\"order\":8,\"release\":[\"KAZ\",\"UZB\"],\"title\":{\"en\":\"A, b\"}}");

	ck_assert_int_eq(output_columns_make(schema_of("domain"), languages, 2, &columns, &error), QORGAN_OK);
	output_csv_head(columns, &to);
	output_csv_row(columns, &record, &to);
	ck_assert_str_eq(buffer_text(&to),
	                 "kind,id,title.en,title.uz-Latn,description.en,description.uz-Latn,coordinator,order,"
	                 "taken_from.state,taken_from.version,references,marking,"
	                 "release,retired\ndomain,CYB,\"A, b\",,,,,8,,,,,KAZ;UZB,\n");
	output_columns_free(columns);
	output_columns_free(NULL);

	buffer_clear(&to);
	ck_assert_int_eq(output_columns_make(schema_of("status"), languages, 1, &columns, &error), QORGAN_OK);
	output_csv_head(columns, &to);
	ck_assert_str_eq(buffer_text(&to),
	                 "kind,id,status,progress,date,consent,note.en,reason,started,finished,milestones,indicators,"
	                 "obstacles.en,"
	                 "help.en,next_steps,spent.amount,spent.currency,spent.source,evidence,marking,release\n");
	output_columns_free(columns);
	buffer_free(&to);
}
END_TEST

/* Lines of `domain`, `measure` and `status` that hold every awkward value. */
static const char *const awkward[] = {
	"{\"kind\":\"measure\",\"id\":\"M1\",\"bodies\":[\"a, b\",\"c;d\"],\"contact\":\"=HYPERLINK(1)\",\"due\":\""
	"2026-01-02\","
	"\"original_due\":\"2026-01-02\",\"risks\":[\"R1\"],\"tags\":[\"+a\",\"-b\",\"@c\"],\"title\":{\"en\":\"a \\\""
	"b\\\", c;d\",\"ru\":\"Мера\"}}",
	"{\"kind\":\"measure\",\"id\":\"M2\",\"bodies\":[\"[x\"],\"budget\":{\"amount\":0,\"currency\":\"USD\"},\""
	"contact\":\"-1\","
	"\"description\":{\"en\":\"one\\ntwo\\t\\\"three\\\"\\\\\",\"ru\":\"\\n\"},\"risks\":[\"R1\",\"R2\"],\"title\""
	":{\"en\":\" x \"}}",
	"{\"kind\":\"measure\",\"id\":\"M3\",\"bodies\":[\" x\",\"y \"],\"contact\":\"@x\",\"indicators\":[{\""
	"baseline\":-5,\"id\":\"i\",\"target\":"
	"9007199254740991,\"title\":{\"en\":\"t\"},\"unit\":\"%\"}],\"references\":[{\"title\":\"a\",\"url\":\""
	"https://x.org/?a=1&b=2;3,4\"}],"
	"\"risks\":[\"R1\"],\"title\":{\"en\":\"+x\"}}",
	"{\"kind\":\"measure\",\"id\":\"M4\",\"bodies\":[\"a\\\\b\",\"\\\"q\\\"\"],\"contact\":\"{\",\"risks\":[\"R1\""
	"],\"title\":{\"ru\":\"[\"}}",
	"{\"kind\":\"measure\",\"id\":\"M5\",\"bodies\":[\"a, b\"],\"contact\":\"true\",\"risks\":[\"R1\"],\"tags\""
	":[\"1\",\"a=b\",\"null\","
	"\"{\"],\"title\":{\"en\":\"0\"}}",
};
#define AWKWARD (sizeof awkward / sizeof *awkward)

enum form { LINES, ARRAY, CSV };

struct round {
	enum form form;
	struct output_columns *columns;
	struct buffer to;
	size_t count;
};

static void write_object(struct round *round, const struct record *record)
{
	if (round->form == ARRAY)
		buffer_append_text(&round->to, round->count ? ",\n" : "[\n");
	if (round->form == CSV) {
		if (round->count == 0)
			output_csv_head(round->columns, &round->to);
		output_csv_row(round->columns, record, &round->to);
	} else {
		output_object(record, (struct span){ NULL, 0 }, &round->to);
	}
	if (round->form == LINES)
		buffer_append_char(&round->to, '\n');
	round->count++;
}

static void tell_fault(void *context, const char *path, const char *text)
{
	ck_abort_msg("%s: %s: %s", (const char *)context, path, text);
}

static void on_fault(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context;
	ck_abort_msg("%s:%zu: %s: %s", file, line, place, text);
}

static int on_object(void *context, const struct input_object *object, struct qorgan_error *error)
{
	struct buffer body = { 0 };

	validate_body(object->schema, span_of(object->id), object->body, NULL, tell_fault, (void *)object->id);
	ck_assert_int_eq(canonical_write(object->body, &body, error), QORGAN_OK);
	struct record record = { .kind = span_of(object->schema->kind), .id = span_of(object->id),
	                         .body = buffer_span(&body) };
	write_object(context, &record);
	buffer_free(&body);
	return QORGAN_OK;
}

/* Reads `from` and writes it in a form. */
static void convert(struct span from, enum form form, const struct schema *schema, struct buffer *to)
{
	static const char *const languages[] = { "en", "ru" };
	struct round round = { .form = form };
	const struct input_handler handler = { &round, on_object, on_fault };
	struct qorgan_error error;
	FILE *stream = fmemopen((void *)from.data, from.size, "r");

	ck_assert_int_eq(output_columns_make(schema, languages, 2, &round.columns, &error), QORGAN_OK);
	ck_assert_int_eq(input_read(stream, "round", NULL, &handler, &error), QORGAN_OK);
	fclose(stream);
	if (form == ARRAY)
		buffer_append_text(&round.to, "\n]\n");
	output_columns_free(round.columns);
	*to = round.to;
}

START_TEST(dump_load_dump_gives_the_same_bytes)
{
	struct buffer lines = { 0 };

	for (size_t i = 0; i < AWKWARD; i++)
		buffer_append_format(&lines, "%s\n", awkward[i]);
	for (enum form form = LINES; form <= CSV; form++) {
		struct buffer once, twice, back;
		convert(buffer_span(&lines), form, schema_of("measure"), &once);
		convert(buffer_span(&once), form, schema_of("measure"), &twice);
		convert(buffer_span(&once), LINES, schema_of("measure"), &back);
		ck_assert_str_eq(buffer_text(&once), buffer_text(&twice));
		ck_assert_str_eq(buffer_text(&back), buffer_text(&lines)); /* nothing was lost on the way */
		buffer_free(&once);
		buffer_free(&twice);
		buffer_free(&back);
	}
	buffer_free(&lines);
}
END_TEST

START_TEST(a_field_added_at_run_time_has_its_column)
{
	static const struct field inner[] = { { .name = "b", .type = FIELD_INTEGER }, { .name = "c",
		.type = FIELD_TEXT }, { 0 } };
	static const struct field fields[] = { { .name = "zeta", .type = FIELD_GROUP, .fields = inner },
	                                       { .name = "alpha", .type = FIELD_FLAG }, { 0 } };
	static const char *const languages[] = { "en" };
	struct schema schema = { .kind = "domain", .fields = fields };
	struct record record = record_of("domain", "D", "{\"alpha\":true,\"zeta\":{\"b\":-1,\"c\":{\"en\":\"q\"}}}");
	struct output_columns *columns;
	struct buffer to = { 0 };
	struct qorgan_error error;

	ck_assert_int_eq(output_columns_make(&schema, languages, 1, &columns, &error), QORGAN_OK);
	output_csv_head(columns, &to);
	output_csv_row(columns, &record, &to);
	ck_assert_str_eq(buffer_text(&to), "kind,id,zeta.b,zeta.c.en,alpha\ndomain,D,-1,q,true\n");
	output_columns_free(columns);
	buffer_free(&to);
}
END_TEST

Suite *suite_output(void)
{
	Suite *suite = suite_create("output");
	TCase *tests = tcase_create("output");

	tcase_add_test(tests, an_object_has_kind_and_id_first);
	tcase_add_test(tests, cells_are_quoted_where_the_rfc_asks);
	tcase_add_test(tests, columns_are_those_of_the_schema);
	tcase_add_test(tests, dump_load_dump_gives_the_same_bytes);
	tcase_add_test(tests, a_field_added_at_run_time_has_its_column);
	suite_add_tcase(suite, tests);
	return suite;
}
