/* The slots of a vault, in a change. */
#include "store/vault_slots.h"


#include "crypto/secret.h"
#include "store/author.h"
#include "store/vault_change.h"

static const struct slot_cost costs[] = {
	[QORGAN_KDF_INTERACTIVE] = { 2, (uint64_t)64 << 20 },
	[QORGAN_KDF_MODERATE] = { 3, (uint64_t)256 << 20 },
	[QORGAN_KDF_SENSITIVE] = { 4, (uint64_t)1 << 30 },
};

struct slot_key {
	uint8_t row, number;
};

static struct slot_key slot_key(uint8_t number)
{
	return (struct slot_key){ (uint8_t)META_SLOT[0], number };
}

int vault_door_ask(enum qorgan_kdf kdf, qorgan_passphrase ask, void *context, struct slot_door *door,
                   struct qorgan_error *error)
{
	char *passphrase = secret_alloc(SLOT_PASSPHRASE_LIMIT);
	int code;

	if (!passphrase)
		return error_set_memory(error);
	code = ask(context, true, passphrase, SLOT_PASSPHRASE_LIMIT, error);
	if (!code && !*passphrase)
		code = error_set(error, QORGAN_DENIED, "the passphrase is empty");
	if (!code)
		code = slot_door_passphrase(passphrase, costs[kdf], door, error);
	secret_free(passphrase);
	return code;
}

uint8_t vault_opened_by(const struct qorgan_store *vault, struct slot_door *door)
{
	*door = vault->door;
	return vault->slot;
}

int vault_slots_each(struct vault_view *view, vault_slot_each each, void *context, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	bool more = true;
	int code = engine_range_open(view->txn, ENGINE_META, span_of(META_SLOT), span_of(META_SLOT_END), false, &range, error);

	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		if (key.size == sizeof(struct slot_key))
			code = each(context, (uint8_t)key.data[1], value, error);
	}
	engine_range_close(range);
	return code;
}

int vault_slot_door(struct vault_view *view, uint8_t number, struct slot_door *door, struct qorgan_error *error)
{
	struct slot_key key = slot_key(number);
	struct span value;
	int code = engine_get(view->txn, ENGINE_META, LAYOUT_SPAN(key), &value, error);

	if (!code && !slot_door_read(value, door))
		code = error_set(error, QORGAN_IO, "slot %u is damaged", number);
	return code;
}

int vault_slot_free_number(struct vault_change *change, uint8_t *number, struct qorgan_error *error)
{
	struct span value;
	int code = QORGAN_OK;

	for (unsigned i = 0; i < LAYOUT_SLOTS && !code; i++) {
		struct slot_key key = slot_key((uint8_t)i);
		code = engine_get(change->view.txn, ENGINE_META, LAYOUT_SPAN(key), &value, error);
		*number = (uint8_t)i;
	}
	if (code == QORGAN_ABSENT)
		return QORGAN_OK;
	return code ? code : error_set(error, QORGAN_BAD_DATA, "the store has %d slots, and takes no more: remove one first",
	                               LAYOUT_SLOTS);
}

int vault_slot_put(struct vault_change *change, uint8_t number, const struct slot_door *door, uint32_t roles,
                   const char *user, struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	struct keys_root *root = secret_alloc(sizeof *root);
	struct slot_key key = slot_key(number);
	struct buffer slot = { 0 };
	int code = root ? QORGAN_OK : error_set_memory(error);

	if (!code && roles & ~vault->keys->root.roles)
		code = error_set(error, QORGAN_DENIED, "your key lacks what this slot is to open: ask an administrator of the store");
	if (!code) {
		keys_restrict(&vault->keys->root, roles, user, root);
		code = slot_make(vault->id, door, root, &slot, error);
	}
	if (!code)
		code = engine_put(change->view.txn, ENGINE_META, LAYOUT_SPAN(key), buffer_span(&slot), error);
	buffer_free(&slot);
	secret_free(root);
	return code;
}

int vault_slot_remove(struct vault_change *change, uint8_t number, struct qorgan_error *error)
{
	struct slot_key key = slot_key(number);

	int code = author_key_remove(change, number, error);

	return code ? code : engine_delete(change->view.txn, ENGINE_META, LAYOUT_SPAN(key), error);
}
