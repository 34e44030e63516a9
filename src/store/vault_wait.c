/* Waiting for what others commit, and judging it before it is told. */
#include "base/date.h"
#include "store/vault_internal.h"

int vault_wait(struct qorgan_store *vault, unsigned milliseconds, bool *changed, struct qorgan_error *error)
{
	bool trusted = !vault->mistrust[0];
	int code = engine_wait(vault->engine, milliseconds, changed, error);

	if (code || !*changed)
		return code;
	time_now(&vault->now); /* what is overdue changes with the day */
	code = vault_log_check(vault, error);
	if (code == QORGAN_BUSY && vault->renewed)
		code = error_set(error, QORGAN_DENIED, "the keys of %s were changed: run the command again", vault->path);
	if (!code && trusted && vault->mistrust[0])
		code = error_set(error, QORGAN_DENIED, "%s", vault->mistrust);
	return code;
}
