/* Reading the ASCII armor of age. */
#include "crypto/age_armor.h"

#include <string.h>

#include "crypto/base64.h"

#define BEGIN_LINE "-----BEGIN AGE ENCRYPTED FILE-----"
#define END_LINE "-----END AGE ENCRYPTED FILE-----"
#define DASHES "-----"
#define LINE_BYTES 48 /* in a full line of 64 characters */
#define LINE_LIMIT 64

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static struct span space_skip(struct span a)
{
	while (a.size && is_space(*a.data)) {
		a.data++;
		a.size--;
	}
	return a;
}

/* Takes a line off, without its LF or CR LF; the last one needs neither. */
static bool line_next(struct span *rest, struct span *line)
{
	if (rest->size == 0)
		return false;
	const char *end = memchr(rest->data, '\n', rest->size);
	line->data = rest->data;
	line->size = end ? (size_t)(end - rest->data) : rest->size;
	size_t taken = line->size + (end != NULL);
	rest->data += taken;
	rest->size -= taken;
	if (end && line->size && line->data[line->size - 1] == '\r')
		line->size--;
	return true;
}

bool age_armor_is(struct span file)
{
	struct span rest = space_skip(file);

	return rest.size >= strlen(DASHES) && memcmp(rest.data, DASHES, strlen(DASHES)) == 0;
}

static int armor_refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_PROTOCOL, "age armor: %s", why);
}

int age_armor_read(struct span file, struct buffer *to, struct qorgan_error *error)
{
	struct span rest = space_skip(file), line;
	bool last = false;

	/* Spaces before the first line are allowed only on lines of their own. */
	if (rest.size && rest.data > file.data && rest.data[-1] != '\n')
		return armor_refuse(error, "something stands before its first line");
	if (!line_next(&rest, &line) || !span_is(line, BEGIN_LINE))
		return armor_refuse(error, "its first line is not " BEGIN_LINE);
	for (;;) {
		uint8_t bytes[LINE_BYTES];
		size_t size;
		if (!line_next(&rest, &line))
			return armor_refuse(error, "its last line is missing: the file is cut short");
		if (span_is(line, END_LINE))
			break;
		if (last || line.size == 0 || line.size > LINE_LIMIT ||
		    !base64_decode(line, BASE64_PADDED, bytes, sizeof bytes, &size))
			return armor_refuse(error, "a line is malformed");
		last = size < LINE_BYTES;
		buffer_append(to, bytes, size);
	}
	if (space_skip(rest).size)
		return armor_refuse(error, "something follows its last line");
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}
