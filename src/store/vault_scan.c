/* Scanning all heads of a kind: the basis of listings, reports and dumps. While
 * the caller looks at one batch of records, a second thread opens the next:
 * decryption costs about as much as what is done with a record. */
#include <stdlib.h>
#include <string.h>

#include "base/worker.h"
#include "store/mirror_internal.h"

#define BATCH_ROWS 128
#define BATCHES 3

struct row {
	bool mirrored;
	struct layout_mirror_version_key key; /* if so */
	uint64_t number;
	size_t offset, size; /* of the sealed value in the batch's bytes */
	struct vault_record record;
	int code;
};

struct batch {
	struct buffer sealed; /* copied: the engine's bytes are valid until its next step only */
	struct row rows[BATCH_ROWS];
	size_t count;
	struct qorgan_error error; /* of the first row that failed */
};

struct scan {
	struct vault_view *view;
	const struct schema *schema;
	unsigned shard;
	struct worker *worker; /* started when a first batch is full: few rows need none */
	struct batch *batches;
	size_t filling, oldest, busy;
	vault_each each;
	void *context;
	uint64_t found;
};

static void batch_open(void *context, void *job)
{
	struct scan *scan = context;
	struct batch *batch = job;

	for (size_t i = 0; i < batch->count; i++) {
		struct row *row = &batch->rows[i];
		struct span sealed = { batch->sealed.data + row->offset, row->size };
		row->code = row->mirrored
		                ? mirror_open(scan->view, &row->key, sealed, &row->record, &batch->error)
		                : vault_head_open(scan->view, scan->shard, row->number, sealed, &row->record, &batch->error);
		if (row->code)
			break;
	}
}

static int batch_tell(struct scan *scan, struct batch *batch, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < batch->count && !code; i++) {
		struct row *row = &batch->rows[i];
		if (row->code && error)
			*error = batch->error;
		code = row->code;
		/* Each shard holds one kind, which the sealing does not bind it to. */
		if (!code && !row->record.lost && !span_is(row->record.record.kind, scan->schema->kind))
			code = error_set(error, QORGAN_IO, "an object of another kind lies among the %s: the store is damaged; "
			                 "run qorgan verify", scan->schema->plural);
		if (!code && !row->record.lost && vault_view_allows(scan->view, &row->record, &code, error))
			code = scan->each(scan->context, &row->record, error);
	}
	batch->count = 0;
	buffer_clear(&batch->sealed);
	return code;
}

/* Tells the oldest batches until at most `left` are with the thread. */
static int batches_tell(struct scan *scan, size_t left, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (scan->busy > left && !code) {
		if (scan->worker)
			worker_wait(scan->worker, scan->busy - 1);
		code = batch_tell(scan, &scan->batches[scan->oldest], error);
		scan->oldest = (scan->oldest + 1) % BATCHES;
		scan->busy--;
	}
	return code;
}

static int batch_send(struct scan *scan, struct qorgan_error *error)
{
	struct batch *batch = &scan->batches[scan->filling];

	if (!scan->worker && batch->count == BATCH_ROWS)
		scan->worker = worker_start(batch_open, scan);
	if (scan->worker)
		worker_submit(scan->worker, batch);
	else
		batch_open(scan, batch);
	scan->filling = (scan->filling + 1) % BATCHES;
	scan->busy++;
	return batches_tell(scan, scan->worker ? BATCHES - 1 : 0, error);
}

static int row_add(struct scan *scan, struct row *row, struct span sealed, struct qorgan_error *error)
{
	struct batch *batch = &scan->batches[scan->filling];

	row->offset = batch->sealed.size;
	row->size = sealed.size;
	row->code = QORGAN_OK;
	buffer_append_span(&batch->sealed, sealed);
	if (batch->sealed.failed)
		return error_set_memory(error);
	return ++batch->count == BATCH_ROWS ? batch_send(scan, error) : QORGAN_OK;
}

static struct row *row_next(struct scan *scan)
{
	struct batch *batch = &scan->batches[scan->filling];

	return &batch->rows[batch->count];
}

static int head_add(struct scan *scan, struct span key, struct span sealed, struct mirror_numbers *back,
                    struct qorgan_error *error)
{
	struct row *row = row_next(scan);
	struct seal_head head;
	int code = QORGAN_OK;

