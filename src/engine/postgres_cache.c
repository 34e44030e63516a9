/* See postgres_cache.h: rows by their keys, and spans of keys of which all rows are there. */
#include "engine/postgres_cache.h"

#include <stdatomic.h>
#include <stdlib.h>

#define BYTES_MOST ((size_t)64 << 20)
#define VALUE_MOST ((size_t)256 << 10) /* pieces of files are asked for again */
#define SPANS_MOST 64                  /* of one table */
#define COPIED_MOST ((size_t)4 << 20)

struct known_span {
	struct postgres_key from, end;
};

struct postgres_cache {
	atomic_uint holders;
	pthread_mutex_t mutex;
	struct postgres_moment moment;
	struct pending *rows; /* PENDING_SET: a value; PENDING_ABSENT: no row */
	struct {
		struct known_span spans[SPANS_MOST];
		unsigned count;
		bool is_counted;
		uint64_t rows;
	} tables[ENGINE_TABLES];
};

struct postgres_cache *postgres_cache_make(const struct postgres_moment *moment)
{
	struct postgres_cache *cache = calloc(1, sizeof *cache);

	if (cache && !(cache->rows = pending_make())) {
		free(cache);
		return NULL;
	}
	if (!cache)
		return NULL;
	atomic_init(&cache->holders, 1);
	pthread_mutex_init(&cache->mutex, NULL);
	cache->moment = *moment;
	return cache;
}

struct postgres_cache *postgres_cache_hold(struct postgres_cache *cache)
{
	if (cache)
		atomic_fetch_add(&cache->holders, 1);
	return cache;
}

void postgres_cache_release(struct postgres_cache *cache)
{
	if (!cache || atomic_fetch_sub(&cache->holders, 1) != 1)
		return;
	pthread_mutex_destroy(&cache->mutex);
	pending_free(cache->rows);
	free(cache);
}

bool postgres_cache_is_of(const struct postgres_cache *cache, const struct postgres_moment *moment)
{
	return cache && cache->moment.changes == moment->changes &&
	       memcmp(cache->moment.token, moment->token, POSTGRES_TOKEN_SIZE) == 0;
}

/* ---- Spans ---------------------------------------------------------------------------- */

static int bound_compare(const struct postgres_key *a, const struct postgres_key *b)
{
	return engine_key_compare(a->data, a->size, b->data, b->size);
}

static const struct known_span *span_find(const struct postgres_cache *cache, unsigned table,
                                          const struct postgres_key *from, bool reverse)
{
	for (unsigned i = 0; i < cache->tables[table].count; i++) {
		const struct known_span *span = &cache->tables[table].spans[i];
		int begin = bound_compare(&span->from, from), end = bound_compare(from, &span->end);
		if (reverse ? begin < 0 && end <= 0 : begin <= 0 && end < 0)
			return span;
	}
	return NULL;
}

bool postgres_cache_span(struct postgres_cache *cache, unsigned table, const struct postgres_key *from, bool reverse,
                         struct postgres_key *end)
{
	pthread_mutex_lock(&cache->mutex);
	const struct known_span *span = span_find(cache, table, from, reverse);
	if (span)
		*end = reverse ? span->from : span->end;
	pthread_mutex_unlock(&cache->mutex);
	return span != NULL;
}

/* One that touches another goes on from it. */
void postgres_cache_span_add(struct postgres_cache *cache, unsigned table, const struct postgres_key *from,
                             const struct postgres_key *end)
{
	struct known_span *touched = NULL;

	pthread_mutex_lock(&cache->mutex);
	for (unsigned i = 0; i < cache->tables[table].count && !touched; i++) {
		struct known_span *span = &cache->tables[table].spans[i];
		if (bound_compare(from, &span->end) <= 0 && bound_compare(&span->from, end) <= 0)
			touched = span;
	}
	if (touched && bound_compare(from, &touched->from) < 0)
		touched->from = *from;
	if (touched && bound_compare(end, &touched->end) > 0)
		touched->end = *end;
	if (!touched && cache->tables[table].count < SPANS_MOST)
		cache->tables[table].spans[cache->tables[table].count++] = (struct known_span){ *from, *end };
	pthread_mutex_unlock(&cache->mutex);
}

