/* Reports as an OSCAL plan of action and milestones (POA&M, version 1.2.1 of the schema of
 * NIST), for programs that track risks in that form.
 *
 *   risks        each risk in force: its three levels and what states make of it, as
 *                characterizations; the measures that address it, as remediations with
 *                their milestones as tasks; what states last reported on these, as its log.
 *   poam-items   each measure, with the risks that it addresses; and each risk without one.
 *   parties      the states.
 *
 * What OSCAL has no member for is a property in a namespace of our own. Its texts are
 * Markdown: what people wrote is escaped. */
#include "report/render_oscal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/markdown.h"
#include "report/name_uuid.h"
#include "report/phrases.h"

#define OSCAL_VERSION "1.2.1"

/* ---- Values ------------------------------------------------------------------------ */

static void put_string(struct oscal *oscal, const char *name)
{
	if (oscal->text.size == 0)
		buffer_append_char(&oscal->text, '-');
	oscal->output->text.failed |= oscal->text.failed;
	writer_text(&oscal->writer, name, buffer_text(&oscal->text));
	buffer_clear(&oscal->text);
}

void oscal_line(struct oscal *oscal, const char *name, const char *text)
{
	markdown_text(&oscal->text, text, " ");
	put_string(oscal, name);
}

void oscal_text(struct oscal *oscal, const char *name, const char *text)
{
	markdown_text(&oscal->text, text, "\n\n");
	put_string(oscal, name);
}

/* Words apart by one space. */
/* A string of one line. */
static void oscal_plain(struct oscal *oscal, const char *name, const char *text)
{
	for (size_t size; *(text += strspn(text, " \t\n")); text += size) {
		size = strcspn(text, " \t\n");
		if (oscal->text.size)
			buffer_append_char(&oscal->text, ' ');
		buffer_append(&oscal->text, text, size);
	}
	put_string(oscal, name);
}

void oscal_day(struct oscal *oscal, const char *name, const char *day)
{
	buffer_append_format(&oscal->text, "%.10sT00:00:00Z", day);
	put_string(oscal, name);
}

void oscal_uuid(struct oscal *oscal, const char *name, const char *kind, const char *thing)
{
	char uuid[NAME_UUID_SIZE];

	writer_text(&oscal->writer, name, name_uuid(oscal->model->origin, kind, thing, uuid));
}

void oscal_prop(struct oscal *oscal, const char *name, const char *value)
{
	if (!*value)
		return;
	if (!oscal->in_props)
		writer_open(&oscal->writer, "props", '[');
	oscal->in_props = true;
	writer_open(&oscal->writer, NULL, '{');
	writer_text(&oscal->writer, "name", name);
	writer_text(&oscal->writer, "ns", OSCAL_NAMESPACE);
	oscal_plain(oscal, "value", value);
	writer_close(&oscal->writer, '}');
}

void oscal_prop_number(struct oscal *oscal, const char *name, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, number);
	if (number >= 0)
		oscal_prop(oscal, name, text);
}

void oscal_props_end(struct oscal *oscal)
{
	if (oscal->in_props)
		writer_close(&oscal->writer, ']');
	oscal->in_props = false;
}

void oscal_actors(struct oscal *oscal, const char *state)
{
	writer_open(&oscal->writer, "actors", '[');
	writer_open(&oscal->writer, NULL, '{');
	writer_text(&oscal->writer, "type", "party");
	oscal_uuid(oscal, "actor-uuid", "state", state);
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, ']');
}

const char *oscal_pair(struct oscal *oscal, const char *one, const char *two, const char *three)
{
	buffer_clear(&oscal->name);
	buffer_append_format(&oscal->name, "%s %s %s", one, two, three);
	oscal->output->text.failed |= oscal->name.failed;
	return buffer_text(&oscal->name);
}

/* ---- Which measures address a risk --------------------------------------------------- */

static int compare_spans(struct span a, struct span b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	return order ? order : a.size < b.size ? -1 : a.size > b.size;
}

