/* The status report as text. */
#include <stdio.h>
#include <string.h>

#include "report/render_text.h"
#include "report/words.h"

/* Starts a table of the given columns. */
#define TABLE(heads) { .columns = (heads), .count = sizeof(heads) / sizeof(heads)[0] }

void text_totals(struct text_page *page)
{
	char one[SAY_NUMBER_SIZE], two[SAY_NUMBER_SIZE], three[SAY_NUMBER_SIZE];
	struct buffer line = { 0 };

	text_section(page, say(PHRASE_TOTALS));
	words_totals(&line, page->model);
	buffer_append_char(&line, '\n');
	say_with(&line, PHRASE_PARTS, say_number(page->model->accepted, one), say_number(page->model->offered, two),
	         say_number(page->model->declined, three));
	page->to->failed |= line.failed;
	layout_fill(page->to, ' ', 2);
	layout_paragraph(page->to, buffer_text(&line), 2, 2, page->columns);
	buffer_free(&line);
}

static void put_counts(struct layout_table *table, const char *id, const char *title,
                       const struct report_counts *counts)
{
	layout_cell(table, id);
	layout_cell(table, title);
	layout_cell_number(table, (int64_t)counts->measures);
	for (int i = 0; i < REPORT_WORDS; i++)
		layout_cell_number(table, (int64_t)counts->words[i]);
	layout_cell_number(table, (int64_t)counts->overdue);
	layout_cell_number(table, (int64_t)counts->due_soon);
	layout_cell_number(table, (int64_t)counts->no_report);
}

static void put_count_tables(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = {
		{ "", false, false },
		{ "", false, true },
		{ say(PHRASE_SHORT_ALL), true, false },
		{ say(PHRASE_SHORT_PLANNED), true, false },
		{ say(PHRASE_SHORT_IN_PROGRESS), true, false },
		{ say(PHRASE_SHORT_COMPLETED), true, false },
		{ say(PHRASE_SHORT_VERIFIED), true, false },
		{ say(PHRASE_SHORT_ON_HOLD), true, false },
		{ say(PHRASE_SHORT_CANCELLED), true, false },
		{ say(PHRASE_SHORT_OVERDUE), true, false },
		{ say(PHRASE_SHORT_DUE_SOON), true, false },
		{ say(PHRASE_SHORT_NO_REPORT), true, false },
	};
	struct layout_table domains = TABLE(heads), states = TABLE(heads);

	text_section(page, say(PHRASE_BY_DOMAIN));
	for (size_t i = 0; i < model->domains.count; i++) {
		const struct report_domain *domain = &model->domains.items[i];
		if ((!*model->only_domain && !model->conditions.count) || domain->risks || domain->counts.measures)
			put_counts(&domains, domain->id, domain->title, &domain->counts);
	}
	layout_table_end(&domains, page->columns, page->to);
	text_section(page, say(PHRASE_BY_STATE));
	for (size_t i = 0; i < model->states.count; i++)
		put_counts(&states, model->states.items[i].id, model->states.items[i].title, &model->states.items[i].lead);
	layout_table_end(&states, page->columns, page->to);
	layout_fill(page->to, ' ', 2);
	layout_paragraph(page->to, say(PHRASE_LEGEND), 2, 2, page->columns);
}

