/* Reading the receipts. */
#include "register/receipt_index.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "register/leaf_ranges.h"

struct row {
	struct receipt_facts facts;
	size_t leaves, size; /* its list, within the texts */
};

struct receipt_index {
	struct buffer rows;  /* of struct row */
	struct buffer texts;
};

static void text_copy(struct span raw, char *to, size_t limit)
{
	struct buffer scratch = { 0 };
	struct span text;

	if (raw.data && reader_string(raw, &scratch, &text) && text.size < limit)
		memcpy(to, text.data, text.size);
	buffer_free(&scratch);
}

/* The number behind the slash of "UZB/7"; a long list goes on in "UZB/7.1". */
static uint64_t sequence_of(struct span id)
{
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;
	uint64_t number = 0;

	for (const char *at = slash ? slash + 1 : NULL; at && at < id.data + id.size && *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	return number;
}

static int receipt_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { CREATED, FROM, LEAVES, SIZE, NAMES };
	static const char *const names[NAMES] = { "created", "from", "leaves", "size" };
	struct receipt_index *index = context;
	struct span values[NAMES], leaves = { 0 };
	struct buffer scratch = { 0 };
	struct row row = { .leaves = index->texts.size };
	int64_t size = 0;

	reader_pick(record->record.body, names, values, NAMES);
	text_copy(values[FROM], row.facts.from, sizeof row.facts.from);
	text_copy(values[CREATED], row.facts.created, sizeof row.facts.created);
	if (record->record.time.size < sizeof row.facts.received)
		memcpy(row.facts.received, record->record.time.data, record->record.time.size);
	row.facts.sequence = sequence_of(record->record.id);
	row.facts.commit = record->record.commit;
	if (values[SIZE].data && reader_integer(values[SIZE], &size) && size > 0)
		row.facts.size = (uint64_t)size;
	if (values[LEAVES].data && reader_string(values[LEAVES], &scratch, &leaves))
		buffer_append_span(&index->texts, leaves);
	row.size = index->texts.size - row.leaves;
	buffer_append(&index->rows, &row, sizeof row);
	buffer_free(&scratch);
	return index->rows.failed || index->texts.failed ? error_set_memory(error) : QORGAN_OK;
}

int receipt_index_load(struct vault_view *view, struct receipt_index **index, struct qorgan_error *error)
{
	struct receipt_index *made = calloc(1, sizeof *made);
	int code = made ? vault_scan(view, schema_find("receipt", 7), receipt_take, made, error) : error_set_memory(error);

	if (code) {
		receipt_index_free(made);
		return code;
	}
	*index = made;
	return QORGAN_OK;
}

void receipt_index_free(struct receipt_index *index)
{
	if (!index)
		return;
	buffer_free(&index->rows);
	buffer_free(&index->texts);
	free(index);
}

static bool row_has(const struct receipt_index *index, const struct row *row, uint64_t leaf)
{
	struct span rest = { index->texts.data + row->leaves, row->size };
	uint64_t first, after;

	while (leaf_ranges_next(&rest, &first, &after))
		if (leaf >= first && leaf < after)
			return true;
	return false;
}

const struct receipt_facts *receipt_index_find(const struct receipt_index *index, struct span from, uint64_t leaf)
{
	const struct row *rows = (const struct row *)(const void *)index->rows.data;

	for (size_t i = 0; i < index->rows.size / sizeof *rows; i++)
		if (span_is(from, rows[i].facts.from) && row_has(index, &rows[i], leaf))
			return &rows[i].facts;
	return NULL;
}
