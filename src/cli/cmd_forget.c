/* qorgan forget: the content of an object goes for good; what may remain of it elsewhere is
 * said before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/rows.h"
#include "cli/terminal.h"
#include "qorgan/exchange.h"
#include "qorgan/forget.h"

/* What is told of one version, file, report, or package. */
struct forget_row {
	enum { ROW_ITEM, ROW_COPY } from;
	enum qorgan_forget_what what; /* ROW_ITEM */
	char kind[65], id[131], owner[65], user[65], time[32];
	uint32_t version;
	uint64_t package;  /* ROW_COPY: owner is the partner */
	bool withdrawn;
};

struct forgetting_call {
	struct call *call;
	struct forget_row *rows;
	size_t count;
	bool failed;
};

static struct forget_row *row_add(struct forgetting_call *f)
{
	struct forget_row *more = reallocarray(f->rows, f->count + 1, sizeof *more);

	f->failed |= !more;
	if (!more)
		return NULL;
	f->rows = more;
	more[f->count] = (struct forget_row){ .version = 0 };
	return &more[f->count++];
}

static void item_keep(void *context, const struct qorgan_forget_item *item)
{
	struct forget_row *row = row_add(context);

	if (!row)
		return;
	row->what = item->what;
	row->version = item->version;
	snprintf(row->kind, sizeof row->kind, "%s", item->kind);
	snprintf(row->id, sizeof row->id, "%s", item->id);
	snprintf(row->owner, sizeof row->owner, "%s", item->owner);
	snprintf(row->user, sizeof row->user, "%s", item->user);
	snprintf(row->time, sizeof row->time, "%s", item->time);
}

static int copy_keep(void *context, const struct qorgan_ledger_entry *entry)
{
	struct forgetting_call *f = context;
	struct forget_row *row = row_add(f);

	if (!row)
		return error_set(&f->call->error, QORGAN_INTERNAL, "out of memory");
	row->from = ROW_COPY;
	row->version = entry->version;
	row->package = entry->package;
	row->withdrawn = entry->withdrawn;
	snprintf(row->kind, sizeof row->kind, "%s", entry->kind);
	snprintf(row->id, sizeof row->id, "%s", entry->id);
	snprintf(row->owner, sizeof row->owner, "%s", entry->partner);
	snprintf(row->time, sizeof row->time, "%s", entry->time);
	return QORGAN_OK;
}

/* Who has what is to go, as the records of packages say: of each object that goes. */
static int copies_gather(struct forgetting_call *f)
{
	const char *self = qorgan_store_state(f->call->store);
	size_t items = f->count;
	int code = QORGAN_OK;

	for (size_t i = 0; i < items && !code; i++) {
		const struct forget_row *row = &f->rows[i];
		bool again = i > 0 && strcmp(row[-1].kind, row->kind) == 0 && strcmp(row[-1].id, row->id) == 0;
		char kind[65], id[131];
		if (row->what != QORGAN_FORGET_VERSION || strcmp(row->owner, self) != 0 || again)
			continue;
		memcpy(kind, row->kind, sizeof kind);
		memcpy(id, row->id, sizeof id);
		code = qorgan_ledger_object(f->call->store, kind, id, copy_keep, f, &f->call->error);
	}
	return code;
}

/* ---- Told to a person -------------------------------------------------------------------- */

static void copy_print(FILE *to, const struct forget_row *row)
{
	if (row->withdrawn)
		fprintf(to, language_said("  remains  %s was asked to drop %s %s, with package %llu of %.10s\n"), row->owner, row->kind,
		        row->id, (unsigned long long)row->package, row->time);
	else
		fprintf(to, language_said("  remains  %s was given %s %s version %u, with package %llu of %.10s\n"), row->owner,
		        row->kind, row->id, row->version, (unsigned long long)row->package, row->time);
}

