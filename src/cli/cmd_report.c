/* qorgan report: the periodic reports. */
#include <string.h>

#include "cli/call.h"
#include "cli/frozen.h"
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

	if (call_value(call, "all"))
		return report_all(call, call_value(call, "all"));
	int code = report_format_choose(call, &report.format);
	if (!code)
		code = read_page(call, &report.page);
	if (!code)
		code = report_filter_read(call, &filter);
	if (!code)
		code = report_frame_read(call, &frame);
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
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
	code = qorgan_report_write(call->store, &report, output.stream, &call->error);
	qorgan_frame_free(frame);
	report_filter_free(&filter);
	code = output_close(&output, code, &call->error);
	if (!code && is_as_frozen(&report))
		frozen_tell(call, report.period, report.joint);
	return code;
}
