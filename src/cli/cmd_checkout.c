/* qorgan checkout and checkin: a copy of the store to be taken along, and what was drafted in it. */
#include <stdlib.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/store_check.h"
#include "cli/terminal.h"
#include "cli/word_list.h"
#include "qorgan/checkout.h"

/* ---- checkout ----------------------------------------------------------------------------- */

static void taken_tell(struct call *call, const struct qorgan_copied *copied, const char *root)
{
	struct emit emit = { .to = stdout };

	if (call->json) {
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "path", call_operand(call, 0));
		emit_text(&emit, "from", qorgan_store_path(call->store));
		emit_number(&emit, "rows", copied->rows);
		emit_number(&emit, "bytes", copied->bytes);
		emit_text(&emit, "root", root);
		emit_close(&emit, '}');
		emit_end(&emit);
	}
	call_say(call, "A checkout of %s is in %s, opened as the store is. What is changed there (-S) is drafted, and comes into the "
	         "store with: qorgan checkin %s", qorgan_store_path(call->store), call_operand(call, 0), call_operand(call, 0));
}

int cmd_checkout(struct call *call)
{
	struct qorgan_verification verified;
	struct qorgan_copied copied = { 0 };
	int code = call_open(call, 0);

	if (!code)
		code = store_check(call, &verified);
	if (!code)
		code = qorgan_checkout_make(call->store, call_operand(call, 0), &copied, &call->error);
	progress_clear(&call->progress);
	if (!code)
		taken_tell(call, &copied, verified.root);
	return code;
}

/* ---- checkin ------------------------------------------------------------------------------ */

struct checking {
	struct call *call;
	struct emit emit;
	struct word_list mine, theirs;
	unsigned rows;
};

static const char *const outcome_words[] = {
	[QORGAN_CHECKIN_ADDED] = "added", [QORGAN_CHECKIN_CHANGED] = "changed", [QORGAN_CHECKIN_MERGED] = "merged",
	[QORGAN_CHECKIN_THERE] = "there", [QORGAN_CHECKIN_CONFLICT] = "conflict", [QORGAN_CHECKIN_MINE] = "mine",
	[QORGAN_CHECKIN_THEIRS] = "theirs",
};
/* The same for people. */
static const char *const outcome_texts[] = {
	[QORGAN_CHECKIN_ADDED] = SAID("added"),
	[QORGAN_CHECKIN_CHANGED] = SAID("changed"),
	[QORGAN_CHECKIN_MERGED] = SAID("put together with what others changed"),
	[QORGAN_CHECKIN_THERE] = SAID("in the store already"),
	[QORGAN_CHECKIN_CONFLICT] = SAID("conflict"),
	[QORGAN_CHECKIN_MINE] = SAID("conflict, the draft taken"),
	[QORGAN_CHECKIN_THEIRS] = SAID("conflict, the draft dropped"),
};

static void object_emit(struct checking *checking, const struct qorgan_checkin_object *object)
{
	struct emit *emit = &checking->emit;

	if (checking->rows++ == 0) {
		emit_open(emit, NULL, '{');
		emit_open(emit, "objects", '[');
	}
	emit_open(emit, NULL, '{');
	emit_text(emit, "kind", object->kind);
	emit_text(emit, "id", object->id);
	emit_text(emit, "outcome", outcome_words[object->outcome]);
	emit_text(emit, "as", object->as);
	emit_text(emit, "users", object->users);
	emit_open(emit, "conflicts", '[');
	for (size_t i = 0; i < object->conflict_count; i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "path", object->conflicts[i].path);
		emit_text(emit, "label", object->conflicts[i].label);
		emit_raw(emit, "base", object->conflicts[i].base);
		emit_raw(emit, "theirs", object->conflicts[i].theirs);
		emit_raw(emit, "mine", object->conflicts[i].mine);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_close(emit, '}');
}

static void object_row(void *context, const struct qorgan_checkin_object *object)
{
	struct checking *checking = context;

	if (checking->call->json) {
		object_emit(checking, object);
		return;
	}
	printf("%s %s: %s", language_said(object->kind), object->id, language_said(outcome_texts[object->outcome]));
	if (object->as)
		printf(language_said(", as %s"), object->as);
	if (*object->users)
		printf(language_said("; meanwhile changed by %s"), object->users);
	putchar('\n');
	for (size_t i = 0; i < object->conflict_count; i++)
		conflict_print(stdout, &object->conflicts[i]);
}

