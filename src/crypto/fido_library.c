/* Opening libfido2. */
#include "crypto/fido_library.h"

#include <dlfcn.h>
#include <stdbool.h>

#include "base/library.h"

static const struct library_function functions[] = {
#define FIDO_ROW(name) LIBRARY_ROW(struct fido_library, name)
	FIDO_FUNCTIONS(FIDO_ROW)
#undef FIDO_ROW
	{ NULL, 0 }
};

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
	const char *missing = library_take(opened, functions, &library);
	if (missing) {
		error_set(error, QORGAN_ABSENT, "%s has no function %s", QORGAN_LIBFIDO2, missing);
		return NULL;
	}
	library.fido_init(0);
	is_open = true;
	return &library;
}
