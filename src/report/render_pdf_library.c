/* Finding pango and cairo at run time. */
#include "report/render_pdf_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SHARED_OBJECT "libpangocairo-1.0.so.0"

struct pdf_library pdf;

#define CALL_NAME(name) { #name, offsetof(struct pdf_library, name) },
static const struct call {
	const char *name;
	size_t place;
} calls[] = { PDF_CALLS(CALL_NAME) };

/* The shared object brings cairo, GLib and the other parts of pango with it, and dlsym
 * looks into those too. It stays loaded, as GLib cannot be unloaded. */
int pdf_library_load(struct qorgan_error *error)
{
	static bool is_loaded;
	static void *object;

	if (is_loaded)
		return QORGAN_OK;
	if (!object)
		object = dlopen(SHARED_OBJECT, RTLD_NOW | RTLD_LOCAL);
	if (!object)
		return error_set(error, QORGAN_CANNOT_CREATE, "a PDF or PNG needs pango, which is not on this computer (%s): "
		                 "install the package libpangocairo-1.0-0", dlerror());
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		void *found = dlsym(object, calls[i].name);
		if (!found)
			return error_set(error, QORGAN_CANNOT_CREATE, "a PDF or PNG needs pango 1.44 and cairo 1.16 or newer: those on this "
			                 "computer lack %s", calls[i].name);
		memcpy((char *)&pdf + calls[i].place, &found, sizeof found);
	}
	is_loaded = true;
	return QORGAN_OK;
}
