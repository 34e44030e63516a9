/* The head of a paper, as a secretary writes it down: a text file of a few lines.
 *
 *     name: Security Council of the Republic of Uzbekistan
 *     address: 100163 Tashkent, 43 Islam Karimov Avenue
 *     address: office@example.uz
 *     logo: emblem.png
 *
 * name.ru: and address.ru: say the same in a language, for a report in that. */
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

struct words {
	const struct language *language; /* NULL: none is said */
	struct buffer name, address;
	size_t addresses;
};

struct reading {
	const char *path;
	size_t line;
	struct buffer where; /* "FILE, line 3", for messages */
	struct buffer logo;
	struct words words[LETTERHEAD_LANGUAGES];
	size_t count;
};

static int refuse_key(const struct reading *reading, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "%s does not begin with name:, address: or logo:", buffer_text(&reading->where));
}

/* Takes ".ru:" or ":" off the line: in which language the rest is. False if it is neither. */
static bool take_language(struct span *line, const struct language **language)
{
	char tag[LANGUAGE_TAG_SIZE];
	size_t size = 0;

	*language = NULL;
	if (text_skip(line, ":"))
		return true;
	if (!text_skip(line, "."))
		return false;
	while (size < line->size && size < sizeof tag && line->data[size] != ':')
		size++;
	if (size == line->size || size == sizeof tag)
		return false;
	span_copy_into((struct span){ line->data, size }, tag, sizeof tag);
	*language = language_find(tag);
	*line = (struct span){ line->data + size + 1, line->size - size - 1 };
	return *language != NULL;
}

/* The words in that language; NULL if there are too many. */
static struct words *words_of(struct reading *reading, const struct language *language)
{
	for (size_t i = 0; i < reading->count; i++)
		if (reading->words[i].language == language)
			return &reading->words[i];
	if (reading->count == LETTERHEAD_LANGUAGES)
		return NULL;
	reading->words[reading->count].language = language;
	return &reading->words[reading->count++];
}

/* name and logo stand once, address in a few lines; of each language. */
static int take_value(struct reading *reading, struct span line, struct qorgan_error *error)
{
	const struct language *language;
	struct words *words = NULL;
	struct buffer *to = NULL;
	bool is_address = false;

	if (text_skip(&line, "logo:")) {
		to = &reading->logo;
	} else if (text_skip(&line, "name") || (is_address = text_skip(&line, "address"))) {
		if (take_language(&line, &language))
			words = words_of(reading, language);
		if (words)
			to = is_address ? &words->address : &words->name;
	}
	if (!to)
		return refuse_key(reading, error);
	if (is_address ? words->addresses == ADDRESS_MOST : to->size > 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is one too many: there is one name, one logo, and %d lines of address",
		                 buffer_text(&reading->where), ADDRESS_MOST);
	while (line.size && *line.data == ' ')
		line.data++, line.size--;
	int code = frame_line_check(buffer_text(&reading->where), line, LINE_MOST, error);
	if (code)
		return code;
	if (is_address && words->addresses++)
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
	for (size_t i = 0; i < reading->count && !code; i++)
		if (!reading->words[i].name.size && reading->words[i].language)
			code = error_set(error, QORGAN_BAD_DATA, "%s has an address, and no line \"name.%s: ...\" with it", reading->path,
			                 language_tag(reading->words[i].language));
	if (!code && (!reading->count || !reading->words[0].name.size))
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

static void words_keep(const struct reading *reading, struct qorgan_frame *frame)
{
	for (size_t i = 0; i < reading->count; i++)
		frame->words[i] = (struct letterhead_words){ reading->words[i].language,
			                                         arena_text(&frame->arena, buffer_span(&reading->words[i].name)),
			                                         arena_text(&frame->arena, buffer_span(&reading->words[i].address)) };
	frame->word_count = reading->count;
}

int frame_letterhead_read(const char *path, struct qorgan_frame *frame, struct qorgan_error *error)
{
	struct reading reading = { .path = path };
	struct buffer file = { 0 };
	int code = file_read_ready(path, FILE_LIMIT, &file, error);

	if ((code == QORGAN_BAD_DATA && file.size) || (!code && file.size && strchr("\x89\xff<%", *file.data)))
		code = error_set(error, QORGAN_BAD_DATA, "%s is no letterhead: that is a short text file of lines \"name: ...\", "
		                 "\"address: ...\" and \"logo: FILE.png\"", path);
	if (!code)
		code = take_lines(&reading, frame_text(&file), error);
	if (!code && reading.logo.size)
		code = take_logo(&reading, &frame->arena, &frame->frame.letterhead, error);
	if (!code)
		words_keep(&reading, frame);
	for (size_t i = 0; i < reading.count; i++) {
		buffer_free(&reading.words[i].name);
		buffer_free(&reading.words[i].address);
	}
	buffer_free(&reading.where);
	buffer_free(&reading.logo);
	buffer_free(&file);
	return code;
}
