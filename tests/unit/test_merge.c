/* Two changes of one version put together. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "record/merge.h"

Suite *suite_merge(void);

/* Bodies are written with ' for ". */
static json_t *body_of(const char *text)
{
	char *json = strdup(text);

	for (char *at = json; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	json_t *body = json_loads(json, 0, NULL);
	ck_assert_msg(body != NULL, "%s", text);
	free(json);
	return body;
}

static void on_conflict(void *context, const char *path, const struct field *field, const json_t *base,
                        const json_t *theirs, const json_t *mine)
{
	ck_assert_ptr_nonnull(field);
	ck_assert(!json_equal(theirs, mine));
	ck_assert(!json_equal(theirs, base) && !json_equal(mine, base));
	buffer_append_format(context, "%s ", path);
}

static void merges_to(const char *kind, const char *base, const char *theirs, const char *mine, const char *expected,
                      const char *conflicts)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	json_t *bodies[] = { body_of(base), body_of(theirs), body_of(mine), body_of(expected) };
	struct buffer told = { 0 };
	json_t *merged = merge_bodies(schema, bodies[0], bodies[1], bodies[2], on_conflict, &told);
	char *text = json_dumps(merged, JSON_COMPACT | JSON_SORT_KEYS);

	ck_assert_msg(json_equal(merged, bodies[3]), "%s and %s from %s are %s", theirs, mine, base, text);
	ck_assert_str_eq(buffer_text(&told), conflicts);
	free(text);
	json_decref(merged);
	for (unsigned i = 0; i < 4; i++)
		json_decref(bodies[i]);
	buffer_free(&told);
}

