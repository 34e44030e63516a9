/* qorgan form: the spreadsheet that a ministry fills in. */
#include <string.h>

#include "cli/call.h"
#include "cli/emit.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "qorgan/form.h"

static void written_tell(struct call *call, const char *path, const struct qorgan_form_written *written)
{
	struct emit emit = { .to = stdout };

	if (call->json && path) {
		emit_open(&emit, NULL, '{');
		emit_number(&emit, "measures", written->measures);
		emit_number(&emit, "withheld", written->withheld);
		emit_close(&emit, '}');
		emit_end(&emit);
	}
	call_say(call, "the form has %llu measures", (unsigned long long)written->measures);
	if (written->withheld)
		call_say(call, "%llu measures are not released to that state, and not in the form",
		         (unsigned long long)written->withheld);
}

int cmd_form(struct call *call)
{
	const struct qorgan_form form = { .state = call_value(call, "state"), .period = call_value(call, "period") };
	const char *path = call_value(call, "output");
	struct qorgan_form_written written;
	struct output output = { 0 };
	int code = QORGAN_OK;

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	if (!path && terminal_shows(stdout))
		code = error_set(&call->error, QORGAN_USAGE, "a spreadsheet is not for a terminal: give a file with -o");
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = output_open(&output, path, &call->error);
	if (code)
		return code;
	code = qorgan_form_write(call->store, &form, output.stream, &written, &call->error);
	code = output_close(&output, code, &call->error);
	if (!code)
		written_tell(call, path, &written);
	return code;
}
