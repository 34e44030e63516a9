/* qorgan repair: a new store from a damaged one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/terminal.h"
#include "qorgan/repair.h"

/* The plan as it is told, line by line. */
struct mending {
	struct call *call;
	struct emit emit;
	bool begun; /* the JSON */
	const char *place;
	const char **backups, **packages;
};

/* ---- The plan --------------------------------------------------------------------- */

/* The fate of an item, in a column as wide as the widest of the words. */
static void fate_print(enum qorgan_repair_fate fate)
{
	static const char *const words[] = { SAID("whole"), SAID("rebuilt"), SAID("taken"), SAID("LOST") };
	size_t most = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t width = text_width(span_of(language_said(words[i])));
		most = width > most ? width : most;
	}
	const char *word = language_said(words[fate]);
	printf("%s%*s", word, (int)(most - text_width(span_of(word)) + 2), "");
}

static void json_begin(struct mending *mending)
{
	if (!mending->call->json || mending->begun)
		return;
	mending->begun = true;
	emit_open(&mending->emit, NULL, '{');
	emit_open(&mending->emit, "plan", '[');
}

static void item_tell(void *context, const struct qorgan_repair_item *item)
{
	struct mending *mending = context;

	progress_clear(&mending->call->progress);
	json_begin(mending);
	if (mending->call->json) {
		emit_open(&mending->emit, NULL, '{');
		emit_text(&mending->emit, "fate", qorgan_repair_fates[item->fate]);
		emit_text(&mending->emit, "what", item->what);
		emit_text(&mending->emit, "object", item->object);
		emit_text(&mending->emit, "advice", item->advice);
		emit_close(&mending->emit, '}');
		return;
	}
	fate_print(item->fate);
	if (*item->object)
		printf("%s: ", item->object);
	fputs(item->what, stdout);
	if (*item->advice)
		printf("; %s", item->advice);
	putchar('\n');
}

/* What is wrong with a store that was made: none is kept that has anything. */
static void finding_tell(void *context, const char *what, const char *object, const char *advice)
{
	struct mending *mending = context;

	(void)advice;
	progress_clear(&mending->call->progress);
	fprintf(stderr, language_said("finding: %s"), what);
	fprintf(stderr, *object ? "; %s\n" : "\n", object);
}

/* The plan was printed; who says yes to it answers for what is lost. */
static int plan_approve(void *context, const struct qorgan_repaired *plan, struct qorgan_error *error)
{
	struct mending *mending = context;
	char question[600];

	progress_clear(&mending->call->progress);
	if (fflush(stdout))
		return error_set_system(error, QORGAN_IO, "cannot write standard output");
	if (arguments_has(&mending->call->arguments, "yes"))
		return QORGAN_OK;
	if (!terminal_asks())
		return error_set(error, QORGAN_DENIED, "nobody is there to be asked whether the plan is right: look at it with "
		                 "--dry-run, then give --yes");
	snprintf(question, sizeof question,
	         language_said_count("%llu thing is lost. Make the new store at %.300s by this plan? [y/N] ",
	                             "%llu things are lost. Make the new store at %.300s by this plan? [y/N] ", plan->lost),
	         (unsigned long long)plan->lost, mending->place);
	return terminal_confirm(question) ? QORGAN_OK
	                                  : error_set(error, QORGAN_INTERRUPTED, "not confirmed: nothing was made");
}

/* ---- The end ----------------------------------------------------------------------------- */

static void repaired_emit(struct mending *mending, const struct qorgan_repaired *repaired, bool made)
{
	struct emit *emit = &mending->emit;

	json_begin(mending);
	emit_close(emit, ']');
	emit_text(emit, "store", repaired->store);
	emit_text(emit, "state", repaired->state);
	emit_text(emit, "path", made ? mending->place : NULL);
	emit_number(emit, "leaves", repaired->leaves);
	emit_number(emit, "known", repaired->known);
	emit_number(emit, "commits", repaired->commits);
	emit_text(emit, "root", repaired->root);
	emit_number(emit, "versions", repaired->versions);
	emit_number(emit, "rebuilt", repaired->rebuilt);
	emit_number(emit, "taken", repaired->taken);
	emit_number(emit, "lost", repaired->lost);
	emit_number(emit, "pages", repaired->pages);
	emit_number(emit, "unreadable", repaired->unreadable);
	emit_flag(emit, "copy", repaired->copy);
	emit_close(emit, '}');
	emit_end(emit);
}

