/* Which column is which field: made, asked and changed. */
#include "record/sheet_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/draft.h"
#include "record/suggest.h"

int sheet_map_make(const struct schema *schema, struct sheet_map **map, struct qorgan_error *error)
{
	*map = calloc(1, sizeof **map);
	if (!*map)
		return error_set_memory(error);
	(*map)->schema = schema;
	return QORGAN_OK;
}

void sheet_map_free(struct sheet_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < sheet_map_count(map); i++) {
		free(sheet_map_column(map, i)->head);
		free(sheet_map_column(map, i)->fold);
		free(sheet_map_column(map, i)->path);
	}
	for (size_t i = 0; i < sheet_map_constant_count(map); i++) {
		free(sheet_map_constant(map, i)->path);
		free(sheet_map_constant(map, i)->value);
	}
	buffer_free(&map->columns);
	buffer_free(&map->constants);
	free(map);
}

/* ---- Asked ---------------------------------------------------------------------------------- */

size_t sheet_map_count(const struct sheet_map *map)
{
	return map->columns.size / sizeof(struct sheet_map_column);
}

struct sheet_map_column *sheet_map_column(const struct sheet_map *map, size_t index)
{
	return (struct sheet_map_column *)(void *)map->columns.data + index;
}

size_t sheet_map_constant_count(const struct sheet_map *map)
{
	return map->constants.size / sizeof(struct sheet_map_constant);
}

struct sheet_map_constant *sheet_map_constant(const struct sheet_map *map, size_t index)
{
	return (struct sheet_map_constant *)(void *)map->constants.data + index;
}

/* Whether the path is that one, or leads into it. */
static bool path_within(const char *path, const char *whole)
{
	size_t size = strlen(whole);

	return path && strncmp(path, whole, size) == 0 && (!path[size] || path[size] == '.');
}

bool sheet_map_has(const struct sheet_map *map, const char *path)
{
	for (size_t i = 0; i < sheet_map_count(map); i++)
		if (path_within(sheet_map_column(map, i)->path, path))
			return true;
	for (size_t i = 0; i < sheet_map_constant_count(map); i++)
		if (path_within(sheet_map_constant(map, i)->path, path))
			return true;
	return false;
}

static char *fold_copy(const char *head)
{
	struct buffer fold = { 0 };

	text_fold(&fold, span_of(head));
	char *copy = fold.failed ? NULL : span_copy(buffer_span(&fold));
	buffer_free(&fold);
	return copy;
}

static bool fold_find(const struct sheet_map *map, const char *fold, size_t *index)
{
	for (size_t i = 0; i < sheet_map_count(map); i++)
		if (strcmp(sheet_map_column(map, i)->fold, fold) == 0) {
			*index = i;
			return true;
		}
	return false;
}

bool sheet_map_find(const struct sheet_map *map, const char *head, size_t *index)
{
	char *fold = fold_copy(head);
	bool found = fold && fold_find(map, fold, index);

	free(fold);
	return found;
}

/* ---- Heads ------------------------------------------------------------------------------------ */

static bool code_is_blank(uint32_t code)
{
	return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == 0xa0 || code == 0x2028 ||
	       code == 0x2029;
}

char *sheet_map_head(struct span text)
{
	struct buffer head = { 0 };
	bool is_blank = false;
	uint32_t code;

	for (size_t at = 0, start; at < text.size;) {
		start = at;
		bool is_valid = text_decode(text, &at, &code);
		at += !is_valid;
		if (is_valid && code_is_blank(code)) {
			is_blank = true;
			continue;
		}
		if (head.size + (at - start) + 1 > SHEET_MAP_HEAD)
			break;
		if (is_blank && head.size)
			buffer_append_char(&head, ' ');
		is_blank = false;
		if (is_valid && text_code_is_shown(code))
			buffer_append(&head, text.data + start, at - start);
		else
			buffer_append_char(&head, '?');
	}
	char *copy = head.failed ? NULL : span_copy(buffer_span(&head));
	buffer_free(&head);
	return copy;
}

/* ---- Changed ----------------------------------------------------------------------------------- */

