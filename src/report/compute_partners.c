/* The partners on record: since when, what went to them, and whether they owe a receipt. */

#include "record/reader.h"
#include "register/computed.h"
#include "report/compute.h"
#include "store/vault.h"

struct partnering {
	struct compute *compute;
	struct computed computed;
	struct pick pick;
	int64_t first; /* moment of the first version of the one being looked at */
};

static int take_version(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct partnering *partnering = context;
	int64_t moment;

	(void)error;
	if (time_parse(record->record.time, &moment) && moment < partnering->first)
		partnering->first = moment;
	return QORGAN_OK;
}

static int find_first(struct partnering *partnering, struct vault_record *record, struct qorgan_error *error)
{
	partnering->first = INT64_MAX;
	take_version(partnering, record, error);
	if (record->record.version == 1)
		return QORGAN_OK;
	return vault_scan_history(partnering->compute->view, &record->place, take_version, partnering, error);
}

static int take_partner(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct partnering *partnering = context;
	struct compute *compute = partnering->compute;
	struct span values[PICK_LIMIT];
	struct computed_values computed;

	reader_pick(record->record.body, partnering->pick.names, values, partnering->pick.count);
	if (values[pick_index(&partnering->pick, "retired")].data)
		return QORGAN_OK;
	int code = computed_of(&partnering->computed, &record->record, values, &computed, error);
	if (!code)
		code = find_first(partnering, record, error);
	struct report_partner *partner = code ? NULL : arena_add(compute->arena, &compute->model->partners);
	if (!partner)
		return code ? code : error_set_memory(error);
	partner->id = arena_text(compute->arena, record->record.id);
	partner->since = compute_day(compute, time_date(partnering->first));
	partner->observer = reader_true(values[pick_index(&partnering->pick, "observer")]);
	partner->sequence = (uint64_t)computed.of[COMPUTED_SEQUENCE];
	partner->sent_on = partner->sequence ? compute_day(compute, (date_day)computed.of[COMPUTED_SENT_ON]) : "";
	partner->owes_receipt = computed.of[COMPUTED_AWAITED] != 0;
	return QORGAN_OK;
}

int compute_partners(struct compute *compute, struct qorgan_error *error)
{
	const struct schema *schema = schema_find("partner", 7);
	struct partnering partnering = { .compute = compute };
	unsigned wanted = 1u << COMPUTED_SEQUENCE | 1u << COMPUTED_SENT_ON | 1u << COMPUTED_AWAITED;
	int code = computed_open(&partnering.computed, compute->vault, compute->view, schema, wanted, true, error);
	bool picked = pick_add(&partnering.pick, "retired") && pick_add(&partnering.pick, "observer") &&
	              computed_need(&partnering.computed, &partnering.pick);

	computed_settle(&partnering.computed, &partnering.pick);
	if (!code && !picked)
		code = error_set_memory(error);
	if (!code)
		code = vault_scan(compute->view, schema, take_partner, &partnering, error);
	computed_close(&partnering.computed);
	return code;
}
