/* Whether enough persons agreed, over a whole log, to what policies speak of. */
#ifndef STORE_VERIFY_POLICIES_H
#define STORE_VERIFY_POLICIES_H

#include "store/policy_record.h"
#include "store/verify.h"

struct agreements;

/* agreements_start(teller): NULL: no memory. */
struct agreements *agreements_start(struct verify_teller teller);
void agreements_free(struct agreements *agreements);

/* agreements_version(agreements, record, error): the next version of the log that is no commit.
 * Fails only for want of memory. */
int agreements_version(struct agreements *agreements, const struct record *record, struct qorgan_error *error);

/* What a commit did, beside what its versions say. */
struct agreed_commit {
	const char *name;   /* "commit 7" */
	const char *signer; /* whose key signed it */
	bool is_sound;      /* that signature holds: else nobody is accused twice */
	bool by_admin;
	bool rekeyed;
	const struct user_record *users; /* that it wrote */
	size_t user_count;
};
/* agreements_commit(agreements, commit): the commit of the versions since the one before. */
void agreements_commit(struct agreements *agreements, const struct agreed_commit *commit);

#endif
