/* What the files of the exchange through a folder share. */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "base/error.h"
#include "qorgan/exchange.h"
#include "store/vault.h"

struct exchanging {
	struct qorgan_store *store;
	const struct qorgan_exchange *how;
	int first;                       /* code of the first failure */
	struct qorgan_error first_error;
};

/* exchange_tell(x, what, path, partner, text): an event without a result. */
void exchange_tell(struct exchanging *x, enum qorgan_exchanged what, const char *path, const char *partner,
                   const char *text);
/* exchange_fail(x, path, partner, code, error): tell and remember a failure, and go on:
 * returns QORGAN_OK, or the code if nothing more is to be done (QORGAN_INTERRUPTED). */
int exchange_fail(struct exchanging *x, const char *path, const char *partner, int code,
                  const struct qorgan_error *error);

/* Each of the two halves; failures with one package or partner are told, and not
 * returned. */
int exchange_receive(struct exchanging *x, struct qorgan_error *error);
int exchange_send(struct exchanging *x, struct qorgan_error *error);

#endif
