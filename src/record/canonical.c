/* Writing and recognising canonical JSON. */
#include "record/canonical.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "record/place.h"
#include "record/scan.h"

#define INTEGER_LIMIT 9007199254740991 /* 2^53 - 1: beyond it a double loses digits */
#define SMALL_OBJECT 48                /* members sorted on the stack */

struct member {
	const char *name;
	size_t size;
	const json_t *value;
};

/* The short escapes of RFC 8785; other control characters are \u00xx. */
static char short_escape(char c)
{
	switch (c) {
	case '\b':
		return 'b';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	case '"':
	case '\\':
		return c;
	default:
		return 0;
	}
}

static void write_escape(char c, struct buffer *to)
{
	static const char digits[] = "0123456789abcdef";
	char text[6] = { '\\', short_escape(c) };
	size_t size = 2;

	if (!text[1]) {
		text[1] = 'u';
		text[2] = text[3] = '0';
		text[4] = digits[(unsigned char)c >> 4];
		text[5] = digits[c & 15];
		size = 6;
	}
	buffer_append(to, text, size);
}

void canonical_write_string(struct span text, struct buffer *to)
{
	const char *at = text.data, *end = text.data + text.size;
	const char *special = text.size ? scan_plain(at, end) : end;

	if (special == end) { /* the usual case: one copy */
		char *space = buffer_reserve(to, text.size + 2);
		if (!space)
			return;
		space[0] = '"';
		if (text.size)
			memcpy(space + 1, text.data, text.size);
		space[text.size + 1] = '"';
		space[text.size + 2] = '\0';
		to->size += text.size + 2;
		return;
	}
	buffer_append_char(to, '"');
	for (; special < end; special = scan_plain(at, end)) {
		buffer_append(to, at, (size_t)(special - at));
		write_escape(*special, to);
		at = special + 1;
	}
	buffer_append(to, at, (size_t)(end - at));
	buffer_append_char(to, '"');
}

/* Names are restricted to what needs no escape, as the reader compares raw
 * bytes; for ASCII their order as bytes is that of UTF-16 units. */
static bool name_is_plain(const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (name[i] < 0x20 || name[i] > 0x7e || name[i] == '"' || name[i] == '\\')
			return false;
	return true;
}

static int name_compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
	int order = memcmp(a, b, a_size < b_size ? a_size : b_size);

	if (order)
		return order;
	return a_size < b_size ? -1 : a_size > b_size;
}

static int member_compare(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return name_compare(left->name, left->size, right->name, right->size);
}

static void members_sort(struct member *members, size_t count)
{
	if (count > SMALL_OBJECT) {
		qsort(members, count, sizeof *members, member_compare);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct member moved = members[i];
		size_t j = i;
		for (; j > 0 && member_compare(&members[j - 1], &moved) > 0; j--)
			members[j] = members[j - 1];
		members[j] = moved;
	}
}

static int refuse(const struct place *place, const char *why, struct qorgan_error *error)
{
	char path[PLACE_TEXT_SIZE];

	place_format(place, path);
	return error_set(error, QORGAN_BAD_DATA, "%s%s%s", path, *path ? ": " : "", language_said(why));
}

static int write_value(const json_t *value, unsigned depth, const struct place *place, struct buffer *to,
                       struct qorgan_error *error);

/* Fills in the members in canonical order, and how many there were. */
static int members_collect(const json_t *object, struct member *members, size_t *count, const struct place *place,
                           struct qorgan_error *error)
{
	json_t *from = (json_t *)object; /* the iterator of Jansson is not const, though it changes nothing */
	bool sorted = true;

	*count = 0;
	for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at)) {
		struct member *member = &members[*count];
		*member = (struct member){ json_object_iter_key(at), json_object_iter_key_len(at),
			                   json_object_iter_value(at) };
		if (!name_is_plain(member->name, member->size)) {
			struct place here = { place, member->name, 0 };
			return refuse(&here, "a member name must be printable ASCII without quotes", error);
		}
		if (*count > 0 && sorted)
			sorted = member_compare(member - 1, member) < 0;
		++*count;
	}
	if (!sorted)
		members_sort(members, *count);
	return QORGAN_OK;
}

static int write_object(const json_t *object, unsigned depth, const struct place *place, struct buffer *to,
                        struct qorgan_error *error)
{
	struct member small[SMALL_OBJECT], *members = small;
	size_t count = json_object_size(object);
	int code;

	if (count > SMALL_OBJECT) {
		members = malloc(count * sizeof *members);
		if (!members)
			return error_set_memory(error);
	}
	code = members_collect(object, members, &count, place, error);
	if (code)
		goto done;
	buffer_append_char(to, '{');
	for (size_t i = 0; i < count; i++) {
		const struct member *member = &members[i];
		char *space = buffer_reserve(to, member->size + 4);
		if (!space) {
			code = error_set_memory(error);
			goto done;
		}
		size_t used = 0;
		if (i > 0)
			space[used++] = ',';
		space[used++] = '"';
		memcpy(space + used, member->name, member->size);
		used += member->size;
		space[used++] = '"';
		space[used++] = ':';
		space[used] = '\0';
		to->size += used;

		struct place here = { place, member->name, 0 };
		code = write_value(member->value, depth, &here, to, error);
		if (code)
			goto done;
	}
	buffer_append_char(to, '}');
done:
	if (members != small)
		free(members);
	return code;
}

static int write_array(const json_t *array, unsigned depth, const struct place *place, struct buffer *to,
                       struct qorgan_error *error)
{
	size_t count = json_array_size(array);

