/* Gathering and cutting lists of numbers. */
#include "exchange/ranges.h"

#include <inttypes.h>

void ranges_end(struct ranges *ranges)
{
	if (ranges->after == ranges->first)
		return;
	buffer_append_format(&ranges->text, "%s%" PRIu64, ranges->text.size ? "," : "", ranges->first);
	if (ranges->after > ranges->first + 1)
		buffer_append_format(&ranges->text, "-%" PRIu64, ranges->after - 1);
	ranges->first = ranges->after;
}

void ranges_add(struct ranges *ranges, uint64_t number)
{
	if (number != ranges->after) {
		ranges_end(ranges);
		ranges->first = number;
	}
	ranges->after = number + 1;
}

struct span ranges_part(struct span *rest)
{
	struct span part = *rest;

	if (part.size > RANGES_PART) {
		part.size = RANGES_PART;
		while (part.size && part.data[part.size] != ',')
			part.size--;
	}
	size_t used = part.size < rest->size ? part.size + 1 : part.size;
	rest->data += used;
	rest->size -= used;
	return part;
}
