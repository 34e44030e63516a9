/* What this state hands to partners so that they can address and check it. */
#include <stdio.h>

#include "crypto/secret.h"
#include "exchange/card_text.h"
#include "qorgan/exchange.h"
#include "store/vault_card.h"

static int keys_fill(struct qorgan_store *store, struct card *card, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	uint8_t *secret = secret_alloc(32);
	int code = secret ? vault_view_begin(store, &view, error) : error_set_memory(error);

	if (!code)
		code = vault_age_identity(view, secret, error);
	if (!code)
		code = vault_card_fill(store, vault_keys(store), secret, card, error);
	vault_view_end(view);
	secret_free(secret);
	return code;
}

static int days_fill(const char *valid_until, struct card *card, struct qorgan_error *error)
{
	if (!valid_until)
		return QORGAN_OK;
	if (!date_parse(span_of(valid_until), &card->valid_until))
		return error_set(error, QORGAN_BAD_DATA, "\"%.80s\" is not a date: write 2028-12-31", valid_until);
	if (card->valid_until < card->valid_from)
		return error_set(error, QORGAN_BAD_DATA, "%s has passed: a card holds until a day to come", valid_until);
	return QORGAN_OK;
}

static int card_text(struct qorgan_store *store, const struct card *card, char **text, struct qorgan_error *error)
{
	struct buffer note = { 0 };

	if (!(vault_keys(store)->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED, "a card is signed, and this key of the store only reads: ask for the card of "
		                 "who may write; --json shows the keys alone");
	int code = card_sign(card, vault_keys(store)->log_seed, &note, error);
	if (!code && !(*text = buffer_take(&note)))
		code = error_set_memory(error);
	buffer_free(&note);
	return code;
}

int qorgan_card_make(struct qorgan_store *store, const char *valid_until, struct qorgan_card *card, char **text,
                     struct qorgan_error *error)
{
	struct card own = { 0 };
	int code = keys_fill(store, &own, error);

	if (!code)
		code = days_fill(valid_until, &own, error);
	if (!code && text)
		code = card_text(store, &own, text, error);
	if (!code)
		card_show(&own, card);
	return code;
}

int qorgan_card_successor(struct qorgan_store *store, uint32_t epoch, struct qorgan_card *card, char **text,
                          struct qorgan_error *error)
{
	const uint32_t newest = vault_keys(store)->root.epoch;
	struct vault_view *view = NULL;
	struct buffer note = { 0 };
	struct card read;
	int code = vault_view_begin(store, &view, error);

	*text = NULL;
	if (!code)
		code = vault_card_successor(view, epoch ? epoch : newest, &note, error);
	vault_view_end(view);
	if (code == QORGAN_ABSENT)
		code = error_set(error, code, "no card brought the keys of epoch %u: the keys in use are of epoch %u, and those of the "
		                 "first came with none", epoch ? epoch : newest, newest);
	if (!code)
		code = card_read(buffer_span(&note), &read, error);
	if (!code) {
		card_show(&read, card);
		*text = buffer_take(&note);
		code = *text ? QORGAN_OK : error_set_memory(error);
	}
	buffer_free(&note);
	return code;
}

int qorgan_identity_get(struct qorgan_store *store, struct qorgan_identity *identity, struct qorgan_error *error)
{
	struct card own = { 0 };
	int code = keys_fill(store, &own, error);

	if (code)
		return code;
	snprintf(identity->state, sizeof identity->state, "%s", own.state);
	snprintf(identity->origin, sizeof identity->origin, "%s", own.origin);
	snprintf(identity->recipient, sizeof identity->recipient, "%s", own.recipient);
	snprintf(identity->minisign, sizeof identity->minisign, "%s", own.minisign);
	snprintf(identity->vkey, sizeof identity->vkey, "%s", own.vkey);
	return QORGAN_OK;
}
