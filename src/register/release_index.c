/* The newest package to each partner. */
#include "register/release_index.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"

struct row {
	char partner[RECORD_ID_LIMIT];
	struct release_facts facts;
};

struct release_index {
	struct buffer rows; /* of struct row: as many as there are partners */
};

static struct row *row_find(const struct release_index *index, struct span partner)
{
	struct row *rows = (struct row *)(void *)index->rows.data;

	for (size_t i = 0; i < index->rows.size / sizeof *rows; i++)
		if (span_is(partner, rows[i].partner))
			return &rows[i];
	return NULL;
}

static struct row *row_make(struct release_index *index, struct span partner)
{
	struct row *row = row_find(index, partner), fresh = { 0 };

	if (row || partner.size >= sizeof fresh.partner)
		return row;
	memcpy(fresh.partner, partner.data, partner.size);
	buffer_append(&index->rows, &fresh, sizeof fresh);
	return index->rows.failed ? NULL : row_find(index, partner);
}

/* The number behind the slash of "KAZ/7"; a long package's further records are
 * "KAZ/7.1". */
static uint64_t sequence_of(struct span id)
{
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;
	uint64_t number = 0;

	for (const char *at = slash ? slash + 1 : NULL; at && at < id.data + id.size && *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	return number;
}

/* The first leaf that this partner may have and the package lacks, or `size`. */
static uint64_t sent_to(struct span owed, struct span partner, uint64_t size)
{
	static const char *const names[] = { "leaf", "partner" };
	struct buffer scratch = { 0 };
	struct span element, values[2], text;
	struct reader reader;
	uint64_t sent = size;
	int64_t leaf;

	if (!owed.data || !reader_open(owed, &reader))
		return sent;
	while (reader_element(&reader, &element)) {
		reader_pick(element, names, values, 2);
		if (values[1].data && reader_string(values[1], &scratch, &text) && span_equal(text, partner) &&
		    reader_integer(values[0], &leaf) && leaf >= 0 && (uint64_t)leaf < size)
			sent = (uint64_t)leaf;
	}
	buffer_free(&scratch);
	return sent;
}

static int release_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	static const char *const names[] = { "owed", "size", "to" };
	struct release_index *index = context;
	uint64_t sequence = sequence_of(record->record.id);
	struct buffer scratch = { 0 };
	struct span values[3], element, partner;
	struct reader reader;
	int64_t size = 0;
	int code = QORGAN_OK;

	reader_pick(record->record.body, names, values, 3);
	if (!values[2].data || !reader_open(values[2], &reader) || !reader_integer(values[1], &size))
		return error_set(error, QORGAN_IO, "the record of a package cannot be read: the store is damaged; run qorgan verify");
	while (!code && reader_element(&reader, &element)) {
		buffer_clear(&scratch);
		if (!reader_string(element, &scratch, &partner))
			continue;
		struct row *row = row_make(index, partner);
		if (!row)
			code = error_set_memory(error);
		else if (sequence >= row->facts.sequence)
			row->facts = (struct release_facts){ sequence, sent_to(values[0], partner, (uint64_t)size) };
	}
	buffer_free(&scratch);
	return code;
}

int release_index_load(struct vault_view *view, struct release_index **index, struct qorgan_error *error)
{
	struct release_index *made = calloc(1, sizeof *made);
	int code = made ? vault_scan(view, schema_find("release", 7), release_take, made, error) : error_set_memory(error);

	if (code) {
		release_index_free(made);
		return code;
	}
	*index = made;
	return QORGAN_OK;
}

void release_index_free(struct release_index *index)
{
	if (!index)
		return;
	buffer_free(&index->rows);
	free(index);
}

struct release_facts release_index_find(const struct release_index *index, struct span partner)
{
	const struct row *row = row_find(index, partner);

	return row ? row->facts : (struct release_facts){ 0 };
}
