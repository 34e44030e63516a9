/* Reports as JSON: one object. Members are only ever added. A text, date or number
 * that is absent is null. Every kind has
 *
 *   kind, state, state_title, catalogue {id, title, notice}, marking,
 *   period {label, from, to}, previous_period {label, from, to},
 *   as_of, cut_off, generated, filter {domain, state; of a filtered one kind (of what
 *   was chosen: measure or risk), conditions[] {name, value}},
 *   checkpoint {origin, size, root}   (null before the first commit),
 *   title, note   (null where the report has its own title, or no foreword),
 *   state_of (draft, final or null), approved_by, approved_on   (of a final one; what
 *   was approved is the checkpoint), letterhead {name, address (lines)} or null
 *
 * `as_of` is the day or moment asked for, else today; `cut_off` the last day that
 * was looked at. COUNTS are: measures, planned, in_progress, completed, verified,
 * on_hold, cancelled (these six add up to measures), overdue, due_soon,
 * no_report (open, begun, and no report by the lead within the period) and
 * unreported (counted as planned because the lead never reported). A LEVEL is
 * null or {likelihood, impact, score, band}. A RISK is {id, title, domain,
 * treatment, stage, coordinator, owner_role, affected, inherent, residual, target
 * (each a LEVEL), measures, review, review_overdue, acceptance (null or {role,
 * reason, until, expired}), assessments[] {state, level LEVEL, differs (in another
 * band than the residual level), confidence, date, note}}.
 *
 * status:   totals COUNTS; parts {offered, accepted, declined};
 *           domains[] {id, title, coordinator, risks} and COUNTS;
 *           states[] {id, title, lead COUNTS, support {measures}, reports {owed,
 *           received}, parts {offered, accepted, declined}};
 *           moved[] {id, title, lead, status_before, status, progress_before,
 *           progress, newly_overdue, due_moved, due_before, due, original_due,
 *           due_reason}; no_report[] {measure, title, state, role, due};
 *           declined[] {measure, title, state, reason};
 *           measures_without_lead[] {id, title, due};
 *           indicators[] {measure, id, title, unit, state, date, baseline, target,
 *           value, percent}; milestones[] {measure, id, title, lead, due, done,
 *           met, late}; risks_without_measure[], highest_risks[], accepted[] RISK;
 *           obstacles[], help[] {measure, title, state, date, text};
 *           next_steps[] {measure, title, state, due, text}
 *           and, if it is a joint one, joint {states[], owed[], contradictions[],
 *           parts[]}, as told in render_json_joint.c
 * register: domains[] {id, title, coordinator, risks}; risks[] RISK
 * matrix:   scale {likelihood[], impact[] (labels), bands[] {from, title, colour}};
 *           cells {inherent[], residual[], target[]} of {likelihood, impact, risks[]};
 *           risks[] RISK
 * changes:  counts[] {kind, new, changed, retired}; states[] {state, new, changed,
 *           retired}; users[] {user, commits, versions}; changes[] {kind, id, title,
 *           change, state, user, time, version, version_before, fields[] {path,
 *           label, before, after}, owner (whose store wrote the version, and knows
 *           the user), package (the owner's, by which it came; null: written here)};
 *           packages[] {from, package, created, received, user (who took it in),
 *           entries (of the sender's log), records, versions (that were new)}
 * due:      items[] {date, days, event, id, title, state, count, overdue, later}
 * summary:  totals, parts as of status; risks_open; highest_risks[] RISK;
 *           late[] {id, title, lead, due} (the overdue measures, due first ahead);
 *           asked[] {matter (lead, part, acceptance or help), id (of a measure; of
 *           acceptance, of a risk), title, state, date, text} */
#include "report/render_json.h"

/* ---- Parts that several reports have ------------------------------------------ */

void render_json_counts(struct json_writer *writer, const struct report_counts *counts)
{
	static const char *const names[REPORT_WORDS] = { "planned",  "in_progress", "completed",
		                                             "verified", "on_hold",     "cancelled" };

	writer_count(writer, "measures", counts->measures);
	for (int i = 0; i < REPORT_WORDS; i++)
		writer_count(writer, names[i], counts->words[i]);
	writer_count(writer, "overdue", counts->overdue);
	writer_count(writer, "due_soon", counts->due_soon);
	writer_count(writer, "no_report", counts->no_report);
	writer_count(writer, "unreported", counts->unreported);
}

