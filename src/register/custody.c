/* Users and their slots, and new keys for those who stay. */
#include "register/custody.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "qorgan/custody.h"
#include "record/record.h"
#include "store/user_record.h"
#include "store/vault_change.h"
#include "store/vault_rekey.h"
#include "store/vault_renewal.h"

/* A change of users while it is made. */
struct custody {
	struct qorgan_store *store;
	struct vault_change *change;
	struct user_record *users;
	size_t count;
};

/* ---- The users on record --------------------------------------------------------------- */

static int user_keep(void *context, const struct user_record *user, struct qorgan_error *error)
{
	struct custody *custody = context;
	struct user_record *more = reallocarray(custody->users, custody->count + 1, sizeof *more);

	if (!more)
		return error_set_memory(error);
	custody->users = more;
	more[custody->count++] = *user;
	return QORGAN_OK;
}

static struct user_record *user_find(struct custody *custody, const char *name)
{
	for (size_t i = 0; i < custody->count; i++)
		if (strcmp(custody->users[i].name, name) == 0)
			return &custody->users[i];
	return NULL;
}

static struct user_slot slot_describe(const struct qorgan_store *store, uint8_t number, const struct slot_door *door)
{
	struct user_slot slot = { .number = number, .kind = door->kind };

	age_recipient_format(door->recipient, slot.recipient);
	time_format(store->now, slot.since);
	return slot;
}

static void founder_fill(const struct qorgan_store *store, struct user_record *user)
{
	*user = (struct user_record){ .role = USER_ADMIN, .slot_count = 1 };
	snprintf(user->name, sizeof user->name, "%s", store->keys->root.user);
	user->slots[0] = slot_describe(store, store->slot, &store->door);
}

int custody_found(struct vault_change *change, struct qorgan_error *error)
{
	struct user_record user;

	founder_fill(vault_change_view(change)->vault, &user);
	return user_record_put(change, &user, error);
}

/* ---- Beginning and ending ---------------------------------------------------------------- */

static void custody_end(struct custody *custody)
{
	vault_change_abandon(custody->change);
	free(custody->users);
	*custody = (struct custody){ .store = custody->store };
}

static int users_load(struct custody *custody, struct vault_view *view, struct qorgan_error *error)
{
	int code = user_records_each(view, user_keep, custody, error);
	struct user_record founder;

	/* A store of 0.1.0 knows of one, and not by a record. */
	if (code || custody->count)
		return code;
	founder_fill(custody->store, &founder);
	return user_keep(custody, &founder, error);
}

static int admin_check(const struct qorgan_store *store, struct qorgan_error *error)
{
	return store->keys->root.roles & KEYS_MAY_ADMINISTER
	           ? QORGAN_OK
	           : error_set(error, QORGAN_DENIED, "only an administrator of the store can do that");
}

static int custody_begin(struct custody *custody, struct qorgan_store *store, const struct qorgan_custody *how,
                         struct qorgan_error *error)
{
	*custody = (struct custody){ .store = store };
	int code = vault_change_begin(store, how->user, how->message, &custody->change, error);

	if (!code)
		code = users_load(custody, vault_change_view(custody->change), error);
	/* What its founder was without a record is now on record. */
	if (!code && custody->users[0].version == 0 && store->keys->root.roles & KEYS_MAY_ADMINISTER)
		code = vault_slot_put(custody->change, store->slot, &store->door, user_role_keys(USER_ADMIN),
			                      custody->users[0].name, error);
	return code;
}

static int custody_commit(struct custody *custody, struct qorgan_commit *result, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	*result = (struct qorgan_commit){ .changed = 1 };
	for (size_t i = 0; i < custody->count && !code; i++)
		if (custody->users[i].version == 0)
			code = user_record_put(custody->change, &custody->users[i], error);
	if (code)
		return code;
	code = vault_change_commit(custody->change, &result->number, error);
	custody->change = NULL;
	return code;
}

/* The users as they are before a change: nobody waits for the store while a passphrase is
 * typed. */
static int custody_look(struct custody *custody, struct qorgan_store *store, struct qorgan_error *error)
{
	struct vault_view *view = NULL;

	*custody = (struct custody){ .store = store };
	int code = vault_view_begin(store, &view, error);
	if (!code)
		code = users_load(custody, view, error);
	vault_view_end(view);
	return code;
}

