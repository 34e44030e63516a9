/* Any bytes as a file of CSV, of measures or of a kind named in it: what is read
 * and valid comes back the same after it was written as CSV. The first byte
 * chooses the kind. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"
#include "record/output.h"
#include "record/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_same(void *context, const struct input_object *object, struct qorgan_error *error)
{
	struct span *expected = context;
	struct buffer body = { 0 };

	if (validate_body(object->schema, span_of(object->id), object->body, NULL, NULL, NULL) > 0 ||
	    canonical_write(object->body, &body, error) || !span_equal(buffer_span(&body), *expected))
		abort();
	buffer_free(&body);
	expected->data = NULL; /* it was met */
	return QORGAN_OK;
}

static void on_no_fault(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context;
	fprintf(stderr, "%s:%zu: %s: %s\n", file, line, place, text);
	abort();
}

/* The languages that occur at the top of the body, as columns. */
static size_t find_languages(const struct schema *schema, const json_t *body, const char *languages[64])
{
	size_t count = 0;

	for (const struct field *field = schema->fields; field->name; field++) {
		json_t *map = json_object_get(body, field->name), *value;
		const char *language;
		if (field->type == FIELD_GROUP && !(field->flags & FIELD_LIST) && map)
			for (const struct field *inner = field->fields; inner->name; inner++)
				if (inner->type == FIELD_TEXT && json_object_get(map, inner->name))
					return 65; /* not followed further here */
		if (field->type != FIELD_TEXT)
			continue;
		json_object_foreach(map, language, value) {
			size_t i = 0;
			while (i < count && strcmp(languages[i], language) != 0)
				i++;
			if (i == 64)
				return 65;
			if (i == count)
				languages[count++] = language;
		}
	}
	return count;
}

static int on_object(void *context, const struct input_object *object, struct qorgan_error *error)
{
	const char *languages[64];
	struct output_columns *columns;
	struct buffer body = { 0 }, csv = { 0 };

	(void)context;
	if (validate_body(object->schema, span_of(object->id), object->body, NULL, NULL, NULL) > 0)
		return QORGAN_OK;
	size_t count = find_languages(object->schema, object->body, languages);
	if (count > 64)
		return QORGAN_OK;
	if (canonical_write(object->body, &body, error) || output_columns_make(object->schema, languages, count,
		&columns, error))
		abort();
	struct record record = { .kind = span_of(object->schema->kind), .id = span_of(object->id),
	                         .body = buffer_span(&body) };
	struct span expected = buffer_span(&body);
	const struct input_handler handler = { &expected, on_same, on_no_fault };
	output_csv_head(columns, &csv);
	output_csv_row(columns, &record, &csv);
	FILE *stream = fmemopen(csv.data, csv.size, "r");
	if (stream) {
		if (input_read(stream, "again", NULL, &handler, error) || expected.data)
			abort();
		fclose(stream);
	}
	output_columns_free(columns);
	buffer_free(&body);
	buffer_free(&csv);
	return QORGAN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input_handler handler = { NULL, on_object, NULL };
	struct qorgan_error error;
	size_t count;
	const struct schema *const *all = schema_all(&count);

	if (size < 2)
		return 0;
	const struct schema *kind = data[0] % (count + 1) < count ? all[data[0] % (count + 1)] : NULL;
	FILE *stream = fmemopen((void *)(data + 1), size - 1, "r");
	if (stream) {
		input_read(stream, "fuzz", kind, &handler, &error);
		fclose(stream);
	}
	return 0;
}
