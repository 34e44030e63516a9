/* What the recipients of a package were given of an object before, and whether they were
 * asked to drop it since. */
#ifndef EXCHANGE_GIVEN_H
#define EXCHANGE_GIVEN_H

#include "exchange/release_rule.h"
#include "store/vault.h"

/* Numbers of packages, the last ones; 0: of none. */
struct given_object {
	uint64_t newest; /* that held the newest version */
	uint64_t any;    /* that held any version */
	uint64_t asked;  /* that asked to drop the object */
};

struct given;

/* given_open(view, recipients, count, given, error): both outlive it. The records of
 * packages are read when the first question is asked. */
int given_open(struct vault_view *view, const struct recipient *recipients, size_t count, struct given **given,
               struct qorgan_error *error);
void given_close(struct given *given);

/* given_find(given, record, objects, error): for each recipient, of the object whose
 * newest version this is. */
int given_find(struct given *given, const struct vault_record *record, struct given_object *objects,
               struct qorgan_error *error);

#endif
