/* Who opens the store, and whether anybody still does when one key is lost. */
#include <stdio.h>

#include "base/language.h"
#include "store/doctor.h"
#include "store/user_record.h"
#include "store/vault_internal.h"

int doctor_slots(struct doctor *doctor, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	struct engine_range *range = NULL;
	struct span key, value;
	bool more = true;
	int code = engine_begin_read(doctor->engine, &txn, error);

	if (!code)
		code = engine_range_open(txn, ENGINE_META, span_of(META_SLOT), span_of(META_SLOT_END), false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more)
		doctor->slots++;
	engine_range_close(range);
	engine_abort(txn);
	if (!code && doctor->slots == 0)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path,
		            language_said("run qorgan verify to see what is damaged, and restore a backup"),
		            "no key opens the store: it is damaged");
	else if (!code && doctor->slots == 1)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("add a second way in with qorgan user slot add, and keep its key in a safe"),
		            "there is one way in only: who loses that key loses the store");
	return code;
}

struct users {
	struct doctor *doctor;
	unsigned admin_slots;
};

static int user_judge(void *context, const struct user_record *user, struct qorgan_error *error)
{
	struct users *users = context;
	char name[KEYS_STATE_LIMIT + 32], command[KEYS_STATE_LIMIT + 200];

	(void)error;
	if (user->retired[0])
		return QORGAN_OK;
	snprintf(name, sizeof name, language_said("user %s"), user->name);
	if (user->role == USER_ADMIN && user->endorsement != ENDORSEMENT_FORGED)
		users->admin_slots += user->slot_count;
	if (user->endorsement == ENDORSEMENT_NONE) {
		snprintf(command, sizeof command, language_said("ask the user whether that was so, then qorgan user confirm %s"),
		         user->name);
		doctor_tell(users->doctor, QORGAN_HEALTH_WARNING, name, command,
		            "its slots were changed, and no administrator stands for it yet");
	} else if (user->endorsement == ENDORSEMENT_FORGED) {
		doctor_tell(users->doctor, QORGAN_HEALTH_ERROR, name,
		            language_said("find out who wrote it with qorgan log, and give the store new keys with qorgan rekey"),
		            "what is on record of it was written by nobody with an administrator's key");
	}
	return QORGAN_OK;
}

int doctor_users(struct doctor *doctor, struct qorgan_error *error)
{
	struct users users = { .doctor = doctor };
	struct vault_view *view = NULL;
	int code = vault_view_begin(doctor->store, &view, error);

	if (!code)
		code = user_records_each(view, user_judge, &users, error);
	vault_view_end(view);
	/* Of the only way in it was said already. */
	if (!code && users.admin_slots == 1 && doctor->slots > 1)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("add a second way in with qorgan user slot add, and keep its key in a safe"),
		            "one key only administers the store: once it is lost, nobody can be given keys, or have them taken");
	return code;
}
