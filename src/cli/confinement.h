/* What a command keeps for itself when it begins, and gives up the rest of. */
#ifndef CLI_CONFINEMENT_H
#define CLI_CONFINEMENT_H

#include "cli/call.h"

/* confinement_enter(call): what the command's row in the table and its options say that it
 * writes, and nothing else, from now on. Before anything is read that others wrote. */
int confinement_enter(struct call *call);

#endif