static void put_period(struct json_writer *writer, const char *name, const struct report_period *period)
{
	writer_open(writer, name, '{');
	writer_text(writer, "label", period->label);
	writer_text(writer, "from", period->from);
	writer_text(writer, "to", period->to);
	writer_close(writer, '}');
}

/* A whole report has no such members: it is compared with frozen ones, which are whole. */
static void put_conditions(struct json_writer *writer, const struct report_model *model)
{
	writer_text(writer, "kind", model->filtered);
	writer_open(writer, "conditions", '[');
	for (size_t i = 0; i < model->conditions.count; i++) {
		writer_open(writer, NULL, '{');
		writer_text(writer, "name", model->conditions.items[i].name);
		writer_text(writer, "value", model->conditions.items[i].value);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_head(struct json_writer *writer, const struct report_model *model)
{
	writer_text(writer, "kind", model->kind_name);
	writer_text(writer, "state", model->state);
	writer_text(writer, "state_title", model->state_title);
	writer_open(writer, "catalogue", '{');
	writer_text(writer, "id", model->catalogue);
	writer_text(writer, "title", model->catalogue_title);
	writer_text(writer, "notice", model->notice);
	writer_close(writer, '}');
	writer_text(writer, "marking", model->marking);
	put_period(writer, "period", &model->period);
	put_period(writer, "previous_period", &model->previous);
	writer_text(writer, "as_of", model->as_of);
	writer_text(writer, "cut_off", model->cut_off);
	writer_text(writer, "generated", model->generated);
	writer_open(writer, "filter", '{');
	writer_text(writer, "domain", model->only_domain);
	writer_text(writer, "state", model->only_state);
	if (model->conditions.count)
		put_conditions(writer, model);
	writer_close(writer, '}');
	writer_text(writer, "for", model->audience);
	if (!*model->root) {
		writer_null(writer, "checkpoint");
		return;
	}
	writer_open(writer, "checkpoint", '{');
	writer_text(writer, "origin", model->origin);
	writer_count(writer, "size", model->leaves);
	writer_text(writer, "root", model->root);
	writer_close(writer, '}');
}

static void put_frame(struct json_writer *writer, const struct report_frame *frame)
{
	writer_text(writer, "title", frame->title);
	writer_text(writer, "note", frame->note);
	writer_text(writer, "state_of", report_stage_names[frame->stage]);
	writer_text(writer, "approved_by", frame->approved_by);
	writer_text(writer, "approved_on", frame->approved_on);
	if (!*frame->letterhead.name) {
		writer_null(writer, "letterhead");
		return;
	}
	writer_open(writer, "letterhead", '{');
	writer_text(writer, "name", frame->letterhead.name);
	writer_text(writer, "address", frame->letterhead.address);
	writer_close(writer, '}');
}

static void put_level(struct json_writer *writer, const char *name, const struct report_level *level)
{
	if (level->score == 0) {
		writer_null(writer, name);
		return;
	}
	writer_open(writer, name, '{');
	writer_count(writer, "likelihood", level->likelihood);
	writer_count(writer, "impact", level->impact);
	writer_count(writer, "score", level->score);
	writer_text(writer, "band", level->band);
	writer_close(writer, '}');
}

static void put_assessment(struct json_writer *writer, const struct report_assessment *assessment)
{
	writer_open(writer, NULL, '{');
	writer_text(writer, "state", assessment->state);
	put_level(writer, "level", &assessment->level);
	writer_flag(writer, "differs", assessment->differs);
	writer_text(writer, "confidence", assessment->confidence);
	writer_text(writer, "date", assessment->date);
	writer_text(writer, "note", assessment->note);
	writer_close(writer, '}');
}

void render_json_risk(struct json_writer *writer, const struct report_model *model, const struct report_risk *risk)
{
	writer_row(writer);
	writer_text(writer, "id", risk->id);
	writer_text(writer, "title", risk->title);
	writer_text(writer, "domain", model->domains.items[risk->domain].id);
	writer_text(writer, "treatment", risk->treatment);
	writer_text(writer, "stage", risk->stage);
	writer_text(writer, "coordinator", risk->coordinator);
	writer_text(writer, "owner_role", risk->owner_role);
	writer_list(writer, "affected", risk->affected);
	put_level(writer, "inherent", &risk->inherent);
	put_level(writer, "residual", &risk->residual);
	put_level(writer, "target", &risk->target);
	writer_count(writer, "measures", risk->measures);
	writer_text(writer, "review", risk->review);
	writer_flag(writer, "review_overdue", risk->review_overdue);
	if (risk->acceptance == REPORT_NOT_ACCEPTED) {
		writer_null(writer, "acceptance");
	} else {
		writer_open(writer, "acceptance", '{');
		writer_text(writer, "role", risk->accepted_by);
		writer_text(writer, "reason", risk->accepted_reason);
		writer_text(writer, "until", risk->accepted_until);
		writer_flag(writer, "expired", risk->acceptance == REPORT_ACCEPTANCE_ENDED);
		writer_close(writer, '}');
	}
	writer_open(writer, "assessments", '[');
	for (size_t i = 0; i < risk->assessments.count; i++)
		put_assessment(writer, &risk->assessments.items[i]);
	writer_close(writer, ']');
	writer_close(writer, '}');
}

static void put_risks(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "risks", '[');
	for (size_t i = 0; i < model->risks.count; i++)
		render_json_risk(writer, model, &model->risks.items[i]);
	writer_close(writer, ']');
}

void render_json_domains(struct json_writer *writer, const struct report_model *model, bool counts)
{
	writer_open(writer, "domains", '[');
	for (size_t i = 0; i < model->domains.count; i++) {
		const struct report_domain *domain = &model->domains.items[i];
		if ((*model->only_domain || model->conditions.count) && domain->risks == 0 && domain->counts.measures == 0)
			continue;
		writer_row(writer);
		writer_text(writer, "id", domain->id);
		writer_text(writer, "title", domain->title);
		writer_text(writer, "coordinator", domain->coordinator);
		writer_count(writer, "risks", domain->risks);
		if (counts)
			render_json_counts(writer, &domain->counts);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

/* ---- The others ---------------------------------------------------------------------- */

static void put_register(struct json_writer *writer, const struct report_model *model)
{
	render_json_domains(writer, model, false);
	put_risks(writer, model);
}

static void put_labels(struct json_writer *writer, const char *name, const char *const *labels, unsigned count)
{
	writer_open(writer, name, '[');
	for (unsigned i = 1; i <= count && i <= REPORT_LEVELS; i++)
		writer_text(writer, NULL, labels[i]);
	writer_close(writer, ']');
}

/* Which of a risk's three levels. */
typedef const struct report_level *(*level_of)(const struct report_risk *risk);

static const struct report_level *inherent_of(const struct report_risk *risk)
{
	return &risk->inherent;
}

static const struct report_level *residual_of(const struct report_risk *risk)
{
	return &risk->residual;
}

static const struct report_level *target_of(const struct report_risk *risk)
{
	return &risk->target;
}

static void put_cells(struct json_writer *writer, const char *name, const struct report_model *model, level_of level)
{
	writer_open(writer, name, '[');
	for (unsigned likelihood = 1; likelihood <= model->scale.likelihoods; likelihood++) {
		for (unsigned impact = 1; impact <= model->scale.impacts; impact++) {
			writer_row(writer);
			writer_count(writer, "likelihood", likelihood);
			writer_count(writer, "impact", impact);
			writer_open(writer, "risks", '[');
			for (size_t i = 0; i < model->risks.count; i++) {
				const struct report_risk *risk = &model->risks.items[i];
				if (level(risk)->likelihood == likelihood && level(risk)->impact == impact)
					writer_text(writer, NULL, risk->id);
			}
			writer_close(writer, ']');
			writer_close(writer, '}');
		}
	}
	writer_close(writer, ']');
}

static void put_matrix(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "scale", '{');
	put_labels(writer, "likelihood", model->scale.likelihood, model->scale.likelihoods);
	put_labels(writer, "impact", model->scale.impact, model->scale.impacts);
	writer_open(writer, "bands", '[');
	for (size_t i = 0; i < model->scale.bands.count; i++) {
		const struct report_band *band = &model->scale.bands.items[i];
		writer_open(writer, NULL, '{');
		writer_count(writer, "from", band->from);
		writer_text(writer, "title", band->title);
		writer_text(writer, "colour", band->colour);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_close(writer, '}');
	writer_open(writer, "cells", '{');
	put_cells(writer, "inherent", model, inherent_of);
	put_cells(writer, "residual", model, residual_of);
	put_cells(writer, "target", model, target_of);
	writer_close(writer, '}');
	put_risks(writer, model);
}

static void put_change_counts(struct json_writer *writer, const char *name, const char *key,
                              const struct report_change_count *rows, size_t count)
{
	writer_open(writer, name, '[');
	for (size_t i = 0; i < count; i++) {
		writer_row(writer);
		writer_text(writer, key, rows[i].name);
		for (int sort = 0; sort < REPORT_CHANGE_SORTS; sort++)
			writer_count(writer, report_change_names[sort], rows[i].sorts[sort]);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

void render_json_fields(struct json_writer *writer, const struct report_field *fields, size_t count)
{
	writer_open(writer, "fields", '[');
	for (size_t i = 0; i < count; i++) {
		writer_open(writer, NULL, '{');
		writer_text(writer, "path", fields[i].path);
		writer_text(writer, "label", fields[i].label);
		writer_text(writer, "before", fields[i].before);
		writer_text(writer, "after", fields[i].after);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_change(struct json_writer *writer, const struct report_change *change)
{
	writer_row(writer);
	writer_text(writer, "kind", change->kind);
	writer_text(writer, "id", change->id);
	writer_text(writer, "title", change->title);
	writer_text(writer, "change", report_change_names[change->sort]);
	writer_text(writer, "state", change->state);
	writer_text(writer, "user", change->user);
	writer_text(writer, "time", change->time);
	writer_count(writer, "version", change->version);
	if (change->version_before)
		writer_count(writer, "version_before", change->version_before);
	else
		writer_null(writer, "version_before");
	render_json_fields(writer, change->fields.items, change->fields.count);
	writer_text(writer, "owner", change->owner);
	if (change->package)
		writer_count(writer, "package", change->package);
	else
		writer_null(writer, "package");
	writer_close(writer, '}');
}

static void put_packages(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "packages", '[');
	for (size_t i = 0; i < model->packages.count; i++) {
		const struct report_package *row = &model->packages.items[i];
		writer_row(writer);
		writer_text(writer, "from", row->from);
		writer_count(writer, "package", row->sequence);
		writer_text(writer, "created", row->created);
		writer_text(writer, "received", row->received);
		writer_text(writer, "user", row->user);
		writer_count(writer, "entries", row->size);
		writer_count(writer, "records", row->records);
		writer_count(writer, "versions", row->versions);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_changes(struct json_writer *writer, const struct report_model *model)
{
	put_change_counts(writer, "counts", "kind", model->changes_by_kind.items, model->changes_by_kind.count);
	put_change_counts(writer, "states", "state", model->changes_by_state.items, model->changes_by_state.count);
	writer_open(writer, "users", '[');
	for (size_t i = 0; i < model->authors.count; i++) {
		writer_row(writer);
		writer_text(writer, "user", model->authors.items[i].user);
		writer_count(writer, "commits", model->authors.items[i].commits);
		writer_count(writer, "versions", model->authors.items[i].versions);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "changes", '[');
	for (size_t i = 0; i < model->changes.count; i++)
		put_change(writer, &model->changes.items[i]);
	writer_close(writer, ']');
	put_packages(writer, model);
}

static void put_due(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "items", '[');
	for (size_t i = 0; i < model->due.count; i++) {
		const struct report_due *row = &model->due.items[i];
		writer_row(writer);
		writer_text(writer, "date", row->date);
		writer_number(writer, "days", row->days);
		writer_text(writer, "event", report_event_names[row->event]);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "state", row->state);
		if (row->event == REPORT_EVENT_REPORT)
			writer_count(writer, "count", row->count);
		else
			writer_null(writer, "count");
		writer_flag(writer, "overdue", row->overdue);
		writer_flag(writer, "later", row->later);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

void render_json(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	static void (*const bodies[REPORT_KINDS])(struct json_writer *, const struct report_model *) = {
		[REPORT_STATUS] = render_json_status,   [REPORT_REGISTER] = put_register, [REPORT_MATRIX] = put_matrix,
		[REPORT_CHANGES] = put_changes, [REPORT_DUE] = put_due,
		[REPORT_SUMMARY] = render_json_summary, [REPORT_MEASURE] = render_json_dossier, [REPORT_RISK] = render_json_dossier,
		[REPORT_DOMAIN] = render_json_dossier,  [REPORT_STATE] = render_json_dossier,
	};
	struct json_writer writer = { output, &output->text, false };

	(void)look;
	writer_open(&writer, NULL, '{');
	put_head(&writer, model);
	put_frame(&writer, &model->frame);
	bodies[model->kind](&writer, model);
	writer_close(&writer, '}');
	buffer_append_char(writer.to, '\n');
}
