/* Writing JSON member by member. */
#include "report/json_writer.h"

#include <string.h>

#include "record/canonical.h"

static void writer_begin(struct json_writer *writer, const char *name)
{
	size_t size = name ? strlen(name) : 0;
	char *at = buffer_reserve(writer->to, size + 4), *first = at;

	if (!at)
		return;
	if (writer->comma)
		*at++ = ',';
	writer->comma = true;
	if (name) {
		*at++ = '"';
		memcpy(at, name, size);
		at += size;
		*at++ = '"';
		*at++ = ':';
	}
	writer->to->size += (size_t)(at - first);
}

void writer_open(struct json_writer *writer, const char *name, char bracket)
{
	writer_begin(writer, name);
	buffer_append_char(writer->to, bracket);
	writer->comma = false;
}

void writer_close(struct json_writer *writer, char bracket)
{
	buffer_append_char(writer->to, bracket);
	writer->comma = true;
}

void writer_row(struct json_writer *writer)
{
	render_flush(writer->output);
	writer_open(writer, NULL, '{');
}

void writer_null(struct json_writer *writer, const char *name)
{
	writer_begin(writer, name);
	buffer_append_text(writer->to, "null");
}

void writer_text(struct json_writer *writer, const char *name, const char *text)
{
	writer_begin(writer, name);
	if (*text)
		canonical_write_string(span_of(text), writer->to);
	else
		buffer_append_text(writer->to, "null");
}

void writer_list(struct json_writer *writer, const char *name, const char *text)
{
	writer_open(writer, name, '[');
	for (size_t size; *text; text += size + strspn(text + size, ", ")) {
		size = strcspn(text, ",");
		writer_begin(writer, NULL);
		canonical_write_string((struct span){ text, size }, writer->to);
	}
	writer_close(writer, ']');
}

void writer_number(struct json_writer *writer, const char *name, int64_t number)
{
	writer_begin(writer, name);
	buffer_append_integer(writer->to, number);
}

void writer_count(struct json_writer *writer, const char *name, uint64_t count)
{
	writer_number(writer, name, (int64_t)count);
}

void writer_flag(struct json_writer *writer, const char *name, bool flag)
{
	writer_begin(writer, name);
	buffer_append_text(writer->to, flag ? "true" : "false");
}

void writer_progress(struct json_writer *writer, const char *name, int progress)
{
	if (progress < 0)
		writer_null(writer, name);
	else
		writer_number(writer, name, progress);
}
