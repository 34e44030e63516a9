/* qorgan backup, restore-backup: the whole store as one file, and back. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "qorgan/backup.h"

/* ---- JSON ------------------------------------------------------------------------ */

static void facts_emit(struct emit *emit, const struct qorgan_backup_facts *facts)
{
	emit_text(emit, "store", facts->store);
	emit_text(emit, "state", facts->state);
	emit_text(emit, "created", facts->created);
	emit_number(emit, "leaves", facts->leaves);
	emit_number(emit, "commits", facts->commits);
	emit_text(emit, "root", facts->root);
	emit_number(emit, "rows", facts->rows);
	emit_number(emit, "bytes", facts->bytes);
	emit_text(emit, "id", facts->id);
	emit_text(emit, "parent", *facts->parent ? facts->parent : NULL);
}

/* What is found wrong, told as it is found. */
struct checking {
	struct call *call;
	struct emit emit;
	bool begun; /* the JSON */
};

static void json_begin(struct checking *checking)
{
	if (!checking->call->json || checking->begun)
		return;
	checking->begun = true;
	emit_open(&checking->emit, NULL, '{');
	emit_open(&checking->emit, "findings", '[');
}

static void finding_tell(void *context, const char *what, const char *object, const char *advice)
{
	struct checking *checking = context;

	progress_clear(&checking->call->progress);
	json_begin(checking);
	if (checking->call->json) {
		emit_open(&checking->emit, NULL, '{');
		emit_text(&checking->emit, "what", what);
		emit_text(&checking->emit, "object", object);
		emit_text(&checking->emit, "advice", advice);
		emit_close(&checking->emit, '}');
		return;
	}
	printf(language_said("finding: %s"), what);
	if (*object)
		printf("; %s", object);
	printf("; %s\n", advice);
}

/* ---- Making one ------------------------------------------------------------------ */

static int recipients_gather(struct call *call, const char ***recipients, size_t *count)
{
	*count = 0;
	*recipients = calloc(call->arguments.given_count + 1, sizeof **recipients);
	if (!*recipients)
		return error_set_memory(&call->error);
	for (size_t i = 0; i < call->arguments.given_count; i++)
		if (strcmp(call->arguments.given[i].option->name, "recipient") == 0)
			(*recipients)[(*count)++] = call->arguments.given[i].value;
	return QORGAN_OK;
}

static void backup_tell(struct call *call, const struct qorgan_backup *backup, const struct qorgan_backup_facts *facts)
{
	struct emit emit = { .to = stdout };

	if (call->json) {
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "output", backup->output);
		facts_emit(&emit, facts);
		emit_close(&emit, '}');
		emit_end(&emit);
	}
	if (*facts->parent)
		call_say(call, "what changed since %s, %llu bytes: %s and %s.minisig", backup->parent,
		         (unsigned long long)facts->bytes, backup->output, backup->output);
	else
		call_say(call, "backup of %llu entries, %llu bytes: %s and %s.minisig", (unsigned long long)facts->leaves,
		         (unsigned long long)facts->bytes, backup->output, backup->output);
	if (backup->parent && !*facts->parent)
		call_warn(call, "the keys of the store were changed since that backup: this one is whole, and goes on from none");
	if (backup->recipient_count && call->used_key)
		call_say(call, "It opens with an identity of a recipient, and the store in it with the security key: keep both.");
	else if (backup->recipient_count && !backup->keys->identity)
		call_say(call, "It opens with an identity of a recipient, and the store in it with the passphrase: keep both.");
}

/* "5%", or "5". */
static int redundancy_read(struct call *call, unsigned *percent)
{
	const char *text = call_value(call, "redundancy");
	size_t digits = text ? strspn(text, "0123456789") : 0;

	*percent = 0;
	if (!text)
		return QORGAN_OK;
	if (digits && digits <= 3 && (!text[digits] || strcmp(text + digits, "%") == 0))
		*percent = (unsigned)strtoul(text, NULL, 10);
	if (*percent < 1 || *percent > 100)
		return error_set(&call->error, QORGAN_USAGE, "--redundancy %s: it is 1%% to 100%% of the backup's size", text);
	return QORGAN_OK;
}

static int backup_make(struct call *call)
{
	struct call_keys keys;
	struct qorgan_backup backup = {
		.output = call_operand(call, 0),
		.replace = arguments_has(&call->arguments, "force"),
		.keys = &keys.keys,
		.parent = call_value(call, "parent"),
	};
	struct qorgan_backup_facts facts;
	const char **recipients = NULL;

	call_keys(call, &keys);
	int code = redundancy_read(call, &backup.redundancy);

	if (!code)
		code = recipients_gather(call, &recipients, &backup.recipient_count);

	backup.recipients = recipients;
	if (!code && call->arguments.operand_count > 1)
		code = error_set(&call->error, QORGAN_USAGE, "one backup is made at a time: name one file, or --check several");
	if (!code && strcmp(backup.output, "-") == 0)
		code = error_set(&call->error, QORGAN_USAGE, "a backup is a file, and its signature another: name the file");
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = qorgan_backup_make(call->store, &backup, &facts, &call->error);
	if (!code)
		backup_tell(call, &backup, &facts);
	free(recipients);
	return code;
}

