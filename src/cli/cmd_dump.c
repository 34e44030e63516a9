/* qorgan dump: bulk out, in the form that load takes. */
#include "cli/call.h"
#include "cli/output.h"

int cmd_dump(struct call *call)
{
	const char *format = call_value(call, "format"), *kind = call_operand(call, 0);
	struct output output = { 0 };

	if (!format)
		format = call->json ? "json" : "jsonl";
	if (format[0] == 'c' && !kind)
		return error_set(&call->error, QORGAN_USAGE, "csv holds one kind of object: qorgan dump KIND -f csv");
	int code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = output_open(&output, call_value(call, "output"), &call->error);
	if (code)
		return code;
	code = qorgan_dump(call->store, kind, format, output.stream, &call->error);
	return output_close(&output, code, &call->error);
}