/* ---- One user ------------------------------------------------------------------------------ */

/* A user who is not retired, and whose record an administrator stands for unless
 * `doubtful` is allowed. */
static int user_get(struct custody *custody, const char *name, bool doubtful, struct user_record **user,
                    struct qorgan_error *error)
{
	*user = user_find(custody, name);
	if (!*user)
		return error_set(error, QORGAN_ABSENT, "there is no user %.63s: qorgan user list shows them", name);
	if ((*user)->retired[0])
		return error_set(error, QORGAN_DENIED, "%s is retired: qorgan user add %s takes that back", name, name);
	if (!doubtful && (*user)->version && (*user)->endorsement != USER_ENDORSED)
		return error_set(error, QORGAN_DENIED, "what is on record of %s was written by nobody with an administrator's key: ask "
		                 "%s about it, and then confirm it with qorgan user confirm %s", name, name, name);
	return QORGAN_OK;
}

static unsigned admins_count(const struct custody *custody)
{
	unsigned count = 0;

	for (size_t i = 0; i < custody->count; i++)
		count += custody->users[i].role == USER_ADMIN && !custody->users[i].retired[0];
	return count;
}

static int last_admin_check(const struct custody *custody, const struct user_record *user, struct qorgan_error *error)
{
	if (user->role != USER_ADMIN || admins_count(custody) > 1)
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED, "%s is the last administrator, and nobody could make another: add one first, with "
	                 "qorgan user add NAME --role admin", user->name);
}

static int role_read(const char *word, enum user_role *role, struct qorgan_error *error)
{
	return user_role_find(word, role)
	           ? QORGAN_OK
	           : error_set(error, QORGAN_BAD_DATA, "\"%.40s\" is no role: reader, liaison, verifier or admin", word);
}

static int door_open(const struct qorgan_door *door, struct slot_door *made, struct qorgan_error *error)
{
	uint8_t recipient[32];

	if (!door->recipient)
		return vault_door_ask(door->kdf, door->ask, door->context, made, error);
	if (!age_recipient_parse(door->recipient, recipient))
		return error_set(error, QORGAN_BAD_DATA, "%.80s is not an age recipient: it looks like age1... and comes from "
		                 "age-keygen", door->recipient);
	*made = slot_door_recipient(recipient);
	return QORGAN_OK;
}

/* A new slot at the end of the user's. */
static int slot_append(struct custody *custody, struct user_record *user, const struct slot_door *door,
                       uint8_t *number, struct qorgan_error *error)
{
	if (user->slot_count == USER_SLOTS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "%s has %d slots, and can have no more: remove one first", user->name,
		                 USER_SLOTS_LIMIT);
	int code = vault_slot_free_number(custody->change, number, error);
	if (!code)
		code = vault_slot_put(custody->change, *number, door, user_role_keys(user->role), user->name, error);
	if (!code)
		user->slots[user->slot_count++] = slot_describe(custody->store, *number, door);
	return code;
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

static int slots_remove(struct custody *custody, struct user_record *user, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < user->slot_count && !code; i++)
		code = slot_clear(custody, user, user->slots[i].number, error);
	user->slot_count = 0;
	return code;
}

static int slots_check(const struct custody *custody, const struct user_record *user, struct qorgan_error *error)
{
	for (unsigned i = 0; i < user->slot_count; i++) {
		const struct user_record *owner = slot_owner(custody, user, user->slots[i].number);
		if (owner)
			return error_set(error, QORGAN_DENIED, "slot %u, on record of %s, is that of %s: somebody forged one of the records; "
			                 "retire who is none", user->slots[i].number, user->name, owner->name);
	}
	return QORGAN_OK;
}

/* Every slot of the user made anew for the keys in use: by what stands in the store of its
 * cost and salt, and in the record of its recipient. */
static int slots_make(struct custody *custody, const struct user_record *user, const struct slot_door doors[],
                      struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < user->slot_count && !code; i++)
		code = vault_slot_put(custody->change, user->slots[i].number, &doors[i], user_role_keys(user->role), user->name,
		                      error);
	return code;
}

