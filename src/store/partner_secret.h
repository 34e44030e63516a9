/* The secrets that this state shares with partners, each sealed in a row of its own:
 * not in the record of the partner, as every version of a record stays, and is
 * shown, dumped and proven whole. The record says since when there is one. The key
 * that seals them is derived from the write key: who only reads, cannot. */
#ifndef STORE_PARTNER_SECRET_H
#define STORE_PARTNER_SECRET_H

#include "store/vault.h"

#define PARTNER_SECRET_LIMIT 256 /* bytes of one, its zero included */

/* partner_secret_since(raw): the moment in the field `secret_since` of a partner's
 * record, as raw JSON: seconds since 1970; 0 where there is none. */
int64_t partner_secret_since(struct span raw);

/* partner_secret_get(view, partner, since, secret, error): into secret memory of
 * PARTNER_SECRET_LIMIT bytes. QORGAN_DENIED if the store does not hold the one of
 * that moment, or the key only reads. */
int partner_secret_get(struct vault_view *view, const char *partner, int64_t since, char *secret,
                       struct qorgan_error *error);

/* partner_secret_put(change, partner, since, secret, error): with that change; NULL:
 * remove the one that is there, if any. Put it last, after all versions. */
int partner_secret_put(struct vault_change *change, const char *partner, int64_t since, const char *secret,
                       struct qorgan_error *error);

/* partner_secrets_renew(change, former, error): all of them, from under those keys to those
 * in use. */
int partner_secrets_renew(struct vault_change *change, const struct keys *former, struct qorgan_error *error);

/* partner_secret_key_is(key): whether a row of the table meta is of this kind. */
bool partner_secret_key_is(struct span key);

#endif
