/* Trials of want: a piece of work is done again and again, and each time another of its calls
 * fails (starve.h), once from each place of the program. It fails with the code for that and a
 * message, and the store is as before; or it did without, and is done in full. Want of memory may look like
 * something else as long as it was counted: see base/memory.h. QORGAN_STARVE is how many places of each
 * kind are tried. */
#ifndef TESTS_STARVE_TRIALS_H
#define TESTS_STARVE_TRIALS_H

#include "qorgan/store.h"
#include "starve.h"

#define STARVE_ALL_KINDS ((1u << STARVE_KINDS) - 1)
#define STARVE_USUAL_KINDS (STARVE_ALL_KINDS & ~(1u << STARVE_FILE))

struct starve_work {
	const char *name;
	int (*run)(void);        /* with the error of starve_trials */
	void (*prepare)(void);   /* before each run, or NULL */
	void (*judge)(int code); /* after each run, when nothing fails any more, or NULL */
	int answer;              /* the code of a run in which nothing fails */
	int also;                /* a code that may come of want as well */
	unsigned kinds;          /* of calls that fail, as bits; 0: all but those on files */
};

/* starve_trials(works, count, store, error): *store is the store that the work is done in, or NULL while it is
 * shut: then `judge` says what is to be as before. It is verified after each work. */
void starve_trials(const struct starve_work *works, size_t count, struct qorgan_store **store, struct qorgan_error *error);

/* starve_round(): another number in each run, so that what is made anew has another name. */
unsigned starve_round(void);

#define STARVE_TRIALS(works) starve_trials(works, sizeof(works) / sizeof *(works), &store, &error)

#endif
