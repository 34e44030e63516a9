/* One risk of an OSCAL plan of action and milestones. */
#include <stdio.h>
#include <string.h>

#include "report/phrases.h"
#include "report/render_oscal.h"
#include "report/words.h"

static bool is_word(const struct report_measure *measure, enum report_word word)
{
	return strcmp(measure->word, report_word_names[word]) == 0;
}

static bool is_done(const struct report_measure *measure)
{
	return is_word(measure, REPORT_COMPLETED) || is_word(measure, REPORT_VERIFIED);
}

void oscal_measure_props(struct oscal *oscal, const struct report_measure *measure)
{
	oscal_prop(oscal, "id", measure->id);
	oscal_prop(oscal, "marking", measure->marking);
	oscal_prop(oscal, "type", measure->type);
	oscal_prop(oscal, "lead", measure->lead);
	oscal_prop(oscal, "lead-consent", measure->consent);
	oscal_prop(oscal, "support", measure->support);
	oscal_prop(oscal, "status", *measure->word ? measure->word : "no-report");
	oscal_prop_number(oscal, "progress", measure->progress);
	oscal_prop(oscal, "reported", measure->reported);
	oscal_prop(oscal, "start", measure->start);
	oscal_prop(oscal, "due", measure->due);
	oscal_prop(oscal, "original-due", measure->original_due);
	oscal_prop(oscal, "overdue", measure->overdue ? "true" : "");
	oscal_props_end(oscal);
}

/* ---- Levels ------------------------------------------------------------------------------- */

static void put_facet(struct oscal *oscal, const char *name, const char *what, unsigned value)
{
	char full[32], text[16];

	snprintf(full, sizeof full, "%s%s%s", name, *name ? "-" : "", what);
	writer_open(&oscal->writer, NULL, '{');
	writer_text(&oscal->writer, "name", full);
	writer_text(&oscal->writer, "system", OSCAL_NAMESPACE);
	snprintf(text, sizeof text, "%u", value);
	writer_text(&oscal->writer, "value", text);
	writer_close(&oscal->writer, '}');
}

static void put_level(struct oscal *oscal, const char *name, const struct report_level *level)
{
	if (!level->score)
		return;
	put_facet(oscal, name, "likelihood", level->likelihood);
	put_facet(oscal, name, "impact", level->impact);
	put_facet(oscal, name, "score", level->score);
}

static void open_characterization(struct oscal *oscal, const char *state)
{
	writer_open(&oscal->writer, NULL, '{');
	writer_open(&oscal->writer, "origin", '{');
	oscal_actors(oscal, state);
	writer_close(&oscal->writer, '}');
	writer_open(&oscal->writer, "facets", '[');
}

static void close_characterization(struct oscal *oscal)
{
	writer_close(&oscal->writer, ']');
	writer_close(&oscal->writer, '}');
}

/* The agreed levels, by the coordinator; then that of each state that assessed it. */
static void put_characterizations(struct oscal *oscal, const struct report_risk *risk)
{
	bool agreed = risk->inherent.score || risk->residual.score || risk->target.score;

	if (!agreed && !risk->assessments.count)
		return;
	writer_open(&oscal->writer, "characterizations", '[');
	if (agreed) {
		open_characterization(oscal, *risk->coordinator ? risk->coordinator : oscal->model->state);
		put_level(oscal, "inherent", &risk->inherent);
		put_level(oscal, "residual", &risk->residual);
		put_level(oscal, "target", &risk->target);
		close_characterization(oscal);
	}
	for (size_t i = 0; i < risk->assessments.count; i++) {
		if (!risk->assessments.items[i].level.score)
			continue;
		open_characterization(oscal, risk->assessments.items[i].state);
		put_level(oscal, "", &risk->assessments.items[i].level);
		close_characterization(oscal);
	}
	writer_close(&oscal->writer, ']');
}

