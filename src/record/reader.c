/* Reading canonical JSON in one pass.
 *
 * A reader stands on the byte before the next member: the opening bracket, or
 * a comma. Its end is the closing bracket, so that a value that is cut off never
 * leads beyond the bytes given. */
#include "record/reader.h"

#include <string.h>

#include "record/scan.h"

bool reader_open(struct span value, struct reader *reader)
{
	*reader = (struct reader){ 0 };
	if (value.size < 2)
		return false;
	char last = value.data[value.size - 1];
	if (!(value.data[0] == '{' && last == '}') && !(value.data[0] == '[' && last == ']'))
		return false;
	reader->end = value.data + value.size - 1;
	reader->at = value.size == 2 ? reader->end : value.data;
	return true;
}

/* Objects and arrays are leapt over by counting brackets. '{' and '[' differ in
 * one bit, as do '}' and ']'; that they match was seen to when they were written. */
static const char *nested_end(const char *at, const char *end)
{
	size_t depth = 1;

	for (at++; at < end; at++) {
		if (*at == '"') {
			at = scan_string_end(at + 1, end);
			if (!at)
				return NULL;
		} else if ((*at | 0x20) == '{') {
			depth++;
		} else if ((*at | 0x20) == '}') {
			if (--depth == 0)
				return at + 1;
		}
	}
	return NULL;
}

/* The byte after the value that begins at `at`, or NULL. */
static inline const char *value_end(const char *at, const char *end)
{
	if (at >= end)
		return NULL;
	if (*at == '"') {
		const char *quote = scan_string_end(at + 1, end);
		return quote ? quote + 1 : NULL;
	}
	if (*at == '{' || *at == '[')
		return nested_end(at, end);

	const char *first = at;
	while (at < end && *at != ',' && *at != ']' && *at != '}' && *at != '"' && *at != ':')
		at++;
	return at > first ? at : NULL;
}

static inline bool reader_fail(struct reader *reader)
{
	reader->failed = true;
	reader->at = reader->end;
	return false;
}

/* Takes the value at `at`, and stands behind it. */
static inline bool take_value(struct reader *reader, const char *at, struct span *value)
{
	const char *after = value_end(at, reader->end);

	if (!after || (after < reader->end && *after != ','))
		return reader_fail(reader);
	*value = (struct span){ at, (size_t)(after - at) };
	reader->at = after;
	return true;
}

static inline bool next_member(struct reader *reader, struct span *name, struct span *value)
{
	const char *at = reader->at, *end = reader->end;

	if (at >= end)
		return false;
	if (end - ++at < 4 || *at != '"') /* "":0 is the shortest */
		return reader_fail(reader);
	const char *quote = scan_string_end(at + 1, end);
	if (!quote || end - quote < 3 || quote[1] != ':')
		return reader_fail(reader);
	*name = (struct span){ at + 1, (size_t)(quote - at - 1) };
	return take_value(reader, quote + 2, value);
}

bool reader_member(struct reader *reader, struct span *name, struct span *value)
{
	return next_member(reader, name, value);
}

bool reader_element(struct reader *reader, struct span *value)
{
	if (reader->at >= reader->end)
		return false;
	return take_value(reader, reader->at + 1, value);
}

bool reader_without(struct span object, const char *name, struct buffer *to)
{
	struct reader reader;
	struct span member, value;
	bool first = true;

	if (!object.size || object.data[0] != '{' || !reader_open(object, &reader))
		return false;
	buffer_append_char(to, '{');
	while (reader_member(&reader, &member, &value)) {
		if (span_is(member, name))
			continue;
		buffer_append_text(to, first ? "\"" : ",\"");
		buffer_append_span(to, member);
		buffer_append_text(to, "\":");
		buffer_append_span(to, value);
		first = false;
	}
	buffer_append_char(to, '}');
	return !reader.failed;
}

