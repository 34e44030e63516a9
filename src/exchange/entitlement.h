/* What each recipient may have of a version: the rule of release for the version
 * itself, for the newest version of its object, and for what it hangs on. So
 * what was withdrawn or marked more strictly does not leave by an older version,
 * nor by a report or an attached file. */
#ifndef EXCHANGE_ENTITLEMENT_H
#define EXCHANGE_ENTITLEMENT_H

#include "exchange/release_rule.h"
#include "store/vault.h"

#define ENTITLEMENT_RECIPIENTS 32

struct entitlement;

/* entitlement_open(view, recipients, count, entitlement, error): for at most
 * ENTITLEMENT_RECIPIENTS, who outlive it, as does the view. */
int entitlement_open(struct vault_view *view, const struct recipient *recipients, size_t count,
                     struct entitlement **entitlement, struct qorgan_error *error);
void entitlement_close(struct entitlement *entitlement);

/* entitlement_judge(entitlement, record, refusals, error): for each recipient NULL
 * if the version may go to it, else why not, in words (static text). */
int entitlement_judge(struct entitlement *entitlement, const struct vault_record *record, const char **refusals,
                      struct qorgan_error *error);

#endif
