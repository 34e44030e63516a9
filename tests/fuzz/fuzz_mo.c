/* Fuzzes catalogues of translations: whatever is found lies within the file, with a zero
 * behind it, and is found again. */
#include <stdlib.h>
#include <string.h>

#include "base/mo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[] = { "", "a", "b", "Status report", "completed" };
	const char *bytes = (const char *)data;
	struct span text, again;
	struct mo mo;

	if (!mo_open((struct span){ bytes, size }, &mo))
		return 0;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (!mo_find(&mo, texts[i], &text))
			continue;
		check(text.data >= bytes && text.data + text.size < bytes + size && text.data[text.size] == '\0');
		check(mo_find(&mo, texts[i], &again) && span_equal(text, again));
	}
	return 0;
}
