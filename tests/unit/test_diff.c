/* What changed, told field by field. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/diff.h"

Suite *suite_diff(void);

static void on_change(void *context, const char *path, const struct field *field, struct span before, struct span after)
{
	ck_assert_ptr_nonnull(field);
	buffer_append_format(context, "%s: %.*s -> %.*s\n", path, (int)before.size, before.data ? before.data : "",
	                     (int)after.size, after.data ? after.data : "");
}

/* Bodies and changes are written with ' for ". */
static void changes_are(const struct schema *schema, const char *before, const char *after, const char *expected)
{
	struct buffer told = { 0 };
	char *old = strdup(before), *new = strdup(after);
	size_t lines = 0;

	for (char *c = old; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	for (char *c = new; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	size_t count = diff_bodies(schema, span_of(old), span_of(new), on_change, &told);
	for (size_t i = 0; i < told.size; i++) {
		lines += told.data[i] == '\n';
		told.data[i] = told.data[i] == '"' ? '\'' : told.data[i];
	}
	ck_assert_str_eq(buffer_text(&told), expected);
	ck_assert_uint_eq(count, lines);
	ck_assert_uint_eq(diff_bodies(schema, span_of(old), span_of(new), NULL, NULL), count);
	free(old);
	free(new);
	buffer_free(&told);
}

START_TEST(leaves_that_differ_are_told)
{
	static const char *const cases[][4] = {
		{ "risk", "{'title':{'en':'a'}}", "{'title':{'en':'a'}}", "" },
		{ "risk", "{'title':{'en':'a','ru':'b'}}", "{'title':{'en':'c','kk':'d'}}",
		  "title.en: 'a' -> 'c'\ntitle.kk:  -> 'd'\ntitle.ru: 'b' -> \n" },
		{ "risk", "{'residual':{'impact':2,'likelihood':3}}", "{'residual':{'impact':4,'likelihood':3}}",
		  "residual.impact: 2 -> 4\n" },
		{ "risk", "{}", "{'residual':{'impact':4,'likelihood':3}}",
		  "residual.likelihood:  -> 3\nresidual.impact:  -> 4\n" },
		{ "risk", "{'acceptance':{'reason':{'en':'x'},'role':'r'}}", "{}",
		  "acceptance.role: 'r' -> \nacceptance.reason.en: 'x' -> \n" },
		/* the schema's order, not that of the bytes */
		{ "measure", "{'due':'2026-01-01','lead':'KAZ','type':'detect'}",
		  "{'due':'2026-01-02','lead':'UZB','type':'prevent'}",
		  "type: 'detect' -> 'prevent'\nlead: 'KAZ' -> 'UZB'\ndue: '2026-01-01' -> '2026-01-02'\n" },
		{ "measure", "{'support':['KAZ']}", "{'support':['KAZ','UZB']}",
		  "support: ['KAZ'] -> ['KAZ','UZB']\n" },
		{ "measure", "", "{'lead':'KAZ','title':{'en':'x'}}", "title.en:  -> 'x'\nlead:  -> 'KAZ'\n" },
		{ "measure", "{'milestones':[{'due':'1','id':'m1'},{'due':'2','id':'m2'}]}",
		  "{'milestones':[{'due':'3','id':'m2'},{'due':'1','id':'m1'}]}",
		  "milestones[m2].due: '2' -> '3'\n" },
		{ "measure", "{'milestones':[{'due':'1','id':'m1'}]}", "{'milestones':[{'due':'1','id':'m0'}]}",
		  "milestones[m0].id:  -> 'm0'\nmilestones[m0].due:  -> '1'\nmilestones[m1].id: 'm1' -> \n"
		  "milestones[m1].due: '1' -> \n" },
		{ "measure", "{'milestones':[{'id':'m1'},{'id':'m2'}]}", "{'milestones':[{'id':'m2'},{'id':'m1'}]}",
		  "milestones: [{'id':'m1'},{'id':'m2'}] -> [{'id':'m2'},{'id':'m1'}]\n" },
		{ "measure", "{'references':[{'title':'a'},{'title':'b'}]}",
		  "{'references':[{'title':'a'},{'title':'c'},{'title':'d'}]}",
		  "references[1].title: 'b' -> 'c'\nreferences[2].title:  -> 'd'\n" },
		{ "measure", "{'references':[{'title':'a'},{'title':'b'}]}", "{'references':[{'title':'a'}]}",
		  "references[1].title: 'b' -> \n" },
		{ "domain", "{'marking':'TLP:RED'}", "{'marking':'TLP:GREEN','release':['KAZ']}",
		  "marking: 'TLP:RED' -> 'TLP:GREEN'\nrelease:  -> ['KAZ']\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		changes_are(schema_find(cases[i][0], strlen(cases[i][0])), cases[i][1], cases[i][2], cases[i][3]);
}
END_TEST

START_TEST(a_field_added_at_run_time_is_compared)
{
	static const struct field inner[] = { { .name = "id", .type = FIELD_STRING }, { .name = "deep",
		.type = FIELD_TEXT }, { 0 } };
	static const struct field fields[] = { { .name = "layers", .type = FIELD_GROUP, .flags = FIELD_LIST,
	                                         .fields = inner }, { 0 } };
	struct schema schema = { .kind = "domain", .fields = fields };

	changes_are(&schema, "{'layers':[{'deep':{'en':'x'},'id':'l'}]}", "{'layers':[{'deep':{'en':'y'},'id':'l'}]}",
	            "layers[l].deep.en: 'x' -> 'y'\n");
	changes_are(schema_find("domain", 6), "{'layers':[]}", "{'order':1}", "order:  -> 1\n");
}
END_TEST

Suite *suite_diff(void)
{
	Suite *suite = suite_create("diff");
	TCase *tests = tcase_create("diff");

	tcase_add_test(tests, leaves_that_differ_are_told);
	tcase_add_test(tests, a_field_added_at_run_time_is_compared);
	suite_add_tcase(suite, tests);
	return suite;
}
