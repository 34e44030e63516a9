/* The status report as a document: the measures one by one, their indicators and
 * milestones, and what the states wrote. */
#include <string.h>

#include "report/compose_parts.h"

/* ---- All measures ------------------------------------------------------------------ */

/* "KAZ=in-progress 40;UZB=" in words. */
static void append_support(struct compose *compose, const struct report_measure *row)
{
	for (size_t i = 0; i < row->reports.count; i++) {
		const struct report_said *said = &row->reports.items[i];
		if (said->is_lead)
			continue;
		buffer_append_format(&compose->line, "%s%s: ", compose->line.size ? "; " : "", said->state);
		if (said->is_declined)
			buffer_append_text(&compose->line, say(PHRASE_SAYS_DECLINED));
		else if (*said->word)
			buffer_append_format(&compose->line, "%s %d %%", words_status(said->word), said->progress);
		else
			buffer_append_text(&compose->line, say(PHRASE_MOVED_NO_REPORT));
	}
}

static void add_measure(struct compose *compose, struct document_table *table, const struct report_measure *row)
{
	bool slipped = *row->original_due && strcmp(row->original_due, row->due) != 0;

	compose_cell(compose, table, row->id);
	compose_cell(compose, table, row->title);
	compose_cell(compose, table, row->domain);
	compose_cell(compose, table, row->risks);
	compose_cell(compose, table, row->lead);
	append_support(compose, row);
	compose_cell_line(compose, table);
	compose_cell_alarm(compose, table, *row->word ? words_status(row->word) : say(PHRASE_MOVED_NO_REPORT),
	                   row->no_report);
	document_cell_percent(compose->document, table, row->progress);
	document_cell_date(compose->document, table, row->reported, false);
	document_cell_date(compose->document, table, row->start, false);
	document_cell_date(compose->document, table, row->due, row->overdue);
	document_cell_date(compose->document, table, slipped ? row->original_due : "", false);
	if (row->milestones)
		buffer_append_format(&compose->line, "%llu / %llu", (unsigned long long)row->milestones_done,
		                     (unsigned long long)row->milestones);
	compose_cell_line(compose, table);
	compose_cell(compose, table, row->marking);
}

void compose_measures(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_DOMAIN, PHRASE_HELP_DOMAIN, DOCUMENT_TEXT, 6 },
		{ PHRASE_RISKS, PHRASE_HELP_RISKS, DOCUMENT_TEXT, 8 },
		{ PHRASE_LEAD, PHRASE_HELP_LEAD, DOCUMENT_TEXT, 5 },
		{ PHRASE_SUPPORT, PHRASE_HELP_SUPPORT, DOCUMENT_TEXT, 14 },
		{ PHRASE_STATUS, PHRASE_HELP_STATUS, DOCUMENT_TEXT, 11 },
		{ PHRASE_PROGRESS, PHRASE_HELP_PROGRESS, DOCUMENT_PERCENT, 6 },
		{ PHRASE_REPORTED, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
		{ PHRASE_START, PHRASE_HELP_START, DOCUMENT_DATE, 10 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
		{ PHRASE_ORIGINAL_DUE, PHRASE_HELP_ORIGINAL_DUE, DOCUMENT_DATE, 10 },
		{ PHRASE_SHORT_MILESTONES, PHRASE_HELP_MILESTONES, DOCUMENT_TEXT, 7 },
		{ PHRASE_MARKING, PHRASE_HELP_MARKING, DOCUMENT_TEXT, 9 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "measures", PHRASE_MEASURES);
	if (model->kind != REPORT_REGISTER)
		compose_timeline_figures(compose);
	if (model->kind == REPORT_STATUS && model->columns.count) {
		compose_chosen(compose);
		return;
	}
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->measures.count; i++)
		add_measure(compose, table, &model->measures.items[i]);
}

/* ---- Indicators and milestones -------------------------------------------------------- */

static void add_optional(struct compose *compose, struct document_table *table, bool present, int64_t number)
{
	if (present)
		document_cell_number(compose->document, table, number);
	else
		compose_cell(compose, table, "");
}

