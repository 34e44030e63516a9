/* qorgan partner fork: the evidence that a partner showed two histories. */
#include <stdlib.h>

#include "cli/call.h"
#include "cli/output.h"
#include "qorgan/exchange.h"

int cmd_partner_fork(struct call *call)
{
	struct output output = { 0 };
	char state[65], *text = NULL;
	size_t size = 0;
	int code = call_open(call, QORGAN_READ_ONLY);

	if (!code)
		code = qorgan_party_find(call->store, call_operand(call, 0), state, &call->error);
	if (!code)
		code = qorgan_fork_get(call->store, state, &text, &size, &call->error);
	if (!code)
		code = output_open(&output, call_value(call, "output"), &call->error);
	if (!code) {
		fwrite(text, 1, size, output.stream);
		code = output_close(&output, code, &call->error);
	}
	if (!code)
		call_say(call, "two checkpoints that %s signed, and what shows that they exclude each other: whoever has its vkey "
		         "can check it with qorgan check-proof", state);
	free(text);
	return code;
}
