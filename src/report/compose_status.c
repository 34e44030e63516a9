/* The status report as a document: counts, what moved, and the lists that ask for
 * attention. */
#include <string.h>

#include "report/compose_parts.h"

/* ---- In total ---------------------------------------------------------------------- */

static void add_total(struct compose *compose, struct document_table *table, enum phrase label, uint64_t count)
{
	compose_cell(compose, table, say(label));
	compose_cell_count(compose, table, count);
}

static void compose_totals(struct compose *compose)
{
	static const enum phrase words[REPORT_WORDS] = { PHRASE_PLANNED,  PHRASE_IN_PROGRESS, PHRASE_COMPLETED,
		                                             PHRASE_VERIFIED, PHRASE_ON_HOLD,     PHRASE_CANCELLED };
	static const struct compose_head heads[] = {
		{ PHRASE_MEASURES, PHRASE_HELP_TOTAL, DOCUMENT_TEXT, 0 },
		{ PHRASE_NUMBER, PHRASE_HELP_NUMBER, DOCUMENT_NUMBER, 8 },
	};
	const struct report_model *model = compose->model;
	const struct report_counts *totals = &model->totals;
	char one[SAY_NUMBER_SIZE], two[SAY_NUMBER_SIZE], three[SAY_NUMBER_SIZE];

	compose_section(compose, 1, "totals", PHRASE_TOTALS);
	if (model->conditions.count)
		document_add_paragraph(compose->document, say(PHRASE_COUNTS_FILTERED));
	document_add_paragraph(compose->document,
	                       compose_say(compose, PHRASE_PARTS, say_number(model->accepted, one),
	                                   say_number(model->offered, two), say_number(model->declined, three)));
	if (totals->unreported) {
		say_count(&compose->line, PHRASE_UNREPORTED, totals->unreported, NULL, NULL);
		document_add_paragraph(compose->document, compose_line(compose));
	}
	struct document_table *table = compose_table(compose, heads);
	add_total(compose, table, PHRASE_MEASURES, totals->measures);
	for (int i = 0; i < REPORT_WORDS; i++)
		add_total(compose, table, words[i], totals->words[i]);
	add_total(compose, table, PHRASE_OVERDUE, totals->overdue);
	add_total(compose, table, PHRASE_DUE_SOON, totals->due_soon);
	add_total(compose, table, PHRASE_NO_REPORT, totals->no_report);
	add_total(compose, table, PHRASE_RISKS_OPEN, model->risks_open);
}

/* ---- By domain and state ------------------------------------------------------------ */

static void add_counts(struct compose *compose, struct document_table *table, const char *id, const char *title,
                       const struct report_counts *counts)
{
	compose_cell(compose, table, id);
	compose_cell(compose, table, title);
	compose_cell_count(compose, table, counts->measures);
	for (int i = 0; i < REPORT_WORDS; i++)
		compose_cell_count(compose, table, counts->words[i]);
	compose_cell_count(compose, table, counts->overdue);
	compose_cell_count(compose, table, counts->due_soon);
	compose_cell_count(compose, table, counts->no_report);
}

#define COUNT_HEADS                                                                      \
	{ PHRASE_SHORT_ALL, PHRASE_HELP_ALL, DOCUMENT_NUMBER, 5 },                           \
	{ PHRASE_SHORT_PLANNED, PHRASE_HELP_PLANNED, DOCUMENT_NUMBER, 5 },                   \
	{ PHRASE_SHORT_IN_PROGRESS, PHRASE_HELP_IN_PROGRESS, DOCUMENT_NUMBER, 5 },           \
	{ PHRASE_SHORT_COMPLETED, PHRASE_HELP_COMPLETED, DOCUMENT_NUMBER, 5 },               \
	{ PHRASE_SHORT_VERIFIED, PHRASE_HELP_VERIFIED, DOCUMENT_NUMBER, 5 },                 \
	{ PHRASE_SHORT_ON_HOLD, PHRASE_HELP_ON_HOLD, DOCUMENT_NUMBER, 5 },                   \
	{ PHRASE_SHORT_CANCELLED, PHRASE_HELP_CANCELLED, DOCUMENT_NUMBER, 5 },               \
	{ PHRASE_SHORT_OVERDUE, PHRASE_HELP_OVERDUE, DOCUMENT_NUMBER, 5 },                   \
	{ PHRASE_SHORT_DUE_SOON, PHRASE_HELP_DUE_SOON, DOCUMENT_NUMBER, 5 },                 \
	{ PHRASE_SHORT_NO_REPORT, PHRASE_HELP_NO_REPORT, DOCUMENT_NUMBER, 6 }

