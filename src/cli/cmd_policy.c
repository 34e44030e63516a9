/* qorgan policy, qorgan approve, qorgan request: what one person alone may not do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/terminal.h"
#include "qorgan/policy.h"

static struct qorgan_custody custody_of(const struct call *call)
{
	return (struct qorgan_custody){ call_value(call, "as"), call_value(call, "message") };
}

/* "2 for release,rekey", or without the word between. */
int cmd_policy_require(struct call *call)
{
	const bool has_for = call_operand(call, 2) != NULL;
	const char *actions = call_operand(call, has_for ? 2 : 1);
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	uint64_t persons = 0;
	int code = number_parse("N", call_operand(call, 0), 9, &persons, &call->error);

	if (!code && has_for && strcmp(call_operand(call, 1), "for") != 0)
		code = error_set(&call->error, QORGAN_USAGE, "say it as in: qorgan policy require 2 for release,rekey,user");
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_policy_require(call->store, (unsigned)persons, actions, &how, &result, &call->error);
	if (!code) {
		call_committed(call, &result, "policy", actions);
		call_warn_after(call);
	}
	return code;
}

/* What a person is to agree to is shown first. */
static int request_confirm(struct call *call, const char *id)
{
	struct qorgan_object *request = NULL;
	int code = qorgan_object_get(call->store, "request", id, 0, &request, &call->error);

	if (code || arguments_has(&call->arguments, "yes")) {
		qorgan_object_free(request);
		return code;
	}
	char *what = qorgan_object_field(call->store, request, "what"), *who = qorgan_object_field(call->store, request, "persons");
	qorgan_object_free(request);
	if (!terminal_shows(stderr)) {
		code = error_set(&call->error, QORGAN_USAGE, "there is no terminal to ask on: look at qorgan request show %s, and say with "
		                 "--yes that it is right", id);
	} else {
		call_say(call, "%s asked for: %s", who ? who : "", what ? what : "");
		if (!terminal_confirm(language_said("Do you agree to that? [y/n] ")))
			code = error_set(&call->error, QORGAN_DENIED, "you did not agree: the request waits until it is withdrawn, with qorgan "
			                 "request withdraw %s", id);
	}
	free(what);
	free(who);
	return code;
}

static void next_tell(struct call *call, const char *id, unsigned missing)
{
	struct qorgan_object *request = NULL;

	if (missing) {
		call_say(call, language_said_count("It waits for %u more person", "It waits for %u more persons", missing), missing);
		return;
	}
	if (qorgan_object_get(call->store, "request", id, 0, &request, &call->error))
		return;
	char *what = qorgan_object_field(call->store, request, "what");
	qorgan_object_free(request);
	call_say(call, "Enough have agreed: whoever asked can run it now: %s", what ? what : "");
	free(what);
}

int cmd_approve(struct call *call)
{
	const char *id = call_operand(call, 0);
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	unsigned missing = 0;
	int code = call_open(call, 0);

	if (!code)
		code = request_confirm(call, id);
	if (!code)
		code = qorgan_request_approve(call->store, id, &how, &missing, &result, &call->error);
	if (!code) {
		next_tell(call, id, missing);
		call_committed(call, &result, "request", id);
		call_warn_after(call);
	}
	return code;
}

int cmd_request_withdraw(struct call *call)
{
	const char *id = call_operand(call, 0);
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	int code = call_open(call, 0);

	if (!code)
		code = qorgan_request_withdraw(call->store, id, &how, &result, &call->error);
	if (!code) {
		call_committed(call, &result, "request", id);
		call_warn_after(call);
	}
	return code;
}