	buffer_append_char(to, '[');
	for (size_t i = 0; i < count; i++) {
		struct place here = { place, NULL, i };
		if (i > 0)
			buffer_append_char(to, ',');
		int code = write_value(json_array_get(array, i), depth, &here, to, error);
		if (code)
			return code;
	}
	buffer_append_char(to, ']');
	return QORGAN_OK;
}

static int write_value(const json_t *value, unsigned depth, const struct place *place, struct buffer *to,
                       struct qorgan_error *error)
{
	if (!value)
		return refuse(place, "there is no value", error);
	switch (json_typeof(value)) {
	case JSON_STRING:
		canonical_write_string((struct span){ json_string_value(value), json_string_length(value) }, to);
		return QORGAN_OK;
	case JSON_INTEGER:
		if (json_integer_value(value) > INTEGER_LIMIT || json_integer_value(value) < -INTEGER_LIMIT)
			return refuse(place, "the number is beyond 9007199254740991", error);
		buffer_append_integer(to, json_integer_value(value));
		return QORGAN_OK;
	case JSON_TRUE:
		buffer_append(to, "true", 4);
		return QORGAN_OK;
	case JSON_FALSE:
		buffer_append(to, "false", 5);
		return QORGAN_OK;
	case JSON_OBJECT:
	case JSON_ARRAY:
		if (depth == CANONICAL_DEPTH)
			return refuse(place, "nested too deeply", error);
		return (json_is_object(value) ? write_object : write_array)(value, depth + 1, place, to, error);
	case JSON_REAL:
		return refuse(place, "a number must be whole, without fraction or exponent", error);
	case JSON_NULL:
		break;
	}
	return refuse(place, "null has no place in a record: leave the member out", error);
}

int canonical_write(const json_t *value, struct buffer *to, struct qorgan_error *error)
{
	int code = write_value(value, 0, NULL, to, error);

	if (code == QORGAN_OK && to->failed)
		code = error_set_memory(error);
	return code;
}

/* Recognition: every function moves past what it recognises, or returns NULL. */

static const char *string_recognise(const char *at, const char *end)
{
	const char *first = at + 1;

	for (at = scan_plain(first, end); at < end && *at == '\\'; at = scan_plain(at, end)) {
		char wanted[6] = { 0 };
		if (end - at < 2)
			return NULL;
		if (at[1] != 'u') {
			if (!memchr("btnfr\"\\", at[1], 7))
				return NULL;
			at += 2;
			continue;
		}
		if (end - at < 6 || memcmp(at + 2, "00", 2) != 0 || (at[4] != '0' && at[4] != '1'))
			return NULL;
		bool is_digit = at[5] >= '0' && at[5] <= '9';
		if (!is_digit && !(at[5] >= 'a' && at[5] <= 'f'))
			return NULL;
		wanted[0] = (char)((at[4] - '0') * 16 + (is_digit ? at[5] - '0' : at[5] - 'a' + 10));
		if (short_escape(wanted[0]))
			return NULL;
		at += 6;
	}
	if (at == end || *at != '"' || !text_is_utf8((struct span){ first, (size_t)(at - first) }))
		return NULL;
	return at + 1;
}

static const char *integer_recognise(const char *at, const char *end)
{
	int64_t value = 0;
	bool negative = *at == '-';
	const char *first = at += negative;

	while (at < end && *at >= '0' && *at <= '9') {
		value = value * 10 + (*at++ - '0');
		if (value > INTEGER_LIMIT)
			return NULL;
	}
	if (at == first || (*first == '0' && (at - first > 1 || negative)))
		return NULL;
	return at;
}

static const char *value_recognise(const char *at, const char *end, unsigned depth);

static const char *object_recognise(const char *at, const char *end, unsigned depth)
{
	const char *before = NULL;
	size_t before_size = 0;

	if (++at < end && *at == '}')
		return at + 1;
	for (;; at++) {
		if (at == end || *at != '"')
			return NULL;
		const char *name = at + 1;
		const char *quote = memchr(name, '"', (size_t)(end - name));
		if (!quote || !name_is_plain(name, (size_t)(quote - name)))
			return NULL;
		size_t size = (size_t)(quote - name);
		if (before && name_compare(before, before_size, name, size) >= 0)
			return NULL;
		before = name;
		before_size = size;
		at = quote + 1;
		if (at == end || *at != ':')
			return NULL;
		at = value_recognise(at + 1, end, depth);
		if (!at || at == end)
			return NULL;
		if (*at == '}')
			return at + 1;
		if (*at != ',')
			return NULL;
	}
}

static const char *array_recognise(const char *at, const char *end, unsigned depth)
{
	if (++at < end && *at == ']')
		return at + 1;
	for (;; at++) {
		at = value_recognise(at, end, depth);
		if (!at || at == end)
			return NULL;
		if (*at == ']')
			return at + 1;
		if (*at != ',')
			return NULL;
	}
}

static const char *word_recognise(const char *at, const char *end, const char *word, size_t size)
{
	return (size_t)(end - at) >= size && memcmp(at, word, size) == 0 ? at + size : NULL;
}

static const char *value_recognise(const char *at, const char *end, unsigned depth)
{
	if (at >= end)
		return NULL;
	switch (*at) {
	case '"':
		return string_recognise(at, end);
	case 't':
		return word_recognise(at, end, "true", 4);
	case 'f':
		return word_recognise(at, end, "false", 5);
	case '{':
	case '[':
		if (depth == CANONICAL_DEPTH)
			return NULL;
		return (*at == '{' ? object_recognise : array_recognise)(at, end, depth + 1);
	default:
		return integer_recognise(at, end);
	}
}

bool canonical_is(struct span data)
{
	return data.size > 0 && value_recognise(data.data, data.data + data.size, 0) == data.data + data.size;
}