static void put_parts(struct text_page *page)
{
	const struct layout_column heads[] = {
		{ "", false, false },
		{ "", false, true },
		{ say(PHRASE_LEAD), true, false },
		{ say(PHRASE_SUPPORTS), true, false },
		{ say(PHRASE_REPORTS_OWED), true, false },
		{ say(PHRASE_REPORTS_RECEIVED), true, false },
		{ say(PHRASE_OFFERED), true, false },
		{ say(PHRASE_ACCEPTED), true, false },
		{ say(PHRASE_DECLINED), true, false },
	};
	struct layout_table table = TABLE(heads);

	text_section(page, say(PHRASE_BY_STATE_PARTS));
	for (size_t i = 0; i < page->model->states.count; i++) {
		const struct report_state *state = &page->model->states.items[i];
		layout_cell(&table, state->id);
		layout_cell(&table, state->title);
		layout_cell_number(&table, (int64_t)state->lead.measures);
		layout_cell_number(&table, (int64_t)state->parts);
		layout_cell_number(&table, (int64_t)state->owed);
		layout_cell_number(&table, (int64_t)state->received);
		layout_cell_number(&table, (int64_t)state->offered);
		layout_cell_number(&table, (int64_t)state->accepted);
		layout_cell_number(&table, (int64_t)state->declined);
	}
	layout_table_end(&table, page->columns, page->to);
}

/* "in-progress 40 %", or that there is no report. */
static void append_word(struct buffer *to, const char *word, int progress)
{
	if (*word)
		buffer_append_format(to, "%s %d %%", say_word(word), progress);
	else
		buffer_append_text(to, say(PHRASE_MOVED_NO_REPORT));
}

/* A paragraph of its own; the line is empty again afterwards. */
static void put_item(struct text_page *page, struct buffer *line, size_t indent)
{
	page->to->failed |= line->failed;
	layout_fill(page->to, ' ', indent);
	layout_paragraph(page->to, buffer_text(line), indent, 4, page->columns);
	buffer_clear(line);
}

static void put_move(struct text_page *page, const struct report_move *move)
{
	struct buffer line = { 0 };
	char before[SAY_DAY_SIZE], now[SAY_DAY_SIZE];
	bool reported = move->progress_before != move->progress || strcmp(move->before, move->after) != 0;

	buffer_append_format(&line, "%s%s%s%s %s", move->id, *move->lead ? " (" : "", move->lead, *move->lead ? ")" : "",
	                     move->title);
	put_item(page, &line, 2);
	if (reported) {
		append_word(&line, move->before, move->progress_before);
		buffer_append_text(&line, " → ");
		append_word(&line, move->after, move->progress);
	}
	if (move->newly_overdue)
		buffer_append_format(&line, "%s%s (%s)", reported ? "; " : "", say(PHRASE_NEWLY_OVERDUE),
		                     say_day(move->due, now));
	if (move->due_moved) {
		buffer_append_format(&line, "%s%s %s → %s", reported || move->newly_overdue ? "; " : "",
		                     say(PHRASE_DUE_MOVED),
		                     *move->due_before ? say_day(move->due_before, before) : say(PHRASE_NO_DATE),
		                     *move->due ? say_day(move->due, now) : say(PHRASE_NO_DATE));
		if (*move->original_due)
			buffer_append_format(&line, " (%s %s)", say(PHRASE_FIRST_DUE), say_day(move->original_due, before));
		if (*move->due_reason)
			buffer_append_format(&line, ": %s", move->due_reason);
	}
	put_item(page, &line, 4);
	buffer_free(&line);
}

static void put_moved(struct text_page *page)
{
	const struct report_model *model = page->model;
	char heading[256];

	snprintf(heading, sizeof heading, "%s %s", say(PHRASE_MOVED), model->previous.label);
	text_section(page, heading);
	for (size_t i = 0; i < model->moved.count; i++)
		put_move(page, &model->moved.items[i]);
	if (model->moved.count == 0)
		buffer_append_format(page->to, "  %s\n", say(PHRASE_NONE));
	text_more(page, model->moved.more);
}

