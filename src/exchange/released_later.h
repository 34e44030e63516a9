/* What a recipient may have since a change to something else: a report since its measure
 * was released, a file since a report names it. No version of it is new, so the package
 * must reach back to it. */
#ifndef EXCHANGE_RELEASED_LATER_H
#define EXCHANGE_RELEASED_LATER_H

#include "exchange/entitlement.h"
#include "exchange/given.h"

/* released_later_reach(view, entitlement, given, recipients, count, first, error): lower
 * *first, the first leaf of the package, to the first such version that all recipients may
 * have and one lacks. What only some may have, they have missed. */
int released_later_reach(struct vault_view *view, struct entitlement *entitlement, struct given *given,
                         struct recipient *recipients, size_t count, uint64_t *first, struct qorgan_error *error);

#endif
