/* What the changes of users share. */
#ifndef REGISTER_CUSTODY_PARTS_H
#define REGISTER_CUSTODY_PARTS_H

#include "base/language.h"
#include "qorgan/custody.h"
#include "register/custody.h"
#include "register/policy.h"
#include "store/user_record.h"
#include "store/vault_slots.h"

/* A change of users while it is made, and the users as they are on record: changed in place
 * before they are put. */
struct custody {
	struct qorgan_store *store;
	struct vault_change *change;
	struct user_record *users;
	size_t count;
};

/* custody_begin(custody, store, how, error): begin a change, with the users as they are.
 * custody_look: the users alone, before a change: nobody waits for the store while a
 * passphrase is typed. custody_users_load: the same of a view. The caller ends it with
 * custody_end, whatever the result. */
int custody_begin(struct custody *custody, struct qorgan_store *store, const struct qorgan_custody *how,
                  struct qorgan_error *error);
int custody_look(struct custody *custody, struct qorgan_store *store, struct qorgan_error *error);
int custody_users_load(struct custody *custody, struct vault_view *view, struct qorgan_error *error);
/* custody_commit(custody, result, error): custody_user_commit: put that user on record
 * before. */
int custody_commit(struct custody *custody, struct qorgan_commit *result, struct qorgan_error *error);
int custody_user_commit(struct custody *custody, struct user_record *user, struct qorgan_commit *result,
                        struct qorgan_error *error);
/* custody_end(custody): what was not committed is undone. */
void custody_end(struct custody *custody);

/* custody_gate(custody, how, subject, content, error, what, ...): where a policy speaks of changes
 * of users, QORGAN_BUSY until enough have agreed to this one; the change is gone then. `what`
 * is the command, as others are to read it; see register/policy.h. */
int custody_gate(struct custody *custody, const struct qorgan_custody *how, const char *subject, const char *content,
                 struct qorgan_error *error, const char *what, ...) __attribute__((format(printf, 6, 7)));

/* custody_admin_check(store, error): QORGAN_DENIED without the admin key. */
int custody_admin_check(const struct qorgan_store *store, struct qorgan_error *error);

/* custody_user_find(custody, name): NULL if there is none. custody_user_get: one who is not
 * retired, and whose record an administrator stands for unless `doubtful` is allowed. */
struct user_record *custody_user_find(struct custody *custody, const char *name);
int custody_user_get(struct custody *custody, const char *name, bool doubtful, struct user_record **user,
                     struct qorgan_error *error);

/* ---- Slots (custody_slots.c) ----------------------------------------------------------- */

/* custody_slot_describe(store, number, door): as a record has it, made now. */
struct user_slot custody_slot_describe(const struct qorgan_store *store, uint8_t number, const struct slot_door *door);
/* custody_door_open(store, door, made, error): asks for a new passphrase, or the security key, if it is one. */
int custody_door_open(struct qorgan_store *store, const struct qorgan_door *door, struct slot_door *made,
                      struct qorgan_error *error);
/* custody_door_check(custody, but, door, error): QORGAN_BAD_DATA if what the door is opened by opens a slot that
 * is on record already, of whomever: the log could not tell two persons apart by it. `but`, or NULL, is the slot
 * whose place the door is to take. */
int custody_door_check(const struct custody *custody, const struct user_slot *but, const struct slot_door *door,
                       struct qorgan_error *error);
/* custody_slot_append(custody, user, door, number, error): a new slot at the end of the user's. */
int custody_slot_append(struct custody *custody, struct user_record *user, const struct slot_door *door,
                        uint8_t *number, struct qorgan_error *error);
/* custody_slot_add: qorgan_slot_add, with `keep` called, unless it is NULL, before the slot is committed: an error of it
 * undoes all. */
typedef int (*custody_slot_keep)(void *context, uint8_t number, struct qorgan_error *error);
int custody_slot_add(struct qorgan_store *store, const char *name, const struct qorgan_door *door,
                     const struct qorgan_custody *how, custody_slot_keep keep, void *context, uint8_t *number,
                     struct qorgan_commit *result, struct qorgan_error *error);
/* custody_slots_remove(custody, user, error): all of the user's, but none that another has on
 * record too. */
int custody_slots_remove(struct custody *custody, struct user_record *user, struct qorgan_error *error);
/* custody_slots_check: QORGAN_DENIED if another user has one of them on record. */
int custody_slots_check(const struct custody *custody, const struct user_record *user, struct qorgan_error *error);
/* custody_doors_read(view, user, doors, error): what the user's slots are opened by: cost and
 * salt as they lie in the store, recipients as they are on record. Slots that are damaged
 * are dropped. */
int custody_doors_read(struct vault_view *view, struct user_record *user, struct slot_door doors[USER_SLOTS_LIMIT],
                       struct qorgan_error *error);
/* custody_author_make(change, slot, error): a new key to sign by, for a slot on record. */
int custody_author_make(struct vault_change *change, struct user_slot *slot, struct qorgan_error *error);
/* custody_slots_make(custody, user, doors, error): every slot of the user anew, with what the
 * role opens of the keys in use. Keys to sign by stay; who lacks one is given it. */
int custody_slots_make(struct custody *custody, struct user_record *user, const struct slot_door doors[],
                       struct qorgan_error *error);

#endif
