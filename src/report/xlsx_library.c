/* Opening libxlsxwriter. */
#include "report/xlsx_library.h"

#include <dlfcn.h>
#include <stdbool.h>

const struct xlsx_library *xlsx_library(struct qorgan_error *error)
{
	static struct xlsx_library library;
	static void *opened; /* for good, as its functions are called until the program ends */
	static bool is_open;

	if (is_open)
		return &library;
	if (!opened)
		opened = dlopen(QORGAN_XLSXWRITER, RTLD_NOW | RTLD_LOCAL);
	if (!opened) {
		error_set(error, QORGAN_CANNOT_CREATE, "a spreadsheet is written by libxlsxwriter, which cannot be used (%s): "
		          "install it, or choose another format", dlerror());
		return NULL;
	}
#define XLSX_LOAD(name)                                               \
	*(void **)&library.name = dlsym(opened, #name);                   \
	if (!library.name) {                                              \
		error_set(error, QORGAN_CANNOT_CREATE, "%s has no function " #name, QORGAN_XLSXWRITER); \
		return NULL;                                                  \
	}
	XLSX_FUNCTIONS(XLSX_LOAD)
#undef XLSX_LOAD
	is_open = true;
	return &library;
}
