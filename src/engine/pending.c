/* A skip list for each table: see pending.h. Where a new entry lies within it is drawn by lot, so
 * that no order of keys makes it slow. */
#include "engine/pending.h"

#include <stdlib.h>

#define LEVELS 20 /* enough for a million entries, as each level has about half of the one below */

struct pending_list {
	struct pending_entry *first[LEVELS];
	struct pending_entry *last;
};

struct pending {
	struct pending_list lists[ENGINE_TABLES];
	size_t bytes;
	uint64_t lot; /* of xorshift */
};

struct pending *pending_make(void)
{
	struct pending *pending = calloc(1, sizeof *pending);

	if (pending)
		pending->lot = 0x9E3779B97F4A7C15;
	return pending;
}

void pending_free(struct pending *pending)
{
	if (!pending)
		return;
	for (unsigned table = 0; table < ENGINE_TABLES; table++)
		pending_clear(pending, table);
	free(pending);
}

size_t pending_bytes(const struct pending *pending)
{
	return pending->bytes;
}

static int entry_compare(const struct pending_entry *entry, struct span key)
{
	return engine_key_compare(entry->key, entry->key_size, key.data, key.size);
}

/* The last entry before `key` at each level, as the place that points past it. */
static struct pending_entry *places_find(struct pending_list *list, struct span key, struct pending_entry **places[LEVELS])
{
	struct pending_entry *before = NULL;

	for (unsigned level = LEVELS; level-- > 0;) {
		struct pending_entry **place = before ? &before->after[level] : &list->first[level];
		while (*place && entry_compare(*place, key) < 0) {
			before = *place;
			place = &before->after[level];
		}
		places[level] = place;
	}
	return before;
}

/* The last entry before `key`; NULL if there is none. */
static struct pending_entry *before_find(const struct pending_list *list, struct span key)
{
	struct pending_entry *before = NULL, *next;

	for (unsigned level = LEVELS; level-- > 0;)
		while ((next = before ? before->after[level] : list->first[level]) && entry_compare(next, key) < 0)
			before = next;
	return before;
}

const struct pending_entry *pending_find(const struct pending *pending, unsigned table, struct span key)
{
	const struct pending_entry *entry = pending_seek(pending, table, key, false);

	return entry && entry_compare(entry, key) == 0 ? entry : NULL;
}

const struct pending_entry *pending_seek(const struct pending *pending, unsigned table, struct span bound, bool reverse)
{
	const struct pending_list *list = &pending->lists[table];

	if (!bound.size)
		return reverse ? list->last : list->first[0];
	const struct pending_entry *before = before_find(list, bound);
	if (reverse)
		return before;
	return before ? before->after[0] : list->first[0];
}

const struct pending_entry *pending_step(const struct pending_entry *entry, bool reverse)
{
	return reverse ? entry->before : entry->after[0];
}

static unsigned levels_draw(struct pending *pending)
{
	unsigned levels = 1;

	pending->lot ^= pending->lot << 13;
	pending->lot ^= pending->lot >> 7;
	pending->lot ^= pending->lot << 17;
	for (uint64_t lot = pending->lot; (lot & 1) && levels < LEVELS; lot >>= 1)
		levels++;
	return levels;
}

/* The entry of a key, made if there is none; NULL without memory. */
static struct pending_entry *entry_need(struct pending *pending, unsigned table, struct span key)
{
	struct pending_list *list = &pending->lists[table];
	struct pending_entry **places[LEVELS];
	struct pending_entry *before = places_find(list, key, places), *found = *places[0];

	if (found && entry_compare(found, key) == 0)
		return found;
	unsigned levels = levels_draw(pending);
	struct pending_entry *entry = calloc(1, sizeof *entry + levels * sizeof *entry->after);
	if (!entry)
		return NULL;
	entry->levels = levels;
	entry->key_size = key.size;
	memcpy(entry->key, key.data, key.size);
	entry->before = before;
	for (unsigned level = 0; level < levels; level++) {
		entry->after[level] = *places[level];
		*places[level] = entry;
	}
	if (entry->after[0])
		entry->after[0]->before = entry;
	else
		list->last = entry;
	pending->bytes += sizeof *entry + key.size;
	return entry;
}

static void value_drop(struct pending *pending, struct pending_entry *entry)
{
	pending->bytes -= entry->value_size;
	free(entry->value);
	entry->value = NULL;
	entry->value_size = 0;
}

void pending_note_absent(struct pending *pending, unsigned table, struct span key)
{
	struct pending_entry *entry = entry_need(pending, table, key);

	if (entry && entry->kind == PENDING_NONE)
		entry->kind = PENDING_ABSENT;
}

bool pending_put(struct pending *pending, unsigned table, struct span key, struct span value, bool adds)
{
	struct pending_entry *entry = entry_need(pending, table, key);
	char *copy = entry ? malloc(value.size + 1) : NULL;

	if (!copy)
		return false;
	if (value.size)
		memcpy(copy, value.data, value.size);
	value_drop(pending, entry);
	entry->value = copy;
	entry->value_size = value.size;
	pending->bytes += value.size;
	if (entry->kind == PENDING_NONE)
		entry->kind = adds ? PENDING_ADD : PENDING_SET;
	else if (entry->kind == PENDING_ABSENT)
		entry->kind = PENDING_ADD;
	else if (entry->kind == PENDING_REMOVE)
		entry->kind = PENDING_SET;
	return true;
}

bool pending_remove(struct pending *pending, unsigned table, struct span key)
{
	struct pending_entry *entry = entry_need(pending, table, key);

	if (!entry)
		return false;
	value_drop(pending, entry);
	entry->kind = entry->kind == PENDING_ADD || entry->kind == PENDING_ABSENT ? PENDING_ABSENT : PENDING_REMOVE;
	return true;
}

void pending_clear(struct pending *pending, unsigned table)
{
	struct pending_list *list = &pending->lists[table];

	for (struct pending_entry *entry = list->first[0], *next; entry; entry = next) {
		next = entry->after[0];
		value_drop(pending, entry);
		pending->bytes -= sizeof *entry + entry->key_size;
		free(entry);
	}
	*list = (struct pending_list){ 0 };
}
