/* The figures of reports: where a picture says at a glance what a table says in rows. */
#include <string.h>

#include "report/compose_parts.h"

#define TIMELINE_SPANS 40 /* in one figure: what a page holds */

bool compose_shows_domain(const struct compose *compose, const struct report_domain *domain)
{
	return (!*compose->model->only_domain && !compose->model->conditions.count) || domain->risks || domain->counts.measures;
}

/* ---- The matrix ----------------------------------------------------------------------- */

void compose_matrix_figure(struct compose *compose)
{
	const struct report_model *model = compose->model;
	struct document_figure *figure = NULL;

	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (risk->closed || !(risk->inherent.score || risk->residual.score || risk->target.score))
			continue;
		if (!figure && !(figure = document_add_figure(compose->document, DOCUMENT_MATRIX, say(PHRASE_FIGURE_MATRIX),
		                                              say(PHRASE_FIGURE_MATRIX_SHOWS))))
			return;
		figure->matrix.scale = &model->scale;
		struct document_matrix_point *point = arena_add(&compose->document->arena, &figure->matrix.points);
		if (point)
			*point = (struct document_matrix_point){ risk->id, risk->title, risk->inherent, risk->residual,
				                                     risk->target };
	}
}

/* ---- Bars ----------------------------------------------------------------------------- */

/* What was never reported on is not planned: nothing is known of it. */
static struct document_bars *add_bars(struct compose *compose, enum phrase title)
{
	static const enum phrase parts[] = { PHRASE_NEVER_REPORTED, PHRASE_PLANNED, PHRASE_IN_PROGRESS, PHRASE_COMPLETED,
		                                 PHRASE_VERIFIED,       PHRASE_ON_HOLD, PHRASE_CANCELLED };
	struct document_figure *figure = document_add_figure(compose->document, DOCUMENT_BARS, say(title),
	                                                     say(PHRASE_FIGURE_BARS_SHOW));

	if (!figure)
		return NULL;
	_Static_assert(sizeof parts / sizeof parts[0] == REPORT_WORDS + 1 && REPORT_WORDS + 1 <= DOCUMENT_PARTS,
	               "a part for each word, and one for none");
	figure->bars.part_count = REPORT_WORDS + 1;
	for (int i = 0; i <= REPORT_WORDS; i++)
		figure->bars.parts[i] = say(parts[i]);
	return &figure->bars;
}

static void add_bar(struct compose *compose, struct document_bars *bars, const char *label, const char *title,
                    const struct report_counts *counts)
{
	struct document_bar *bar = bars ? arena_add(&compose->document->arena, &bars->bars) : NULL;

	if (!bar)
		return;
	bar->label = label;
	bar->title = title;
	bar->parts[0] = counts->unreported;
	for (int i = 0; i < REPORT_WORDS; i++)
		bar->parts[i + 1] = counts->words[i];
	bar->parts[1 + REPORT_PLANNED] -= counts->unreported;
}

void compose_domain_bars(struct compose *compose)
{
	const struct report_model *model = compose->model;
	struct document_bars *bars = model->totals.measures ? add_bars(compose, PHRASE_FIGURE_DOMAINS) : NULL;

	for (size_t i = 0; i < model->domains.count; i++) {
		const struct report_domain *domain = &model->domains.items[i];
		if (compose_shows_domain(compose, domain))
			add_bar(compose, bars, domain->id, domain->title, &domain->counts);
	}
}

void compose_state_bars(struct compose *compose)
{
	const struct report_model *model = compose->model;
	struct document_bars *bars = model->totals.measures ? add_bars(compose, PHRASE_FIGURE_STATES) : NULL;

	for (size_t i = 0; i < model->states.count; i++)
		add_bar(compose, bars, model->states.items[i].id, model->states.items[i].title, &model->states.items[i].lead);
}

/* ---- The heat map --------------------------------------------------------------------- */

