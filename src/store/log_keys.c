/* The chain of the log's keys, read from the cards by which they changed. */
#include "store/log_keys.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/vault_card.h"
#include "store/vault_internal.h"

void log_keys_free(struct log_keys *keys)
{
	free(keys->former);
	*keys = (struct log_keys){ 0 };
}

/* One card: its former key joins those before; `key` is then its own. */
static int card_take(const struct qorgan_store *vault, struct span note, struct log_keys *keys,
                     char vkey[NOTE_VKEY_LIMIT], struct qorgan_error *error)
{
	struct log_key_former *next = &keys->former[keys->count];
	char name[256];
	struct card card;
	int code = card_read(note, &card, error);

	if (code)
		return code;
	bool follows = !vkey[0] || strcmp(card.former, vkey) == 0;
	uint64_t least = keys->count ? next[-1].until : 0;
	if (strcmp(card.origin, vault->origin) != 0 || !card.former[0] || !follows || card.former_size < least ||
	    !card_is_signed_by(note, card.former) || !note_parse_vkey(card.former, name, sizeof name, next->key))
		return error_set(error, QORGAN_IO, "it is no card by which this log's key changed");
	next->until = card.former_size;
	keys->count++;
	memcpy(vkey, card.vkey, sizeof card.vkey);
	return QORGAN_OK;
}

static int chain_read(struct vault_view *view, struct log_keys *keys, struct qorgan_error *error)
{
	const struct qorgan_store *vault = view->vault;
	const uint32_t epoch = vault->keys->root.epoch;
	char vkey[NOTE_VKEY_LIMIT] = "", name[256];
	struct buffer note = { 0 };
	uint8_t last[32];
	int code = QORGAN_OK;

	for (uint32_t i = 2; i <= epoch && !code; i++) {
		buffer_clear(&note);
		code = vault_card_successor(view, i, &note, error);
		if (code == QORGAN_ABSENT)
			code = error_set(error, QORGAN_IO, "it is missing");
		if (!code)
			code = card_take(vault, buffer_span(&note), keys, vkey, error);
		if (code)
			code = error_prefix(error, QORGAN_IO, "the card by which the keys of epoch %u came: the store is damaged or was "
			                    "altered", i);
	}
	buffer_free(&note);
	if (!code && epoch > 1 && (!note_parse_vkey(vkey, name, sizeof name, last) ||
	    sodium_memcmp(last, vault->keys->root.log_public, sizeof last) != 0))
		code = error_set(error, QORGAN_IO, "the cards by which the log's keys changed do not lead to the one in the slot: the "
		                 "store was altered");
	return code;
}

/* Reads the chain once for each epoch of the keys in use. */
static int chain_load(struct vault_view *view, struct qorgan_error *error)
{
	struct qorgan_store *vault = view->vault;
	const uint32_t epoch = vault->keys->root.epoch;
	struct log_keys read = { .epoch = epoch };

	if (vault->log_keys.epoch == epoch)
		return QORGAN_OK;
	if (epoch == 0 || epoch > KEYS_EPOCHS_LIMIT)
		return error_set(error, QORGAN_IO, "the slot is of an epoch that there cannot be: the store was altered");
	read.former = calloc(epoch, sizeof *read.former);
	int code = read.former ? chain_read(view, &read, error) : error_set_memory(error);
	if (code) {
		log_keys_free(&read);
		return code;
	}
	log_keys_free(&vault->log_keys);
	vault->log_keys = read;
	return QORGAN_OK;
}

int vault_log_key(struct vault_view *view, uint64_t size, uint8_t key[32], struct qorgan_error *error)
{
	const struct log_keys *keys = &view->vault->log_keys;
	int code = chain_load(view, error);

	if (code)
		return code;
	memcpy(key, view->vault->keys->root.log_public, 32);
	for (uint32_t i = keys->count; i-- > 0 && keys->former[i].until >= size;)
		memcpy(key, keys->former[i].key, 32);
	return QORGAN_OK;
}

int vault_log_replaced(struct vault_view *view, uint64_t *until, struct qorgan_error *error)
{
	const struct log_keys *keys = &view->vault->log_keys;
	int code = chain_load(view, error);

	if (!code)
		*until = keys->count ? keys->former[keys->count - 1].until : 0;
	return code;
}
