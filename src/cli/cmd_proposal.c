/* qorgan proposal accept, decline: the answer to a change that another state
 * proposes. */
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"

/* "Proposal CYB-01/KAZ-p1 of KAZ, by a.karimova", and why it is answered so: what the
 * commit says. */
static int message_make(struct call *call, const struct qorgan_object *proposal, struct buffer *message)
{
	char *state = qorgan_object_field(call->store, proposal, "state");
	const char *why = call_value(call, "message");

	buffer_append_format(message, "Proposal %s of %s, by %s%s%s", qorgan_object_id(proposal), state ? state : "",
	                     qorgan_object_user(proposal), why ? ": " : "", why ? why : "");
	bool failed = !state || message->failed;
	free(state);
	return failed ? error_set_memory(&call->error) : QORGAN_OK;
}

/* Commits, and tells what came of it: the object as it is now, whose id stands before
 * the '/', or the answer alone. */
static int answer_commit(struct call *call, struct qorgan_change *change, const struct qorgan_object *proposal,
                         bool accepted)
{
	const char *of = qorgan_object_id(proposal);
	char *kind = accepted ? qorgan_object_field(call->store, proposal, "subject") : strdup("answer");
	struct buffer id = { 0 };

	if (accepted)
		buffer_append(&id, of, strcspn(of, "/"));
	else
		buffer_append_format(&id, "%s-%s", of, qorgan_store_state(call->store));
	int code = kind && !id.failed ? call_commit(call, change, kind, buffer_text(&id)) : error_set_memory(&call->error);
	free(kind);
	buffer_free(&id);
	return code;
}

static int answer(struct call *call, const char *reason)
{
	struct qorgan_object *proposal = NULL;
	struct qorgan_change *change = NULL;
	struct buffer message = { 0 };
	int code = call_open(call, 0);

	if (!code)
		code = qorgan_object_get(call->store, "proposal", call_operand(call, 0), 0, &proposal, &call->error);
	if (!code)
		code = message_make(call, proposal, &message);
	if (!code)
		code = qorgan_change_begin(call->store, call_value(call, "as"), buffer_text(&message), &change, &call->error);
	if (!code && !reason)
		code = qorgan_change_proposal_accept(change, qorgan_object_id(proposal), &call->error);
	if (!code && reason)
		code = qorgan_change_proposal_decline(change, qorgan_object_id(proposal), reason, &call->error);
	if (!code)
		code = answer_commit(call, change, proposal, !reason);
	buffer_free(&message);
	qorgan_change_free(change);
	qorgan_object_free(proposal);
	return code;
}

int cmd_proposal_accept(struct call *call)
{
	return answer(call, NULL);
}

int cmd_proposal_decline(struct call *call)
{
	const char *reason = call_value(call, "reason");

	if (!reason || !*reason)
		return error_set(&call->error, QORGAN_USAGE, "say why it is declined: qorgan proposal decline %.130s --reason TEXT",
		                 call_operand(call, 0));
	return answer(call, reason);
}
