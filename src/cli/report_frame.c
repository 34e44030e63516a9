/* What surrounds a report. */
#include "cli/report_frame.h"

#include <string.h>

#include "cli/call.h"

int report_frame_read(struct call *call, const char *format, struct qorgan_frame **frame)
{
	bool is_preview = arguments_has(&call->arguments, "preview");
	bool has_place = !format || (strcmp(format, "csv") != 0 && strcmp(format, "oscal") != 0);
	struct qorgan_framing asked = {
		.title = call_value(call, "title"),
		.note = call_value(call, "note"),
		.letterhead = call_value(call, "letterhead"),
		.state_of = call_value(call, "state-of"),
		.approved_by = call_value(call, "approved-by"),
	};

	*frame = NULL;
	if (is_preview && !call_value(call, "for"))
		return error_set(&call->error, QORGAN_USAGE, "--preview is of a report for somebody: say for whom, with --for");
	if (is_preview && asked.state_of && strcmp(asked.state_of, "final") == 0)
		return error_set(&call->error, QORGAN_USAGE, "a preview is a draft: leave out --preview or --state-of final");
	if (is_preview && has_place)
		asked.state_of = "draft";
	if (!asked.title && !asked.note && !asked.letterhead && !asked.state_of && !asked.approved_by)
		return QORGAN_OK;
	return qorgan_frame_read(&asked, frame, &call->error);
}
