/* qorgan rekey: new keys for the store, after somebody who had them left. */
#include <inttypes.h>
#include <stdio.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/terminal.h"
#include "qorgan/custody.h"

static int keeper_tell(void *context, const struct qorgan_keeper *keeper, struct qorgan_error *error)
{
	struct call *call = context;

	(void)error;
	call_say(call, "  %s (%s)", keeper->name, keeper->role);
	return QORGAN_OK;
}

/* Who stays is for a person to say: whoever is forgotten here keeps the keys. */
static int keepers_confirm(struct call *call)
{
	if (arguments_has(&call->arguments, "yes"))
		return QORGAN_OK;
	if (!terminal_shows(stderr))
		return error_set(&call->error, QORGAN_USAGE, "every user that is not retired gets the new keys (qorgan user list), and "
		                 "there is no terminal to ask on: say with --yes that this is right");
	call_say(call, "These users get the new keys:");
	int code = qorgan_keepers(call->store, keeper_tell, call, &call->error);
	if (code)
		return code;
	return terminal_confirm(language_said("Is nobody among them who is to have them no longer? [y/n] "))
	           ? QORGAN_OK
	           : error_set(&call->error, QORGAN_DENIED, "nothing was changed: retire who left with qorgan user retire NAME");
}

/* A secret that is shared with a partner is for people to agree on anew. */
static int partner_tell(void *context, const struct qorgan_row *row)
{
	struct call *call = context;

	if (*row->cells[1])
		call_say(call, "The secret shared with %s stays what it was: if who left knew it, agree on another, and set it with "
		         "qorgan partner edit %s --shared-secret-file FILE", row->cells[0], row->cells[0]);
	return QORGAN_OK;
}

static int remainder_seal(struct call *call, uint64_t *rows)
{
	struct qorgan_error why = { 0 };
	int code = qorgan_rekey_go_on(call->store, rows, &why);

	if (!code)
		return QORGAN_OK;
	if (!qorgan_rekey_is_pending(call->store))
		call->error = why;
	else
		error_set(&call->error, code, "the new keys hold, and what is left under the former ones can be read; qorgan rekey "
		          "--continue goes on with it: %.600s", why.message);
	return code;
}

static void rekey_emit(const struct qorgan_commit *result, uint64_t rows)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_number(&emit, "commit", result->number);
	emit_number(&emit, "users", result->changed);
	emit_number(&emit, "rows", rows);
	emit_close(&emit, '}');
	emit_end(&emit);
}

static int rekey_go_on(struct call *call)
{
	const struct qorgan_commit none = { 0 };
	bool pending = qorgan_rekey_is_pending(call->store);
	uint64_t rows = 0;
	int code = remainder_seal(call, &rows);

	if (!code && call->json)
		rekey_emit(&none, rows);
	else if (!code && pending)
		call_say(call, "Nothing is left under the former keys");
	else if (!code)
		call_say(call, "There was nothing to go on with: nothing lies under former keys");
	return code;
}

int cmd_rekey(struct call *call)
{
	const struct qorgan_custody how = { call_value(call, "as"), call_value(call, "message") };
	const struct qorgan_listing partners = { .kind = "partner", .columns = "id,secret-since" };
	struct qorgan_commit result = { 0 };
	uint64_t rows = 0;
	int code = call_open(call, 0);

	if (!code && arguments_has(&call->arguments, "continue"))
		return rekey_go_on(call);
	if (!code)
		code = keepers_confirm(call);
	if (!code)
		code = qorgan_rekey(call->store, &how, &result, &call->error);
	if (code)
		return code;
	call_warn_after(call);
	code = remainder_seal(call, &rows);
	if (!code && call->json)
		rekey_emit(&result, rows);
	if (!code) {
		call_say(call, "The store has new keys (commit %" PRIu64 "), and every user opens it as before", result.number);
		call_say(call, "Send the partners the new card, which the former key signed, too: qorgan identity > %s.card",
		         qorgan_store_state(call->store));
		code = qorgan_list(call->store, &partners, NULL, partner_tell, call, &call->error);
	}
	return code;
}
