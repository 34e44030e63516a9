/* What surrounds a report. */
#include "cli/report_frame.h"

#include "cli/call.h"

int report_frame_read(struct call *call, struct qorgan_frame **frame)
{
	const struct qorgan_framing asked = {
		.title = call_value(call, "title"),
		.note = call_value(call, "note"),
	};

	*frame = NULL;
	if (!asked.title && !asked.note)
		return QORGAN_OK;
	return qorgan_frame_read(&asked, frame, &call->error);
}