static int path_unknown(const struct sheet_map *map, const char *path, struct qorgan_error *error)
{
	const struct schema *schema = map->schema;
	struct suggestion suggestion = { .word = path };
	char nearest[SUGGEST_TEXT_SIZE];

	const struct field *text = schema_field(schema->fields, path, strlen(path));
	if (text && text->type == FIELD_TEXT)
		return error_set(error, QORGAN_BAD_DATA, "the field %s of a %s needs a language: say which, as in %s.en", path,
		                 schema->kind, path);
	for (const struct field *field = schema->fields; field->name; field++)
		suggest_offer(&suggestion, field->name);
	suggest_offer(&suggestion, SHEET_MAP_ID);
	suggest_format(&suggestion, nearest);
	return error_set(error, QORGAN_BAD_DATA, "a %s has no field \"%.80s\"%s", schema->kind, path, nearest);
}

/* `copy` is the path as records have it; NULL of one that is ignored. */
static int path_check(const struct sheet_map *map, const char *path, char **copy, const struct field **field,
                      struct qorgan_error *error)
{
	*copy = NULL;
	*field = NULL;
	if (!path)
		return QORGAN_OK;
	if (strlen(path) >= SHEET_MAP_PATH)
		return error_set(error, QORGAN_BAD_DATA, "the name of a field is shorter than %d bytes", SHEET_MAP_PATH);
	char plain[SHEET_MAP_PATH];
	strcpy(plain, path);
	for (char *at = plain; *at && *at != '.'; at++)
		*at = *at == '-' ? '_' : *at;
	if (strcmp(plain, SHEET_MAP_ID) != 0) {
		const struct field *top = schema_field(map->schema->fields, plain, strcspn(plain, "."));
		*field = draft_find_column(map->schema, plain);
		if (!*field)
			return path_unknown(map, plain, error);
		if (top->flags & FIELD_COMPUTED)
			return error_set(error, QORGAN_BAD_DATA, "%s is kept by the program, and comes from no column", plain);
	}
	if (sheet_map_has(map, plain))
		return error_set(error, QORGAN_BAD_DATA, "%s is given already", plain);
	*copy = strdup(plain);
	return *copy ? QORGAN_OK : error_set_memory(error);
}

int sheet_map_add(struct sheet_map *map, struct span head, const char *path, struct qorgan_error *error)
{
	struct sheet_map_column column = { 0 };
	size_t same;

	if (sheet_map_count(map) == SHEET_MAP_COLUMNS)
		return error_set(error, QORGAN_BAD_DATA, "there are more than %d columns", SHEET_MAP_COLUMNS);
	int code = path_check(map, path, &column.path, &column.field, error);
	if (!code) {
		column.head = sheet_map_head(head);
		column.fold = column.head ? fold_copy(column.head) : NULL;
		code = column.fold ? QORGAN_OK : error_set_memory(error);
	}
	if (!code && !*column.head)
		code = error_set(error, QORGAN_BAD_DATA, "a column has no head");
	if (!code && fold_find(map, column.fold, &same))
		code = error_set(error, QORGAN_BAD_DATA, "the column \"%.80s\" is named twice", column.head);
	if (!code) {
		buffer_append(&map->columns, &column, sizeof column);
		if (!map->columns.failed)
			return QORGAN_OK;
		code = error_set_memory(error);
	}
	free(column.head);
	free(column.fold);
	free(column.path);
	return code;
}

int sheet_map_take(struct sheet_map *map, size_t index, const char *path, struct qorgan_error *error)
{
	struct sheet_map_column *column = sheet_map_column(map, index);
	const struct field *field;
	char *before = column->path, *copy;

	column->path = NULL; /* it may stay what it is */
	int code = path_check(map, path, &copy, &field, error);
	if (code) {
		column->path = before;
		return code;
	}
	free(before);
	column->path = copy;
	column->field = field;
	return QORGAN_OK;
}

int sheet_map_set(struct sheet_map *map, const char *path, struct span value, struct qorgan_error *error)
{
	struct sheet_map_constant constant = { 0 };
	int code = path_check(map, path, &constant.path, &constant.field, error);

	if (!code && !constant.field)
		code = error_set(error, QORGAN_BAD_DATA, "the id of every row is its own, so it needs a column");
	if (!code && (!value.size || !text_is_clean(value) || memchr(value.data, '\n', value.size)))
		code = error_set(error, QORGAN_BAD_DATA, "the value of %s must be one line of plain text", path);
	if (!code && !(constant.value = span_copy(value)))
		code = error_set_memory(error);
	if (!code) {
		buffer_append(&map->constants, &constant, sizeof constant);
		if (!map->constants.failed)
			return QORGAN_OK;
		code = error_set_memory(error);
	}
	free(constant.path);
	free(constant.value);
	return code;
}
