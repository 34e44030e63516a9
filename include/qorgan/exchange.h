/* This state's identity, its partners, and packages to them. */
#ifndef QORGAN_EXCHANGE_H
#define QORGAN_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/store.h"

struct qorgan_identity {
	char state[65], origin[256];
	char recipient[64];  /* age recipient */
	char minisign[60];   /* public key line */
	char vkey[512];      /* verifier key of the log */
};
int qorgan_identity_get(struct qorgan_store *store, struct qorgan_identity *identity, struct qorgan_error *error);

/* Partners are objects of the kind "partner": add them by their cards (card.h) or
 * with a change (object.h), list them with qorgan_list. */

struct qorgan_export {
	const char *to;     /* "KAZ,KGZ": partners; states or observers */
	const char *output; /* path; the signature is written beside it as PATH.minisig */
	bool full;          /* all leaves, not only those since the last package */
	uint64_t from;      /* to one partner: what the package of that number and later ones covered; 0: what is new */
	bool replace;       /* put the package in the place of one that is there: else QORGAN_CANNOT_CREATE */
	bool dry_run;       /* tell what would go and what stays; write nothing */
	const char *user, *message;
	/* With dry_run: told each version, whether it goes, and if not, why. */
	void (*item)(void *context, const char *kind, const char *id, uint32_t version, bool goes, const char *why);
	void *context;
};
struct qorgan_export_result {
	uint64_t sequence, first, size; /* number of the package; leaves [first, size) */
	uint64_t records, withheld, evidence, bytes;
	char warning[400]; /* that a partner's card ends within 30 days, or "" */
};
/* qorgan_export(store, export, result, error): write the package and its
 * signature, atomically, and log the release. QORGAN_DENIED if a partner's card has
 * expired; QORGAN_ABSENT if there was no package `from` to the partner. */
int qorgan_export(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                  struct qorgan_error *error);

#endif