/* An axis of the heat map; the labels from `certain` on are left out where nothing is counted. */
struct axis {
	const char **labels;
	size_t count, certain;
};

static bool axis_start(struct compose *compose, struct axis *axis, size_t most)
{
	*axis = (struct axis){ .labels = arena_take(&compose->document->arena, most * sizeof *axis->labels) };
	return axis->labels != NULL;
}

/* The place of an id: that of "" is the last, that of one which is not there the first after
 * those that are certain. */
static size_t axis_place(const struct axis *axis, const char *id)
{
	for (size_t i = 0; i < axis->certain; i++)
		if (strcmp(axis->labels[i], id) == 0)
			return i;
	return *id ? axis->certain : axis->count - 1;
}

static bool axis_start_domains(struct compose *compose, struct axis *rows)
{
	const struct report_model *model = compose->model;

	if (!axis_start(compose, rows, model->domains.count + 1))
		return false;
	for (size_t i = 0; i < model->domains.count; i++)
		if (compose_shows_domain(compose, &model->domains.items[i]))
			rows->labels[rows->count++] = model->domains.items[i].id;
	rows->certain = rows->count;
	rows->labels[rows->count++] = say(PHRASE_NO_DOMAIN);
	return true;
}

static bool axis_start_states(struct compose *compose, struct axis *columns)
{
	const struct report_model *model = compose->model;

	if (!axis_start(compose, columns, model->states.count + 2))
		return false;
	for (size_t i = 0; i < model->states.count; i++)
		columns->labels[columns->count++] = model->states.items[i].id;
	columns->certain = columns->count;
	columns->labels[columns->count++] = say(PHRASE_OTHER_LEAD);
	columns->labels[columns->count++] = say(PHRASE_NO_LEAD);
	return true;
}

static bool is_used(const uint64_t *values, size_t count, size_t step)
{
	for (size_t i = 0; i < count; i++)
		if (values[i * step])
			return true;
	return false;
}

/* Leaves out what is not certain and empty; `kept` has room for every column. */
static void drop_unused(struct axis *rows, struct axis *columns, uint64_t *values, size_t *kept)
{
	size_t width = columns->count, height = rows->count, at = 0;

	rows->count = columns->count = 0;
	for (size_t i = 0; i < width; i++) {
		if (i >= columns->certain && !is_used(values + i, height, width))
			continue;
		columns->labels[columns->count] = columns->labels[i];
		kept[columns->count++] = i;
	}
	for (size_t i = 0; i < height; i++) {
		if (i >= rows->certain && !is_used(values + i * width, width, 1))
			continue;
		rows->labels[rows->count++] = rows->labels[i];
		for (size_t j = 0; j < columns->count; j++)
			values[at++] = values[i * width + kept[j]];
	}
}

/* Of the domains that are left as rows; of what else there is, the label says all. */
static const char *const *row_titles(struct compose *compose, const struct axis *rows)
{
	const struct report_model *model = compose->model;
	const char **titles = arena_take(&compose->document->arena, rows->count * sizeof *titles);

	for (size_t i = 0; titles && i < rows->count; i++) {
		titles[i] = "";
		for (size_t k = 0; i < rows->certain && k < model->domains.count; k++)
			if (strcmp(model->domains.items[k].id, rows->labels[i]) == 0)
				titles[i] = model->domains.items[k].title;
	}
	return titles;
}

void compose_heat_figure(struct compose *compose)
{
	const struct report_model *model = compose->model;
	struct axis rows, columns;

	if (!model->measures.count || !axis_start_domains(compose, &rows) || !axis_start_states(compose, &columns))
		return;
	size_t *kept = arena_take(&compose->document->arena, columns.count * sizeof *kept);
	uint64_t *values = arena_take(&compose->document->arena, rows.count * columns.count * sizeof *values);
	struct document_figure *figure = document_add_figure(compose->document, DOCUMENT_HEAT, say(PHRASE_FIGURE_HEAT),
	                                                     say(PHRASE_FIGURE_HEAT_SHOWS));
	if (!kept || !values || !figure)
		return;
	for (size_t i = 0; i < model->measures.count; i++) {
		const struct report_measure *measure = &model->measures.items[i];
		values[axis_place(&rows, measure->domain) * columns.count + axis_place(&columns, measure->lead)]++;
	}
	drop_unused(&rows, &columns, values, kept);
	figure->heat = (struct document_heat){ rows.count, columns.count, rows.labels, columns.labels, values,
		                                   say(PHRASE_MEASURES), row_titles(compose, &rows) };
}

