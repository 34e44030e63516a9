/* New keys for a store, for those who stay. */
#include <stdlib.h>

#include "register/custody_parts.h"
#include "store/forget.h"
#include "store/vault_rekey.h"
#include "store/vault_renewal.h"

int qorgan_keepers(struct qorgan_store *store, qorgan_keeper_row each, void *context, struct qorgan_error *error)
{
	struct custody custody;
	int code = custody_look(&custody, store, error);

	for (size_t i = 0; i < custody.count && !code; i++) {
		const struct user_record *user = &custody.users[i];
		const struct qorgan_keeper keeper = {
			.name = user->name, .role = user_role_word(user->role), .slots = user->slot_count,
			.confirmed = !user->version || user->endorsement == ENDORSEMENT_GOOD,
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
	int code = custody_users_load(custody, view, error);
	struct user_record *user = NULL;

	*doors = code ? NULL : calloc(custody->count, sizeof **doors);
	if (!code && !*doors)
		code = error_set_memory(error);
	for (size_t i = 0; i < custody->count && !code; i++) {
		if (custody->users[i].retired[0])
			continue;
		code = custody_user_get(custody, custody->users[i].name, false, &user, error);
		if (!code)
			code = custody_doors_read(view, user, (*doors)[i], error);
	}
	/* The founder of 0.1.0 has the door that opened. */
	if (!code && custody->users[0].version == 0)
		vault_opened_by(custody->store, &(*doors)[0][0]);
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
		code = custody_slots_make(custody, user, doors[i], error);
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
	const struct policy_intent intent = { .action = POLICY_REKEY, .user = how->user, .what = "qorgan rekey" };
	struct request_record agreed;
	int code = custody_admin_check(store, error);

	*result = (struct qorgan_commit){ 0 };
	if (!code)
		code = policy_ask(store, &intent, &agreed, error);
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
		code = policy_settle(custody.change, &agreed, error);
	if (!code)
		code = keepers_put(&custody, doors, result, error);
	if (!code)
		code = author_keys_prune(custody.change, error);
	if (!code)
		code = forget_endorse(custody.change, error);
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
	return vault_renewal_go_on(store, rows, error);
}

bool qorgan_rekey_is_pending(const struct qorgan_store *store)
{
	return vault_keys(store)->former.epoch != 0;
}
