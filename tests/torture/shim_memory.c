/* Memory that may not be had: the heap, and maps. Below is the next heap of the process, so
 * that the address sanitizer's can stand there. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);

/* To look a function up takes memory itself: it is from here, and is never given back. */
static _Alignas(16) char early[65536];
static size_t early_used;
static bool looking;
static volatile uintptr_t lost;

static void *early_take(size_t size)
{
	void *taken = early + early_used;

	size = (size + 31) & ~(size_t)15;
	if (size > sizeof early - early_used)
		return NULL;
	early_used += size;
	return taken;
}

static bool is_early(const void *at)
{
	return (const char *)at >= early && (const char *)at < early + sizeof early;
}

/* Whether the next heap is there; not, while it is being looked for. */
static bool heap_find(void)
{
	if (next_free)
		return true;
	if (looking)
		return false;
	looking = true;
	next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
	looking = false;
	return next_free != NULL;
}

static bool is_refused(enum kind kind, const char *call)
{
	int before = errno;

	enum verdict verdict = shim_decide(kind, call);

	if (verdict == VERDICT_LIE)
		lost = (uintptr_t)next_malloc(1000) ^ (uintptr_t)-1; /* nobody can find it from this */
	if (verdict != VERDICT_FAIL) {
		errno = before;
		return false;
	}
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	if (!heap_find())
		return early_take(size);
	return is_refused(KIND_ALLOCATION, "malloc") ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!heap_find())
		return early_take(count * size);
	return is_refused(KIND_ALLOCATION, "calloc") ? NULL : next_calloc(count, size);
}

void *realloc(void *before, size_t size)
{
	if (is_early(before)) {
		void *moved = malloc(size);
		size_t room = (size_t)(early + sizeof early - (char *)before);
		return moved ? memcpy(moved, before, size < room ? size : room) : NULL;
	}
	if (!heap_find())
		return early_take(size);
	return is_refused(KIND_ALLOCATION, "realloc") ? NULL : next_realloc(before, size);
}

void free(void *at)
{
	if (!is_early(at) && heap_find())
		next_free(at);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
	if (is_refused(KIND_MAP, "mmap"))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
}