/* ---- Progress over the periods ------------------------------------------------------------ */

/* A heat map of a column for each period; of the rows those that have a measure. */
struct trend_rows {
	size_t count;
	const char *(*label)(const struct report_model *model, size_t row);
	const char *(*title)(const struct report_model *model, size_t row);
	int (*percent)(const struct report_trend *period, size_t row);
};

static const char *domain_label(const struct report_model *model, size_t row)
{
	return model->domains.items[row].id;
}

static const char *domain_title(const struct report_model *model, size_t row)
{
	return model->domains.items[row].title;
}

static int domain_percent(const struct report_trend *period, size_t row)
{
	return period->domains[row];
}

static const char *state_label(const struct report_model *model, size_t row)
{
	return model->states.items[row].id;
}

static const char *state_title(const struct report_model *model, size_t row)
{
	return model->states.items[row].title;
}

static int state_percent(const struct report_trend *period, size_t row)
{
	return period->states[row];
}

static void add_trend(struct compose *compose, enum phrase title, const struct trend_rows *rows)
{
	const struct report_model *model = compose->model;
	struct arena *arena = &compose->document->arena;
	size_t periods = model->trend.count, count = 0;
	const char **labels = arena_take(arena, (rows->count + 1) * sizeof *labels);
	const char **titles = arena_take(arena, (rows->count + 1) * sizeof *titles);
	const char **columns = arena_take(arena, (periods + 1) * sizeof *columns);
	uint64_t *values = arena_take(arena, (rows->count + 1) * periods * sizeof *values);

	if (!labels || !titles || !columns || !values)
		return;
	for (size_t i = 0; i < periods; i++)
		columns[i] = model->trend.items[i].label;
	for (size_t row = 0; row <= rows->count; row++) {
		bool is_all = row == rows->count;
		if (!is_all && rows->percent(&model->trend.items[0], row) < 0)
			continue;
		labels[count] = is_all ? say(PHRASE_SHORT_ALL) : rows->label(model, row);
		titles[count] = is_all ? "" : rows->title(model, row);
		for (size_t i = 0; i < periods; i++) {
			const struct report_trend *period = &model->trend.items[i];
			int percent = is_all ? period->all : rows->percent(period, row);
			values[count * periods + i] = percent > 0 ? (uint64_t)percent : 0;
		}
		count++;
	}
	struct document_figure *figure =
		document_add_figure(compose->document, DOCUMENT_HEAT, say(title), say(PHRASE_FIGURE_TREND_SHOWS));
	if (figure)
		figure->heat = (struct document_heat){ count, periods, labels, columns, values, say(PHRASE_TREND_UNIT), titles };
}

void compose_trend_figures(struct compose *compose)
{
	const struct report_model *model = compose->model;
	const struct trend_rows domains = { model->domains.count, domain_label, domain_title, domain_percent };
	const struct trend_rows states = { model->states.count, state_label, state_title, state_percent };

	if (!model->trend.count)
		return;
	add_trend(compose, PHRASE_FIGURE_TREND_DOMAINS, &domains);
	add_trend(compose, PHRASE_FIGURE_TREND_STATES, &states);
}

/* ---- The timeline ---------------------------------------------------------------------- */

static bool is_done(const struct report_measure *measure)
{
	return strcmp(measure->word, report_word_names[REPORT_COMPLETED]) == 0 ||
	       strcmp(measure->word, report_word_names[REPORT_VERIFIED]) == 0;
}

