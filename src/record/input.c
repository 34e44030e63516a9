/* Reading what people and other programs write: the file, its format, and the
 * rules that hold whatever the format is. */
#include "record/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/language.h"
#include "base/text.h"
#include "record/canonical.h"
#include "record/input_parts.h"
#include "record/record.h"
#include "record/scan.h"
#include "record/suggest.h"

#define CHUNK_SIZE (2 * CANONICAL_SIZE + 4096)
#define INTEGER_LIMIT 9007199254740991

bool source_more(struct input_source *source)
{
	if (source->ended)
		return false;
	if (source->keep > 0) {
		memmove(source->chunk, source->chunk + source->keep, source->size - source->keep);
		source->at -= source->keep;
		source->size -= source->keep;
		source->keep = 0;
	}
	if (source->size == CHUNK_SIZE)
		return false;
	size_t got = fread(source->chunk + source->size, 1, CHUNK_SIZE - source->size, source->stream);
	source->size += got;
	source->ended = got == 0;
	return got > 0;
}

void source_fault(const struct input_source *source, size_t line, const char *place, const char *format, ...)
{
	char text[sizeof ((struct qorgan_error *)0)->message];
	struct qorgan_error clean;
	va_list list;

	if (!source->handler->fault)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof text, language_said(format), list);
	va_end(list);
	error_set(&clean, QORGAN_BAD_DATA, "%s", text); /* what is quoted must not steer a terminal */
	source->handler->fault(source->handler->context, source->name, line, place, clean.message);
}

int source_object(const struct input_source *source, const struct schema *schema, const char *id, json_t *body,
                  size_t line, struct qorgan_error *error)
{
	struct input_object object = { schema, id, body, source->name, line };
	struct qorgan_error why;

	if (record_id_check(schema, span_of(id), &why)) {
		source_fault(source, line, "id", "%s", why.message);
		return QORGAN_OK;
	}
	return source->handler->object ? source->handler->object(source->handler->context, &object, error) : QORGAN_OK;
}

const struct schema *source_schema(const struct input_source *source, const char *kind, size_t line)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	struct suggestion suggestion = { .word = kind };
	char nearest[SUGGEST_TEXT_SIZE];
	size_t count;

	if (schema && schema->flags & SCHEMA_CATALOGUE)
		return schema;
	if (schema) {
		source_fault(source, line, "kind", "a %s is kept by the program itself and cannot be loaded", kind);
		return NULL;
	}
	const struct schema *const *all = schema_all(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i]->flags & SCHEMA_CATALOGUE)
			suggest_offer(&suggestion, all[i]->kind);
	suggest_format(&suggestion, nearest);
	source_fault(source, line, "kind", "unknown kind \"%.80s\"%s", kind, nearest);
	return NULL;
}

/* The rules for any JSON from outside. */

/* The parser's words name its own options and the end of a file that is none. */
static int tell_broken(const json_error_t *fault, struct qorgan_error *error)
{
	switch (json_error_code(fault)) {
	case json_error_out_of_memory:
		return error_set_memory(error);
	case json_error_invalid_utf8:
		return error_set(error, QORGAN_BAD_DATA, "the text is not UTF-8");
	case json_error_duplicate_key:
		return error_set(error, QORGAN_BAD_DATA, "a member stands here twice");
	case json_error_numeric_overflow:
		return error_set(error, QORGAN_BAD_DATA, INPUT_LARGE);
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return error_set(error, QORGAN_BAD_DATA, INPUT_UNCLEAN);
	case json_error_premature_end_of_input:
		return error_set(error, QORGAN_BAD_DATA, "broken JSON: it ends before it is whole");
	case json_error_end_of_input_expected:
		return error_set(error, QORGAN_BAD_DATA, "broken JSON: something follows its end");
	default:
		return error_set(error, QORGAN_BAD_DATA, "broken JSON: %s", fault->text);
	}
}

int input_load(struct span text, json_t **value, struct input_fault *fault, struct qorgan_error *error)
{
	uint64_t failures = memory_failures();
	json_error_t found;

	fault->line = 0;
	fault->path[0] = '\0';
	*value = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &found);
	if (memory_failures() != failures) {
		json_decref(*value);
		*value = NULL;
		return error_set_memory(error);
	}
	if (*value)
		return QORGAN_OK;
	fault->line = found.line > 0 ? (size_t)found.line : 1;
	input_path_at(text, found.position > 0 ? (size_t)found.position : 0, fault->path);
	return tell_broken(&found, error);
}

