/* qorgan diff: what differs between two versions. */
#include <string.h>

#include "cli/call.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/terminal.h"

struct comparing {
	struct call *call;
	const struct qorgan_object *before, *after;
	size_t count; /* of fields that differ */
};

static void side_emit(struct emit *emit, const char *name, const struct qorgan_object *object)
{
	emit_open(emit, name, '{');
	emit_text(emit, "kind", qorgan_object_kind(object));
	emit_text(emit, "id", qorgan_object_id(object));
	emit_number(emit, "version", qorgan_object_version(object));
	emit_close(emit, '}');
}

static int changes_take(void *context, const struct qorgan_history_entry *entry)
{
	struct comparing *comparing = context;
	struct emit emit = { .to = stdout };

	comparing->count += entry->count;
	if (comparing->call->json) {
		emit_open(&emit, NULL, '{');
		side_emit(&emit, "before", comparing->before);
		side_emit(&emit, "after", comparing->after);
		changes_emit(&emit, entry);
		emit_close(&emit, '}');
		emit_end(&emit);
	} else if (entry->count) {
		printf("%s@%u to %s@%u\n", qorgan_object_id(comparing->before), qorgan_object_version(comparing->before),
		       qorgan_object_id(comparing->after), qorgan_object_version(comparing->after));
		changes_print(stdout, entry, text_width_wanted(), terminal_has_colour(stdout));
	}
	return QORGAN_OK;
}

/* The two sides: "A@2 B@5", "A@2" against the newest, or "A": its last change. */
static int sides_get(struct call *call, struct qorgan_object **before, struct qorgan_object **after)
{
	const char *kind = call_value(call, "kind");
	struct reference first, second;
	int code = reference_parse(call_operand(call, 0), &first, &call->error);

	if (!code && call_operand(call, 1))
		code = reference_parse(call_operand(call, 1), &second, &call->error);
	else if (!code)
		second = (struct reference){ .version = 0 };
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = qorgan_object_get(call->store, kind, *second.id ? second.id : first.id, second.version, after, &call->error);
	if (code)
		return code;
	if (!call_operand(call, 1) && !first.version) {
		first.version = qorgan_object_version(*after) - 1;
		if (!first.version)
			return error_set(&call->error, QORGAN_ABSENT, "%s has one version only: there is nothing to compare it with",
			                 first.id);
	}
	return qorgan_object_get(call->store, kind, first.id, first.version, before, &call->error);
}

int cmd_diff(struct call *call)
{
	struct qorgan_object *before = NULL, *after = NULL;
	struct comparing comparing = { .call = call };
	int code = sides_get(call, &before, &after);

	comparing.before = before;
	comparing.after = after;
	if (!code && strcmp(qorgan_object_kind(before), qorgan_object_kind(after)) != 0)
		code = error_set(&call->error, QORGAN_USAGE, "%s is a %s and %s is a %s: only versions of one kind are compared",
		                 qorgan_object_id(before), qorgan_object_kind(before), qorgan_object_id(after),
		                 qorgan_object_kind(after));
	if (!code)
		code = call_namesakes(call, after);
	if (!code)
		code = qorgan_diff(before, after, changes_take, &comparing, &call->error);
	if (!code && comparing.count == 0)
		call_say(call, "No difference.");
	if (!code && comparing.count)
		code = QORGAN_NO;
	qorgan_object_free(before);
	qorgan_object_free(after);
	return code;
}
