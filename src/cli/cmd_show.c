/* qorgan show ID[@VERSION], and show of one kind. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/terminal.h"
#include "qorgan/exchange.h"

#define LABEL_WIDTH 22u /* columns of the labels: the longest of them, indented, and two spaces */

static void line_print(void *context, unsigned indent, const char *label, const char *text)
{
	unsigned width = *(const unsigned *)context, used = 2 * indent;
	struct buffer first = { 0 };

	buffer_append_format(&first, "%*s%s", (int)used, "", language_said(label));
	if (*text) {
		size_t shown = text_width(buffer_span(&first));
		do
			buffer_append_char(&first, ' ');
		while (++shown < LABEL_WIDTH);
		terminal_print_wrapped(stdout, buffer_text(&first), LABEL_WIDTH, width, text);
	} else {
		puts(buffer_text(&first));
	}
	buffer_free(&first);
}

/* What the next package to a partner would hold; false where none can be made, as the
 * partner is retired or its card has expired. */
static bool owed_find(struct call *call, const struct qorgan_object *object, struct qorgan_export_result *owed)
{
	const struct qorgan_export export = { .to = qorgan_object_id(object), .dry_run = true };
	struct qorgan_error ignored;

	return strcmp(qorgan_object_kind(object), "partner") == 0 &&
	       qorgan_export(call->store, &export, owed, &ignored) == QORGAN_OK;
}

static void owed_print(struct call *call, const struct qorgan_object *object)
{
	unsigned width = text_width_wanted();
	struct qorgan_export_result owed;
	char text[300];

	if (!owed_find(call, object, &owed))
		return;
	if (owed.records || owed.withdrawn)
		snprintf(text, sizeof text,
		         language_said_count("%llu record, %llu withdrawn, with the next package",
		                             "%llu records, %llu withdrawn, with the next package", owed.records),
		         (unsigned long long)owed.records, (unsigned long long)owed.withdrawn);
	else
		snprintf(text, sizeof text, language_said("nothing"));
	line_print(&width, 0, SAID("Owed"), text);
}

/* The object, and of a partner what is owed to it. */
static void json_print(struct call *call, const struct qorgan_object *object, const char *json)
{
	struct qorgan_export_result owed;
	size_t size = strlen(json);

	if (size && owed_find(call, object, &owed))
		printf("%.*s,\"owed\":%llu,\"owed_withdrawn\":%llu}\n", (int)size - 1, json, (unsigned long long)owed.records,
		       (unsigned long long)owed.withdrawn);
	else
		puts(json);
}

static int object_print(struct call *call, const struct qorgan_object *object)
{
	unsigned width = text_width_wanted();
	bool colour = terminal_has_colour(stdout);

	printf(language_said("%s%s %s version %u%s\n"), colour ? "\033[1m" : "", qorgan_object_kind(object),
	       qorgan_object_id(object), qorgan_object_version(object), colour ? "\033[0m" : "");
	printf(language_said("%s by %s, commit %llu, %s\n\n"), qorgan_object_time(object), qorgan_object_user(object),
	       (unsigned long long)qorgan_object_commit(object), qorgan_object_owner(object));
	return qorgan_object_describe(call->store, object, line_print, &width, &call->error);
}

static int show(struct call *call, const char *kind)
{
	struct qorgan_object *object = NULL;
	struct reference reference;
	char *json = NULL, id[130], owner[65];
	int code = reference_parse(call_operand(call, 0), &reference, &call->error);

	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = call_object_id(call, kind, reference.id, id);
	if (!code)
		code = call_owner(call, owner);
	if (!code)
		code = qorgan_object_get_owned(call->store, kind, id, *owner ? owner : NULL, reference.version, &object,
		                               &call->error);
	if (!code)
		code = call_namesakes(call, object);
	if (!code && call->json)
		code = qorgan_object_json(call->store, object, &json, &call->error);
	if (!code && json)
		json_print(call, object, json);
	else if (!code)
		code = object_print(call, object);
	if (!code && !json)
		owed_print(call, object);
	free(json);
	qorgan_object_free(object);
	return code;
}

int cmd_object_show(struct call *call)
{
	return show(call, call->command->kind);
}

int cmd_show(struct call *call)
{
	return show(call, call_value(call, "kind"));
}
