/* Setting fields by name and text. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/draft.h"

Suite *suite_draft(void);

static const struct schema *schema_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

/* JSON written with ' for ", as a new tree. */
static json_t *parse(const char *json)
{
	char *text = strdup(json);

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json_t *value = json_loads(text, 0, NULL);
	ck_assert_msg(value != NULL, "%s", json);
	free(text);
	return value;
}

struct example {
	const char *kind, *before, *path, *text, *language;
	const char *after; /* or, if code is not 0, part of the message */
	int code;
};

static void run(const struct example *e, bool cell)
{
	struct qorgan_error error = { 0 };
	const struct schema *schema = schema_of(e->kind);
	json_t *body = parse(e->before), *expected = parse(e->code ? e->before : e->after);
	int code = cell ? draft_set_cell(schema, body, e->path, e->text, &error) :
	                  draft_set(schema, body, e->path, e->text, e->language, &error);
	char *got = json_dumps(body, JSON_SORT_KEYS | JSON_COMPACT);

	ck_assert_msg(code == e->code, "%s=%s: %d %s", e->path, e->text, code, error.message);
	/* after a failure the body is as before */
	ck_assert_msg(json_equal(body, expected), "%s=%s gives %s", e->path, e->text, got);
	if (code)
		ck_assert_msg(strstr(error.message, e->after) != NULL, "%s=%s: %s", e->path, e->text, error.message);
	free(got);
	json_decref(body);
	json_decref(expected);
}

#define USAGE QORGAN_USAGE
#define BAD QORGAN_BAD_DATA

