/* The parts of the examination of a store's rows: each is a file of its own, and is given
 * what it looks at and whom it tells. */
#ifndef STORE_VERIFY_ROWS_H
#define STORE_VERIFY_ROWS_H

#include "store/verify.h"

struct verifier {
	struct verify_shared *shared;
	struct vault_view *view; /* of all that is there; a part may renew it */
	struct qorgan_store *vault;
	struct verify_teller teller;
	struct qorgan_verification *result;
	struct qorgan_error *error; /* of the part that is being examined */
	struct buffer absent;       /* of struct verify_absent */
};

/* verifier_renew(verifier): a transaction that met damage is of no further use: what comes goes on in
 * another view. One that is over, as its server was lost, is not gone on from. */
int verifier_renew(struct verifier *verifier);

/* The parts: findings are told, a code is a failure, with its message in verifier->error. */
int verify_meta(struct verifier *verifier);
int verify_opening(struct verifier *verifier);
int verify_log(struct verifier *verifier);
int verify_counts(struct verifier *verifier);
int verify_evidence(struct verifier *verifier);

#endif
