/* What went to whom, as a table or as JSON. */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "cli/call.h"

/* ledger_print(call, partner, kind, id): of a partner; or, if that is NULL, of an object. */
int ledger_print(struct call *call, const char *partner, const char *kind, const char *id);

#endif
