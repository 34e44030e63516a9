/* The functions of a library that is opened at run time. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

struct library_function {
	const char *name; /* NULL: the end of a list */
	size_t place;     /* of the pointer to it, in a structure */
};

/* LIBRARY_ROW(type, name): the row of a function whose pointer is a member of that name. */
#define LIBRARY_ROW(type, name) { #name, offsetof(type, name) },

/* library_take(opened, functions, into): fill in where each of the functions is, into the structure; returns the name of
 * the first one that the library has not, or NULL. */
const char *library_take(void *opened, const struct library_function *functions, void *into);

#endif
