/* Validation: for every type of field and every rule, what passes, what is told,
 * and the normal form that comes out. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/validate.h"

Suite *suite_validate(void);

/* A world of two states and an observer, in which CYB-99 does not exist. */
static bool find_party(void *context, struct span name, char *code, bool *observer)
{
	static const char *const names[][2] = { { "KAZ", "KAZ" }, { "KZ", "KAZ" }, { "Қазақстан", "KAZ" }, { "UZB",
		"UZB" },
	                                        { "uz", "UZB" }, { "TJK", "TJK" }, { "UNRCCA", "UNRCCA" } };

	(void)context;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (span_is(name, names[i][0])) {
			strcpy(code, names[i][1]);
			*observer = strcmp(code, "UNRCCA") == 0;
			return true;
		}
	}
	return false;
}

static bool refer(void *context, const char *kind, struct span id, const char *path)
{
	struct buffer *told = context;

	buffer_append_format(told, "%s %.*s at %s;", kind, (int)id.size, id.data, path);
	return !span_is(id, "CYB-99");
}

static void fault(void *context, const char *path, const char *text)
{
	buffer_append_format(context, "%s: %s\n", path, text);
}

static const struct schema *schema_of(const char *kind)
{
	return schema_find(kind, strlen(kind));
}

/* JSON written with ' for ". */
static json_t *parse(const char *json)
{
	char *text = strdup(json);

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json_t *body = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(body != NULL, "%s", json);
	free(text);
	return body;
}

/* Returns the number of faults. */
static size_t validate(const struct schema *schema, const char *id, const char *json, struct buffer *faults,
                       struct buffer *normal)
{
	struct buffer references = { 0 };
	struct validate_world world = { .context = &references, .find_party = find_party, .refer = refer };
	struct qorgan_error error;
	json_t *body = parse(json);

	buffer_clear(faults);
	buffer_clear(normal);
	size_t count = validate_body(schema, span_of(id), body, &world, fault, faults);
	if (count == 0)
		ck_assert_int_eq(canonical_write(body, normal, &error), QORGAN_OK);
	json_decref(body);
	buffer_free(&references);
	return count;
}

