/* Cutting single objects out of a stream of JSON: an array of them, or one after
 * the other, on a line each or spread over lines.
 *
 * The end of an object is found by counting brackets, strings respected. Where
 * brackets are missing this would swallow the objects that follow, and one slip
 * would hide every other. So an object also ends, as broken, where a line begins
 * another one in the same column and no value could stand there. */

#include "base/language.h"
#include "record/canonical.h"
#include "record/input_parts.h"
#include "record/scan.h"

#define NO_COLUMN SIZE_MAX
#define KNOWN_DEPTH 32 /* levels of which it is known whether they are objects */

enum cut { CUT_WHOLE, CUT_BROKEN, CUT_END };

struct splitter {
	struct input_source *source;
	size_t column;     /* of the byte at source->at, from 0 */
	bool fresh;        /* only white space before it on its line */
	size_t home;       /* column of the object's first brace if that begins its line */
	size_t begun;      /* the line of that brace */
	size_t depth;
	uint32_t objects;  /* bit d: the bracket at depth d is a brace */
	char last;         /* last byte that is not white space, a string counting as its quote */
	bool deep, large;
};

/* The byte at hand, or EOF. */
static inline int peek(struct splitter *s)
{
	struct input_source *source = s->source;

	if (source->at == source->size && !source_more(source))
		return EOF;
	return (unsigned char)source->chunk[source->at];
}

static inline void step(struct splitter *s, int c)
{
	s->source->at++;
	if (c == '\n') {
		s->source->line++;
		s->column = 0;
		s->fresh = true;
	} else {
		s->column++;
		if (c != ' ' && c != '\t' && c != '\r')
			s->fresh = false;
	}
}

static inline bool is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int skip_space(struct splitter *s)
{
	int c = peek(s);

	while (is_space(c)) {
		step(s, c);
		s->source->keep = s->source->at;
		c = peek(s);
	}
	s->source->keep = s->source->at;
	return c;
}

/* Forgets an object that is too long, yet goes on looking for its end. */
static void bound_size(struct splitter *s)
{
	if (s->large || s->source->at - s->source->keep > CANONICAL_SIZE) {
		s->large = true;
		s->source->keep = s->source->at;
	}
}

/* Passes a string; an unescaped end of line ends it too, for the parser to
 * complain of. */
static void pass_string(struct splitter *s)
{
	struct input_source *source = s->source;
	int c;

	step(s, '"');
	for (; (c = peek(s)) != EOF && c != '\n'; bound_size(s)) {
		const char *from = source->chunk + source->at;
		size_t plain = (size_t)(scan_plain(from, source->chunk + source->size) - from);
		if (plain > 0) {
			source->at += plain;
			s->column += plain;
			s->fresh = false;
			continue;
		}
		step(s, c);
		if (c == '"')
			break;
		if (c == '\\' && (c = peek(s)) != EOF && c != '\n')
			step(s, c);
	}
	s->last = '"';
}

static bool value_may_follow(const struct splitter *s)
{
	bool in_object = s->depth < KNOWN_DEPTH && s->objects >> s->depth & 1;

	return s->last == ':' || s->last == '[' || (s->last == ',' && !in_object);
}

static void open_bracket(struct splitter *s, int c)
{
	if (++s->depth > CANONICAL_DEPTH)
		s->deep = true;
	if (s->depth < KNOWN_DEPTH)
		s->objects = (s->objects & ~((uint32_t)1 << s->depth)) | (uint32_t)(c == '{') << s->depth;
}

/* Whether the closing bracket belongs to the open one. */
static bool close_bracket(struct splitter *s, int c)
{
	bool is_object = s->depth >= KNOWN_DEPTH ? c == '}' : s->objects >> s->depth & 1;

	s->depth--;
	return is_object == (c == '}');
}

