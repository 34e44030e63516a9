/* Secret memory: one locked arena, handed out first-fit in units of 64 bytes. */
#include "crypto/secret.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <sodium.h>

#define ARENA_SIZE 65536
#define UNIT_SIZE 64
#define UNIT_COUNT (ARENA_SIZE / UNIT_SIZE)

static unsigned char *arena;
static bool arena_locked;

/* How many units the place that begins at a unit takes; 0 where none begins.
 * Kept outside the arena, so that writing past a place cannot damage it. */
static uint16_t place_units[UNIT_COUNT];

/* A core file or a tracer would carry the arena past every lock. */
static int process_harden(struct qorgan_error *error)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none))
		return error_set_system(error, QORGAN_INTERNAL, "cannot forbid core dumps");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return error_set_system(error, QORGAN_INTERNAL, "cannot forbid tracing of the process");
	return QORGAN_OK;
}

int secret_start(struct qorgan_error *error)
{
	if (arena)
		return QORGAN_OK;
	if (sodium_init() < 0)
		return error_set(error, QORGAN_INTERNAL, "libsodium cannot be initialised");
	int code = process_harden(error);
	if (code)
		return code;
	arena = sodium_malloc(ARENA_SIZE);
	if (!arena)
		return error_set_memory(error);
	/* sodium_malloc has tried to lock it, but does not say with what success. */
	arena_locked = sodium_mlock(arena, ARENA_SIZE) == 0;
	return QORGAN_OK;
}

void secret_lock_again(void)
{
	if (arena)
		arena_locked = sodium_mlock(arena, ARENA_SIZE) == 0;
}

void secret_forget(void)
{
	if (!arena)
		return;
	sodium_memzero(arena, ARENA_SIZE);
	memset(place_units, 0, sizeof place_units);
}

bool secret_is_locked(void)
{
	return arena_locked;
}

void *secret_alloc(size_t size)
{
	if (!arena || size > ARENA_SIZE)
		return NULL;

	size_t wanted = size ? (size + UNIT_SIZE - 1) / UNIT_SIZE : 1;
	for (size_t start = 0, end = 0; end < UNIT_COUNT;) {
		if (place_units[end]) {
			end += place_units[end];
			start = end;
			continue;
		}
		end++;
		if (end - start < wanted)
			continue;
		place_units[start] = (uint16_t)wanted;
		sodium_memzero(arena + start * UNIT_SIZE, wanted * UNIT_SIZE);
		return arena + start * UNIT_SIZE;
	}
	return NULL;
}

void secret_free(void *place)
{
	if (!place)
		return;

	size_t offset = (size_t)((uintptr_t)place - (uintptr_t)arena);
	/* Going on after a wrong or second free would hand one key's place to another. */
	if (!arena || offset >= ARENA_SIZE || offset % UNIT_SIZE || !place_units[offset / UNIT_SIZE])
		abort();
	sodium_memzero(place, (size_t)place_units[offset / UNIT_SIZE] * UNIT_SIZE);
	place_units[offset / UNIT_SIZE] = 0;
}
