/* qorgan evidence get: the content of an attached file. */
#include "cli/call.h"
#include "cli/output.h"
#include "cli/terminal.h"

int cmd_evidence_get(struct call *call)
{
	const char *path = call_value(call, "output");
	struct output output = { 0 };

	if (!path && terminal_shows(stdout))
		return error_set(&call->error, QORGAN_USAGE, "the file may not be text: say where to, with -o FILE");
	int code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = output_open(&output, path, &call->error);
	if (code)
		return code;
	code = qorgan_evidence_read(call->store, call_operand(call, 0), output.stream, &call->error);
	return output_close(&output, code, &call->error);
}
