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
		compose_cell(compose, table, say_word(risks[i]->treatment));
	}
}

void compose_highest(struct compose *compose, bool picture)
{
	const struct report_model *model = compose->model;

	add_list(compose, "highest", PHRASE_HIGHEST, model->highest.items, model->highest.count, picture);
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
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		bool ended = risk->acceptance == REPORT_ACCEPTANCE_ENDED;
		if (risk->acceptance == REPORT_NOT_ACCEPTED)
			continue;
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

	compose_highest(compose, true);
	add_list(compose, "no-measure", PHRASE_WITHOUT_MEASURE, model->without_measure.items, model->without_measure.count,
	         false);
	add_accepted(compose);
}

/* ---- What states make of them -------------------------------------------------------------- */

void compose_assessments(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_SHORT_RESIDUAL, PHRASE_HELP_AGREED, DOCUMENT_LEVEL, 9 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_ASSESSED, DOCUMENT_TEXT, 6 },
		{ PHRASE_OWN, PHRASE_HELP_OWN, DOCUMENT_LEVEL, 9 },
		{ PHRASE_BAND, PHRASE_HELP_OWN_BAND, DOCUMENT_TEXT, 12 },
		{ PHRASE_DATE, PHRASE_HELP_ASSESSED, DOCUMENT_DATE, 10 },
		{ PHRASE_CONFIDENCE, PHRASE_HELP_CONFIDENCE, DOCUMENT_TEXT, 8 },
		{ PHRASE_REASON, PHRASE_HELP_REASON, DOCUMENT_TEXT, 30 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "assessments", PHRASE_ASSESSMENTS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		for (size_t j = 0; j < risk->assessments.count; j++) {
			const struct report_assessment *assessment = &risk->assessments.items[j];
			compose_cell(compose, table, risk->id);
			compose_cell(compose, table, risk->title);
			add_level(compose, table, &risk->residual);
			compose_cell(compose, table, assessment->state);
			add_level(compose, table, &assessment->level);
			compose_cell_alarm(compose, table, assessment->level.band, assessment->differs);
			document_cell_date(compose->document, table, assessment->date, false);
			compose_cell(compose, table, say_word(assessment->confidence));
			compose_cell(compose, table, assessment->note);
		}
	}
}

/* ---- The scales ------------------------------------------------------------------------------ */

