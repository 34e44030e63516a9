/* qorgan report: the periodic reports. */
#include <string.h>

#include "cli/call.h"
#include "cli/output.h"
#include "cli/report_all.h"
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

static int format_choose(struct call *call, const char **format)
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

int cmd_report(struct call *call)
{
	struct qorgan_report report = {
		.kind = call_operand(call, 0) ? call_operand(call, 0) : "status",
		.period = call_value(call, "period"),
		.as_of = call_value(call, "as-of"),
		.domain = call_value(call, "domain"),
		.state = call_value(call, "state"),
		.joint = arguments_has(&call->arguments, "joint"),
	};
	struct output output = { 0 };

	if (call_value(call, "all"))
		return report_all(call, call_value(call, "all"));
	int code = format_choose(call, &report.format);
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = output_open(&output, call_value(call, "output"), &call->error);
	if (code)
		return code;
	if (output.stream == stdout && terminal_shows(stdout)) {
		report.colour = terminal_has_colour(stdout);
		report.columns = terminal_width();
	}
	code = qorgan_report_write(call->store, &report, output.stream, &call->error);
	return output_close(&output, code, &call->error);
}
