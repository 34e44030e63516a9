/* The risk register and the matrix as text. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/render_text.h"

static void append_level(struct buffer *to, enum phrase name, const struct report_level *level)
{
	char text[TEXT_LEVEL_SIZE];

	if (to->size)
		buffer_append_text(to, ", ");
	buffer_append_format(to, "%s ", say(name));
	if (level->score)
		buffer_append_format(to, "%s (%u×%u)", text_level(level, text), level->likelihood, level->impact);
	else
		buffer_append_text(to, say(PHRASE_NOT_ASSESSED));
}

static void append_item(struct buffer *to, const char *label, const char *text)
{
	if (!*text)
		return;
	buffer_append_format(to, "%s%s%s%s", to->size ? ", " : "", label, *label ? " " : "", text);
}

static void put_paragraph(struct text_page *page, struct buffer *line)
{
	page->to->failed |= line->failed;
	if (line->size) {
		layout_fill(page->to, ' ', 4);
		layout_paragraph(page->to, buffer_text(line), 4, 4, page->columns);
	}
	buffer_clear(line);
}

/* "KAZ assesses 20 Extreme (4×5), in another band than agreed: its reasons". */
static void put_assessment(struct text_page *page, const struct report_assessment *assessment, struct buffer *line)
{
	char level[TEXT_LEVEL_SIZE], text[TEXT_LEVEL_SIZE + 32], day[SAY_DAY_SIZE];

	snprintf(text, sizeof text, "%s (%u×%u)", text_level(&assessment->level, level), assessment->level.likelihood,
	         assessment->level.impact);
	say_with(line, PHRASE_ASSESSES, assessment->state, text, NULL);
	if (assessment->differs)
		append_item(line, "", say(PHRASE_ASSESSED_OTHERWISE));
	append_item(line, "", say_day(assessment->date, day));
	if (*assessment->note)
		buffer_append_format(line, ": %s", assessment->note);
	put_paragraph(page, line);
}

static void put_risk(struct text_page *page, const struct report_risk *risk)
{
	struct buffer line = { 0 };
	char measures[SAY_NUMBER_SIZE], day[SAY_DAY_SIZE];

	buffer_append_format(page->to, "  %s  ", risk->id);
	layout_paragraph(page->to, risk->title, strlen(risk->id) + 4, 4, page->columns);
	append_level(&line, PHRASE_INHERENT, &risk->inherent);
	append_level(&line, PHRASE_RESIDUAL, &risk->residual);
	append_level(&line, PHRASE_TARGET_LEVEL, &risk->target);
	put_paragraph(page, &line);
	for (size_t i = 0; i < risk->assessments.count; i++)
		put_assessment(page, &risk->assessments.items[i], &line);
	append_item(&line, "", say_word(risk->treatment));
	append_item(&line, "", say_word(risk->stage));
	append_item(&line, say(PHRASE_COORDINATOR), risk->coordinator);
	append_item(&line, "", risk->owner_role);
	append_item(&line, say(PHRASE_MEASURES_COUNT), say_number(risk->measures, measures));
	append_item(&line, say(risk->review_overdue ? PHRASE_REVIEW_OVERDUE : PHRASE_REVIEW), say_day(risk->review, day));
	put_paragraph(page, &line);
	append_item(&line, say(PHRASE_AFFECTED), risk->affected);
	put_paragraph(page, &line);
	if (risk->acceptance != REPORT_NOT_ACCEPTED) {
		append_item(&line, say(risk->acceptance == REPORT_ACCEPTED ? PHRASE_ACCEPTED_BY : PHRASE_WAS_ACCEPTED_BY),
		            risk->accepted_by);
		append_item(&line, say(PHRASE_UNTIL), say_day(risk->accepted_until, day));
		append_item(&line, "", risk->accepted_reason);
		put_paragraph(page, &line);
	}
	buffer_free(&line);
}

void text_register(struct text_page *page)
{
	const struct report_model *model = page->model;
	size_t last = SIZE_MAX;
	struct buffer heading = { 0 };

	if (model->columns.count && model->risks.count) {
		text_risks(page);
		return;
	}
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (risk->domain != last) {
			const struct report_domain *domain = &model->domains.items[risk->domain];
			buffer_clear(&heading);
			buffer_append_format(&heading, "%s %s", domain->id, domain->title);
			text_section(page, buffer_text(&heading));
		}
		last = risk->domain;
		put_risk(page, risk);
	}
	page->to->failed |= heading.failed;
	buffer_free(&heading);
	if (model->risks.count == 0)
		buffer_append_format(page->to, "\n%s\n", say(PHRASE_NO_RISKS));
}