START_TEST(options_set_fields)
{
	static const struct example examples[] = {
		{ "risk", "{}", "title.ru", "Риск", NULL, "{'title':{'ru':'Риск'}}", 0 },
		{ "risk", "{'title':{'en':'a'}}", "title", "b", "ru", "{'title':{'en':'a','ru':'b'}}", 0 },
		{ "risk", "{'title':{'en':'a','ru':'b'}}", "title.ru", "", NULL, "{'title':{'en':'a'}}", 0 },
		{ "risk", "{'title':{'en':'a'}}", "title.en", "", NULL, "{}", 0 },
		{ "risk", "{'title':{'en':'a','ru':'b'}}", "title", "", "ru", "{}", 0 },
		{ "risk", "{}", "title", "b", NULL, "say the language, as in title.en", USAGE },
		{ "risk", "{}", "title.EN", "b", NULL, "not a language tag", USAGE },
		{ "risk", "{}", "title.en", "\xff", NULL, "not UTF-8", BAD },
		{ "risk", "{}", "residual.likelihood", "4", NULL, "{'residual':{'likelihood':4}}", 0 },
		{ "risk", "{'residual':{'impact':2,'likelihood':4}}", "residual.likelihood", "", NULL,
		  "{'residual':{'impact':2}}", 0 },
		{ "risk", "{'residual':{'likelihood':4}}", "residual.likelihood", "", NULL, "{}", 0 },
		{ "risk", "{}", "residual", "likelihood=3,impact=2", NULL, "{'residual':{'impact':2,'likelihood':3}}",
		  0 },
		{ "risk", "{'residual':{'impact':2}}", "residual", "likelihood=3", NULL,
		  "{'residual':{'impact':2,'likelihood':3}}", 0 },
		{ "risk", "{'residual':{'impact':2}}", "residual", "{\"likelihood\":3}", NULL,
		  "{'residual':{'likelihood':3}}", 0 },
		{ "risk", "{}", "residual.likelyhood", "4", NULL,
		  "unknown field \"likelyhood\": did you mean \"likelihood\"?", USAGE },
		{ "risk", "{}", "residual.likelihood", "high", NULL, "\"high\" is not a whole number", BAD },
		{ "risk", "{}", "residual.likelihood", "4.0", NULL, "not a whole number", BAD },
		{ "risk", "{}", "residual.likelihood", " 4", NULL, "not a whole number", BAD },
		{ "risk", "{}", "residual.likelihood", "99999999999999999999", NULL, "not a whole number", BAD },
		{ "risk", "{}", "acceptance.reason.en", "why", NULL, "{'acceptance':{'reason':{'en':'why'}}}", 0 },
		{ "risk", "{}", "acceptance.reason", "why", "en", "{'acceptance':{'reason':{'en':'why'}}}", 0 },
		{ "risk", "{}", "owner-role", "x", NULL, "{'owner_role':'x'}", 0 },
		{ "risk", "{}", "own", "x", NULL, "{'owner_role':'x'}", 0 },
		{ "risk", "{}", "con", "x", NULL, "may mean", USAGE },
		{ "risk", "{}", "tittle", "x", "en", "tittle: unknown field \"tittle\": did you mean \"title\"?",
		  USAGE },
		{ "risk", "{}", "review.day", "x", NULL, "\"review\" has no part \"day\"", USAGE },
		{ "risk", "{}", "", "x", NULL, "unknown field", USAGE },
		{ "risk", "{'review':'2026-01-01'}", "review", "", NULL, "{}", 0 },
		{ "measure", "{}", "support", "KAZ,UZB", NULL, "{'support':['KAZ','UZB']}", 0 },
		{ "measure", "{'support':['TJK']}", "support", "KAZ; UZB", NULL, "{'support':['KAZ','UZB']}", 0 },
		{ "measure", "{'support':['TJK']}", "support", "+KAZ,UZB", NULL, "{'support':['TJK','KAZ','UZB']}", 0 },
		{ "measure", "{'support':['TJK','KAZ']}", "support", "-KAZ", NULL, "{'support':['TJK']}", 0 },
		{ "measure", "{'support':['KAZ']}", "support", "-KAZ", NULL, "{}", 0 },
		{ "measure", "{'support':['TJK']}", "support", "-KAZ", NULL, "\"KAZ\" is not in the list", BAD },
		{ "measure", "{'support':['TJK']}", "support", "+KAZ, +UZB", NULL, "{'support':['TJK','KAZ','UZB']}", 0 },
		{ "measure", "{'support':['TJK','AZE']}", "support", "+KAZ,-TJK,AZE", NULL, "{'support':['KAZ']}", 0 },
		{ "measure", "{'support':['TJK']}", "support", "+KAZ,-UZB", NULL, "\"UZB\" is not in the list", BAD },
		{ "measure", "{'support':['TJK']}", "support", "+[\"KAZ\"]", NULL, "{'support':['TJK','KAZ']}", 0 },
		{ "measure", "{'support':['TJK']}", "support", "", NULL, "{}", 0 },
		{ "measure", "{}", "bodies", "[\"a, b\",\"c\"]", NULL, "{'bodies':['a, b','c']}", 0 },
		{ "measure", "{}", "bodies", "[\"a\"", NULL, "broken JSON", BAD },
		{ "measure", "{}", "contact", "-x", NULL, "{'contact':'-x'}", 0 },
		{ "measure", "{}", "original", "2026-01-01", NULL, "unknown field", USAGE },
		{ "measure", "{}", "original_due", "2026-01-01", NULL, "{'original_due':'2026-01-01'}", 0 },
		{ "measure", "{}", "milestones", "id=m1,title.en=First, and second,due=2026-05-01", NULL,
		  "{'milestones':[{'id':'m1','title':{'en':'First, and second'},'due':'2026-05-01'}]}", 0 },
		{ "measure", "{'milestones':[{'id':'m1'}]}", "milestones", "+id=m2, title=T", "en",
		  "{'milestones':[{'id':'m1'},{'id':'m2','title':{'en':'T'}}]}", 0 },
		{ "measure", "{'milestones':[{'id':'m1','due':'x'},{'id':'m2'}]}", "milestones", "{\"id\":\"m1\"}",
		  NULL,
		  "{'milestones':[{'id':'m1'},{'id':'m2'}]}", 0 },
		{ "measure", "{'milestones':[{'id':'m1'},{'id':'m2'}]}", "milestones", "-m1", NULL,
		  "{'milestones':[{'id':'m2'}]}", 0 },
		{ "measure", "{'milestones':[{'id':'m1'}]}", "milestones", "-m3", NULL, "\"m3\" is not in the list",
		  BAD },
		{ "measure", "{'milestones':[{'id':'m1'}]}", "milestones", "[{\"id\":\"m3\"}]", NULL,
		  "{'milestones':[{'id':'m3'}]}", 0 },
		{ "measure", "{}", "milestones", "[{\"id\":1.5}]", NULL, "[0].id: a number must be whole", BAD },
		{ "measure", "{}", "milestones", "m1", NULL, "not of the form key=value", BAD },
		{ "measure", "{}", "milestones", "{\"id\":1,\"id\":2}", NULL, "a member stands here twice", BAD },
		{ "measure", "{'references':[{'title':'a'}]}", "references", "-a", NULL, "no id to remove one by",
		  BAD },
		{ "measure", "{}", "indicators", "id=i1,target=many", NULL, "\"many\" is not a whole number", BAD },
		{ "measure", "{}", "indicators", "id=i1,targett=5", NULL, "did you mean \"target\"?", USAGE },
		{ "measure", "{'support':['KAZ']}", "support", "+UZB;TJK", NULL, "{'support':['KAZ','UZB','TJK']}", 0 },
		{ "measure", "{}", "support", "\t KAZ ,, UZB\t,", NULL, "{'support':['KAZ','UZB']}", 0 },
		{ "measure", "{'support':['KAZ']}", "support", "+ , UZB,-", NULL, "{'support':['KAZ','UZB']}", 0 },
		{ "measure", "{'support':'KAZ'}", "support", "UZB", NULL, "{'support':['UZB']}", 0 },
		{ "measure", "{'tags':['a']}", "tags", "-[5]", NULL, "\"that\" is not in the list", BAD },
		{ "measure", "{'tags':['a']}", "tags", "-[\"a\"]", NULL, "{}", 0 },
		{ "measure", "{'tags':['a']}", "tags", "+b,\xff", NULL, "not UTF-8", BAD },
		{ "measure", "{'tags':['a']}", "tags", "b,\xff", NULL, "not UTF-8", BAD },
		{ "measure", "{'tags':['a']}", "tags", "+[", NULL, "broken JSON", BAD },
		{ "measure", "{'milestones':[{'id':'m1'}]}", "milestones", "-[", NULL, "broken JSON", BAD },
		{ "measure", "{'milestones':[{'id':'m1'}]}", "milestones", "[", NULL, "broken JSON", BAD },
		{ "measure", "{}", "milestones", "id=m1,due=2026-05-01,x", NULL, "{'milestones':[{'id':'m1','due':'2026-05-01,x'}]}", 0 },
		{ "measure", "{}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x",
		  NULL, "unknown field", USAGE },
		{ "risk", "{'title':'x'}", "title", "b", "en", "{'title':{'en':'b'}}", 0 },
		{ "risk", "{'residual':5}", "residual.impact", "3", NULL, "{'residual':{'impact':3}}", 0 },
		{ "risk", "{}", "residual.impact", "-", NULL, "not a whole number", BAD },
		{ "risk", "{}", "residual.impact", "-x", NULL, "not a whole number", BAD },
		{ "risk", "{}", "residual", "impact=x", NULL, "not a whole number", BAD },
		{ "state", "{}", "observer", "yes", NULL, "{'observer':true}", 0 },
		{ "state", "{}", "observer", "false", NULL, "{'observer':false}", 0 },
		{ "state", "{}", "observer", "perhaps", NULL, "neither true nor false", BAD },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i], false);
}
END_TEST

