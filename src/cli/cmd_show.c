/* qorgan show ID[@VERSION], and show of one kind. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/call.h"
#include "cli/changes.h"
#include "cli/terminal.h"

#define LABEL_WIDTH 20u /* columns of the labels */

static void line_print(void *context, unsigned indent, const char *label, const char *text)
{
	unsigned width = *(const unsigned *)context, used = 2 * indent;
	struct buffer first = { 0 };

	buffer_append_format(&first, "%*s%s", (int)used, "", label);
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

static int object_print(struct call *call, const struct qorgan_object *object)
{
	unsigned width = text_width_wanted();
	bool colour = terminal_has_colour(stdout);

	printf("%s%s %s version %u%s\n", colour ? "\033[1m" : "", qorgan_object_kind(object), qorgan_object_id(object),
	       qorgan_object_version(object), colour ? "\033[0m" : "");
	printf("%s by %s, commit %llu, %s\n\n", qorgan_object_time(object), qorgan_object_user(object),
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
		puts(json);
	else if (!code)
		code = object_print(call, object);
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
