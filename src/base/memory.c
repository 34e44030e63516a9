/* Counting the allocations that failed. */
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Jansson 2.14 frees what it does not own, or stops at an assertion, when its parser gets no
 * memory. So it gets some of this once there is no other, and whoever asked it for something
 * asks for the failures afterwards. What was taken from here is not given back. */
static _Alignas(16) char reserve[1 << 20];
static size_t reserve_used;

static _Thread_local uint64_t failures;

void memory_failed(void)
{
	failures++;
}

uint64_t memory_failures(void)
{
	return failures;
}

static void *json_memory(size_t size)
{
	void *taken = malloc(size);

	if (taken || !size)
		return taken;
	memory_failed();
	size = (size + 15) & ~(size_t)15;
	if (size > sizeof reserve)
		return NULL;
	size_t at = __atomic_fetch_add(&reserve_used, size, __ATOMIC_RELAXED);
	return at <= sizeof reserve - size ? reserve + at : NULL;
}

static bool is_reserve(const void *at)
{
	return (uintptr_t)at - (uintptr_t)reserve < sizeof reserve;
}

static void json_release(void *at)
{
	if (!is_reserve(at))
		free(at);
}

char *memory_json_text(const json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags);

	return is_reserve(text) ? strdup(text) : text;
}

__attribute__((constructor)) static void start(void)
{
	json_set_alloc_funcs(json_memory, json_release);
}
