/* What the writing files of the mirror share. */
#ifndef STORE_MIRROR_CHANGE_H
#define STORE_MIRROR_CHANGE_H

#include "store/mirror_internal.h"
#include "store/vault_change.h"

/* mirror_row_put, mirror_row_seal: write a row, in the clear or sealed, and count
 * it if it is new. */
int mirror_row_put(struct vault_change *change, struct span key, struct span value, struct qorgan_error *error);
int mirror_row_seal(struct vault_change *change, struct span key, uint32_t version, struct span plain,
                    struct qorgan_error *error);

#endif
