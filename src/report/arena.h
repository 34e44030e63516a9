/* One place for all that a computed report holds: filled bit by bit, freed as a
 * whole, so that nothing in a report is owned by anything else in it. */
#ifndef REPORT_ARENA_H
#define REPORT_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct arena_block;

/* Initialise with { 0 }. After a failed allocation `failed` stays set, so that a
 * series of them is checked once at its end. */
struct arena {
	struct arena_block *blocks; /* doubly linked; the first is the one being filled */
	bool failed;
};

/* arena_take(arena, size): zeroed memory for any type; NULL without memory. */
void *arena_take(struct arena *arena, size_t size);
/* arena_bytes(arena, bytes): a copy; { NULL, 0 } of nothing or without memory. */
struct span arena_bytes(struct arena *arena, struct span bytes);
/* arena_text(arena, text): a terminated copy; "" without memory, never NULL. */
const char *arena_text(struct arena *arena, struct span text);
/* arena_format_list(arena, format, list): what that prints, however long; as above. */
const char *arena_format_list(struct arena *arena, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));
void arena_free(struct arena *arena);

/* A growing list of elements of one type that lies in an arena; `more` is the
 * number of those that were left out, as nobody would read them. */
#define ARENA_LIST(type)                \
	struct {                            \
		type *items;                    \
		size_t count, capacity, more;   \
	}

/* arena_add(arena, list): one more element, zeroed: a pointer to it, or NULL
 * without memory. Pointers to earlier elements end their life. */
#define arena_add(arena, list)                                                                                  \
	(((list)->count < (list)->capacity ||                                                                       \
	  ((list)->items = arena_grow((arena), (list)->items, &(list)->capacity, sizeof *(list)->items)) != NULL)   \
	         && (list)->count < (list)->capacity                                                                \
	     ? &(list)->items[(list)->count++]                                                                      \
	     : NULL)
/* What arena_add is made of: the items, moved, with room for more of them. If
 * there is no memory, the items stay where they are, as does the capacity. */
void *arena_grow(struct arena *arena, void *items, size_t *capacity, size_t size);

/* arena_sort(arena, items, count, size, compare): elements that compare equal stay
 * in their order. */
void arena_sort(struct arena *arena, void *items, size_t count, size_t size,
                int (*compare)(const void *left, const void *right));

#endif
