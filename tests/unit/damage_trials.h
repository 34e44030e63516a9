/* Trials of damage: a copy of the store's file is changed, read and verified, in a child
 * process, as the guard ends one. */
#ifndef TESTS_DAMAGE_TRIALS_H
#define TESTS_DAMAGE_TRIALS_H

#include "damage_store.h"

/* Makes trial `number` of `image`; false if it would change nothing. Gives the
 * offset of the one byte changed, or says by `nothing` that what was changed held
 * nothing. */
struct change {
	char name[100];
	uint64_t offset; /* UINT64_MAX: see `nothing` */
	bool nothing;
	bool older_allowed; /* of what is read, each version is right, but may not be the newest */
};
typedef bool (*trial_make)(unsigned number, struct change *change);

/* damage_trials_run(what, count, make): each is read without an error only as it was
 * written, and verified without a finding only if nothing that means something was
 * changed; whatever ends the child otherwise is a failure. */
void damage_trials_run(const char *what, unsigned count, trial_make make);

/* damage_file_write(bytes, size): in the place of the store's file. */
void damage_file_write(const unsigned char *bytes, size_t size);

#endif