static void item_print(FILE *to, const struct forget_row *row)
{
	switch (row->what) {
	case QORGAN_FORGET_VERSION:
		fprintf(to, language_said("  goes     %s %s version %u, of %.10s by %s\n"), row->kind, row->id, row->version, row->time,
		        row->user);
		break;
	case QORGAN_FORGET_FILE:
		fprintf(to, language_said("  goes     what is in the file %s\n"), row->id);
		break;
	case QORGAN_FORGET_ATTACHED:
		fprintf(to, language_said("  remains  the attached file %s: qorgan forget %.12s\n"), row->id, row->id);
		break;
	case QORGAN_FORGET_REPORT:
		fprintf(to, language_said("  remains  the frozen report %s version %u, which may tell of it: qorgan forget -K snapshot "
		                          "%s\n"), row->id, row->version, row->id);
		break;
	}
}

static void rows_print(const struct forgetting_call *f, FILE *to, const char *owner)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->rows[i].from == ROW_COPY)
			copy_print(to, &f->rows[i]);
		else
			item_print(to, &f->rows[i]);
	if (strcmp(owner, qorgan_store_state(f->call->store)) != 0)
		fprintf(to, language_said("  remains  what %s keeps itself, and gave to others\n"), owner);
	fputs(language_said("  remains  what is in backups made before, and in copies of the store's file\n"), to);
}

/* ---- Told to a program ---------------------------------------------------------------------- */

static void row_emit(struct emit *emit, const struct forget_row *row)
{
	bool file = row->from == ROW_ITEM && (row->what == QORGAN_FORGET_FILE || row->what == QORGAN_FORGET_ATTACHED);

	if (file) {
		emit_text(emit, NULL, row->id);
		return;
	}
	emit_open(emit, NULL, '{');
	emit_text(emit, "kind", row->kind);
	emit_text(emit, "id", row->id);
	emit_number(emit, "version", row->version);
	emit_text(emit, row->from == ROW_COPY ? "partner" : "owner", row->owner);
	emit_text(emit, "time", row->time);
	if (row->from == ROW_COPY) {
		emit_number(emit, "package", row->package);
		emit_flag(emit, "withdrawn", row->withdrawn);
	} else {
		emit_text(emit, "user", row->user);
	}
	emit_close(emit, '}');
}

static void rows_emit(const struct forgetting_call *f, struct emit *emit)
{
	static const char *const names[] = {
		[QORGAN_FORGET_VERSION] = "versions", [QORGAN_FORGET_FILE] = "files",
		[QORGAN_FORGET_ATTACHED] = "attached", [QORGAN_FORGET_REPORT] = "reports",
	};
	const unsigned copies = sizeof names / sizeof *names;

	for (unsigned part = 0; part <= copies; part++) {
		emit_open(emit, part == copies ? "copies" : names[part], '[');
		for (size_t i = 0; i < f->count; i++)
			if (part == (f->rows[i].from == ROW_COPY ? copies : (unsigned)f->rows[i].what))
				row_emit(emit, &f->rows[i]);
		emit_close(emit, ']');
	}
}

static void file_emit(struct emit *emit, const struct qorgan_rewritten *file)
{
	static const char *const words[] = {
		[QORGAN_ERASED] = "overwritten", [QORGAN_ERASED_NOT_READ] = "read", [QORGAN_ERASED_NOT_LINKED] = "linked",
		[QORGAN_ERASED_BY_SERVER] = "server",
	};

	emit_flag(emit, "rewritten", file->done);
	emit_text(emit, "former", file->done ? words[file->former] : NULL);
	emit_number(emit, "bytes_before", file->before);
	emit_number(emit, "bytes", file->after);
}

static void forgotten_emit(const struct forgetting_call *f, const struct qorgan_forgotten *result,
                           const struct qorgan_rewritten *file)
{
	struct emit emit = { .to = stdout };

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "kind", result->kind);
	emit_text(&emit, "id", result->id);
	emit_text(&emit, "owner", result->owner);
	emit_number(&emit, "commit", result->commit);
	rows_emit(f, &emit);
	file_emit(&emit, file);
	emit_close(&emit, '}');
	emit_end(&emit);
}

/* ---- The file -------------------------------------------------------------------------------- */

