/* What became releasable by a change to what it hangs on. */
#include "exchange/released_later.h"

#include "exchange/hangers.h"
#include "exchange/recipients.h"

struct reaching {
	struct vault_view *view;
	struct entitlement *entitlement;
	struct given *given;
	struct recipient *recipients;
	size_t count;
	uint64_t first, reach;
	bool received; /* something of another state came in since */
};

static int hanger_reach(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct reaching *reaching = context;
	struct given_object objects[RECIPIENTS_LIMIT];
	const char *refusals[RECIPIENTS_LIMIT];
	char keeper[RECORD_NAME_LIMIT] = "";
	size_t allowed = 0, lacking = 0;
	int code = entitlement_judge(reaching->entitlement, record, refusals, error);

	if (!code)
		code = entitlement_keeper(reaching->entitlement, record, keeper, error);
	if (!code && !keeper[0] && record->leaf < reaching->first)
		code = given_find(reaching->given, record, objects, error);
	if (code || keeper[0])
		return code;
	for (size_t i = 0; i < reaching->count && record->leaf < reaching->first; i++) {
		allowed += !refusals[i];
		lacking += !refusals[i] && objects[i].newest <= objects[i].asked;
	}
	if (lacking && allowed == reaching->count && record->leaf < reaching->reach)
		reaching->reach = record->leaf;
	for (size_t i = 0; i < reaching->count && lacking && allowed < reaching->count; i++)
		if (!refusals[i] && objects[i].newest <= objects[i].asked && record->leaf < reaching->recipients[i].missed)
			reaching->recipients[i].missed = record->leaf;
	return hangers_scan(reaching->view, &record->record, hanger_reach, reaching, error);
}

static int record_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct reaching *reaching = context;
	int code = QORGAN_OK;

	reaching->received |= span_is(record->record.kind, "receipt");
	if (!record->newest)
		return QORGAN_OK;
	/* Its files are new with it, as a rule: so who may have them is known in time. */
	if (span_is(record->record.kind, "status"))
		code = entitlement_report(reaching->entitlement, record, error);
	return code ? code : hangers_scan(reaching->view, &record->record, hanger_reach, reaching, error);
}

int released_later_reach(struct vault_view *view, struct entitlement *entitlement, struct given *given,
                         struct recipient *recipients, size_t count, uint64_t *first, struct qorgan_error *error)
{
	struct reaching reaching = { view, entitlement, given, recipients, count, *first, *first, false };
	int code = *first ? vault_scan_leaves(view, *first, record_take, &reaching, error) : QORGAN_OK;

	/* What another state keeps may have changed: it is not in this log. */
	if (!code && reaching.received)
		code = hangers_scan_all(view, hanger_reach, &reaching, error);
	*first = reaching.reach;
	return code;
}
