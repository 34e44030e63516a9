/* The set of objects met, by open addressing. */
#include "register/id_set.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void id_set_start(struct id_set *set)
{
	*set = (struct id_set){ 0 };
	randombytes_buf(set->key, sizeof set->key);
}

uint64_t id_set_hash(const struct id_set *set, const char *kind, struct span id)
{
	uint8_t text[512];
	uint64_t hash;
	size_t kind_size = strnlen(kind, 64), id_size = id.size < 400 ? id.size : 400;

	memcpy(text, kind, kind_size);
	text[kind_size] = '\0';
	if (id_size)
		memcpy(text + kind_size + 1, id.data, id_size);
	crypto_shorthash((uint8_t *)&hash, text, kind_size + 1 + id_size, set->key);
	return hash ? hash : 1;
}

/* The place of the hash, or the free one where it would go. */
static size_t place_of(const struct id_set *set, uint64_t hash)
{
	size_t at = (size_t)hash & (set->capacity - 1);

	while (set->places[at] && set->places[at] != hash)
		at = (at + 1) & (set->capacity - 1);
	return at;
}

bool id_set_has(const struct id_set *set, uint64_t hash)
{
	return set->capacity && set->places[place_of(set, hash)] == hash;
}

bool id_set_get(const struct id_set *set, uint64_t hash, uint32_t *value)
{
	if (!id_set_has(set, hash))
		return false;
	*value = set->values[place_of(set, hash)];
	return true;
}

static bool set_grow(struct id_set *set)
{
	struct id_set bigger = *set;

	bigger.capacity = set->capacity ? set->capacity * 2 : 1024;
	bigger.places = calloc(bigger.capacity, sizeof *bigger.places);
	bigger.values = calloc(bigger.capacity, sizeof *bigger.values);
	if (!bigger.places || !bigger.values) {
		free(bigger.places);
		free(bigger.values);
		return false;
	}
	for (size_t i = 0; i < set->capacity; i++) {
		if (!set->places[i])
			continue;
		size_t at = place_of(&bigger, set->places[i]);
		bigger.places[at] = set->places[i];
		bigger.values[at] = set->values[i];
	}
	free(set->places);
	free(set->values);
	set->capacity = bigger.capacity;
	set->places = bigger.places;
	set->values = bigger.values;
	return true;
}

bool id_set_add(struct id_set *set, uint64_t hash, uint32_t value)
{
	if (set->count * 2 >= set->capacity && !set_grow(set))
		return false;
	size_t at = place_of(set, hash);
	set->count += !set->places[at];
	set->places[at] = hash;
	set->values[at] = value;
	return true;
}

void id_set_free(struct id_set *set)
{
	free(set->places);
	free(set->values);
	*set = (struct id_set){ 0 };
}
