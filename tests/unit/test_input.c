/* Reading files from people: what comes through, and which line is blamed. Each
 * case gives the events expected, one per line: an object as
 * `line kind id body`, a fault as `line ! place: part of the text`. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"

Suite *suite_input(void);

static void on_fault(void *context, const char *file, size_t line, const char *place, const char *text)
{
	ck_assert_str_eq(file, "file");
	buffer_append_format(context, "%zu ! %s: %s\n", line, place, text);
}

static int on_object(void *context, const struct input_object *object, struct qorgan_error *error)
{
	buffer_append_format(context, "%zu %s %s ", object->line, object->schema->kind, object->id);
	ck_assert_int_eq(canonical_write(object->body, context, error), QORGAN_OK);
	buffer_append_char(context, '\n');
	return strcmp(object->id, "STOP") == 0 ? error_set(error, QORGAN_BUSY, "stopped") : QORGAN_OK;
}

static int read_bytes(const char *bytes, size_t size, const char *kind, struct buffer *events,
                      struct qorgan_error *error)
{
	const struct input_handler handler = { events, on_object, on_fault };
	FILE *stream = fmemopen((void *)bytes, size ? size : 1, "r");

	if (size == 0)
		fgetc(stream);
	int code = input_read(stream, "file", kind ? schema_find(kind, strlen(kind)) : NULL, &handler, error);
	fclose(stream);
	return code;
}

/* Whether each expected line is met by the event at its place: a part of it for
 * faults, all of it for objects. */
static void check_events(const char *input, const char *expected, char *events)
{
	char *copy = strdup(expected), *expected_rest = copy, *event_rest = events;
	char *want, *got;

	while ((want = strsep(&expected_rest, "\n")) && *want) {
		got = strsep(&event_rest, "\n");
		ck_assert_msg(got && *got, "%s\nmissing: %s", input, want);
		ck_assert_msg(strstr(want, " ! ") ? strncmp(got, want, strlen(want)) == 0 : strcmp(got, want) == 0,
		              "%s\nexpected: %s\ngot:      %s", input, want, got);
	}
	ck_assert_msg(!event_rest || !*event_rest, "%s\nunexpected: %s", input, event_rest ? event_rest : "");
	free(copy);
}

struct example {
	const char *input, *kind, *events;
	int code;
};

static void run(const struct example *e)
{
	struct buffer events = { 0 };
	struct qorgan_error error = { 0 };
	int code = read_bytes(e->input, strlen(e->input), e->kind, &events, &error);
	char *text = buffer_take(&events);

	ck_assert_msg(code == e->code, "%s\ncode %d %s", e->input, code, error.message);
	check_events(e->input, e->events, text);
	free(text);
}

#define NOTE(id) "{\"kind\":\"note\",\"id\":\"" id "\",\"text\":{\"en\":\"x\"}}"
#define NOTE_BODY "{\"text\":{\"en\":\"x\"}}"
#define DEEP_OPEN "[[[[[[[[[[[[[[["
#define DEEP_CLOSE "]]]]]]]]]]]]]]]"

