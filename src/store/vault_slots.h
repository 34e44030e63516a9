/* The slots of a vault as rows: made for a user's role, removed, made anew when the keys
 * change. Which user has which is on record as the kind user, see register/custody. */
#ifndef STORE_VAULT_SLOTS_H
#define STORE_VAULT_SLOTS_H

#include "store/slot.h"
#include "store/vault.h"

/* vault_door_ask(kdf, ask, context, door, error): the door of a new passphrase. */
int vault_door_ask(enum qorgan_kdf kdf, qorgan_passphrase ask, void *context, struct slot_door *door,
                   struct qorgan_error *error);

/* vault_door_key(vault, how, door, error): the door of a security key that is plugged in and opens no slot of the
 * vault yet, which may be one that has no file so far. QORGAN_DENIED if there is none; else as of security_key_enroll. */
int vault_door_key(struct qorgan_store *vault, const struct qorgan_security_key *how, struct slot_door *door,
                   struct qorgan_error *error);

/* vault_opened_by(vault, door): number and door of the slot that opened it, or was made first. */
uint8_t vault_opened_by(const struct qorgan_store *vault, struct slot_door *door);

/* vault_slot_free_number(change, number, error): of a slot that is not there. QORGAN_BAD_DATA
 * if there are as many as can be. */
int vault_slot_free_number(struct vault_change *change, uint8_t *number, struct qorgan_error *error);

/* vault_slot_door(view, number, door, error): kind, cost and salt of a slot that is there.
 * QORGAN_ABSENT (no message) if it is not, QORGAN_IO if it is damaged. */
int vault_slot_door(struct vault_view *view, uint8_t number, struct slot_door *door, struct qorgan_error *error);

/* vault_slot_put(change, number, door, roles, user, error): the slot of that number, with
 * what the roles give of the keys in use. Who lacks a key cannot give it: QORGAN_DENIED. */
int vault_slot_put(struct vault_change *change, uint8_t number, const struct slot_door *door, uint32_t roles,
                   const char *user, struct qorgan_error *error);
/* vault_slot_remove: with its author's key. QORGAN_ABSENT (no message) if there is none. */
int vault_slot_remove(struct vault_change *change, uint8_t number, struct qorgan_error *error);

/* vault_slots_each(view, each, context, error): the number of every slot. */
typedef int (*vault_slot_each)(void *context, uint8_t number, struct span slot, struct qorgan_error *error);
int vault_slots_each(struct vault_view *view, vault_slot_each each, void *context, struct qorgan_error *error);

#endif
