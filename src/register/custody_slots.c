/* Slots of users: made, removed, made anew, and what users do about their own. */
#include "register/custody_parts.h"

#include <string.h>


/* ---- For all changes ----------------------------------------------------------------------- */

int custody_door_open(struct qorgan_store *store, const struct qorgan_door *door, struct slot_door *made,
                      struct qorgan_error *error)
{
	uint8_t recipient[32];

	if (door->security_key)
		return vault_door_key(store, door->security_key, made, error);
	if (!door->recipient)
		return vault_door_ask(door->kdf, door->ask, door->context, made, error);
	if (!age_recipient_parse(door->recipient, recipient))
		return error_set(error, QORGAN_BAD_DATA, "%.80s is not an age recipient: it looks like age1... and comes from "
		                 "age-keygen", door->recipient);
	*made = slot_door_recipient(recipient);
	return QORGAN_OK;
}

int custody_door_check(const struct custody *custody, const struct user_slot *but, const struct slot_door *door,
                       struct qorgan_error *error)
{
	char recipient[AGE_RECIPIENT_TEXT];

	age_recipient_format(door->recipient, recipient);
	for (size_t i = 0; i < custody->count; i++) {
		const struct user_record *user = &custody->users[i];
		for (unsigned j = 0; !user->retired[0] && j < user->slot_count; j++)
			if (&user->slots[j] != but && strcmp(user->slots[j].recipient, recipient) == 0)
				return error_set(error, QORGAN_BAD_DATA, "%s is that of %s already (slot %u): each slot takes an identity of its own, "
				                 "which age-keygen makes", recipient, user->name, user->slots[j].number);
	}
	return QORGAN_OK;
}

int custody_slot_append(struct custody *custody, struct user_record *user, const struct slot_door *door,
                       uint8_t *number, struct qorgan_error *error)
{
	if (user->slot_count == USER_SLOTS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "%s has %d slots, and can have no more: remove one first", user->name,
		                 USER_SLOTS_LIMIT);
	int code = vault_slot_free_number(custody->change, number, error);
	if (!code)
		code = vault_slot_put(custody->change, *number, door, user_role_keys(user->role), user->name, error);
	if (!code) {
		user->slots[user->slot_count] = custody_slot_describe(custody->store, *number, door);
		code = custody_author_make(custody->change, &user->slots[user->slot_count++], error);
	}
	return code;
}

int custody_author_make(struct vault_change *change, struct user_slot *slot, struct qorgan_error *error)
{
	uint8_t recipient[32];

	if (!age_recipient_parse(slot->recipient, recipient))
		return error_set(error, QORGAN_IO, "the recipient of slot %u on record is none", slot->number);
	return author_key_make(change, slot->number, recipient, slot->author, error);
}

/* Another user whose slot that number is by the record, or NULL: one record that was forged
 * must not take the slot of another user away. */
static const struct user_record *slot_owner(const struct custody *custody, const struct user_record *user,
                                            unsigned number)
{
	for (size_t i = 0; i < custody->count; i++)
		for (unsigned j = 0; j < custody->users[i].slot_count; j++)
			if (&custody->users[i] != user && !custody->users[i].retired[0] &&
			    custody->users[i].slots[j].number == number)
				return &custody->users[i];
	return NULL;
}

static int slot_clear(struct custody *custody, const struct user_record *user, unsigned number,
                      struct qorgan_error *error)
{
	int code = slot_owner(custody, user, number) ? QORGAN_OK : vault_slot_remove(custody->change, (uint8_t)number, error);

	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int custody_slots_remove(struct custody *custody, struct user_record *user, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < user->slot_count && !code; i++)
		code = slot_clear(custody, user, user->slots[i].number, error);
	user->slot_count = 0;
	return code;
}

int custody_slots_check(const struct custody *custody, const struct user_record *user, struct qorgan_error *error)
{
	for (unsigned i = 0; i < user->slot_count; i++) {
		const struct user_record *owner = slot_owner(custody, user, user->slots[i].number);
		if (owner)
			return error_set(error, QORGAN_DENIED, "slot %u, on record of %s, is that of %s: somebody forged one of the records; "
			                 "retire who is none", user->slots[i].number, user->name, owner->name);
	}
	return QORGAN_OK;
}

int custody_slots_make(struct custody *custody, struct user_record *user, const struct slot_door doors[],
                      struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < user->slot_count && !code; i++) {
		struct user_slot *slot = &user->slots[i];
		code = vault_slot_put(custody->change, slot->number, &doors[i], user_role_keys(user->role), user->name, error);
		if (!code && (!slot->author[0] || !author_key_is_kept(vault_change_view(custody->change), slot->number)))
			code = custody_author_make(custody->change, slot, error);
	}
	return code;
}

/* A damaged slot has lost cost and salt: nobody opens it any more. */
int custody_doors_read(struct vault_view *view, struct user_record *user, struct slot_door doors[USER_SLOTS_LIMIT],
                      struct qorgan_error *error)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < user->slot_count; i++) {
		struct slot_door *door = &doors[kept];
		int code = vault_slot_door(view, user->slots[i].number, door, error);
		if (code == QORGAN_ABSENT || code == QORGAN_IO)
			continue;
		if (code)
			return code;
		if (door->kind != user->slots[i].kind || !age_recipient_parse(user->slots[i].recipient, door->recipient))
			continue;
		user->slots[kept++] = user->slots[i];
	}
	user->slot_count = kept;
	return kept ? QORGAN_OK : error_set(error, QORGAN_IO, "no slot of %s is whole: retire the user, and add it again",
	                                    user->name);
}