size_t input_inspect(const json_t *value, const struct place *place, input_tell tell, void *context)
{
	const char *why = NULL;
	size_t faults = 0;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		for (void *at = json_object_iter((json_t *)value); at;
		     at = json_object_iter_next((json_t *)value, at)) {
			struct place here = { place, json_object_iter_key(at), 0 };
			faults += input_inspect(json_object_iter_value(at), &here, tell, context);
		}
		return faults;
	case JSON_ARRAY:
		for (size_t i = 0; i < json_array_size(value); i++) {
			struct place here = { place, NULL, i };
			faults += input_inspect(json_array_get(value, i), &here, tell, context);
		}
		return faults;
	case JSON_STRING:
		if (!text_is_clean((struct span){ json_string_value(value), json_string_length(value) }))
			why = INPUT_UNCLEAN;
		break;
	case JSON_INTEGER:
		if (json_integer_value(value) > INTEGER_LIMIT || json_integer_value(value) < -INTEGER_LIMIT)
			why = INPUT_LARGE;
		break;
	case JSON_REAL:
		why = "a number must be whole, without fraction or exponent";
		break;
	case JSON_NULL:
		why = "null is not a value: leave the member out";
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		break;
	}
	if (why)
		tell(context, place, why);
	return why != NULL;
}

/* Keeps the first fault as an error. */
static void tell_error(void *context, const struct place *place, const char *text)
{
	struct qorgan_error *error = context;
	char path[PLACE_TEXT_SIZE];

	if (error->code)
		return;
	place_format(place, path);
	error_set(error, QORGAN_BAD_DATA, "%s%s%s", path, *path ? ": " : "", text);
}

static bool depth_is_within(struct span text, size_t limit)
{
	const char *end = text.data + text.size;
	size_t depth = 0;

	for (const char *at = text.data; at < end; at++) {
		if (*at == '"') {
			at = scan_string_end(at + 1, end);
			if (!at)
				return true; /* the parser will say what is wrong */
		} else if (*at == '{' || *at == '[') {
			if (++depth > limit)
				return false;
		} else if ((*at == '}' || *at == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

/* What the rules say of a value that could be read; it is freed if it breaks one. */
static int judge(bool array, json_t **value, struct qorgan_error *error)
{
	struct qorgan_error first = { 0 };
	int code = QORGAN_OK;

	if (array ? !json_is_array(*value) : !json_is_object(*value))
		code = error_set(error, QORGAN_BAD_DATA, "must be one JSON %s", array ? "array" : "object");
	else if (input_inspect(*value, NULL, tell_error, &first) > 0)
		code = error_set(error, first.code, "%s", first.message);
	if (code) {
		json_decref(*value);
		*value = NULL;
	}
	return code;
}

static int decode(struct span text, bool array, json_t **value, struct qorgan_error *error)
{
	struct input_fault fault;

	*value = NULL;
	if (text.size > CANONICAL_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "longer than %d bytes", CANONICAL_SIZE);
	if (!depth_is_within(text, CANONICAL_DEPTH))
		return error_set(error, QORGAN_BAD_DATA, "nested deeper than %d levels", CANONICAL_DEPTH);
	int code = input_load(text, value, &fault, error);
	if (code == QORGAN_BAD_DATA && *fault.path)
		error_prefix(error, code, "%s", fault.path);
	if (code == QORGAN_BAD_DATA && fault.line > 1)
		error_prefix(error, code, "line %zu", fault.line);
	return code ? code : judge(array, value, error);
}

int input_parse(struct span text, json_t **value, struct qorgan_error *error)
{
	return decode(text, false, value, error);
}

int input_parse_canonical(struct span text, json_t **value, struct qorgan_error *error)
{
	*value = text.size <= CANONICAL_SIZE ? canonical_read(text) : NULL;
	return *value ? judge(false, value, error) : input_parse(text, value, error);
}

int input_decode_array(struct span text, json_t **value, struct qorgan_error *error)
{
	return decode(text, true, value, error);
}

/* Passes over a byte order mark and blank lines; tells what begins the content,
 * or EOF. */
static int first_byte(struct input_source *source)
{
	source_more(source);
	while (source->size < 3 && source_more(source))
		;
	if (source->size >= 3 && memcmp(source->chunk, "\xef\xbb\xbf", 3) == 0)
		source->at = source->keep = 3;
	for (;; source->at++) {
		source->keep = source->at;
		if (source->at == source->size && !source_more(source))
			return EOF;
		char c = source->chunk[source->at];
		if (c == '\n')
			source->line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			return (unsigned char)c;
	}
}

int input_read(FILE *stream, const char *name, const struct schema *kind, const struct input_handler *handler,
               struct qorgan_error *error)
{
	struct input_source source = { .stream = stream, .name = name, .kind = kind, .handler = handler, .line = 1 };
	int code = QORGAN_OK;

	errno = 0;
	source.chunk = malloc(CHUNK_SIZE);
	if (!source.chunk)
		return error_set_memory(error);
	int first = first_byte(&source);
	if (first == '[' || first == '{')
		code = input_read_json(&source, error);
	else if (first == 0xff || first == 0xfe)
		source_fault(&source, 1, "", "not UTF-8, it may be UTF-16: save it as UTF-8");
	else if (first != EOF)
		code = input_read_csv(&source, error);
	if (code == QORGAN_OK && ferror(stream))
		code = error_set_system(error, QORGAN_IO, "%s: cannot be read", name);
	free(source.chunk);
	return code;
}
