/* qorgan risk|measure|domain|partner edit: by options, or in an editor; and what becomes of it where somebody else changed
 * the same object meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/editor.h"
#include "cli/terminal.h"

/* One edit, from the version that its author saw. */
struct edit {
	struct call *call;
	const char *kind;
	char id[130];
	uint32_t base;
	bool merges;        /* --merge: what fits together is written without asking */
	size_t conflicts;   /* of the last merge */
	struct buffer both; /* what came of it, as JSON */
};

/* ---- What others did meanwhile -------------------------------------------------------- */

static int meanwhile_print(void *context, const struct qorgan_history_entry *entry)
{
	const struct edit *edit = context;

	if (entry->version <= edit->base)
		return QORGAN_NO; /* any value but 0 stops */
	fprintf(stderr, language_said("version %u  %s  %s\n"), entry->version, entry->time, entry->user);
	if (entry->message && *entry->message)
		terminal_print_wrapped(stderr, "  ", 2, terminal_width(), entry->message);
	changes_print(stderr, entry, terminal_width(), terminal_has_colour(stderr));
	return QORGAN_OK;
}

static void conflict_show(void *context, const struct qorgan_field_conflict *conflict)
{
	(void)context;
	conflict_print(stderr, conflict);
}

/* The places, for a message of one line. */
static void conflict_note(void *context, const struct qorgan_field_conflict *conflict)
{
	struct buffer *places = context;

	buffer_append_format(places, "%s%s", places->size ? ", " : "", conflict->path);
}

/* ---- Writing -------------------------------------------------------------------------- */

/* With --propose what another state keeps may be edited, for a proposal. */
static enum qorgan_change_mode edit_mode(const struct call *call)
{
	return arguments_has(&call->arguments, "propose") ? QORGAN_DRAFT : QORGAN_EDIT;
}

/* Sets the fields, or all of them from `json`. */
static int fields_set(struct edit *edit, struct qorgan_change *change, const char *json)
{
	return json ? qorgan_change_replace(change, json, &edit->call->error) : call_set_fields(edit->call, change);
}

static int edit_store(struct edit *edit, const char *json)
{
	struct call *call = edit->call;
	struct qorgan_change *change = NULL;
	int code = call_change(call, &change);

	if (!code)
		code = qorgan_change_object(change, edit->kind, edit->id, edit_mode(call), edit->base, &call->error);
	if (!code)
		code = fields_set(edit, change, json);
	if (!code)
		code = call_finish(call, change, edit->kind, edit->id);
	qorgan_change_free(change);
	return code;
}

static int both_keep(struct edit *edit, struct qorgan_change *change)
{
	char *json = NULL;
	int code = qorgan_change_json(change, &json, &edit->call->error);

	if (!code) {
		buffer_clear(&edit->both);
		buffer_append_format(&edit->both, "%s\n", json);
		code = edit->both.failed ? error_set_memory(&edit->call->error) : QORGAN_OK;
	}
	free(json);
	return code;
}

/* Puts the edit together with what others did. `writes`: it is committed if they fit. */
static int edit_merge(struct edit *edit, const char *json, bool writes, qorgan_conflict_row row, void *context)
{
	struct call *call = edit->call;
	struct qorgan_change *change = NULL;
	int code = call_change(call, &change);

	if (!code)
		code = qorgan_change_from(change, edit->kind, edit->id, edit->base, &call->error);
	if (!code)
		code = fields_set(edit, change, json);
	if (!code)
		code = qorgan_change_merge(change, row, context, &edit->conflicts, &call->error);
	if (!code)
		code = both_keep(edit, change);
	if (!code && writes && !edit->conflicts)
		code = call_finish(call, change, edit->kind, edit->id);
	qorgan_change_free(change);
	return code;
}

/* Whether `code` is that somebody changed the object, and can be gone on with. */
static bool is_overtaken(const struct edit *edit, int code)
{
	return code == QORGAN_BUSY && edit->base && edit_mode(edit->call) == QORGAN_EDIT;
}

/* With --merge. What does not fit together is named, and changes nothing. */
static int merge_store(struct edit *edit, const char *json)
{
	struct call *call = edit->call;
	struct qorgan_error overtaken = call->error;
	struct buffer places = { 0 };
	int code = edit_merge(edit, json, true, conflict_note, &places);

	if (!code && edit->conflicts)
		code = error_set(&call->error, QORGAN_BUSY, "%.600s; both changed %s", overtaken.message, buffer_text(&places));
	buffer_free(&places);
	return code;
}

static int edit_fields(struct edit *edit)
{
	int code = edit_store(edit, NULL);

	return edit->merges && is_overtaken(edit, code) ? merge_store(edit, NULL) : code;
}

/* ---- In an editor -------------------------------------------------------------------------- */

/* The fields as they are, and the version they are of. No change stays open
 * while a person edits. */