START_TEST(json_of_every_shape_is_read)
{
	static const struct example examples[] = {
		{ "", NULL, "", 0 },
		{ " \n\n ", NULL, "", 0 },
		{ "\xef\xbb\xbf", NULL, "", 0 },
		{ NOTE("a/1") "\n" NOTE("a/2"), NULL, "1 note a/1 " NOTE_BODY "\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "\xef\xbb\xbf\n\n" NOTE("a/1") "\r\n\n\n" NOTE("a/2") "\n", NULL,
		  "3 note a/1 " NOTE_BODY "\n6 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\n \"kind\":\"note\",\n \"id\":\"a/1\",\n \"text\":{\n  \"en\":\"x\"\n }\n}\n\n{\n \"kind\":\""
		  "note\",\n \"id\":\"a/2\"}", NULL,
		  "1 note a/1 " NOTE_BODY "\n9 note a/2 {}\n", 0 },
		{ NOTE("a/1") NOTE("a/2"), NULL, "1 note a/1 " NOTE_BODY "\n1 note a/2 " NOTE_BODY "\n", 0 },
		{ "[]", NULL, "", 0 },
		{ "[" NOTE("a/1") "]", NULL, "1 note a/1 " NOTE_BODY "\n", 0 },
		{ "[\n" NOTE("a/1") ",\n\n  " NOTE("a/2") "\n]\n", NULL,
		  "2 note a/1 " NOTE_BODY "\n4 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"{[\\\"}\\\\\"}}", NULL,
		  "1 note a/1 {\"text\":{\"en\":\"{[\\\"}\\\\\"}}\n", 0 },
		{ NOTE("a/1") "\n{\"kind\":\"note\",\"id\":\"STOP/1\"}", NULL,
		  "1 note a/1 " NOTE_BODY "\n2 note STOP/1 {}\n", 0 },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i]);
}
END_TEST

START_TEST(broken_json_is_blamed_on_its_line)
{
	static const struct example examples[] = {
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":null}\n" NOTE("a/2"), NULL,
		  "1 ! text: null is not a value\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "\n{\"kind\":\"domain\",\"id\":\"A\",\"order\":1.0}", NULL, "2 ! order: a number must be whole\n",
		  0 },
		{ "{\"kind\":\"domain\",\"id\":\"A\",\"order\":1e2}", NULL, "1 ! order: a number must be whole\n", 0 },
		{ "{\"kind\":\"domain\",\"id\":\"A\",\"order\":9007199254740992}", NULL,
		  "1 ! order: the number is beyond\n", 0 },
		{ "{\"kind\":\"domain\",\"id\":\"A\",\"order\":99999999999999999999}", NULL,
		  "1 ! order: the number is beyond 9007199254740991\n", 0 },
		{ "{\"kind\":\"domain\",\"id\":\"A\",\"order\":01}", NULL, "1 ! order: broken JSON\n", 0 },
		{ "{\"kind\":\"note\",\n\"id\":\"a/1\",\n\"id\":\"a/2\"}", NULL, "3 ! id: a member stands here twice\n",
		  0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"x\",\"en\":\"y\"}}", NULL,
		  "1 ! text.en: a member stands here twice\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\n\"text\":{\"en\":\"\xff\"}}\n" NOTE("a/2"), NULL,
		  "2 ! text.en: the text is not UTF-8\n3 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\xed\xa0\x80\"}}", NULL,
		  "1 ! text.en: the text is not UTF-8\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\\ud800\"}}", NULL,
		  "1 ! text.en: broken JSON: invalid Unicode\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\\u0000\"}}", NULL, "1 ! text.en: holds\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\\u0007\"}}", NULL,
		  "1 ! text.en: holds a control character\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\x07\"}}\n" NOTE("a/2"), NULL,
		  "1 ! text.en: broken JSON: control character\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\\u202e\"}}", NULL, "1 ! text.en: holds\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"\\ufeff\"}}", NULL, "1 ! text.en: holds\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":[{\"en\":null},1.5]}", NULL,
		  "1 ! text[0].en: null\n1 ! text[1]: a number\n", 0 },
		{ "{\"id\":\"a/1\"}\n{\"kind\":\"note\"}\n{}", NULL,
		  "1 ! kind: is required\n2 ! id: is required\n3 ! kind: is required\n3 ! id: is required\n", 0 },
		{ "{\"kind\":5,\"id\":\"\"}", NULL,
		  "1 ! kind: must be a string\n1 ! id: must be a string that is not empty\n", 0 },
		{ "{\"kind\":\"mesure\",\"id\":\"A\"}", NULL,
		  "1 ! kind: unknown kind \"mesure\": did you mean \"measure\"?\n", 0 },
		{ "{\"kind\":\"commit\",\"id\":\"1\"}", NULL, "1 ! kind: a commit is kept by the program itself\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a\"}", NULL, "1 ! id: \"a\" is no id of the kind note\n", 0 },
		/* depth: the object is the first of 16 levels */
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":" DEEP_OPEN DEEP_CLOSE "}", NULL,
		  "1 note a/1 {\"text\":" DEEP_OPEN DEEP_CLOSE "}\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":[" DEEP_OPEN DEEP_CLOSE "]}\n" NOTE("a/2"), NULL,
		  "1 ! : the object is nested deeper than 16 levels\n2 note a/2 " NOTE_BODY "\n", 0 },
		/* a slip must not hide what follows it */
		{ "{\"kind\":\"note\",\"id\":\"a/1\"\n" NOTE("a/2"), NULL,
		  "2 ! id: broken JSON\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1}\n" NOTE("a/2"), NULL,
		  "1 ! id: broken JSON\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\"]}\n" NOTE("a/2"), NULL,
		  "1 ! : broken JSON\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a/1\"}}\n" NOTE("a/2"), NULL,
		  "1 note a/1 {}\n1 ! : an object beginning with '{' was expected\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\" \"id\":\"a/1\"}\n" NOTE("a/2"), NULL,
		  "1 ! kind: broken JSON\n2 note a/2 " NOTE_BODY "\n", 0 },
		{ NOTE("a/1") "\nhello\nworld\n" NOTE("a/2") "\n12", NULL,
		  "1 note a/1 " NOTE_BODY "\n2 ! : an object\n4 note a/2 " NOTE_BODY "\n5 ! : an object\n", 0 },
		{ "{\n \"kind\":\"note\",\n \"id\":\"a/1\",\n \"text\":{\"en\":\"x\"\n}\n{\n \"kind\":\"note\",\n \""
		  "id\":\"a/2\"\n}", NULL,
		  "6 ! text: broken JSON\n6 note a/2 {}\n", 0 },
		{ "[\n  {\n    \"kind\":\"note\",\n    \"id\":oops\n  },\n  {\n    \"kind\":\"note\",\n    \"id\":\""
		  "a/2\"\n  }\n]", NULL,
		  "4 ! id: broken JSON\n6 note a/2 {}\n", 0 },
		{ "[\n  {\n    \"kind\":\"note\",\n    \"id\":[\"x\"\n  },\n  {\n    \"kind\":\"note\",\n    \"id\":\""
		  "a/2\"\n  }\n]", NULL,
		  "5 ! id: broken JSON\n6 note a/2 {}\n", 0 },
		{ "[\n  {\n    \"kind\":[\n  }\n]\n", NULL, "4 ! kind: broken JSON\n", 0 },
		{ "[" NOTE("a/1") " " NOTE("a/2") "]", NULL,
		  "1 note a/1 " NOTE_BODY "\n1 ! : a comma is missing\n1 note a/2 " NOTE_BODY "\n", 0 },
		{ "[" NOTE("a/1") ",\n]", NULL, "1 note a/1 " NOTE_BODY "\n"
		  "2 ! : an object beginning with '{' was expected\n", 0 },
		{ "[" NOTE("a/1") "\n", NULL, "1 note a/1 " NOTE_BODY "\n2 ! : the array is not closed\n", 0 },
		{ "[\n1]", NULL, "2 ! : an object\n", 0 },
		{ "[\n1,\n\"a,]\",\n{\"kind\":\"risk\"},\n[[2],{\"b\":[]}],\n" NOTE("a/1") ",\ntrue\n]", NULL,
		  "2 ! : an object\n3 ! : an object\n4 ! id: is required\n5 ! : an object\n6 note a/1 " NOTE_BODY
		  "\n7 ! : an object\n", 0 },
		{ "[1 2,," NOTE("a/1") "]", NULL,
		  "1 ! : an object\n1 ! : an object\n1 note a/1 " NOTE_BODY "\n", 0 },
		{ "[]\n[]", NULL, "2 ! : nothing may follow\n", 0 },
		{ "[,]", NULL, "1 ! : an object\n", 0 },
		{ "[{\"kind\":\"note\",\"id\":\"a", NULL, "1 ! id: broken JSON\n", 0 },
		{ "{", NULL, "1 ! : broken JSON\n", 0 },
		{ "[", NULL, "1 ! : the array is not closed\n", 0 },
		{ "\t\r{\"kind\":\"domain\",\"id\":\"A\",\"order\":-9007199254740992}", NULL, "1 ! order: the number is beyond\n", 0 },
		{ "\n\t " NOTE("a/1"), NULL, "2 note a/1 " NOTE_BODY "\n", 0 },
		{ "{\"kind\":\"note\",\"id\":\"a\\/1\",\"text\":{\"en\":\"x\"}}\n{\"a\\", NULL,
		  "1 note a/1 " NOTE_BODY "\n2 ! : broken JSON\n", 0 },
		{ "[[\"a\\\"]\",{}],\n" NOTE("a/1") "]", NULL, "1 ! : an object\n2 note a/1 " NOTE_BODY "\n", 0 },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i]);
}
END_TEST