/* ---- Remediations ----------------------------------------------------------------------------- */

static void put_responsible(struct oscal *oscal, const struct report_measure *measure)
{
	if (!*measure->lead)
		return;
	writer_open(&oscal->writer, "responsible-roles", '[');
	writer_open(&oscal->writer, NULL, '{');
	writer_text(&oscal->writer, "role-id", "lead");
	writer_open(&oscal->writer, "party-uuids", '[');
	oscal_uuid(oscal, NULL, "state", measure->lead);
	writer_close(&oscal->writer, ']');
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, ']');
}

static void put_timing(struct oscal *oscal, const char *start, const char *due)
{
	bool range = *start && *due && strcmp(start, due) <= 0;

	if (!*due)
		return;
	writer_open(&oscal->writer, "timing", '{');
	writer_open(&oscal->writer, range ? "within-date-range" : "on-date", '{');
	if (range)
		oscal_day(oscal, "start", start);
	oscal_day(oscal, range ? "end" : "date", due);
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, '}');
}

static void put_milestone(struct oscal *oscal, const struct report_risk *risk, const struct report_measure *measure,
                          const struct report_milestone *milestone)
{
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "uuid", "task", oscal_pair(oscal, risk->id, measure->id, milestone->id));
	writer_text(&oscal->writer, "type", "milestone");
	oscal_line(oscal, "title", milestone->title);
	oscal_prop(oscal, "id", milestone->id);
	oscal_prop(oscal, "reached", milestone->done);
	oscal_prop(oscal, "late", milestone->late ? "true" : "");
	oscal_props_end(oscal);
	put_timing(oscal, "", milestone->due);
	put_responsible(oscal, measure);
	writer_close(&oscal->writer, '}');
}

/* The measure itself as an action, from its start to its due day, then its milestones. */
static void put_tasks(struct oscal *oscal, const struct report_risk *risk, const struct report_measure *measure)
{
	writer_open(&oscal->writer, "tasks", '[');
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "uuid", "task", oscal_pair(oscal, risk->id, measure->id, ""));
	writer_text(&oscal->writer, "type", "action");
	oscal_line(oscal, "title", measure->title);
	put_timing(oscal, measure->start, measure->due);
	put_responsible(oscal, measure);
	writer_close(&oscal->writer, '}');
	for (size_t i = 0; i < measure->plan.count; i++)
		put_milestone(oscal, risk, measure, &measure->plan.items[i]);
	writer_close(&oscal->writer, ']');
}

static void put_remediation(struct oscal *oscal, const struct report_risk *risk, const struct report_measure *measure)
{
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "uuid", "remediation", oscal_pair(oscal, risk->id, measure->id, ""));
	writer_text(&oscal->writer, "lifecycle",
	            is_done(measure) ? "completed" : is_word(measure, REPORT_CANCELLED) ? "cancelled" : "planned");
	oscal_line(oscal, "title", measure->title);
	oscal_text(oscal, "description", *measure->description ? measure->description : measure->title);
	oscal_measure_props(oscal, measure);
	put_tasks(oscal, risk, measure);
	writer_close(&oscal->writer, '}');
}

/* ---- The log -------------------------------------------------------------------------------------- */

