/* A set of (kind, id), as keyed 64-bit hashes, each with a number: small enough
 * for a million. */
#ifndef REGISTER_ID_SET_H
#define REGISTER_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

struct id_set {
	uint64_t *places; /* 0 is free */
	uint32_t *values;
	size_t capacity, count;
	uint8_t key[16]; /* random, so that no input can be made to collide */
};

void id_set_start(struct id_set *set);
/* id_set_hash: never 0. */
uint64_t id_set_hash(const struct id_set *set, const char *kind, struct span id);
bool id_set_has(const struct id_set *set, uint64_t hash);
/* id_set_get: the number put with the hash; false if it is not in the set. */
bool id_set_get(const struct id_set *set, uint64_t hash, uint32_t *value);
/* id_set_add: put with a number, which replaces an earlier one; false without
 * memory. */
bool id_set_add(struct id_set *set, uint64_t hash, uint32_t value);
void id_set_free(struct id_set *set);

#endif
