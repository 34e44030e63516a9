/* Choosing the format of a report. */
#include "cli/report_format.h"

#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/terminal.h"
#include "qorgan/report.h"

static bool ends_with(const char *path, const char *ending)
{
	size_t size = strlen(path), wanted = strlen(ending);

	return size > wanted && strcmp(path + size - wanted, ending) == 0;
}

/* The format that the ending of a file's name stands for: NULL if none does. */
static const char *format_of_ending(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

	if (!dot || strcmp(dot, ".txt") == 0)
		return "text";
	if (ends_with(path, ".oscal.json"))
		return "oscal";
	if (strcmp(dot, ".htm") == 0)
		return "html";
	for (size_t i = 0; qorgan_report_formats[i]; i++)
		if (strcmp(dot + 1, qorgan_report_formats[i]) == 0)
			return qorgan_report_formats[i];
	return NULL;
}

int report_format_choose(struct call *call, const char **format)
{
	const char *path = call_value(call, "output");

	*format = call_value(call, "format");
	if (!*format && call->json)
		*format = "json";
	if (!*format)
		*format = path ? format_of_ending(path) : "text";
	if (*format) {
		int code = words_check("format", qorgan_report_formats, *format, &call->error);
		if (code)
			return code;
	}
	if (!*format)
		return error_set(&call->error, QORGAN_USAGE, "the ending of %s names no format of reports: say which with -f",
		                 path);
	if (qorgan_report_is_binary(*format) && (!path || strcmp(path, "-") == 0) && terminal_shows(stdout))
		return error_set(&call->error, QORGAN_USAGE, "a report as %s is not for a terminal: give a file with -o",
		                 *format);
	return QORGAN_OK;
}

int report_formats_check(struct call *call)
{
	const char *given = call_value(call, "format");
	char *list = given ? strdup(given) : NULL, *rest = NULL;
	int code = given && !list ? error_set_memory(&call->error) : QORGAN_OK;

	for (char *word = list ? strtok_r(list, ", ", &rest) : NULL; word && !code; word = strtok_r(NULL, ", ", &rest))
		code = words_check("format", qorgan_report_formats, word, &call->error);
	free(list);
	return code;
}
