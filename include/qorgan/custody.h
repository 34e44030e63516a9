/* Custody: who opens a store, by which slots, and what becomes of its keys.
 *
 * A user has a role - reader, liaison, verifier or admin - and slots, each opened by a
 * passphrase, an age identity or a security key, that hold the keys of that role and no others. Users are
 * objects of the kind "user": list them with qorgan_list. Each of these functions is one
 * change of its own; `how` says by whom and why. QORGAN_DENIED where the key that opened
 * the store is no administrator's, if nothing else is said. */
#ifndef QORGAN_CUSTODY_H
#define QORGAN_CUSTODY_H

#include <stdbool.h>
#include <stdint.h>

#include "qorgan/object.h"
#include "qorgan/store.h"

struct qorgan_custody {
	const char *user, *message; /* as of qorgan_change_begin; NULL each: none */
};

/* What opens a slot: an age recipient, a security key that is plugged in, or a new passphrase that is asked for. */
struct qorgan_door {
	const char *recipient; /* "age1...", or NULL */
	enum qorgan_kdf kdf;   /* cost of a passphrase's derivation */
	qorgan_passphrase ask;
	void *context;
	const struct qorgan_security_key *security_key; /* or NULL */
};

/* qorgan_user_add(store, name, role, door, how, result, error): a new user with one slot,
 * or one who comes back. QORGAN_BAD_DATA if the name or role is none, or the user is on
 * record. */
int qorgan_user_add(struct qorgan_store *store, const char *name, const char *role, const struct qorgan_door *door,
                    const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_user_role(store, name, role, ...): another role; the slots stay, and open it.
 * The last administrator stays one: QORGAN_DENIED. */
int qorgan_user_role(struct qorgan_store *store, const char *name, const char *role, const struct qorgan_custody *how,
                     struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_user_retire(store, name, reason, ...): the slots are removed. What the user has copied opens until the keys are changed: qorgan_rekey. The last administrator
 * cannot be retired: QORGAN_DENIED. */
int qorgan_user_retire(struct qorgan_store *store, const char *name, const char *reason,
                       const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_user_confirm(store, name, ...): endorse what a user changed without an administrator. */
int qorgan_user_confirm(struct qorgan_store *store, const char *name, const struct qorgan_custody *how,
                        struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_slot_add(store, name, door, ..., number, ...): one more slot, of that number, for
 * the user. For oneself, a liaison's key suffices; an administrator then confirms it. */
int qorgan_slot_add(struct qorgan_store *store, const char *name, const struct qorgan_door *door,
                    const struct qorgan_custody *how, uint8_t *number, struct qorgan_commit *result,
                    struct qorgan_error *error);
/* qorgan_slot_remove(store, name, number, ...): QORGAN_DENIED of the last slot of a user. */
int qorgan_slot_remove(struct qorgan_store *store, const char *name, unsigned number, const struct qorgan_custody *how,
                       struct qorgan_commit *result, struct qorgan_error *error);

/* qorgan_door_change(store, door, ...): another door of the slot by which the store was
 * opened: a new passphrase, say. A liaison's key suffices, and an administrator confirms. */
int qorgan_door_change(struct qorgan_store *store, const struct qorgan_door *door, const struct qorgan_custody *how,
                       struct qorgan_commit *result, struct qorgan_error *error);

/* Who stays when the keys are changed. */
struct qorgan_keeper {
	const char *name, *role;
	unsigned slots;
	bool confirmed; /* endorsed by an administrator */
};
typedef int (*qorgan_keeper_row)(void *context, const struct qorgan_keeper *keeper, struct qorgan_error *error);
/* qorgan_keepers(store, each, context, error): every user that is not retired. */
int qorgan_keepers(struct qorgan_store *store, qorgan_keeper_row each, void *context, struct qorgan_error *error);

/* qorgan_rekey(store, how, result, error): new keys of all kinds for the store, in one
 * change; every user that is not retired opens it by the same slots as before. This state's
 * card changes: qorgan_card_make gives the one that its former log key signed too. Secrets
 * shared with partners stay what they are. What was sealed before is not sealed anew yet:
 * qorgan_rekey_go_on. QORGAN_DENIED if a user is not confirmed. */
int qorgan_rekey(struct qorgan_store *store, const struct qorgan_custody *how, struct qorgan_commit *result,
                 struct qorgan_error *error);

/* qorgan_rekey_go_on(store, rows, error): seal anew what is left, in bounded steps; it may
 * be stopped and gone on with by any writer at any time, and the store be used meanwhile.
 * *rows: how many rows were looked at; 0 if nothing was left. */
int qorgan_rekey_go_on(struct qorgan_store *store, uint64_t *rows, struct qorgan_error *error);
/* qorgan_rekey_is_pending(store): whether anything is left, as of its opening. */
bool qorgan_rekey_is_pending(const struct qorgan_store *store);

#endif
