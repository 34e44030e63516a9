/* The status report: counts, what moved, and the lists that ask for attention. */
#include <stdlib.h>

#include "record/reader.h"
#include "report/compute.h"

#define HIGHEST_RISKS 10

_Static_assert((int)REPORT_WORDS == (int)STATUS_WORDS && (int)REPORT_CANCELLED == (int)STATUS_CANCELLED,
               "the words of a report are those of a status, in one order");

static const char *word_name(const struct status_facts *facts)
{
	return facts ? status_word_names[facts->word] : "";
}

static void add_counts(struct report_counts *counts, const struct measure_view *measure)
{
	counts->measures++;
	counts->words[measure->state.word]++;
	counts->overdue += measure->state.overdue;
	counts->due_soon += measure->state.due_soon;
	counts->no_report += measure->no_report;
	counts->unreported += measure->report == NULL;
}

/* One state's part in a measure, as lead or as support. */
static void add_part(struct compute *compute, const struct measure_view *measure, struct span state,
                     const struct status_facts *facts, bool is_lead)
{
	struct report_model *model = compute->model;
	struct report_state *row = compute_state(compute, state);
	compute_mark_report(compute, facts);
	bool owes = compute_owes(compute, measure, facts), received = compute_reported(compute, facts);
	enum status_consent consent = facts ? (enum status_consent)facts->consent : CONSENT_OFFERED;

	if (*compute->only_state && !row)
		return;
	model->offered += consent == CONSENT_OFFERED;
	model->accepted += consent == CONSENT_ACCEPTED;
	model->declined += consent == CONSENT_DECLINED;
	if (row) {
		row->parts += !is_lead;
		row->owed += owes;
		row->received += received;
		row->offered += consent == CONSENT_OFFERED;
		row->accepted += consent == CONSENT_ACCEPTED;
		row->declined += consent == CONSENT_DECLINED;
		if (is_lead)
			add_counts(&row->lead, measure);
	}
	if (consent == CONSENT_DECLINED) {
		const struct status_detail *detail = compute_detail(compute, facts);
		struct report_named *named = compute_add(compute, &model->declined_parts);
		if (named) {
			*named = compute_named(compute, measure);
			named->due = "";
			named->state = arena_text(compute->arena, state);
			named->text = detail ? detail->reason : "";
		}
	}
	if (!owes || received)
		return;
	struct report_named *named = compute_add(compute, &model->without_report);
	if (named) {
		*named = compute_named(compute, measure);
		named->state = is_lead ? named->lead : arena_text(compute->arena, state);
		named->text = is_lead ? "lead" : "support";
	}
}

static void take_part(struct compute *compute, const struct measure_view *measure, struct span state,
                      const struct status_facts *facts, bool is_lead)
{
	add_part(compute, measure, state, facts, is_lead);
	if (compute->model->joint) {
		const struct report_named named = compute_named(compute, measure);
		joint_part(compute, measure, &named, state, facts, is_lead);
	}
}

static void add_move(struct compute *compute, const struct measure_view *measure)
{
	const struct status_facts *now = measure->report, *before = measure->report_before;
	bool due_moved = measure->has_due != measure->has_due_before ||
	                 (measure->has_due && measure->due != measure->due_before);
	bool newly_overdue = measure->state.overdue && !measure->state_before.overdue;
	bool reported = (now != NULL) != (before != NULL) ||
	                (now && before && (now->word != before->word || now->progress != before->progress));

	if (!due_moved && !newly_overdue && !reported)
		return;
	struct report_move *move = compute_add(compute, &compute->model->moved);
	if (!move)
		return;
	*move = (struct report_move){
		.id = arena_text(compute->arena, measure->id),
		.title = compute_text(compute, measure->members[MEASURE_TITLE]),
		.lead = arena_text(compute->arena, measure->lead),
		.before = word_name(before),
		.after = word_name(now),
		.progress_before = before ? before->progress : -1,
		.progress = now ? now->progress : -1,
		.newly_overdue = newly_overdue,
		.due_moved = due_moved,
		.due_before = measure->has_due_before ? compute_day(compute, measure->due_before) : "",
		.due = measure->has_due ? compute_day(compute, measure->due) : "",
		.original_due = compute_string(compute, measure->members[MEASURE_ORIGINAL_DUE]),
		.due_reason = compute_string(compute, measure->members[MEASURE_DUE_REASON]),
	};
}

/* ---- Indicators and milestones ------------------------------------------------ */

static bool indicator_value(const struct status_detail *detail, struct span id, int64_t *value)
{
	static const char *const members[] = { "id", "value" };
	struct reader reader;
	struct span element, values[2];

	if (!detail || !detail->indicators.data || !reader_open(detail->indicators, &reader))
		return false;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, 2);
		if (span_equal(values[0], id))
			return reader_integer(values[1], value);
	}
	return false;
}

/* Per cent of the way from the baseline to the target; beyond it is over 100,
 * away from it is below 0. */
static int64_t percent_of(int64_t baseline, int64_t target, int64_t value)
{
	if (target == baseline)
		return value == target ? 100 : 0;
	return (value - baseline) * 100 / (target - baseline); /* both within 2^54 */
}

