/* Faults found by validation, gathered into the one line that a person sees. */
#ifndef REGISTER_FAULTS_H
#define REGISTER_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define FAULTS_TOLD 20 /* the others are counted */

struct faults {
	size_t count, told;
	char text[900];
	char object[200]; /* the one that the last was told of */
};

/* faults_take: has the form of world_fault; `context` is a struct faults whose
 * `file` parameter is the object's kind and id. Keeps the first ones, as long as
 * they fit into one message. */
void faults_take(void *context, const char *file, size_t line, const char *place, const char *text);

/* faults_result(faults, error): QORGAN_OK if there is none, else QORGAN_BAD_DATA
 * with those kept and the number of the others. */
int faults_result(const struct faults *faults, struct qorgan_error *error);

#endif
