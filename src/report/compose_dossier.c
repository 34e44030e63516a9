/* A dossier as a document: what its object is, then what the status report tells of it, then what
 * was reported and changed over time. */
#include <string.h>

#include "report/compose_parts.h"

static void add_details(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_FIELD, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "details", PHRASE_DETAILS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->details.count; i++) {
		compose_cell(compose, table, model->details.items[i].label);
		compose_cell(compose, table, model->details.items[i].text);
	}
}

/* ---- Of a measure -------------------------------------------------------------------------- */

static void add_plan(struct compose *compose, const struct report_measure *measure)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_MILESTONE, PHRASE_HELP_MILESTONE, DOCUMENT_TEXT, 0 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
		{ PHRASE_REACHED, PHRASE_HELP_REACHED, DOCUMENT_DATE, 10 },
		{ PHRASE_RESULT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 10 },
	};

	compose_section(compose, 1, "plan", PHRASE_PLAN);
	compose_timeline_figures(compose);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < measure->plan.count; i++) {
		const struct report_milestone *row = &measure->plan.items[i];
		bool missed = !*row->done && *row->due && strcmp(row->due, compose->model->cut_off) < 0;
		compose_cell(compose, table, row->id);
		compose_cell(compose, table, row->title);
		document_cell_date(compose->document, table, row->due, missed);
		document_cell_date(compose->document, table, row->done, false);
		compose_cell_alarm(compose, table,
		                   missed ? say(PHRASE_MISSED) : !*row->done ? "" : say(row->late ? PHRASE_MET_LATE : PHRASE_MET),
		                   missed);
	}
}

static void add_reports(struct compose *compose, const struct report_measure *measure)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },
		{ PHRASE_STATUS, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },
		{ PHRASE_PROGRESS, COMPOSE_NO_HELP, DOCUMENT_PERCENT, 8 },
		{ PHRASE_DATE, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};

	compose_section(compose, 1, "reports", PHRASE_STATES_SAY);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < measure->reports.count; i++) {
		const struct report_said *row = &measure->reports.items[i];
		buffer_append_format(&compose->line, "%s%s", row->state, row->is_lead ? " *" : "");
		compose_cell_line(compose, table);
		compose_cell(compose, table, row->is_declined ? say(PHRASE_SAYS_DECLINED)
		                             : *row->word     ? words_status(row->word)
		                                              : say(PHRASE_MOVED_NO_REPORT));
		document_cell_percent(compose->document, table, row->is_declined ? -1 : row->progress);
		document_cell_date(compose->document, table, row->date, false);
		compose_cell(compose, table, row->text);
	}
	document_add_note(compose->document, say(PHRASE_LEAD_MARK));
}

static void append_said(struct compose *compose, enum phrase label, const char *text)
{
	if (*text)
		buffer_append_format(&compose->line, "%s%s: %s", compose->line.size ? "\n" : "", say(label), text);
}

static void add_past(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_DATE, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_STATUS, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },
		{ PHRASE_PROGRESS, COMPOSE_NO_HELP, DOCUMENT_PERCENT, 8 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_BY, COMPOSE_NO_HELP, DOCUMENT_TEXT, 12 },
		{ PHRASE_VERSION, COMPOSE_NO_HELP, DOCUMENT_NUMBER, 7 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "past", PHRASE_PAST);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->past.count; i++) {
		const struct report_past *row = &model->past.items[i];
		document_cell_date(compose->document, table, row->date, false);
		compose_cell(compose, table, row->state);
		compose_cell(compose, table, row->is_declined ? say(PHRASE_SAYS_DECLINED) : words_status(row->word));
		document_cell_percent(compose->document, table, row->progress);
		buffer_append_text(&compose->line, row->note);
		append_said(compose, PHRASE_REASON, row->reason);
		append_said(compose, PHRASE_OBSTACLES, row->obstacles);
		append_said(compose, PHRASE_HELP, row->help);
		compose_cell_line(compose, table);
		compose_cell(compose, table, row->user);
		compose_cell_count(compose, table, row->version);
	}
}

static void add_readings(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_INDICATOR, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_UNIT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 12 },
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_DATE, COMPOSE_NO_HELP, DOCUMENT_DATE, 10 },
		{ PHRASE_VALUE, COMPOSE_NO_HELP, DOCUMENT_NUMBER, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "values", PHRASE_READINGS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->readings.count; i++) {
		const struct report_reading *row = &model->readings.items[i];
		compose_cell(compose, table, row->id);
		compose_cell(compose, table, row->title);
		compose_cell(compose, table, row->unit);
		compose_cell(compose, table, row->state);
		document_cell_date(compose->document, table, row->date, false);
		document_cell_number(compose->document, table, row->value);
	}
}

static void add_files(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_FILE_NAME, COMPOSE_NO_HELP, DOCUMENT_TEXT, 20 },
		{ PHRASE_BYTES, COMPOSE_NO_HELP, DOCUMENT_NUMBER, 10 },
		{ PHRASE_DATE, COMPOSE_NO_HELP, DOCUMENT_DATE, 10 },
		{ PHRASE_BY, COMPOSE_NO_HELP, DOCUMENT_TEXT, 12 },
		{ PHRASE_DIGEST, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "files", PHRASE_FILES);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->files.count; i++) {
		const struct report_file *row = &model->files.items[i];
		compose_cell(compose, table, row->name);
		document_cell_number(compose->document, table, row->size);
		document_cell_date(compose->document, table, compose_day(compose, row->time), false);
		compose_cell(compose, table, row->user);
		compose_cell(compose, table, row->sha256);
	}
}

/* ---- Of any object ---------------------------------------------------------------------------- */

static void add_versions(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_VERSION, COMPOSE_NO_HELP, DOCUMENT_NUMBER, 7 },
		{ PHRASE_DATE, COMPOSE_NO_HELP, DOCUMENT_DATE, 10 },
		{ PHRASE_BY, COMPOSE_NO_HELP, DOCUMENT_TEXT, 16 },
		{ PHRASE_CHANGED, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "history", PHRASE_HISTORY);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->versions.count; i++) {
		const struct report_version *row = &model->versions.items[i];
		compose_cell_count(compose, table, row->version);
		document_cell_date(compose->document, table, compose_day(compose, row->time), false);
		buffer_append_format(&compose->line, "%s, %s", row->user, row->owner);
		compose_cell_line(compose, table);
		for (size_t j = 0; j < row->fields.count; j++) {
			const struct report_field *field = &row->fields.items[j];
			buffer_append_text(&compose->line, compose->line.size ? "\n" : "");
			words_field(&compose->line, field);
			buffer_append_format(&compose->line, ": %s → %s", *field->before ? field->before : "–",
			                     *field->after ? field->after : "–");
		}
		compose_cell_line(compose, table);
	}
}

void compose_dossier(struct compose *compose)
{
	const struct report_model *model = compose->model;

	add_details(compose);
	if (model->kind == REPORT_MEASURE) {
		if (model->measures.count) { /* one that is retired has none */
			add_reports(compose, &model->measures.items[0]);
			add_plan(compose, &model->measures.items[0]);
		}
		compose_indicators(compose);
		add_readings(compose);
		compose_remarks(compose);
		add_past(compose);
		add_files(compose);
	} else if (model->kind == REPORT_RISK) {
		compose_matrix_figure(compose);
		compose_assessments(compose);
		compose_measures(compose);
		compose_remarks(compose);
	} else {
		compose_status(compose);
	}
	add_versions(compose);
}
