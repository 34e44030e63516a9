/* Memory of a report: small things are cut from blocks one after another; long
 * lists have a block each, so that they can grow in place. */
#include "report/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define ARENA_BLOCK_SIZE (64 * 1024)
#define ARENA_LARGE_SIZE (ARENA_BLOCK_SIZE / 4) /* from here on a block of its own */
#define ARENA_LIST_FIRST 8                      /* elements that a list begins with */

struct arena_block {
	struct arena_block *previous, *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

static struct arena_block *block_make(struct arena *arena, size_t size)
{
	struct arena_block *block = size <= SIZE_MAX / 2 ? calloc(1, sizeof *block + size) : NULL;

	if (!block) {
		memory_failed();
		arena->failed = true;
		return NULL;
	}
	block->size = size;
	return block;
}

/* Puts a block of its own behind the one being filled. */
static void *take_large(struct arena *arena, size_t size)
{
	struct arena_block *block = block_make(arena, size), *first = arena->blocks;

	if (!block)
		return NULL;
	block->used = size;
	if (!first) {
		arena->blocks = block;
		return block->bytes;
	}
	block->previous = first;
	block->next = first->next;
	if (block->next)
		block->next->previous = block;
	first->next = block;
	return block->bytes;
}

/* Small memory; alignment is a power of two. */
static void *take_small(struct arena *arena, size_t size, size_t alignment)
{
	struct arena_block *block = arena->blocks;
	size_t at = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;

	if (!block || at > block->size || size > block->size - at) {
		struct arena_block *made = block_make(arena, ARENA_BLOCK_SIZE);
		if (!made)
			return NULL;
		made->next = block;
		if (block)
			block->previous = made;
		arena->blocks = block = made;
		at = 0;
	}
	block->used = at + size;
	return block->bytes + at;
}

void *arena_take(struct arena *arena, size_t size)
{
	return size >= ARENA_LARGE_SIZE ? take_large(arena, size) : take_small(arena, size, alignof(max_align_t));
}

struct span arena_bytes(struct arena *arena, struct span bytes)
{
	if (bytes.size == 0)
		return (struct span){ 0 };
	char *copy = bytes.size >= ARENA_LARGE_SIZE ? take_large(arena, bytes.size) : take_small(arena, bytes.size, 1);
	if (!copy)
		return (struct span){ 0 };
	memcpy(copy, bytes.data, bytes.size);
	return (struct span){ copy, bytes.size };
}

const char *arena_text(struct arena *arena, struct span text)
{
	if (text.size == 0)
		return "";
	char *copy = text.size + 1 >= ARENA_LARGE_SIZE ? take_large(arena, text.size + 1)
	                                               : take_small(arena, text.size + 1, 1);
	if (!copy)
		return "";
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	return copy;
}

const char *arena_format_list(struct arena *arena, const char *format, va_list list)
{
	char *text = NULL;
	int size = vasprintf(&text, format, list);
	const char *kept = size < 0 ? "" : arena_text(arena, (struct span){ text, (size_t)size });

	if (size < 0) {
		memory_failed();
		arena->failed = true;
	}
	free(size < 0 ? NULL : text);
	return kept;
}

void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : ARENA_LIST_FIRST;
	size_t before = *capacity * size;
	void *grown;

	if (wanted > SIZE_MAX / 4 / size) {
		arena->failed = true;
		return items;
	}
	if (before >= ARENA_LARGE_SIZE) {
		struct arena_block *block = (struct arena_block *)((char *)items - offsetof(struct arena_block, bytes));
		struct arena_block *moved = realloc(block, sizeof *block + wanted * size);
		if (!moved) {
			memory_failed();
			arena->failed = true;
			return items;
		}
		memset(moved->bytes + before, 0, wanted * size - before);
		moved->size = moved->used = wanted * size;
		if (moved->previous)
			moved->previous->next = moved;
		else
			arena->blocks = moved;
		if (moved->next)
			moved->next->previous = moved;
		grown = moved->bytes;
	} else {
		grown = arena_take(arena, wanted * size);
		if (!grown)
			return items;
		if (before)
			memcpy(grown, items, before);
	}
	*capacity = wanted;
	return grown;
}

/* One pass: runs of `width` elements merged pairwise. */
static void merge_runs(const char *from, char *to, size_t count, size_t size, size_t width,
                       int (*compare)(const void *, const void *))
{
	for (size_t start = 0; start < count; start += 2 * width) {
		size_t middle = start + width < count ? start + width : count;
		size_t end = middle + width < count ? middle + width : count;
		for (size_t left = start, right = middle, at = start; at < end; at++) {
			bool take_left = left < middle &&
			                 (right >= end || compare(from + left * size, from + right * size) <= 0);
			memcpy(to + at * size, from + (take_left ? left++ : right++) * size, size);
		}
	}
}

void arena_sort(struct arena *arena, void *items, size_t count, size_t size,
                int (*compare)(const void *left, const void *right))
{
	char *from = items, *to;
	size_t sorted = 1;

	while (sorted < count && compare(from + (sorted - 1) * size, from + sorted * size) <= 0)
		sorted++;
	if (sorted >= count)
		return; /* as they mostly are */
	char *other = to = calloc(count, size);
	if (!other) {
		memory_failed();
		arena->failed = true;
		return;
	}
	for (size_t width = 1; width < count; width *= 2) {
		char *merged = to;
		merge_runs(from, to, count, size, width, compare);
		to = from;
		from = merged;
	}
	if (from != items)
		memcpy(items, from, count * size);
	free(other);
}

void arena_free(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct arena){ 0 };
}
