/* Fuzzes the shares of a key as people type them: whatever stands there is found whole or
 * not, and joins to the identity that was parted or to nothing. Each share of the input ends
 * in a semicolon; what is between true ones may be anything. */
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "crypto/shares.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char (*made)[SHARE_TEXT], (*found)[SHARE_TEXT];
static uint8_t *identity, *joined;

static void check(bool good)
{
	if (!good)
		abort();
}

static void start(void)
{
	if (made)
		return;
	check(secret_start(NULL) == QORGAN_OK);
	made = secret_alloc(3 * sizeof *made);
	found = secret_alloc(SHARES_LIMIT * sizeof *found);
	identity = secret_alloc(32);
	joined = secret_alloc(32);
	check(made && found && identity && joined);
	memset(identity, 7, 32);
	check(shares_make(identity, 2, 3, made, NULL) == QORGAN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	size_t count = 0;

	start();
	/* The first byte puts some of the true ones before what follows. */
	for (unsigned i = 0; size && i < 3; i++)
		if (data[0] & 1u << i)
			memcpy(found[count++], made[i], SHARE_TEXT);
	at += size > 0;
	while (at < end && count < SHARES_LIMIT) {
		const char *stop = memchr(at, ';', (size_t)(end - at));
		size_t length = (size_t)((stop ? stop : end) - at);
		if (shares_find(at, length, found[count])) {
			check(strlen(found[count]) == SHARE_TEXT - 1);
			count++;
		}
		at += length + 1;
	}
	int code = shares_join((const char (*)[SHARE_TEXT])found, count, joined, NULL);
	check(code == QORGAN_OK || code == QORGAN_BAD_DATA || code == QORGAN_USAGE);
	/* True ones come first: with one of them in it, nothing else is given. */
	if (code == QORGAN_OK && size && data[0] & 7)
		check(memcmp(joined, identity, 32) == 0);
	return 0;
}
