/* The header of an age file: a version line, stanzas, and a line with the MAC. */
#include "crypto/age_header.h"

#include <string.h>

#include "base/language.h"
#include "crypto/base64.h"

#define VERSION_LINE "age-encryption.org/v1"
#define FAMILY "age-encryption.org/"
#define STANZA_MARK "-> "
#define MAC_MARK "---"
#define FULL_LINE 64 /* characters */

static bool span_starts(struct span a, const char *text)
{
	size_t size = strlen(text);

	return a.size >= size && memcmp(a.data, text, size) == 0;
}

static struct span span_after(struct span a, size_t size)
{
	return (struct span){ a.data + size, a.size - size };
}

/* Takes the line at the start of `rest` off, without its line feed. */
static bool line_next(struct span *rest, struct span *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

	if (!end)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	*rest = span_after(*rest, line->size + 1);
	return true;
}

/* Arguments are one or more visible characters each, one space between. */
static bool arguments_split(struct span line, struct age_stanza *stanza)
{
	size_t spaces = 0;
	char before = ' ';

	for (size_t i = 0; i < line.size; i++) {
		char c = line.data[i];
		if (c == ' ' ? before == ' ' : c < 0x21 || c > 0x7e)
			return false;
		if (c == ' ' && spaces++ == 0)
			stanza->type.size = i;
		before = c;
	}
	if (before == ' ')
		return false;
	stanza->type.data = line.data;
	if (spaces == 0)
		stanza->type.size = line.size;
	stanza->argument_count = spaces;
	stanza->arguments = spaces ? span_after(line, stanza->type.size + 1) : (struct span){ line.data + line.size, 0 };
	return true;
}

bool age_stanza_next(struct span *rest, struct age_stanza *stanza)
{
	struct span line;

	if (!span_starts(*rest, STANZA_MARK) || !line_next(rest, &line) ||
	    !arguments_split(span_after(line, strlen(STANZA_MARK)), stanza))
		return false;
	stanza->body_size = 0;
	do {
		uint8_t bytes[AGE_LINE_BYTES];
		size_t size;
		if (!line_next(rest, &line) || line.size > FULL_LINE ||
		    !base64_decode(line, BASE64_UNPADDED, bytes, sizeof bytes, &size))
			return false;
		if (stanza->body_size == 0)
			memcpy(stanza->body, bytes, size);
		stanza->body_size += size;
	} while (line.size == FULL_LINE);
	return true;
}

static int header_refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_PROTOCOL, "age header: %s", language_said(why));
}

int age_header_read(struct age_header_reader *reader, struct span *rest, bool *complete, struct qorgan_error *error)
{
	struct buffer *text = &reader->text;

	*complete = false;
	while (!*complete && rest->size) {
		const char *end = memchr(rest->data, '\n', rest->size);
		size_t size = end ? (size_t)(end - rest->data) + 1 : rest->size;
		if (size > AGE_HEADER_LIMIT - text->size)
			return header_refuse(error, "it is longer than 2 MiB");
		buffer_append(text, rest->data, size);
		if (text->failed)
			return error_set_memory(error);
		*rest = span_after(*rest, size);
		if (memcmp(text->data, FAMILY, text->size < strlen(FAMILY) ? text->size : strlen(FAMILY)) != 0)
			return header_refuse(error, "this is not an age file");
		/* No line of a stanza can begin like that of the MAC. */
		*complete = end && span_starts(span_after(buffer_span(text), reader->line), MAC_MARK);
		if (end)
			reader->line = text->size;
	}
	return QORGAN_OK;
}

int age_header_parse(struct span file, struct age_header *header, struct qorgan_error *error)
{
	struct span rest = file, line;
	struct age_stanza stanza;

	if (!span_starts(rest, FAMILY) || !line_next(&rest, &line))
		return header_refuse(error, "this is not an age file");
	if (span_is(line, VERSION_LINE "\r"))
		return header_refuse(error, "its lines end in CR LF: it was altered by a transfer that took it for a text");
	if (!span_is(line, VERSION_LINE))
		return header_refuse(error, "the file is of another version of age than v1");

	header->stanzas.data = rest.data;
	header->stanza_count = 0;
	while (!span_starts(rest, MAC_MARK)) {
		if (!age_stanza_next(&rest, &stanza))
			return header_refuse(error, "a recipient stanza is malformed or cut short");
		if (++header->stanza_count > AGE_STANZA_LIMIT)
			return header_refuse(error, "there are too many recipients");
	}
	if (header->stanza_count == 0)
		return header_refuse(error, "there is no recipient");
	header->stanzas.size = (size_t)(rest.data - header->stanzas.data);
	header->authenticated.data = file.data;
	header->authenticated.size = (size_t)(rest.data - file.data) + strlen(MAC_MARK);

	if (!span_starts(rest, MAC_MARK " ") || !line_next(&rest, &line) ||
	    !base64_decode_exact(span_after(line, strlen(MAC_MARK " ")), BASE64_UNPADDED, header->mac, AGE_MAC_SIZE))
		return header_refuse(error, "the line of the MAC is malformed or cut short");
	header->size = file.size - rest.size;
	return QORGAN_OK;
}

void age_header_begin(struct buffer *to)
{
	buffer_append_text(to, VERSION_LINE "\n");
}

void age_header_add_stanza(struct buffer *to, const char *type, const uint8_t *argument, size_t argument_size,
                           const char *further, const uint8_t *body, size_t body_size)
{
	buffer_append_text(to, STANZA_MARK);
	buffer_append_text(to, type);
	buffer_append_char(to, ' ');
	base64_append(to, argument, argument_size, BASE64_UNPADDED);
	if (further) {
		buffer_append_char(to, ' ');
		buffer_append_text(to, further);
	}
	buffer_append_char(to, '\n');
	base64_append(to, body, body_size, BASE64_UNPADDED);
	buffer_append_char(to, '\n');
}

void age_header_add_mark(struct buffer *to)
{
	buffer_append_text(to, MAC_MARK);
}

void age_header_end(struct buffer *to, const uint8_t mac[AGE_MAC_SIZE])
{
	buffer_append_char(to, ' ');
	base64_append(to, mac, AGE_MAC_SIZE, BASE64_UNPADDED);
	buffer_append_char(to, '\n');
}
