/* Gathering the faults of a change. */
#include "register/faults.h"

#include <stdio.h>

void faults_take(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct faults *faults = context;

	(void)line;
	if (faults->count++)
		return;
	if (place && *place)
		snprintf(faults->first, sizeof faults->first, "%s: %s: %s", file, place, text);
	else
		snprintf(faults->first, sizeof faults->first, "%s: %s", file, text);
}

int faults_result(const struct faults *faults, struct qorgan_error *error)
{
	if (!faults->count)
		return QORGAN_OK;
	if (faults->count == 1)
		return error_set(error, QORGAN_BAD_DATA, "%s", faults->first);
	return error_set(error, QORGAN_BAD_DATA, "%s (and %zu more)", faults->first, faults->count - 1);
}