static void repaired_tell(struct mending *mending, const struct qorgan_repair *repair,
                          const struct qorgan_repaired *repaired)
{
	struct call *call = mending->call;

	if (call->json) {
		repaired_emit(mending, repaired, !repair->dry_run);
	} else if (!call->quiet) {
		printf(language_said("%llu entries of %llu, %llu commits, %llu versions; rebuilt %llu, taken %llu, lost %llu\nroot %s\n"),
		       (unsigned long long)repaired->leaves, (unsigned long long)repaired->known,
		       (unsigned long long)repaired->commits, (unsigned long long)repaired->versions,
		       (unsigned long long)repaired->rebuilt, (unsigned long long)repaired->taken,
		       (unsigned long long)repaired->lost, repaired->root);
	}
	if (!call->json && !call->quiet && repair->dry_run)
		printf(language_said("This is the plan: nothing was made.\n"));
	else if (!call->json && !call->quiet)
		printf(language_said("The new store is at %s, and verifies; the damaged one stays at %s as it was. Make a backup.\n"),
		       mending->place, repair->path);
	if (repaired->copy && !repair->dry_run)
		call_warn(call, "this store is in use at another place, so the new one can only be read: remove one of both");
	if (*repaired->forgetful)
		call_warn_forgetful(call, mending->place, repaired->forgetful);
}

/* ---- The command ----------------------------------------------------------------------------- */

/* The values of an option that may be given several times. */
static const char **values_gather(struct call *call, const char *name, size_t *count)
{
	const char **values = calloc(call->arguments.given_count + 1, sizeof *values);

	*count = 0;
	for (size_t i = 0; values && i < call->arguments.given_count; i++)
		if (strcmp(call->arguments.given[i].option->name, name) == 0)
			values[(*count)++] = call->arguments.given[i].value;
	return values;
}

static int repair_run(struct mending *mending, struct qorgan_repair repair)
{
	struct call *call = mending->call;
	struct qorgan_repaired repaired;
	struct call_keys keys;

	call_keys(call, &keys);
	repair.keys = &keys.keys;
	int code = qorgan_repair(&repair, &repaired, &call->error);
	progress_clear(&call->progress);
	bool told = !code || code == QORGAN_NO;
	call->changed = told && !repair.dry_run;
	if (told)
		repaired_tell(mending, &repair, &repaired);
	else if (mending->begun)
		repaired_emit(mending, &repaired, false);
	if (code == QORGAN_NO) /* the plan has said it */
		call->error.message[0] = '\0';
	return code;
}

int cmd_repair(struct call *call)
{
	struct mending mending = { .call = call, .emit = { .to = stdout }, .place = call_operand(call, 0) };
	struct qorgan_repair repair = {
		.place = mending.place,
		.backup_identity = call_value(call, "backup-identity"),
		.unsigned_too = arguments_has(&call->arguments, "unsigned"),
		.older = arguments_has(&call->arguments, "older"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.any_filesystem = arguments_has(&call->arguments, "any-filesystem"),
		.progress = progress_tell, .progress_context = &call->progress,
		.item = item_tell, .item_context = &mending,
		.approve = plan_approve, .approve_context = &mending,
		.finding = finding_tell, .finding_context = &mending,
	};
	char *path = call_store_path(call);
	int code = path ? QORGAN_OK : call->error.code;

	mending.backups = values_gather(call, "from-backup", &repair.backup_count);
	mending.packages = values_gather(call, "from-package", &repair.package_count);
	if (!code && (!mending.backups || !mending.packages))
		code = error_set_memory(&call->error);
	repair.path = path;
	repair.backups = mending.backups;
	repair.packages = mending.packages;
	call->keeps_passphrase = true;
	if (!code)
		code = repair_run(&mending, repair);
	call_forget_passphrase(call);
	free(mending.backups);
	free(mending.packages);
	free(path);
	return code;
}