	if (key.size != sizeof(struct layout_number_key) || !seal_head_read(sealed, &head))
		return error_set(error, QORGAN_IO, "a row is malformed: the store is damaged; run qorgan verify");
	if (head.leaf >= scan->view->state.tree.size)
		return QORGAN_OK; /* of a change that is being written, or was interrupted */
	scan->found++;
	row->mirrored = false;
	row->number = bytes_get_u64(key.data);
	if (mirror_numbers_has(back, row->number, &code, error) || code)
		return code; /* it stands back for another state's */
	return row_add(scan, row, sealed, error);
}

/* The store's own objects. */
static int heads_scan(struct scan *scan, struct qorgan_error *error)
{
	uint64_t expected = scan->view->state.heads[scan->shard];
	struct engine_range *range = NULL;
	struct mirror_numbers back;
	struct span key, sealed;
	bool more = true;
	int code = mirror_numbers_open(scan->view, 'o', scan->shard, &back, error);

	if (!code)
		code = engine_range_open(scan->view->txn, ENGINE_HEADS + scan->shard, (struct span){ 0 }, (struct span){ 0 }, false,
		                         &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more)
		code = head_add(scan, key, sealed, &back, error);
	engine_range_close(range);
	mirror_numbers_close(&back);
	if (!code && scan->found != expected)
		code = error_set(error, QORGAN_IO, "%llu %s are stored where the log has %llu: the store is damaged; run qorgan verify",
		                 (unsigned long long)scan->found, scan->schema->plural, (unsigned long long)expected);
	return code;
}

/* The newest version of another state's object, unless it stands back. */
static int mirrored_add(struct scan *scan, const struct layout_mirror_version_key *key, struct buffer *newest,
                        struct mirror_numbers *back, struct qorgan_error *error)
{
	struct row *row = row_next(scan);
	int code = QORGAN_OK;

	if (!newest->size || mirror_numbers_has(back, bytes_get_u64(key->number), &code, error) || code)
		return code;
	row->mirrored = true;
	row->key = *key;
	row->number = bytes_get_u64(key->number);
	code = row_add(scan, row, buffer_span(newest), error);
	buffer_clear(newest);
	return code;
}

/* Objects of other states. All their versions lie one behind the other. */
static int mirrored_scan(struct scan *scan, struct qorgan_error *error)
{
	struct layout_mirror_version_key low = layout_mirror_version(scan->shard, 0, 0), at = low;
	struct layout_mirror_version_key high = layout_mirror_version(scan->shard, UINT64_MAX, 0);
	struct engine_range *range = NULL;
	struct mirror_numbers back;
	struct buffer newest = { 0 };
	struct span key, sealed;
	bool more = true;
	int code = mirror_numbers_open(scan->view, 'n', scan->shard, &back, error);

	if (!code)
		code = engine_range_open(scan->view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		if (key.size != sizeof at)
			code = error_set(error, QORGAN_IO, "a row is malformed: the store is damaged; run qorgan verify");
		if (code || !mirror_is_committed(scan->view, sealed))
			continue;
		if (memcmp(at.number, key.data + offsetof(struct layout_mirror_version_key, number), sizeof at.number) != 0)
			code = mirrored_add(scan, &at, &newest, &back, error);
		memcpy(&at, key.data, sizeof at);
		buffer_clear(&newest);
		buffer_append_span(&newest, sealed);
		if (!code && newest.failed)
			code = error_set_memory(error);
	}
	if (!code)
		code = mirrored_add(scan, &at, &newest, &back, error);
	engine_range_close(range);
	mirror_numbers_close(&back);
	buffer_free(&newest);
	return code;
}

static void scan_free(struct scan *scan)
{
	worker_stop(scan->worker);
	for (size_t i = 0; scan->batches && i < BATCHES; i++) {
		for (size_t j = 0; j < BATCH_ROWS; j++)
			vault_record_free(&scan->batches[i].rows[j].record);
		buffer_free(&scan->batches[i].sealed);
	}
	free(scan->batches);
}

int vault_scan(struct vault_view *view, const struct schema *schema, vault_each each, void *context,
               struct qorgan_error *error)
{
	struct scan scan = { .view = view, .schema = schema, .shard = vault_schema_shard(view->vault, schema), .each = each,
		                 .context = context, .batches = calloc(BATCHES, sizeof *scan.batches) };
	int code = scan.batches ? heads_scan(&scan, error) : error_set_memory(error);

	if (!code && view->state.mirror_objects)
		code = mirrored_scan(&scan, error);
	if (!code)
		code = batch_send(&scan, error);
	if (!code)
		code = batches_tell(&scan, 0, error);
	scan_free(&scan);
	return code;
}