static void add_domains(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_DOMAIN, PHRASE_HELP_DOMAIN, DOCUMENT_TEXT, 6 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		COUNT_HEADS,
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "domains", PHRASE_BY_DOMAIN);
	compose_domain_bars(compose);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->domains.count; i++) {
		const struct report_domain *domain = &model->domains.items[i];
		if (compose_shows_domain(compose, domain))
			add_counts(compose, table, domain->id, domain->title, &domain->counts);
	}
}

static void add_states(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, PHRASE_HELP_STATE_LEAD, DOCUMENT_TEXT, 6 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		COUNT_HEADS,
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "states", PHRASE_BY_STATE);
	compose_state_bars(compose);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->states.count; i++)
		add_counts(compose, table, model->states.items[i].id, model->states.items[i].title,
		           &model->states.items[i].lead);
	compose_heat_figure(compose);
}

static void add_parts(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_LEADS, PHRASE_HELP_LEADS, DOCUMENT_NUMBER, 8 },
		{ PHRASE_SUPPORTS, PHRASE_HELP_SUPPORTS, DOCUMENT_NUMBER, 8 },
		{ PHRASE_REPORTS_OWED, PHRASE_HELP_REPORTS_OWED, DOCUMENT_NUMBER, 8 },
		{ PHRASE_REPORTS_RECEIVED, PHRASE_HELP_REPORTS_RECEIVED, DOCUMENT_NUMBER, 8 },
		{ PHRASE_OFFERED, PHRASE_HELP_OFFERED, DOCUMENT_NUMBER, 8 },
		{ PHRASE_ACCEPTED, PHRASE_HELP_ACCEPTED, DOCUMENT_NUMBER, 8 },
		{ PHRASE_DECLINED, PHRASE_HELP_DECLINED, DOCUMENT_NUMBER, 8 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "parts", PHRASE_BY_STATE_PARTS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_state *state = &model->states.items[i];
		compose_cell(compose, table, state->id);
		compose_cell(compose, table, state->title);
		compose_cell_count(compose, table, state->lead.measures);
		compose_cell_count(compose, table, state->parts);
		compose_cell_count(compose, table, state->owed);
		compose_cell_count(compose, table, state->received);
		compose_cell_count(compose, table, state->offered);
		compose_cell_count(compose, table, state->accepted);
		compose_cell_count(compose, table, state->declined);
	}
}

/* ---- What moved ----------------------------------------------------------------------- */

/* "no report" where there was none: that is not no progress. */
static void add_word(struct compose *compose, struct document_table *table, const char *word, int progress)
{
	compose_cell(compose, table, *word ? words_status(word) : say(PHRASE_MOVED_NO_REPORT));
	document_cell_percent(compose->document, table, progress);
}

static void append_remark(struct compose *compose, const char *label, const char *text)
{
	if (*text)
		buffer_append_format(&compose->line, "%s%s%s%s", compose->line.size ? "; " : "", label, *label ? " " : "",
		                     text);
}

static void add_move(struct compose *compose, struct document_table *table, const struct report_move *move)
{
	compose_cell(compose, table, move->id);
	compose_cell(compose, table, move->title);
	compose_cell(compose, table, move->lead);
	add_word(compose, table, move->before, move->progress_before);
	add_word(compose, table, move->after, move->progress);
	document_cell_date(compose->document, table, move->due_moved ? move->due_before : "", false);
	document_cell_date(compose->document, table, move->due, move->newly_overdue);
	append_remark(compose, "", move->newly_overdue ? say(PHRASE_NEWLY_OVERDUE) : "");
	if (move->due_moved) {
		append_remark(compose, "", !*move->due_before || !*move->due ? say(PHRASE_NO_DATE) : "");
		append_remark(compose, say(PHRASE_FIRST_DUE), compose_said_day(compose, move->original_due));
		append_remark(compose, "", move->due_reason);
	}
	compose_cell_line(compose, table);
}

