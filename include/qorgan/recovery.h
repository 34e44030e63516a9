/* Recovery: a way in that is parted among people, so many of whom open the store together.
 * It is a slot like any other, whose identity exists in the shares alone. */
#ifndef QORGAN_RECOVERY_H
#define QORGAN_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qorgan/custody.h"

#define QORGAN_SHARE_SIZE 90 /* of a share as text, its zero included */
#define QORGAN_SHARES_LIMIT 16

/* Puts the shares of the slot of that number where they are kept; an error undoes the slot. They are in memory
 * of qorgan_secret_alloc, and gone afterwards. */
typedef int (*qorgan_shares_keep)(void *context, uint8_t number, const char (*shares)[QORGAN_SHARE_SIZE],
                                  struct qorgan_error *error);

/* qorgan_recovery_make(store, needed, count, how, keep, context, result, error): one more
 * slot for the user whose slot opened the store, and its identity in `count` shares, any `needed` of
 * which give it back. Nothing has them but what `keep` makes of them, which is called before the
 * slot is there; after a failure there is none, and what was kept opens nothing. */
int qorgan_recovery_make(struct qorgan_store *store, unsigned needed, unsigned count, const struct qorgan_custody *how,
                         qorgan_shares_keep keep, void *context, struct qorgan_commit *result,
                         struct qorgan_error *error);

/* qorgan_share_find(text, size, share): the share that stands somewhere in a text, as on a
 * sheet or as somebody typed it; false if there is none that is whole. */
bool qorgan_share_find(const char *text, size_t size, char share[QORGAN_SHARE_SIZE]);

/* qorgan_shares_join(shares, count, identity, error): 32 bytes into qorgan_secret_alloc's
 * memory, for struct qorgan_keys. QORGAN_BAD_DATA if one is not written as it was made, if
 * they are not of one set, or too few. */
int qorgan_shares_join(const char (*shares)[QORGAN_SHARE_SIZE], size_t count, uint8_t identity[32],
                       struct qorgan_error *error);

#endif