enum { INDICATOR_BASELINE, INDICATOR_ID, INDICATOR_TARGET, INDICATOR_TITLE, INDICATOR_UNIT, INDICATOR_NAMES };

static void add_indicator(struct compute *compute, const struct measure_view *measure, const struct span *values,
                          const char *state, const struct status_facts *facts, int64_t value)
{
	struct report_indicator *row = compute_add(compute, &compute->model->indicators);

	if (!row)
		return;
	row->measure = arena_text(compute->arena, measure->id);
	row->id = compute_string(compute, values[INDICATOR_ID]);
	row->title = compute_text(compute, values[INDICATOR_TITLE]);
	row->unit = compute_string(compute, values[INDICATOR_UNIT]);
	row->state = state;
	row->date = facts ? compute_day(compute, facts->date) : "";
	row->has_baseline = reader_integer(values[INDICATOR_BASELINE], &row->baseline);
	reader_integer(values[INDICATOR_TARGET], &row->target);
	row->has_value = facts != NULL;
	row->value = value;
	row->percent = facts ? percent_of(row->baseline, row->target, value) : 0;
}

/* A row for each state that gave a value; one without a value if none did. */
static void add_indicator_values(struct compute *compute, const struct measure_view *measure, const struct span *values)
{
	const struct status_detail *detail = compute_detail(compute, measure->report);
	struct reader reader;
	struct span state;
	int64_t value;
	bool found = false;

	compute->model->indicators_set++;
	if (indicator_value(detail, values[INDICATOR_ID], &value)) {
		add_indicator(compute, measure, values, arena_text(compute->arena, measure->lead), measure->report, value);
		found = true;
	}
	if (measure->members[MEASURE_SUPPORT].data && reader_open(measure->members[MEASURE_SUPPORT], &reader)) {
		while (reader_element(&reader, &state)) {
			const struct status_facts *facts = status_index_find(compute->statuses, measure->id, raw_plain(state));
			if (!indicator_value(compute_detail(compute, facts), values[INDICATOR_ID], &value))
				continue;
			add_indicator(compute, measure, values, arena_text(compute->arena, raw_plain(state)), facts, value);
			found = true;
		}
	}
	compute->model->indicators_reported += found;
	if (!found && compute->complete)
		add_indicator(compute, measure, values, "", NULL, 0);
}

static void add_indicators(struct compute *compute, const struct measure_view *measure)
{
	static const char *const members[INDICATOR_NAMES] = { "baseline", "id", "target", "title", "unit" };
	struct reader reader;
	struct span element, values[INDICATOR_NAMES];

	if (!measure->members[MEASURE_INDICATORS].data || !reader_open(measure->members[MEASURE_INDICATORS], &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, INDICATOR_NAMES);
		add_indicator_values(compute, measure, values);
	}
}

/* Those reached within the period, and those whose day passed in it unreached. */
static void add_milestones(struct compute *compute, const struct measure_view *measure)
{
	enum { DUE, ID, TITLE, NAMES };
	static const char *const members[NAMES] = { "due", "id", "title" };
	struct reader reader;
	struct span element, values[NAMES];
	date_day due, done = 0;

	if (!measure->members[MEASURE_MILESTONES].data || !reader_open(measure->members[MEASURE_MILESTONES], &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, NAMES);
		if (!raw_date(values[DUE], &due))
			continue;
		bool is_done = compute_milestone_done(compute, measure, values[ID], &done);
		bool met = is_done && done >= compute->from;
		/* As with measures: late from the day after. */
		bool missed = !is_done && due >= compute->earlier && due < compute->cut_off &&
		              status_word_is_open(measure->state.word);
		struct report_milestone *row = met || missed ? compute_add(compute, &compute->model->milestones) : NULL;
		if (row)
			*row = (struct report_milestone){ .measure = arena_text(compute->arena, measure->id),
				                              .id = compute_string(compute, values[ID]),
				                              .title = compute_text(compute, values[TITLE]),
				                              .lead = arena_text(compute->arena, measure->lead),
				                              .due = compute_day(compute, due),
				                              .done = is_done ? compute_day(compute, done) : "",
				                              .late = is_done && done > due };
	}
}

/* ---- What the states wrote ------------------------------------------------------ */

static void add_remark(struct compute *compute, struct report_remark *to, const struct measure_view *measure,
                       struct span state, const char *date, const char *text)
{
	if (to)
		*to = (struct report_remark){ arena_text(compute->arena, measure->id),
			                          compute_text(compute, measure->members[MEASURE_TITLE]),
			                          arena_text(compute->arena, state), date, text };
}

static void add_next_steps(struct compute *compute, const struct measure_view *measure, struct span state,
                           struct span steps)
{
	static const char *const members[] = { "due", "title" };
	struct reader reader;
	struct span element, values[2];

	if (!steps.data || !reader_open(steps, &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, 2);
		add_remark(compute, compute_add(compute, &compute->model->next_steps), measure, state,
		           compute_string(compute, values[0]), compute_text(compute, values[1]));
	}
}

