/* qorgan restore: an earlier version's content becomes the newest. */
#include "cli/call.h"

int cmd_restore(struct call *call)
{
	struct qorgan_object *object = NULL;
	struct qorgan_change *change = NULL;
	struct reference reference;
	const char *kind = NULL;
	int code = reference_parse(call_operand(call, 0), &reference, &call->error);

	if (!code && !reference.version)
		code = error_set(&call->error, QORGAN_USAGE, "say which version: qorgan restore %s@2; see qorgan log %s",
		                 reference.id, reference.id);
	/* Who may not write is told that first, as by every other command. */
	if (!code)
		code = call_change(call, &change);
	if (!code)
		code = qorgan_object_get(call->store, call_value(call, "kind"), reference.id, reference.version, &object,
		                         &call->error);
	if (!code)
		code = call_namesakes(call, object);
	if (!code) {
		kind = qorgan_object_kind(object);
		code = qorgan_change_restore(change, kind, reference.id, reference.version, &call->error);
	}
	if (!code)
		code = call_commit(call, change, kind, reference.id);
	qorgan_change_free(change);
	qorgan_object_free(object);
	return code;
}
