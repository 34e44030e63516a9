/* The card of the state whose store it is: its public keys, as partners get them. */
#ifndef STORE_VAULT_CARD_H
#define STORE_VAULT_CARD_H

#include "crypto/card.h"
#include "store/vault.h"

/* vault_card_fill(vault, keys, identity, card, error): the card of these keys and of this
 * X25519 identity (32 bytes), made now and valid for three years from today. */
int vault_card_fill(const struct qorgan_store *vault, const struct keys *keys, const uint8_t *identity,
                    struct card *card, struct qorgan_error *error);

/* vault_card_successor(view, epoch, note, error): append the card, signed by both log keys,
 * by which the keys of that epoch took the place of those before. QORGAN_ABSENT (no
 * message) if there is none: the first epoch has no such card. */
int vault_card_successor(struct vault_view *view, uint32_t epoch, struct buffer *note, struct qorgan_error *error);

#endif