/* The doors of a user's slots. A damaged slot has lost cost and salt: nobody opens it any
 * more, and it is dropped. */
static int doors_read(struct vault_view *view, struct user_record *user, struct slot_door doors[USER_SLOTS_LIMIT],
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

/* ---- Changes of users ------------------------------------------------------------------------ */

static int addition_check(struct custody *custody, const char *name, struct qorgan_error *error)
{
	struct user_record *known = user_find(custody, name);

	if (!record_user_check(name))
		return error_set(error, QORGAN_BAD_DATA, "%s is not a user's name: letters, digits, '.', '_' and '-', at most 63",
		                 name);
	if (known && !known->retired[0])
		return error_set(error, QORGAN_BAD_DATA, "%s is a user already: a second way in is added with qorgan user slot add %s",
		                 name, name);
	return QORGAN_OK;
}

int qorgan_user_add(struct qorgan_store *store, const char *name, const char *role, const struct qorgan_door *door,
                    const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error)
{
	struct user_record user = { .version = 0 }, *known;
	struct custody custody = { .store = store };
	struct slot_door made;
	uint8_t number;
	int code = admin_check(store, error);

	if (!code)
		code = role_read(role, &user.role, error);
	if (!code)
		code = custody_look(&custody, store, error);
	if (!code)
		code = addition_check(&custody, name, error);
	if (!code)
		code = door_open(door, &made, error);
	custody_end(&custody);
	if (!code)
		code = custody_begin(&custody, store, how, error);
	if (!code)
		code = addition_check(&custody, name, error);
	if (!code) {
		known = user_find(&custody, name);
		user.version = known ? known->version : 0;
		snprintf(user.name, sizeof user.name, "%s", name);
		code = slot_append(&custody, &user, &made, &number, error);
	}
	if (!code)
		code = user_record_put(custody.change, &user, error);
	if (!code) {
		code = custody_commit(&custody, result, error);
		result->created = user.version == 1;
		result->changed = !result->created;
	}
	custody_end(&custody);
	return code;
}

/* Begins a change of one user on record, by an administrator. */
static int user_begin(struct custody *custody, struct qorgan_store *store, const char *name, bool doubtful,
                      const struct qorgan_custody *how, struct user_record **user, struct qorgan_error *error)
{
	*custody = (struct custody){ .store = store };
	int code = admin_check(store, error);

	if (!code)
		code = custody_begin(custody, store, how, error);
	return code ? code : user_get(custody, name, doubtful, user, error);
}

/* Puts the user on record, and commits. */
static int user_end(struct custody *custody, struct user_record *user, struct qorgan_commit *result,
                    struct qorgan_error *error)
{
	int code = user_record_put(custody->change, user, error);

	return code ? code : custody_commit(custody, result, error);
}

int qorgan_user_role(struct qorgan_store *store, const char *name, const char *role, const struct qorgan_custody *how,
                     struct qorgan_commit *result, struct qorgan_error *error)
{
	struct slot_door doors[USER_SLOTS_LIMIT];
	struct user_record *user = NULL;
	struct custody custody;
	enum user_role wanted = USER_READER;
	int code = user_begin(&custody, store, name, false, how, &user, error);

	if (!code)
		code = role_read(role, &wanted, error);
	if (!code && wanted != USER_ADMIN)
		code = last_admin_check(&custody, user, error);
	if (!code && wanted == user->role)
		code = error_set(error, QORGAN_BAD_DATA, "%s has that role already", name);
	if (!code)
		code = doors_read(vault_change_view(custody.change), user, doors, error);
	if (!code) {
		user->role = wanted;
		code = slots_make(&custody, user, doors, error);
	}
	if (!code)
		code = user_end(&custody, user, result, error);
	custody_end(&custody);
	return code;
}

int qorgan_user_retire(struct qorgan_store *store, const char *name, const char *reason,
                       const struct qorgan_custody *how, struct qorgan_commit *result, struct qorgan_error *error)
{
	struct user_record *user = NULL;
	struct custody custody;
	int code = user_begin(&custody, store, name, true, how, &user, error);

	if (!code)
		code = last_admin_check(&custody, user, error);
	if (!code && (!reason || !*reason || strlen(reason) >= sizeof user->retired || !text_is_clean(span_of(reason))))
		code = error_set(error, QORGAN_USAGE, "say in some words why %s is retired", name);
	if (!code)
		code = slots_remove(&custody, user, error);
	if (!code) {
		snprintf(user->retired, sizeof user->retired, "%s", reason);
		code = user_end(&custody, user, result, error);
	}
	custody_end(&custody);
	return code;
}

int qorgan_user_confirm(struct qorgan_store *store, const char *name, const struct qorgan_custody *how,
                        struct qorgan_commit *result, struct qorgan_error *error)
{
	struct slot_door doors[USER_SLOTS_LIMIT];
	struct user_record *user = NULL;
	struct custody custody;
	int code = user_begin(&custody, store, name, true, how, &user, error);

	if (!code && user->endorsement == USER_ENDORSED)
		code = error_set(error, QORGAN_BAD_DATA, "there is nothing to confirm: an administrator stands for what is on record "
		                 "of %s", name);
	if (!code)
		code = slots_check(&custody, user, error);
	if (!code)
		code = doors_read(vault_change_view(custody.change), user, doors, error);
	if (!code)
		code = slots_make(&custody, user, doors, error);
	if (!code)
		code = user_end(&custody, user, result, error);
	custody_end(&custody);
	return code;
}

/* ---- Slots --------------------------------------------------------------------------------- */

/* Who changes slots: oneself, by what one's own slot opens; of others, an administrator.
 * With `door`, what it is to be is asked for first. */
static int slots_begin(struct custody *custody, struct qorgan_store *store, const char *name,
                       const struct qorgan_door *door, struct slot_door *made, const struct qorgan_custody *how,
                       struct user_record **user, struct qorgan_error *error)
{
	bool is_own = strcmp(name, store->keys->root.user) == 0;
	int code = is_own ? QORGAN_OK : admin_check(store, error);

	*custody = (struct custody){ .store = store };
	if (!code && !(store->keys->root.roles & KEYS_MAY_WRITE))
		code = error_set(error, QORGAN_DENIED, "what opens the store goes on record, and your key only reads: ask an "
		                 "administrator, who gives you another slot with qorgan user slot add %s", name);
	if (!code && door) {
		code = custody_look(custody, store, error);
		if (!code)
			code = user_get(custody, name, is_own, user, error);
		if (!code)
			code = door_open(door, made, error);
		custody_end(custody);
	}
	if (!code)
		code = custody_begin(custody, store, how, error);
	return code ? code : user_get(custody, name, is_own, user, error);
}

int qorgan_slot_add(struct qorgan_store *store, const char *name, const struct qorgan_door *door,
                    const struct qorgan_custody *how, uint8_t *number, struct qorgan_commit *result,
                    struct qorgan_error *error)
{
	struct user_record *user = NULL;
	struct custody custody;
	struct slot_door made;
	int code = slots_begin(&custody, store, name, door, &made, how, &user, error);

	if (!code)
		code = slot_append(&custody, user, &made, number, error);
	if (!code)
		code = user_end(&custody, user, result, error);
	custody_end(&custody);
	return code;
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
	if (!code) {
		code = slot_clear(&custody, user, number, error);
		memmove(&user->slots[at], &user->slots[at + 1], (--user->slot_count - at) * sizeof *user->slots);
	}
	if (!code)
		code = user_end(&custody, user, result, error);
	custody_end(&custody);
	return code;
}

int qorgan_door_change(struct qorgan_store *store, const struct qorgan_door *door, const struct qorgan_custody *how,
                       struct qorgan_commit *result, struct qorgan_error *error)
{
	const char *name = store->keys->root.user;
	struct user_record *user = NULL;
	struct custody custody;
	struct slot_door made;
	unsigned at = 0;
	int code = slots_begin(&custody, store, name, door, &made, how, &user, error);

	while (!code && at < user->slot_count && user->slots[at].number != store->slot)
		at++;
	if (!code && at == user->slot_count)
		code = error_set(error, QORGAN_IO, "slot %u, which opened the store, is not on record as one of %s: ask an "
		                 "administrator", store->slot, name);
	if (!code)
		code = vault_slot_put(custody.change, store->slot, &made, user_role_keys(user->role), name, error);
	if (!code) {
		user->slots[at] = slot_describe(store, store->slot, &made);
		code = user_end(&custody, user, result, error);
	}
	custody_end(&custody);
	return code;
}

/* ---- New keys -------------------------------------------------------------------------------- */

int qorgan_keepers(struct qorgan_store *store, qorgan_keeper_row each, void *context, struct qorgan_error *error)
{
	struct custody custody;
	int code = custody_look(&custody, store, error);

	for (size_t i = 0; i < custody.count && !code; i++) {
		const struct user_record *user = &custody.users[i];
		const struct qorgan_keeper keeper = {
			.name = user->name, .role = user_role_word(user->role), .slots = user->slot_count,
			.confirmed = !user->version || user->endorsement == USER_ENDORSED,
		};
		if (!user->retired[0])
			code = each(context, &keeper, error);
	}
	custody_end(&custody);
	return code;
}

/* The slots of everybody who stays, before they are gone. */
static int doors_gather(struct custody *custody, struct vault_view *view, struct slot_door (**doors)[USER_SLOTS_LIMIT],
                        struct qorgan_error *error)
{
	int code = users_load(custody, view, error);
	struct user_record *user = NULL;

	*doors = code ? NULL : calloc(custody->count, sizeof **doors);
	if (!code && !*doors)
		code = error_set_memory(error);
	for (size_t i = 0; i < custody->count && !code; i++) {
		if (custody->users[i].retired[0])
			continue;
		code = user_get(custody, custody->users[i].name, false, &user, error);
		if (!code)
			code = doors_read(view, user, (*doors)[i], error);
	}
	/* The founder of 0.1.0 has the door that opened. */
	if (!code && custody->users[0].version == 0)
		(*doors)[0][0] = custody->store->door;
	return code;
}

static int keepers_put(struct custody *custody, struct slot_door (*doors)[USER_SLOTS_LIMIT],
                       struct qorgan_commit *result, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < custody->count && !code; i++) {
		struct user_record *user = &custody->users[i];
		if (user->retired[0])
			continue;
		code = slots_make(custody, user, doors[i], error);
		if (!code)
			code = user_record_put(custody->change, user, error);
		result->changed++;
	}
	return code;
}

