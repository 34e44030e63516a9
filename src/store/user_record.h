/* A user on record: role and slots, endorsed by the admin key, as the kind `user` holds
 * them. The admin key and not the log's vouches for who gets the keys: whoever may write
 * could otherwise give any slot any role. */
#ifndef STORE_USER_RECORD_H
#define STORE_USER_RECORD_H

#include "base/date.h"
#include "crypto/age.h"
#include "store/author.h"
#include "store/endorsement.h"
#include "store/slot.h"
#include "store/vault.h"

#define USER_SLOTS_LIMIT 8 /* of one user */

enum user_role { USER_READER, USER_LIAISON, USER_VERIFIER, USER_ADMIN, USER_ROLES };
/* user_role_word(role): as the schema lists them, in this order. user_role_find(text, role): false if it is no role's word. */
const char *user_role_word(enum user_role role);
bool user_role_find(const char *text, enum user_role *role);
/* user_role_keys(role): enum keys_role of what its slots open. */
uint32_t user_role_keys(enum user_role role);

struct user_slot {
	uint8_t number;
	enum slot_kind kind;
	char recipient[AGE_RECIPIENT_TEXT];
	char since[TIME_TEXT_SIZE];
	char author[AUTHOR_KEY_TEXT]; /* the key by which who opens it signs, or "" in a store of 0.1.0 */
};

struct user_record {
	char name[RECORD_NAME_LIMIT];
	uint32_t version; /* 0: to be written as the first */
	enum user_role role;
	char retired[400]; /* why, or "" */
	enum endorsement endorsement;
	unsigned slot_count;
	struct user_slot slots[USER_SLOTS_LIMIT];
};

/* user_record_read(vault, record, user): false if the body is none. The endorsement is
 * judged by the admin key of today. */
bool user_record_read(const struct qorgan_store *vault, const struct record *record, struct user_record *user);

/* user_record_signs_by(user, key): whether one of the slots has that author's key; NULL: any. */
bool user_record_signs_by(const struct user_record *user, const char *key);

/* user_record_find(view, name, user): false if nothing that can be read is on record. */
bool user_record_find(struct vault_view *view, const char *name, struct user_record *user);

/* user_record_put(change, user, error): append a version, endorsed if the key that opened
 * the vault is an administrator's. user->version is that of the newest before, and becomes
 * the new one's. */
int user_record_put(struct vault_change *change, struct user_record *user, struct qorgan_error *error);

/* user_records_each(view, each, context, error): every user on record. What is malformed is
 * told too, as forged and without a slot: who may write it must not keep administrators from
 * all others. */
typedef int (*user_record_each)(void *context, const struct user_record *user, struct qorgan_error *error);
int user_records_each(struct vault_view *view, user_record_each each, void *context, struct qorgan_error *error);

#endif
