/* The events of a region, and its end if something is wrong. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "region.h"

#define KEPT 40

static char events[KEPT][300];
static unsigned long told;

void tell(const char *format, ...)
{
	char *line = events[told++ % KEPT];
	va_list arguments;

	int used = snprintf(line, sizeof events[0], "%2u: ", region.round);
	va_start(arguments, format);
	vsnprintf(line + used, sizeof events[0] - (size_t)used, format, arguments);
	va_end(arguments);
	if (region.loud)
		fprintf(stderr, "%s\n", line);
}

void fail(const char *format, ...)
{
	va_list arguments;

	fflush(NULL);
	printf("not ok: SEED=%" PRIu64 ", round %u of %u, hostile: %s\n", region.seed, region.round, region.rounds,
	       code_of(region.hostile));
	for (unsigned long at = told > KEPT ? told - KEPT : 0; at < told; at++)
		printf("    %s\n", events[at % KEPT]);
	printf("    FAILED: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n    again: make simulate FIRST=%" PRIu64 " SEEDS=1\n", region.seed);
	fflush(stdout);
	_exit(1);
}
