/* What the readers of JSON and of CSV have in common. */
#ifndef RECORD_INPUT_PARTS_H
#define RECORD_INPUT_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buffer.h"
#include "record/input.h"
#include "record/place.h"

/* What is said of text that is UTF-8, yet not text_is_clean. */
#define INPUT_UNCLEAN "holds a control character, a byte order mark or a change of text direction"

/* What is said of a number that an IEEE double would not hold exactly. */
#define INPUT_LARGE "the number is beyond 9007199254740991"

/* A file read in chunks. Bytes [keep, size) stay when more is read; the reader
 * stands at `at`. The chunk is larger than any object may be. */
struct input_source {
	FILE *stream;
	const char *name;
	const struct schema *kind; /* of a CSV without that column, or NULL */
	const struct input_handler *handler;
	char *chunk;
	size_t keep, at, size;
	bool ended;
	size_t line; /* of the byte at `at`, from 1 */
};

/* source_more(source): read on behind `size`, moving [keep, size) to the front;
 * false if there is no more, or no room for more. */
bool source_more(struct input_source *source);
/* source_fault(source, line, place, format, ...): tell the handler. */
void source_fault(const struct input_source *source, size_t line, const char *place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* source_object(source, schema, id, body, line, error): hand on one object. */
int source_object(const struct input_source *source, const struct schema *schema, const char *id, json_t *body,
                  size_t line, struct qorgan_error *error);
/* source_schema(source, kind, line): the table of a kind that may be loaded; NULL
 * after a fault was told. */
const struct schema *source_schema(const struct input_source *source, const char *kind, size_t line);

/* Read the rest of a source, by format. */
int input_read_json(struct input_source *source, struct qorgan_error *error);
int input_read_csv(struct input_source *source, struct qorgan_error *error);

/* Where JSON is broken: the line within its text, from 1, and the path. */
struct input_fault {
	size_t line;
	char path[PLACE_TEXT_SIZE];
};

/* input_load(text, value, fault, error): parse JSON whose size and depth were
 * checked; *fault is filled in if it is broken, and else says nothing. */
int input_load(struct span text, json_t **value, struct input_fault *fault, struct qorgan_error *error);
/* input_path_at(text, position, path): the path of the value or member that the
 * byte at `position` belongs to, in JSON that may be broken from there on. */
void input_path_at(struct span text, size_t position, char path[PLACE_TEXT_SIZE]);
/* input_inspect(value, place, tell, context): tell of all that no record may
 * hold: null, real numbers, large ones, unclean text. Returns how many. */
typedef void (*input_tell)(void *context, const struct place *place, const char *text);
size_t input_inspect(const json_t *value, const struct place *place, input_tell tell, void *context);

/* input_decode_array(text, value, error): as input_parse, for one JSON array. */
int input_decode_array(struct span text, json_t **value, struct qorgan_error *error);

#endif
