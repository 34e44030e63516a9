/* What the recipients of a package were given and may have no longer: they are told, once. */
#ifndef EXCHANGE_WITHDRAWALS_H
#define EXCHANGE_WITHDRAWALS_H

#include "exchange/entitlement.h"
#include "exchange/given.h"

struct withdrawal {
	uint64_t leaf; /* of the newest version, which is `version` */
	uint32_t version;
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT];
};

struct withdrawals;

/* withdrawals_open(view, entitlement, given, recipients, count, again, withdrawals, error):
 * all outlive it. `again`: tell also of what was told before. */
int withdrawals_open(struct vault_view *view, struct entitlement *entitlement, struct given *given,
                     struct recipient *recipients, size_t count, bool again, struct withdrawals **withdrawals,
                     struct qorgan_error *error);
void withdrawals_close(struct withdrawals *withdrawals);

/* withdrawals_consider(withdrawals, record, refusals, error): a newest version in the
 * package, and entitlement_judge's answer on it. A withdrawal is one of all recipients;
 * of what some of them may keep, the others have missed to be told. */
int withdrawals_consider(struct withdrawals *withdrawals, struct vault_record *record, const char *const *refusals,
                         struct qorgan_error *error);

/* withdrawals_finish(withdrawals, error): when all in the package were considered: of
 * what hangs on objects that other states keep, which may have changed since too. */
int withdrawals_finish(struct withdrawals *withdrawals, struct qorgan_error *error);

/* withdrawals_list(withdrawals, count): all so far, by leaf, each once; valid until the
 * next question. */
const struct withdrawal *withdrawals_list(struct withdrawals *withdrawals, size_t *count);

/* withdrawals_missed(withdrawals, recipient): whether it is to be told something that this
 * package does not say. */
bool withdrawals_missed(const struct withdrawals *withdrawals, size_t recipient);

#endif
