/* What is said of a report that was handed out. */
#include "cli/handed.h"

#include "base/language.h"

void handed_tell(struct call *call, const struct qorgan_handed *handed)
{
	call->changed = true;
	call_say(call, "entered as %s: qorgan show %s tells what was handed out", handed->id, handed->id);
	call_warn_after(call);
}
