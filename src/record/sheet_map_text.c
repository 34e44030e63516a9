/* The text that says which column is which field: read and written. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "record/sheet_map.h"

#define IGNORED "ignored"
#define QUOTED 60 /* bytes of a line that a message repeats */
#define HEAD_ROW_LIMIT 1048576

enum section { SECTION_SHEET, SECTION_COLUMNS, SECTION_CONSTANTS };

static struct span trimmed(struct span text)
{
	while (text.size && strchr(" \t\r", text.data[0]))
		text.data++, text.size--;
	while (text.size && strchr(" \t\r", text.data[text.size - 1]))
		text.size--;
	return text;
}

/* As much of a line as a message quotes, in whole characters. */
static int quoted_size(struct span line)
{
	size_t size = line.size;

	if (size > QUOTED)
		for (size = QUOTED; size > 0 && ((unsigned char)line.data[size] & 0xc0) == 0x80; size--)
			;
	return (int)size;
}

static int form_refuse(struct span line, const char *form, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "\"%.*s\" is not of the form %s", quoted_size(line), line.data, form);
}

/* Divides the line there; false if one side is empty. */
static bool line_divide(struct span line, const char *equals, struct span *left, struct span *right)
{
	if (!equals)
		return false;
	*left = trimmed((struct span){ line.data, (size_t)(equals - line.data) });
	*right = trimmed((struct span){ equals + 1, line.size - (size_t)(equals - line.data) - 1 });
	return left->size && right->size;
}

/* A head between quotes, without them; `rest` is what follows. False without a closing one. */
static bool head_unquote(struct span line, struct buffer *head, struct span *rest)
{
	for (size_t at = 1; at < line.size; at++) {
		bool is_quote = line.data[at] == '"';
		if (is_quote && !(at + 1 < line.size && line.data[at + 1] == '"')) {
			*rest = trimmed((struct span){ line.data + at + 1, line.size - at - 1 });
			return true;
		}
		buffer_append_char(head, line.data[at]);
		at += is_quote;
	}
	return false;
}

static int column_take(struct sheet_map *map, struct span line, struct qorgan_error *error)
{
	const char *form = language_said("column = field");
	struct buffer unquoted = { 0 };
	struct span head, name, rest, before;
	char *path = NULL;
	int code = QORGAN_OK;

	if (line.data[0] == '"') {
		bool is_whole = head_unquote(line, &unquoted, &rest) && rest.size && rest.data[0] == '=';
		head = buffer_span(&unquoted);
		before = is_whole ? rest : (struct span){ "=", 1 };
		name = trimmed((struct span){ before.data + 1, before.size - 1 });
		if (!name.size)
			code = form_refuse(line, form, error);
	} else if (!line_divide(line, memrchr(line.data, '=', line.size), &head, &name)) {
		code = form_refuse(line, form, error);
	}
	if (!code && (unquoted.failed || !(path = span_copy(name))))
		code = error_set_memory(error);
	if (!code)
		code = sheet_map_add(map, head, strcmp(path, IGNORED) == 0 ? NULL : path, error);
	free(path);
	buffer_free(&unquoted);
	return code;
}

static int constant_take(struct sheet_map *map, struct span line, struct qorgan_error *error)
{
	struct span name, value;

	if (!line_divide(line, memchr(line.data, '=', line.size), &name, &value))
		return form_refuse(line, language_said("field = value"), error);
	char *path = span_copy(name);
	int code = path ? sheet_map_set(map, path, value, error) : error_set_memory(error);
	free(path);
	return code;
}

static int head_row_take(struct sheet_map *map, struct span value, struct qorgan_error *error)
{
	uint32_t row = 0;

	for (size_t i = 0; i < value.size && row <= HEAD_ROW_LIMIT; i++) {
		bool is_digit = value.data[i] >= '0' && value.data[i] <= '9';
		row = is_digit ? row * 10 + (uint32_t)(value.data[i] - '0') : HEAD_ROW_LIMIT + 1;
	}
	if (row < 1 || row > HEAD_ROW_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "head-row is the number of a row, from 1");
	if (map->head_row)
		return error_set(error, QORGAN_BAD_DATA, "head-row is said twice");
	map->head_row = row;
	return QORGAN_OK;
}

