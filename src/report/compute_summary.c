/* The summary: of what the status report tells, the part that heads of state are to
 * know and to settle. */
#include <string.h>

#include "report/compute.h"

void summary_measure(struct compute *compute, const struct measure_view *measure)
{
	struct report_named *named = measure->state.overdue ? arena_add(compute->arena, &compute->model->late) : NULL;

	if (named)
		*named = compute_named(compute, measure);
}

static int compare_late(const void *left, const void *right)
{
	const struct report_named *a = left, *b = right;
	int order = strcmp(a->due, b->due);

	return order ? order : compare_ids(a->id, b->id);
}

static void ask(struct compute *compute, const struct report_asked *asked)
{
	struct report_asked *row = arena_add(compute->arena, &compute->model->asked);

	if (row)
		*row = *asked;
}

static void list_asked(struct compute *compute)
{
	const struct report_model *model = compute->model;

	for (size_t i = 0; i < model->without_lead.count; i++) {
		const struct report_named *row = &model->without_lead.items[i];
		ask(compute, &(struct report_asked){ REPORT_REQUEST_LEAD, row->id, row->title, "", row->due, "" });
	}
	for (size_t i = 0; i < model->declined_parts.count; i++) {
		const struct report_named *row = &model->declined_parts.items[i];
		ask(compute, &(struct report_asked){ REPORT_REQUEST_PART, row->id, row->title, row->state, "", row->text });
	}
	for (size_t i = 0; i < model->accepted_risks.count; i++) {
		const struct report_risk *risk = model->accepted_risks.items[i];
		if (risk->acceptance == REPORT_ACCEPTANCE_ENDED)
			ask(compute, &(struct report_asked){ REPORT_REQUEST_ACCEPTANCE, risk->id, risk->title, risk->coordinator,
			                                     risk->accepted_until, risk->accepted_reason });
	}
	for (size_t i = 0; i < model->help.count; i++) {
		const struct report_remark *row = &model->help.items[i];
		ask(compute, &(struct report_asked){ REPORT_REQUEST_HELP, row->measure, row->title, row->state, row->date,
		                                     row->text });
	}
}

int compute_summary(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;

	compute->complete = true; /* its lists are cut where they are shown, so that what is left out is counted */
	compute->rows = ROWS_NONE;
	int code = compute_status(compute, error);
	if (code)
		return code;
	if (model->highest.count > REPORT_SUMMARY_ROWS)
		model->highest.count = REPORT_SUMMARY_ROWS;
	arena_sort(&model->arena, model->late.items, model->late.count, sizeof *model->late.items, compare_late);
	list_asked(compute);
	return model->arena.failed ? error_set_memory(error) : QORGAN_OK;
}
