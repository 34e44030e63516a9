/* What goes only as far as something else does: this state's report on a measure, its
 * assessment of a risk, and the files that a report names. */
#ifndef EXCHANGE_HANGERS_H
#define EXCHANGE_HANGERS_H

#include "store/vault.h"

/* hangers_scan(view, record, each, context, error): the newest versions of what hangs on
 * the object of this record, which is of the store's own state; a code other than 0 of
 * `each` stops it and is returned. */
int hangers_scan(struct vault_view *view, const struct record *record, vault_each each, void *context,
                 struct qorgan_error *error);

/* hangers_scan_all(view, each, context, error): all that hangs on a measure or a risk,
 * whoever keeps that. */
int hangers_scan_all(struct vault_view *view, vault_each each, void *context, struct qorgan_error *error);

#endif
