/* The summary as a document, for heads of state. */
#include "report/compose_parts.h"

static size_t shown_of(size_t count)
{
	return count < REPORT_SUMMARY_ROWS ? count : REPORT_SUMMARY_ROWS;
}

static void add_rest(struct compose *compose, size_t count)
{
	size_t rest = count - shown_of(count);
	char number[SAY_NUMBER_SIZE];

	if (rest)
		document_add_note(compose->document,
		                  compose_say(compose, PHRASE_SUMMARY_MORE, say_number(rest, number), NULL, NULL));
}

static void add_late(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_LEAD, PHRASE_HELP_LEAD, DOCUMENT_TEXT, 6 },
		{ PHRASE_DUE, PHRASE_HELP_DUE, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "late", PHRASE_LATE);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < shown_of(model->late.count); i++) {
		compose_cell(compose, table, model->late.items[i].id);
		compose_cell(compose, table, model->late.items[i].title);
		compose_cell(compose, table, model->late.items[i].lead);
		document_cell_date(compose->document, table, model->late.items[i].due, true);
	}
	add_rest(compose, model->late.count);
}

static void add_asked(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_MATTER, COMPOSE_NO_HELP, DOCUMENT_TEXT, 16 },
		{ PHRASE_TEXT, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_DATE, COMPOSE_NO_HELP, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "asked", PHRASE_ASKED);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < shown_of(model->asked.count); i++) {
		const struct report_asked *row = &model->asked.items[i];
		compose_cell(compose, table, row->id);
		compose_cell(compose, table, row->title);
		compose_cell(compose, table, row->state);
		compose_cell(compose, table, words_request(row->request));
		compose_cell(compose, table, row->text);
		document_cell_date(compose->document, table, row->date, row->request == REPORT_REQUEST_ACCEPTANCE);
	}
	add_rest(compose, model->asked.count);
}

/* What heads of state have time for: two sentences. */
static void add_totals(struct compose *compose)
{
	const struct report_model *model = compose->model;
	char one[SAY_NUMBER_SIZE], two[SAY_NUMBER_SIZE], three[SAY_NUMBER_SIZE];

	compose_section(compose, 1, "totals", PHRASE_TOTALS);
	words_totals(&compose->line, model);
	document_add_paragraph(compose->document, compose_line(compose));
	document_add_paragraph(compose->document,
	                       compose_say(compose, PHRASE_PARTS, say_number(model->accepted, one),
	                                   say_number(model->offered, two), say_number(model->declined, three)));
}

void compose_summary(struct compose *compose)
{
	add_totals(compose);
	compose_highest(compose, false);
	add_late(compose);
	add_asked(compose);
}
