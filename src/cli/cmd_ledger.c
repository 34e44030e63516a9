/* qorgan partner ledger: what went to a partner, and what it was asked to drop. */
#include "cli/ledger.h"

int cmd_partner_ledger(struct call *call)
{
	struct qorgan_object *object = NULL;
	char id[130], first[80];
	int code = call_open(call, QORGAN_READ_ONLY);

	if (!code)
		code = call_object_id(call, "partner", call_operand(call, 0), id);
	if (!code)
		code = qorgan_object_get(call->store, "partner", id, 0, &object, &call->error);
	/* A report may have been handed to a state whose card was never added. */
	snprintf(first, sizeof first, "%.65s/r1", id);
	if (code == QORGAN_ABSENT && !qorgan_object_get(call->store, "handout", first, 0, &object, NULL))
		code = QORGAN_OK;
	if (!code)
		code = ledger_print(call, id, NULL, NULL);
	qorgan_object_free(object);
	return code;
}