void compose_indicators(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },
		{ PHRASE_INDICATOR, PHRASE_HELP_INDICATOR, DOCUMENT_TEXT, 0 },
		{ PHRASE_UNIT, PHRASE_HELP_UNIT, DOCUMENT_TEXT, 12 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_VALUE, DOCUMENT_TEXT, 6 },
		{ PHRASE_DATE, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
		{ PHRASE_BASELINE, PHRASE_HELP_BASELINE, DOCUMENT_NUMBER, 8 },
		{ PHRASE_VALUE, PHRASE_HELP_VALUE, DOCUMENT_NUMBER, 8 },
		{ PHRASE_TARGET, PHRASE_HELP_TARGET, DOCUMENT_NUMBER, 8 },
		{ PHRASE_WAY, PHRASE_HELP_WAY, DOCUMENT_NUMBER, 6 },
	};
	const struct report_model *model = compose->model;
	char reported[SAY_NUMBER_SIZE], set[SAY_NUMBER_SIZE];

	compose_section(compose, 1, "indicators", PHRASE_INDICATORS);
	document_add_paragraph(compose->document, compose_say(compose, PHRASE_INDICATORS_REPORTED,
	                                                      say_number(model->indicators_reported, reported),
	                                                      say_number(model->indicators_set, set), NULL));
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->indicators.count; i++) {
		const struct report_indicator *row = &model->indicators.items[i];
		buffer_append_format(&compose->line, "%s %s", row->measure, row->id);
		compose_cell_line(compose, table);
		compose_cell(compose, table, row->title);
		compose_cell(compose, table, row->unit);
		compose_cell(compose, table, row->state);
		document_cell_date(compose->document, table, row->date, false);
		add_optional(compose, table, row->has_baseline, row->baseline);
		add_optional(compose, table, row->has_value, row->value);
		document_cell_number(compose->document, table, row->target);
		add_optional(compose, table, row->has_value, row->percent);
	}
}

static void add_milestones(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },
		{ PHRASE_MILESTONE, PHRASE_HELP_MILESTONE, DOCUMENT_TEXT, 0 },
		{ PHRASE_LEAD, PHRASE_HELP_LEAD, DOCUMENT_TEXT, 5 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
		{ PHRASE_RESULT, PHRASE_HELP_RESULT, DOCUMENT_TEXT, 10 },
		{ PHRASE_REACHED, PHRASE_HELP_REACHED, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "milestones", PHRASE_MILESTONES);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->milestones.count; i++) {
		const struct report_milestone *row = &model->milestones.items[i];
		buffer_append_format(&compose->line, "%s %s", row->measure, row->id);
		compose_cell_line(compose, table);
		compose_cell(compose, table, row->title);
		compose_cell(compose, table, row->lead);
		document_cell_date(compose->document, table, row->due, false);
		compose_cell_alarm(compose, table,
		                   say(!*row->done ? PHRASE_MISSED : row->late ? PHRASE_MET_LATE : PHRASE_MET), !*row->done);
		document_cell_date(compose->document, table, row->done, false);
	}
}

void compose_progress(struct compose *compose)
{
	compose_indicators(compose);
	add_milestones(compose);
}

/* ---- What the states wrote --------------------------------------------------------------- */

static void add_remarks(struct compose *compose, const char *name, enum phrase heading,
                        const struct report_remark *rows, size_t count)
{
	static const struct compose_head reported[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_WROTE, DOCUMENT_TEXT, 6 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_DATE, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
	};
	static const struct compose_head due[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_WROTE, DOCUMENT_TEXT, 6 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
	};
	bool is_step = heading == PHRASE_NEXT_STEPS;

	compose_section(compose, 1, name, heading);
	struct document_table *table = is_step ? compose_table(compose, due) : compose_table(compose, reported);
	for (size_t i = 0; i < count; i++) {
		compose_cell(compose, table, rows[i].measure);
		compose_cell(compose, table, rows[i].title);
		compose_cell(compose, table, rows[i].state);
		compose_cell(compose, table, rows[i].text);
		document_cell_date(compose->document, table, rows[i].date,
		                   is_step && strcmp(rows[i].date, compose->model->cut_off) < 0);
	}
}

void compose_remarks(struct compose *compose)
{
	const struct report_model *model = compose->model;

	add_remarks(compose, "obstacles", PHRASE_OBSTACLES, model->obstacles.items, model->obstacles.count);
	add_remarks(compose, "help", PHRASE_HELP, model->help.items, model->help.count);
	add_remarks(compose, "next-steps", PHRASE_NEXT_STEPS, model->next_steps.items, model->next_steps.count);
}
