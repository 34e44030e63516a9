/* Between the card as it is signed (crypto/card.h) and as the library shows it. */
#ifndef EXCHANGE_CARD_TEXT_H
#define EXCHANGE_CARD_TEXT_H

#include "crypto/card.h"
#include "qorgan/card.h"

/* card_show(card, shown): the same in texts, with the fingerprint. */
void card_show(const struct card *card, struct qorgan_card *shown);

#endif
