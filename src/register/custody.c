/* A change of users: who is on record, and how it begins and ends. */
#include "register/custody_parts.h"
#include "store/checkout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct user_record *custody_user_find(struct custody *custody, const char *name)
{
	for (size_t i = 0; i < custody->count; i++)
		if (strcmp(custody->users[i].name, name) == 0)
			return &custody->users[i];
	return NULL;
}

struct user_slot custody_slot_describe(const struct qorgan_store *store, uint8_t number, const struct slot_door *door)
{
	struct user_slot slot = { .number = number, .kind = door->kind };

	age_recipient_format(door->recipient, slot.recipient);
	time_format(vault_now(store), slot.since);
	return slot;
}

static void founder_fill(const struct qorgan_store *store, struct user_record *user)
{
	struct slot_door door;

	*user = (struct user_record){ .role = USER_ADMIN, .slot_count = 1 };
	snprintf(user->name, sizeof user->name, "%s", vault_user(store));
	user->slots[0] = custody_slot_describe(store, vault_opened_by(store, &door), &door);
}

/* The founder goes on record with a key to sign by, which one of 0.1.0 lacks. */
static int founder_put(struct vault_change *change, struct user_record *user, struct qorgan_error *error)
{
	int code = custody_author_make(change, &user->slots[0], error);

	return code ? code : user_record_put(change, user, error);
}

int custody_found(struct qorgan_store *store, struct vault_change *change, struct qorgan_error *error)
{
	struct user_record user;

	founder_fill(store, &user);
	return founder_put(change, &user, error);
}

/* ---- Beginning and ending ---------------------------------------------------------------- */

void custody_end(struct custody *custody)
{
	vault_change_abandon(custody->change);
	free(custody->users);
	*custody = (struct custody){ .store = custody->store };
}

int custody_users_load(struct custody *custody, struct vault_view *view, struct qorgan_error *error)
{
	int code = user_records_each(view, user_keep, custody, error);
	struct user_record founder;

	/* A store of 0.1.0 knows of one, and not by a record. */
	if (code || custody->count)
		return code;
	founder_fill(custody->store, &founder);
	return user_keep(custody, &founder, error);
}

int custody_admin_check(const struct qorgan_store *store, struct qorgan_error *error)
{
	return vault_keys(store)->root.roles & KEYS_MAY_ADMINISTER
	           ? QORGAN_OK
	           : error_set(error, QORGAN_DENIED, "only an administrator of the store can do that");
}

int custody_begin(struct custody *custody, struct qorgan_store *store, const struct qorgan_custody *how,
                  struct qorgan_error *error)
{
	struct slot_door door;
	const uint8_t number = vault_opened_by(store, &door);

	*custody = (struct custody){ .store = store };
	int code = checkout_refuse(store, error);

	if (!code)
		code = vault_change_begin(store, how->user, how->message, &custody->change, error);
	if (!code)
		code = custody_users_load(custody, vault_change_view(custody->change), error);
	/* What its founder was without a record is now on record. */
	if (!code && custody->users[0].version == 0 && vault_keys(store)->root.roles & KEYS_MAY_ADMINISTER)
		code = vault_slot_put(custody->change, number, &door, user_role_keys(USER_ADMIN), custody->users[0].name, error);
	return code;
}

int custody_commit(struct custody *custody, struct qorgan_commit *result, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	*result = (struct qorgan_commit){ .changed = 1 };
	for (size_t i = 0; i < custody->count && !code; i++)
		if (custody->users[i].version == 0)
			code = founder_put(custody->change, &custody->users[i], error);
	if (code)
		return code;
	code = vault_change_commit(custody->change, &result->number, error);
	custody->change = NULL;
	return code;
}

int custody_gate(struct custody *custody, const struct qorgan_custody *how, const char *subject, const char *content,
                 struct qorgan_error *error, const char *what, ...)
{
	struct policy_intent intent = { .action = POLICY_USER, .user = how->user };
	va_list list;

	snprintf(intent.subject, sizeof intent.subject, "%s", subject);
	snprintf(intent.content, sizeof intent.content, "%s", content);
	va_start(list, what);
	vsnprintf(intent.what, sizeof intent.what, what, list);
	va_end(list);
	return policy_gate(custody->store, &custody->change, &intent, error);
}

int custody_look(struct custody *custody, struct qorgan_store *store, struct qorgan_error *error)
{
	struct vault_view *view = NULL;

	*custody = (struct custody){ .store = store };
	int code = vault_view_begin(store, &view, error);
	if (!code)
		code = custody_users_load(custody, view, error);
	vault_view_end(view);
	return code;
}

int custody_user_get(struct custody *custody, const char *name, bool doubtful, struct user_record **user,
                    struct qorgan_error *error)
{
	*user = custody_user_find(custody, name);
	if (!*user)
		return error_set(error, QORGAN_ABSENT, "there is no user %.63s: qorgan user list shows them", name);
	if ((*user)->retired[0])
		return error_set(error, QORGAN_DENIED, "%s is retired: qorgan user add %s takes that back", name, name);
	if (!doubtful && (*user)->version && (*user)->endorsement != ENDORSEMENT_GOOD)
		return error_set(error, QORGAN_DENIED, "what is on record of %s was written by nobody with an administrator's key: ask "
		                 "%s about it, and then confirm it with qorgan user confirm %s", name, name, name);
	return QORGAN_OK;
}

int custody_user_commit(struct custody *custody, struct user_record *user, struct qorgan_commit *result,
                    struct qorgan_error *error)
{
	int code = user_record_put(custody->change, user, error);

	return code ? code : custody_commit(custody, result, error);
}
