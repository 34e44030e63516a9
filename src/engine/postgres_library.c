/* Opening libpq. */
#include "engine/postgres_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

static struct postgres_library library;
static char failure[256];
static bool is_open;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void library_open(void)
{
	void *opened = dlopen(QORGAN_LIBPQ, RTLD_NOW | RTLD_LOCAL);

	if (!opened) {
		snprintf(failure, sizeof failure, "%s", dlerror());
		return;
	}
#define POSTGRES_LOAD(name)                                                        \
	*(void **)&library.name = dlsym(opened, #name);                                \
	if (!library.name) {                                                           \
		snprintf(failure, sizeof failure, QORGAN_LIBPQ " has no function " #name); \
		return;                                                                    \
	}
	POSTGRES_FUNCTIONS(POSTGRES_LOAD)
#undef POSTGRES_LOAD
	is_open = true;
}

const struct postgres_library *postgres_library(struct qorgan_error *error)
{
	pthread_once(&once, library_open);
	if (is_open)
		return &library;
	error_set(error, QORGAN_ABSENT,
	          "a store on a PostgreSQL server is reached by libpq, which cannot be used (%s): install the package libpq5",
	          failure);
	return NULL;
}
