/* Fuzzes the row that holds the state of the log: what is read is written again
 * as the same bytes. */
#include <stdlib.h>

#include "store/log_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };
	struct log_state state;
	struct buffer again = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];

	if (!log_state_read(input, &state))
		return 0;
	log_state_write(&state, &again);
	if (again.failed || !span_equal(buffer_span(&again), input))
		abort();
	merkle_root(&state.tree, root);
	buffer_free(&again);
	return 0;
}
