/* Withdrawals: found by the newest versions since the package before, as only those, or
 * those of what they hang on, can have changed who may have an object. */
#include "exchange/withdrawals.h"

#include <stdio.h>
#include <stdlib.h>

#include "exchange/hangers.h"
#include "exchange/recipients.h"

struct withdrawals {
	struct vault_view *view;
	struct entitlement *entitlement;
	struct given *given;
	struct recipient *recipients;
	size_t count;
	bool again;
	bool any; /* some recipient was given a package */
	bool missed[RECIPIENTS_LIMIT];
	bool received;       /* the package covers a time in which something of another state came in */
	uint64_t received_at; /* first leaf that says so */
	uint64_t cause;      /* leaf of the version in the package that is being considered */
	struct buffer found; /* of struct withdrawal */
};

int withdrawals_open(struct vault_view *view, struct entitlement *entitlement, struct given *given,
                     struct recipient *recipients, size_t count, bool again, struct withdrawals **withdrawals,
                     struct qorgan_error *error)
{
	struct withdrawals *made = calloc(1, sizeof *made);

	if (!made)
		return error_set_memory(error);
	made->view = view;
	made->entitlement = entitlement;
	made->given = given;
	made->recipients = recipients;
	made->count = count;
	made->again = again;
	for (size_t i = 0; i < count; i++)
		made->any |= recipients[i].sequence > 0;
	*withdrawals = made;
	return QORGAN_OK;
}

void withdrawals_close(struct withdrawals *withdrawals)
{
	if (!withdrawals)
		return;
	buffer_free(&withdrawals->found);
	free(withdrawals);
}

static void withdrawal_add(struct withdrawals *withdrawals, const struct vault_record *record)
{
	struct withdrawal withdrawal = { .leaf = record->leaf, .version = record->record.version };

	snprintf(withdrawal.kind, sizeof withdrawal.kind, "%.*s", (int)record->record.kind.size, record->record.kind.data);
	snprintf(withdrawal.id, sizeof withdrawal.id, "%.*s", (int)record->record.id.size, record->record.id.data);
	buffer_append(&withdrawals->found, &withdrawal, sizeof withdrawal);
}

/* Of one object, by its newest version. */
static int object_consider(struct withdrawals *withdrawals, const struct vault_record *record,
                           const char *const *refusals, struct qorgan_error *error)
{
	struct given_object objects[RECIPIENTS_LIMIT];
	size_t withdrawn = 0, due = 0;
	int code = given_find(withdrawals->given, record, objects, error);

	for (size_t i = 0; i < withdrawals->count && !code; i++) {
		withdrawn += refusals[i] && objects[i].any;
		due += refusals[i] && objects[i].any > objects[i].asked;
	}
	if (code || !withdrawn || !(due || withdrawals->again))
		return code;
	if (withdrawn == withdrawals->count) {
		withdrawal_add(withdrawals, record);
		return withdrawals->found.failed ? error_set_memory(error) : QORGAN_OK;
	}
	for (size_t i = 0; i < withdrawals->count; i++) {
		if (!refusals[i] || objects[i].any <= objects[i].asked)
			continue;
		withdrawals->missed[i] = true;
		if (withdrawals->cause < withdrawals->recipients[i].missed)
			withdrawals->recipients[i].missed = withdrawals->cause;
	}
	return QORGAN_OK;
}

/* What hangs on a withdrawn object is withdrawn too, though it has no new version. */
static int hanger_consider(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct withdrawals *withdrawals = context;
	const char *refusals[RECIPIENTS_LIMIT];
	int code = entitlement_judge(withdrawals->entitlement, record, refusals, error);

	if (!code)
		code = object_consider(withdrawals, record, refusals, error);
	return code ? code : hangers_scan(withdrawals->view, &record->record, hanger_consider, withdrawals, error);
}

int withdrawals_consider(struct withdrawals *withdrawals, struct vault_record *record, const char *const *refusals,
                         struct qorgan_error *error)
{
	bool refused = false;
	int code = QORGAN_OK;

	for (size_t i = 0; i < withdrawals->count; i++)
		refused |= refusals[i] != NULL;
	if (!refused || !withdrawals->any)
		return QORGAN_OK;
	if (span_is(record->record.kind, "receipt")) {
		withdrawals->received_at = withdrawals->received ? withdrawals->received_at : record->leaf;
		withdrawals->received = true;
		return QORGAN_OK;
	}
	withdrawals->cause = record->leaf;
	code = object_consider(withdrawals, record, refusals, error);
	return code ? code : hangers_scan(withdrawals->view, &record->record, hanger_consider, withdrawals, error);
}

int withdrawals_finish(struct withdrawals *withdrawals, struct qorgan_error *error)
{
	withdrawals->cause = withdrawals->received_at;
	return withdrawals->received ? hangers_scan_all(withdrawals->view, hanger_consider, withdrawals, error) : QORGAN_OK;
}

static int by_leaf(const void *a, const void *b)
{
	uint64_t first = ((const struct withdrawal *)a)->leaf, second = ((const struct withdrawal *)b)->leaf;

	return (first > second) - (first < second);
}

const struct withdrawal *withdrawals_list(struct withdrawals *withdrawals, size_t *count)
{
	struct withdrawal *found = (struct withdrawal *)(void *)withdrawals->found.data;
	size_t all = withdrawals->found.size / sizeof *found;

	*count = 0;
	if (all)
		qsort(found, all, sizeof *found, by_leaf);
	for (size_t i = 0; i < all; i++)
		if (!*count || found[*count - 1].leaf != found[i].leaf)
			found[(*count)++] = found[i];
	withdrawals->found.size = *count * sizeof *found;
	return found;
}

bool withdrawals_missed(const struct withdrawals *withdrawals, size_t recipient)
{
	return withdrawals->missed[recipient];
}
