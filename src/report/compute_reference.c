/* What a report says of itself, and the data that it is laid out by: catalogue,
 * states, domains and scales. */
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "report/compute.h"
#include "store/vault.h"

/* Reference data counts as first recorded even if that was late, and whatever the
 * moment looked at: without it nothing could be laid out. */
static int scan_reference(struct compute *compute, const char *kind, as_of_each each, struct qorgan_error *error)
{
	struct as_of as_of = { .rule = AS_OF_FIRST, .recorded = INT64_MAX, .day = compute->cut_off };

	return as_of_scan(compute->view, schema_find(kind, strlen(kind)), &as_of, each, compute, error);
}

static int memory_code(const struct compute *compute, struct qorgan_error *error)
{
	return compute->arena->failed ? error_set_memory(error) : QORGAN_OK;
}

/* Of several catalogues the one that covers the period, else the last. */
static int take_catalogue(void *context, const struct vault_record *now, const struct vault_record *before,
                          struct qorgan_error *error)
{
	enum { FROM, MARKING, NOTICE, TITLE, TO, NAMES };
	static const char *const names[NAMES] = { "from", "marking", "notice", "title", "to" };
	struct compute *compute = context;
	struct report_model *model = compute->model;
	struct span values[NAMES];
	date_day from, to;

	(void)before;
	reader_pick(now->record.body, names, values, NAMES);
	bool covers = raw_date(values[FROM], &from) && raw_date(values[TO], &to) && from <= compute->cut_off &&
	              to >= compute->from;
	if (*model->catalogue && !covers)
		return QORGAN_OK;
	model->catalogue = arena_text(compute->arena, now->record.id);
	model->catalogue_title = compute_text(compute, values[TITLE]);
	model->notice = compute_text(compute, values[NOTICE]);
	model->catalogue_from = compute_string(compute, values[FROM]);
	return memory_code(compute, error);
}

static int take_state(void *context, const struct vault_record *now, const struct vault_record *before,
                      struct qorgan_error *error)
{
	enum { OBSERVER, RETIRED, TITLE, NAMES };
	static const char *const names[NAMES] = { "observer", "retired", "title" };
	struct compute *compute = context;
	struct span values[NAMES];

	(void)before;
	reader_pick(now->record.body, names, values, NAMES);
	if (span_is(now->record.id, compute->model->state))
		compute->model->state_title = compute_text(compute, values[TITLE]);
	if (reader_true(values[OBSERVER]) || values[RETIRED].data)
		return memory_code(compute, error);
	if (*compute->only_state && !span_is(now->record.id, compute->only_state))
		return memory_code(compute, error);
	struct report_state *state = arena_add(compute->arena, &compute->model->states);
	if (state) {
		state->id = arena_text(compute->arena, now->record.id);
		state->title = compute_text(compute, values[TITLE]);
	}
	return memory_code(compute, error);
}

static int take_domain(void *context, const struct vault_record *now, const struct vault_record *before,
                       struct qorgan_error *error)
{
	enum { COORDINATOR, ORDER, RETIRED, TITLE, NAMES };
	static const char *const names[NAMES] = { "coordinator", "order", "retired", "title" };
	struct compute *compute = context;
	struct span values[NAMES];

	(void)before;
	reader_pick(now->record.body, names, values, NAMES);
	if (values[RETIRED].data)
		return QORGAN_OK;
	struct report_domain *domain = arena_add(compute->arena, &compute->model->domains);
	if (domain) {
		domain->id = arena_text(compute->arena, now->record.id);
		domain->title = compute_text(compute, values[TITLE]);
		domain->coordinator = compute_string(compute, values[COORDINATOR]);
		domain->order = INT64_MAX;
		reader_integer(values[ORDER], &domain->order);
	}
	return memory_code(compute, error);
}

static int compare_domains(const void *left, const void *right)
{
	const struct report_domain *a = left, *b = right;

	return a->order != b->order ? (a->order < b->order ? -1 : 1) : compare_ids(a->id, b->id);
}

static int compare_states(const void *left, const void *right)
{
	return strcmp(((const struct report_state *)left)->id, ((const struct report_state *)right)->id);
}

static int copy_scale(struct compute *compute, struct qorgan_error *error)
{
	struct report_scale *to = &compute->model->scale;
	const struct level_scale *from = &compute->scale;

	to->likelihoods = from->likelihoods;
	to->impacts = from->impacts;
	for (unsigned i = 0; i <= REPORT_LEVELS; i++) {
		to->likelihood[i] = from->likelihood[i] ? arena_text(compute->arena, span_of(from->likelihood[i])) : "";
		to->impact[i] = from->impact[i] ? arena_text(compute->arena, span_of(from->impact[i])) : "";
	}
	for (size_t i = 0; i < from->band_count; i++) {
		struct report_band *band = arena_add(compute->arena, &to->bands);
		if (band)
			*band = (struct report_band){ from->bands[i].from,
				                          arena_text(compute->arena, span_of(from->bands[i].title)),
				                          arena_text(compute->arena, span_of(from->bands[i].colour)) };
	}
	return memory_code(compute, error);
}

_Static_assert(REPORT_LEVELS == LEVEL_LIMIT, "the report's scales are those of the register");

uint32_t compute_domain(struct compute *compute, struct span id)
{
	uint64_t hash = id_set_hash(&compute->domain_ids, "", id);
	uint32_t index = COMPUTE_NONE;

	if (id_set_get(&compute->domain_ids, hash, &index))
		return index;
	struct report_domain *domain = arena_add(compute->arena, &compute->model->domains);
	if (domain) {
		*domain = (struct report_domain){ .id = arena_text(compute->arena, id), .title = "", .coordinator = "" };
		index = (uint32_t)compute->model->domains.count - 1;
		if (!id_set_add(&compute->domain_ids, hash, index))
			compute->arena->failed = true;
	}
	return index;
}

struct report_state *compute_state(struct compute *compute, struct span id)
{
	for (size_t i = 0; i < compute->model->states.count; i++)
		if (span_is(id, compute->model->states.items[i].id))
			return &compute->model->states.items[i];
	return NULL;
}

static int index_domains(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;

	if (model->domains.count)
		qsort(model->domains.items, model->domains.count, sizeof *model->domains.items, compare_domains);
	for (size_t i = 0; i < model->domains.count; i++) {
		uint64_t hash = id_set_hash(&compute->domain_ids, "", span_of(model->domains.items[i].id));
		if (!id_set_add(&compute->domain_ids, hash, (uint32_t)i))
			return error_set_memory(error);
	}
	if (*compute->only_domain &&
	    !id_set_get(&compute->domain_ids, id_set_hash(&compute->domain_ids, "", span_of(compute->only_domain)),
	                &compute->only_domain_index))
		compute->only_domain_index = compute_domain(compute, span_of(compute->only_domain)); /* a retired one */
	return memory_code(compute, error);
}

int compute_reference(struct compute *compute, struct qorgan_error *error)
{
	struct report_model *model = compute->model;
	int code = scan_reference(compute, "catalogue", take_catalogue, error);

	if (!code)
		code = scan_reference(compute, "state", take_state, error);
	if (!code)
		code = scan_reference(compute, "domain", take_domain, error);
	if (!code)
		code = level_scale_load(compute->view, compute->languages, &compute->scale, error);
	if (!code)
		code = copy_scale(compute, error);
	if (code)
		return code;
	if (model->states.count)
		qsort(model->states.items, model->states.count, sizeof *model->states.items, compare_states);
	return index_domains(compute, error);
}