static const char *example_id(const char *kind)
{
	static const char digest[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	if (strcmp(kind, "partner") == 0)
		return "UZB";
	if (strcmp(kind, "proposal") == 0 || strcmp(kind, "answer") == 0)
		return strcmp(kind, "answer") == 0 ? "CYB-01/KAZ-p1-UZB" : "CYB-01/KAZ-p1";
	return strcmp(kind, "status") == 0 || strcmp(kind, "assessment") == 0 ? "CYB-01-M1/KAZ" : strcmp(kind, "evidence") == 0 ? digest :
	       strcmp(kind, "note") == 0 || strcmp(kind, "release") == 0 ? "KAZ/1" : strcmp(kind, "commit") == 0
	       ? "1" : "CYB-01";
}

#define RISK "'domain':'CYB','title':{'en':'x'}"
#define PROPOSAL "'subject':'risk','state':'KZ','to':'UZB','base':1,'base_state':'KAZ'"
#define MEASURE "'risks':['CYB-01'],'title':{'en':'x'}"
/* The card of tests/fuzz/corpus/card/card. */
#define VKEY "qorgan/UZB/0123456789abcdef0123456789abcdef+" \
	"d9a8b92c+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
#define COSIGNER "qorgan/UZB/0123456789abcdef0123456789abcdef+" \
	"53da0bac+BMqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58"
#define CARD "'fingerprint':'81164 43600 06640 19984 64042 73441 06639 56627','issued':'2026-02-01T10:00:00Z'"
#define CARD_KEYS "'minisign':'RWQJVr1PZfsln8qTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58'," \
	"'recipient':'age15nsf9y4k28p83wth93tf7hafhvfajp45d2mge80ems45gz0c5gys3me64l'"
#define CARD_DAYS "'valid_from':'2026-02-01','valid_until':'2029-01-31'"
#define AGE "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"

/* kind, body, and its normal form or NULL, or else the only fault. */
static const struct example {
	const char *kind, *body, *normal, *fault;
} examples[] = {
	/* every type of field */
	{ "domain", "{'title':{'en':'A','ru':'Б'}}", "{'title':{'en':'A','ru':'Б'}}", NULL },
	{ "domain", "{'title':{'en':'A','ru':''}}", "{'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':''}}", NULL, "title: is required" },
	{ "domain", "{'title':'A'}", NULL, "title: must be text by language" },
	{ "domain", "{'title':{'EN':'A'}}", NULL, "title.EN: \"EN\" is not a language tag" },
	{ "domain", "{'title':{'english':'A'}}", NULL, "not a language tag" },
	{ "domain", "{'title':{'en-':'A'}}", NULL, "not a language tag" },
	{ "domain", "{'title':{'uz-Latn-x2':'A'}}", "{'title':{'uz-Latn-x2':'A'}}", NULL },
	{ "domain", "{'title':{'en':5}}", NULL, "title.en: must be a string" },
	{ "domain", "{'title':{'en':'a\\nb'}}", NULL, "title.en: must be a single line" },
	{ "domain", "{'title':{'en':'a\\tb'}}", NULL, "title.en: must be a single line" },
	{ "domain", "{'title':{'en':'a\\u0007'}}", NULL, "title.en: holds a control character" },
	{ "domain", "{'title':{'en':'a\\u202eb'}}", NULL, "change of text direction" },
	{ "domain", "{'title':{'en':'A'},'description':{'en':'a\\nb'}}",
	  "{'description':{'en':'a\\nb'},'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'description':{}}", "{'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'order':10}", "{'order':10,'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'order':-1}", NULL, "order: -1 is not within 0 to 9999" },
	{ "domain", "{'title':{'en':'A'},'order':'1'}", NULL, "order: must be a whole number" },
	{ "domain", "{'title':{'en':'A'},'order':1.0}", NULL, "order: must be a whole number" },
	{ "domain", "{'title':{'en':'A'},'order':null}", NULL, "order: null is not a value" },
	{ "domain", "{'title':{'en':'A'},'coordinator':'KZ'}", "{'coordinator':'KAZ','title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'coordinator':'Қазақстан'}", "{'coordinator':'KAZ','title':{'en':'A'}}",
	  NULL },
	{ "domain", "{'title':{'en':'A'},'coordinator':'XYZ'}", NULL, "coordinator: unknown state \"XYZ\"" },
	{ "domain", "{'title':{'en':'A'},'coordinator':'UNRCCA'}", NULL, "coordinator: \"UNRCCA\" is an observer" },
	{ "domain", "{'title':{'en':'A'},'coordinator':''}", "{'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'release':['UZB','UNRCCA','KZ','KAZ']}",
	  "{'release':['KAZ','UNRCCA','UZB'],'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'release':'KAZ'}", NULL, "release: must be a list" },
	{ "domain", "{'title':{'en':'A'},'release':['KAZ','XYZ']}", NULL, "release[1]: unknown state" },
	{ "domain", "{'title':{'en':'A'},'release':[]}", "{'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'release':['','KAZ']}", "{'release':['KAZ'],'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'retired':'merged'}", "{'retired':'merged','title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'retired':'a\\nb'}", NULL, "retired: must be a single line" },
	{ "domain", "{'title':{'en':'A'},'retired':true}", NULL, "retired: must be a string" },
	{ "domain", "{'tittle':{'en':'A'},'title':{'en':'A'}}", NULL,
	  "tittle: unknown field \"tittle\": did you mean \"title\"?" },
	{ "domain", "{'zzz':1,'title':{'en':'A'}}", NULL, "zzz: unknown field \"zzz\"\n" },
	{ "domain", "{'title':{'en':'A'},'marking':'amber+strict'}",
	  "{'marking':'TLP:AMBER+STRICT','title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'marking':'SECRET'}", NULL, "marking: \"SECRET\" is not a marking" },
	{ "state", "{'title':{'en':'A'},'observer':true}", "{'observer':true,'title':{'en':'A'}}", NULL },
	{ "state", "{'title':{'en':'A'},'observer':false}", "{'title':{'en':'A'}}", NULL },
	{ "state", "{'title':{'en':'A'},'observer':1}", NULL, "observer: must be true, or left out" },
	{ "measure", "{" MEASURE ",'type':'detect'}", "{'risks':['CYB-01'],'title':{'en':'x'},'type':'detect'}", NULL },
	{ "measure", "{" MEASURE ",'type':'detct'}", NULL, "type: unknown word \"detct\": did you mean \"detect\"?" },
	{ "measure", "{" MEASURE ",'type':'hinder'}", NULL, "it must be one of prevent, detect, respond, recover" },
	{ "measure", "{" MEASURE ",'start':'2026-02-30'}", NULL, "start: \"2026-02-30\" is not a date" },
	{ "measure", "{" MEASURE ",'start':''}", "{'risks':['CYB-01'],'title':{'en':'x'}}", NULL },
	{ "measure", "{'title':{'en':'x'}}", NULL, "risks: is required" },
	{ "measure", "{'title':{'en':'x'},'risks':['a b']}", NULL, "risks[0]: \"a b\" is no id of the kind risk" },
	{ "measure", "{'title':{'en':'x'},'risks':['CYB-99']}", NULL, "risks[0]: unknown risk \"CYB-99\"" },
	{ "measure", "{" MEASURE ",'bodies':['b','a','b']}",
	  "{'bodies':['b','a','b'],'risks':['CYB-01'],'title':{'en':'x'}}", NULL },
	{ "measure", "{" MEASURE ",'tags':['b','a','b']}", "{'risks':['CYB-01'],'tags':['a','b'],'title':{'en':'x'}}",
	  NULL },
	{ "measure", "{" MEASURE ",'budget':{}}", "{'risks':['CYB-01'],'title':{'en':'x'}}", NULL },
	{ "measure", "{" MEASURE ",'budget':{'amount':5}}", NULL, "budget.currency: is required" },
	{ "measure", "{" MEASURE ",'budget':[]}", NULL, "budget: must be an object" },
	{ "measure", "{" MEASURE ",'milestones':[{'id':'m','due':'2026-01-01'}]}", NULL,
	  "milestones[0].title: is required" },
	{ "measure", "{" MEASURE ",'milestones':[{'id':'m','title':{'en':'t'},'due':'2040-01-01','x':1}]}", NULL,
	  "milestones[0].x: unknown field" },
	{ "risk", "{" RISK ",'signals':[{'watch':{'en':'w'},'by':'b','threshold':{'en':'t'},'measures':['CYB-99']}]}",
	  NULL,
	  "signals[0].measures[0]: unknown measure" },
	/* the rules */
	{ "domain", "{'title':{'en':'A'},'marking':'RED','release':['KAZ']}",
	  "{'marking':'TLP:RED','release':['KAZ'],'title':{'en':'A'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'marking':'RED','release':[]}", "{'marking':'TLP:RED','title':{'en':'A'}}",
	  NULL },
	{ "domain", "{'title':{'en':'A'},'references':[{'title':'t','url':'ftp://x'}]}", NULL,
	  "references[0].url: \"ftp://x\" is not an address" },
	{ "domain", "{'title':{'en':'A'},'references':[{'title':'t','url':'https://'}]}", NULL, "references[0].url" },
	{ "domain", "{'title':{'en':'A'},'references':[{'title':'t','url':'http://x.org/'}]}",
	  "{'references':[{'title':'t','url':'http://x.org/'}],'title':{'en':'A'}}", NULL },
	{ "catalogue", "{'title':{'en':'A'},'from':'2026-01-01','to':'2025-12-31'}", NULL,
	  "to: 2025-12-31 is before `from`" },
	{ "catalogue", "{'title':{'en':'A'},'from':'2026-01-01','to':'2026-01-01'}",
	  "{'from':'2026-01-01','title':{'en':'A'},'to':'2026-01-01'}", NULL },
	{ "state", "{'title':{'en':'A'},'alpha2':'kz'}", NULL, "alpha2: must be two capital letters" },
	{ "state", "{'title':{'en':'A'},'alpha2':'KZ'}", "{'alpha2':'KZ','title':{'en':'A'}}", NULL },
	{ "state", "{'title':{'en':'A'},'languages':['kk','Russian']}", NULL,
	  "languages[1]: \"Russian\" is not a language tag" },
	{ "state", "{'title':{'en':'A'},'languages':['kk','ru']}", "{'languages':['kk','ru'],'title':{'en':'A'}}",
	  NULL },
	{ "scale", "{'title':{'en':'A'},'levels':[{'level':2,'title':{'en':'a'}},{'level':2,'title':{'en':'b'}}]}",
	  NULL,
	  "levels[1].level: 2 does not rise" },
	{ "scale", "{'title':{'en':'A'},'levels':[{'level':6,'title':{'en':'a'}}]}", NULL,
	  "levels[0].level: 6 is not within 1 to 5" },
	{ "scale", "{'title':{'en':'A'},'levels':[{'level':1,'title':{'en':'a'}},{'level':2,'title':{'en':'b'}}]}",
	  "{'levels':[{'level':1,'title':{'en':'a'}},{'level':2,'title':{'en':'b'}}],'title':{'en':'A'}}", NULL },
	{ "scale", "{'title':{'en':'A'},'bands':[{'from':5,'title':{'en':'a'},'colour':'#00ff00'},{'from':1,"
	  "'title':{'en':'b'},'colour':'#00ff00'}]}",
	  NULL, "bands[1].from: 1 does not rise" },
	{ "scale", "{'title':{'en':'A'},'bands':[{'from':1,'title':{'en':'a'},'colour':'green'}]}", NULL,
	  "bands[0].colour: \"green\" is not a colour" },
	{ "scale", "{'title':{'en':'A'},'bands':[{'from':1,'title':{'en':'a'},'colour':'#00fF09'}]}",
	  "{'bands':[{'colour':'#00fF09','from':1,'title':{'en':'a'}}],'title':{'en':'A'}}", NULL },
	{ "period", "{'title':{'en':'A'},'months':5}", NULL, "months: must divide twelve" },
	{ "period", "{'title':{'en':'A'},'months':3}", "{'months':3,'title':{'en':'A'}}", NULL },
	{ "risk", "{" RISK ",'residual':{'likelihood':2},'impacts':{'people':2,'economy':4}}",
	  "{'domain':'CYB','impacts':{'economy':4,'people':2},'residual':{'impact':4,'likelihood':2},"
	  "'title':{'en':'x'}}", NULL },
	{ "risk", "{" RISK ",'residual':{'likelihood':2,'impact':3},'impacts':{'economy':4}}", NULL,
	  "residual.impact: is 3, but the highest of `impacts` is 4" },
	{ "risk", "{" RISK ",'residual':{'likelihood':6,'impact':3}}", NULL,
	  "residual.likelihood: 6 is not within 1 to 5" },
	{ "risk", "{" RISK ",'inherent':{'likelihood':2,'impact':3},'residual':{'likelihood':3,'impact':3}}", NULL,
	  "residual: the level 9 (likelihood x impact) is above the inherent one, 6" },
	{ "risk", "{" RISK ",'target':{'likelihood':4,'impact':3},'residual':{'likelihood':3,'impact':3}}", NULL,
	  "target: the level 12" },
	{ "risk", "{" RISK ",'target':{'likelihood':4,'impact':3},'inherent':{'likelihood':3,'impact':3}}", NULL,
	  "target: the level 12" },
	{ "risk", "{" RISK ",'inherent':{'impact':5,'likelihood':5},'residual':{'impact':3,'likelihood':3},"
	  "'target':{'impact':3,'likelihood':3}}",
	  "{'domain':'CYB','inherent':{'impact':5,'likelihood':5},'residual':{'impact':3,'likelihood':3},"
	  "'target':{'impact':3,'likelihood':3},'title':{'en':'x'}}", NULL },
	{ "risk", "{" RISK ",'treatment':'accept'}", NULL, "acceptance: is required when the treatment is accept" },
	{ "risk", "{" RISK ",'treatment':'accept','acceptance':{'role':'r','reason':{'en':'y'}}}", NULL,
	  "acceptance.until: is required" },
	{ "risk", "{" RISK ",'treatment':'accept','acceptance':{'role':'r','reason':{'en':'y'},'until':'2027-01-01'}}",
	  "{'acceptance':{'reason':{'en':'y'},'role':'r','until':'2027-01-01'},'domain':'CYB','title':{'en':'x'},"
	  "'treatment':'accept'}", NULL },
	{ "measure", "{" MEASURE ",'start':'2026-02-01','due':'2026-01-31'}", NULL,
	  "due: 2026-01-31 is before `start`, 2026-02-01" },
	{ "measure", "{" MEASURE ",'start':'2026-02-01','due':'2026-02-01'}",
	  "{'due':'2026-02-01','original_due':'2026-02-01','risks':['CYB-01'],'start':'2026-02-01','title':{'en':'x'}}",
	  NULL },
	{ "measure", "{" MEASURE ",'due':'2026-03-01','original_due':'2026-02-01'}", NULL, "due_reason: is required" },
	{ "measure", "{" MEASURE ",'original_due':'2026-02-01'}", NULL, "due_reason: is required" },
	{ "measure", "{" MEASURE ",'due':'2026-03-01','original_due':'2026-02-01','due_reason':'r'}",
	  "{'due':'2026-03-01','due_reason':'r','original_due':'2026-02-01','risks':['CYB-01'],'title':{'en':'x'}}",
	  NULL },
	{ "measure", "{" MEASURE ",'milestones':[{'id':'m','title':{'en':'t'},'due':'2040-01-01'},{'id':'m',"
	  "'title':{'en':'t'},'due':'2040-01-01'}]}",
	  NULL, "milestones: the id \"m\" stands here twice" },
	{ "measure", "{" MEASURE ",'due':'2026-01-01','milestones':[{'due':'2040-01-01','id':'m','title':{'en':'t'}}]}",
	  "{'due':'2026-01-01','milestones':[{'due':'2040-01-01','id':'m','title':{'en':'t'}}],"
	  "'original_due':'2026-01-01','risks':['CYB-01'],'title':{'en':'x'}}", NULL },
	{ "measure", "{" MEASURE ",'indicators':[{'id':'i','title':{'en':'t'},'unit':'u','target':1},{'id':'i',"
	  "'title':{'en':'t'},'unit':'u','target':1}]}",
	  NULL, "indicators: the id \"i\"" },
	{ "measure", "{" MEASURE ",'lead':'KZ','support':['KAZ','UZB']}", NULL, "support: KAZ leads the measure" },
	{ "measure", "{" MEASURE ",'lead':'KAZ','abstaining':['KZ']}", NULL, "abstaining: KAZ leads the measure" },
	{ "measure", "{" MEASURE ",'support':['UZB'],'abstaining':['UZB']}", NULL,
	  "abstaining: UZB supports the measure" },
	{ "measure", "{" MEASURE ",'lead':'KAZ','support':['uz'],'abstaining':['TJK']}",
	  "{'abstaining':['TJK'],'lead':'KAZ','risks':['CYB-01'],'support':['UZB'],'title':{'en':'x'}}", NULL },
	{ "measure", "{" MEASURE ",'dependencies':['CYB-01']}", NULL,
	  "dependencies[0]: a measure cannot depend on itself" },
	{ "measure", "{" MEASURE ",'dependencies':['CYB-02']}",
	  "{'dependencies':['CYB-02'],'risks':['CYB-01'],'title':{'en':'x'}}", NULL },
	{ "measure", "{" MEASURE ",'budget':{'amount':5,'currency':'usd'}}", NULL,
	  "budget.currency: \"usd\" is not an ISO 4217 code" },
	{ "status", "{'status':'completed'}", "{'progress':100,'status':'completed'}", NULL },
	{ "status", "{'status':'verified','progress':99}", NULL, "progress: is 99, but what is verified has 100" },
	{ "status", "{'status':'in-progress','progress':99}", "{'progress':99,'status':'in-progress'}", NULL },
	{ "status", "{'status':'in-progress','progress':140}", NULL, "progress: 140 is not within 0 to 100" },
	{ "status", "{'status':'in_progress'}", NULL, "did you mean \"in-progress\"?" },
	{ "status", "{'status':'on-hold'}", NULL, "reason: is required when the status is on-hold" },
	{ "status", "{'status':'cancelled'}", NULL, "reason: is required when the status is cancelled" },
	{ "status", "{'status':'planned','consent':'declined'}", NULL, "reason: is required when the state declines" },
	{ "status", "{'status':'on-hold','reason':'r'}", "{'reason':'r','status':'on-hold'}", NULL },
	{ "status", "{'status':'planned','consent':'accepted'}", "{'consent':'accepted','status':'planned'}", NULL },
	{ "status", "{'status':'planned','started':'2026-02-02','finished':'2026-02-01'}", NULL,
	  "finished: 2026-02-01 is before `started`" },
	{ "status", "{'status':'planned','spent':{'amount':1,'currency':'som'}}", NULL, "spent.currency" },
	{ "status", "{'status':'planned','milestones':[{'id':'m','done':'2026-01-01'},{'id':'m','done':'2026-01-02'}]}",
	  NULL, "milestones: the id" },
	{ "status", "{'status':'planned','evidence':['xyz']}", NULL,
	  "evidence[0]: \"xyz\" is no id of the kind evidence" },
	{ "assessment", "{'likelihood':4,'impact':5,'note':{'en':'n'},'confidence':'low','release':['KZ']}",
	  "{'confidence':'low','impact':5,'likelihood':4,'note':{'en':'n'},'release':['KAZ']}", NULL },
	{ "assessment", "{'likelihood':4}", NULL, "impact: is required" },
	{ "assessment", "{'likelihood':0,'impact':5}", NULL, "likelihood: 0 is not within 1 to 5" },
	{ "proposal", "{" PROPOSAL ",'changes':'{\\\"horizon\\\":4}','release':['uz']}",
	  "{'base':1,'base_state':'KAZ','changes':'{\\'horizon\\':4}','release':['UZB'],'state':'KAZ','subject':'risk','to':'UZB'}", NULL },
	{ "proposal", "{" PROPOSAL ",'before':'{\\\"tags\\\":[]}','removed':['tags']}",
	  "{'base':1,'base_state':'KAZ','before':'{\\'tags\\':[]}','removed':['tags'],'state':'KAZ','subject':'risk','to':'UZB'}", NULL },
	{ "proposal", "{" PROPOSAL "}", NULL, "changes: nothing is proposed" },
	{ "proposal", "{" PROPOSAL ",'changes':'{}'}", NULL, "changes: nothing is proposed" },
	{ "proposal", "{" PROPOSAL ",'changes':'{\\\"former\\\":1}'}", NULL, "changes.former: a risk has no field \"former\"" },
	{ "proposal", "{" PROPOSAL ",'changes':'{\\\"tags\\\":[]}','before':'{\\\"tags\\\":[]}','removed':['tags']}", NULL,
	  "removed[0]: tags has a new value, too" },
	{ "proposal", "{" PROPOSAL ",'changes':'{\\\"horizon\\\": 4}'}", NULL, "changes: is not the canonical JSON of an object" },
	{ "proposal", "{" PROPOSAL ",'changes':'4'}", NULL, "changes: is not the canonical JSON of an object" },
	{ "proposal", "{" PROPOSAL ",'changes':'{\\\"horizon\\\":4}','release':['KAZ']}", NULL, "release: must be UZB alone" },
	{ "answer", "{'answer':'accepted','made':2,'proposed':1,'state':'UZB','to':'KAZ'}",
	  "{'answer':'accepted','made':2,'proposed':1,'state':'UZB','to':'KAZ'}", NULL },
	{ "answer", "{'answer':'accepted','proposed':1,'state':'UZB','to':'KAZ'}", NULL, "made: is required" },
	{ "answer", "{'answer':'declined','proposed':1,'state':'UZB','to':'KAZ'}", NULL, "reason: is required" },
	{ "answer", "{'answer':'accepted','made':2,'proposed':1,'state':'TJK','to':'KAZ'}", NULL,
	  "id: is not of the form OBJECT/KAZ-p1-TJK" },
	{ "snapshot", "{'report':'status','from':'2026-01-01','to':'2026-03-31','as_of':'2026-04-02',"
	              "'made':'2026-04-02T09:00:00Z','language':'en','program':'1','origin':'o','size':1,'root':'0',"
	              "'renderings':[{'format':'json','size':1,'sha256':'ABC','signature':['a'],'evidence':'"
	              "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}]}", NULL,
	  "renderings: a sha256 must be 64 hexadecimal digits, as sha256sum prints them" },
	{ "evidence", "{'name':'../a','size':1}", NULL, "name: must be the name of a file" },
	{ "evidence", "{'name':'a.pdf','size':1}", "{'name':'a.pdf','size':1}", NULL },
	{ "risk", "{" RISK ",'taken_from':{'state':'KZ','version':3}}",
	  "{'domain':'CYB','taken_from':{'state':'KAZ','version':3},'title':{'en':'x'}}", NULL },
	{ "domain", "{'title':{'en':'A'},'taken_from':{'state':'KAZ'}}", NULL, "taken_from.version: is required" },
	{ "measure", "{" MEASURE ",'taken_from':{'state':'UNRCCA','version':1}}", NULL, "is an observer" },
	{ "partner", "{'recipient':'age1xyz'}", NULL, "recipient: is not an age recipient" },
	{ "partner", "{'recipient':'" AGE "'}", "{'recipient':'" AGE "'}", NULL },
	{ "partner", "{'cosigner':'" COSIGNER "'," CARD "," CARD_KEYS "," CARD_DAYS ",'vkey':'" VKEY "'}",
	  "{'cosigner':'" COSIGNER "'," CARD "," CARD_KEYS "," CARD_DAYS ",'vkey':'" VKEY "'}", NULL },
	{ "partner", "{" CARD "," CARD_KEYS "," CARD_DAYS ",'vkey':'" VKEY "'}", NULL,
	  "fingerprint: the keys would no longer be those of the card" },
	{ "partner", "{'cosigner':'" VKEY "','recipient':'" AGE "'}", NULL, "cosigner: is not the verifier key of a cosigner" },
	{ "partner", "{'vkey':'" COSIGNER "','recipient':'" AGE "'}", NULL, "vkey: is not a verifier key" },
	{ "partner", "{'recipient':'" AGE "'," CARD_DAYS "}", NULL, "fingerprint: a card has" },
	{ "partner", "{'former':[{'ended':'2026-01-01','vkey':'k'}],'recipient':'" AGE "'}",
	  "{'former':[{'ended':'2026-01-01','vkey':'k'}],'recipient':'" AGE "'}", NULL },
};

START_TEST(each_example_passes_or_tells_its_only_fault)
{
	struct buffer faults = { 0 }, normal = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *e = &examples[i];
		size_t count = validate(schema_of(e->kind), example_id(e->kind), e->body, &faults, &normal);
		ck_assert_msg(count == (e->fault ? 1u : 0u), "%s %s: %zu faults: %s", e->kind, e->body, count,
		              buffer_text(&faults));
		if (e->fault) {
			ck_assert_msg(strstr(buffer_text(&faults), e->fault) != NULL, "%s: told %s", e->fault,
			              buffer_text(&faults));
			continue;
		}
		for (size_t c = 0; c < normal.size; c++)
			normal.data[c] = normal.data[c] == '"' ? '\'' : normal.data[c];
		ck_assert_str_eq(buffer_text(&normal), e->normal);
	}
	buffer_free(&faults);
	buffer_free(&normal);
}
END_TEST