/* From the brace at hand to the end of its object, which then is [keep, at). */
static enum cut cut_object(struct splitter *s)
{
	s->home = s->fresh ? s->column : NO_COLUMN;
	s->begun = s->source->line;
	s->depth = 0;
	s->objects = 0;
	s->deep = s->large = false;
	s->last = ':';
	s->source->keep = s->source->at;

	for (int c; (c = peek(s)) != EOF; bound_size(s)) {
		switch (c) {
		case '"':
			pass_string(s);
			continue;
		case '{':
		case '[':
			if (c == '{' && s->fresh && s->column == s->home && !value_may_follow(s))
				return CUT_BROKEN;
			open_bracket(s, c);
			break;
		case '}':
		case ']':
			step(s, c);
			if (!close_bracket(s, c))
				return CUT_BROKEN;
			s->last = (char)c;
			if (s->depth == 0) {
				bound_size(s);
				return CUT_WHOLE;
			}
			continue;
		default:
			break;
		}
		step(s, c);
		if (!is_space(c))
			s->last = (char)c;
	}
	return CUT_END;
}

/* After a broken object: on to the line that begins the next one where the
 * broken one began, or that closes the array. False at the end. */
static bool resynchronise(struct splitter *s, bool in_array)
{
	for (int c; (c = peek(s)) != EOF; s->source->keep = s->source->at) {
		if (s->fresh && c == '{' && (s->column == s->home || s->home == NO_COLUMN))
			return true;
		if (s->fresh && c == ']' && in_array && s->column <= s->home)
			return true;
		step(s, c);
	}
	return false;
}

struct telling {
	const struct input_source *source;
	size_t line;
};

static void tell_place(void *context, const struct place *place, const char *text)
{
	const struct telling *telling = context;
	char path[PLACE_TEXT_SIZE];

	place_format(place, path);
	source_fault(telling->source, telling->line, path, "%s", text);
}

/* A string member that is to be taken out of the body; NULL after a fault. */
static const char *take_name(const struct splitter *s, const json_t *body, const char *name)
{
	const json_t *value = json_object_get(body, name);

	if (!value)
		source_fault(s->source, s->begun, name, "is required");
	else if (!json_is_string(value) || json_string_length(value) == 0)
		source_fault(s->source, s->begun, name, "must be a string that is not empty");
	else
		return json_string_value(value);
	return NULL;
}

static int hand_on(const struct splitter *s, json_t *body, struct qorgan_error *error)
{
	struct telling telling = { s->source, s->begun };

	if (input_inspect(body, NULL, tell_place, &telling) > 0)
		return QORGAN_OK;
	const char *kind = take_name(s, body, "kind"), *id = take_name(s, body, "id");
	const struct schema *schema = kind ? source_schema(s->source, kind, s->begun) : NULL;
	if (!schema || !id)
		return QORGAN_OK;

	json_t *kept = json_incref(json_object_get(body, "id")); /* its text outlives its place in the body */
	json_object_del(body, "kind");
	json_object_del(body, "id");
	int code = source_object(s->source, schema, id, body, s->begun, error);
	json_decref(kept);
	return code;
}

/* Parses what was cut and hands it on; faults are told. */
static int take_object(const struct splitter *s, enum cut cut, struct qorgan_error *error)
{
	const struct input_source *source = s->source;
	struct span text = { source->chunk + source->keep, source->at - source->keep };
	struct qorgan_error why;
	struct input_fault fault;
	json_t *body = NULL;

	if (s->large) {
		source_fault(source, s->begun, "", "the object is longer than %d bytes", CANONICAL_SIZE);
		return QORGAN_OK;
	}
	if (s->deep) {
		source_fault(source, s->begun, "", "the object is nested deeper than %d levels", CANONICAL_DEPTH);
		return QORGAN_OK;
	}
	int code = input_load(text, &body, &fault, &why);
	if (code == QORGAN_INTERNAL)
		return error_set_memory(error);
	if (code) { /* always so unless it was cut whole, as brackets are missing */
		source_fault(source, s->begun + fault.line - 1, fault.path, "%s", why.message);
		return QORGAN_OK;
	}
	code = cut == CUT_WHOLE ? hand_on(s, body, error) : QORGAN_OK;
	json_decref(body);
	return code;
}

