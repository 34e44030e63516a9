/* What is said of a report that was handed out. */
#ifndef CLI_HANDED_H
#define CLI_HANDED_H

#include "cli/call.h"
#include "qorgan/report.h"

/* handed_tell(call, handed): on standard error, as what was changed; the data is not touched. */
void handed_tell(struct call *call, const struct qorgan_handed *handed);

#endif
