/* The ASCII armor of age, a line at a time. */
#include "crypto/age_armor.h"

#include <string.h>

#include "base/buffer.h"
#include "base/language.h"
#include "crypto/base64.h"

#define BEGIN_LINE "-----BEGIN AGE ENCRYPTED FILE-----"
#define NO_BEGIN_LINE SAID("its first line is not -----BEGIN AGE ENCRYPTED FILE-----")
#define END_LINE "-----END AGE ENCRYPTED FILE-----"

_Static_assert(base64_text_size(AGE_ARMOR_LINE_BYTES) == AGE_ARMOR_LINE + 1, "a full line");

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

bool age_armor_is(char first)
{
	return first == '-' || is_space(first);
}

/* ---- Reading --------------------------------------------------------------- */

static int armor_refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_PROTOCOL, "age armor: %s", language_said(why));
}

void age_armor_read_start(struct age_armor_reader *reader, age_sink sink, void *context)
{
	*reader = (struct age_armor_reader){ .sink = sink, .context = context, .stage = AGE_ARMOR_BEFORE };
}

/* A line without its LF; it may still have the CR before it. */
static int line_take(struct age_armor_reader *reader, struct span line, struct qorgan_error *error)
{
	uint8_t bytes[AGE_ARMOR_LINE_BYTES];
	size_t size;

	if (line.size && line.data[line.size - 1] == '\r')
		line.size--;
	if (reader->stage == AGE_ARMOR_BEFORE) {
		if (reader->indented)
			return armor_refuse(error, "something stands before its first line");
		if (!span_is(line, BEGIN_LINE))
			return armor_refuse(error, NO_BEGIN_LINE);
		reader->stage = AGE_ARMOR_BODY;
		return QORGAN_OK;
	}
	if (span_is(line, END_LINE)) {
		reader->stage = AGE_ARMOR_AFTER;
		return QORGAN_OK;
	}
	if (reader->stage == AGE_ARMOR_SHORT || line.size == 0 ||
	    !base64_decode(line, BASE64_PADDED, bytes, sizeof bytes, &size))
		return armor_refuse(error, "a line is malformed");
	if (size < AGE_ARMOR_LINE_BYTES)
		reader->stage = AGE_ARMOR_SHORT;
	return reader->sink(reader->context, bytes, size, error);
}

/* Takes white space off that stands before the first line or after the last. */
static struct span space_skip(struct age_armor_reader *reader, struct span rest)
{
	while (rest.size && is_space(*rest.data)) {
		reader->indented = *rest.data != '\n';
		rest.data++;
		rest.size--;
	}
	return rest;
}

/* Takes a line off `rest`, or its part as far as it is there. */
static int line_gather(struct age_armor_reader *reader, struct span *rest, struct qorgan_error *error)
{
	const char *end = memchr(rest->data, '\n', rest->size);
	size_t size = end ? (size_t)(end - rest->data) : rest->size, taken = size + (end != NULL);
	struct span line = { rest->data, size };

	if (size > sizeof reader->line - reader->used)
		return armor_refuse(error, reader->stage == AGE_ARMOR_BEFORE ? NO_BEGIN_LINE
		                                                             : "a line is malformed");
	if (!end || reader->used) {
		memcpy(reader->line + reader->used, rest->data, size);
		reader->used += size;
		line = (struct span){ reader->line, reader->used };
	}
	rest->data += taken;
	rest->size -= taken;
	if (!end)
		return QORGAN_OK;
	reader->used = 0;
	return line_take(reader, line, error);
}

int age_armor_read_add(struct age_armor_reader *reader, const void *data, size_t size, struct qorgan_error *error)
{
	struct span rest = { data, size };
	int code = QORGAN_OK;

	while (!code && rest.size) {
		if (reader->stage == AGE_ARMOR_AFTER) {
			rest = space_skip(reader, rest);
			return rest.size ? armor_refuse(error, "something follows its last line") : QORGAN_OK;
		}
		if (reader->stage == AGE_ARMOR_BEFORE && reader->used == 0)
			rest = space_skip(reader, rest);
		if (rest.size)
			code = line_gather(reader, &rest, error);
	}
	return code;
}

int age_armor_read_finish(struct age_armor_reader *reader, struct qorgan_error *error)
{
	struct span line = { reader->line, reader->used };
	int code = QORGAN_OK;

	/* The last line needs no end of line. */
	if (reader->used)
		code = line_take(reader, line, error);
	if (!code && reader->stage != AGE_ARMOR_AFTER)
		code = armor_refuse(error, "its last line is missing: the file is cut short");
	reader->used = 0;
	return code;
}

/* ---- Writing --------------------------------------------------------------- */

int age_armor_write_start(struct age_armor_writer *writer, age_sink sink, void *context, struct qorgan_error *error)
{
	writer->sink = sink;
	writer->context = context;
	writer->used = 0;
	return sink(context, BEGIN_LINE "\n", strlen(BEGIN_LINE "\n"), error);
}

/* Writes the lines that `bytes` makes; all of them are full but the last. */
static int lines_send(struct age_armor_writer *writer, struct qorgan_error *error)
{
	size_t length = 0;

	for (size_t at = 0; at < writer->used; at += AGE_ARMOR_LINE_BYTES) {
		size_t size = writer->used - at < AGE_ARMOR_LINE_BYTES ? writer->used - at : AGE_ARMOR_LINE_BYTES;
		length += base64_encode(writer->text + length, writer->bytes + at, size, BASE64_PADDED);
		writer->text[length++] = '\n';
	}
	writer->used = 0;
	return length ? writer->sink(writer->context, writer->text, length, error) : QORGAN_OK;
}

int age_armor_write(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct age_armor_writer *writer = context;
	const uint8_t *from = data;
	int code = QORGAN_OK;

	while (!code && size) {
		size_t room = sizeof writer->bytes - writer->used, taken = size < room ? size : room;
		memcpy(writer->bytes + writer->used, from, taken);
		writer->used += taken;
		from += taken;
		size -= taken;
		if (writer->used == sizeof writer->bytes)
			code = lines_send(writer, error);
	}
	return code;
}

int age_armor_write_finish(struct age_armor_writer *writer, struct qorgan_error *error)
{
	int code = lines_send(writer, error);

	return code ? code : writer->sink(writer->context, END_LINE "\n", strlen(END_LINE "\n"), error);
}
