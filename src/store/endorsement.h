/* What an administrator stands for: a record bears a signature by the admin key over what it
 * is, of which store, and as which version of which id. So whoever may only write the store
 * makes nothing that counts as an administrator's, and puts back no former state of it. */
#ifndef STORE_ENDORSEMENT_H
#define STORE_ENDORSEMENT_H

#include "store/vault_internal.h"

enum endorsement {
	ENDORSEMENT_NONE,   /* written by who has no admin key: an administrator has to confirm it */
	ENDORSEMENT_GOOD,
	ENDORSEMENT_FORGED  /* by no admin key that holds, or of no form that the program writes */
};

/* What is endorsed. */
struct endorsed {
	const char *title; /* of its kind, a line: the admin key signs nothing else that could be read so */
	struct span id;
	uint32_t version;
	struct span text;  /* all that is in the body beside the endorsement */
};

/* endorsement_append(vault, endorsed, body): the member "endorsement" and a comma, which is the first of a body, by
 * the admin key of the vault. Want of memory makes body->failed. */
void endorsement_append(const struct qorgan_store *vault, const struct endorsed *endorsed, struct buffer *body);

/* endorsement_judge(vault, admin, endorsed, value): of the member as JSON (.data NULL: there is none), by that public
 * admin key. */
enum endorsement endorsement_judge(const struct qorgan_store *vault, const uint8_t admin[KEYS_SIZE],
                                   const struct endorsed *endorsed, struct span value);

#endif