START_TEST(broken_json_is_blamed_on_its_path)
{
	static const struct example examples[] = {
		{ "{\"kind\":\"risk\",\"id\":\"A\",\"title\":{\"en\":\"x\",\"ru\":\"y\",\"en\":\"z\"}}", NULL,
		  "1 ! title.en: a member stands here twice\n", 0 },
		{ "{\"kind\":\"risk\",\"id\":\"A\",\"signals\":[{\"by\":\"x\"},\n{\"by\":\"a\xff\"}]}", NULL,
		  "2 ! signals[1].by: the text is not UTF-8\n", 0 },
		{ "{\"kind\":\"risk\",\"id\":\"A\",\"residual\":{\"impact\":-99999999999999999999}}", NULL,
		  "1 ! residual.impact: the number is beyond 9007199254740991\n", 0 },
		{ "{\"kind\":\"risk\",\"id\":\"A\",\"title\":{\"en\":\"a\\u0000b\"}}", NULL,
		  "1 ! title.en: holds a control character\n", 0 },
		{ "{\"kind\":\"risk\",\"id\":\"A\",\"tags\":[\"a\\\"]\",\"b\",oops]}", NULL, "1 ! tags[2]: broken JSON\n", 0 },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i]);
}
END_TEST

START_TEST(csv_of_every_shape_is_read)
{
	static const struct example examples[] = {
		{ "kind,id,title.en,order\ndomain,A,Alpha,1\ndomain,B,Beta,\n", NULL,
		  "2 domain A {\"order\":1,\"title\":{\"en\":\"Alpha\"}}\n3 domain B {\"title\":{\"en\":\"Beta\"}}\n",
		  0 },
		{ "\xef\xbb\xbfid;title.en\r\nA;\"x;y\"\r\n\r\n;\r\nB;z", "domain",
		  "2 domain A {\"title\":{\"en\":\"x;y\"}}\n5 domain B {\"title\":{\"en\":\"z\"}}\n", 0 },
		{ "id\ttitle.en\nA\tx, y\n", "domain", "2 domain A {\"title\":{\"en\":\"x, y\"}}\n", 0 },
		{ "\"id\",\"description.en\"\nA,\"one\r\n\"\"two\"\"\nthree\"\nB,x\n", "domain",
		  "2 domain A {\"description\":{\"en\":\"one\\n\\\"two\\\"\\nthree\"}}\n5 domain B {\"description\""
		  ":{\"en\":\"x\"}}\n", 0 },
		{ "id,retired\nA,=1+1\nB,-x\nC,+y\nD,@z\n", "domain",
		  "2 domain A {\"retired\":\"=1+1\"}\n3 domain B {\"retired\":\"-x\"}\n4 domain C {\"retired\":\"+y\""
		  "}\n5 domain D {\"retired\":\"@z\"}\n", 0 },
		{ "id,tags,milestones\nM,a;b,\"[{\"\"id\"\":\"\"m\"\"}]\"\n", "measure",
		  "2 measure M {\"milestones\":[{\"id\":\"m\"}],\"tags\":[\"a\",\"b\"]}\n", 0 },
		{ "id,,order\nA,,1\n", "domain", "2 domain A {\"order\":1}\n", 0 },
		{ "kind,id,order\ndomain,A,1\nkind,id,text.en\nnote,a/1,x\n", NULL,
		  "2 domain A {\"order\":1}\n4 note a/1 {\"text\":{\"en\":\"x\"}}\n", 0 },
		{ "kind,id\ndomain,A\n,B\n", "risk", "2 domain A {}\n3 risk B {}\n", 0 },
		{ "id", "domain", "", 0 },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i]);
}
END_TEST

