/* What a frozen report has to do with one that is written now. */
#ifndef CLI_FROZEN_H
#define CLI_FROZEN_H

#include "cli/call.h"

/* frozen_tell(call, period, joint): if the status report of that period was frozen, and differs
 * from the one of today, say so, and where, on standard error. */
void frozen_tell(struct call *call, const char *period, bool joint);

#endif
