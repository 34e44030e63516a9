/* The receipts: an array of packages, and their runs of leaves in order. */
#include "register/receipt_index.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "register/leaf_ranges.h"

/* Leaves of one log that came by one package. */
struct run {
	uint64_t first, after;
	uint32_t receipt; /* index */
	uint16_t log;
};

struct receipt_index {
	struct buffer receipts; /* of struct receipt_facts */
	struct buffer runs;     /* of struct run, by log and first leaf */
};

struct known_log {
	char origin[256];
	uint16_t number;
};

struct indexing {
	struct vault_view *view;
	struct receipt_index *index;
	struct buffer logs; /* of struct known_log */
};

const struct receipt_facts *receipt_index_all(const struct receipt_index *index, size_t *count)
{
	*count = index->receipts.size / sizeof(struct receipt_facts);
	return (const struct receipt_facts *)(const void *)index->receipts.data;
}

static int log_take(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct indexing *indexing = context;
	struct known_log known = { .number = log->number };

	memcpy(known.origin, log->origin, sizeof known.origin);
	buffer_append(&indexing->logs, &known, sizeof known);
	return indexing->logs.failed ? error_set_memory(error) : QORGAN_OK;
}

/* The log is the one whose checkpoint the receipt keeps: its origin is the first line. */
static int log_find(const struct indexing *indexing, struct span note, uint16_t *number, struct qorgan_error *error)
{
	const struct known_log *logs = (const struct known_log *)(const void *)indexing->logs.data;
	const char *end = note.size ? memchr(note.data, '\n', note.size) : NULL;
	struct span origin = { note.data, end ? (size_t)(end - note.data) : 0 };

	for (size_t i = 0; i < indexing->logs.size / sizeof *logs; i++) {
		if (!span_is(origin, logs[i].origin))
			continue;
		*number = logs[i].number;
		return QORGAN_OK;
	}
	return error_set(error, QORGAN_IO, "a package was received of a log that is not there: the store is damaged; run "
	                 "qorgan verify");
}

/* The number behind the slash of "KAZ/7"; a long package has further receipts, "KAZ/7.1",
 * whose versions are counted with the first. Of a state's second log it is "KAZ/7-2". */
static uint64_t sequence_of(struct span id, bool *further)
{
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;
	uint64_t number = 0;
	const char *at = slash ? slash + 1 : id.data + id.size;

	for (; at < id.data + id.size && *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	*further = at < id.data + id.size && memchr(at, '.', (size_t)(id.data + id.size - at));
	return number;
}

/* The place of a package; further receipts of one add to its first. NULL without memory. */
static struct receipt_facts *receipt_place(struct buffer *receipts, const struct receipt_facts *receipt, bool further)
{
	struct receipt_facts *all = (struct receipt_facts *)(void *)receipts->data;
	size_t count = receipts->size / sizeof *all;

	if (further && count && all[count - 1].log == receipt->log && all[count - 1].sequence == receipt->sequence)
		return &all[count - 1];
	buffer_append(receipts, receipt, sizeof *receipt);
	return receipts->failed ? NULL : (struct receipt_facts *)(void *)receipts->data + count;
}

static int leaves_add(struct receipt_index *index, const struct receipt_facts *receipt, bool further,
                      struct span leaves, struct qorgan_error *error)
{
	struct receipt_facts *place = receipt_place(&index->receipts, receipt, further);
	struct run run = { .log = receipt->log };

	if (!place)
		return error_set_memory(error);
	run.receipt = (uint32_t)(index->receipts.size / sizeof *place) - 1;
	while (leaf_ranges_next(&leaves, &run.first, &run.after)) {
		place->versions += run.after - run.first;
		buffer_append(&index->runs, &run, sizeof run);
	}
	return index->runs.failed ? error_set_memory(error) : QORGAN_OK;
}

static int version_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { CHECKPOINT, CREATED, FROM, LEAVES, RECORDS, SIZE, NAMES };
	static const char *const names[NAMES] = { "checkpoint", "created", "from", "leaves", "records", "size" };
	struct indexing *indexing = context;
	struct receipt_facts receipt = { 0 };
	struct buffer scratch = { 0 };
	struct span values[NAMES], text = { 0 };
	int64_t records = 0, size = 0;
	bool further;

	reader_pick(record->record.body, names, values, NAMES);
	receipt.sequence = sequence_of(record->record.id, &further);
	span_copy_into(record->record.user, receipt.user, sizeof receipt.user);
	span_copy_into(record->record.time, receipt.received, sizeof receipt.received);
	if (reader_string(values[FROM], &scratch, &text))
		span_copy_into(text, receipt.from, sizeof receipt.from);
	if (reader_string(values[CREATED], &scratch, &text))
		span_copy_into(text, receipt.created, sizeof receipt.created);
	reader_integer(values[RECORDS], &records);
	reader_integer(values[SIZE], &size);
	receipt.records = (uint64_t)records;
	receipt.size = (uint64_t)size;
	receipt.commit = record->record.commit;
	text = (struct span){ 0 };
	reader_string(values[CHECKPOINT], &scratch, &text);
	int code = log_find(indexing, text, &receipt.log, error);
	text = (struct span){ 0 };
	if (!code && values[LEAVES].data)
		reader_string(values[LEAVES], &scratch, &text);
	if (!code)
		code = leaves_add(indexing->index, &receipt, further, text, error);
	buffer_free(&scratch);
	return code;
}

/* One that was taken in again, as it brought more, has several versions. */
static int receipt_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct indexing *indexing = context;
	struct vault_place place = record->place;
	int code = QORGAN_OK;

	if (place.version > 1)
		code = vault_scan_history(indexing->view, &place, version_take, indexing, error);
	return code ? code : version_take(indexing, record, error);
}

static int compare_runs(const void *left, const void *right)
{
	const struct run *a = left, *b = right;

	if (a->log != b->log)
		return a->log < b->log ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

int receipt_index_load(struct vault_view *view, struct receipt_index **index, struct qorgan_error *error)
{
	struct indexing indexing = { .view = view, .index = calloc(1, sizeof *indexing.index) };
	int code = indexing.index ? mirror_logs(view, log_take, &indexing, error) : error_set_memory(error);

	if (!code)
		code = vault_scan(view, schema_find("receipt", 7), receipt_take, &indexing, error);
	buffer_free(&indexing.logs);
	if (code) {
		receipt_index_free(indexing.index);
		return code;
	}
	if (indexing.index->runs.size)
		qsort(indexing.index->runs.data, indexing.index->runs.size / sizeof(struct run), sizeof(struct run),
		      compare_runs);
	*index = indexing.index;
	return QORGAN_OK;
}

void receipt_index_free(struct receipt_index *index)
{
	if (!index)
		return;
	buffer_free(&index->receipts);
	buffer_free(&index->runs);
	free(index);
}

const struct receipt_facts *receipt_index_find(const struct receipt_index *index, unsigned log, uint64_t leaf)
{
	const struct run *runs = (const struct run *)(const void *)index->runs.data;
	size_t low = 0, high = index->runs.size / sizeof *runs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (runs[middle].log < log || (runs[middle].log == log && runs[middle].after <= leaf))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->runs.size / sizeof *runs || runs[low].log != log || runs[low].first > leaf)
		return NULL;
	return (const struct receipt_facts *)(const void *)index->receipts.data + runs[low].receipt;
}