/* ---- The matrix ------------------------------------------------------------------ */

#define AXIS_WIDTH 4     /* "  5 " */
#define CELL_LEAST 6
#define CELL_MOST 24
#define CELL_ID_LINES 4  /* beyond them the rest is counted */

/* Which of a risk's three levels a picture shows. */
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

static const struct report_band *band_of(const struct report_model *model, unsigned score)
{
	const struct report_band *found = NULL;

	for (size_t i = 0; i < model->scale.bands.count && model->scale.bands.items[i].from <= score; i++)
		found = &model->scale.bands.items[i];
	return found;
}

/* One cell taken apart into lines: the band's name with the count, then the ids. */
struct cell {
	size_t count, lines;
	const struct report_band *band;
	char line[CELL_ID_LINES][CELL_MOST * 4 + 1];
};

static void fill_cell(const struct report_model *model, level_of level, unsigned likelihood, unsigned impact,
                      size_t width, struct cell *cell)
{
	size_t hidden = 0;

	*cell = (struct cell){ .band = band_of(model, likelihood * impact) };
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (level(risk)->likelihood != likelihood || level(risk)->impact != impact)
			continue;
		cell->count++;
		size_t size = strlen(risk->id);
		char *line = cell->lines ? cell->line[cell->lines - 1] : NULL;
		if (line && strlen(line) + 1 + size <= width) {
			strcat(line, " ");
			strcat(line, risk->id);
		} else if (cell->lines < CELL_ID_LINES && size <= width) {
			strcpy(cell->line[cell->lines++], risk->id);
		} else {
			hidden++;
		}
	}
	if (hidden && cell->lines) {
		char *line = cell->line[cell->lines - 1];
		/* The last line gives way to the number of those that do not fit. */
		for (const char *at = line; *at; at++)
			hidden += *at == ' ';
		snprintf(line, sizeof cell->line[0], "+%zu", hidden + 1);
	}
}

static void put_cell_line(struct text_page *page, const struct cell *cell, size_t line, size_t width)
{
	char head[CELL_MOST * 4 + 32], count[24] = "";

	text_background(page, cell->band ? cell->band->colour : "");
	if (line > 0) {
		layout_put(page->to, span_of(line <= cell->lines ? cell->line[line - 1] : ""), width, false);
	} else {
		if (cell->count)
			snprintf(count, sizeof count, "%zu", cell->count);
		snprintf(head, sizeof head, "%.*s", CELL_MOST * 4, cell->band ? cell->band->title : "");
		size_t taken = strlen(count) ? strlen(count) + 1 : 0;
		layout_put(page->to, span_of(head), width - taken, false);
		if (taken)
			layout_put(page->to, span_of(count), taken, true);
	}
	text_background(page, "");
}

static void put_rule(struct text_page *page, size_t width)
{
	layout_fill(page->to, ' ', AXIS_WIDTH);
	for (unsigned impact = 1; impact <= page->model->scale.impacts; impact++) {
		buffer_append_char(page->to, '+');
		layout_fill(page->to, '-', width);
	}
	buffer_append_text(page->to, "+\n");
}

static void put_matrix_row(struct text_page *page, level_of level, unsigned likelihood, size_t width)
{
	const struct report_model *model = page->model;
	struct cell cells[REPORT_LEVELS];
	size_t lines = 1;

	for (unsigned impact = 1; impact <= model->scale.impacts; impact++) {
		fill_cell(model, level, likelihood, impact, width, &cells[impact - 1]);
		if (lines < 1 + cells[impact - 1].lines)
			lines = 1 + cells[impact - 1].lines;
	}
	for (size_t line = 0; line < lines; line++) {
		if (line == 0)
			buffer_append_format(page->to, "%3u ", likelihood);
		else
			layout_fill(page->to, ' ', AXIS_WIDTH);
		for (unsigned impact = 1; impact <= model->scale.impacts; impact++) {
			buffer_append_char(page->to, '|');
			put_cell_line(page, &cells[impact - 1], line, width);
		}
		buffer_append_text(page->to, "|\n");
	}
}