static int compare_links(const void *left, const void *right)
{
	return compare_spans(((const struct oscal_link *)left)->risk, ((const struct oscal_link *)right)->risk);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The next of "CYB-01, CYB-02"; false at the end. */
static bool take_id(const char **rest, struct span *id)
{
	*rest += strspn(*rest, ", ");
	*id = (struct span){ *rest, strcspn(*rest, ",") };
	*rest += id->size;
	return id->size > 0;
}

static void index_links(struct oscal *oscal)
{
	const struct report_model *model = oscal->model;
	struct span id;

	for (size_t i = 0; i < model->measures.count; i++) {
		for (const char *rest = model->measures.items[i].risks; take_id(&rest, &id);) {
			struct oscal_link *link = arena_add(&oscal->arena, &oscal->links);
			if (link)
				*link = (struct oscal_link){ id, &model->measures.items[i] };
		}
	}
	for (size_t i = 0; i < model->risks.count; i++) {
		const char **id_place = arena_add(&oscal->arena, &oscal->risks);
		if (id_place)
			*id_place = model->risks.items[i].id;
	}
	arena_sort(&oscal->arena, oscal->links.items, oscal->links.count, sizeof *oscal->links.items, compare_links);
	arena_sort(&oscal->arena, oscal->risks.items, oscal->risks.count, sizeof *oscal->risks.items, compare_texts);
}

const struct oscal_link *oscal_links(const struct oscal *oscal, const char *risk, size_t *count)
{
	struct span wanted = span_of(risk);
	size_t low = 0, high = oscal->links.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_spans(oscal->links.items[middle].risk, wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < oscal->links.count && span_equal(oscal->links.items[low + *count].risk, wanted))
		++*count;
	return oscal->links.items ? oscal->links.items + low : NULL;
}

/* ---- Parties ---------------------------------------------------------------------------- */

static void add_party(struct oscal *oscal, const char *id, const char *title)
{
	struct oscal_party *party = NULL;

	for (size_t i = 0; i < oscal->parties.count; i++)
		if (strcmp(oscal->parties.items[i].id, id) == 0)
			return;
	if (*id && (party = arena_add(&oscal->arena, &oscal->parties)))
		*party = (struct oscal_party){ id, *title ? title : id };
}

/* All states that something is referred to: also those that the report is not about. */
static void add_parties(struct oscal *oscal)
{
	const struct report_model *model = oscal->model;

	for (size_t i = 0; i < model->states.count; i++)
		add_party(oscal, model->states.items[i].id, model->states.items[i].title);
	add_party(oscal, model->state, model->state_title);
	for (size_t i = 0; i < model->risks.count; i++) {
		add_party(oscal, model->risks.items[i].coordinator, "");
		for (size_t j = 0; j < model->risks.items[i].assessments.count; j++)
			add_party(oscal, model->risks.items[i].assessments.items[j].state, "");
	}
	for (size_t i = 0; i < model->measures.count; i++)
		for (size_t j = 0; j < model->measures.items[i].reports.count; j++)
			add_party(oscal, model->measures.items[i].reports.items[j].state, "");
}

static void put_parties(struct oscal *oscal)
{
	writer_open(&oscal->writer, "parties", '[');
	for (size_t i = 0; i < oscal->parties.count; i++) {
		const struct oscal_party *party = &oscal->parties.items[i];
		writer_open(&oscal->writer, NULL, '{');
		oscal_uuid(oscal, "uuid", "state", party->id);
		writer_text(&oscal->writer, "type", "organization");
		oscal_plain(oscal, "name", party->title);
		oscal_plain(oscal, "short-name", party->id);
		writer_close(&oscal->writer, '}');
	}
	writer_close(&oscal->writer, ']');
}

/* ---- Metadata ---------------------------------------------------------------------------- */

static void put_role(struct oscal *oscal, const char *id, enum phrase title)
{
	writer_open(&oscal->writer, NULL, '{');
	writer_text(&oscal->writer, "id", id);
	oscal_line(oscal, "title", say(title));
	writer_close(&oscal->writer, '}');
}

static void put_metadata(struct oscal *oscal)
{
	const struct report_model *model = oscal->model;

	writer_open(&oscal->writer, "metadata", '{');
	oscal_line(oscal, "title", *model->catalogue_title ? model->catalogue_title : say(PHRASE_TITLE_REGISTER));
	writer_text(&oscal->writer, "last-modified", model->generated);
	buffer_append_format(&oscal->text, "%s, %s %s", model->period.label, say(PHRASE_AS_OF), model->as_of);
	put_string(oscal, "version");
	writer_text(&oscal->writer, "oscal-version", OSCAL_VERSION);
	oscal_prop(oscal, "marking", model->marking);
	oscal_prop(oscal, "period", model->period.label);
	oscal_prop(oscal, "from", model->period.from);
	oscal_prop(oscal, "to", model->period.to);
	oscal_prop(oscal, "last-day", model->cut_off);
	oscal_prop(oscal, "only-domain", model->only_domain);
	oscal_prop(oscal, "only-state", model->only_state);
	for (size_t i = 0; i < model->conditions.count; i++) {
		const struct report_condition *condition = &model->conditions.items[i];
		buffer_clear(&oscal->name);
		buffer_append_format(&oscal->name, "%s%s%s", condition->name, *condition->value ? "=" : "", condition->value);
		oscal_prop(oscal, "filter", buffer_text(&oscal->name));
	}
	oscal_prop(oscal, "made-for", model->audience);
	oscal_prop(oscal, "checkpoint-root", model->root);
	if (*model->root)
		oscal_prop_number(oscal, "checkpoint-size", (int64_t)model->leaves);
	oscal_props_end(oscal);
	writer_open(&oscal->writer, "roles", '[');
	put_role(oscal, "lead", PHRASE_LEAD);
	put_role(oscal, "support", PHRASE_SUPPORT);
	writer_close(&oscal->writer, ']');
	put_parties(oscal);
	if (*model->notice)
		oscal_text(oscal, "remarks", model->notice);
	writer_close(&oscal->writer, '}');
}

/* ---- Items of the plan ---------------------------------------------------------------------- */

static void put_related_risk(struct oscal *oscal, const char *risk)
{
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "risk-uuid", "risk", risk);
	writer_close(&oscal->writer, '}');
}