static void add_moved(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_LEAD, PHRASE_HELP_LEAD, DOCUMENT_TEXT, 5 },
		{ PHRASE_BEFORE, PHRASE_HELP_BEFORE, DOCUMENT_TEXT, 11 },
		{ PHRASE_PROGRESS_BEFORE, PHRASE_HELP_BEFORE, DOCUMENT_PERCENT, 6 },
		{ PHRASE_NOW, PHRASE_HELP_NOW, DOCUMENT_TEXT, 11 },
		{ PHRASE_PROGRESS, PHRASE_HELP_PROGRESS, DOCUMENT_PERCENT, 6 },
		{ PHRASE_DUE_BEFORE, PHRASE_HELP_DUE_BEFORE, DOCUMENT_DATE, 10 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
		{ PHRASE_REMARK, PHRASE_HELP_REMARK, DOCUMENT_TEXT, 20 },
	};
	const struct report_model *model = compose->model;

	buffer_append_format(&compose->line, "%s %s", say(PHRASE_MOVED), model->previous.label);
	document_add_section(compose->document, 1, "moved", compose_line(compose));
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->moved.count; i++)
		add_move(compose, table, &model->moved.items[i]);
}

/* ---- What is missing -------------------------------------------------------------------- */

/* One row for each measure: the states that owe a report on it. */
static void add_without_report(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_OWED_BY, PHRASE_HELP_OWED_BY, DOCUMENT_TEXT, 20 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "no-report", PHRASE_WITHOUT_REPORT);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->without_report.count; i++) {
		const struct report_named *row = &model->without_report.items[i];
		const struct report_named *next = i + 1 < model->without_report.count ? row + 1 : NULL;
		buffer_append_format(&compose->line, "%s%s%s", compose->line.size ? " " : "", row->state,
		                     strcmp(row->text, "lead") == 0 ? "*" : "");
		if (next && strcmp(next->id, row->id) == 0)
			continue;
		compose_cell(compose, table, row->id);
		compose_cell(compose, table, row->title);
		compose_cell_line(compose, table);
		document_cell_date(compose->document, table, row->due, strcmp(row->due, model->cut_off) < 0);
	}
	if (*model->audience)
		document_add_note(compose->document, say(PHRASE_NOT_FOR_THEM));
}

static void add_without_lead(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "no-lead", PHRASE_WITHOUT_LEAD);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->without_lead.count; i++) {
		compose_cell(compose, table, model->without_lead.items[i].id);
		compose_cell(compose, table, model->without_lead.items[i].title);
		document_cell_date(compose->document, table, model->without_lead.items[i].due, false);
	}
}

static void add_declined(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_DECLINED, DOCUMENT_TEXT, 6 },
		{ PHRASE_REASON, PHRASE_HELP_REASON, DOCUMENT_TEXT, 40 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "declined", PHRASE_DECLINED_PARTS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->declined_parts.count; i++) {
		compose_cell(compose, table, model->declined_parts.items[i].id);
		compose_cell(compose, table, model->declined_parts.items[i].title);
		compose_cell(compose, table, model->declined_parts.items[i].state);
		compose_cell(compose, table, model->declined_parts.items[i].text);
	}
}

static void add_trend(struct compose *compose)
{
	if (!compose->model->trend.count)
		return;
	compose_section(compose, 1, "trend", PHRASE_TREND);
	compose_trend_figures(compose);
}

void compose_status(struct compose *compose)
{
	compose_totals(compose);
	if (compose->model->joint)
		compose_joint(compose);
	add_domains(compose);
	add_states(compose);
	if (!compose->model->joint) /* there the parts are told above, by whose word it is */
		add_parts(compose);
	add_trend(compose);
	add_moved(compose);
	if (!compose->model->joint)
		add_without_report(compose);
	add_without_lead(compose);
	add_declined(compose);
	compose_measures(compose);
	compose_progress(compose);
	compose_status_risks(compose);
	compose_remarks(compose);
}
