/* What surrounds a report. */
#include "cli/report_frame.h"

#include "cli/call.h"

int report_frame_read(struct call *call, struct qorgan_frame **frame)
{
	const struct qorgan_framing asked = {
		.title = call_value(call, "title"),
		.note = call_value(call, "note"),
		.letterhead = call_value(call, "letterhead"),
		.state_of = call_value(call, "state-of"),
		.approved_by = call_value(call, "approved-by"),
	};

	*frame = NULL;
	if (!asked.title && !asked.note && !asked.letterhead && !asked.state_of && !asked.approved_by)
		return QORGAN_OK;
	return qorgan_frame_read(&asked, frame, &call->error);
}
