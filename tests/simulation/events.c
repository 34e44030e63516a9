/* Choosing what a state does. */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "carrier.h"
#include "model.h"
#include "qorgan/object.h"
#include "secrets.h"
#include "work.h"

static const char *const markings[] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED" };

/* ---- Choosing --------------------------------------------------------------------------- */

static void text_make(char text[40])
{
	snprintf(text, 40, "Text " MARKER, marker_new());
}

static bool is_kept_kind(const struct object *object)
{
	return strcmp(object->kind, "risk") == 0 || strcmp(object->kind, "measure") == 0 ||
	       strcmp(object->kind, "domain") == 0;
}

/* Whether the state keeps it, as far as it knows, and hands it over to nobody. */
static bool keeps(unsigned party, unsigned number)
{
	int counting = is_kept_kind(&model.objects[number]) ? model_counting(party, number) : -1;

	return counting >= 0 && model.versions[counting].owner == party && model.versions[counting].named == (int)party;
}

/* One of those for which `fits` holds; -1 if none does. */
static int choose(unsigned party, bool (*fits)(unsigned party, unsigned object))
{
	for (unsigned i = 0, at = chance_below((unsigned)model.object_count); i < model.object_count; i++) {
		unsigned number = (at + i) % (unsigned)model.object_count;
		if (model.objects[number].leaves && fits(party, number))
			return (int)number;
	}
	return -1;
}

static bool is_measure(unsigned party, unsigned number)
{
	struct qorgan_object *object = NULL;
	const char *code = code_of(party);
	struct qorgan_error error;

	if (strcmp(model.objects[number].kind, "measure") != 0 || model_counting(party, number) < 0 ||
	    qorgan_object_get(region_open(party), "measure", model.objects[number].id, 0, &object, &error))
		return false;
	char *lead = qorgan_object_field(region_open(party), object, "lead");
	char *support = qorgan_object_field(region_open(party), object, "support");
	char *retired = qorgan_object_field(region_open(party), object, "retired");
	bool fits = !retired && ((lead && strstr(lead, code)) || (support && strstr(support, code)));
	free(lead);
	free(support);
	free(retired);
	qorgan_object_free(object);
	return fits;
}

static bool is_risk(unsigned party, unsigned number)
{
	return strcmp(model.objects[number].kind, "risk") == 0 && model_counting(party, number) >= 0;
}

static bool is_handed(unsigned party, unsigned number)
{
	const struct object *object = &model.objects[number];
	int counting = is_kept_kind(object) && object->first_keeper >= 0 ? model_counting(party, number) : -1;

	return counting >= 0 && model.versions[counting].owner != party && model.versions[counting].named == (int)party &&
	       model.versions[counting].owner == model_keeper(object);
}

static bool hands_over(unsigned party, unsigned number)
{
	return keeps(party, number) && !model.objects[number].taken_back &&
	       model.objects[number].chain_count < CHAIN_LIMIT;
}

/* Handed over by this state, and not known to be taken up. */
static bool may_take_back(unsigned party, unsigned number)
{
	int counting = is_kept_kind(&model.objects[number]) ? model_counting(party, number) : -1;

	return counting >= 0 && model.versions[counting].owner == party && model.versions[counting].named >= 0 &&
	       model.versions[counting].named != (int)party && model.objects[number].newest[party] == counting &&
	       model_keeper(&model.objects[number]) == (int)party;
}

/* Its own assessment, or its report on what it takes part in still. */
static bool has_said(unsigned party, unsigned number)
{
	const struct object *object = &model.objects[number];
	char id[140];

	if (object->newest[party] < 0 || object->first_keeper != (int)party)
		return false;
	snprintf(id, sizeof id, "%.*s", (int)strcspn(object->id, "/"), object->id);
	int measure = strcmp(object->kind, "status") == 0 ? model_object("measure", id) : -1;
	return strcmp(object->kind, "assessment") == 0 || (measure >= 0 && is_measure(party, (unsigned)measure));
}

/* Kept by another state, by what counts here. */
static bool is_anothers(unsigned party, unsigned number)
{
	int counting = is_kept_kind(&model.objects[number]) ? model_counting(party, number) : -1;

	return counting >= 0 && model.versions[counting].named >= 0 && model.versions[counting].named != (int)party &&
	       model.versions[counting].owner == model.versions[counting].named;
}