static void former_say(struct call *call, const struct qorgan_rewritten *file)
{
	switch (file->former) {
	case QORGAN_ERASED:
		call_say(call, "The store's file is written anew; the former one was overwritten and deleted");
		break;
	case QORGAN_ERASED_NOT_READ:
		call_warn(call, language_said("the store's file is written anew; a process still reads the former one, which was "
		                              "deleted and goes when that process ends"));
		break;
	case QORGAN_ERASED_NOT_LINKED:
		call_warn(call, language_said("the store's file is written anew; the former one has another name, a hard link, and "
		                              "keeps its content under that: find and delete it"));
		break;
	case QORGAN_ERASED_BY_SERVER:
		call_warn(call, language_said("the rows are deleted from the server's tables; its administrator sees to the bytes: VACUUM "
		                              "of the tables of qorgan, then the archived logs, standbys and backups of the server"));
		break;
	}
}

static int file_finish(struct call *call, struct qorgan_rewritten *file)
{
	struct qorgan_error why = { 0 };
	int code = qorgan_forget_finish(call->store, file, &why);

	return code ? error_set(&call->error, code, "what was forgotten can be read by nobody, but the store's file is not "
	                        "written anew yet and may hold bytes of it; qorgan forget --continue goes on: %.600s", why.message)
	            : QORGAN_OK;
}

static int file_go_on(struct call *call)
{
	struct qorgan_rewritten file = { 0 };
	struct emit emit = { .to = stdout };
	int code = file_finish(call, &file);

	if (!code && call->json) {
		emit_open(&emit, NULL, '{');
		file_emit(&emit, &file);
		emit_close(&emit, '}');
		emit_end(&emit);
	} else if (!code && file.done) {
		former_say(call, &file);
	} else if (!code) {
		call_say(call, "There was nothing to go on with");
	}
	return code;
}

/* ---- The list ---------------------------------------------------------------------------------- */

static int forgetting_row(void *context, const struct qorgan_forgetting *row)
{
	struct rows *rows = context;
	char version[16], day[11];
	const char *const cells[] = { row->kind, row->id, version, row->owner, day, row->user, row->reason };
	const struct qorgan_row shown = { .count = 7, .cells = cells };

	snprintf(version, sizeof version, "%u", row->version);
	snprintf(day, sizeof day, "%.10s", row->time);
	int code = rows_row(rows, &shown);
	return code ? code : call_stop(rows->call);
}

static int forgetting_emit(void *context, const struct qorgan_forgetting *row)
{
	struct emit *emit = context;

	emit_open(emit, NULL, '{');
	emit_text(emit, "kind", row->kind);
	emit_text(emit, "id", row->id);
	emit_number(emit, "version", row->version);
	emit_text(emit, "owner", row->owner);
	emit_text(emit, "time", row->time);
	emit_text(emit, "user", row->user);
	emit_text(emit, "reason", row->reason);
	emit_flag(emit, "endorsed", row->endorsed);
	emit_close(emit, '}');
	return QORGAN_OK;
}

static int list(struct call *call)
{
	static const struct qorgan_column columns[] = {
		{ "kind", SAID("Kind"), false, 10 },   { "id", SAID("Id"), false, 12 },     { "version", SAID("Version"), true, 7 },
		{ "owner", SAID("Owner"), false, 5 },  { "time", SAID("Day"), false, 10 },  { "user", SAID("User"), false, 12 },
		{ "reason", SAID("Reason"), false, 0 },
	};
	struct emit emit = { .to = stdout };
	struct rows rows = { 0 };
	int code;

	if (call->json) {
		emit_open(&emit, NULL, '[');
		code = qorgan_forgettings(call->store, forgetting_emit, &emit, &call->error);
		emit_close(&emit, ']');
		emit_end(&emit);
		return code;
	}
	rows_begin(&rows, call, ROWS_TABLE);
	code = rows_head(&rows, columns, 7);
	if (!code)
		code = qorgan_forgettings(call->store, forgetting_row, &rows, &call->error);
	return rows_end(&rows, code, "Nothing was forgotten.");
}

/* ---- All of it ------------------------------------------------------------------------------------ */

/* It cannot be taken back. */
static int confirm(struct call *call)
{
	if (arguments_has(&call->arguments, "yes"))
		return QORGAN_OK;
	if (!terminal_shows(stderr))
		return error_set(&call->error, QORGAN_USAGE, "what is forgotten cannot be had back, and there is no terminal to ask on: "
		                 "see what would go with --dry-run, and give --yes");
	return terminal_confirm(language_said("It cannot be had back. Forget it? [y/n] "))
	           ? QORGAN_OK
	           : error_set(&call->error, QORGAN_DENIED, "nothing was forgotten");
}

