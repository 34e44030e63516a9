/* Fuzzes what devices and the kernel say of themselves: the report descriptor by which a device that is plugged in
 * is taken for a security key, and lines of the list of swaps. Any device may be plugged in, and any file swapped to. The
 * first line is one of the list, the rest the descriptor. */
#include <stdlib.h>
#include <string.h>

#include "base/fido_devices.h"
#include "base/swaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { (const char *)data, size };
	const char *end = size ? memchr(all.data, '\n', size) : NULL;
	size_t line = end ? (size_t)(end - all.data) : size, used = line + (end != NULL);
	struct buffer name = { 0 };

	/* A name is no longer than what it was written as, and never empty. */
	if (swaps_name((struct span){ all.data, line }, &name) && (name.size == 0 || name.size > line))
		abort();
	fido_descriptor_is((struct span){ all.data + used, size - used });
	buffer_free(&name);
	return 0;
}
