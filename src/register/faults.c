/* Gathering the faults of a change. */
#include "register/faults.h"

#include <stdio.h>
#include <string.h>

void faults_take(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct faults *faults = context;
	size_t used = strlen(faults->text), room = sizeof faults->text - used;
	bool same = strcmp(faults->object, file) == 0, placed = place && *place;

	(void)line;
	if (faults->count++ > faults->told || faults->told == FAULTS_TOLD)
		return;
	int size = snprintf(faults->text + used, room, "%s%s%s%s%s%s", used ? "; " : "", same ? "" : file, same ? "" : ": ",
	                    placed ? place : "", placed ? ": " : "", text);
	if (size < 0 || (used && (size_t)size >= room)) {
		faults->text[used] = '\0'; /* half a fault tells nothing; the first is told as far as it goes */
		return;
	}
	snprintf(faults->object, sizeof faults->object, "%s", file);
	faults->told++;
}

int faults_result(const struct faults *faults, struct qorgan_error *error)
{
	if (!faults->count)
		return QORGAN_OK;
	if (faults->count == faults->told)
		return error_set(error, QORGAN_BAD_DATA, "%s", faults->text);
	return error_set(error, QORGAN_BAD_DATA, "%s (and %zu more)", faults->text, faults->count - faults->told);
}