START_TEST(broken_csv_is_blamed_on_its_line)
{
	static const struct example examples[] = {
		{ "id,tittle,order\nA,x,1\n", "domain",
		  "1 ! tittle: unknown column \"tittle\": did you mean \"title\"?\n2 domain A {\"order\":1}\n", 0 },
		{ "id,title\nA,x\n", "domain", "1 ! title: unknown column: say the language, as in title.en\n"
		  "2 domain A {}\n", 0 },
		{ "id;\"a,b,c\";order\nA;;1\n", "domain", "1 ! a,b,c: unknown column\n2 domain A {\"order\":1}\n", 0 },
		{ "id,order,order\n", "domain", "1 ! order: the column \"order\" stands here twice\n", 0 },
		{ "id,order\nA\nB,1,2\nC,3\n", "domain",
		  "2 ! : the row has 1 cells, but the head has 2\n3 ! : the row has 3 cells\n4 domain C {\"order\""
		  ":3}\n", 0 },
		{ "id,order\nA,x\nB,1.0\n,1\n", "domain",
		  "2 ! order: \"x\" is not a whole number\n3 ! order: \"1.0\"\n4 ! id: is required\n", 0 },
		{ "id,retired\nA,\"x\" y\nB,x\"y\nC,z\n", "domain",
		  "2 ! : something follows the closing quote\n3 ! : a quote stands within\n4 domain C {\"retired\":\""
		  "z\"}\n", 0 },
		{ "id,retired\nA,\"x\nB,y\n", "domain", "2 ! : a quoted cell is not closed\n", 0 },
		{ "id,retired\nA,\xff\nB,a\x01\nC,\xe2\x80\xae\nD,x\ry\n", "domain",
		  "2 ! retired: is not UTF-8\n3 ! retired: holds\n4 ! retired: holds\n5 ! retired: holds\n", 0 },
		{ "id,,order\nA,x,1\n", "domain", "2 ! : cell 2 stands in a column without a name\n", 0 },
		{ "kind,id,order\nmesure,A,1\nmeasure,B,1\ncommit,1,\n,C,\n", NULL,
		  "2 ! kind: unknown kind \"mesure\"\n3 ! order: unknown field \"order\"\n4 ! kind: a commit\n"
		  "5 ! kind: is required\n", 0 },
		{ "id,order\nA,1\n", NULL, "1 ! : there is no column `kind`\n", 0 },
		{ "name,order\nA,1\n", "domain", "1 ! : neither JSON nor CSV whose first row\n", 0 },
		{ "\n\nkind,order\nA,1\n", "domain", "3 ! : neither JSON nor CSV whose first row\n", 0 },
		{ "\x7f" "ELF\x02\x01", "domain", "1 ! : neither JSON nor CSV in UTF-8\n", 0 },
		{ "\xff\xfei", "domain", "1 ! : not UTF-8, it may be UTF-16\n", 0 },
		{ "\xfe\xffi", "domain", "1 ! : not UTF-8, it may be UTF-16\n", 0 },
		{ "\xef\xbbi", "domain", "1 ! : neither JSON nor CSV\n", 0 },
		{ "\"id,order", "domain", "1 ! : a quoted cell is not closed\n", 0 },
		{ "id,milestones\nM,\"[{\"\"id\"\":null}]\"\n", "measure",
		  "2 ! milestones: [0].id: null is not a value\n", 0 },
		{ "id,title.en\na/b,x\n", "domain", "2 ! id: \"a/b\" is no id of the kind domain\n", 0 },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i]);
	struct buffer events = { 0 };
	struct qorgan_error error;
	ck_assert_int_eq(read_bytes("id,retired\nA,x\0y\n", 17, "domain", &events, &error), QORGAN_OK);
	ck_assert_ptr_nonnull(strstr(buffer_text(&events), "2 ! retired: holds a control character"));
	buffer_free(&events);
}
END_TEST