static void result_tell(struct checking *checking, const struct qorgan_checked_in *result)
{
	struct call *call = checking->call;
	struct emit *emit = &checking->emit;

	if (call->json) {
		if (!checking->rows) {
			emit_open(emit, NULL, '{');
			emit_open(emit, "objects", '[');
		}
		emit_close(emit, ']');
		emit_number(emit, "commit", result->commit.number);
		emit_text(emit, "warning", *result->warning ? result->warning : NULL);
		emit_close(emit, '}');
		emit_end(emit);
	}
}

static void result_say(struct call *call, const struct qorgan_checkin *how, const struct qorgan_checked_in *result)
{
	if (*result->warning)
		call_warn(call, result->warning);
	if (how->dry_run)
		call_say(call, "nothing was written: --dry-run");
	else if (result->commit.number)
		call_say(call, "checked in, commit %llu", (unsigned long long)result->commit.number);
	else
		call_say(call, "nothing is left to check in");
	if (result->conflicts)
		call_say(call, "in conflict, and left in %s: %zu; --mine ID takes the draft, --theirs ID drops it", call_operand(call, 0),
		         result->conflicts);
	else if (!how->dry_run)
		call_say(call, "all that was drafted in %s is in the store: remove the folder, or keep it to look at",
		         call_operand(call, 0));
}

/* -S names the store: who has been travelling may have left QORGAN_STORE at the checkout. */
static int store_check_itself(struct call *call)
{
	struct qorgan_checkout checkout;
	struct qorgan_error none = { 0 };

	if (qorgan_checkout_look(call->store, &checkout, &none))
		return QORGAN_OK;
	return error_set(&call->error, QORGAN_USAGE, "%s is a checkout itself: give the store that the drafts are for, qorgan -S %s "
	                 "checkin FOLDER", qorgan_store_path(call->store), checkout.from);
}

/* The checkout is opened by the same key as the store. */
static int checkout_open(struct call *call, bool reads, struct qorgan_store **checkout)
{
	struct call_keys keys;

	call_keys(call, &keys);
	return qorgan_store_open(call_operand(call, 0), &keys.keys, (reads ? QORGAN_READ_ONLY : 0) | QORGAN_ANY_FILESYSTEM, checkout,
	                         &call->error);
}

static int checkin_run(struct checking *checking, struct qorgan_store *checkout, struct qorgan_checked_in *result)
{
	struct call *call = checking->call;
	const struct qorgan_checkin how = {
		.user = call_value(call, "as"), .message = call_value(call, "message"),
		.mine = checking->mine.items, .mine_count = checking->mine.count,
		.theirs = checking->theirs.items, .theirs_count = checking->theirs.count,
		.leaves_conflicts = arguments_has(&call->arguments, "leave-conflicts"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.row = object_row, .context = checking,
	};
	int code = qorgan_checkin(call->store, checkout, &how, result, &call->error);

	if (!code && result->commit.number)
		call_warn_after(call);
	if (!code || result->objects)
		result_tell(checking, result);
	if (!code)
		result_say(call, &how, result);
	return code;
}

int cmd_checkin(struct call *call)
{
	struct checking checking = { .call = call, .emit = { .to = stdout } };
	struct qorgan_store *checkout = NULL;
	struct qorgan_checked_in result = { 0 };
	bool dry_run = arguments_has(&call->arguments, "dry-run");
	int code = word_list_read(call, "mine", &checking.mine);

	if (!code)
		code = word_list_read(call, "theirs", &checking.theirs);
	call->keeps_passphrase = true;
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = store_check_itself(call);
	if (!code)
		code = checkout_open(call, dry_run, &checkout);
	call_forget_passphrase(call);
	if (!code)
		code = checkin_run(&checking, checkout, &result);
	qorgan_store_close(checkout);
	word_list_free(&checking.mine);
	word_list_free(&checking.theirs);
	return code;
}