START_TEST(cells_are_data)
{
	static const struct example examples[] = {
		{ "measure", "{}", "tags", "+a;-b", NULL, "{'tags':['+a','-b']}", 0 },
		{ "measure", "{}", "contact", "=1+1", NULL, "{'contact':'=1+1'}", 0 },
		{ "measure", "{}", "contact", "@x", NULL, "{'contact':'@x'}", 0 },
		{ "measure", "{}", "contact", "", NULL, "{}", 0 },
		{ "measure", "{}", "conta", "x", NULL, "unknown field \"conta\": did you mean \"contact\"?", USAGE },
		{ "measure", "{}", "title", "x", NULL, "say the language", USAGE },
		{ "measure", "{}", "budget.amount", "-5", NULL, "{'budget':{'amount':-5}}", 0 },
		{ "measure", "{}", "milestones", "-m1", NULL, "not of the form key=value", BAD },
	};

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		run(&examples[i], true);
}
END_TEST

START_TEST(columns_are_found_by_their_whole_path)
{
	const struct schema *risk = schema_of("risk");
	static const char *const bad[] = { "title", "title.EN", "titl.en", "residual.x", "review.x", "signals.by", "",
	                                   ".", "title.", "a.b.c" };

	ck_assert_str_eq(draft_find_column(risk, "title.en")->name, "title");
	ck_assert_str_eq(draft_find_column(risk, "residual.likelihood")->name, "likelihood");
	ck_assert_str_eq(draft_find_column(risk, "acceptance.reason.uz-Latn")->name, "reason");
	ck_assert_str_eq(draft_find_column(risk, "signals")->name, "signals");
	ck_assert_str_eq(draft_find_column(risk, "owner-role")->name, "owner_role");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(draft_find_column(risk, bad[i]) == NULL, "%s", bad[i]);
}
END_TEST

START_TEST(a_field_added_at_run_time_can_be_set)
{
	static const struct field fields[] = { { .name = "depth_m", .type = FIELD_INTEGER }, { 0 } };
	struct schema schema = { .kind = "domain", .fields = fields };
	struct qorgan_error error;
	json_t *body = json_object();

	ck_assert_int_eq(draft_set(&schema, body, "depth-m", "12", NULL, &error), QORGAN_OK);
	ck_assert_int_eq(json_integer_value(json_object_get(body, "depth_m")), 12);
	ck_assert_int_eq(draft_set(&schema, body, "width", "12", NULL, &error), QORGAN_USAGE);
	json_decref(body);
}
END_TEST

Suite *suite_draft(void)
{
	Suite *suite = suite_create("draft");
	TCase *tests = tcase_create("draft");

	tcase_add_test(tests, options_set_fields);
	tcase_add_test(tests, cells_are_data);
	tcase_add_test(tests, columns_are_found_by_their_whole_path);
	tcase_add_test(tests, a_field_added_at_run_time_can_be_set);
	suite_add_tcase(suite, tests);
	return suite;
}
