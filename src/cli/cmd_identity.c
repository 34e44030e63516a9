/* qorgan identity: this state's public keys, for partners. */
#include "cli/call.h"
#include "cli/emit.h"
#include "qorgan/exchange.h"

int cmd_identity(struct call *call)
{
	struct qorgan_identity identity;
	struct emit emit = { .to = stdout };
	int code = call_open(call, QORGAN_READ_ONLY);

	if (!code)
		code = qorgan_identity_get(call->store, &identity, &call->error);
	if (code)
		return code;
	if (!call->json) {
		printf("state      %s\norigin     %s\nrecipient  %s\nminisign   %s\nvkey       %s\n", identity.state,
		       identity.origin, identity.recipient, identity.minisign, identity.vkey);
		return QORGAN_OK;
	}
	emit_open(&emit, NULL, '{');
	emit_text(&emit, "state", identity.state);
	emit_text(&emit, "origin", identity.origin);
	emit_text(&emit, "recipient", identity.recipient);
	emit_text(&emit, "minisign", identity.minisign);
	emit_text(&emit, "vkey", identity.vkey);
	emit_close(&emit, '}');
	emit_end(&emit);
	return QORGAN_OK;
}