/* What stands before the sections. */
static int setting_take(struct sheet_map *map, struct span line, struct qorgan_error *error)
{
	struct span name, value;

	if (!line_divide(line, memchr(line.data, '=', line.size), &name, &value))
		return form_refuse(line, "kind = KIND, head-row = NUMBER, [columns]", error);
	if (span_is(name, "head-row"))
		return head_row_take(map, value, error);
	if (!span_is(name, "kind"))
		return error_set(error, QORGAN_BAD_DATA, "before the line [columns] stand kind and head-row, and nothing else");
	return span_is(value, map->schema->kind)
	               ? QORGAN_OK
	               : error_set(error, QORGAN_BAD_DATA, "the map is of the kind %.*s, not %s",
	                           (int)(value.size < QUOTED ? value.size : QUOTED), value.data, map->schema->kind);
}

static int line_take(struct sheet_map *map, enum section *section, struct span line, struct qorgan_error *error)
{
	static int (*const take[])(struct sheet_map *, struct span, struct qorgan_error *) = {
		[SECTION_SHEET] = setting_take, [SECTION_COLUMNS] = column_take, [SECTION_CONSTANTS] = constant_take
	};

	if (!line.size || line.data[0] == '#')
		return QORGAN_OK;
	if (line.data[0] != '[')
		return take[*section](map, line, error);
	if (!span_is(line, "[columns]") && !span_is(line, "[constants]"))
		return form_refuse(line, "[columns], [constants]", error);
	*section = span_is(line, "[columns]") ? SECTION_COLUMNS : SECTION_CONSTANTS;
	return QORGAN_OK;
}

int sheet_map_parse(struct span text, const struct schema *schema, struct sheet_map **map, struct qorgan_error *error)
{
	enum section section = SECTION_SHEET;
	struct sheet_map *made = NULL;
	struct span line;
	size_t number = 0;

	text_skip(&text, "\xef\xbb\xbf");
	if (text.size > SHEET_MAP_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "it is longer than %d bytes", SHEET_MAP_SIZE);
	int code = sheet_map_make(schema, &made, error);
	while (!code && text.size) {
		number++;
		if (!text_line_take(&text, &line)) {
			line = text;
			text.size = 0;
		}
		line = trimmed(line);
		if (!text_is_clean(line))
			code = error_set(error, QORGAN_BAD_DATA, "it holds a control character, or a change of text direction");
		else
			code = line_take(made, &section, line, error);
		if (code == QORGAN_BAD_DATA)
			error_prefix(error, code, "line %zu", number);
	}
	if (code)
		sheet_map_free(made);
	else
		*map = made;
	return code;
}

/* ---- Written ---------------------------------------------------------------------------------- */

void sheet_map_head_write(const char *head, struct buffer *to)
{
	if (!strchr("#[\"", head[0])) {
		buffer_append_text(to, head);
		return;
	}
	buffer_append_char(to, '"');
	for (const char *at = head; *at; at++) {
		if (*at == '"')
			buffer_append_char(to, '"');
		buffer_append_char(to, *at);
	}
	buffer_append_char(to, '"');
}

void sheet_map_write(const struct sheet_map *map, struct buffer *to)
{
	buffer_append_format(to, "kind = %s\n", map->schema->kind);
	if (map->head_row)
		buffer_append_format(to, "head-row = %u\n", map->head_row);
	buffer_append_text(to, "\n[columns]\n");
	for (size_t i = 0; i < sheet_map_count(map); i++) {
		const struct sheet_map_column *column = sheet_map_column(map, i);
		sheet_map_head_write(column->head, to);
		buffer_append_format(to, " = %s\n", column->path ? column->path : IGNORED);
	}
	if (sheet_map_constant_count(map))
		buffer_append_text(to, "\n[constants]\n");
	for (size_t i = 0; i < sheet_map_constant_count(map); i++) {
		const struct sheet_map_constant *constant = sheet_map_constant(map, i);
		buffer_append_format(to, "%s = %s\n", constant->path, constant->value);
	}
}