static int edit_fetch(struct edit *edit, struct buffer *text)
{
	struct call *call = edit->call;
	struct qorgan_object *object = NULL;
	struct qorgan_change *change = NULL;
	char *json = NULL;
	int code = call_change(call, &change);

	if (!code)
		code = qorgan_object_get(call->store, edit->kind, edit->id, 0, &object, &call->error);
	if (!code && !edit->base)
		edit->base = qorgan_object_version(object);
	if (!code)
		code = qorgan_change_object(change, edit->kind, edit->id, edit_mode(call), edit->base, &call->error);
	if (!code)
		code = qorgan_change_json(change, &json, &call->error);
	if (!code) {
		buffer_append_format(text, "%s\n", json);
		code = text->failed ? error_set_memory(&call->error) : QORGAN_OK;
	}
	free(json);
	qorgan_object_free(object);
	qorgan_change_free(change);
	return code;
}

/* What was typed is not thrown away for one fault: the editor is offered again. */
static bool edit_again(struct call *call, int code)
{
	if (code != QORGAN_BAD_DATA || !terminal_shows(stderr))
		return false;
	fprintf(stderr, "qorgan: %s\n", call->error.message);
	return terminal_confirm(language_said("Edit it again? [y/n] "));
}

/* Shows what others did, and offers both together. `*text` is then that, and the edit one of the newest version. */
static bool both_offer(struct edit *edit, struct buffer *text)
{
	struct call *call = edit->call;
	struct qorgan_error overtaken = call->error, ignored;
	struct qorgan_object *newest = NULL;

	if (!terminal_shows(stderr))
		return false;
	fprintf(stderr, "qorgan: %s\n", overtaken.message);
	qorgan_history(call->store, edit->kind, edit->id, meanwhile_print, edit, &ignored);
	bool taken = !edit_merge(edit, buffer_text(text), false, conflict_show, NULL) &&
	             !qorgan_object_get(call->store, edit->kind, edit->id, 0, &newest, &ignored) &&
	             terminal_confirm(edit->conflicts
	                                  ? language_said("Open both together in the editor, with yours where you differ? [y/n] ")
	                                  : language_said("They fit together. Open both together in the editor? [y/n] "));
	if (taken) {
		edit->base = qorgan_object_version(newest);
		buffer_wipe(text);
		buffer_append_span(text, buffer_span(&edit->both));
		taken = !text->failed;
	}
	qorgan_object_free(newest);
	call->error = overtaken;
	return taken;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* One turn of the editor; `*typed` once there is something to be kept. */
static int edit_turn(struct edit *edit, const struct buffer *before, struct buffer *text, bool *typed)
{
	int code = editor_run(text, "object.json", &edit->call->error);

	if (code)
		return code;
	if (is_blank(buffer_text(text)) || (!*typed && span_equal(buffer_span(text), buffer_span(before)))) {
		call_say(edit->call, "%s: nothing changed", edit->id);
		return QORGAN_OK;
	}
	*typed = true;
	code = edit_store(edit, buffer_text(text));
	return edit->merges && is_overtaken(edit, code) ? merge_store(edit, buffer_text(text)) : code;
}

static int edit_in_editor(struct edit *edit)
{
	struct buffer before = { 0 }, text = { 0 };
	bool typed = false;
	int code = edit_fetch(edit, &before);

	if (!code) {
		buffer_append_span(&text, buffer_span(&before));
		code = text.failed ? error_set_memory(&edit->call->error) : QORGAN_OK;
	}
	for (bool again = !code; again;) {
		code = edit_turn(edit, &before, &text, &typed);
		again = typed && (is_overtaken(edit, code) ? both_offer(edit, &text) : edit_again(edit->call, code));
	}
	if (code && typed)
		code = editor_keep(&text, "object.json", &edit->call->error);
	buffer_wipe(&before);
	buffer_wipe(&text);
	return code;
}

/* ---- The command ------------------------------------------------------------------------------ */

static int base_parse(struct edit *edit)
{
	struct call *call = edit->call;
	const char *text = call_value(call, "base");
	uint64_t number = 0;
	int code = text ? number_parse("--base", text, UINT32_MAX, &number, &call->error) : QORGAN_OK;

	edit->base = (uint32_t)number;
	edit->merges = arguments_has(&call->arguments, "merge");
	if (!code && edit->merges && edit_mode(call) == QORGAN_DRAFT)
		code = error_set(&call->error, QORGAN_USAGE, "a proposal starts from the newest version: --merge is not for it");
	if (!code && edit->merges && !edit->base && call_has_fields(call))
		code = error_set(&call->error, QORGAN_USAGE, "--merge needs --base VERSION: the one that the edit starts from");
	return code;
}

int cmd_object_edit(struct call *call)
{
	struct edit edit = { .call = call, .kind = call->command->kind };
	int code = base_parse(&edit);

	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = call_object_id(call, edit.kind, call_operand(call, 0), edit.id);
	if (!code)
		code = call_has_fields(call) ? edit_fields(&edit) : edit_in_editor(&edit);
	buffer_wipe(&edit.both);
	return code;
}
