/* Whom a report is for. */
#include "report/audience.h"

#include <stdlib.h>
#include <string.h>

#include "exchange/entitlement.h"
#include "record/reader.h"
#include "register/parties.h"
#include "report/compute.h"

struct audience {
	struct vault_view *view;
	struct recipient recipient;
	struct entitlement *entitlement;
	bool is_laid_out;
};

/* What a report is laid out by, before it is made of anything: levels, periods, and the
 * names of states that anybody may know. A partner has its own. */
static bool is_layout(const struct record *record)
{
	struct span marking = { 0 };

	if (span_is(record->kind, "scale") || span_is(record->kind, "period"))
		return true;
	return span_is(record->kind, "state") && reader_find(record->body, "marking", &marking) &&
	       span_is(raw_plain(marking), "TLP:CLEAR");
}

static int allows(void *context, const struct vault_record *record, bool *allowed, struct qorgan_error *error)
{
	struct audience *audience = context;
	char keeper[RECORD_NAME_LIMIT] = "";
	const char *refusal = NULL;

	*allowed = span_is(record->record.owner, audience->recipient.id) ||
	           (!audience->is_laid_out && !record->mirrored && is_layout(&record->record));
	if (*allowed || record->mirrored) /* a third state's is that state's to send */
		return QORGAN_OK;
	int code = entitlement_judge(audience->entitlement, record, &refusal, error);
	if (!code && !refusal)
		code = entitlement_keeper(audience->entitlement, record, keeper, error);
	*allowed = !code && !refusal && !keeper[0];
	return code;
}

static int find_recipient(struct audience *audience, const char *own, const char *name, struct qorgan_error *error)
{
	struct parties *parties = NULL;
	struct recipient *recipient = &audience->recipient;
	int code = parties_load(audience->view, &parties, error);

	if (!code && !parties_find(parties, span_of(name), recipient->id, &recipient->observer))
		code = parties_refuse(parties, span_of(name), true, error);
	parties_free(parties);
	if (!code && strcmp(recipient->id, own) == 0)
		code = error_set(error, QORGAN_USAGE, "%s is the state of this store, which may see all: leave out --for",
		                 recipient->id);
	return code;
}

int audience_open(struct vault_view *view, const char *own, const char *name, struct audience **audience,
                  struct qorgan_error *error)
{
	struct audience *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code) {
		made->view = view;
		code = find_recipient(made, own, name, error);
	}
	if (!code)
		code = entitlement_open(view, &made->recipient, 1, &made->entitlement, error);
	if (code) {
		audience_close(made);
		return code;
	}
	vault_view_narrow(view, allows, made);
	*audience = made;
	return QORGAN_OK;
}

void audience_end_layout(struct audience *audience)
{
	audience->is_laid_out = true;
}

void audience_close(struct audience *audience)
{
	if (!audience)
		return;
	vault_view_narrow(audience->view, NULL, NULL);
	entitlement_close(audience->entitlement);
	free(audience);
}

const char *audience_id(const struct audience *audience)
{
	return audience->recipient.id;
}
