/* The risks in force, with their levels, and the reports that show nothing else:
 * the register and the matrix. */
#include <stdlib.h>

#include "record/reader.h"
#include "report/compute.h"

static bool is_wanted(const struct compute *compute, struct span id, uint32_t domain, struct span affected,
                      struct span coordinator)
{
	if (*compute->only_risk && !span_is(id, compute->only_risk))
		return false;
	if (*compute->only_measure && !raw_has(compute->measure_risks, id))
		return false;
	if (*compute->only_domain && domain != compute->only_domain_index)
		return false;
	if (!*compute->only_state)
		return true;
	struct span state = span_of(compute->only_state);
	return raw_has(affected, state) || span_equal(raw_plain(coordinator), state);
}

enum {
	ACCEPTANCE, AFFECTED, CAUSES, CONSEQUENCES, COORDINATOR, DESCRIPTION, DOMAIN, INHERENT, MARKING, OWNER_ROLE,
	RESIDUAL, RETIRED, REVIEW, SCENARIO, STAGE, TARGET, TITLE, TREATMENT, NAMES
};
static const char *const names[NAMES] = { "acceptance",  "affected", "causes",   "consequences", "coordinator",
	                                      "description", "domain",   "inherent", "marking",      "owner_role",
	                                      "residual",    "retired",  "review",   "scenario",     "stage",
	                                      "target",      "title",    "treatment" };

static void fill_acceptance(struct compute *compute, struct report_risk *risk, const struct span *values)
{
	static const char *const members[] = { "reason", "role" };
	struct span parts[2];
	date_day until = 0;
	enum acceptance acceptance = acceptance_of(values[TREATMENT], values[ACCEPTANCE], compute->cut_off, &until);

	risk->accepted_by = risk->accepted_reason = risk->accepted_until = "";
	if (acceptance == ACCEPTANCE_NONE)
		return;
	risk->acceptance = acceptance == ACCEPTANCE_HOLDS ? REPORT_ACCEPTED : REPORT_ACCEPTANCE_ENDED;
	reader_pick(values[ACCEPTANCE], members, parts, 2);
	risk->accepted_reason = compute_text(compute, parts[0]);
	risk->accepted_by = compute_string(compute, parts[1]);
	risk->accepted_until = compute_day(compute, until);
}

/* What it is about, where a format has room for it. */
static void fill_texts(struct compute *compute, struct report_risk *risk, const struct span *values)
{
	bool shown = compute->rows == ROWS_TOO;

	risk->description = shown ? compute_text(compute, values[DESCRIPTION]) : "";
	risk->scenario = shown ? compute_text(compute, values[SCENARIO]) : "";
	risk->causes = shown ? compute_text(compute, values[CAUSES]) : "";
	risk->consequences = shown ? compute_text(compute, values[CONSEQUENCES]) : "";
}

static void fill_risk(struct compute *compute, struct report_risk *risk, struct span id, const struct span *values)
{
	date_day review;

	risk->id = arena_text(compute->arena, id);
	risk->title = compute_text(compute, values[TITLE]);
	risk->treatment = compute_string(compute, values[TREATMENT]);
	risk->stage = compute_string(compute, values[STAGE]);
	risk->coordinator = compute_string(compute, values[COORDINATOR]);
	risk->affected = compute_joined(compute, values[AFFECTED]);
	risk->owner_role = compute_string(compute, values[OWNER_ROLE]);
	risk->review = compute_string(compute, values[REVIEW]);
	risk->inherent = compute_level(compute, values[INHERENT]);
	risk->residual = compute_level(compute, values[RESIDUAL]);
	risk->target = compute_level(compute, values[TARGET]);
	risk->closed = span_is(values[STAGE], "\"closed\"");
	risk->review_overdue = !risk->closed && raw_date(values[REVIEW], &review) && review < compute->cut_off;
	fill_acceptance(compute, risk, values);
	fill_texts(compute, risk, values);
	compute_marking(compute, values[MARKING]);
}

static int take_risk(void *context, const struct vault_record *now, const struct vault_record *before,
                     struct qorgan_error *error)
{
	struct compute *compute = context;
	struct span values[NAMES];
	bool wanted;

	(void)before;
	reader_pick(now->record.body, names, values, NAMES);
	struct risk_place *place = arena_add(compute->arena, &compute->risks);
	if (!place || !id_set_add(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", now->record.id),
	                          (uint32_t)compute->risks.count - 1))
		return error_set_memory(error);
	place->domain = compute_domain(compute, raw_plain(values[DOMAIN]));
	place->position = COMPUTE_NONE;
	if (values[RETIRED].data || !is_wanted(compute, now->record.id, place->domain, values[AFFECTED], values[COORDINATOR]))
		return QORGAN_OK;
	int code = choice_look(compute, "risk", &now->record, &wanted, error);
	if (code || !wanted)
		return code;

	struct report_risk *risk = arena_add(compute->arena, &compute->model->risks);
	if (risk && place->domain != COMPUTE_NONE) {
		risk->domain = place->domain;
		fill_risk(compute, risk, now->record.id, values);
		risk->cells = choice_cells(compute, &(struct choice_row){ "risk", &now->record, true, risk->review_overdue });
		compute->model->domains.items[place->domain].risks++;
		compute->model->risks_open += !risk->closed;
		place->position = (uint32_t)compute->model->risks.count - 1;
	}
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

static int compare_risks(const void *left, const void *right)
{
	const struct report_risk *a = left, *b = right;

	return a->domain != b->domain ? (a->domain < b->domain ? -1 : 1) : compare_ids(a->id, b->id);
}

int compute_risks(struct compute *compute, struct qorgan_error *error)
{
	struct as_of as_of = { .rule = AS_OF_FIRST, .recorded = compute->recorded, .day = compute->cut_off };
	struct report_model *model = compute->model;
	uint32_t index;
	int code = as_of_scan(compute->view, schema_find("risk", 4), &as_of, take_risk, compute, error);

	if (code || model->risks.count == 0)
		return code;
	qsort(model->risks.items, model->risks.count, sizeof *model->risks.items, compare_risks);
	for (size_t i = 0; i < model->risks.count; i++) {
		uint64_t hash = id_set_hash(&compute->risk_ids, "", span_of(model->risks.items[i].id));
		if (id_set_get(&compute->risk_ids, hash, &index))
			compute->risks.items[index].position = (uint32_t)i;
	}
	return QORGAN_OK;
}

static int take_measure(struct compute *compute, const struct measure_view *measure, struct qorgan_error *error)
{
	(void)error;
	if (compute->rows == ROWS_TOO)
		compute_row(compute, measure);
	return QORGAN_OK;
}

int compute_register(struct compute *compute, struct qorgan_error *error)
{
	int code = compute_risks(compute, error);

	if (!code)
		code = compute_assessments(compute, error);
	/* The measures are counted for each risk on the way. */
	if (!code)
		code = compute_measures(compute, take_measure, error);
	if (!code)
		compute_sort_measures(compute);
	return code;
}

int compute_matrix(struct compute *compute, struct qorgan_error *error)
{
	int code = compute_risks(compute, error);

	return code ? code : compute_assessments(compute, error);
}