/* ---- Reading one ------------------------------------------------------------------ */

static struct qorgan_restore restore_of(struct call *call, struct checking *checking)
{
	return (struct qorgan_restore){
		.file = call_operand(call, 0),
		.signature = call_value(call, "signature"),
		.unsigned_too = arguments_has(&call->arguments, "unsigned"),
		.any_filesystem = arguments_has(&call->arguments, "any-filesystem"),
		.identity = call_value(call, "backup-identity"),
		.older = arguments_has(&call->arguments, "older"),
		.progress = progress_tell,
		.progress_context = &call->progress,
		.finding = finding_tell,
		.finding_context = checking,
		.increments = (const char *const *)call->arguments.operands + 1,
		.increment_count = call->arguments.operand_count - 1,
	};
}

static void check_tell(struct checking *checking, const struct qorgan_restored *restored, bool good)
{
	const struct qorgan_backup_facts *facts = &restored->facts;
	const struct qorgan_verification *verified = &restored->verification;

	if (checking->call->json) {
		json_begin(checking);
		emit_close(&checking->emit, ']');
		emit_flag(&checking->emit, "ok", good);
		facts_emit(&checking->emit, facts);
		emit_number(&checking->emit, "versions", verified->versions);
		emit_number(&checking->emit, "evidence", verified->evidence);
		emit_number(&checking->emit, "mended", restored->mended);
		emit_close(&checking->emit, '}');
		emit_end(&checking->emit);
	} else if (good && !checking->call->quiet) {
		printf(language_said("All is well: the backup of %s, made %s: %llu versions, %llu commits, %llu leaves, %llu files "
		                     "of evidence.\nroot %s\n"), facts->state, facts->created,
		       (unsigned long long)verified->versions, (unsigned long long)verified->commits,
		       (unsigned long long)verified->leaves, (unsigned long long)verified->evidence, facts->root);
	}
}

static void mended_tell(struct call *call, const struct qorgan_restored *restored)
{
	if (restored->mended)
		call_say(call, "Mended: %u. What was damaged is kept under its name and %s.", restored->mended, restored->damaged);
	else
		call_say(call, "nothing is damaged, and nothing was mended");
}

static int backup_check(struct call *call)
{
	bool repairs = arguments_has(&call->arguments, "repair");
	struct call_keys keys;
	struct checking checking = { .call = call, .emit = { .to = stdout } };
	struct qorgan_restore restore = restore_of(call, &checking);
	struct qorgan_restored restored = { 0 };
	char *path = call_store_path(call);

	if (!path)
		return call->error.code;
	restore.path = path;
	call_keys(call, &keys);
	restore.keys = &keys.keys;
	int code = repairs ? qorgan_backup_repair(&restore, &restored, &call->error)
	                   : qorgan_backup_check(&restore, &restored, &call->error);
	progress_clear(&call->progress);
	if (!code || code == QORGAN_NO)
		check_tell(&checking, &restored, !code);
	if (!code && repairs)
		mended_tell(call, &restored);
	if (code == QORGAN_NO) /* the findings have said it */
		call->error.message[0] = '\0';
	qorgan_restored_free(&restored);
	free(path);
	return code;
}

/* Options that say something of a backup that is read, or that is made. */
static int options_check(struct call *call, bool reads)
{
	static const char *const of_reading[] = { "signature", "unsigned", "backup-identity", NULL };
	static const char *const of_making[] = { "recipient", "parent", "redundancy", "force", NULL };

	for (const char *const *name = reads ? of_making : of_reading; *name; name++)
		if (arguments_has(&call->arguments, *name))
			return error_set(&call->error, QORGAN_USAGE,
			                 reads ? language_said("--%s is for a backup that is made: leave it or --check (--repair) out")
			                       : language_said("--%s is for a backup that is read: it goes with --check"), *name);
	return QORGAN_OK;
}

int cmd_backup(struct call *call)
{
	bool reads = arguments_has(&call->arguments, "check") || arguments_has(&call->arguments, "repair");
	int code = options_check(call, reads);

	call->keeps_passphrase = true;
	if (!code)
		code = reads ? backup_check(call) : backup_make(call);
	call_forget_passphrase(call);
	return code;
}

/* ---- Putting it back --------------------------------------------------------------- */

