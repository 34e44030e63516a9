/* What states make of risks, beside the agreed level: for each risk in the report
 * the level of every state that assessed it, as of the day looked at. */
#include <string.h>

#include "register/assessments.h"
#include "report/compute.h"

/* Of two levels that are both assessed; bands are found by their text, which is one
 * and the same for a band. */
static bool is_in_another_band(const struct report_level *agreed, const struct report_level *own)
{
	return agreed->score && own->score && strcmp(agreed->band, own->band) != 0;
}

static int take_assessment(void *context, const struct vault_record *now, const struct vault_record *before,
                           struct qorgan_error *error)
{
	struct compute *compute = context;
	struct assessment assessment = assessment_read(&now->record);
	uint32_t index;

	(void)before;
	if (!id_set_get(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", assessment.risk), &index) ||
	    compute->risks.items[index].position == COMPUTE_NONE)
		return QORGAN_OK;
	struct report_risk *risk = &compute->model->risks.items[compute->risks.items[index].position];
	struct report_assessment *row = arena_add(compute->arena, &risk->assessments);
	if (row) {
		*row = (struct report_assessment){ .state = arena_text(compute->arena, assessment.state),
			                               .date = compute_day(compute, as_of_date(&now->record)),
			                               .confidence = compute_string(compute, assessment.confidence),
			                               .note = compute_text(compute, assessment.note),
			                               .level = compute_level(compute, now->record.body) };
		row->differs = is_in_another_band(&risk->residual, &row->level);
		risk->differing += row->differs;
		compute_marking(compute, assessment.marking);
	}
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

static int compare_assessments(const void *left, const void *right)
{
	return strcmp(((const struct report_assessment *)left)->state, ((const struct report_assessment *)right)->state);
}

int compute_assessments(struct compute *compute, struct qorgan_error *error)
{
	struct as_of as_of = { .rule = AS_OF_DATED, .recorded = compute->recorded, .day = compute->cut_off };
	struct report_model *model = compute->model;
	int code = as_of_scan(compute->view, schema_find("assessment", 10), &as_of, take_assessment, compute, error);

	for (size_t i = 0; i < model->risks.count && !code; i++)
		arena_sort(compute->arena, model->risks.items[i].assessments.items, model->risks.items[i].assessments.count,
		           sizeof *model->risks.items[i].assessments.items, compare_assessments);
	return code;
}
