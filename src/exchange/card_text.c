/* The card as the library shows it. */
#include "exchange/card_text.h"

#include <stdio.h>

_Static_assert(QORGAN_CARD_LIMIT == CARD_LIMIT, "one bound");
_Static_assert(sizeof ((struct qorgan_card *)0)->fingerprint == CARD_FINGERPRINT_SIZE, "one fingerprint");

void card_show(const struct card *card, struct qorgan_card *shown)
{
	*shown = (struct qorgan_card){ 0 };
	snprintf(shown->state, sizeof shown->state, "%s", card->state);
	snprintf(shown->origin, sizeof shown->origin, "%s", card->origin);
	snprintf(shown->recipient, sizeof shown->recipient, "%s", card->recipient);
	snprintf(shown->minisign, sizeof shown->minisign, "%s", card->minisign);
	snprintf(shown->vkey, sizeof shown->vkey, "%s", card->vkey);
	snprintf(shown->cosigner, sizeof shown->cosigner, "%s", card->cosigner);
	time_format(card->created, shown->created);
	date_format(card->valid_from, shown->valid_from);
	date_format(card->valid_until, shown->valid_until);
	snprintf(shown->replaces, sizeof shown->replaces, "%s", card->former);
	shown->replaced_at = card->former_size;
	card_fingerprint(card, shown->fingerprint);
}

int qorgan_card_keys(const struct qorgan_card *shown, char **text, struct qorgan_error *error)
{
	struct card card = { 0 };
	struct buffer keys = { 0 };

	snprintf(card.state, sizeof card.state, "%s", shown->state);
	snprintf(card.origin, sizeof card.origin, "%s", shown->origin);
	snprintf(card.recipient, sizeof card.recipient, "%s", shown->recipient);
	snprintf(card.minisign, sizeof card.minisign, "%s", shown->minisign);
	snprintf(card.vkey, sizeof card.vkey, "%s", shown->vkey);
	snprintf(card.cosigner, sizeof card.cosigner, "%s", shown->cosigner);
	card_keys_format(&card, &keys);
	*text = buffer_take(&keys);
	return *text ? QORGAN_OK : error_set_memory(error);
}

bool qorgan_fingerprint_parse(const char *text, char normal[48])
{
	return card_fingerprint_parse(text, normal);
}