int qorgan_rekey(struct qorgan_store *store, const struct qorgan_custody *how, struct qorgan_commit *result,
                 struct qorgan_error *error)
{
	struct slot_door (*doors)[USER_SLOTS_LIMIT] = NULL;
	struct custody custody = { .store = store };
	struct vault_view *view = NULL;
	uint64_t leaves = 0;
	int code = admin_check(store, error);

	*result = (struct qorgan_commit){ 0 };
	if (!code)
		code = vault_view_begin(store, &view, error);
	if (!code) {
		leaves = vault_view_leaves(view);
		code = doors_gather(&custody, view, &doors, error);
	}
	vault_view_end(view);
	if (!code)
		code = vault_rekey_begin(store, how->user, how->message, &custody.change, error);
	if (!code && vault_view_leaves(vault_change_view(custody.change)) != leaves)
		code = error_set(error, QORGAN_BUSY, "the store was changed meanwhile: try again");
	if (!code)
		code = keepers_put(&custody, doors, result, error);
	if (!code) {
		code = vault_change_commit(custody.change, &result->number, error);
		custody.change = NULL;
	}
	custody_end(&custody);
	free(doors);
	return code;
}

int qorgan_rekey_go_on(struct qorgan_store *store, uint64_t *rows, struct qorgan_error *error)
{
	if (!(store->keys->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED, "this key only reads: ask an administrator of the store for more");
	if (store->read_only)
		return error_set(error, QORGAN_DENIED, "the store was opened for reading only");
	if (store->mistrust[0])
		return error_set(error, QORGAN_DENIED, "nothing was written: %s", store->mistrust);
	return vault_renewal_go_on(store, rows, error);
}

bool qorgan_rekey_is_pending(const struct qorgan_store *store)
{
	return store->keys->former.epoch != 0;
}