static void put_matrix(struct text_page *page, enum phrase heading, level_of level)
{
	const struct report_model *model = page->model;
	size_t room = page->columns - AXIS_WIDTH - 1, width = room / model->scale.impacts;

	width = width > CELL_MOST + 1 ? CELL_MOST : width < CELL_LEAST + 1 ? CELL_LEAST : width - 1;
	text_section(page, say(heading));
	for (unsigned likelihood = model->scale.likelihoods; likelihood >= 1; likelihood--) {
		put_rule(page, width);
		put_matrix_row(page, level, likelihood, width);
	}
	put_rule(page, width);
	buffer_append_format(page->to, "%*s", AXIS_WIDTH + 2, "1");
	for (unsigned impact = 2; impact <= model->scale.impacts; impact++)
		buffer_append_format(page->to, "%*u", (int)width + 1, impact);
	buffer_append_char(page->to, '\n');
}

static void put_labels(struct text_page *page, enum phrase name, const char *const *labels, unsigned count)
{
	struct buffer line = { 0 };

	for (unsigned i = 1; i <= count && i <= REPORT_LEVELS; i++)
		buffer_append_format(&line, "%s%u %s", i > 1 ? ", " : "", i, labels[i]);
	page->to->failed |= line.failed;
	buffer_append_format(page->to, "  %s: ", say(name));
	layout_paragraph(page->to, buffer_text(&line), text_width(span_of(say(name))) + 4, 4, page->columns);
	buffer_free(&line);
}

static void put_legend(struct text_page *page)
{
	const struct report_scale *scale = &page->model->scale;

	text_section(page, say(PHRASE_LEGEND_HEAD));
	put_labels(page, PHRASE_LIKELIHOOD, scale->likelihood, scale->likelihoods);
	put_labels(page, PHRASE_IMPACT, scale->impact, scale->impacts);
	if (scale->bands.count == 0)
		return;
	buffer_append_format(page->to, "  %s:\n", say(PHRASE_BANDS));
	for (size_t i = 0; i < scale->bands.count; i++) {
		const struct report_band *band = &scale->bands.items[i];
		buffer_append_format(page->to, "    %2u  ", band->from);
		text_background(page, band->colour);
		layout_put(page->to, span_of(band->title), 0, false);
		text_background(page, "");
		buffer_append_char(page->to, '\n');
	}
}

static void put_moves(struct text_page *page)
{
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_SHORT_INHERENT), false, false },
		                                   { say(PHRASE_SHORT_RESIDUAL), false, false },
		                                   { say(PHRASE_SHORT_TARGET), false, false } };
	struct layout_table table = { .columns = heads, .count = 5 };
	char level[TEXT_LEVEL_SIZE];

	text_section(page, say(PHRASE_MOVES));
	for (size_t i = 0; i < page->model->risks.count; i++) {
		const struct report_risk *risk = &page->model->risks.items[i];
		layout_cell(&table, risk->id);
		layout_cell(&table, risk->title);
		layout_cell_format(&table, "%s", text_level(&risk->inherent, level));
		layout_cell_format(&table, "%s", text_level(&risk->residual, level));
		layout_cell_format(&table, "%s", text_level(&risk->target, level));
	}
	layout_table_end(&table, page->columns, page->to);
}

/* Each state that puts a risk into another band. */
static void put_differing(struct text_page *page)
{
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_SHORT_RESIDUAL), false, false },
		                                   { say(PHRASE_STATE), false, false },
		                                   { say(PHRASE_OWN), false, false } };
	struct layout_table table = { .columns = heads, .count = 5 };
	char level[TEXT_LEVEL_SIZE];
	uint64_t differing = 0;

	for (size_t i = 0; i < page->model->risks.count; i++) {
		const struct report_risk *risk = &page->model->risks.items[i];
		for (size_t j = 0; j < risk->assessments.count; j++) {
			const struct report_assessment *assessment = &risk->assessments.items[j];
			if (!assessment->differs)
				continue;
			if (differing++ == 0)
				text_section(page, say(PHRASE_STATES_DIFFER));
			layout_cell(&table, risk->id);
			layout_cell(&table, risk->title);
			layout_cell_format(&table, "%s", text_level(&risk->residual, level));
			layout_cell(&table, assessment->state);
			layout_cell_format(&table, "%s", text_level(&assessment->level, level));
		}
	}
	if (differing)
		layout_table_end(&table, page->columns, page->to);
}

void text_matrix(struct text_page *page)
{
	if (page->model->risks.count == 0) {
		buffer_append_format(page->to, "\n%s\n", say(PHRASE_NO_RISKS));
		return;
	}
	put_matrix(page, PHRASE_MATRIX_INHERENT, inherent_of);
	put_matrix(page, PHRASE_MATRIX_RESIDUAL, residual_of);
	put_matrix(page, PHRASE_MATRIX_TARGET, target_of);
	put_legend(page);
	put_moves(page);
	put_differing(page);
}
