/* Ranges of leaves, written and read. */
#include "register/leaf_ranges.h"

#include <inttypes.h>

#define INDEX_LIMIT (UINT64_C(1) << 53) /* no log is that long: numbers of JSON end there */

static void run_write(struct leaf_ranges *ranges)
{
	if (ranges->after == ranges->first)
		return;
	buffer_append_format(&ranges->text, "%s%" PRIu64, ranges->text.size ? "," : "", ranges->first);
	if (ranges->after > ranges->first + 1)
		buffer_append_format(&ranges->text, "-%" PRIu64, ranges->after - 1);
}

void leaf_ranges_add(struct leaf_ranges *ranges, uint64_t leaf)
{
	if (leaf != ranges->after) {
		run_write(ranges);
		ranges->first = leaf;
	}
	ranges->after = leaf + 1;
}

void leaf_ranges_end(struct leaf_ranges *ranges)
{
	run_write(ranges);
	ranges->first = ranges->after = 0;
}

struct span leaf_ranges_cut(struct span *rest, size_t limit)
{
	struct span part = *rest;

	if (part.size > limit) {
		part.size = limit;
		while (part.size && part.data[part.size] != ',')
			part.size--;
	}
	size_t used = part.size < rest->size ? part.size + 1 : part.size;
	if (used) /* of nothing there may be no address */
		rest->data += used;
	rest->size -= used;
	return part;
}

static bool number_take(struct span *rest, uint64_t *number)
{
	size_t digits = 0;

	for (*number = 0; digits < rest->size && rest->data[digits] >= '0' && rest->data[digits] <= '9'; digits++) {
		*number = *number * 10 + (uint64_t)(rest->data[digits] - '0');
		if (*number >= INDEX_LIMIT)
			return false;
	}
	if (!digits)
		return false; /* of nothing there may be no address */
	rest->data += digits;
	rest->size -= digits;
	return true;
}

static bool char_take(struct span *rest, char wanted)
{
	if (!rest->size || rest->data[0] != wanted)
		return false;
	rest->data++;
	rest->size--;
	return true;
}

bool leaf_ranges_next(struct span *rest, uint64_t *first, uint64_t *after)
{
	uint64_t last;

	if (!number_take(rest, first))
		return false;
	last = *first;
	if (char_take(rest, '-') && (!number_take(rest, &last) || last < *first))
		return false;
	*after = last + 1;
	return !rest->size || char_take(rest, ',');
}
