/* A state's own level of a risk, beside the agreed one. */
#include "register/change_internal.h"

int qorgan_change_assess(struct qorgan_change *change, const char *risk, const char *state, const char *date,
                         struct qorgan_error *error)
{
	static const char *const own[] = { "note" };
	char code[65];
	int result = change_turn_voice(change, "assessment", "risk", risk, state, code, error);

	if (!result) {
		change_date(change, change->current->body, date, own, 1);
		if (!change->current->base)
			result = change_mark(change, change->current, error);
	}
	return result;
}
