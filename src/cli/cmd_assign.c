/* qorgan assign, unassign: which states lead and support a measure. */
#include "cli/call.h"

int cmd_assign(struct call *call)
{
	const char *id = call_operand(call, 0);
	const char *lead = call_value(call, "lead"), *support = call_value(call, "support");
	const char *abstaining = call_value(call, "abstaining");
	struct qorgan_change *change = NULL;

	if (!lead && !support && !abstaining)
		return error_set(&call->error, QORGAN_USAGE,
		                 "say whom to assign: qorgan assign %s --lead KAZ --support UZB,KGZ", id);
	int code = call_change(call, &change);
	if (!code && arguments_has(&call->arguments, "propose"))
		code = qorgan_change_object(change, "measure", id, QORGAN_DRAFT, 0, &call->error);
	if (!code)
		code = qorgan_change_assign(change, id, lead, support, abstaining, &call->error);
	if (!code)
		code = call_finish(call, change, "measure", id);
	qorgan_change_free(change);
	return code;
}

int cmd_unassign(struct call *call)
{
	const char *id = call_operand(call, 0);
	struct qorgan_change *change = NULL;
	struct buffer states = { 0 };

	for (size_t i = 1; i < call->arguments.operand_count; i++)
		buffer_append_format(&states, "%s%s", i > 1 ? "," : "", call_operand(call, i));
	int code = states.failed ? error_set_memory(&call->error) : call_change(call, &change);
	if (!code)
		code = qorgan_change_unassign(change, id, buffer_text(&states), &call->error);
	if (!code)
		code = call_commit(call, change, "measure", id);
	qorgan_change_free(change);
	buffer_free(&states);
	return code;
}
