/* See library.h. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

const char *library_take(void *opened, const struct library_function *functions, void *into)
{
	for (; functions->name; functions++) {
		void *found = dlsym(opened, functions->name);
		if (!found)
			return functions->name;
		memcpy((char *)into + functions->place, &found, sizeof found);
	}
	return NULL;
}
