/* What a commit changed and what a package held or brought, by name: the log and the
 * records of packages know leaves alone. */
#ifndef REGISTER_CONTENTS_H
#define REGISTER_CONTENTS_H

#include <stdint.h>

#include "store/vault.h"

/* contents_each(view, record, most, each, context, total, error): each version that
 * the commit or release of `record` (which knows its leaf) is made of, in the
 * order of the log, and each that a receipt says was new, kind by kind;
 * at most `most`; *total is how many there are. Of other kinds
 * there are none. A code other than 0 of `each` stops it and is returned. */
typedef int (*contents_version)(void *context, const struct record *version, struct qorgan_error *error);
int contents_each(struct vault_view *view, const struct vault_record *record, uint64_t most, contents_version each,
                  void *context, uint64_t *total, struct qorgan_error *error);

/* contents_append(context, version, error): a contents_version that appends
 * "risk CYB-01@3" and a zero to the buffer `context`; of a receipt, which a commit holds
 * when it took in a package, "receipt KAZ/7@1 (12 of 40 records new)". */
int contents_append(void *context, const struct record *version, struct qorgan_error *error);

#endif
