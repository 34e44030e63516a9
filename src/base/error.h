/* Filling in a qorgan_error where a failure is first known, and adding context
 * on the way up. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdint.h>

#include "qorgan/error.h"

/* error_set(error, code, format, ...): store the code and the message, and
 * return the code, so that a caller writes `return error_set(...)`. Whatever
 * could steer a terminal, and what is not UTF-8, becomes "?", as the message may
 * quote untrusted input; one that is too long is cut between two characters. */
int error_set(struct qorgan_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* error_set_system(error, code, format, ...): as error_set, followed by ": "
 * and the text of errno. */
int error_set_system(struct qorgan_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* error_system_failures(): how often this thread called error_set_system, or error_note_system, for
 * what has words of its own: who saw no more of them knows that a failure is not the system's. */
uint64_t error_system_failures(void);
void error_note_system(void);

/* error_set_memory(error): out of memory; returns QORGAN_INTERNAL. */
int error_set_memory(struct qorgan_error *error);

/* error_prefix(error, code, format, ...): put "text: " before the message that
 * is there; returns `code`, whether or not there is a place for the message. */
int error_prefix(struct qorgan_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
