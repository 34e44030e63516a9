/* Who may receive a version: marking says how far, release says to whom. */
#ifndef EXCHANGE_RELEASE_RULE_H
#define EXCHANGE_RELEASE_RULE_H

#include <stdbool.h>

#include "record/record.h"

/* What a version without a marking counts as. */
#define RELEASE_MARKING_ABSENT "TLP:AMBER"

/* Whom a package is for. */
struct recipient {
	char id[65];
	bool observer;
	uint8_t key[32];     /* age recipient */
	uint64_t sequence;   /* of the last package sent to it */
	uint64_t previous;   /* of the package that the one being made goes on from */
	uint64_t sent;       /* leaves that it has been given */
	uint64_t missed;     /* first leaf that it may have and this package lacks */
	int64_t secret_since; /* since when a secret is shared with it; 0: none is */
	char card_ends[11];  /* last day of its card, if that is near; else "" */
};

/* release_refusal(record, recipient): NULL if the version may go to it, else why
 * not, in words. A version without a marking counts as TLP:AMBER; one without
 * a release list goes to nobody. Static text. */
const char *release_refusal(const struct record *record, const struct recipient *recipient);

/* release_refusal_any(record): NULL if the version may go to anyone at all, else
 * why not. Of what is given to nobody in particular, such as a proof. */
const char *release_refusal_any(const struct record *record);

#endif
