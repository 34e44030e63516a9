/* The change by which new keys come. */
#include "store/vault_rekey.h"


#include <sodium.h>

#include "crypto/secret.h"
#include "store/partner_secret.h"
#include "store/vault_card.h"
#include "store/vault_change.h"
#include "store/vault_renewal.h"

const struct keys *vault_rekey_former(const struct vault_change *change)
{
	return change->former_keys;
}

/* The keys of the next epoch are in use from here on, until the change ends. */
static int keys_swap(struct vault_change *change, struct qorgan_error *error)
{
	struct qorgan_store *vault = change->view.vault;
	struct keys_root *root = secret_alloc(sizeof *root);
	struct keys *keys = secret_alloc(sizeof *keys);
	int code = root && keys ? keys_renew(&vault->keys->root, root, error) : error_set_memory(error);

	if (!code)
		code = keys_derive(root, keys, error);
	secret_free(root);
	if (code) {
		secret_free(keys);
		return code;
	}
	keys_derive_former(vault->keys->root.read, vault->keys->root.epoch, keys);
	change->former_keys = vault->keys;
	vault->keys = keys;
	return QORGAN_OK;
}

/* ---- The rows of meta -------------------------------------------------------------- */

/* The card by which partners learn of the new keys, kept as it was signed. */
static int card_put(struct vault_change *change, const uint8_t *identity, struct qorgan_error *error)
{
	struct qorgan_store *vault = change->view.vault;
	struct layout_epoch_key key = layout_epoch(META_CARD, vault->keys->root.epoch);
	struct buffer note = { 0 };
	struct card card;
	int code = vault_card_fill(vault, vault->keys, identity, &card, error);

	card.former_size = change->view.state.tree.size;
	if (!code && !note_format_vkey(card.origin, change->former_keys->root.log_public, card.former))
		code = error_set(error, QORGAN_INTERNAL, "the log's origin has no form of a verifier key");
	if (!code)
		code = card_sign_successor(&card, vault->keys->log_seed, change->former_keys->log_seed, &note, error);
	if (!code)
		code = vault_meta_row_put(vault, change->view.txn, LAYOUT_SPAN(key), buffer_span(&note), error);
	buffer_free(&note);
	return code;
}

/* A new age identity. The one before still opens what is on its way. */
static int identity_put(struct vault_change *change, struct qorgan_error *error)
{
	struct qorgan_store *vault = change->view.vault;
	struct layout_epoch_key former = layout_epoch(META_IDENTITY, vault->keys->root.epoch);
	uint8_t *identity = secret_alloc(32);
	int code = identity ? vault_age_identity(&change->view, identity, error) : error_set_memory(error);

	if (!code)
		code = vault_meta_row_put(vault, change->view.txn, LAYOUT_SPAN(former), (struct span){ (char *)identity, 32 },
		                          error);
	if (!code) {
		randombytes_buf(identity, 32);
		code = vault_meta_put(vault, change->view.txn, META_IDENTITY, (struct span){ (char *)identity, 32 }, error);
	}
	if (!code)
		code = card_put(change, identity, error);
	secret_free(identity);
	return code;
}

struct numbers {
	uint8_t numbers[256];
	size_t count;
};

static int number_take(void *context, uint8_t number, struct span slot, struct qorgan_error *error)
{
	struct numbers *numbers = context;

	(void)slot, (void)error;
	numbers->numbers[numbers->count++] = number;
	return QORGAN_OK;
}

/* The keys of authors stay: they are the users' own. */
static int slots_clear(struct vault_change *change, struct qorgan_error *error)
{
	struct numbers numbers = { .count = 0 };
	int code = vault_slots_each(&change->view, number_take, &numbers, error);

	for (size_t i = 0; i < numbers.count && !code; i++) {
		const char key[2] = { META_SLOT[0], (char)numbers.numbers[i] };
		code = engine_delete(change->view.txn, ENGINE_META, (struct span){ key, sizeof key }, error);
	}
	return code;
}

int vault_rekey_begin(struct qorgan_store *vault, const char *user, const char *message, struct vault_change **change,
                      struct qorgan_error *error)
{
	const uint32_t roles = KEYS_MAY_ADMINISTER | KEYS_MAY_WRITE;
	struct vault_change *made = NULL;
	uint64_t rows;
	int code;

	if ((vault->keys->root.roles & roles) != roles)
		return error_set(error, QORGAN_DENIED, "only an administrator of the store can change its keys");
	if (vault->keys->root.epoch >= KEYS_EPOCHS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "the keys were changed %u times, and can be changed no more",
		                 vault->keys->root.epoch - 1);
	/* Of two epochs at most, rows lie beside each other. */
	code = vault_renewal_go_on(vault, &rows, error);
	if (!code)
		code = vault_change_begin(vault, user, message, &made, error);
	if (code)
		return code;
	code = keys_swap(made, error);
	if (!code)
		code = vault_renewal_start(vault, made->view.txn, error);
	if (!code)
		code = partner_secrets_renew(made, made->former_keys, error);
	if (!code)
		code = identity_put(made, error);
	if (!code)
		code = vault_store_row_put(vault, made->view.txn, error);
	if (!code)
		code = slots_clear(made, error);
	if (code) {
		vault_change_abandon(made);
		return code;
	}
	*change = made;
	return QORGAN_OK;
}