START_TEST(the_handler_can_stop)
{
	struct buffer events = { 0 };
	struct qorgan_error error;
	static const char json[] = "{\"kind\":\"domain\",\"id\":\"STOP\"}\n{\"kind\":\"domain\",\"id\":\"B\"}";
	static const char array[] = "[{\"kind\":\"domain\",\"id\":\"STOP\"},{\"kind\":\"domain\",\"id\":\"B\"}]";
	static const char csv[] = "id\nSTOP\nB\n";

	ck_assert_int_eq(read_bytes(json, sizeof json - 1, NULL, &events, &error), QORGAN_BUSY);
	ck_assert_int_eq(read_bytes(array, sizeof array - 1, NULL, &events, &error), QORGAN_BUSY);
	ck_assert_int_eq(read_bytes(csv, sizeof csv - 1, "domain", &events, &error), QORGAN_BUSY);
	ck_assert_str_eq(buffer_text(&events), "1 domain STOP {}\n1 domain STOP {}\n2 domain STOP {}\n");
	buffer_free(&events);
}
END_TEST

/* Objects just within and just beyond the limit, and many that cross the
 * borders of chunks at every offset. */
START_TEST(sizes_are_bounded_and_chunks_unseen)
{
	static const char head[] = "{\"kind\":\"note\",\"id\":\"a/1\",\"text\":{\"en\":\"", tail[] = "\"}}";
	struct buffer input = { 0 }, events = { 0 };
	struct qorgan_error error;
	size_t fill = CANONICAL_SIZE - (sizeof head - 1) - (sizeof tail - 1);

	for (size_t more = 0; more < 2; more++) {
		buffer_append_text(&input, head);
		memset(buffer_reserve(&input, fill + more), more ? '\\' : 'x', fill + more);
		input.size += fill + more;
		buffer_append_text(&input, tail);
		buffer_append_text(&input, "\n" NOTE("a/2") "\n");
	}
	ck_assert_int_eq(read_bytes(input.data, input.size, NULL, &events, &error), QORGAN_OK);
	ck_assert_ptr_eq(strstr(buffer_text(&events), "1 note a/1 "), buffer_text(&events));
	ck_assert_ptr_nonnull(strstr(buffer_text(&events), "\n2 note a/2 {"));
	ck_assert_ptr_nonnull(strstr(buffer_text(&events), "\n3 ! : the object is longer than 262144 bytes"));

	buffer_clear(&input);
	buffer_clear(&events);
	size_t count = 30000;
	for (size_t i = 0; i < count; i++)
		buffer_append_format(&input, "{\"kind\":\"note\",\"id\":\"a/%zu\",\"text\":{\"en\":\"%.*s\"}}\n", i,
		                     (int)(i % 17), "\\\"xxxxxxxxxxxxxxx");
	ck_assert_int_eq(read_bytes(input.data, input.size, NULL, &events, &error), QORGAN_OK);
	char *rest = events.data, *line;
	for (size_t i = 0; i < count; i++) {
		char expected[40];
		line = strsep(&rest, "\n");
		snprintf(expected, sizeof expected, "%zu note a/%zu {", i + 1, i);
		if (i % 17 != 1) /* a lone backslash escapes the quote */
			ck_assert_msg(strncmp(line, expected, strlen(expected)) == 0, "%s", line);
		else
			ck_assert_msg(strstr(line, " ! ") != NULL, "%s", line);
	}
	ck_assert_str_eq(rest, "");
	buffer_free(&input);
	buffer_free(&events);
}
END_TEST

