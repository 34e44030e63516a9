/* Batches of records, checked by a thread beside while the next is gathered. */
#include "exchange/record_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/worker.h"
#include "record/input.h"
#include "record/validate.h"
#include "register/faults.h"

#define BATCH_RECORDS 128
#define BATCH_BYTES ((size_t)1 << 20) /* or fewer, if they are long */
#define BATCHES 3

struct part {
	size_t offset, size;
};

struct row {
	uint64_t index;
	const struct schema *schema;
	struct part bytes, body, id; /* in the batch's bytes */
	uint32_t version;
	uint8_t expected[MERKLE_HASH_SIZE];
};

struct batch {
	struct buffer bytes; /* copied: a line is valid until the next one is read */
	struct row rows[BATCH_RECORDS];
	size_t count;
	int code;
	struct qorgan_error error; /* of the first row that failed */
};

struct record_checker {
	const struct sender *sender;
	const struct recipient *self;
	struct worker *worker; /* started when a first batch is full: few records need none */
	struct batch batches[BATCHES];
	size_t filling;
	int code;
	struct qorgan_error error; /* of the first record that failed */
};

/* ---- One record --------------------------------------------------------------------- */

static int leaf_check(const struct record_checker *checker, const struct row *row, const struct record *record,
                      struct qorgan_error *error)
{
	uint8_t hash[MERKLE_HASH_SIZE];

	merkle_hash_leaf(record->bytes.data, record->bytes.size, hash);
	if (memcmp(hash, row->expected, sizeof hash) == 0)
		return QORGAN_OK;
	return error_set(error, QORGAN_PROTOCOL, "the record of entry %" PRIu64 " is not the one that %s logged", row->index,
	                 checker->sender->id);
}

static int release_check(const struct record_checker *checker, const struct row *row, const struct record *record,
                         struct qorgan_error *error)
{
	const char *why = checker->sender->observer ? language_said("its sender is an observer, who may send none") : NULL;

	if (!why)
		why = release_refusal(record, checker->self);
	if (!why)
		return QORGAN_OK;
	return error_set(error, QORGAN_PROTOCOL, "it holds %s %.*s version %u, which it may not: %s; nothing was taken in: "
	                 "tell %s", row->schema->kind, (int)record->id.size, record->id.data, record->version, why,
	                 checker->sender->id);
}

static void fault_take(void *context, const char *path, const char *text)
{
	faults_take(context, "", 0, path, text);
}

/* By the schema alone: what a record refers to may be withheld from this state. */
static int body_check(const struct schema *schema, const struct record *record, struct qorgan_error *error)
{
	const struct validate_world world = { .logged = true };
	struct faults faults = { 0 };
	json_t *body = NULL;
	int code = input_parse_canonical(record->body, &body, error);

	if (!code) {
		validate_body(schema, record->id, body, &world, fault_take, &faults);
		code = faults_result(&faults, error);
	}
	json_decref(body);
	return code == QORGAN_BAD_DATA
	           ? error_prefix(error, QORGAN_PROTOCOL, "%s %.*s version %u breaks a rule, unless a newer qorgan wrote it", schema->kind,
	                          (int)record->id.size, record->id.data, record->version)
	           : code;
}

static struct span part_span(const struct batch *batch, struct part part)
{
	return (struct span){ batch->bytes.data + part.offset, part.size };
}

static int row_check(const struct record_checker *checker, struct batch *batch, const struct row *row)
{
	const struct record record = {
		.bytes = part_span(batch, row->bytes),
		.body = part_span(batch, row->body),
		.id = part_span(batch, row->id),
		.kind = span_of(row->schema->kind),
		.version = row->version,
	};
	int code = leaf_check(checker, row, &record, &batch->error);

	if (!code)
		code = release_check(checker, row, &record, &batch->error);
	return code ? code : body_check(row->schema, &record, &batch->error);
}

/* ---- Batches ------------------------------------------------------------------------- */

static void batch_check(void *context, void *job)
{
	struct batch *batch = job;

	for (size_t i = 0; i < batch->count && !batch->code; i++)
		batch->code = row_check(context, batch, &batch->rows[i]);
}

/* Takes the verdict on a batch that is done, and empties it. */
static void batch_settle(struct record_checker *checker, struct batch *batch)
{
	if (batch->code && !checker->code) {
		checker->code = batch->code;
		checker->error = batch->error;
	}
	batch->count = 0;
	batch->code = QORGAN_OK;
	buffer_clear(&batch->bytes);
}

static bool batch_is_full(const struct batch *batch)
{
	return batch->count == BATCH_RECORDS || batch->bytes.size >= BATCH_BYTES;
}

/* Sends off the batch at hand and turns to the oldest, which is then done. */
static void batch_send(struct record_checker *checker)
{
	struct batch *batch = &checker->batches[checker->filling];

	if (!checker->worker && batch_is_full(batch))
		checker->worker = worker_start(batch_check, checker);
	if (checker->worker)
		worker_submit(checker->worker, batch);
	else
		batch_check(checker, batch);
	checker->filling = (checker->filling + 1) % BATCHES;
	if (checker->worker)
		worker_wait(checker->worker, BATCHES - 1);
	batch_settle(checker, &checker->batches[checker->filling]);
}

int record_checker_start(const struct sender *sender, const struct recipient *self, struct record_checker **checker,
                         struct qorgan_error *error)
{
	struct record_checker *made = calloc(1, sizeof *made);

	*checker = made;
	if (!made)
		return error_set_memory(error);
	made->sender = sender;
	made->self = self;
	return QORGAN_OK;
}

/* A part of the record, as the batch will have it. */
static struct part part_of(const struct batch *batch, const struct record *record, struct span part)
{
	return (struct part){ batch->bytes.size + (size_t)(part.data - record->bytes.data), part.size };
}

static int verdict(const struct record_checker *checker, struct qorgan_error *error)
{
	if (checker->code && error)
		*error = checker->error;
	return checker->code;
}

int record_checker_add(struct record_checker *checker, uint64_t index, const struct schema *schema,
                       const struct record *record, const uint8_t expected[MERKLE_HASH_SIZE],
                       struct qorgan_error *error)
{
	struct batch *batch = &checker->batches[checker->filling];
	struct row *row = &batch->rows[batch->count];

	*row = (struct row){
		.index = index,
		.schema = schema,
		.bytes = part_of(batch, record, record->bytes),
		.body = part_of(batch, record, record->body),
		.id = part_of(batch, record, record->id),
		.version = record->version,
	};
	memcpy(row->expected, expected, sizeof row->expected);
	buffer_append_span(&batch->bytes, record->bytes);
	if (batch->bytes.failed)
		return error_set_memory(error);
	batch->count++;
	if (batch_is_full(batch))
		batch_send(checker);
	return verdict(checker, error);
}

int record_checker_finish(struct record_checker *checker, struct qorgan_error *error)
{
	if (!checker)
		return QORGAN_OK;
	batch_send(checker);
	if (checker->worker)
		worker_wait(checker->worker, 0);
	/* The oldest first: the first that failed is told. */
	for (size_t i = 0; i < BATCHES; i++) {
		struct batch *batch = &checker->batches[(checker->filling + i) % BATCHES];
		batch_settle(checker, batch);
		buffer_free(&batch->bytes);
	}
	int code = verdict(checker, error);
	worker_stop(checker->worker);
	free(checker);
	return code;
}
