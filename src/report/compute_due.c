/* The calendar: what is due, when, and what is late. */
#include <string.h>

#include "record/reader.h"
#include "report/compute.h"

#define ACCEPTANCE_DAYS 30 /* an acceptance is told so long before it ends */

/* Puts an entry on its day; the caller fills in what it is about. */
static struct report_due *add_entry(struct compute *compute, enum report_event event, date_day day)
{
	struct report_due *entry = arena_add(compute->arena, &compute->model->due);

	if (!entry)
		return NULL;
	*entry = (struct report_due){ .event = event,
		                          .date = compute_day(compute, day),
		                          .days = (int64_t)day - compute->cut_off,
		                          .overdue = day < compute->cut_off,
		                          .later = day > compute->period.period.to };
	entry->id = entry->title = entry->state = "";
	return entry;
}

static void add_milestones(struct compute *compute, const struct measure_view *measure)
{
	enum { DUE, ID, TITLE, NAMES };
	static const char *const members[NAMES] = { "due", "id", "title" };
	struct reader reader;
	struct span element, values[NAMES];
	date_day due, done;

	if (!measure->members[MEASURE_MILESTONES].data || !reader_open(measure->members[MEASURE_MILESTONES], &reader))
		return;
	while (reader_element(&reader, &element)) {
		reader_pick(element, members, values, NAMES);
		if (!raw_date(values[DUE], &due) || compute_milestone_done(compute, measure, values[ID], &done))
			continue;
		struct report_due *entry = add_entry(compute, REPORT_EVENT_MILESTONE, due);
		if (!entry)
			return;
		buffer_clear(&compute->scratch);
		buffer_append_span(&compute->scratch, measure->id);
		buffer_append_char(&compute->scratch, ' ');
		buffer_append_span(&compute->scratch, raw_plain(values[ID]));
		entry->id = arena_text(compute->arena, buffer_span(&compute->scratch));
		entry->title = compute_text(compute, values[TITLE]);
		entry->state = arena_text(compute->arena, measure->lead);
	}
}

static void add_named(struct compute *compute, struct report_named *to, const struct measure_view *measure,
                      const char *state, bool is_lead)
{
	if (!to)
		return;
	*to = compute_named(compute, measure);
	to->state = state;
	to->text = is_lead ? "lead" : "support";
}

static void take_part(struct compute *compute, const struct measure_view *measure, struct span state, bool is_lead)
{
	struct report_model *model = compute->model;
	struct report_state *row = compute_state(compute, state);

	if (!row)
		return;
	const struct status_facts *facts = status_index_find(compute->statuses, measure->id, state);
	bool owes = compute_owes(compute, measure, facts), received = compute_reported(compute, facts);
	row->owed += owes;
	row->received += received;
	if (!model->joint)
		return;
	if (owes && !received)
		add_named(compute, compute_add(compute, &model->without_report), measure, row->id, is_lead);
	if ((!facts || facts->consent == CONSENT_OFFERED) && status_word_is_open(measure->state.word))
		add_named(compute, compute_add(compute, &model->offered_parts), measure, row->id, is_lead);
}

static int take_measure(struct compute *compute, const struct measure_view *measure, struct qorgan_error *error)
{
	struct reader reader;
	struct span state;

	(void)error;
	if (measure->lead.size)
		take_part(compute, measure, measure->lead, true);
	if (measure->members[MEASURE_SUPPORT].data && reader_open(measure->members[MEASURE_SUPPORT], &reader))
		while (reader_element(&reader, &state))
			take_part(compute, measure, raw_plain(state), false);
	if (!status_word_is_open(measure->state.word))
		return QORGAN_OK;
	struct report_due *entry = measure->has_due ? add_entry(compute, REPORT_EVENT_MEASURE, measure->due) : NULL;
	if (entry) {
		entry->id = arena_text(compute->arena, measure->id);
		entry->title = compute_text(compute, measure->members[MEASURE_TITLE]);
		entry->state = arena_text(compute->arena, measure->lead);
	}
	add_milestones(compute, measure);
	return QORGAN_OK;
}

static void add_risk(struct compute *compute, const struct report_risk *risk)
{
	date_day day;

	if (!risk->closed && date_parse(span_of(risk->review), &day)) {
		struct report_due *entry = add_entry(compute, REPORT_EVENT_REVIEW, day);
		if (entry) {
			entry->id = risk->id;
			entry->title = risk->title;
			entry->state = risk->coordinator;
		}
	}
	if (!risk->closed && date_parse(span_of(risk->accepted_until), &day) && day <= compute->cut_off + ACCEPTANCE_DAYS) {
		struct report_due *entry = add_entry(compute, REPORT_EVENT_ACCEPTANCE, day);
		if (entry) {
			entry->id = risk->id;
			entry->title = risk->title;
			entry->state = risk->coordinator;
		}
	}
}

static void add_reports(struct compute *compute)
{
	for (size_t i = 0; i < compute->model->states.count; i++) {
		const struct report_state *state = &compute->model->states.items[i];
		struct report_due *entry = state->owed > state->received
		                               ? add_entry(compute, REPORT_EVENT_REPORT, compute->period.period.to)
		                               : NULL;
		if (entry) {
			entry->id = compute->model->period.label;
			entry->title = state->title;
			entry->state = state->id;
			entry->count = state->owed - state->received;
		}
	}
}

/* By date; entries of one day keep the order of kinds and ids. */
static int compare_entries(const void *left, const void *right)
{
	const struct report_due *a = left, *b = right;
	int order;

	if (a->days != b->days)
		return a->days < b->days ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	order = compare_ids(a->id, b->id);
	return order ? order : strcmp(a->state, b->state);
}

int compute_due(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	int code = model->joint ? joint_start(compute, error) : QORGAN_OK;

	if (!code && model->joint)
		code = compute_partners(compute, error);
	if (!code)
		code = compute_risks(compute, error);

	if (!code)
		code = compute_measures(compute, take_measure, error);
	if (code)
		return code;
	choice_keep_risks(compute);
	for (size_t i = 0; i < model->risks.count; i++)
		add_risk(compute, &model->risks.items[i]);
	add_reports(compute);
	arena_sort(compute->arena, model->due.items, model->due.count, sizeof *model->due.items, compare_entries);
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}
