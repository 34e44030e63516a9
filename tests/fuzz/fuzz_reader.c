/* Any bytes as a stored record: nothing is read beyond their end, and what is
 * taken for canonical is what Jansson reads and the canonical writer writes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"
#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Visits all that can be reached. */
static void walk(struct span raw, unsigned depth)
{
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span name, value;
	int64_t integer;

	reader_integer(raw, &integer);
	reader_true(raw);
	if (reader_string(raw, &scratch, &value) && value.size > raw.size)
		abort();
	buffer_free(&scratch);
	if (depth > 2 * CANONICAL_DEPTH || !reader_open(raw, &reader))
		return;
	if (*raw.data == '{')
		while (reader_member(&reader, &name, &value))
			walk(value, depth + 1);
	else
		while (reader_element(&reader, &value))
			walk(value, depth + 1);
}

static void judge(struct span bytes)
{
	struct buffer again = { 0 };
	struct qorgan_error error;

	if (!canonical_is(bytes))
		return;
	json_t *value = json_loadb(bytes.data, bytes.size, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES,
	                           NULL);
	if (!value || canonical_write(value, &again, &error) || !span_equal(bytes, buffer_span(&again)))
		abort();
	json_decref(value);
	buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "body", "id", "kind", "title", "version" };
	struct span bytes = { (const char *)data, size }, values[5];
	struct record record;
	struct qorgan_error error;

	if (size == 0)
		return 0;
	walk(bytes, 0);
	reader_pick(bytes, names, values, 5);
	for (size_t i = 0; i < 5; i++)
		if (values[i].data && (values[i].data < bytes.data ||
		                       values[i].data + values[i].size > bytes.data + size))
			abort();
	if (record_parse(bytes, &record, &error) == QORGAN_OK)
		walk(record.body, 0);
	judge(bytes);
	return 0;
}