/* ---- Rows ------------------------------------------------------------------------------- */

bool postgres_cache_get(struct postgres_cache *cache, unsigned table, struct span key, struct span *value)
{
	struct postgres_key bound = { .size = key.size };

	memcpy(bound.data, key.data, key.size);
	pthread_mutex_lock(&cache->mutex);
	const struct pending_entry *entry = pending_find(cache->rows, table, key);
	bool known = (entry && entry->kind != PENDING_NONE) || span_find(cache, table, &bound, false);
	*value = entry && entry->value ? (struct span){ entry->value, entry->value_size } : (struct span){ 0 };
	pthread_mutex_unlock(&cache->mutex);
	return known;
}

bool postgres_cache_add(struct postgres_cache *cache, unsigned table, struct span key, const struct span *value)
{
	if (value->size > VALUE_MOST)
		return false;
	pthread_mutex_lock(&cache->mutex);
	const struct pending_entry *entry = pending_find(cache->rows, table, key);
	/* What is there already stays where it is: somebody may look at it. */
	bool kept = entry && entry->kind != PENDING_NONE;
	if (!kept && pending_bytes(cache->rows) < BYTES_MOST) {
		if (value->data)
			kept = pending_put(cache->rows, table, key, *value, false);
		else
			pending_note_absent(cache->rows, table, key);
	}
	pthread_mutex_unlock(&cache->mutex);
	return kept;
}

static const struct pending_entry *entry_skip(const struct pending_entry *entry, bool reverse)
{
	while (entry && !entry->value)
		entry = pending_step(entry, reverse);
	return entry;
}

const struct pending_entry *postgres_cache_seek(struct postgres_cache *cache, unsigned table, struct span bound,
                                                bool reverse)
{
	pthread_mutex_lock(&cache->mutex);
	const struct pending_entry *entry = entry_skip(pending_seek(cache->rows, table, bound, reverse), reverse);
	pthread_mutex_unlock(&cache->mutex);
	return entry;
}

const struct pending_entry *postgres_cache_step(struct postgres_cache *cache, const struct pending_entry *entry,
                                                bool reverse)
{
	pthread_mutex_lock(&cache->mutex);
	entry = entry_skip(pending_step(entry, reverse), reverse);
	pthread_mutex_unlock(&cache->mutex);
	return entry;
}

void postgres_cache_count_set(struct postgres_cache *cache, unsigned table, uint64_t count)
{
	pthread_mutex_lock(&cache->mutex);
	cache->tables[table].is_counted = true;
	cache->tables[table].rows = count;
	pthread_mutex_unlock(&cache->mutex);
}

bool postgres_cache_count(struct postgres_cache *cache, unsigned table, uint64_t *count)
{
	pthread_mutex_lock(&cache->mutex);
	bool known = cache->tables[table].is_counted;
	*count = cache->tables[table].rows;
	pthread_mutex_unlock(&cache->mutex);
	return known;
}

/* ---- After a change ------------------------------------------------------------------------ */

static bool entry_follow(struct postgres_cache *cache, unsigned table, const struct pending_entry *entry)
{
	struct span key = { entry->key, entry->key_size };

	if (entry->value && entry->value_size <= VALUE_MOST)
		return pending_put(cache->rows, table, key, (struct span){ entry->value, entry->value_size }, false);
	/* A value that is too large to be kept is not known: neither are spans that hold it. */
	if (entry->value)
		return false;
	if (entry->kind == PENDING_REMOVE)
		return pending_remove(cache->rows, table, key);
	return true;
}