/* Proposed to this state by another, and not answered. */
static bool is_to_answer(unsigned party, unsigned number)
{
	const struct object *proposal = &model.objects[number];
	int counting = strcmp(proposal->kind, "proposal") == 0 ? model_counting(party, number) : -1;

	if (counting < 0 || model.versions[counting].owner == party || !(model.versions[counting].release & BIT(party)))
		return false;
	for (size_t i = 0; i < model.object_count; i++)
		if (strcmp(model.objects[i].kind, "answer") == 0 && model.objects[i].newest[party] >= 0 &&
		    strncmp(model.objects[i].id, proposal->id, strlen(proposal->id)) == 0)
			return false;
	return true;
}

static void party_list(char value[60], const char *sign)
{
	snprintf(value, 60, "%s%s", sign, code_of(chance_below(PARTIES - 1)));
}

static void file_make(char path[140])
{
	unsigned marker = marker_new(), size = chance_of(20) ? 60000 + chance_below(60000) : chance_below(3000);

	snprintf(path, 140, "%s/e-" MARKER ".txt", region.folder, marker);
	FILE *file = fopen(path, "w");
	if (!file || fprintf(file, "evidence " MARKER "\n", marker) < 0)
		fail("cannot write %s", path);
	for (unsigned i = 0; i < size; i++)
		putc('a' + (int)(i % 26), file);
	fclose(file);
}

/* ---- Each kind of work ------------------------------------------------------------------- */

static void work_on(struct work *work, int object)
{
	snprintf(work->kind, sizeof work->kind, "%s", model.objects[object].kind);
	snprintf(work->id, sizeof work->id, "%s", model.objects[object].id);
}

static void keep_up(struct work *work)
{
	bool reports = chance_of(25);
	int object = choose(work->party, reports ? has_said : keeps);

	if (object < 0)
		return;
	work_on(work, object);
	switch (chance_below(10)) {
	case 0:
	case 1:
	case 2:
		work->doing = RELEASE;
		party_list(work->value, "-");
		if (chance_of(50) || !(model.versions[model.objects[object].newest[work->party]].release &
		                       BIT(region_party(work->value + 1))))
			work->value[0] = '+';
		break;
	case 3:
	case 4:
		work->doing = MARK;
		snprintf(work->value, sizeof work->value, "%s", markings[chance_below(5)]);
		break;
	case 5:
		work->doing = reports || !chance_of(30) ? EDIT : RETIRE;
		break;
	case 6:
		work->version = model.versions[model.objects[object].newest[work->party]].number;
		work->doing = !reports && work->version > 1 ? RESTORE : EDIT;
		work->version = work->version > 1 ? 1 + chance_below(work->version - 1) : 1;
		break;
	default:
		work->doing = EDIT;
	}
	text_make(work->text);
	work_do(work);
}

static void hand(struct work *work)
{
	int object = choose(work->party, hands_over);

	if (object < 0)
		return;
	work_on(work, object);
	unsigned to = (work->party + 1 + chance_below(STATES - 1)) % STATES;
	snprintf(work->second, sizeof work->second, "%s", code_of(to));
	snprintf(work->value, sizeof work->value, "+%s", code_of(to));
	work->doing = HAND;
	text_make(work->text);
	work_do(work);
}

/* The state thinks better of it; who was quicker and took it up keeps it. */
static void hand_back(struct work *work)
{
	int object = choose(work->party, may_take_back);

	if (object < 0)
		return;
	work_on(work, object);
	snprintf(work->second, sizeof work->second, "%s", code_of(work->party));
	snprintf(work->value, sizeof work->value, "+%s", code_of(work->party));
	work->doing = HAND;
	model.objects[object].taken_back = true;
	text_make(work->text);
	work_do(work);
}

static void take(struct work *work)
{
	int number = choose(work->party, is_handed);

	if (number < 0)
		return;
	work_on(work, number);
	int before = model.objects[number].newest[work->party];
	work->doing = strcmp(work->kind, "measure") == 0 && chance_of(50) ? CONSENT : TAKE;
	text_make(work->text);
	if (work->doing == CONSENT)
		text_make(work->second);
	work_do(work);
	struct object *object = &model.objects[number];
	if (object->newest[work->party] != before)
		object->chain[object->chain_count++] = object->newest[work->party];
}