static int plan(struct forgetting_call *f, struct qorgan_forget *forget, struct qorgan_forgotten *result)
{
	struct call *call = f->call;
	struct qorgan_forget dry = *forget;
	bool shown = !call->json && (forget->dry_run || !call->quiet);
	FILE *to = forget->dry_run ? stdout : stderr;

	dry.dry_run = true;
	dry.item = item_keep;
	dry.context = f;
	int code = qorgan_forget(call->store, &dry, result, &call->error);
	if (!code)
		code = copies_gather(f);
	if (!code && f->failed)
		code = error_set(&call->error, QORGAN_INTERNAL, "out of memory");
	if (!code && shown && result->versions + result->files) {
		fprintf(to, language_said("%s %s of %s:\n"), result->kind, result->id, result->owner);
		rows_print(f, to, result->owner);
	}
	return code;
}

static int forget_run(struct forgetting_call *f, struct qorgan_forget *forget)
{
	struct call *call = f->call;
	struct qorgan_forgotten result = { 0 };
	struct qorgan_rewritten file = { 0 };
	int code = plan(f, forget, &result);
	bool nothing = !code && !result.versions && !result.files;

	if (!code && !nothing && !forget->dry_run)
		code = confirm(call);
	if (!code && !forget->dry_run)
		code = qorgan_forget(call->store, forget, &result, &call->error);
	if (!code && result.commit)
		call_warn_after(call);
	if (!code && !forget->dry_run)
		code = file_finish(call, &file);
	if (code)
		return code;
	if (call->json)
		forgotten_emit(f, &result, &file);
	else if (nothing)
		call_say(call, "%s %s holds nothing to forget: it was forgotten already, or its content is not here", result.kind,
		         result.id);
	else if (!forget->dry_run)
		call_say(call, "Forgotten: %s %s (commit %llu); that it was there, and the proof of it, remain", result.kind, result.id,
		         (unsigned long long)result.commit);
	if (!forget->dry_run && file.done && !call->json)
		former_say(call, &file);
	return QORGAN_OK;
}

static int forget_object(struct call *call, const char *operand)
{
	struct forgetting_call f = { .call = call };
	struct reference reference;
	char owner[65];
	int code = reference_parse(operand, &reference, &call->error);

	if (!code && !arguments_has(&call->arguments, "dry-run") && !qorgan_store_may_administer(call->store))
		code = error_set(&call->error, QORGAN_DENIED, "only an administrator of the store can do that");
	if (!code)
		code = call_owner(call, owner);
	if (code)
		return code;
	struct qorgan_forget forget = {
		.kind = call_value(call, "kind"), .id = reference.id, .owner = *owner ? owner : NULL, .version = reference.version,
		.content = arguments_has(&call->arguments, "content"), .reason = call_value(call, "reason"),
		.user = call_value(call, "as"), .message = call_value(call, "message"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
	};
	if (!forget.dry_run && (!forget.reason || !*forget.reason))
		code = error_set(&call->error, QORGAN_USAGE, "say why it is to be forgotten: --reason TEXT; it stays on record, so it "
		                 "must not repeat what is to go");
	if (!code)
		code = forget_run(&f, &forget);
	free(f.rows);
	return code;
}

int cmd_forget(struct call *call)
{
	const char *operand = call_operand(call, 0);
	bool lists = arguments_has(&call->arguments, "list"), goes_on = arguments_has(&call->arguments, "continue");
	bool reads = lists || arguments_has(&call->arguments, "dry-run");
	int code = QORGAN_OK;

	if (lists + goes_on + (operand != NULL) != 1)
		code = error_set(&call->error, QORGAN_USAGE, "say what to forget, or --list, or --continue: qorgan help forget");
	if (!code)
		code = call_open(call, reads ? QORGAN_READ_ONLY : 0);
	if (code)
		return code;
	if (lists)
		return list(call);
	return goes_on ? file_go_on(call) : forget_object(call, operand);
}