static void put_entry(struct oscal *oscal, const struct report_risk *risk, const struct report_measure *measure,
                      const struct report_said *said)
{
	struct buffer title = { 0 };

	buffer_append_format(&title, "%s %s: %s", said->state, measure->id,
	                     said->is_declined ? say(PHRASE_SAYS_DECLINED) : words_status(said->word));
	if (!said->is_declined)
		buffer_append_format(&title, " %d %%", said->progress);
	oscal->output->text.failed |= title.failed;
	writer_open(&oscal->writer, NULL, '{');
	buffer_append_format(&oscal->text, "%s %s", said->state, said->date);
	const char *name = oscal_pair(oscal, risk->id, measure->id, buffer_text(&oscal->text));
	buffer_clear(&oscal->text);
	oscal_uuid(oscal, "uuid", "entry", name);
	oscal_line(oscal, "title", buffer_text(&title));
	if (*said->text)
		oscal_text(oscal, "description", said->text);
	oscal_day(oscal, "start", said->date);
	writer_open(&oscal->writer, "logged-by", '[');
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "party-uuid", "state", said->state);
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, ']');
	writer_open(&oscal->writer, "related-responses", '[');
	writer_open(&oscal->writer, NULL, '{');
	oscal_uuid(oscal, "response-uuid", "remediation", oscal_pair(oscal, risk->id, measure->id, ""));
	writer_close(&oscal->writer, '}');
	writer_close(&oscal->writer, ']');
	writer_close(&oscal->writer, '}');
	buffer_free(&title);
}

static void put_log(struct oscal *oscal, const struct report_risk *risk, const struct oscal_link *links, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < links[i].measure->reports.count; j++) {
			const struct report_said *said = &links[i].measure->reports.items[j];
			if (!*said->date)
				continue;
			if (!any) {
				writer_open(&oscal->writer, "risk-log", '{');
				writer_open(&oscal->writer, "entries", '[');
			}
			any = true;
			put_entry(oscal, risk, links[i].measure, said);
		}
	}
	if (any) {
		writer_close(&oscal->writer, ']');
		writer_close(&oscal->writer, '}');
	}
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

static const char *status_of(const struct report_risk *risk, const struct oscal_link *links, size_t count)
{
	if (risk->closed)
		return "closed";
	if (risk->acceptance == REPORT_ACCEPTED)
		return "deviation-approved";
	for (size_t i = 0; i < count; i++)
		if (is_word(links[i].measure, REPORT_IN_PROGRESS) || is_done(links[i].measure))
			return "remediating";
	if (strcmp(risk->stage, "treating") == 0)
		return "remediating";
	return strcmp(risk->stage, "investigating") == 0 ? "investigating" : "open";
}

static void put_props(struct oscal *oscal, const struct report_risk *risk)
{
	oscal_prop(oscal, "id", risk->id);
	oscal_prop(oscal, "domain", oscal->model->domains.items[risk->domain].id);
	oscal_prop(oscal, "treatment", risk->treatment);
	oscal_prop(oscal, "stage", risk->stage);
	oscal_prop(oscal, "coordinator", risk->coordinator);
	oscal_prop(oscal, "owner-role", risk->owner_role);
	oscal_prop(oscal, "affected", risk->affected);
	oscal_prop(oscal, "band", risk->residual.band);
	oscal_prop(oscal, "review", risk->review);
	oscal_prop(oscal, "accepted-by", risk->accepted_by);
	oscal_prop(oscal, "accepted-until", risk->accepted_until);
	oscal_prop(oscal, "accepted-reason", risk->accepted_reason);
	oscal_props_end(oscal);
}

void oscal_risk(struct oscal *oscal, const struct report_risk *risk)
{
	size_t count;
	const struct oscal_link *links = oscal_links(oscal, risk->id, &count);

	writer_row(&oscal->writer);
	oscal_uuid(oscal, "uuid", "risk", risk->id);
	oscal_line(oscal, "title", risk->title);
	oscal_text(oscal, "description", *risk->description ? risk->description : risk->title);
	oscal_text(oscal, "statement", *risk->scenario ? risk->scenario : risk->title);
	put_props(oscal, risk);
	writer_text(&oscal->writer, "status", status_of(risk, links, count));
	put_characterizations(oscal, risk);
	if (count) {
		writer_open(&oscal->writer, "remediations", '[');
		for (size_t i = 0; i < count; i++)
			put_remediation(oscal, risk, links[i].measure);
		writer_close(&oscal->writer, ']');
		put_log(oscal, risk, links, count);
	}
	writer_close(&oscal->writer, '}');
}
