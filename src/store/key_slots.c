/* Opening and adding by security keys. */
#include "store/key_slots.h"

#include <stdlib.h>

#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/slot.h"
#include "store/vault_slots.h"

/* All of a store, as they lie in one transaction. */
struct key_slots {
	struct security_key_credential *credentials;
	struct key_slot {
		uint8_t number;
		struct span bytes;
	} *slots;
	size_t count;
};

static void key_slots_free(struct key_slots *all)
{
	free(all->credentials);
	free(all->slots);
}

static int slot_gather(void *context, uint8_t number, struct span slot, struct qorgan_error *error)
{
	struct key_slots *all = context;
	struct slot_door door;

	if (!slot_door_read(slot, &door) || door.kind != SLOT_SECURITY_KEY)
		return QORGAN_OK;
	void *credentials = reallocarray(all->credentials, all->count + 1, sizeof *all->credentials);
	if (credentials)
		all->credentials = credentials;
	void *slots = reallocarray(all->slots, all->count + 1, sizeof *all->slots);
	if (slots)
		all->slots = slots;
	if (!credentials || !slots)
		return error_set_memory(error);
	all->credentials[all->count] = door.credential;
	all->slots[all->count++] = (struct key_slot){ number, slot };
	return QORGAN_OK;
}

/* A slot that somebody altered does not open, although the key knew its credential. */
static int slot_open(struct qorgan_store *vault, const struct key_slot *slot, const uint8_t *secret,
                     struct keys_root *root, uint8_t *identity, struct qorgan_error *error)
{
	int code = slot_open_security_key(vault->id, slot->bytes, secret, root, identity, error);

	if (code == QORGAN_DENIED || code == QORGAN_IO)
		return error_set(error, QORGAN_DENIED, "the security key does not open slot %u of %s, although it was made for it: the slot was "
		                 "altered, or the key was reset", slot->number, vault->path);
	if (!code) {
		vault->slot = slot->number;
		slot_door_read(slot->bytes, &vault->door);
		age_identity_recipient(identity, vault->door.recipient);
	}
	return code;
}

int key_slots_open(struct qorgan_store *vault, struct engine_txn *txn, const struct qorgan_security_key *how,
                   struct keys_root *root, uint8_t *identity, struct qorgan_error *error)
{
	struct vault_view view = { .vault = vault, .txn = txn };
	uint8_t *secret = secret_alloc(SECURITY_KEY_SECRET_SIZE);
	struct key_slots all = { 0 };
	size_t which = 0;
	int code = secret ? vault_slots_each(&view, slot_gather, &all, error) : error_set_memory(error);

	if (!code)
		code = security_key_ask(how, all.credentials, all.count, &which, secret, error);
	if (!code)
		code = slot_open(vault, &all.slots[which], secret, root, identity, error);
	key_slots_free(&all);
	secret_free(secret);
	return code;
}

int vault_door_key(struct qorgan_store *vault, const struct qorgan_security_key *how, struct slot_door *door,
                   struct qorgan_error *error)
{
	struct security_key_credential *made = malloc(sizeof *made);
	uint8_t *secret = secret_alloc(SECURITY_KEY_SECRET_SIZE);
	struct vault_view *view = NULL;
	struct key_slots all = { 0 };
	int code = made && secret ? QORGAN_OK : error_set_memory(error);

	if (!code && vault->engine) {
		code = vault_view_begin(vault, &view, error);
		if (!code)
			code = vault_slots_each(view, slot_gather, &all, error);
		vault_view_end(view); /* nobody waits for the store while a key is touched */
	}
	if (!code)
		code = security_key_enroll(how, all.credentials, all.count, made, secret, error);
	/* No way in is there to be made: that is not to be taken for a user or slot that is absent. */
	if (code == QORGAN_ABSENT) {
		code = QORGAN_DENIED;
		if (error)
			error->code = code;
	}
	if (!code)
		code = slot_door_security_key(made, secret, door, error);
	key_slots_free(&all);
	secret_free(secret);
	free(made);
	return code;
}
