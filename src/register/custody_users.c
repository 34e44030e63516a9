/* Users added, given another role, retired, confirmed. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/record.h"
#include "register/custody_parts.h"

/* Users who hold these keys, but for one. */
static unsigned holders_count(const struct custody *custody, uint32_t keys, const struct user_record *but)
{
	unsigned count = 0;

	for (size_t i = 0; i < custody->count; i++)
		count += !custody->users[i].retired[0] && &custody->users[i] != but &&
		         (user_role_keys(custody->users[i].role) & keys) == keys;
	return count;
}

/* Whether enough would stay without these keys of the user: an administrator at least, and as
 * many as policies ask to agree, or nobody could change anything any more. */
static int enough_check(const struct custody *custody, const struct user_record *user, uint32_t kept,
                        struct qorgan_error *error)
{
	const uint32_t lost = user_role_keys(user->role) & ~kept;
	struct policies policies;
	int code = policies_load(vault_change_view(custody->change), &policies, error);

	if (code)
		return code;
	if (lost & KEYS_MAY_ADMINISTER && !holders_count(custody, KEYS_MAY_ADMINISTER, user))
		return error_set(error, QORGAN_DENIED, "%s is the last administrator, and nobody could make another: add one first, with "
		                 "qorgan user add NAME --role admin", user->name);
	if (lost & KEYS_MAY_ADMINISTER &&
	    holders_count(custody, KEYS_MAY_ADMINISTER, user) < policies_admins_needed(&policies))
		return error_set(error, QORGAN_DENIED, "policies ask for %u administrators, and without %s there would be fewer: add one "
		                 "first, or ask for fewer with qorgan policy require", policies_admins_needed(&policies), user->name);
	if (lost & KEYS_MAY_WRITE && policies_needed(&policies, POLICY_POLICY) > 1 &&
	    holders_count(custody, KEYS_MAY_WRITE, user) < policies_needed(&policies, POLICY_POLICY))
		return error_set(error, QORGAN_DENIED, "policies ask for %u persons who may write, and without %s there would be fewer: add "
		                 "one first, or ask for fewer with qorgan policy require", policies_needed(&policies, POLICY_POLICY),
		                 user->name);
	return QORGAN_OK;
}

static int role_read(const char *word, enum user_role *role, struct qorgan_error *error)
{
	return user_role_find(word, role)
	           ? QORGAN_OK
	           : error_set(error, QORGAN_BAD_DATA, "\"%.40s\" is no role: reader, liaison, verifier or admin", word);
}

/* ---- Changes of users ------------------------------------------------------------------------ */

static int addition_check(struct custody *custody, const char *name, struct qorgan_error *error)
{
	struct user_record *known = custody_user_find(custody, name);

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
	int code = custody_admin_check(store, error);

	if (!code)
		code = role_read(role, &user.role, error);
	if (!code)
		code = custody_look(&custody, store, error);
	if (!code)
		code = addition_check(&custody, name, error);
	if (!code)
		code = custody_door_open(store, door, &made, error);
	custody_end(&custody);
	if (!code)
		code = custody_begin(&custody, store, how, error);
	if (!code)
		code = addition_check(&custody, name, error);
	if (!code)
		code = custody_door_check(&custody, NULL, &made, error);
	if (!code)
		code = custody_gate(&custody, how, name, "", error, "qorgan user add %s --role %s%s%s", name, role,
		                    door->security_key ? " --security-key" : door->recipient ? " --recipient " : "",
		                    door->recipient ? door->recipient : "");
	if (!code) {
		known = custody_user_find(&custody, name);
		user.version = known ? known->version : 0;
		snprintf(user.name, sizeof user.name, "%s", name);
		code = custody_slot_append(&custody, &user, &made, &number, error);
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
	int code = custody_admin_check(store, error);

	if (!code)
		code = custody_begin(custody, store, how, error);
	return code ? code : custody_user_get(custody, name, doubtful, user, error);
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
	if (!code)
		code = enough_check(&custody, user, user_role_keys(wanted), error);
	if (!code && wanted == user->role)
		code = error_set(error, QORGAN_BAD_DATA, "%s has that role already", name);
	if (!code)
		code = custody_gate(&custody, how, name, "", error, "qorgan user role %s %s", name, role);
	if (!code)
		code = custody_doors_read(vault_change_view(custody.change), user, doors, error);
	if (!code) {
		user->role = wanted;
		code = custody_slots_make(&custody, user, doors, error);
	}
	if (!code)
		code = custody_user_commit(&custody, user, result, error);
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
		code = enough_check(&custody, user, 0, error);
	if (!code && (!reason || !*reason || strlen(reason) >= sizeof user->retired || !text_is_clean(span_of(reason))))
		code = error_set(error, QORGAN_USAGE, "say in some words why %s is retired", name);
	if (!code)
		code = custody_gate(&custody, how, name, "", error, "qorgan user retire %s", name);
	if (!code)
		code = custody_slots_remove(&custody, user, error);
	if (!code) {
		snprintf(user->retired, sizeof user->retired, "%s", reason);
		code = custody_user_commit(&custody, user, result, error);
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
	char version[40];
	int code = user_begin(&custody, store, name, true, how, &user, error);

	if (!code && user->endorsement == ENDORSEMENT_GOOD)
		code = error_set(error, QORGAN_BAD_DATA, "there is nothing to confirm: an administrator stands for what is on record "
		                 "of %s", name);
	if (!code)
		code = custody_slots_check(&custody, user, error);
	if (!code) {
		snprintf(version, sizeof version, "version %u", user->version);
		code = custody_gate(&custody, how, name, version, error, "qorgan user confirm %s", name);
	}
	if (!code)
		code = custody_doors_read(vault_change_view(custody.change), user, doors, error);
	if (!code)
		code = custody_slots_make(&custody, user, doors, error);
	if (!code)
		code = custody_user_commit(&custody, user, result, error);
	custody_end(&custody);
	return code;
}
