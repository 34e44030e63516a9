/* The status report as JSON; its shape is told in render_json.c. */
#include "report/render_json.h"

static void put_parts(struct json_writer *writer, uint64_t offered, uint64_t accepted, uint64_t declined)
{
	writer_open(writer, "parts", '{');
	writer_count(writer, "offered", offered);
	writer_count(writer, "accepted", accepted);
	writer_count(writer, "declined", declined);
	writer_close(writer, '}');
}

static void put_risk_list(struct json_writer *writer, const char *name, const struct report_model *model,
                          const struct report_risk *const *risks, size_t count)
{
	writer_open(writer, name, '[');
	for (size_t i = 0; i < count; i++)
		render_json_risk(writer, model, risks[i]);
	writer_close(writer, ']');
}

static void put_states(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "states", '[');
	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_state *state = &model->states.items[i];
		writer_row(writer);
		writer_text(writer, "id", state->id);
		writer_text(writer, "title", state->title);
		writer_open(writer, "lead", '{');
		render_json_counts(writer, &state->lead);
		writer_close(writer, '}');
		writer_open(writer, "support", '{');
		writer_count(writer, "measures", state->parts);
		writer_close(writer, '}');
		writer_open(writer, "reports", '{');
		writer_count(writer, "owed", state->owed);
		writer_count(writer, "received", state->received);
		writer_close(writer, '}');
		put_parts(writer, state->offered, state->accepted, state->declined);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_moved(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "moved", '[');
	for (size_t i = 0; i < model->moved.count; i++) {
		const struct report_move *row = &model->moved.items[i];
		writer_row(writer);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "lead", row->lead);
		writer_text(writer, "status_before", row->before);
		writer_text(writer, "status", row->after);
		writer_progress(writer, "progress_before", row->progress_before);
		writer_progress(writer, "progress", row->progress);
		writer_flag(writer, "newly_overdue", row->newly_overdue);
		writer_flag(writer, "due_moved", row->due_moved);
		writer_text(writer, "due_before", row->due_before);
		writer_text(writer, "due", row->due);
		writer_text(writer, "original_due", row->original_due);
		writer_text(writer, "due_reason", row->due_reason);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_named(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "no_report", '[');
	for (size_t i = 0; i < model->without_report.count; i++) {
		const struct report_named *row = &model->without_report.items[i];
		writer_row(writer);
		writer_text(writer, "measure", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "state", row->state);
		writer_text(writer, "role", row->text);
		writer_text(writer, "due", row->due);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "declined", '[');
	for (size_t i = 0; i < model->declined_parts.count; i++) {
		const struct report_named *row = &model->declined_parts.items[i];
		writer_row(writer);
		writer_text(writer, "measure", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "state", row->state);
		writer_text(writer, "reason", row->text);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "measures_without_lead", '[');
	for (size_t i = 0; i < model->without_lead.count; i++) {
		const struct report_named *row = &model->without_lead.items[i];
		writer_row(writer);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "due", row->due);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_indicators(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "indicators", '[');
	for (size_t i = 0; i < model->indicators.count; i++) {
		const struct report_indicator *row = &model->indicators.items[i];
		writer_row(writer);
		writer_text(writer, "measure", row->measure);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "unit", row->unit);
		writer_text(writer, "state", row->state);
		writer_text(writer, "date", row->date);
		if (row->has_baseline)
			writer_number(writer, "baseline", row->baseline);
		else
			writer_null(writer, "baseline");
		writer_number(writer, "target", row->target);
		if (row->has_value) {
			writer_number(writer, "value", row->value);
			writer_number(writer, "percent", row->percent);
		} else {
			writer_null(writer, "value");
			writer_null(writer, "percent");
		}
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_milestones(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "milestones", '[');
	for (size_t i = 0; i < model->milestones.count; i++) {
		const struct report_milestone *row = &model->milestones.items[i];
		writer_row(writer);
		writer_text(writer, "measure", row->measure);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "lead", row->lead);
		writer_text(writer, "due", row->due);
		writer_text(writer, "done", row->done);
		writer_flag(writer, "met", *row->done != '\0');
		writer_flag(writer, "late", row->late);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_remarks(struct json_writer *writer, const char *name, const char *date_name,
                        const struct report_remark *rows, size_t count)
{
	writer_open(writer, name, '[');
	for (size_t i = 0; i < count; i++) {
		writer_row(writer);
		writer_text(writer, "measure", rows[i].measure);
		writer_text(writer, "title", rows[i].title);
		writer_text(writer, "state", rows[i].state);
		writer_text(writer, date_name, rows[i].date);
		writer_text(writer, "text", rows[i].text);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_totals(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "totals", '{');
	render_json_counts(writer, &model->totals);
	writer_close(writer, '}');
	put_parts(writer, model->offered, model->accepted, model->declined);
}

static void put_percent(struct json_writer *writer, const char *name, int percent)
{
	if (percent >= 0)
		writer_progress(writer, name, percent);
}

static void put_trend(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "trend", '[');
	for (size_t i = 0; i < model->trend.count; i++) {
		const struct report_trend *row = &model->trend.items[i];
		writer_open(writer, NULL, '{');
		writer_text(writer, "id", row->label);
		writer_progress(writer, "all", row->all);
		writer_open(writer, "domains", '{');
		for (size_t j = 0; j < model->domains.count; j++)
			put_percent(writer, model->domains.items[j].id, row->domains[j]);
		writer_close(writer, '}');
		writer_open(writer, "states", '{');
		for (size_t j = 0; j < model->states.count; j++)
			put_percent(writer, model->states.items[j].id, row->states[j]);
		writer_close(writer, '}');
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

void render_json_status(struct json_writer *writer, const struct report_model *model)
{
	put_totals(writer, model);
	render_json_domains(writer, model, true);
	put_states(writer, model);
	put_moved(writer, model);
	put_named(writer, model);
	put_indicators(writer, model);
	put_milestones(writer, model);
	put_risk_list(writer, "risks_without_measure", model, model->without_measure.items, model->without_measure.count);
	put_risk_list(writer, "highest_risks", model, model->highest.items, model->highest.count);
	put_risk_list(writer, "accepted", model, model->accepted_risks.items, model->accepted_risks.count);
	put_remarks(writer, "obstacles", "date", model->obstacles.items, model->obstacles.count);
	put_remarks(writer, "help", "date", model->help.items, model->help.count);
	put_remarks(writer, "next_steps", "due", model->next_steps.items, model->next_steps.count);
	put_trend(writer, model);
	if (model->joint)
		render_json_joint(writer, model);
}

/* All of its lists, though people are shown no more than the first rows. */
void render_json_summary(struct json_writer *writer, const struct report_model *model)
{
	put_totals(writer, model);
	writer_count(writer, "risks_open", model->risks_open);
	put_risk_list(writer, "highest_risks", model, model->highest.items, model->highest.count);
	writer_open(writer, "late", '[');
	for (size_t i = 0; i < model->late.count; i++) {
		const struct report_named *row = &model->late.items[i];
		writer_row(writer);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "lead", row->lead);
		writer_text(writer, "due", row->due);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "asked", '[');
	for (size_t i = 0; i < model->asked.count; i++) {
		const struct report_asked *row = &model->asked.items[i];
		writer_row(writer);
		writer_text(writer, "matter", report_request_names[row->request]);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "state", row->state);
		writer_text(writer, "date", row->date);
		writer_text(writer, "text", row->text);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}
