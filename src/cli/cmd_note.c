/* qorgan note: an internal remark on an object. */
#include <string.h>

#include "base/file.h"
#include "cli/call.h"
#include "cli/editor.h"

#define NOTE_LIMIT (1u << 20)

/* The text: from the operands, from standard input ("-"), or from the editor. */
static int text_gather(struct call *call, struct buffer *text)
{
	size_t count = call->arguments.operand_count;
	bool from_input = count == 2 && strcmp(call_operand(call, 1), "-") == 0;
	int code = QORGAN_OK;

	if (count == 1)
		code = editor_run(text, "note.txt", &call->error);
	else if (from_input)
		code = file_read("-", NOTE_LIMIT, text, &call->error);
	for (size_t i = 1; i < count && !from_input; i++)
		buffer_append_format(text, "%s%s", i > 1 ? " " : "", call_operand(call, i));
	if (!code && text->failed)
		code = error_set_memory(&call->error);
	while (!code && text->size && strchr(" \t\r\n", text->data[text->size - 1]))
		text->data[--text->size] = '\0';
	return code;
}

/* Whether there is what the note is to stand on: a domain, a risk or a measure. */
static int subject_find(struct call *call, const char *id)
{
	static const char *const kinds[] = { "risk", "measure", "domain" };
	int code = QORGAN_ABSENT;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && code == QORGAN_ABSENT; i++) {
		struct qorgan_object *object = NULL;
		code = qorgan_object_get(call->store, kinds[i], id, 0, &object, &call->error);
		qorgan_object_free(object);
	}
	if (code != QORGAN_ABSENT)
		return code;
	return error_set(&call->error, code, "there is no domain, risk or measure %.140s: see qorgan search", id);
}

int cmd_note(struct call *call)
{
	struct qorgan_change *change = NULL;
	struct buffer text = { 0 };
	bool from_editor = call->arguments.operand_count == 1;
	char id[130];
	/* The store first: a note is not typed in vain for want of a key. */
	int code = call_open(call, 0);

	if (!code)
		code = subject_find(call, call_operand(call, 0));
	if (!code)
		code = text_gather(call, &text);
	/* To empty the editor's file is to think better of it; else a text was meant. */
	if (!code && !text.size && from_editor) {
		call_say(call, "The text is empty: nothing changed.");
		buffer_wipe(&text);
		return QORGAN_OK;
	}
	if (!code && !text.size)
		code = error_set(&call->error, QORGAN_BAD_DATA, "the note's text is empty: nothing was changed");
	if (!code)
		code = call_change(call, &change);
	if (!code)
		code = qorgan_change_note(change, call_operand(call, 0), buffer_text(&text), id, &call->error);
	if (!code)
		code = call_commit(call, change, "note", id);
	if (code && from_editor && text.size)
		code = editor_keep(&text, "note.txt", &call->error);
	if (!code && !call->json)
		puts(id);
	qorgan_change_free(change);
	buffer_wipe(&text);
	return code;
}