static void restored_emit(const char *path, const struct qorgan_restored *restored)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "path", path);
	facts_emit(&emit, &restored->facts);
	emit_text(&emit, "replaced", restored->replaced);
	emit_text(&emit, "original", restored->original);
	emit_number(&emit, "newer", restored->newer);
	emit_flag(&emit, "parted", restored->parted);
	if (restored->packages_known)
		emit_number(&emit, "packages", restored->packages);
	else
		emit_text(&emit, "packages", NULL);
	if (restored->packages_known)
		emit_number(&emit, "reports", restored->reports);
	else
		emit_text(&emit, "reports", NULL);
	emit_close(&emit, '}');
	emit_end(&emit);
}

/* Whether partners know of what was given up decides whether one may go on from here. */
static void newer_warn(struct call *call, const struct qorgan_restored *restored)
{
	unsigned long long newer = restored->newer - restored->facts.leaves, packages = restored->packages;
	char text[700];

	if (!restored->packages_known)
		snprintf(text, sizeof text,
		         language_said_count("%llu entry that came after the backup is given up, and nobody here knows whether it "
		                             "was exported: take in a package of each partner before you change anything; one that "
		                             "has seen more closes this store for writing",
		                             "%llu entries that came after the backup are given up, and nobody here knows whether "
		                             "they were exported: take in a package of each partner before you change anything; one "
		                             "that has seen more closes this store for writing", newer), newer);
	else if (packages)
		snprintf(text, sizeof text,
		         language_said_count("%llu package was exported after the backup, to %s: partners hold a longer history, and "
		                             "what is written here becomes a second one; do not go on with this store unless they "
		                             "agreed to it",
		                             "%llu packages were exported after the backup, to %s: partners hold a longer history, "
		                             "and what is written here becomes a second one; do not go on with this store unless "
		                             "they agreed to it", packages), packages, restored->partners);
	else
		snprintf(text, sizeof text,
		         language_said_count("%llu entry that came after the backup is given up; no package was exported since",
		                             "%llu entries that came after the backup are given up; no package was exported since",
		                             newer), newer);
	call_warn(call, text);
}

/* A report has its numbers, and the root of a log that this store does not have. */
static void reports_warn(struct call *call, const struct qorgan_restored *restored)
{
	unsigned long long reports = restored->reports;
	char text[700];

	snprintf(text, sizeof text,
	         language_said_count("%llu report was handed out after the backup, to %s: it may tell of what is given up, which this "
	                             "store does not know any more; tell those who have it",
	                             "%llu reports were handed out after the backup, to %s: they may tell of what is given up, which "
	                             "this store does not know any more; tell those who have them", reports), reports,
	         restored->readers);
	call_warn(call, text);
}

static void restored_warn(struct call *call, const char *path, const struct qorgan_restored *restored)
{
	char text[700];

	if (*restored->forgetful)
		call_warn_forgetful(call, path, restored->forgetful);
	if (restored->newer > restored->facts.leaves)
		newer_warn(call, restored);
	if (restored->packages_known && restored->reports)
		reports_warn(call, restored);
	if (restored->parted)
		call_warn(call, "the history that was given up went on apart from this one: a partner who was sent of both has "
		                "evidence of two histories");
	if (!restored->original)
		return;
	snprintf(text, sizeof text,
	         language_said("it is a copy of the store at %.300s, which is in use: this one can only be read"),
	         restored->original);
	call_warn(call, text);
}

static int restore_run(struct call *call, const char *path)
{
	struct call_keys keys;
	struct checking checking = { .call = call, .emit = { .to = stderr } };
	struct qorgan_restore restore = restore_of(call, &checking);
	struct qorgan_restored restored = { 0 };

	restore.path = path;
	call_keys(call, &keys);
	restore.keys = &keys.keys;
	int code = qorgan_backup_restore(&restore, &restored, &call->error);
	progress_clear(&call->progress);
	if (!code && call->json)
		restored_emit(path, &restored);
	if (!code)
		call_say(call, "restored %s of %s as it was on %s: %llu entries, at %s", restored.facts.store, restored.facts.state,
		         restored.facts.created, (unsigned long long)restored.facts.leaves, path);
	if (!code && restored.replaced)
		call_say(call, "What was there is kept at %s.", restored.replaced);
	else if (restored.replaced) /* it was done, and making it durable failed */
		error_prefix(&call->error, code, "it is put in place, and what was there is kept at %s", restored.replaced);
	if (!code || restored.replaced)
		restored_warn(call, path, &restored);
	qorgan_restored_free(&restored);
	return code;
}

int cmd_restore_backup(struct call *call)
{
	char *path = call_store_path(call);

	if (!path)
		return call->error.code;
	call->keeps_passphrase = true;
	int code = restore_run(call, path);
	call_forget_passphrase(call);
	free(path);
	return code;
}
