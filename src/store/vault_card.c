/* This state's cards: made of its keys, and those by which it changed them. */
#include "store/vault_card.h"

#include <stdio.h>

#include "crypto/age.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "store/vault_internal.h"

/* Longer than the catalogue runs; an administration changes its keys before. */
#define VALIDITY_YEARS 3

static date_day years_later(date_day day, int years)
{
	int year, month, number;

	date_split(day, &year, &month, &number);
	if (month == 2 && number == 29) /* the year that comes has none */
		number = 28;
	return date_from(year + years, month, number);
}

int vault_card_fill(const struct qorgan_store *vault, const struct keys *keys, const uint8_t *identity,
                    struct card *card, struct qorgan_error *error)
{
	const struct keys_root *root = &keys->root;
	struct minisign_public public;
	uint8_t recipient[32];

	*card = (struct card){ .created = vault->now, .valid_from = time_date(vault->now) };
	card->valid_until = years_later(card->valid_from, VALIDITY_YEARS);
	age_identity_recipient(identity, recipient);
	age_recipient_format(recipient, card->recipient);
	minisign_public_of(root->package_public, &public);
	minisign_public_format(&public, card->minisign);
	snprintf(card->state, sizeof card->state, "%s", root->state);
	snprintf(card->origin, sizeof card->origin, "%s", vault->origin);
	if (!note_format_vkey(card->origin, root->log_public, card->vkey) ||
	    !cosignature_format_vkey(card->origin, root->witness_public, card->cosigner))
		return error_set(error, QORGAN_INTERNAL, "the log's origin has no form of a verifier key");
	return QORGAN_OK;
}

int vault_card_successor(struct vault_view *view, uint32_t epoch, struct buffer *note, struct qorgan_error *error)
{
	struct layout_epoch_key key = layout_epoch(META_CARD, epoch);
	struct buffer plain = { 0 };
	int code = vault_meta_row_get(view->vault, view->txn, LAYOUT_SPAN(key), &plain, error);

	if (!code) {
		buffer_append_span(note, buffer_span(&plain));
		code = note->failed ? error_set_memory(error) : QORGAN_OK;
	}
	buffer_free(&plain);
	return code;
}
