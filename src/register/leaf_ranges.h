/* Indexes of leaves as text, the shortest that people can read: "3-7,9". */
#ifndef REGISTER_LEAF_RANGES_H
#define REGISTER_LEAF_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* Leaves being gathered. Initialise with { 0 }; free the text. */
struct leaf_ranges {
	struct buffer text;
	uint64_t first, after; /* the run that is not in the text yet */
};

/* leaf_ranges_add(ranges, leaf): one above all so far. leaf_ranges_end(ranges): no more
 * come; the text is whole then. Its `failed` says whether there was memory. */
void leaf_ranges_add(struct leaf_ranges *ranges, uint64_t leaf);
void leaf_ranges_end(struct leaf_ranges *ranges);

/* leaf_ranges_cut(rest, limit): take the beginning of the text, whole ranges of at most
 * `limit` bytes; `rest` is what follows them. */
struct span leaf_ranges_cut(struct span *rest, size_t limit);

/* leaf_ranges_next(rest, first, after): take one range, [*first, *after), from the
 * beginning of the text; false at its end, or where it is no such text. */
bool leaf_ranges_next(struct span *rest, uint64_t *first, uint64_t *after);

#endif
