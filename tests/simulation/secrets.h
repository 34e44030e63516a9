/* Secrets that two states agree on, and with which packages between them are locked. */
#ifndef SIMULATION_SECRETS_H
#define SIMULATION_SECRETS_H

#include <stdbool.h>

#include "base/buffer.h"

/* secret_agree(party): with another state, if they share none yet. */
void secret_agree(unsigned party);
/* secrets_renew(party): what its store lost with a disk is set again. */
void secrets_renew(unsigned party);
/* secret_is_shared(party, parties): with one of those. */
bool secret_is_shared(unsigned party, unsigned parties);
/* secret_open(from, to, locked, plain): the lines within what was decrypted for `to`, by
 * the secret of the two; fails if it is locked and they share none, or the reverse. */
void secret_open(unsigned from, unsigned to, struct span locked, struct buffer *plain);

#endif
