/* qorgan user, qorgan passphrase: who opens the store, and how. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/terminal.h"
#include "qorgan/custody.h"

static struct qorgan_custody custody_of(const struct call *call)
{
	return (struct qorgan_custody){ call_value(call, "as"), call_value(call, "message") };
}

static int user_tell(struct call *call, int code, const struct qorgan_commit *result, const char *name)
{
	if (!code) {
		call_committed(call, result, "user", name);
		call_warn_after(call);
	}
	return code;
}

/* Who has no administrator's key changes what is on record of them; somebody who knows
 * them has to stand for that. */
static void confirmation_ask(struct call *call, const char *name)
{
	if (!qorgan_store_may_administer(call->store))
		call_say(call, "Before the keys are next changed, an administrator confirms this: qorgan user confirm %s", name);
}

int cmd_user_add(struct call *call)
{
	const char *name = call_operand(call, 0), *role = call_value(call, "role");
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	struct qorgan_door door;
	int code = call_door(call, &door);

	if (!code && !role)
		code = error_set(&call->error, QORGAN_USAGE, "say what %s may do: --role reader, liaison, verifier or admin", name);
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_user_add(call->store, name, role, &door, &how, &result, &call->error);
	return user_tell(call, code, &result, name);
}

int cmd_user_role(struct call *call)
{
	const char *name = call_operand(call, 0);
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	int code = call_open(call, 0);

	if (!code)
		code = qorgan_user_role(call->store, name, call_operand(call, 1), &how, &result, &call->error);
	return user_tell(call, code, &result, name);
}

int cmd_user_retire(struct call *call)
{
	const char *name = call_operand(call, 0), *reason = call_value(call, "reason");
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	int code = call_open(call, 0);

	if (!code)
		code = qorgan_user_retire(call->store, name, reason, &how, &result, &call->error);
	if (!code)
		call_say(call, "What %s knows or has copied still opens this store: change its keys with qorgan rekey", name);
	return user_tell(call, code, &result, name);
}

/* What an administrator is to stand for is shown first: it may be somebody's own doing. */
static int record_confirm(struct call *call, const char *name)
{
	struct qorgan_object *user = NULL;
	int code = qorgan_object_get(call->store, "user", name, 0, &user, &call->error);

	/* Who may not is told so by what follows. */
	if (code || arguments_has(&call->arguments, "yes") || !qorgan_store_may_administer(call->store)) {
		qorgan_object_free(user);
		return code;
	}
	char *role = qorgan_object_field(call->store, user, "role"), *slots = qorgan_object_field(call->store, user, "slots");
	qorgan_object_free(user);
	if (!terminal_shows(stderr)) {
		code = error_set(&call->error, QORGAN_USAGE, "there is no terminal to ask on: look at qorgan user show %s, ask %s about "
		                 "it, and say with --yes that it is right", name, name);
	} else {
		call_say(call, "%s: %s; %s", name, role ? role : "", slots ? slots : "");
		if (!terminal_confirm(language_said("Did this user say so, and are these the slots? [y/n] ")))
			code = error_set(&call->error, QORGAN_DENIED, "nothing was confirmed: retire the user with qorgan user retire %s, and "
			                 "add the true one again", name);
	}
	free(role);
	free(slots);
	return code;
}

int cmd_user_confirm(struct call *call)
{
	const char *name = call_operand(call, 0);
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	int code = call_open(call, 0);

	if (!code)
		code = record_confirm(call, name);
	if (!code)
		code = qorgan_user_confirm(call->store, name, &how, &result, &call->error);
	return user_tell(call, code, &result, name);
}

/* ---- Slots ------------------------------------------------------------------------------ */

static int slot_add(struct call *call, const char *name, const struct qorgan_custody *how)
{
	struct qorgan_commit result;
	struct qorgan_door door;
	uint8_t number = 0;
	int code = call_door(call, &door);

	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_slot_add(call->store, name, &door, how, &number, &result, &call->error);
	if (!code) {
		call_say(call, "%s has slot %u, too", name, number);
		confirmation_ask(call, name);
	}
	return user_tell(call, code, &result, name);
}

static int slot_remove(struct call *call, const char *name, const struct qorgan_custody *how)
{
	const char *text = call_operand(call, 2);
	struct qorgan_commit result;
	uint64_t number = 0;
	int code = text ? number_parse("NUMBER", text, 63, &number, &call->error)
	                : error_set(&call->error, QORGAN_USAGE, "say which slot: qorgan user show %s tells their numbers", name);

	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_slot_remove(call->store, name, (unsigned)number, how, &result, &call->error);
	if (!code)
		confirmation_ask(call, name);
	return user_tell(call, code, &result, name);
}

const char *const *command_slot_words(unsigned number)
{
	static const char *const words[] = { "add", "remove", NULL };

	return number == 0 ? words : NULL;
}

int cmd_user_slot(struct call *call)
{
	const char *what = call_operand(call, 0), *name = call_operand(call, 1);
	const struct qorgan_custody how = custody_of(call);

	if (strcmp(what, "add") == 0 && !call_operand(call, 2))
		return slot_add(call, name, &how);
	if (strcmp(what, "remove") == 0)
		return slot_remove(call, name, &how);
	return error_set(&call->error, QORGAN_USAGE, "write qorgan user slot add NAME, or qorgan user slot remove NAME NUMBER");
}

int cmd_passphrase(struct call *call)
{
	const struct qorgan_custody how = custody_of(call);
	struct qorgan_commit result;
	struct qorgan_door door;
	const char *name = "";
	int code = call_door(call, &door);

	if (!code)
		code = call_open(call, 0);
	if (!code) {
		name = qorgan_store_user(call->store);
		code = qorgan_door_change(call->store, &door, &how, &result, &call->error);
	}
	if (!code) {
		call_say(call, "Copies of the store made before still open as they did");
		confirmation_ask(call, name);
	}
	return user_tell(call, code, &result, name);
}