/* The rows of a table into another cache, and with `absent` those that are known not to be; false if not all of them
 * could be copied. */
static bool rows_copy(struct postgres_cache *to, const struct postgres_cache *from, unsigned table, bool absent)
{
	bool copied = true;

	for (const struct pending_entry *entry = pending_seek(from->rows, table, (struct span){ 0 }, false); entry && copied;
	     entry = pending_step(entry, false)) {
		const struct span key = { entry->key, entry->key_size }, value = { entry->value, entry->value_size };
		if (entry->value)
			copied = pending_put(to->rows, table, key, value, false);
		else if (absent && entry->kind != PENDING_NONE)
			pending_note_absent(to->rows, table, key);
	}
	return copied;
}

/* For who still looks at the other. Of one that has much in it too little would be gained. */
static struct postgres_cache *cache_copy(struct postgres_cache *cache)
{
	struct postgres_cache *copy = pending_bytes(cache->rows) > COPIED_MOST ? NULL : postgres_cache_make(&cache->moment);
	bool copied = copy != NULL;

	if (!copy)
		return NULL;
	pthread_mutex_lock(&cache->mutex);
	memcpy(copy->tables, cache->tables, sizeof copy->tables);
	for (unsigned table = 0; table < ENGINE_TABLES && copied; table++)
		copied = rows_copy(copy, cache, table, true);
	pthread_mutex_unlock(&cache->mutex);
	if (copied)
		return copy;
	postgres_cache_release(copy);
	return NULL;
}

/* Where all rows were known to the end, others may have come behind the last: it is known up to that. */
static void spans_cut(struct postgres_cache *cache, unsigned table)
{
	for (unsigned i = cache->tables[table].count; i-- > 0;) {
		struct known_span *span = &cache->tables[table].spans[i];
		const struct span end = { span->end.data, span->end.size };
		const struct pending_entry *last = entry_skip(pending_seek(cache->rows, table, end, true), true);
		if (last && engine_key_compare(last->key, last->key_size, span->from.data, span->from.size) >= 0) {
			span->end.size = last->key_size + 1;
			memcpy(span->end.data, last->key, last->key_size);
			span->end.data[last->key_size] = '\0';
		} else {
			*span = cache->tables[table].spans[--cache->tables[table].count];
		}
	}
}

struct postgres_cache *postgres_cache_later(struct postgres_cache *before, const struct postgres_moment *moment)
{
	struct postgres_cache *cache = postgres_cache_make(moment);

	if (!cache || !before || before->moment.changes > moment->changes)
		return cache;
	pthread_mutex_lock(&before->mutex);
	for (unsigned table = 0; table < ENGINE_TABLES && pending_bytes(before->rows) <= COPIED_MOST; table++) {
		if (!postgres_cache_lasts(table) || !rows_copy(cache, before, table, false))
			continue;
		cache->tables[table] = before->tables[table];
		cache->tables[table].is_counted = false;
		spans_cut(cache, table);
	}
	pthread_mutex_unlock(&before->mutex);
	return cache;
}

struct postgres_cache *postgres_cache_follow(struct postgres_cache *cache, const struct pending *pending,
                                             const struct postgres_moment *moment)
{
	if (pending_bytes(pending) + pending_bytes(cache->rows) > BYTES_MOST)
		return NULL;
	struct postgres_cache *next = atomic_load(&cache->holders) == 1 ? postgres_cache_hold(cache) : cache_copy(cache);
	bool follows = next != NULL;

	for (unsigned table = 0; table < ENGINE_TABLES && follows; table++) {
		const struct pending_entry *entry = pending_seek(pending, table, (struct span){ 0 }, false);
		next->tables[table].is_counted &= !entry;
		for (; entry && follows; entry = pending_step(entry, false))
			follows = entry_follow(next, table, entry);
	}
	if (follows) {
		next->moment = *moment;
		return next;
	}
	postgres_cache_release(next);
	return NULL;
}
