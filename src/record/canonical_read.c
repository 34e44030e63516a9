/* Reading canonical JSON into a tree. What may differ in other JSON is fixed in it: no
 * white space, one way to write a string or a number, names sorted and each but once.
 * So there is nothing to look up and nothing to complain of: whoever wants to know
 * what is wrong asks the parser for JSON of any form. */
#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"
#include "record/scan.h"

struct reading {
	const char *at, *end;
	struct buffer scratch; /* for what was escaped */
};

static json_t *value_read(struct reading *reading, unsigned depth);

static bool byte_take(struct reading *reading, char byte)
{
	if (reading->at == reading->end || *reading->at != byte)
		return false;
	reading->at++;
	return true;
}

/* The text of the string at hand, valid until the next one. */
static bool string_take(struct reading *reading, struct span *text)
{
	const char *first = reading->at;
	const char *quote = byte_take(reading, '"') ? scan_string_end(reading->at, reading->end) : NULL;

	if (!quote)
		return false;
	reading->at = quote + 1;
	buffer_clear(&reading->scratch);
	return reader_string((struct span){ first, (size_t)(reading->at - first) }, &reading->scratch, text);
}

static json_t *string_read(struct reading *reading)
{
	struct span text;

	/* Jansson takes no zero byte within a text unless it is asked to; nor do records. */
	if (!string_take(reading, &text) || (text.size && memchr(text.data, '\0', text.size)))
		return NULL;
	return json_stringn_nocheck(text.data, text.size);
}

static json_t *integer_read(struct reading *reading)
{
	const char *first = reading->at;
	int64_t integer;

	byte_take(reading, '-');
	while (reading->at < reading->end && *reading->at >= '0' && *reading->at <= '9')
		reading->at++;
	return reader_integer((struct span){ first, (size_t)(reading->at - first) }, &integer) ? json_integer(integer) : NULL;
}

static json_t *word_read(struct reading *reading, const char *word, json_t *value)
{
	while (*word)
		if (!byte_take(reading, *word++))
			return NULL;
	return value; /* true and false are not counted */
}

/* One member into the object. */
static bool member_read(struct reading *reading, unsigned depth, json_t *object)
{
	if (!byte_take(reading, '"'))
		return false;
	const char *name = reading->at, *quote = scan_string_end(name, reading->end);
	if (!quote)
		return false;
	size_t size = (size_t)(quote - name);
	reading->at = quote + 1;
	json_t *value = byte_take(reading, ':') ? value_read(reading, depth) : NULL;
	return value && json_object_setn_new_nocheck(object, name, size, value) == 0;
}

static bool element_read(struct reading *reading, unsigned depth, json_t *array)
{
	json_t *value = value_read(reading, depth);

	return value && json_array_append_new(array, value) == 0;
}

/* What stands between the brackets, into `group`, which is freed if that fails. */
static json_t *group_read(struct reading *reading, unsigned depth, json_t *group, char last,
                          bool (*read)(struct reading *reading, unsigned depth, json_t *group))
{
	if (!group || depth > CANONICAL_DEPTH) {
		json_decref(group);
		return NULL;
	}
	reading->at++;
	if (byte_take(reading, last))
		return group;
	while (read(reading, depth, group)) {
		if (byte_take(reading, last))
			return group;
		if (!byte_take(reading, ','))
			break;
	}
	json_decref(group);
	return NULL;
}

static json_t *value_read(struct reading *reading, unsigned depth)
{
	if (reading->at == reading->end)
		return NULL;
	switch (*reading->at) {
	case '"':
		return string_read(reading);
	case '{':
		return group_read(reading, depth + 1, json_object(), '}', member_read);
	case '[':
		return group_read(reading, depth + 1, json_array(), ']', element_read);
	case 't':
		return word_read(reading, "true", json_true());
	case 'f':
		return word_read(reading, "false", json_false());
	default:
		return integer_read(reading);
	}
}

json_t *canonical_read(struct span data)
{
	struct reading reading = { .at = data.data, .end = data.data + data.size };
	json_t *value = value_read(&reading, 0);

	if (value && reading.at != reading.end) {
		json_decref(value);
		value = NULL;
	}
	buffer_free(&reading.scratch);
	return value;
}
