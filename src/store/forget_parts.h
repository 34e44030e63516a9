/* What the files of forgetting share. */
#ifndef STORE_FORGET_PARTS_H
#define STORE_FORGET_PARTS_H

#include "store/forget.h"

/* forgetting_put(change, id, rest, version, error): a record of that kind, in that version:
 * `rest` is its body behind the endorsement, the closing brace included. */
int forgetting_put(struct vault_change *change, const char *id, struct span rest, uint32_t version,
                   struct qorgan_error *error);

#endif
