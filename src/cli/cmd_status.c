/* qorgan status: one state's report on a measure. */
#include <stdlib.h>
#include <string.h>

#include "base/memory_stream.h"
#include "cli/call.h"
#include "cli/emit.h"

static bool is_integer(const char *text)
{
	text += *text == '-';
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Appends {"id":…,"MEMBER":…} to a list of groups, for "m1=2026-05-01". */
static int pair_append(struct call *call, struct qorgan_change *change, const char *option, const char *list,
                       const char *member, const char *text, bool is_number)
{
	const char *equals = strchr(text, '=');
	struct emit emit = { 0 };
	char *id = NULL, *json = NULL;
	size_t size = 0;
	int code = QORGAN_INTERNAL;

	if (!equals || equals == text)
		return error_set(&call->error, QORGAN_USAGE, "--%s is written ID=%s, not \"%.80s\"", option,
		                 is_number ? "NUMBER" : "DATE", text);
	if (is_number && !is_integer(equals + 1))
		return error_set(&call->error, QORGAN_BAD_DATA, "--%s %.80s: \"%.80s\" is not a whole number", option, text,
		                 equals + 1);
	id = strndup(text, (size_t)(equals - text));
	emit.to = memory_stream_open(&json, &size);
	if (id && emit.to) {
		putc('+', emit.to);
		emit_open(&emit, NULL, '{');
		emit_text(&emit, "id", id);
		(is_number ? emit_raw : emit_text)(&emit, member, equals + 1);
		emit_close(&emit, '}');
		code = QORGAN_OK;
	}
	if (emit.to && fclose(emit.to))
		code = QORGAN_INTERNAL;
	code = code ? error_set_memory(&call->error) : qorgan_change_set(change, list, json, &call->error);
	free(json);
	free(id);
	return code;
}

static int pairs_append(struct call *call, struct qorgan_change *change)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < call->arguments.given_count && !code; i++) {
		const struct given *given = &call->arguments.given[i];
		if (strcmp(given->option->name, "milestone") == 0)
			code = pair_append(call, change, "milestone", "milestones", "done", given->value, false);
		else if (strcmp(given->option->name, "indicator") == 0)
			code = pair_append(call, change, "indicator", "indicators", "value", given->value, true);
	}
	return code;
}

static int evidence_attach(struct call *call, struct qorgan_change *change)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < call->arguments.given_count && !code; i++) {
		char id[65], element[66];
		if (strcmp(call->arguments.given[i].option->name, "evidence") != 0)
			continue;
		code = qorgan_change_attach(change, call->arguments.given[i].value, id, &call->error);
		if (!code) {
			snprintf(element, sizeof element, "+%s", id);
			code = qorgan_change_set(change, "evidence", element, &call->error);
		}
	}
	return code;
}

int cmd_status(struct call *call)
{
	const char *measure = call_operand(call, 0), *state = call_value(call, "state"), *date = call_value(call, "date");
	struct qorgan_change *change = NULL;
	struct qorgan_commit result = { 0 };
	char id[130];

	if (date && !*date)
		return error_set(&call->error, QORGAN_BAD_DATA, "--date is empty: leave it out for today");
	int code = call_change(call, &change);
	if (!code)
		code = qorgan_change_status(change, measure, state, call_operand(call, 1), date, &call->error);
	if (!code)
		code = call_set_fields(call, change);
	if (!code)
		code = pairs_append(call, change);
	if (!code)
		code = evidence_attach(call, change);
	if (!code)
		code = call_state_id(call, measure, state, id);
	if (!code)
		code = qorgan_change_commit(change, &result, &call->error);
	if (!code)
		call_committed(call, &result, "status", id);
	if (!code)
		call_warn_after(call);
	qorgan_change_free(change);
	return code;
}
