/* The head of a paper, as a secretary writes it down: a text file of a few lines.
 *
 *     name: Security Council of the Republic of Uzbekistan
 *     address: 100163 Tashkent, 43 Islam Karimov Avenue
 *     address: office@example.uz
 *     logo: emblem.png */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/language.h"
#include "base/text.h"
#include "report/frame.h"
#include "report/logo.h"

#define FILE_LIMIT ((size_t)16 * 1024)
#define LINE_MOST 200  /* characters */
#define ADDRESS_MOST 8 /* lines */

struct reading {
	const char *path;
	size_t line;
	struct buffer where; /* "FILE, line 3", for messages */
	struct buffer name, address, logo;
	size_t addresses;
};

static int refuse_key(const struct reading *reading, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "%s does not begin with name:, address: or logo:", buffer_text(&reading->where));
}

/* name and logo stand once, address in a few lines. */
static int take_value(struct reading *reading, struct span line, struct qorgan_error *error)
{
	struct buffer *to = NULL;

	if (text_skip(&line, "name:"))
		to = &reading->name;
	else if (text_skip(&line, "logo:"))
		to = &reading->logo;
	else if (text_skip(&line, "address:"))
		to = &reading->address;
	if (!to)
		return refuse_key(reading, error);
	if (to == &reading->address ? reading->addresses == ADDRESS_MOST : to->size > 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is one too many: there is one name, one logo, and %d lines of address",
		                 buffer_text(&reading->where), ADDRESS_MOST);
	while (line.size && *line.data == ' ')
		line.data++, line.size--;
	int code = frame_line_check(buffer_text(&reading->where), line, LINE_MOST, error);
	if (code)
		return code;
	if (to == &reading->address && reading->addresses++)
		buffer_append_char(to, '\n');
	buffer_append_span(to, line);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

static int take_lines(struct reading *reading, struct span text, struct qorgan_error *error)
{
	struct span line;
	int code = QORGAN_OK;

	for (bool more = true; more && !code;) {
		more = frame_line_take(&text, &line);
		reading->line++;
		buffer_clear(&reading->where);
		buffer_append_format(&reading->where, language_said("%s, line %zu"), reading->path, reading->line);
		if (reading->where.failed)
			code = error_set_memory(error);
		else if (line.size)
			code = take_value(reading, line, error);
	}
	if (!code && !reading->name.size)
		code = error_set(error, QORGAN_BAD_DATA, "%s has no line \"name: ...\": it says who sends the report", reading->path);
	return code;
}

/* A logo lies beside the file that names it, unless it says where. */
static int take_logo(struct reading *reading, struct arena *arena, struct report_letterhead *to, struct qorgan_error *error)
{
	const char *name = buffer_text(&reading->logo);
	char *copy = strdup(reading->path), *path = copy ? file_join(*name == '/' ? "" : dirname(copy), name) : NULL;
	int code = path ? logo_read(*name == '/' ? name : path, arena, to, error) : error_set_memory(error);

	free(copy);
	free(path);
	return code;
}

int frame_letterhead_read(const char *path, struct arena *arena, struct report_letterhead *to, struct qorgan_error *error)
{
	struct reading reading = { .path = path };
	struct buffer file = { 0 };
	int code = file_read(path, FILE_LIMIT, &file, error);

	if (code == QORGAN_BAD_DATA || (!code && file.size && strchr("\x89\xff<%", *file.data)))
		code = error_set(error, QORGAN_BAD_DATA, "%s is no letterhead: that is a short text file of lines \"name: ...\", "
		                 "\"address: ...\" and \"logo: FILE.png\"", path);
	if (!code)
		code = take_lines(&reading, frame_text(&file), error);
	if (!code && reading.logo.size)
		code = take_logo(&reading, arena, to, error);
	to->name = arena_text(arena, buffer_span(&reading.name));
	to->address = arena_text(arena, buffer_span(&reading.address));
	buffer_free(&reading.where);
	buffer_free(&reading.name);
	buffer_free(&reading.address);
	buffer_free(&reading.logo);
	buffer_free(&file);
	return code;
}