/* Order of a member's name and a wanted one. */
static inline int name_order(struct span name, const char *wanted, size_t size)
{
	if (name.size > 0 && name.data[0] != *wanted) /* decides nearly always, and most cheaply */
		return (unsigned char)name.data[0] < (unsigned char)*wanted ? -1 : 1;
	int order = memcmp(name.data, wanted, name.size < size ? name.size : size);
	if (order)
		return order;
	return name.size < size ? -1 : name.size > size;
}

bool reader_find(struct span object, const char *name, struct span *value)
{
	struct span found[1];

	reader_pick(object, &name, found, 1);
	if (!found[0].data)
		return false;
	*value = found[0];
	return true;
}

void reader_pick(struct span object, const char *const *names, struct span *values, size_t count)
{
	struct reader reader;
	struct span name, value;
	size_t wanted = 0;

	if (count == 0)
		return;
	memset(values, 0, count * sizeof *values);
	if (!reader_open(object, &reader) || *object.data != '{')
		return;

	/* Both sides are sorted: one walk over the two, ended with the last name. */
	size_t size = strlen(names[0]);
	while (next_member(&reader, &name, &value)) {
		int order;
		while ((order = name_order(name, names[wanted], size)) >= 0) {
			if (order == 0)
				values[wanted] = value;
			if (++wanted == count)
				return;
			size = strlen(names[wanted]);
		}
	}
}

bool reader_integer(struct span value, int64_t *integer)
{
	size_t at = value.size > 0 && value.data[0] == '-';
	bool negative = at == 1;
	int64_t sum = 0;

	if (at == value.size || value.size > 18)
		return false;
	for (; at < value.size; at++) {
		if (value.data[at] < '0' || value.data[at] > '9')
			return false;
		sum = sum * 10 + (value.data[at] - '0');
	}
	*integer = negative ? -sum : sum;
	return true;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Unescapes one sequence; returns its length, or 0 if it is none that the
 * canonical writer makes. */
static size_t unescape(const char *at, const char *end, char *to)
{
	static const char from_letters[] = "btnfr\"\\", to_bytes[] = "\b\t\n\f\r\"\\";

	if (end - at < 2)
		return 0;
	const char *letter = memchr(from_letters, at[1], sizeof from_letters - 1);
	if (letter) {
		*to = to_bytes[letter - from_letters];
		return 2;
	}
	if (end - at < 6 || memcmp(at, "\\u00", 4) != 0)
		return 0;
	int high = hex_value(at[4]), low = hex_value(at[5]);
	if (high < 0 || high > 1 || low < 0)
		return 0;
	*to = (char)(high * 16 + low);
	return 6;
}

bool reader_string(struct span value, struct buffer *scratch, struct span *text)
{
	if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"')
		return false;
	const char *at = value.data + 1, *end = value.data + value.size - 1;
	const char *escape = memchr(at, '\\', (size_t)(end - at));
	if (!escape) {
		*text = (struct span){ at, (size_t)(end - at) };
		return true;
	}

	char *to = buffer_reserve(scratch, value.size); /* what is unescaped is shorter */
	if (!to)
		return false;
	size_t first = scratch->size, size = 0;
	while (escape) {
		memcpy(to + size, at, (size_t)(escape - at));
		size += (size_t)(escape - at);
		size_t length = unescape(escape, end, to + size);
		if (length == 0)
			return false;
		size++;
		at = escape + length;
		escape = memchr(at, '\\', (size_t)(end - at));
	}
	memcpy(to + size, at, (size_t)(end - at));
	size += (size_t)(end - at);
	to[size] = '\0';
	scratch->size += size;
	*text = (struct span){ scratch->data + first, size };
	return true;
}

bool reader_text(struct span value, char *to, size_t limit)
{
	struct buffer scratch = { 0 };
	struct span text = { 0 };
	bool found = value.data && reader_string(value, &scratch, &text) && text.size < limit &&
	             !memchr(text.data, '\0', text.size);

	if (found) {
		memcpy(to, text.data, text.size);
		to[text.size] = '\0';
	}
	buffer_free(&scratch);
	return found;
}

bool reader_true(struct span value)
{
	return value.size == 4 && memcmp(value.data, "true", 4) == 0;
}
