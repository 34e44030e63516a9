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

/* A domain or risk whose coordination another state hands over: there is no report
 * on it in which to answer. */
static int take_up(struct call *call, const char *kind, const char *id)
{
	struct qorgan_change *change = NULL;
	int code = call_change(call, &change);

	if (!code)
		code = qorgan_change_take_up(change, kind, id, &call->error);
	if (!code)
		code = call_commit(call, change, kind, id);
	qorgan_change_free(change);
	return code;
}

int cmd_accept(struct call *call)
{
	static const char *const kinds[] = { "risk", "domain" };
	const char *id = call_operand(call, 0);
	struct qorgan_object *object = NULL;
	struct qorgan_error ignored;
	int code = call_open(call, 0);

	if (code || qorgan_object_get(call->store, "measure", id, 0, &object, &ignored) == QORGAN_OK) {
		qorgan_object_free(object);
		return code ? code : answer(call, true);
	}
	for (size_t i = 0; i < 2; i++)
		if (qorgan_object_get(call->store, kinds[i], id, 0, &object, &ignored) == QORGAN_OK) {
			qorgan_object_free(object);
			return take_up(call, kinds[i], id);
		}
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
