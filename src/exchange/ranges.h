/* Numbers that rise, kept as text: "3-7,9". */
#ifndef EXCHANGE_RANGES_H
#define EXCHANGE_RANGES_H

#include <stdint.h>

#include "base/buffer.h"

/* A record that lists numbers is split when its list is longer. */
#define RANGES_PART (100 * 1024)

/* Initialise with { 0 }; the caller frees `text`. */
struct ranges {
	struct buffer text;
	uint64_t first, after; /* the run that is being gathered */
};

/* ranges_add(ranges, number): greater than all before. ranges_end(ranges): no more. */
void ranges_add(struct ranges *ranges, uint64_t number);
void ranges_end(struct ranges *ranges);

/* ranges_part(rest): takes up to RANGES_PART bytes from the front, cut at a comma,
 * which goes too. */
struct span ranges_part(struct span *rest);

#endif
