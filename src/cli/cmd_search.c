/* qorgan search: objects that hold all the words. */
#include "cli/call.h"
#include "cli/rows.h"

int cmd_search(struct call *call)
{
	struct buffer words = { 0 };
	struct rows rows = { 0 };

	for (size_t i = 0; i < call->arguments.operand_count; i++)
		buffer_append_format(&words, "%s%s", i ? " " : "", call_operand(call, i));
	int code = words.failed ? error_set_memory(&call->error) : call_open(call, QORGAN_READ_ONLY);
	if (!code) {
		enum rows_format format = rows_format(call);
		rows_begin(&rows, call, format);
		code = qorgan_search(call->store, buffer_text(&words), call_value(call, "kind"), format == ROWS_JSON, rows_head,
		                     rows_row, &rows, &call->error);
		code = rows_end(&rows, code, "Nothing found.");
	}
	buffer_free(&words);
	return code;
}
