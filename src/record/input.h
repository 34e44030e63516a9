/* Objects as people and other programs write them: JSON Lines, a JSON array, or
 * CSV with the schema's columns; streamed, so that a file may be of any size. */
#ifndef RECORD_INPUT_H
#define RECORD_INPUT_H

#include <jansson.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

/* One object read. The receiver takes no ownership but may change `body`. */
struct input_object {
	const struct schema *schema;
	const char *id;
	json_t *body; /* members of the schema, `kind` and `id` taken out */
	const char *file;
	size_t line; /* where the object begins, from 1 */
};

struct input_handler {
	void *context;
	/* A code other than 0 stops the reading and is returned. */
	int (*object)(void *context, const struct input_object *object, struct qorgan_error *error);
	/* A faulty line: reading goes on behind it where that is possible. `place`
	 * is a field, a column or "" . */
	void (*fault)(void *context, const char *file, size_t line, const char *place, const char *text);
};

/* input_read(stream, name, kind, handler, error): read one file to its end. The
 * format is found from the first bytes ('[' array, '{' lines, else CSV). `kind`
 * is what a CSV without a `kind` column holds (or NULL). Refused by line and
 * path: duplicate members, depth over CANONICAL_DEPTH, text that is not clean
 * UTF-8, numbers that are not integers, null, objects over CANONICAL_SIZE,
 * unknown kinds and columns. Returns the handler's code, QORGAN_IO if reading
 * fails; faults are told to the handler only, that of a file which cannot be read
 * as a whole at the line where its reading ends. */
int input_read(FILE *stream, const char *name, const struct schema *kind, const struct input_handler *handler,
               struct qorgan_error *error);

/* input_parse(text, value, error): one JSON object from memory, under the same
 * rules; *value is a new reference. QORGAN_BAD_DATA if it breaks one. */
int input_parse(struct span text, json_t **value, struct qorgan_error *error);

/* input_parse_canonical(text, value, error): the same of text that canonical_is() knows,
 * in less time. */
int input_parse_canonical(struct span text, json_t **value, struct qorgan_error *error);

#endif