/* Of reports of the period, and of older ones on work that is still open. */
static void add_remarks(struct compute *compute, const struct measure_view *measure, struct span state,
                        const struct status_facts *facts)
{
	const struct status_detail *detail = compute_detail(compute, facts);
	struct report_model *model = compute->model;

	if (!detail || (!compute_reported(compute, facts) && !status_word_is_open((enum status_word)facts->word)))
		return;
	if (*compute->only_state && !span_is(state, compute->only_state))
		return;
	if (*detail->obstacles)
		add_remark(compute, compute_add(compute, &model->obstacles), measure, state,
		           compute_day(compute, facts->date), detail->obstacles);
	if (*detail->help)
		add_remark(compute, compute_add(compute, &model->help), measure, state, compute_day(compute, facts->date),
		           detail->help);
	add_next_steps(compute, measure, state, detail->next_steps);
}

static int take_measure(struct compute *compute, const struct measure_view *measure, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	struct reader reader;
	struct span state;

	(void)error;
	add_counts(&model->totals, measure);
	if (measure->domain != COMPUTE_NONE)
		add_counts(&model->domains.items[measure->domain].counts, measure);
	if (measure->lead.size) {
		take_part(compute, measure, measure->lead, measure->report, true);
		add_remarks(compute, measure, measure->lead, measure->report);
	} else {
		struct report_named *named = compute_add(compute, &model->without_lead);
		if (named)
			*named = compute_named(compute, measure);
	}
	if (measure->members[MEASURE_SUPPORT].data && reader_open(measure->members[MEASURE_SUPPORT], &reader)) {
		while (reader_element(&reader, &state)) {
			const struct status_facts *facts = status_index_find(compute->statuses, measure->id, raw_plain(state));
			take_part(compute, measure, raw_plain(state), facts, false);
			add_remarks(compute, measure, raw_plain(state), facts);
		}
	}
	add_move(compute, measure);
	add_indicators(compute, measure);
	add_milestones(compute, measure);
	if (compute->rows || model->columns.count)
		compute_row(compute, measure);
	if (compute->complete && compute->rows != ROWS_ONLY && model->kind != REPORT_SUMMARY)
		trend_measure(compute, measure);
	if (model->kind == REPORT_SUMMARY)
		summary_measure(compute, measure);
	return QORGAN_OK;
}

/* ---- Lists of risks, and order --------------------------------------------------- */

static int compare_residual(const void *left, const void *right)
{
	const struct report_risk *a = *(const struct report_risk *const *)left;
	const struct report_risk *b = *(const struct report_risk *const *)right;

	if (a->residual.score != b->residual.score)
		return a->residual.score > b->residual.score ? -1 : 1;
	if (a->residual.impact != b->residual.impact)
		return a->residual.impact > b->residual.impact ? -1 : 1;
	return compare_ids(a->id, b->id);
}

static void list_risks(struct compute *compute)
{
	struct report_model *model = compute->model;
	const struct report_risk **place;

	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (!risk->closed && risk->measures == 0 && (place = arena_add(compute->arena, &model->without_measure)))
			*place = risk;
		if (!risk->closed && risk->residual.score > 0 && (place = arena_add(compute->arena, &model->highest)))
			*place = risk;
		if (risk->acceptance != REPORT_NOT_ACCEPTED && (place = arena_add(compute->arena, &model->accepted_risks)))
			*place = risk;
	}
	if (model->highest.items)
		qsort(model->highest.items, model->highest.count, sizeof *model->highest.items, compare_residual);
	if (model->highest.count > HIGHEST_RISKS)
		model->highest.count = HIGHEST_RISKS;
}

/* The rows of every list begin with the id of their measure; those of one measure
 * keep the order of the plan. */
static int compare_rows(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return compare_ids(*a, *b);
}

#define SORT_ROWS(list) arena_sort(&model->arena, (list).items, (list).count, sizeof *(list).items, compare_rows)

static void sort_lists(struct report_model *model)
{
	SORT_ROWS(model->moved);
	SORT_ROWS(model->declined_parts);
	SORT_ROWS(model->without_lead);
	SORT_ROWS(model->without_report);
	SORT_ROWS(model->indicators);
	SORT_ROWS(model->milestones);
	SORT_ROWS(model->obstacles);
	SORT_ROWS(model->help);
	SORT_ROWS(model->next_steps);
	SORT_ROWS(model->parts);
	SORT_ROWS(model->owed);
	SORT_ROWS(model->stand_ins);
	SORT_ROWS(model->conflicts);
}

int compute_status(struct compute *compute, struct qorgan_error *error)
{
	int code;

	if (compute->rows == ROWS_ONLY)
		compute->complete = false;
	code = compute->model->joint ? joint_start(compute, error) : QORGAN_OK;
	if (!code)
		code = compute_risks(compute, error);
	if (!code)
		code = compute_assessments(compute, error);
	if (!code)
		code = compute_measures(compute, take_measure, error);
	if (code)
		return code;
	choice_keep_risks(compute);
	if (compute->tracked.count)
		code = compute_trend(compute, error);
	if (code)
		return code;
	list_risks(compute);
	compute_sort_measures(compute);
	sort_lists(compute->model);
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}
