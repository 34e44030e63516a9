/* qorgan risk assess: a state's own level of a risk. */
#include "cli/call.h"

int cmd_assess(struct call *call)
{
	const char *risk = call_operand(call, 0), *state = call_value(call, "state"), *date = call_value(call, "date");
	struct qorgan_change *change = NULL;
	char id[130];

	if (date && !*date)
		return error_set(&call->error, QORGAN_BAD_DATA, "--date is empty: leave it out for today");
	int code = call_change(call, &change);
	if (!code)
		code = qorgan_change_assess(change, risk, state, date, &call->error);
	if (!code)
		code = call_set_fields(call, change);
	if (!code)
		code = call_state_id(call, risk, state, id);
	if (!code)
		code = call_commit(call, change, "assessment", id);
	qorgan_change_free(change);
	return code;
}
