/* Faults found by validation, gathered into the one line that a person sees. */
#ifndef REGISTER_FAULTS_H
#define REGISTER_FAULTS_H

#include <stddef.h>

#include "base/error.h"

struct faults {
	size_t count;
	char first[700];
};

/* faults_take: has the form of world_fault; `context` is a struct faults whose
 * `file` parameter is the object's kind and id. Keeps the first. */
void faults_take(void *context, const char *file, size_t line, const char *place, const char *text);

/* faults_result(faults, error): QORGAN_OK if there is none, else QORGAN_BAD_DATA
 * with the first and the number of the others. */
int faults_result(const struct faults *faults, struct qorgan_error *error);

#endif
