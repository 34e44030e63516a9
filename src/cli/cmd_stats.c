/* qorgan stats: sizes and counts. */
#include <jansson.h>
#include <stdlib.h>

#include "cli/call.h"

/* "bytes_used" as "bytes used". */
static void name_print(const char *name, int indent)
{
	char words[40];

	snprintf(words, sizeof words, "%s", name);
	for (char *at = words; *at; at++)
		if (*at == '_')
			*at = ' ';
	printf("%*s%-*s", indent, "", 16 - indent, words);
}

static void members_print(const json_t *object, int indent)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)object, name, value) {
		name_print(name, indent);
		if (json_is_object(value)) {
			putchar('\n');
			members_print(value, indent + 2);
		} else if (json_is_string(value)) {
			printf("%s\n", json_string_value(value));
		} else if (json_is_boolean(value)) {
			puts(json_is_true(value) ? "yes" : "no");
		} else {
			printf("%lld\n", (long long)json_integer_value(value));
		}
	}
}

int cmd_stats(struct call *call)
{
	char *json = NULL;
	int code = call_open(call, QORGAN_READ_ONLY);

	if (!code)
		code = qorgan_stats(call->store, &json, &call->error);
	if (!code && call->json) {
		puts(json);
	} else if (!code) {
		json_t *stats = json_loads(json, 0, NULL);
		if (stats)
			members_print(stats, 0);
		else
			code = error_set_memory(&call->error);
		json_decref(stats);
	}
	free(json);
	return code;
}
