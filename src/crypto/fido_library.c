/* Opening libfido2. */
#include "crypto/fido_library.h"

#include <dlfcn.h>
#include <stdbool.h>

const struct fido_library *fido_library(struct qorgan_error *error)
{
	static struct fido_library library;
	static void *opened; /* for good, as its functions are called until the program ends */
	static bool is_open;

	if (is_open)
		return &library;
	if (!opened)
		opened = dlopen(QORGAN_LIBFIDO2, RTLD_NOW | RTLD_LOCAL);
	if (!opened) {
		error_set(error, QORGAN_ABSENT, "security keys are asked by libfido2, which cannot be used (%s): install it",
		          dlerror());
		return NULL;
	}
#define FIDO_LOAD(name)                                                                    \
	*(void **)&library.name = dlsym(opened, #name);                                        \
	if (!library.name) {                                                                   \
		error_set(error, QORGAN_ABSENT, "%s has no function " #name, QORGAN_LIBFIDO2);     \
		return NULL;                                                                       \
	}
	FIDO_FUNCTIONS(FIDO_LOAD)
#undef FIDO_LOAD
	library.fido_init(0);
	is_open = true;
	return &library;
}
