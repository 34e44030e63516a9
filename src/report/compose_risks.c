/* Risks in documents: the lists of the status report, the register and the matrix. */
#include "report/compose_parts.h"

static void add_level(struct compose *compose, struct document_table *table, const struct report_level *level)
{
	document_cell_level(compose->document, table, level);
}

/* ---- The lists of the status report ------------------------------------------------------ */

static void add_list(struct compose *compose, const char *name, enum phrase heading,
                     const struct report_risk *const *risks, size_t count, bool picture)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_LEVEL, PHRASE_HELP_RESIDUAL, DOCUMENT_LEVEL, 9 },
		{ PHRASE_BAND, PHRASE_HELP_BAND, DOCUMENT_TEXT, 12 },
		{ PHRASE_TREATMENT, PHRASE_HELP_TREATMENT, DOCUMENT_TEXT, 10 },
	};

	compose_section(compose, 1, name, heading);
	if (picture)
		compose_matrix_figure(compose);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < count; i++) {
		compose_cell(compose, table, risks[i]->id);
		compose_cell(compose, table, risks[i]->title);
		add_level(compose, table, &risks[i]->residual);
		compose_cell(compose, table, risks[i]->residual.band);
		compose_cell(compose, table, risks[i]->treatment);
	}
}

static void add_accepted(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_BY, PHRASE_HELP_ACCEPTED_BY, DOCUMENT_TEXT, 16 },
		{ PHRASE_REASON, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_UNTIL, PHRASE_HELP_UNTIL, DOCUMENT_DATE, 10 },
		{ PHRASE_STANDING, PHRASE_HELP_STANDING, DOCUMENT_TEXT, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "accepted", PHRASE_ACCEPTED_RISKS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->accepted_risks.count; i++) {
		const struct report_risk *risk = model->accepted_risks.items[i];
		bool ended = risk->acceptance == REPORT_ACCEPTANCE_ENDED;
		compose_cell(compose, table, risk->id);
		compose_cell(compose, table, risk->title);
		compose_cell(compose, table, risk->accepted_by);
		compose_cell(compose, table, risk->accepted_reason);
		document_cell_date(compose->document, table, risk->accepted_until, ended);
		compose_cell_alarm(compose, table, say(ended ? PHRASE_OPEN_AGAIN : PHRASE_HOLDS), ended);
	}
}

void compose_status_risks(struct compose *compose)
{
	const struct report_model *model = compose->model;

	add_list(compose, "highest", PHRASE_HIGHEST, model->highest.items, model->highest.count, true);
	add_list(compose, "no-measure", PHRASE_WITHOUT_MEASURE, model->without_measure.items, model->without_measure.count,
	         false);
	add_accepted(compose);
}