START_TEST(all_faults_are_told)
{
	struct buffer faults = { 0 }, normal = { 0 };

	ck_assert_uint_eq(validate(schema_of("measure"), "a b", "{'lead':'XYZ','start':'x','due':5,'foo':1}", &faults,
	                           &normal), 7);
	static const char *const paths[] = { "id: ", "lead: ", "start: ", "due: ", "foo: ", "risks: ", "title: " };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		ck_assert_ptr_nonnull(strstr(buffer_text(&faults), paths[i]));
	ck_assert_uint_eq(validate(schema_of("measure"), "M", "[]", &faults, &normal), 1);
	buffer_free(&faults);
	buffer_free(&normal);
}
END_TEST

START_TEST(references_are_told_with_kind_and_path)
{
	struct buffer references = { 0 };
	struct validate_world world = { .context = &references, .refer = refer };
	json_t *body = json_loads("{\"status\":\"planned\"}", 0, NULL);

	ck_assert_uint_eq(validate_body(schema_of("status"), span_of("CYB-01-M1/KAZ"), body, &world, NULL, NULL), 0);
	ck_assert_str_eq(buffer_text(&references), "measure CYB-01-M1 at id;");
	ck_assert_uint_eq(validate_body(schema_of("status"), span_of("CYB-99/KAZ"), body, &world, NULL, NULL), 1);
	json_decref(body);

	buffer_clear(&references);
	body = json_loads("{\"domain\":\"CYB\",\"title\":{\"en\":\"x\"},\"signals\":[{\"watch\":{\"en\":\"w\"},\"by\""
	                  ":\"b\","
	                  "\"threshold\":{\"en\":\"t\"},\"measures\":[\"M2\",\"M1\"]}]}", 0, NULL);
	ck_assert_uint_eq(validate_body(schema_of("risk"), span_of("CYB-01"), body, &world, NULL, NULL), 0);
	ck_assert_str_eq(buffer_text(&references),
	                 "domain CYB at domain;measure M2 at signals[0].measures[0];"
	                 "measure M1 at signals[0].measures[1];");
	json_decref(body);
	buffer_free(&references);
}
END_TEST

