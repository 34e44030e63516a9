/* What is on record of users, against the slots that lie in the store. */
#include <stdio.h>

#include "store/user_record.h"
#include "store/vault_internal.h"
#include "store/vault_slots.h"
#include "store/verify.h"

struct users_verifier {
	struct vault_view *view;
	struct verify_teller teller;
	unsigned users;
	bool claimed[256]; /* slots that a user's record names */
};

/* The key by which a user signs who opens the store by that slot. Of the own one all is known, of others no more
 * than that it is there. */
static void author_verify(struct users_verifier *v, const char *name, const struct user_slot *slot)
{
	const struct qorgan_store *vault = v->view->vault;
	char own[AUTHOR_KEY_TEXT] = "";

	if (!author_key_is_kept(v->view, slot->number)) {
		verify_find(&v->teller, name, "the key by which the user signs who opens the store by slot %u is not there",
		            slot->number);
		return;
	}
	if (slot->number == vault->slot && author_key_is_known(vault->author))
		author_key_format(vault->author, own);
	if (!author_key_is_formed(v->view, slot->number) || (slot->number == vault->slot && strcmp(own, slot->author) != 0))
		verify_find(&v->teller, name, "the key by which the user signs who opens the store by slot %u is damaged, or is not "
		            "the one on record", slot->number);
}

static int user_verify(void *context, const struct user_record *user, struct qorgan_error *error)
{
	struct users_verifier *v = context;
	char name[KEYS_STATE_LIMIT + 8];
	struct slot_door door;
	int code = QORGAN_OK;

	v->users++;
	snprintf(name, sizeof name, "user %s", user->name);
	if (user->retired[0])
		return QORGAN_OK;
	if (user->endorsement == ENDORSEMENT_FORGED)
		verify_find(&v->teller, name, "the endorsement of a user is not by the admin key: somebody wrote the record who may not decide "
		           "about users");
	for (unsigned i = 0; i < user->slot_count && !code; i++) {
		unsigned number = user->slots[i].number;
		code = vault_slot_door(v->view, (uint8_t)number, &door, error);
		if (code == QORGAN_ABSENT)
			verify_find(&v->teller, name, "slot %u, which is on record of the user, is not there: it opens nothing any more", number);
		else if (!code && door.kind != user->slots[i].kind)
			verify_find(&v->teller, name, "slot %u is not opened by what is on record: it was put there by somebody else", number);
		if (user->slots[i].author[0])
			author_verify(v, name, &user->slots[i]);
		if (v->claimed[number])
			verify_find(&v->teller, name, "slot %u is on record of two users", number);
		v->claimed[number] = true;
		if (code == QORGAN_ABSENT || code == QORGAN_IO) /* a damaged slot is told of for itself */
			code = QORGAN_OK;
	}
	return code;
}

static int slot_claim(void *context, uint8_t number, struct span slot, struct qorgan_error *error)
{
	struct users_verifier *v = context;
	char name[16];

	(void)slot, (void)error;
	snprintf(name, sizeof name, "slot %u", number);
	if (!v->claimed[number])
		verify_find(&v->teller, name, "a slot is on record of no user: whoever made it opens the store by it until the keys are changed");
	return QORGAN_OK;
}

int verify_users(struct vault_view *view, verify_fault fault, void *context, struct qorgan_error *error)
{
	struct users_verifier v = { .view = view, .teller = { fault, context } };
	int code = user_records_each(view, user_verify, &v, error);

	/* A store of 0.1.0 knows of none yet. */
	return code || !v.users ? code : vault_slots_each(view, slot_claim, &v, error);
}
