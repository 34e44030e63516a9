/* Telling what came in. */
#include "cli/received.h"

#include "base/language.h"

#include <stdio.h>

static const char *const what_words[] = {
	[QORGAN_RECEIVED_NEW] = "new", [QORGAN_RECEIVED_CHANGED] = "changed",
	[QORGAN_RECEIVED_RETURNED] = "returned", [QORGAN_RECEIVED_WITHDRAWN] = "withdrawn"
};

static void item_emit(struct received *telling, const char *kind, const char *id, uint32_t version, const char *what)
{
	emit_open(&telling->emit, NULL, '{');
	emit_text(&telling->emit, "what", what);
	emit_text(&telling->emit, "kind", kind);
	emit_text(&telling->emit, "id", id);
	emit_number(&telling->emit, "version", version);
	emit_close(&telling->emit, '}');
}

void received_item(void *context, const char *kind, const char *id, uint32_t version, enum qorgan_received what)
{
	static const struct qorgan_column columns[] = {
		{ "what", SAID("What"), false, 10 }, { "kind", SAID("Kind"), false, 10 }, { "id", SAID("Id"), false, 0 }, { "version", SAID("Version"), true, 7 },
	};
	struct received *telling = context;
	char number[16];

	snprintf(number, sizeof number, "%u", version);
	if (telling->code || (!telling->call->json && telling->call->quiet))
		return;
	if (telling->call->json) {
		if (!telling->has_items) {
			emit_open(&telling->emit, NULL, '{');
			emit_open(&telling->emit, "items", '[');
		}
		telling->has_items = true;
		item_emit(telling, kind, id, version, what_words[what]);
		return;
	}
	if (!telling->has_rows) {
		rows_begin(&telling->rows, telling->call, ROWS_TABLE);
		telling->code = rows_head(&telling->rows, columns, 4);
	}
	telling->has_rows = true;
	const char *const cells[] = { what_words[what], kind, id, number };
	if (!telling->code)
		telling->code = rows_row(&telling->rows, &(struct qorgan_row){ .count = 4, .cells = cells });
}

static void result_emit(struct received *telling, const char *path, const struct qorgan_receive_result *result)
{
	struct emit *emit = &telling->emit;

	if (!telling->has_items) {
		emit_open(emit, NULL, '{');
		emit_open(emit, "items", '[');
	}
	emit_close(emit, ']');
	emit_text(emit, "file", path);
	emit_text(emit, "from", result->from);
	emit_number(emit, "sequence", result->sequence);
	emit_number(emit, "size", result->size);
	emit_number(emit, "leaves", result->leaves);
	emit_number(emit, "records", result->records);
	emit_number(emit, "new", result->created);
	emit_number(emit, "changed", result->changed);
	emit_number(emit, "returned", result->returned);
	emit_number(emit, "withdrawn", result->withdrawn);
	emit_number(emit, "superseded", result->superseded);
	emit_number(emit, "disputed", result->disputed);
	emit_number(emit, "evidence", result->evidence);
	emit_flag(emit, "known", result->known);
	emit_text(emit, "forked", *result->forked ? result->forked : NULL);
	emit_number(emit, "commit", result->commit);
	if (*result->restored) {
		emit_open(emit, "restored", '{');
		emit_text(emit, "at", result->restored);
		emit_text(emit, "backup", result->restored_backup);
		emit_number(emit, "size", result->restored_size);
		emit_close(emit, '}');
	} else {
		emit_text(emit, "restored", NULL);
	}
	emit_close(emit, '}');
}

static void result_say(struct call *call, const char *path, const struct qorgan_receive_result *result, bool dry_run)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, language_said("package %llu of %s (%s): "), (unsigned long long)result->sequence,
	                     result->from, path);
	if (result->known)
		buffer_append_text(&text, language_said("nothing in it is new: it was received before, or a later one that holds "
		                                        "all of it"));
	else
		buffer_append_format(&text, language_said("%llu new, %llu changed"), (unsigned long long)result->created,
		                     (unsigned long long)result->changed);
	if (result->returned)
		buffer_append_format(&text, language_said(", %llu returned that were withdrawn"), (unsigned long long)result->returned);
	if (result->withdrawn)
		buffer_append_format(&text, language_said(", %llu withdrawn by %s and hidden from now on"),
		                     (unsigned long long)result->withdrawn, result->from);
	if (result->superseded)
		buffer_append_format(&text, language_said("; %llu own copies stand back for the versions of %s"),
		                     (unsigned long long)result->superseded, result->from);
	if (result->evidence)
		buffer_append_format(&text, language_said("; %llu files"), (unsigned long long)result->evidence);
	if (!result->known)
		buffer_append_format(&text, dry_run ? language_said("; nothing was written")
		                                    : language_said("; its log is known up to entry %llu"),
		                     (unsigned long long)result->size);
	call_say(call, "%s", buffer_text(&text));
	buffer_free(&text);
}


void received_begin(struct received *telling)
{
	telling->has_rows = telling->has_items = false;
	telling->rows = (struct rows){ 0 };
	telling->code = QORGAN_OK;
}

static void unlocked_warn(struct call *call, const struct qorgan_receive_result *result)
{
	char text[300];

	snprintf(text, sizeof text,
	         language_said("package %llu of %s was not locked with the secret that is shared with %s: ask whether "
	         "the secret is set there"), (unsigned long long)result->sequence, result->from, result->from);
	call_warn(call, text);
}

static void restored_warn(struct call *call, const struct qorgan_receive_result *result)
{
	struct buffer text = { 0 };

	buffer_append_format(&text,
	                     language_said("%s put its store back on %.10s from a backup of %.10s, with %llu entries in its log; "
	                                   "nothing that was received here was given up by that"),
	                     result->from, result->restored, result->restored_backup, (unsigned long long)result->restored_size);
	call_warn(call, buffer_text(&text));
	buffer_free(&text);
}

static void disputed_warn(struct call *call, const struct qorgan_receive_result *result)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, language_said("%s says that %s handed %s over to it"), result->from, result->disputed_with,
	                     result->disputed_object);
	if (result->disputed > 1)
		buffer_append_format(&text, language_said(", and %llu more objects likewise"),
		                     (unsigned long long)(result->disputed - 1));
	buffer_append_format(&text, language_said("; the version of %s that is held here does not. What %s sent stands back: ask both, as "
	                     "one of them tells two stories"), result->disputed_with, result->from);
	call_warn(call, buffer_text(&text));
	buffer_free(&text);
}

int received_end(struct received *telling, int code, const char *path, const struct qorgan_receive_result *result,
                 bool dry_run)
{
	if (telling->has_rows)
		code = rows_end(&telling->rows, code, "");
	if (!code && telling->code && !dry_run)
		error_prefix(&telling->call->error, telling->code, "the package was taken in, but what it brought cannot be told");
	if (!code)
		code = telling->code;
	if (code)
		return code;
	if (telling->call->json)
		result_emit(telling, path, result);
	result_say(telling->call, path, result, dry_run);
	if (result->unlocked)
		unlocked_warn(telling->call, result);
	if (result->disputed)
		disputed_warn(telling->call, result);
	if (*result->restored && !result->known)
		restored_warn(telling->call, result);
	return QORGAN_OK;
}