START_TEST(without_a_world_codes_are_taken_as_written)
{
	json_t *body = json_loads("{\"title\":{\"en\":\"x\"},\"coordinator\":\"Nowhere\"}", 0, NULL);

	ck_assert_uint_eq(validate_body(schema_of("domain"), span_of("CYB"), body, NULL, NULL, NULL), 0);
	ck_assert_str_eq(json_string_value(json_object_get(body, "coordinator")), "Nowhere");
	json_decref(body);
}
END_TEST

START_TEST(sizes_are_bounded)
{
	struct buffer faults = { 0 };
	size_t limit = 64 * 1024;
	char *text = malloc(limit + 2);

	memset(text, 'x', limit + 1);
	text[limit + 1] = '\0';
	json_t *body = json_pack("{s:{s:s},s:{s:s}}", "title", "en", "x", "description", "en", text);
	ck_assert_uint_eq(validate_body(schema_of("domain"), span_of("CYB"), body, NULL, fault, &faults), 1);
	ck_assert_str_eq(buffer_text(&faults), "description.en: is longer than 65536 bytes\n");
	text[limit] = '\0';
	json_object_set_new(json_object_get(body, "description"), "en", json_string(text));
	ck_assert_uint_eq(validate_body(schema_of("domain"), span_of("CYB"), body, NULL, NULL, NULL), 0);
	json_decref(body);
	free(text);

	body = json_pack("{s:{s:s},s:[s],s:[]}", "title", "en", "x", "risks", "R", "tags");
	json_t *tags = json_object_get(body, "tags");
	for (int i = 0; i < 10000; i++)
		json_array_append_new(tags, json_sprintf("t%05d", (i * 7919 + 3) % 10000));
	ck_assert_uint_eq(validate_body(schema_of("measure"), span_of("M"), body, NULL, NULL, NULL), 0);
	ck_assert_uint_eq(json_array_size(tags), 10000);
	for (size_t i = 0; i < 10000; i++)
		ck_assert_int_eq(atoi(json_string_value(json_array_get(tags, i)) + 1), (int)i);
	json_array_append_new(tags, json_string("t"));
	buffer_clear(&faults);
	ck_assert_uint_eq(validate_body(schema_of("measure"), span_of("M"), body, NULL, fault, &faults), 1);
	ck_assert_str_eq(buffer_text(&faults), "tags: has more than 10000 elements\n");
	json_decref(body);
	buffer_free(&faults);
}
END_TEST

