/* qorgan report: the periodic reports. */
#include <string.h>

#include "cli/call.h"
#include "cli/frozen.h"
#include "cli/handed.h"
#include "cli/output.h"
#include "cli/report_all.h"
#include "cli/report_filter.h"
#include "cli/report_format.h"
#include "cli/report_frame.h"
#include "cli/terminal.h"
#include "qorgan/report.h"

#define PAGES_MOST 9999 /* more than any picture has */

/* Whether it is a report of the sort that is frozen. */
static bool is_as_frozen(const struct qorgan_report *report)
{
	return strcmp(report->kind, "status") == 0 && !report->as_of && !report->domain &&
	       !report->state && !report->audience && !report->compare && !report->filter_count;
}

static int read_page(struct call *call, unsigned *page)
{
	const char *text = call_value(call, "page");
	uint64_t number = 0;
	int code = text ? number_parse("--page", text, PAGES_MOST, &number, &call->error) : QORGAN_OK;

	if (!code && text && !number)
		code = error_set(&call->error, QORGAN_USAGE, "the first page of a picture is 1, not 0");
	*page = (unsigned)number;
	return code;
}

/* What is looked at on a terminal, or as a preview, stays. */
static bool is_handed_out(const struct call *call)
{
	const char *path = call_value(call, "output");
	bool is_file = path && strcmp(path, "-") != 0;

	return call_value(call, "for") && !arguments_has(&call->arguments, "preview") && (is_file || !terminal_shows(stdout));
}

static int write_report(struct call *call, const struct qorgan_report *report, bool hands_out, struct output *output)
{
	const struct qorgan_handing how = { .user = call_value(call, "as"), .message = call_value(call, "message") };
	struct qorgan_handed handed = { .commit = 0 };

	if (!hands_out)
		return output_close(output, qorgan_report_write(call->store, report, output->stream, &call->error), &call->error);
	int code = qorgan_report_hand_out(call->store, report, &how, output->stream, &handed, &call->error);
	int closed = output_close(output, code, &call->error);
	if (!code && closed)
		error_prefix(&call->error, closed, "the release was logged but not finished; it is %s: make the report again",
		             handed.id);
	if (!closed)
		handed_tell(call, &handed);
	return closed;
}

int cmd_report(struct call *call)
{
	struct qorgan_report report = {
		.kind = call_operand(call, 0) ? call_operand(call, 0) : "status",
		.object = call_operand(call, 1),
		.period = call_value(call, "period"),
		.compare = call_value(call, "compare"),
		.as_of = call_value(call, "as-of"),
		.domain = call_value(call, "domain"),
		.state = call_value(call, "state"),
		.audience = call_value(call, "for"),
		.joint = arguments_has(&call->arguments, "joint"),
		.picture = call_value(call, "picture"),
		.shown = call_value(call, "columns"),
	};
	struct report_filter filter = { 0 };
	struct qorgan_frame *frame = NULL;
	struct output output = { 0 };
	bool hands_out = is_handed_out(call);

	if (call_value(call, "all"))
		return report_all(call, call_value(call, "all"));
	if (call_value(call, "dossiers"))
		return error_set(&call->error, QORGAN_USAGE, "--dossiers goes with --all; one alone is written by qorgan report measure "
		                 "ID");
	int code = report_format_choose(call, &report.format);
	if (!code)
		code = read_page(call, &report.page);
	if (!code)
		code = report_filter_read(call, &filter);
	if (!code)
		code = report_frame_read(call, report.format, &frame);
	if (!code)
		code = call_open(call, hands_out ? 0 : QORGAN_READ_ONLY);
	if (!code)
		code = output_open(&output, call_value(call, "output"), &call->error);
	if (code) {
		qorgan_frame_free(frame);
		report_filter_free(&filter);
		return code;
	}
	report.frame = frame;
	report.filters = filter.items;
	report.filter_count = filter.count;
	if (output.stream == stdout && terminal_shows(stdout)) {
		report.colour = terminal_has_colour(stdout);
		report.columns = terminal_width();
	}
	code = write_report(call, &report, hands_out, &output);
	qorgan_frame_free(frame);
	report_filter_free(&filter);
	if (!code && is_as_frozen(&report))
		frozen_tell(call, report.period, report.joint);
	return code;
}