/* One row for each measure: the states that owe a report on it. */
static void put_without_report(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_OWED_BY), false, false } };
	struct layout_table table = TABLE(heads);
	struct buffer states = { 0 };

	if (model->without_report.count == 0)
		return;
	text_section(page, say(PHRASE_WITHOUT_REPORT));
	for (size_t i = 0; i < model->without_report.count; i++) {
		const struct report_named *row = &model->without_report.items[i];
		const struct report_named *next = i + 1 < model->without_report.count ? row + 1 : NULL;
		buffer_append_format(&states, "%s%s%s", states.size ? " " : "", row->state,
		                     strcmp(row->text, "lead") == 0 ? "*" : "");
		if (next && strcmp(next->id, row->id) == 0)
			continue;
		layout_cell(&table, row->id);
		layout_cell(&table, row->title);
		layout_cell_format(&table, "%s", buffer_text(&states));
		buffer_clear(&states);
	}
	layout_table_end(&table, page->columns, page->to);
	buffer_free(&states);
	text_more(page, model->without_report.more);
	if (*model->audience)
		text_say(page, PHRASE_NOT_FOR_THEM, NULL, NULL);
}

static void put_without_lead(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_DUE), false, false } };
	struct layout_table table = TABLE(heads);

	if (model->without_lead.count == 0)
		return;
	text_section(page, say(PHRASE_WITHOUT_LEAD));
	for (size_t i = 0; i < model->without_lead.count; i++) {
		layout_cell(&table, model->without_lead.items[i].id);
		layout_cell(&table, model->without_lead.items[i].title);
		layout_cell_day(&table, model->without_lead.items[i].due);
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, model->without_lead.more);
}

/* A reason may be long: it is wrapped below what it is the reason of. */
static void put_declined(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct buffer line = { 0 };

	if (model->declined_parts.count == 0)
		return;
	text_section(page, say(PHRASE_DECLINED_PARTS));
	for (size_t i = 0; i < model->declined_parts.count; i++) {
		const struct report_named *row = &model->declined_parts.items[i];
		buffer_append_format(&line, "%s (%s) %s: %s", row->id, row->state, row->title, row->text);
		put_item(page, &line, 2);
	}
	buffer_free(&line);
	text_more(page, model->declined_parts.more);
}

static void put_indicators(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = {
		{ say(PHRASE_ID), false, false },      { say(PHRASE_INDICATOR), false, true },
		{ say(PHRASE_STATE), false, false },   { say(PHRASE_BASELINE), true, false },
		{ say(PHRASE_VALUE), true, false },    { say(PHRASE_TARGET), true, false },
		{ say(PHRASE_PERCENT), true, false },
	};
	struct layout_table table = TABLE(heads);
	char reported[SAY_NUMBER_SIZE], set[SAY_NUMBER_SIZE];

	if (model->indicators_set == 0)
		return;
	text_section(page, say(PHRASE_INDICATORS));
	text_say(page, PHRASE_INDICATORS_REPORTED, say_number(model->indicators_reported, reported),
	         say_number(model->indicators_set, set));
	for (size_t i = 0; i < model->indicators.count; i++) {
		const struct report_indicator *row = &model->indicators.items[i];
		layout_cell_format(&table, "%s %s", row->measure, row->id);
		layout_cell_format(&table, "%.200s (%.40s)", row->title, row->unit);
		layout_cell(&table, row->state);
		if (row->has_baseline)
			layout_cell_number(&table, row->baseline);
		else
			layout_cell(&table, "-");
		layout_cell_number(&table, row->value);
		layout_cell_number(&table, row->target);
		layout_cell_format(&table, "%lld %%", (long long)row->percent);
	}
	if (model->indicators.count)
		layout_table_end(&table, page->columns, page->to);
	text_more(page, model->indicators.more);
}

static void put_milestones(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = {
		{ say(PHRASE_ID), false, false },  { say(PHRASE_MILESTONE), false, true }, { say(PHRASE_LEAD), false, false },
		{ say(PHRASE_DUE), false, false }, { say(PHRASE_RESULT), false, false },
	};
	struct layout_table table = TABLE(heads);
	char day[SAY_DAY_SIZE];

	if (model->milestones.count == 0)
		return;
	text_section(page, say(PHRASE_MILESTONES));
	for (size_t i = 0; i < model->milestones.count; i++) {
		const struct report_milestone *row = &model->milestones.items[i];
		layout_cell_format(&table, "%s %s", row->measure, row->id);
		layout_cell(&table, row->title);
		layout_cell(&table, row->lead);
		layout_cell_day(&table, row->due);
		layout_cell_format(&table, "%s%s%s",
		                   say(!*row->done ? PHRASE_MISSED : row->late ? PHRASE_MET_LATE : PHRASE_MET),
		                   *row->done ? " " : "", say_day(row->done, day));
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, model->milestones.more);
}