static const struct {
	const char *kind, *base, *theirs, *mine, *both, *conflicts;
} cases[] = {
	/* one side alone, both sides alike */
	{ "measure", "{'due':'1'}", "{'due':'2'}", "{'due':'1'}", "{'due':'2'}", "" },
	{ "measure", "{'due':'1'}", "{'due':'1'}", "{'due':'2'}", "{'due':'2'}", "" },
	{ "measure", "{'due':'1'}", "{'due':'2'}", "{'due':'2'}", "{'due':'2'}", "" },
	{ "measure", "{'due':'1','lead':'KAZ'}", "{'due':'2','lead':'KAZ'}", "{'due':'1'}", "{'due':'2'}", "" },
	{ "measure", "{}", "{'due':'2'}", "{'lead':'UZB'}", "{'due':'2','lead':'UZB'}", "" },
	/* one value in two ways: mine stands */
	{ "measure", "{'due':'1'}", "{'due':'2'}", "{'due':'3'}", "{'due':'3'}", "due " },
	{ "measure", "{'due':'1'}", "{}", "{'due':'3'}", "{'due':'3'}", "due " },
	{ "measure", "{'due':'1'}", "{'due':'2'}", "{}", "{}", "due " },
	/* texts by language */
	{ "risk", "{'title':{'en':'a'}}", "{'title':{'en':'a','ru':'b'}}", "{'title':{'en':'c'}}",
	  "{'title':{'en':'c','ru':'b'}}", "" },
	{ "risk", "{'title':{'en':'a','ru':'b'}}", "{'title':{'en':'a'}}", "{'title':{'en':'c','ru':'b'}}",
	  "{'title':{'en':'c'}}", "" },
	{ "risk", "{'title':{'en':'a'}}", "{'title':{'en':'b'}}", "{'title':{'en':'c','kk':'d'}}",
	  "{'title':{'en':'c','kk':'d'}}", "title.en " },
	{ "risk", "{}", "{'description':{'en':'a'}}", "{'description':{'ru':'b'}}", "{'description':{'en':'a','ru':'b'}}", "" },
	{ "risk", "{'description':{'en':'a'}}", "{}", "{'description':{'en':'b'}}", "{'description':{'en':'b'}}", "description " },
	/* groups by member */
	{ "risk", "{'residual':{'impact':2,'likelihood':3}}", "{'residual':{'impact':4,'likelihood':3}}",
	  "{'residual':{'impact':2,'likelihood':5}}", "{'residual':{'impact':4,'likelihood':5}}", "" },
	{ "risk", "{'residual':{'impact':2,'likelihood':3}}", "{'residual':{'impact':4,'likelihood':3}}",
	  "{'residual':{'impact':5,'likelihood':3}}", "{'residual':{'impact':5,'likelihood':3}}", "residual.impact " },
	/* sets by what was added and taken away */
	{ "measure", "{'support':['KAZ','KGZ']}", "{'support':['AZE','KAZ','KGZ']}", "{'support':['KAZ','UZB']}",
	  "{'support':['AZE','KAZ','UZB']}", "" },
	{ "measure", "{}", "{'support':['UZB']}", "{'support':['KAZ']}", "{'support':['KAZ','UZB']}", "" },
	{ "measure", "{'support':['KAZ','UZB']}", "{'support':['KAZ']}", "{'support':['UZB']}", "{}", "" },
	/* lists of groups by id */
	{ "measure", "{'milestones':[{'due':'1','id':'m1'},{'due':'2','id':'m2'}]}",
	  "{'milestones':[{'due':'1','id':'m1'},{'due':'9','id':'m2'},{'due':'3','id':'m3'}]}",
	  "{'milestones':[{'due':'7','id':'m1'},{'due':'2','id':'m2'},{'due':'4','id':'m4'}]}",
	  "{'milestones':[{'due':'7','id':'m1'},{'due':'9','id':'m2'},{'due':'3','id':'m3'},{'due':'4','id':'m4'}]}", "" },
	{ "measure", "{'milestones':[{'due':'1','id':'m1'},{'due':'2','id':'m2'}]}", "{'milestones':[{'due':'2','id':'m2'}]}",
	  "{'milestones':[{'due':'1','id':'m1'},{'due':'5','id':'m2'}]}", "{'milestones':[{'due':'5','id':'m2'}]}", "" },
	{ "measure", "{'milestones':[{'due':'1','id':'m1'}]}", "{'milestones':[{'due':'2','id':'m1'}]}",
	  "{'milestones':[{'due':'3','id':'m1'}]}", "{'milestones':[{'due':'3','id':'m1'}]}", "milestones[m1].due " },
	{ "measure", "{'milestones':[{'due':'1','id':'m1'}]}", "{'milestones':[{'due':'2','id':'m1'},{'due':'2','id':'m1'}]}",
	  "{'milestones':[{'due':'3','id':'m1'}]}", "{'milestones':[{'due':'3','id':'m1'}]}", "milestones " },
	/* members that this program does not know are one place each */
	{ "measure", "{'new':{'a':1,'b':2}}", "{'new':{'a':3,'b':2}}", "{'new':{'a':1,'b':4}}", "{'new':{'a':1,'b':4}}", "new " },
	{ "measure", "{'new':1}", "{'new':2}", "{'lead':'KAZ','new':1}", "{'lead':'KAZ','new':2}", "" },
};
#define CASES (sizeof cases / sizeof cases[0])

START_TEST(what_either_changed_is_there)
{
	merges_to(cases[_i].kind, cases[_i].base, cases[_i].theirs, cases[_i].mine, cases[_i].both, cases[_i].conflicts);
}
END_TEST

START_TEST(who_changed_nothing_takes_nothing_away)
{
	merges_to(cases[_i].kind, cases[_i].base, cases[_i].theirs, cases[_i].base, cases[_i].theirs, "");
	merges_to(cases[_i].kind, cases[_i].base, cases[_i].base, cases[_i].mine, cases[_i].mine, "");
	merges_to(cases[_i].kind, cases[_i].base, cases[_i].mine, cases[_i].mine, cases[_i].mine, "");
}
END_TEST

Suite *suite_merge(void)
{
	Suite *suite = suite_create("merge");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, what_either_changed_is_there, 0, (int)CASES);
	tcase_add_loop_test(all, who_changed_nothing_takes_nothing_away, 0, (int)CASES);
	suite_add_tcase(suite, all);
	return suite;
}
