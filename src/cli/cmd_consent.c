/* qorgan accept, decline: a state's answer to the part that it was given. */
#include "cli/call.h"

static int answer(struct call *call, bool accept)
{
	const char *measure = call_operand(call, 0), *state = call_value(call, "state");
	struct qorgan_change *change = NULL;
	char id[130];
	int code = call_change(call, &change);

	if (!code)
		code = qorgan_change_consent(change, measure, state, accept, call_value(call, "reason"), &call->error);
	if (!code)
		code = call_state_id(call, measure, state, id);
	if (!code)
		code = call_commit(call, change, "status", id);
	qorgan_change_free(change);
	return code;
}

int cmd_accept(struct call *call)
{
	return answer(call, true);
}

int cmd_decline(struct call *call)
{
	const char *reason = call_value(call, "reason");

	if (!reason || !*reason)
		return error_set(&call->error, QORGAN_USAGE, "say why the part is declined: qorgan decline %.80s --reason TEXT",
		                 call_operand(call, 0));
	return answer(call, false);
}