/* ---- Risks, and what the states wrote ------------------------------------------- */

static void put_risk_list(struct text_page *page, enum phrase heading, const struct report_risk *const *risks,
                          size_t count, size_t more)
{
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_LEVEL), false, false },
		                                   { say(PHRASE_TREATMENT), false, false } };
	struct layout_table table = TABLE(heads);
	char level[TEXT_LEVEL_SIZE];

	if (count == 0)
		return;
	text_section(page, say(heading));
	for (size_t i = 0; i < count; i++) {
		layout_cell(&table, risks[i]->id);
		layout_cell(&table, risks[i]->title);
		layout_cell_format(&table, "%s", text_level(&risks[i]->residual, level));
		layout_cell(&table, say_word(risks[i]->treatment));
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, more);
}

void text_highest(struct text_page *page)
{
	put_risk_list(page, PHRASE_HIGHEST, page->model->highest.items, page->model->highest.count, 0);
}

static void put_accepted(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_UNTIL), false, false },
		                                   { say(PHRASE_STANDING), false, false } };
	struct layout_table table = TABLE(heads);

	if (model->accepted_risks.count == 0)
		return;
	text_section(page, say(PHRASE_ACCEPTED_RISKS));
	for (size_t i = 0; i < model->accepted_risks.count; i++) {
		const struct report_risk *risk = model->accepted_risks.items[i];
		layout_cell(&table, risk->id);
		layout_cell(&table, risk->title);
		layout_cell_day(&table, risk->accepted_until);
		layout_cell(&table, say(risk->acceptance == REPORT_ACCEPTED ? PHRASE_HOLDS : PHRASE_OPEN_AGAIN));
	}
	layout_table_end(&table, page->columns, page->to);
}

static void put_remarks(struct text_page *page, enum phrase heading, const struct report_remark *rows, size_t count,
                        size_t more)
{
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_STATE), false, false },
		                                   { say(PHRASE_TEXT), false, true },
		                                   { heading == PHRASE_NEXT_STEPS ? say(PHRASE_DUE) : say(PHRASE_DATE), false,
		                                     false } };
	struct layout_table table = TABLE(heads);

	if (count == 0)
		return;
	text_section(page, say(heading));
	for (size_t i = 0; i < count; i++) {
		layout_cell(&table, rows[i].measure);
		layout_cell(&table, rows[i].state);
		layout_cell(&table, rows[i].text);
		layout_cell_day(&table, rows[i].date);
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, more);
}

void text_status(struct text_page *page)
{
	const struct report_model *model = page->model;

	text_totals(page);
	if (model->joint)
		text_joint(page);
	put_count_tables(page);
	if (!model->joint) /* there the parts are told above, by whose word it is */
		put_parts(page);
	put_moved(page);
	if (!model->joint)
		put_without_report(page);
	put_without_lead(page);
	put_declined(page);
	if (model->columns.count)
		text_measures(page);
	put_indicators(page);
	put_milestones(page);
	put_risk_list(page, PHRASE_WITHOUT_MEASURE, model->without_measure.items, model->without_measure.count,
	              model->without_measure.more);
	text_highest(page);
	put_accepted(page);
	put_remarks(page, PHRASE_OBSTACLES, model->obstacles.items, model->obstacles.count, model->obstacles.more);
	put_remarks(page, PHRASE_HELP, model->help.items, model->help.count, model->help.more);
	put_remarks(page, PHRASE_NEXT_STEPS, model->next_steps.items, model->next_steps.count, model->next_steps.more);
}