/* Whether it has a place on the timeline: a day, and it is not given up. */
static bool is_shown(const struct report_measure *measure)
{
	return (*measure->start || *measure->due || measure->plan.count) &&
	       strcmp(measure->word, report_word_names[REPORT_CANCELLED]) != 0;
}

static void add_span(struct compose *compose, struct document_timeline *timeline, const struct report_measure *measure)
{
	struct document_span *span = arena_add(&compose->document->arena, &timeline->spans);

	if (!span)
		return;
	span->id = measure->id;
	span->title = measure->title;
	span->start = measure->start;
	span->due = measure->due;
	span->original_due = strcmp(measure->original_due, measure->due) != 0 ? measure->original_due : "";
	span->progress = measure->progress;
	span->overdue = measure->overdue;
	span->done = is_done(measure);
	for (size_t i = 0; i < measure->plan.count; i++) {
		const struct report_milestone *milestone = &measure->plan.items[i];
		struct document_mark *mark =
			*milestone->due ? arena_add(&compose->document->arena, &span->marks) : NULL;
		if (mark)
			*mark = (struct document_mark){ milestone->due, milestone->title, *milestone->done };
	}
}

/* What is open first, by the day on which it is due; what has none comes last. */
static int compare_measures(const void *left, const void *right)
{
	const struct report_measure *a = *(const struct report_measure *const *)left;
	const struct report_measure *b = *(const struct report_measure *const *)right;

	if (is_done(a) != is_done(b))
		return is_done(a) ? 1 : -1;
	if (!*a->due != !*b->due)
		return *a->due ? -1 : 1;
	return strcmp(a->due, b->due);
}

/* Of one domain, or of all (NULL), as many as `most`. Returns how many it leaves out. */
static size_t add_timeline(struct compose *compose, const char *domain, const char *title, size_t most)
{
	const struct report_model *model = compose->model;
	ARENA_LIST(const struct report_measure *) shown = { 0 };

	for (size_t i = 0; i < model->measures.count; i++) {
		const struct report_measure *measure = &model->measures.items[i], **place =
			(!domain || strcmp(measure->domain, domain) == 0) && is_shown(measure)
				? arena_add(&compose->document->arena, &shown)
				: NULL;
		if (place)
			*place = measure;
	}
	if (!shown.count)
		return 0;
	arena_sort(&compose->document->arena, shown.items, shown.count, sizeof *shown.items, compare_measures);
	struct document_figure *figure = document_add_figure(compose->document, DOCUMENT_TIMELINE, title,
	                                                     say(PHRASE_FIGURE_TIMELINE_SHOWS));
	if (!figure)
		return 0;
	figure->timeline.today = model->cut_off;
	for (size_t i = 0; i < shown.count && i < most; i++)
		add_span(compose, &figure->timeline, shown.items[i]);
	return shown.count > most ? shown.count - most : 0;
}

static void add_domain_timeline(struct compose *compose, const char *domain, const char *title)
{
	char number[SAY_NUMBER_SIZE];
	size_t left_out = add_timeline(compose, domain, compose_say(compose, PHRASE_FIGURE_TIMELINE, domain, title, NULL),
	                               TIMELINE_SPANS);

	if (left_out)
		document_add_note(compose->document, compose_say(compose, PHRASE_FIGURE_TIMELINE_MORE,
		                                                 say_number(left_out, number), NULL, NULL));
}

void compose_timeline_figures(struct compose *compose)
{
	const struct report_model *model = compose->model;

	for (size_t i = 0; i < model->domains.count; i++)
		add_domain_timeline(compose, model->domains.items[i].id, model->domains.items[i].title);
	add_domain_timeline(compose, "", say(PHRASE_NO_DOMAIN));
}

void compose_timeline_figure(struct compose *compose)
{
	add_timeline(compose, NULL, say(PHRASE_TIMELINE), SIZE_MAX); /* the picture says what it has no room for */
}
