/* What a server has told of one moment of a store. That does not change: so whoever reads the same moment, in this
 * transaction or a later one, need not ask again. */
#ifndef ENGINE_POSTGRES_CACHE_H
#define ENGINE_POSTGRES_CACHE_H

#include "engine/pending.h"
#include "engine/postgres.h"

/* postgres_cache_make(moment): an empty one, held once; NULL without memory. Any number of threads may use it. */
struct postgres_cache *postgres_cache_make(const struct postgres_moment *moment);
/* postgres_cache_lasts(table): whether its rows, once they are there, are never changed: the log's leaves and hashes. */
static inline bool postgres_cache_lasts(unsigned table)
{
	return table == ENGINE_LEAVES || table == ENGINE_TREE;
}
/* postgres_cache_later(before, moment): one of a later moment of the same store, which knows of the log's leaves and hashes
 * what `before` knows, as these are never changed. `before` may be NULL. */
struct postgres_cache *postgres_cache_later(struct postgres_cache *before, const struct postgres_moment *moment);
struct postgres_cache *postgres_cache_hold(struct postgres_cache *cache);
/* postgres_cache_release(cache): what it told is valid no longer than it is held. NULL is allowed. */
void postgres_cache_release(struct postgres_cache *cache);

bool postgres_cache_is_of(const struct postgres_cache *cache, const struct postgres_moment *moment);

/* postgres_cache_get(cache, table, key, value): false if it is not known; value->data is NULL if there is no such row. */
bool postgres_cache_get(struct postgres_cache *cache, unsigned table, struct span key, struct span *value);
/* postgres_cache_add(cache, table, key, value): value->data is NULL: there is no such row. False of a value that is not
 * kept, as it is too large or there is no room. */
bool postgres_cache_add(struct postgres_cache *cache, unsigned table, struct span key, const struct span *value);

/* postgres_cache_span(cache, table, from, reverse, end): whether all rows are known from `from` on (below it, in
 * reverse) up to *end (down to it). */
bool postgres_cache_span(struct postgres_cache *cache, unsigned table, const struct postgres_key *from, bool reverse,
                         struct postgres_key *end);
/* postgres_cache_span_add: so they are from now on, as they have been added. */
void postgres_cache_span_add(struct postgres_cache *cache, unsigned table, const struct postgres_key *from,
                             const struct postgres_key *end);
/* postgres_cache_seek, postgres_cache_step: the rows there, as of pending.h; those that are known not to be are left out. */
const struct pending_entry *postgres_cache_seek(struct postgres_cache *cache, unsigned table, struct span bound,
                                                bool reverse);
const struct pending_entry *postgres_cache_step(struct postgres_cache *cache, const struct pending_entry *entry,
                                                bool reverse);

/* postgres_cache_count_set, postgres_cache_count: how many rows a table has; false if that is not known. */
void postgres_cache_count_set(struct postgres_cache *cache, unsigned table, uint64_t count);
bool postgres_cache_count(struct postgres_cache *cache, unsigned table, uint64_t *count);

/* postgres_cache_follow(cache, pending, moment): what is known after these changes, at the moment that they made: the same
 * cache, held once more, or another where somebody else holds this one. NULL: it cannot be told. */
struct postgres_cache *postgres_cache_follow(struct postgres_cache *cache, const struct pending *pending,
                                             const struct postgres_moment *moment);

#endif