START_TEST(an_endless_cell_is_refused)
{
	struct buffer input = { 0 }, events = { 0 };
	struct qorgan_error error;

	buffer_append_text(&input, "id,retired\nA,\"");
	for (int i = 0; i < CANONICAL_SIZE; i++)
		buffer_append_text(&input, "xyz\n");
	ck_assert_int_eq(read_bytes(input.data, input.size, "domain", &events, &error), QORGAN_OK);
	ck_assert_ptr_nonnull(strstr(buffer_text(&events), "2 ! : "));
	buffer_clear(&input);
	buffer_clear(&events);
	buffer_append_text(&input, "id\n");
	for (int i = 0; i < 5000; i++)
		buffer_append_text(&input, ",");
	ck_assert_int_eq(read_bytes(input.data, input.size, "domain", &events, &error), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&events), "2 ! : the row has too many cells\n");
	buffer_free(&input);
	buffer_free(&events);
}
END_TEST

START_TEST(one_object_is_parsed_from_memory)
{
	static const char *const bad[][2] = { { "[]", "must be one JSON object" }, { "{} {}", "broken JSON" },
	                                      { "{\"a\":null}", "a: null" },
		{ "{\"a\":1.5}", "a: a number" }, { "{\"a\":1,\"a\":2}", "twice" }, { "", "broken JSON" },
		  { "{\n\"a\"\n:\n}", "line 4: broken JSON" },
		{ "{\"a\":[" DEEP_OPEN DEEP_CLOSE "]}", "nested deeper" }, { "{\"a", "broken JSON: it ends before" }, { "]}", "broken JSON" },
		{ "{\"a\":null,\"b\":null}", "a: null" }, { "{\"a\":99999999999999999999}", "a: the number is beyond" },
		{ "5", "broken JSON" } };
	struct qorgan_error error;
	json_t *value;

	ck_assert_int_eq(input_parse(span_of(" {\"a\":[1]} "), &value, &error), QORGAN_OK);
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(value, "a"), 0)), 1);
	json_decref(value);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_int_eq(input_parse(span_of(bad[i][0]), &value, &error), QORGAN_BAD_DATA);
		ck_assert_msg(strstr(error.message, bad[i][1]) != NULL, "%s: %s", bad[i][0], error.message);
		ck_assert_ptr_null(value);
	}
}
END_TEST

