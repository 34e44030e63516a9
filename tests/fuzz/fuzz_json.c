/* Any bytes as a file of JSON: read, validated, and what passes is canonical. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "record/canonical.h"
#include "record/input.h"
#include "record/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_object(void *context, const struct input_object *object, struct qorgan_error *error)
{
	struct buffer once = { 0 }, twice = { 0 };
	json_t *again = NULL;

	(void)context;
	if (validate_body(object->schema, span_of(object->id), object->body, NULL, NULL, NULL) > 0)
		return QORGAN_OK;
	if (canonical_write(object->body, &once, error) || !canonical_is(buffer_span(&once)))
		abort(); /* what is valid has a canonical form */
	if (input_parse(buffer_span(&once), &again, error) == QORGAN_OK) {
		if (validate_body(object->schema, span_of(object->id), again, NULL, NULL, NULL) > 0 ||
		    canonical_write(again, &twice, error) || !span_equal(buffer_span(&once), buffer_span(&twice)))
			abort(); /* the normal form is its own normal form */
		json_decref(again);
	} else if (once.size <= CANONICAL_SIZE) {
		abort();
	}
	buffer_free(&once);
	buffer_free(&twice);
	return QORGAN_OK;
}

static void on_fault(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)context;
	if (!file || line == 0 || !place || !text || !*text)
		abort();
}

/* What is canonical is read as Jansson reads it; other bytes without harm. */
static void tree_compare(struct span text)
{
	json_t *ours = canonical_read(text), *theirs = NULL;

	if (canonical_is(text)) {
		theirs = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
		if (!ours != !theirs || (ours && !json_equal(ours, theirs)))
			abort();
	}
	json_decref(ours);
	json_decref(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input_handler handler = { NULL, on_object, on_fault };
	struct qorgan_error error;

	if (size == 0)
		return 0;
	tree_compare((struct span){ (const char *)data, size });
	FILE *stream = fmemopen((void *)data, size, "r");
	if (stream) {
		input_read(stream, "fuzz", NULL, &handler, &error);
		fclose(stream);
	}
	return 0;
}