/* Those of its risks that the report is about. */
static void put_related_risks(struct oscal *oscal, const struct report_measure *measure)
{
	bool any = false;
	struct span id;

	for (const char *rest = measure->risks; take_id(&rest, &id);) {
		buffer_clear(&oscal->name);
		buffer_append_span(&oscal->name, id);
		const char *risk = buffer_text(&oscal->name);
		if (!oscal->risks.count ||
		    !bsearch(&risk, oscal->risks.items, oscal->risks.count, sizeof risk, compare_texts))
			continue;
		if (!any)
			writer_open(&oscal->writer, "related-risks", '[');
		any = true;
		put_related_risk(oscal, risk);
	}
	if (any)
		writer_close(&oscal->writer, ']');
}

static void put_measure(struct oscal *oscal, const struct report_measure *measure)
{
	writer_row(&oscal->writer);
	oscal_uuid(oscal, "uuid", "measure", measure->id);
	oscal_line(oscal, "title", measure->title);
	oscal_text(oscal, "description", *measure->description ? measure->description : measure->title);
	oscal_measure_props(oscal, measure);
	put_related_risks(oscal, measure);
	writer_close(&oscal->writer, '}');
}

static void put_bare_risk(struct oscal *oscal, const struct report_risk *risk)
{
	writer_row(&oscal->writer);
	oscal_uuid(oscal, "uuid", "item", risk->id);
	oscal_line(oscal, "title", risk->title);
	oscal_text(oscal, "description", *risk->description ? risk->description : risk->title);
	oscal_prop(oscal, "id", risk->id);
	oscal_props_end(oscal);
	writer_open(&oscal->writer, "related-risks", '[');
	put_related_risk(oscal, risk->id);
	writer_close(&oscal->writer, ']');
	writer_close(&oscal->writer, '}');
}

static void put_items(struct oscal *oscal)
{
	const struct report_model *model = oscal->model;
	size_t count;

	writer_open(&oscal->writer, "poam-items", '[');
	for (size_t i = 0; i < model->measures.count; i++)
		put_measure(oscal, &model->measures.items[i]);
	for (size_t i = 0; i < model->risks.count; i++) {
		oscal_links(oscal, model->risks.items[i].id, &count);
		if (count == 0)
			put_bare_risk(oscal, &model->risks.items[i]);
	}
	if (!model->measures.count && !model->risks.count) { /* OSCAL asks for one */
		writer_open(&oscal->writer, NULL, '{');
		oscal_line(oscal, "title", say(PHRASE_NO_RISKS));
		oscal_text(oscal, "description", say(PHRASE_NO_RISKS));
		writer_close(&oscal->writer, '}');
	}
	writer_close(&oscal->writer, ']');
}

/* ---- The whole ---------------------------------------------------------------------------------- */

static void put_plan(struct oscal *oscal)
{
	const struct report_model *model = oscal->model;

	writer_open(&oscal->writer, NULL, '{');
	writer_open(&oscal->writer, "plan-of-action-and-milestones", '{');
	oscal_uuid(oscal, "uuid", "plan", oscal_pair(oscal, model->kind_name, model->generated, model->root));
	put_metadata(oscal);
	writer_open(&oscal->writer, "system-id", '{');
	oscal_plain(oscal, "id", *model->origin ? model->origin : model->state);
	writer_close(&oscal->writer, '}');
	if (model->risks.count) {
		writer_open(&oscal->writer, "risks", '[');
		for (size_t i = 0; i < model->risks.count; i++)
			oscal_risk(oscal, &model->risks.items[i]);
		writer_close(&oscal->writer, ']');
	}
	put_items(oscal);
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, '}');
	buffer_append_char(oscal->writer.to, '\n');
}

void render_oscal(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct oscal oscal = { .model = model, .output = output, .writer = { output, &output->text, false } };

	(void)look;
	index_links(&oscal);
	add_parties(&oscal);
	if (!oscal.arena.failed)
		put_plan(&oscal);
	output->failed |= oscal.arena.failed;
	buffer_free(&oscal.text);
	buffer_free(&oscal.name);
	arena_free(&oscal.arena);
}