START_TEST(a_normal_form_stays_as_it_is)
{
	struct buffer faults = { 0 }, once = { 0 }, twice = { 0 };

	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		if (!examples[i].normal)
			continue;
		validate(schema_of(examples[i].kind), example_id(examples[i].kind), examples[i].body, &faults, &once);
		ck_assert_uint_eq(validate(schema_of(examples[i].kind), example_id(examples[i].kind),
		                           buffer_text(&once), &faults, &twice), 0);
		ck_assert_str_eq(buffer_text(&once), buffer_text(&twice));
	}
	buffer_free(&faults);
	buffer_free(&once);
	buffer_free(&twice);
}
END_TEST

/* Of what was logged, that it has its normal form is a rule like the others: by the
 * judgement of whoever writes it again and compares. */
START_TEST(what_was_logged_is_in_its_normal_form)
{
	struct buffer faults = { 0 }, normal = { 0 }, written = { 0 }, references = { 0 };
	struct validate_world world = { .context = &references, .find_party = find_party, .refer = refer, .logged = true };
	struct qorgan_error error;
	size_t kept = 0, changed = 0;

	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		const struct example *example = &examples[i];
		const struct schema *schema = schema_of(example->kind);
		const char *id = example_id(example->kind);
		if (validate(schema, id, example->body, &faults, &normal) > 0)
			continue;
		json_t *body = parse(example->body);
		buffer_clear(&written);
		buffer_clear(&faults);
		ck_assert_int_eq(canonical_write(body, &written, &error), QORGAN_OK);
		bool same = span_equal(buffer_span(&written), buffer_span(&normal));
		size_t count = validate_body(schema, span_of(id), body, &world, fault, &faults);
		ck_assert_msg(same == (count == 0), "%s: %s", example->body, buffer_text(&faults));
		if (!same)
			ck_assert_ptr_nonnull(strstr(buffer_text(&faults), ": is not in the form in which it is logged\n"));
		json_decref(body);
		kept += same;
		changed += !same;
	}
	ck_assert_uint_gt(kept, 20);
	ck_assert_uint_gt(changed, 20);
	buffer_free(&faults);
	buffer_free(&normal);
	buffer_free(&written);
	buffer_free(&references);
}
END_TEST