static void report(struct work *work)
{
	static const char *const words[] = { "planned", "in-progress", "completed", "on-hold", "in-progress" };
	bool measure = chance_of(75);
	int object = choose(work->party, measure ? is_measure : is_risk);

	if (object < 0)
		return;
	work_on(work, object);
	text_make(work->text);
	if (measure) {
		work->doing = REPORT;
		snprintf(work->value, sizeof work->value, "%s", words[chance_below(5)]);
		if (chance_of(40))
			file_make(work->file);
		if (chance_of(20))
			party_list(work->second, "+");
	} else {
		work->doing = ASSESS;
		snprintf(work->value, sizeof work->value, "%u", 1 + chance_below(5));
		snprintf(work->second, sizeof work->second, "%u", 1 + chance_below(5));
	}
	work_do(work);
}

static void add(struct work *work)
{
	static unsigned number;

	work->doing = chance_of(50) ? RISK : MEASURE;
	snprintf(work->kind, sizeof work->kind, work->doing == RISK ? "risk" : "measure");
	snprintf(work->id, sizeof work->id, "N%u", number++);
	for (unsigned i = 0; i <= OBSERVER; i++)
		if (chance_of(60))
			strcat(strcat(work->value, work->value[0] ? "," : ""), code_of(i));
	snprintf(work->second, sizeof work->second, "%s", markings[chance_below(5)]);
	text_make(work->text);
	work_do(work);
}

static void remark(struct work *work)
{
	int object = choose(work->party, is_risk);

	if (object < 0)
		return;
	work_on(work, object);
	work->doing = NOTE;
	text_make(work->text);
	work_do(work);
}

static void propose(struct work *work)
{
	int object = choose(work->party, is_anothers);

	if (object < 0)
		return;
	work_on(work, object);
	work->doing = PROPOSE;
	text_make(work->text);
	work_do(work);
}

/* The proposed text is in the keeper's newest version now, unless it was killed in that. */
static void adopt(unsigned party, unsigned proposal)
{
	static const char *const kinds[] = { "risk", "measure", "domain" };
	char id[140];

	snprintf(id, sizeof id, "%.*s", (int)strcspn(model.objects[proposal].id, "/"), model.objects[proposal].id);
	for (size_t i = 0; i < 3; i++) {
		int object = model_object(kinds[i], id);
		if (object >= 0 && model.objects[object].newest[party] >= 0)
			model_adopt(model_counting(party, proposal), (unsigned)object);
	}
}

/* What was changed meanwhile, or was handed over, cannot be taken over: it is declined. */
static void answer(struct work *work)
{
	int object = choose(work->party, is_to_answer);

	if (object < 0)
		return;
	work_on(work, object);
	work->doing = ANSWER;
	if (chance_of(25) || work_try(work)) {
		snprintf(work->value, sizeof work->value, "it was settled otherwise");
		work_do(work);
	} else {
		adopt(work->party, (unsigned)object);
		region.counts.answers++;
	}
}

void event_work(unsigned party)
{
	struct work work = { .party = party };
	unsigned which = chance_below(100);

	if (party == region.hostile && region.contradicted)
		return;
	if (choose(party, is_handed) >= 0 && chance_of(50))
		take(&work);
	else if (chance_of(25) && choose(party, is_to_answer) >= 0)
		answer(&work);
	else if (which < 38)
		keep_up(&work);
	else if (which < 45)
		propose(&work);
	else if (which < 72)
		report(&work);
	else if (which < 84)
		hand(&work);
	else if (which < 87)
		hand_back(&work);
	else if (which < 89)
		secret_agree(party);
	else if (which < 95)
		add(&work);
	else
		remark(&work);
}

void event_send(unsigned party)
{
	unsigned to = 0;

	if (chance_of(60))
		to = BIT(chance_below(PARTIES - 1));
	else
		for (unsigned i = 0; i <= OBSERVER; i++)
			to |= chance_of(40) ? BIT(i) : 0;
	to &= ~BIT(party);
	if (to & (to - 1) && secret_is_shared(party, to)) /* it goes to each alone */
		to &= ~to + 1;
	if (to && !(party == region.hostile && region.contradicted))
		carrier_send(party, to, 0);
}
