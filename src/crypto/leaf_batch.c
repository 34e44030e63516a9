/* Batches of leaves, hashed by a thread beside while the next is gathered. */
#include "crypto/leaf_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/worker.h"

#define BATCH_LEAVES 256
#define BATCH_BYTES ((size_t)1 << 20) /* or fewer, if they are long */
#define BATCHES 3

struct leaf {
	uint64_t index;
	size_t offset, size;
	uint8_t expected[MERKLE_HASH_SIZE];
	bool wrong;
};

struct batch {
	struct buffer data;
	struct leaf leaves[BATCH_LEAVES];
	size_t count;
};

struct leaf_checker {
	struct worker *worker; /* started with the first full batch: a few leaves need none */
	struct batch batches[BATCHES];
	size_t filling;
	leaf_mismatch mismatch;
	void *context;
};

static void batch_hash(void *context, void *job)
{
	struct batch *batch = job;
	uint8_t hash[MERKLE_HASH_SIZE];

	(void)context;
	for (size_t i = 0; i < batch->count; i++) {
		struct leaf *leaf = &batch->leaves[i];
		merkle_hash_leaf(batch->data.data + leaf->offset, leaf->size, hash);
		leaf->wrong = memcmp(hash, leaf->expected, sizeof hash) != 0;
	}
}

static void batch_tell(struct leaf_checker *checker, struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->leaves[i].wrong)
			checker->mismatch(checker->context, batch->leaves[i].index);
	batch->count = 0;
	buffer_clear(&batch->data);
}

struct leaf_checker *leaf_checker_start(leaf_mismatch mismatch, void *context)
{
	struct leaf_checker *checker = calloc(1, sizeof *checker);

	if (!checker)
		return NULL;
	checker->mismatch = mismatch;
	checker->context = context;
	return checker;
}

static bool batch_is_full(const struct batch *batch)
{
	return batch->count == BATCH_LEAVES || batch->data.size >= BATCH_BYTES;
}

/* Sends off the batch at hand and turns to the oldest, which is then done. */
static void batch_send(struct leaf_checker *checker)
{
	struct batch *batch = &checker->batches[checker->filling];

	if (!checker->worker && batch_is_full(batch))
		checker->worker = worker_start(batch_hash, NULL);
	if (checker->worker)
		worker_submit(checker->worker, batch);
	else
		batch_hash(NULL, batch);
	checker->filling = (checker->filling + 1) % BATCHES;
	if (checker->worker)
		worker_wait(checker->worker, BATCHES - 1);
	batch_tell(checker, &checker->batches[checker->filling]);
}

bool leaf_checker_add(struct leaf_checker *checker, uint64_t index, struct span data,
                      const uint8_t expected[MERKLE_HASH_SIZE])
{
	struct batch *batch = &checker->batches[checker->filling];
	struct leaf *leaf = &batch->leaves[batch->count];

	leaf->index = index;
	leaf->offset = batch->data.size;
	leaf->size = data.size;
	memcpy(leaf->expected, expected, sizeof leaf->expected);
	buffer_append_span(&batch->data, data);
	if (batch->data.failed)
		return false;
	batch->count++;
	if (batch_is_full(batch))
		batch_send(checker);
	return true;
}

void leaf_checker_finish(struct leaf_checker *checker)
{
	if (!checker)
		return;
	batch_send(checker);
	if (checker->worker)
		worker_wait(checker->worker, 0);
	for (size_t i = 0; i < BATCHES; i++) {
		batch_tell(checker, &checker->batches[i]);
		buffer_free(&checker->batches[i].data);
	}
	worker_stop(checker->worker);
	free(checker);
}