START_TEST(markings_in_any_writing)
{
	ck_assert_str_eq(validate_marking(span_of("amber")), "TLP:AMBER");
	ck_assert_str_eq(validate_marking(span_of("tlp:clear")), "TLP:CLEAR");
	ck_assert_str_eq(validate_marking(span_of("Amber+Strict")), "TLP:AMBER+STRICT");
	static const char *const bad[] = { "", "TLP:", "AMBE", "AMBERX", "TLP:WHITE", "TLP: RED", "AMBER-STRICT" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_ptr_null(validate_marking(span_of(bad[i])));
	static const char *const order[] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED" };
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(validate_marking_rank(span_of(order[i])), i);
	ck_assert_int_eq(validate_marking_rank(span_of("RED")), -1);
}
END_TEST

START_TEST(a_field_added_at_run_time_is_checked)
{
	struct field fields[64] = { 0 };
	struct schema schema = *schema_of("domain");
	struct buffer faults = { 0 }, normal = { 0 };
	size_t count = 0;

	while (schema.fields[count].name) {
		fields[count] = schema.fields[count];
		count++;
	}
	fields[count] = (struct field){ .name = "depth_m", .type = FIELD_INTEGER, .flags = FIELD_REQUIRED, .minimum = 1,
	                                .maximum = 9 };
	schema.fields = fields;
	ck_assert_uint_eq(validate(&schema, "D", "{'title':{'en':'x'},'depth_m':5}", &faults, &normal), 0);
	ck_assert_str_eq(buffer_text(&normal), "{\"depth_m\":5,\"title\":{\"en\":\"x\"}}");
	ck_assert_uint_eq(validate(&schema, "D", "{'title':{'en':'x'},'depth_m':10}", &faults, &normal), 1);
	ck_assert_uint_eq(validate(&schema, "D", "{'title':{'en':'x'}}", &faults, &normal), 1);
	ck_assert_uint_eq(validate(schema_of("domain"), "D", "{'title':{'en':'x'},'depth_m':5}", &faults, &normal), 1);
	buffer_free(&faults);
	buffer_free(&normal);
}
END_TEST

Suite *suite_validate(void)
{
	Suite *suite = suite_create("validate");
	TCase *tests = tcase_create("validate");

	tcase_add_test(tests, each_example_passes_or_tells_its_only_fault);
	tcase_add_test(tests, all_faults_are_told);
	tcase_add_test(tests, references_are_told_with_kind_and_path);
	tcase_add_test(tests, without_a_world_codes_are_taken_as_written);
	tcase_add_test(tests, sizes_are_bounded);
	tcase_add_test(tests, a_normal_form_stays_as_it_is);
	tcase_add_test(tests, what_was_logged_is_in_its_normal_form);
	tcase_add_test(tests, markings_in_any_writing);
	tcase_add_test(tests, a_field_added_at_run_time_is_checked);
	suite_add_tcase(suite, tests);
	return suite;
}