START_TEST(what_is_larger_than_a_record_is_not_parsed)
{
	char *text = malloc(CANONICAL_SIZE + 1);
	struct qorgan_error error;
	json_t *value = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', CANONICAL_SIZE + 1);
	memcpy(text, "{}", 2);
	ck_assert_int_eq(input_parse((struct span){ text, CANONICAL_SIZE }, &value, &error), QORGAN_OK);
	json_decref(value);
	ck_assert_int_eq(input_parse((struct span){ text, CANONICAL_SIZE + 1 }, &value, &error), QORGAN_BAD_DATA);
	ck_assert_str_eq(error.message, "longer than 262144 bytes");
	ck_assert_int_eq(input_parse_canonical((struct span){ text, CANONICAL_SIZE + 1 }, &value, &error), QORGAN_BAD_DATA);
	ck_assert_ptr_null(value);
	free(text);
	/* What is not canonical is parsed all the same, and held to the rules. */
	ck_assert_int_eq(input_parse_canonical(span_of("{ \"b\": 1, \"a\": 2 }"), &value, &error), QORGAN_OK);
	json_decref(value);
	ck_assert_int_eq(input_parse_canonical(span_of("[1]"), &value, &error), QORGAN_BAD_DATA);
	ck_assert_int_eq(input_parse_canonical(span_of("{\"a\":\"\\u0007\"}"), &value, &error), QORGAN_BAD_DATA);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_told_as_such)
{
	static const struct input_handler deaf = { 0 };
	struct qorgan_error error = { 0 };
	FILE *folder = fopen("/", "r");

	ck_assert_ptr_nonnull(folder);
	ck_assert_int_eq(input_read(folder, "folder", NULL, &deaf, &error), QORGAN_IO);
	ck_assert_ptr_nonnull(strstr(error.message, "folder: cannot be read"));
	fclose(folder);
	/* Nobody need listen. */
	FILE *stream = fmemopen((void *)(NOTE("a/1") "\n{x"), strlen(NOTE("a/1") "\n{x"), "r");
	ck_assert_int_eq(input_read(stream, "file", NULL, &deaf, &error), QORGAN_OK);
	fclose(stream);
}
END_TEST

Suite *suite_input(void)
{
	Suite *suite = suite_create("input");
	TCase *tests = tcase_create("input");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, json_of_every_shape_is_read);
	tcase_add_test(tests, broken_json_is_blamed_on_its_line);
	tcase_add_test(tests, broken_json_is_blamed_on_its_path);
	tcase_add_test(tests, csv_of_every_shape_is_read);
	tcase_add_test(tests, broken_csv_is_blamed_on_its_line);
	tcase_add_test(tests, the_handler_can_stop);
	tcase_add_test(tests, sizes_are_bounded_and_chunks_unseen);
	tcase_add_test(tests, an_endless_cell_is_refused);
	tcase_add_test(tests, one_object_is_parsed_from_memory);
	tcase_add_test(tests, what_is_larger_than_a_record_is_not_parsed);
	tcase_add_test(tests, a_file_that_cannot_be_read_is_told_as_such);
	suite_add_tcase(suite, tests);
	return suite;
}
