/* How far a long work is, on a terminal's standard error. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Initialise with { 0 }. */
struct progress {
	bool is_wanted;   /* a terminal, and not --quiet */
	bool is_quiet;    /* not even what it waits for */
	bool has_told;    /* for what it waits, where there is no terminal */
	bool is_shown;    /* a line stands there and must be cleared */
	char what[80];    /* the work under way */
	double began, last; /* seconds of the monotonic clock */
	uint64_t first;   /* what was done when it began */
};

/* progress_tell: a qorgan_progress whose context is a struct progress; stops the
 * work once Ctrl-C was pressed. Nothing is shown in the first second. Without a
 * terminal only a wait for another process is told, once. */
int progress_tell(void *context, const char *what, uint64_t done, uint64_t total);
/* progress_clear(progress): take the line away before anything else is written. */
void progress_clear(struct progress *progress);

#endif