/* One object at hand, and on to behind it. *after tells how it ended: CUT_END
 * where nothing can be read behind it. */
static int read_object(struct splitter *s, bool in_array, enum cut *after, struct qorgan_error *error)
{
	enum cut cut = cut_object(s);
	int code = take_object(s, cut, error);

	s->source->keep = s->source->at;
	if (cut == CUT_BROKEN && !resynchronise(s, in_array))
		cut = CUT_END;
	*after = cut;
	return code;
}

/* Objects one after the other. */
static int read_sequence(struct splitter *s, struct qorgan_error *error)
{
	enum cut after = CUT_WHOLE;
	int code = QORGAN_OK;

	while (code == QORGAN_OK && after != CUT_END) {
		int c = skip_space(s);
		if (c == EOF)
			break;
		if (c == '{') {
			code = read_object(s, false, &after, error);
			continue;
		}
		source_fault(s->source, s->source->line, "", "an object beginning with '{' was expected here");
		s->home = 0;
		step(s, c);
		if (!resynchronise(s, false))
			break;
	}
	return code;
}

/* Passes the value at hand, which is no object, so that what follows is read. */
static void pass_value(struct splitter *s)
{
	size_t depth = 0;

	for (int c; (c = peek(s)) != EOF; s->source->keep = s->source->at) {
		if (depth == 0 && (c == ',' || c == ']'))
			return;
		if (c == '"') {
			pass_string(s);
			continue;
		}
		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth > 0)
			depth--;
		step(s, c);
	}
}

/* What may come next in an array. */
enum { MAY_VALUE = 1, MAY_COMMA = 2, MAY_CLOSE = 4 };

/* What is wrong with a byte that may not come next, "" if nothing is. */
static const char *array_fault(int c, unsigned may)
{
	if (c == EOF)
		return language_said("the array is not closed by ']'");
	if (c == ',')
		return may & MAY_COMMA ? "" : language_said("an object beginning with '{' is missing before this comma");
	if (c == ']')
		return may & MAY_CLOSE ? "" : language_said("an object beginning with '{' was expected here");
	if (!(may & MAY_VALUE))
		return language_said("a comma is missing before this");
	return c == '{' ? "" : language_said("an object beginning with '{' was expected here");
}

/* The array at hand, to its end. */
static int read_array(struct splitter *s, struct qorgan_error *error)
{
	unsigned may = MAY_VALUE | MAY_CLOSE;
	enum cut after;

	step(s, '[');
	for (;;) {
		int c = skip_space(s);
		const char *fault = array_fault(c, may);
		if (*fault)
			source_fault(s->source, s->source->line, "", "%s", fault);
		if (c == EOF)
			return QORGAN_OK;
		if (c == '{') {
			int code = read_object(s, true, &after, error);
			if (code || after == CUT_END)
				return code;
			may = after == CUT_WHOLE ? MAY_COMMA | MAY_CLOSE : MAY_VALUE | MAY_COMMA | MAY_CLOSE;
		} else if (c == ',') {
			step(s, c);
			may = *fault ? MAY_VALUE | MAY_CLOSE : MAY_VALUE; /* once is enough for one slip */
		} else if (c == ']') {
			step(s, c);
			break;
		} else {
			pass_value(s);
			may = MAY_COMMA | MAY_CLOSE;
		}
	}
	if (skip_space(s) != EOF)
		source_fault(s->source, s->source->line, "", "nothing may follow the end of the array");
	return QORGAN_OK;
}

int input_read_json(struct input_source *source, struct qorgan_error *error)
{
	struct splitter splitter = { .source = source, .fresh = true };

	return peek(&splitter) == '[' ? read_array(&splitter, error) : read_sequence(&splitter, error);
}
