/* Two persons: what one alone may not do.
 *
 * A policy says how many persons have to agree before packages are released, keys are changed,
 * or users are decided about. Whoever runs such a change then makes a request, an object of
 * the kind "request", and gets QORGAN_BUSY with its id in the message; others agree with
 * qorgan_request_approve, or by running the same change; the last of them, or anybody after,
 * makes it. Each consent is a commit of its own, signed by who gave it. */
#ifndef QORGAN_POLICY_H
#define QORGAN_POLICY_H

#include "qorgan/custody.h"

/* qorgan_policy_require(store, persons, actions, how, result, error): from now on so many, 1 to 9,
 * for each of the actions: "release,rekey,user,forget,policy". 1: anybody who may does it alone.
 * Administrators alone; where there are policies, as many have to agree as any of them asks
 * for. QORGAN_BAD_DATA if there are not so many users who could agree. */
int qorgan_policy_require(struct qorgan_store *store, unsigned persons, const char *actions,
                          const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_request_approve(store, id, how, missing, result, error): agree to a request of
 * another. *missing: how many more have to. QORGAN_DENIED if it is one's own, or is not for this user to decide;
 * QORGAN_ABSENT if there is none, QORGAN_BAD_DATA if it does not wait any more. */
int qorgan_request_approve(struct qorgan_store *store, const char *id, const struct qorgan_custody *how,
                           unsigned *missing, struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_request_withdraw(store, id, how, result, error): it waits no more. Whoever may write. */
int qorgan_request_withdraw(struct qorgan_store *store, const char *id, const struct qorgan_custody *how,
                            struct qorgan_commit *result, struct qorgan_error *error);

#endif
