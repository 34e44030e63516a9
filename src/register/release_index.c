/* The packages to each partner. */
#include "register/release_index.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"

struct row {
	struct row *next;
	char partner[RECORD_ID_LIMIT];
	struct buffer packages; /* of struct release_package */
};

struct release_index {
	struct row *rows; /* as many as there are partners */
};

static struct row *row_find(const struct release_index *index, struct span partner)
{
	for (struct row *row = index->rows; row; row = row->next)
		if (span_is(partner, row->partner))
			return row;
	return NULL;
}

static struct row *row_make(struct release_index *index, struct span partner)
{
	struct row *row = row_find(index, partner);

	if (row || partner.size >= sizeof row->partner || !(row = calloc(1, sizeof *row)))
		return row;
	memcpy(row->partner, partner.data, partner.size);
	row->next = index->rows;
	index->rows = row;
	return row;
}

static struct release_package package_last(const struct row *row)
{
	const struct release_package *packages = (const void *)row->packages.data;
	size_t count = row->packages.size / sizeof *packages;

	return count ? packages[count - 1] : (struct release_package){ 0 };
}

uint64_t release_sequence(struct span id)
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

/* The next of the numbers that go with the recipients; a record of 0.1.0 has none. */
static uint64_t previous_next(struct reader *numbers, const struct row *row)
{
	struct span element;
	int64_t number;

	if (numbers->at && reader_element(numbers, &element) && reader_integer(element, &number) && number >= 0)
		return (uint64_t)number;
	return package_last(row).sequence;
}

static int release_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { FIRST, OWED, PREVIOUS, RESTORED, SIZE, TO, NAMES };
	static const char *const names[NAMES] = { "first", "owed", "previous", "restored", "size", "to" };
	struct release_index *index = context;
	struct release_package package = { .sequence = release_sequence(record->record.id) };
	struct buffer scratch = { 0 };
	struct span values[NAMES], element, partner;
	struct reader reader, numbers = { 0 };
	int64_t first = 0, size = 0, moment = 0;
	int code = QORGAN_OK;

	reader_pick(record->record.body, names, values, NAMES);
	if (!values[TO].data || !reader_open(values[TO], &reader) || !reader_integer(values[SIZE], &size) ||
	    !reader_integer(values[FIRST], &first))
		return error_set(error, QORGAN_IO, "the record of a package cannot be read: the store is damaged; run qorgan verify");
	if (values[PREVIOUS].data)
		reader_open(values[PREVIOUS], &numbers);
	package.first = (uint64_t)first;
	if (values[RESTORED].size > 2) /* quotes */
		time_parse((struct span){ values[RESTORED].data + 1, values[RESTORED].size - 2 }, &package.restored);
	if (time_parse(record->record.time, &moment))
		package.day = time_date(moment);
	while (!code && reader_element(&reader, &element)) {
		buffer_clear(&scratch);
		if (!reader_string(element, &scratch, &partner))
			continue;
		struct row *row = row_make(index, partner);
		if (!row) {
			code = error_set_memory(error);
			continue;
		}
		package.previous = previous_next(&numbers, row);
		package.sent = sent_to(values[OWED], partner, (uint64_t)size);
		if (package.sequence > package_last(row).sequence) /* a long package has further records */
			buffer_append(&row->packages, &package, sizeof package);
		code = row->packages.failed ? error_set_memory(error) : QORGAN_OK;
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
	for (struct row *row = index->rows, *next; row; row = next) {
		next = row->next;
		buffer_free(&row->packages);
		free(row);
	}
	free(index);
}

struct release_package release_index_find(const struct release_index *index, struct span partner)
{
	const struct row *row = row_find(index, partner);

	return row ? package_last(row) : (struct release_package){ 0 };
}

const struct release_package *release_index_packages(const struct release_index *index, struct span partner,
                                                     size_t *count)
{
	const struct row *row = row_find(index, partner);

	*count = row ? row->packages.size / sizeof(struct release_package) : 0;
	return row ? (const void *)row->packages.data : NULL;
}
