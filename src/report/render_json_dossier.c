/* A dossier as JSON: what is its own, then the members of the status report. */
#include "report/render_json.h"

static void put_details(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "details", '[');
	for (size_t i = 0; i < model->details.count; i++) {
		writer_row(writer);
		writer_text(writer, "path", model->details.items[i].path);
		writer_text(writer, "label", model->details.items[i].label);
		writer_text(writer, "text", model->details.items[i].text);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_plan(struct json_writer *writer, const struct report_measure *measure)
{
	writer_open(writer, "plan", '[');
	for (size_t i = 0; i < measure->plan.count; i++) {
		const struct report_milestone *row = &measure->plan.items[i];
		writer_open(writer, NULL, '{');
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "due", row->due);
		writer_text(writer, "done", row->done);
		writer_flag(writer, "late", row->late);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_reports(struct json_writer *writer, const struct report_measure *measure)
{
	writer_open(writer, "reports", '[');
	for (size_t i = 0; i < measure->reports.count; i++) {
		const struct report_said *row = &measure->reports.items[i];
		writer_open(writer, NULL, '{');
		writer_text(writer, "state", row->state);
		writer_flag(writer, "lead", row->is_lead);
		writer_flag(writer, "declined", row->is_declined);
		writer_text(writer, "status", row->word);
		writer_progress(writer, "progress", row->progress);
		writer_text(writer, "date", row->date);
		writer_text(writer, "text", row->text);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_measures(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "measures", '[');
	for (size_t i = 0; i < model->measures.count; i++) {
		const struct report_measure *row = &model->measures.items[i];
		writer_row(writer);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_list(writer, "risks", row->risks);
		writer_text(writer, "lead", row->lead);
		writer_list(writer, "support", row->support);
		writer_text(writer, "status", row->word);
		writer_progress(writer, "progress", row->progress);
		writer_text(writer, "start", row->start);
		writer_text(writer, "due", row->due);
		writer_text(writer, "original_due", row->original_due);
		writer_text(writer, "due_reason", row->due_reason);
		writer_flag(writer, "overdue", row->overdue);
		put_plan(writer, row);
		put_reports(writer, row);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_risks(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "risks", '[');
	for (size_t i = 0; i < model->risks.count; i++)
		render_json_risk(writer, model, &model->risks.items[i]);
	writer_close(writer, ']');
}

static void put_past(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "past", '[');
	for (size_t i = 0; i < model->past.count; i++) {
		const struct report_past *row = &model->past.items[i];
		writer_row(writer);
		writer_text(writer, "date", row->date);
		writer_text(writer, "state", row->state);
		writer_text(writer, "status", row->word);
		writer_progress(writer, "progress", row->progress);
		writer_flag(writer, "declined", row->is_declined);
		writer_text(writer, "note", row->note);
		writer_text(writer, "reason", row->reason);
		writer_text(writer, "obstacles", row->obstacles);
		writer_text(writer, "help", row->help);
		writer_text(writer, "user", row->user);
		writer_text(writer, "owner", row->owner);
		writer_count(writer, "version", row->version);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "values", '[');
	for (size_t i = 0; i < model->readings.count; i++) {
		const struct report_reading *row = &model->readings.items[i];
		writer_row(writer);
		writer_text(writer, "id", row->id);
		writer_text(writer, "title", row->title);
		writer_text(writer, "unit", row->unit);
		writer_text(writer, "state", row->state);
		writer_text(writer, "date", row->date);
		writer_number(writer, "value", row->value);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
	writer_open(writer, "files", '[');
	for (size_t i = 0; i < model->files.count; i++) {
		const struct report_file *row = &model->files.items[i];
		writer_row(writer);
		writer_text(writer, "blake2b_256", row->digest);
		writer_text(writer, "sha256", row->sha256);
		writer_text(writer, "name", row->name);
		writer_text(writer, "media_type", row->media_type);
		writer_number(writer, "size", row->size);
		writer_text(writer, "time", row->time);
		writer_text(writer, "user", row->user);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_versions(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "versions", '[');
	for (size_t i = 0; i < model->versions.count; i++) {
		const struct report_version *row = &model->versions.items[i];
		writer_row(writer);
		writer_count(writer, "version", row->version);
		writer_text(writer, "time", row->time);
		writer_text(writer, "user", row->user);
		writer_text(writer, "owner", row->owner);
		render_json_fields(writer, row->fields.items, row->fields.count);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

void render_json_dossier(struct json_writer *writer, const struct report_model *model)
{
	writer_open(writer, "object", '{');
	writer_text(writer, "kind", model->kind_name);
	writer_text(writer, "id", model->object);
	writer_text(writer, "title", model->object_title);
	writer_close(writer, '}');
	put_details(writer, model);
	put_measures(writer, model);
	put_risks(writer, model);
	if (model->kind == REPORT_MEASURE)
		put_past(writer, model);
	put_versions(writer, model);
	render_json_status(writer, model);
}
