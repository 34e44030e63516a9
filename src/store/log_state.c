/* Reading and writing the row that holds the state of the log. */
#include "store/log_state.h"

#include <string.h>

#include "base/bytes.h"

static void append_u64(struct buffer *to, uint64_t value)
{
	uint8_t bytes[8];

	bytes_put_u64(bytes, value);
	buffer_append(to, bytes, sizeof bytes);
}

static size_t frontier_nodes(uint64_t size)
{
	return (size_t)__builtin_popcountll(size);
}

void log_state_write(const struct log_state *state, struct buffer *to)
{
	append_u64(to, state->tree.size);
	append_u64(to, state->commits);
	append_u64(to, state->objects);
	append_u64(to, state->pieces);
	append_u64(to, (uint64_t)state->time);
	append_u64(to, state->mirror_rows);
	append_u64(to, state->mirror_objects);
	for (size_t i = 0; i < ENGINE_HEAD_SHARDS; i++)
		append_u64(to, state->heads[i]);
	buffer_append(to, state->tree.nodes, frontier_nodes(state->tree.size) * MERKLE_HASH_SIZE);
}

bool log_state_read(struct span bytes, struct log_state *state)
{
	const size_t counts = ENGINE_HEAD_SHARDS * 8, first = 5 * 8, newer = 7 * 8;

	if (bytes.size < first + counts)
		return false;
	memset(state, 0, sizeof *state);
	state->tree.size = bytes_get_u64(bytes.data);
	state->commits = bytes_get_u64(bytes.data + 8);
	state->objects = bytes_get_u64(bytes.data + 16);
	state->pieces = bytes_get_u64(bytes.data + 24);
	state->time = (int64_t)bytes_get_u64(bytes.data + 32);
	size_t nodes = frontier_nodes(state->tree.size) * MERKLE_HASH_SIZE;
	/* In format 1 there was no mirror; which it is, the length tells. */
	bool is_first = bytes.size == first + counts + nodes;
	size_t before = is_first ? first : newer;
	if (!is_first && bytes.size != newer + counts + nodes)
		return false;
	if (!is_first) {
		state->mirror_rows = bytes_get_u64(bytes.data + 40);
		state->mirror_objects = bytes_get_u64(bytes.data + 48);
	}
	for (size_t i = 0; i < ENGINE_HEAD_SHARDS; i++)
		state->heads[i] = bytes_get_u64(bytes.data + before + i * 8);
	memcpy(state->tree.nodes, bytes.data + before + counts, nodes);
	return true;
}
