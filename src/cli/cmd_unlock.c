/* qorgan unlock, qorgan lock: the keys for a session, without typing again. */
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"

#define UNLOCK_DEFAULT 900 /* seconds */

/* "90s", "15m", "2h"; a number alone is of minutes. */
static int duration_read(const char *text, unsigned *seconds, struct qorgan_error *error)
{
	static const struct { char letter; unsigned seconds; } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 0, 60 } };
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (text[0] >= '0' && text[0] <= '9' && end[0] == units[i].letter && (!end[0] || !end[1]) && number > 0 &&
		    number <= 1000000) {
			*seconds = (unsigned)number * units[i].seconds;
			return QORGAN_OK;
		}
	return error_set(error, QORGAN_USAGE, "\"%.40s\" is no span of time: write 90s, 15m or 2h", text);
}

int cmd_unlock(struct call *call)
{
	const char *span = call_value(call, "for");
	unsigned seconds = UNLOCK_DEFAULT;
	int code = span ? duration_read(span, &seconds, &call->error) : QORGAN_OK;

	if (!code)
		code = call_open_fresh(call, QORGAN_READ_ONLY);
	if (!code)
		code = qorgan_session_keep(call->store, seconds, &call->error);
	if (!code)
		call_say(call, "Unlocked for this session: for %u seconds, or until qorgan lock", seconds);
	return code;
}

int cmd_lock(struct call *call)
{
	char *path = call_store_path(call);
	bool ended = false;

	if (!path)
		return call->error.code;
	int code = qorgan_session_end(path, &ended, &call->error);
	free(path);
	if (!code && ended)
		call_say(call, "Locked: the kernel keeps the keys no longer");
	else if (!code)
		call_say(call, "It was not unlocked");
	return code;
}
