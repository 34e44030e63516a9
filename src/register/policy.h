/* What needs more than one person, within the register: a change that a policy speaks of is
 * not made until so many have asked for it or agreed. */
#ifndef REGISTER_POLICY_H
#define REGISTER_POLICY_H

#include "store/policy_record.h"

/* A change that somebody is about to make. The texts are as in a request_record. */
struct policy_intent {
	enum policy_action action;
	const char *user; /* in whose name, as given to vault_change_begin */
	char subject[POLICY_SUBJECT_LIMIT], content[100], what[POLICY_WHAT_LIMIT];
};

/* policy_gate(store, change, intent, error): QORGAN_OK if the change may be made: no policy speaks
 * of it, or enough have agreed; the request is then done in this change. Otherwise
 * QORGAN_BUSY, saying what to do: the request was committed, or this person's consent to the one
 * that there is; the change is gone, and *change NULL. QORGAN_DENIED if it is in another's
 * name. */
int policy_gate(struct qorgan_store *store, struct vault_change **change, const struct policy_intent *intent,
                struct qorgan_error *error);

/* policy_ask(store, intent, agreed, error): the same before a change that cannot be begun for
 * nothing; where it may be made, nothing is written, and *agreed is what policy_settle then puts
 * into that change as done. */
int policy_ask(struct qorgan_store *store, const struct policy_intent *intent, struct request_record *agreed,
               struct qorgan_error *error);
int policy_settle(struct vault_change *change, struct request_record *agreed, struct qorgan_error *error);

#endif
