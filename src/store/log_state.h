/* The state of the log after the last commit: one sealed row, compared with the
 * signed checkpoint and with what the tables hold when the store is opened. */
#ifndef STORE_LOG_STATE_H
#define STORE_LOG_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "crypto/merkle.h"
#include "engine/engine.h"

struct log_state {
	struct merkle_frontier tree; /* its size is the number of leaves */
	uint64_t commits;
	uint64_t objects;      /* number of the next object */
	uint64_t heads[ENGINE_HEAD_SHARDS]; /* heads in each shard */
	uint64_t pieces;       /* pieces of evidence */
	uint64_t mirror_rows;    /* rows of the mirror */
	uint64_t mirror_objects; /* number of the next object of another state */
	int64_t time;          /* of the last commit, seconds since 1970 */
};

void log_state_write(const struct log_state *state, struct buffer *to);
/* log_state_read(bytes, state): false if they are not such a row. */
bool log_state_read(struct span bytes, struct log_state *state);

#endif
