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

/* entitlement_report(entitlement, record, error): what the newest version of a report says
 * of the files that it names. All reports are looked through when it is asked who may
 * have a file; but not if those told of before let all recipients have it. */
int entitlement_report(struct entitlement *entitlement, struct vault_record *record, struct qorgan_error *error);

/* entitlement_keeper(entitlement, record, keeper, error): the other state that keeps the
 * object, if this version is but the store's own copy, which goes to nobody: a receiver
 * would refuse it. "" if it is the store's own to send: the object has no keeper by it,
 * or it or an earlier version names the store's state. So the version that hands an
 * object over still goes. */
int entitlement_keeper(struct entitlement *entitlement, const struct vault_record *record,
                       char keeper[RECORD_NAME_LIMIT], struct qorgan_error *error);
#define ENTITLEMENT_COPY "%s keeps it; this is a copy"

#endif
