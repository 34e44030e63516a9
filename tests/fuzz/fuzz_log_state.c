/* Fuzzes the row that holds the state of the log: what is read is written again
 * as the same bytes; of format 1, which has no mirror, with zeros in its place. */
#include <stdlib.h>
#include <string.h>

#include "store/log_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BEFORE_MIRROR = 40, MIRROR = 16 };

static bool is_first_format(struct span input, struct span again)
{
	static const char none[MIRROR];

	return again.size == input.size + MIRROR && input.size >= BEFORE_MIRROR &&
	       memcmp(again.data, input.data, BEFORE_MIRROR) == 0 && memcmp(again.data + BEFORE_MIRROR, none, MIRROR) == 0 &&
	       memcmp(again.data + BEFORE_MIRROR + MIRROR, input.data + BEFORE_MIRROR, input.size - BEFORE_MIRROR) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };
	struct log_state state;
	struct buffer again = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];

	if (!log_state_read(input, &state))
		return 0;
	log_state_write(&state, &again);
	if (again.failed || (!span_equal(buffer_span(&again), input) && !is_first_format(input, buffer_span(&again))))
		abort();
	merkle_root(&state.tree, root);
	buffer_free(&again);
	return 0;
}
