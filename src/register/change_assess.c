/* A state's own level of a risk, beside the agreed one. */
#include <stdio.h>

#include "register/change_internal.h"

int qorgan_change_assess(struct qorgan_change *change, const char *risk, const char *state, const char *date,
                         struct qorgan_error *error)
{
	static const char *const own[] = { "note" };
	char code[65], id[RECORD_ID_LIMIT];
	int result = change_party(change, state ? state : vault_state(change->store), code, false, error);

	if (!result)
		result = change_require(change, "risk", risk, error);
	if (!result) {
		snprintf(id, sizeof id, "%s/%s", risk, code);
		result = qorgan_change_object(change, "assessment", id, QORGAN_PUT, 0, error);
	}
	if (!result) {
		change_date(change, change->current->body, date, own, 1);
		if (!change->current->base)
			result = change_mark(change, change->current, error);
	}
	return result;
}