static void add_labels(struct compose *compose, enum phrase head, const char *const *labels, unsigned count)
{
	const struct compose_head heads[] = {
		{ head, PHRASE_HELP_SCALE, DOCUMENT_NUMBER, 10 },
		{ PHRASE_LABEL, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	struct document_table *table = compose_table(compose, heads);

	for (unsigned i = 1; i <= count && i <= REPORT_LEVELS; i++) {
		compose_cell_count(compose, table, i);
		compose_cell(compose, table, labels[i]);
	}
}

static void add_legend(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_FROM, PHRASE_HELP_FROM, DOCUMENT_NUMBER, 10 },
		{ PHRASE_BAND, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	const struct report_scale *scale = &compose->model->scale;

	compose_section(compose, 1, "legend", PHRASE_LEGEND_HEAD);
	add_labels(compose, PHRASE_LIKELIHOOD, scale->likelihood, scale->likelihoods);
	add_labels(compose, PHRASE_IMPACT, scale->impact, scale->impacts);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < scale->bands.count; i++) {
		compose_cell_count(compose, table, scale->bands.items[i].from);
		compose_cell_colour(compose, table, scale->bands.items[i].title, scale->bands.items[i].colour);
	}
}

/* ---- The register ------------------------------------------------------------------------------ */

/* Which risk it is, and where it stands: how the register and the matrix begin a row. */
#define RISK_HEADS                                                                       \
	{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },                                    \
	{ PHRASE_DOMAIN, PHRASE_HELP_DOMAIN, DOCUMENT_TEXT, 6 },                             \
	{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },                                 \
	{ PHRASE_SHORT_INHERENT, PHRASE_HELP_INHERENT, DOCUMENT_LEVEL, 9 },                  \
	{ PHRASE_SHORT_RESIDUAL, PHRASE_HELP_RESIDUAL, DOCUMENT_LEVEL, 9 },                  \
	{ PHRASE_BAND, PHRASE_HELP_BAND, DOCUMENT_TEXT, 12 },                                \
	{ PHRASE_SHORT_TARGET, PHRASE_HELP_TARGET_LEVEL, DOCUMENT_LEVEL, 9 }

static void add_levels(struct compose *compose, struct document_table *table, const struct report_risk *risk)
{
	compose_cell(compose, table, risk->id);
	compose_cell(compose, table, compose->model->domains.items[risk->domain].id);
	compose_cell(compose, table, risk->title);
	add_level(compose, table, &risk->inherent);
	add_level(compose, table, &risk->residual);
	compose_cell(compose, table, risk->residual.score ? risk->residual.band : say(PHRASE_NOT_ASSESSED));
	add_level(compose, table, &risk->target);
}

static void add_risk(struct compose *compose, struct document_table *table, const struct report_risk *risk)
{
	add_levels(compose, table, risk);
	compose_cell(compose, table, say_word(risk->treatment));
	compose_cell(compose, table, say_word(risk->stage));
	compose_cell(compose, table, risk->coordinator);
	compose_cell(compose, table, risk->owner_role);
	compose_cell(compose, table, risk->affected);
	compose_cell_count(compose, table, risk->measures);
	document_cell_date(compose->document, table, risk->review, risk->review_overdue);
}

static void add_register(struct compose *compose)
{
	static const struct compose_head heads[] = {
		RISK_HEADS,
		{ PHRASE_TREATMENT, PHRASE_HELP_TREATMENT, DOCUMENT_TEXT, 9 },
		{ PHRASE_STAGE, PHRASE_HELP_STAGE, DOCUMENT_TEXT, 9 },
		{ PHRASE_SHORT_COORDINATOR, PHRASE_HELP_COORDINATOR, DOCUMENT_TEXT, 6 },
		{ PHRASE_OWNER_ROLE, PHRASE_HELP_OWNER_ROLE, DOCUMENT_TEXT, 14 },
		{ PHRASE_SHORT_AFFECTED, PHRASE_HELP_AFFECTED, DOCUMENT_TEXT, 10 },
		{ PHRASE_MEASURES, PHRASE_HELP_MEASURES_COUNT, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_REVIEW, PHRASE_HELP_REVIEW, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "risks", PHRASE_RISKS);
	compose_matrix_figure(compose);
	if (model->columns.count) {
		compose_chosen(compose);
		return;
	}
	struct document_table *table = compose_table(compose, heads);
	if (table)
		table->none = say(PHRASE_NO_RISKS);
	for (size_t i = 0; i < model->risks.count; i++)
		add_risk(compose, table, &model->risks.items[i]);
}

static void add_scenarios(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 8 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 20 },
		{ PHRASE_DESCRIPTION, PHRASE_HELP_DESCRIPTION, DOCUMENT_TEXT, 30 },
		{ PHRASE_SCENARIO, PHRASE_HELP_SCENARIO, DOCUMENT_TEXT, 0 },
		{ PHRASE_CAUSES, PHRASE_HELP_CAUSES, DOCUMENT_TEXT, 24 },
		{ PHRASE_CONSEQUENCES, PHRASE_HELP_CONSEQUENCES, DOCUMENT_TEXT, 24 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "scenarios", PHRASE_SCENARIOS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (!*risk->description && !*risk->scenario && !*risk->causes && !*risk->consequences)
			continue;
		compose_cell(compose, table, risk->id);
		compose_cell(compose, table, risk->title);
		compose_cell(compose, table, risk->description);
		compose_cell(compose, table, risk->scenario);
		compose_cell(compose, table, risk->causes);
		compose_cell(compose, table, risk->consequences);
	}
}

void compose_register(struct compose *compose)
{
	add_register(compose);
	add_scenarios(compose);
	add_accepted(compose);
	compose_assessments(compose);
	compose_measures(compose);
	add_legend(compose);
}

/* ---- The matrix ---------------------------------------------------------------------------------- */

void compose_matrix(struct compose *compose)
{
	static const struct compose_head heads[] = {
		RISK_HEADS,
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "matrix", PHRASE_TITLE_MATRIX);
	compose_matrix_figure(compose);
	compose_section(compose, 1, "moves", PHRASE_MOVES);
	struct document_table *table = compose_table(compose, heads);
	if (table)
		table->none = say(PHRASE_NO_RISKS);
	for (size_t i = 0; i < model->risks.count; i++)
		add_levels(compose, table, &model->risks.items[i]);
	compose_assessments(compose);
	add_legend(compose);
}
