/* Random bytes in bulk, from a pool that the system's generator fills. */
#include "crypto/random.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include <sodium.h>

#define POOL_SIZE 8192

/* The kernel hands a child this memory zeroed (MADV_WIPEONFORK), so that its
 * pool is empty and parent and child never give out the same bytes. */
static struct pool {
	size_t left;
	unsigned char bytes[POOL_SIZE - sizeof(size_t)];
} *pool;

static struct pool *pool_make(void)
{
	void *place = mmap(NULL, sizeof *pool, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (place == MAP_FAILED)
		return NULL;
	if (madvise(place, sizeof *pool, MADV_WIPEONFORK)) {
		munmap(place, sizeof *pool);
		return NULL;
	}
	return place;
}

/* One system call for the whole pool: libsodium asks for 256 bytes at a time. */
static void pool_refill(void)
{
	size_t have = 0;

	while (have < sizeof pool->bytes) {
		ssize_t got = getrandom(pool->bytes + have, sizeof pool->bytes - have, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			randombytes_buf(pool->bytes + have, sizeof pool->bytes - have);
			break;
		}
		have += (size_t)got;
	}
	pool->left = sizeof pool->bytes;
}

void random_fill(void *to, size_t size)
{
	if (!pool)
		pool = pool_make();
	if (!pool || size > sizeof pool->bytes / 4) {
		randombytes_buf(to, size);
		return;
	}
	if (pool->left < size)
		pool_refill();
	if (size == 0)
		return;
	pool->left -= size;
	memcpy(to, pool->bytes + pool->left, size);
	sodium_memzero(pool->bytes + pool->left, size);
}