/* ---- Slots --------------------------------------------------------------------------------- */

static bool is_own(const struct qorgan_store *store, const char *name)
{
	return strcmp(name, vault_user(store)) == 0;
}

/* Who changes slots: oneself, by what one's own slot opens; of others, an administrator.
 * With `door`, what it is to be is asked for first. */
static int slots_begin(struct custody *custody, struct qorgan_store *store, const char *name,
                       const struct qorgan_door *door, struct slot_door *made, const struct qorgan_custody *how,
                       struct user_record **user, struct qorgan_error *error)
{
	int code = is_own(store, name) ? QORGAN_OK : custody_admin_check(store, error);

	*custody = (struct custody){ .store = store };
	if (!code && !(vault_keys(store)->root.roles & KEYS_MAY_WRITE))
		code = error_set(error, QORGAN_DENIED, "what opens the store goes on record, and your key only reads: ask an "
		                 "administrator, who gives you another slot with qorgan user slot add %s", name);
	if (!code && door) {
		code = custody_look(custody, store, error);
		if (!code)
			code = custody_user_get(custody, name, is_own(store, name), user, error);
		if (!code)
			code = custody_door_open(store, door, made, error);
		custody_end(custody);
	}
	if (!code)
		code = custody_begin(custody, store, how, error);
	return code ? code : custody_user_get(custody, name, is_own(store, name), user, error);
}

int custody_slot_add(struct qorgan_store *store, const char *name, const struct qorgan_door *door,
                     const struct qorgan_custody *how, custody_slot_keep keep, void *context, uint8_t *number,
                     struct qorgan_commit *result, struct qorgan_error *error)
{
	struct user_record *user = NULL;
	struct custody custody;
	struct slot_door made;
	int code = slots_begin(&custody, store, name, door, &made, how, &user, error);

	if (!code)
		code = custody_door_check(&custody, NULL, &made, error);
	if (!code && !is_own(store, name))
		code = custody_gate(&custody, how, name, "", error, "qorgan user slot add %s%s%s", name,
		                    door->security_key ? " --security-key" : door->recipient ? " --recipient " : "",
		                    door->recipient ? door->recipient : "");
	if (!code)
		code = custody_slot_append(&custody, user, &made, number, error);
	if (!code && keep)
		code = keep(context, *number, error);
	if (!code)
		code = custody_user_commit(&custody, user, result, error);
	custody_end(&custody);
	return code;
}

int qorgan_slot_add(struct qorgan_store *store, const char *name, const struct qorgan_door *door,
                    const struct qorgan_custody *how, uint8_t *number, struct qorgan_commit *result,
                    struct qorgan_error *error)
{
	return custody_slot_add(store, name, door, how, NULL, NULL, number, result, error);
}

int qorgan_slot_remove(struct qorgan_store *store, const char *name, unsigned number, const struct qorgan_custody *how,
                       struct qorgan_commit *result, struct qorgan_error *error)
{
	struct user_record *user = NULL;
	struct custody custody;
	unsigned at = 0;
	int code = slots_begin(&custody, store, name, NULL, NULL, how, &user, error);

	while (!code && at < user->slot_count && user->slots[at].number != number)
		at++;
	if (!code && at == user->slot_count)
		code = error_set(error, QORGAN_ABSENT, "%s has no slot %u: qorgan user show %s tells them", name, number, name);
	if (!code && user->slot_count == 1)
		code = error_set(error, QORGAN_DENIED, "slot %u is the only one of %s: add another first, or retire the user", number,
		                 name);
	if (!code && !is_own(store, name))
		code = custody_gate(&custody, how, name, "", error, "qorgan user slot remove %s %u", name, number);
	if (!code) {
		code = slot_clear(&custody, user, number, error);
		memmove(&user->slots[at], &user->slots[at + 1], (--user->slot_count - at) * sizeof *user->slots);
	}
	if (!code)
		code = custody_user_commit(&custody, user, result, error);
	custody_end(&custody);
	return code;
}

int qorgan_door_change(struct qorgan_store *store, const struct qorgan_door *door, const struct qorgan_custody *how,
                       struct qorgan_commit *result, struct qorgan_error *error)
{
	const char *name = vault_user(store);
	struct user_record *user = NULL;
	struct custody custody;
	struct slot_door made;
	struct slot_door before;
	const uint8_t own = vault_opened_by(store, &before);
	unsigned at = 0;
	int code = slots_begin(&custody, store, name, door, &made, how, &user, error);

	while (!code && at < user->slot_count && user->slots[at].number != own)
		at++;
	if (!code && at == user->slot_count)
		code = error_set(error, QORGAN_IO, "slot %u, which opened the store, is not on record as one of %s: ask an "
		                 "administrator", own, name);
	if (!code)
		code = custody_door_check(&custody, &user->slots[at], &made, error);
	if (!code)
		code = vault_slot_put(custody.change, own, &made, user_role_keys(user->role), name, error);
	if (!code) {
		user->slots[at] = custody_slot_describe(store, own, &made);
		code = custody_author_make(custody.change, &user->slots[at], error);
	}
	if (!code) {
		code = custody_user_commit(&custody, user, result, error);
	}
	custody_end(&custody);
	return code;
}
