/* Objects as rows of CSV, with the columns of their schema. */
#include <stdlib.h>
#include <string.h>

#include "record/output.h"
#include "record/reader.h"

#define TOP_LIMIT 128 /* fields of one schema */
#define STEP_LIMIT 5  /* steps from the body to a leaf */

/* One leaf: the way to it is the field of the body, which is found for all
 * columns in one pass, and then the members within that one. */
struct column {
	const struct field *field;
	size_t top; /* index into the sorted names */
	const char *steps[STEP_LIMIT];
	size_t step_count;
};

struct output_columns {
	struct column *columns;
	size_t count, capacity;
	const char *tops[TOP_LIMIT];
	size_t top_count;
	char **languages; /* own copies */
	size_t language_count;
};

static int text_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_column(struct output_columns *c, const struct column *column, struct qorgan_error *error)
{
	if (c->count == c->capacity) {
		size_t capacity = c->capacity ? c->capacity * 2 : 64;
		struct column *columns = reallocarray(c->columns, capacity, sizeof *columns);
		if (!columns)
			return error_set_memory(error);
		c->columns = columns;
		c->capacity = capacity;
	}
	c->columns[c->count++] = *column;
	return QORGAN_OK;
}

/* Adds the columns of one field; `column` is how to come to it. */
static int add_field(struct output_columns *c, const struct field *field, struct column column,
                     struct qorgan_error *error)
{
	int code = QORGAN_OK;

	column.field = field;
	bool has_parts = !(field->flags & FIELD_LIST) && (field->type == FIELD_TEXT || field->type == FIELD_GROUP);
	if (!has_parts)
		return add_column(c, &column, error);
	if (column.step_count == STEP_LIMIT)
		return error_set(error, QORGAN_INTERNAL, "the schema nests \"%s\" too deeply for columns", field->name);
	size_t last = column.step_count++;
	if (field->type == FIELD_TEXT) {
		for (size_t i = 0; i < c->language_count && code == QORGAN_OK; i++) {
			column.steps[last] = c->languages[i];
			code = add_column(c, &column, error);
		}
		return code;
	}
	for (const struct field *member = field->fields; member->name && code == QORGAN_OK; member++) {
		column.steps[last] = member->name;
		code = add_field(c, member, column, error);
	}
	return code;
}

static size_t find_top(const struct output_columns *c, const char *name)
{
	const char *const *found = bsearch(&name, c->tops, c->top_count, sizeof *c->tops, text_compare);

	return (size_t)(found - c->tops);
}

static int copy_languages(struct output_columns *c, const char *const *languages, size_t count,
                          struct qorgan_error *error)
{
	c->languages = calloc(count ? count : 1, sizeof *c->languages);
	if (!c->languages)
		return error_set_memory(error);
	for (; c->language_count < count; c->language_count++) {
		c->languages[c->language_count] = strdup(languages[c->language_count]);
		if (!c->languages[c->language_count])
			return error_set_memory(error);
	}
	return QORGAN_OK;
}

int output_columns_make(const struct schema *schema, const char *const *languages, size_t count,
                        struct output_columns **columns, struct qorgan_error *error)
{
	struct output_columns *c = calloc(1, sizeof *c);
	int code;

	*columns = NULL;
	if (!c)
		return error_set_memory(error);
	code = copy_languages(c, languages, count, error);
	if (code)
		goto fail;
	for (const struct field *field = schema->fields; field->name; field++) {
		if (c->top_count == TOP_LIMIT) {
			code = error_set(error, QORGAN_INTERNAL, "the schema of %s has too many fields for columns",
			                 schema->kind);
			goto fail;
		}
		c->tops[c->top_count++] = field->name;
	}
	qsort(c->tops, c->top_count, sizeof *c->tops, text_compare);
	for (const struct field *field = schema->fields; field->name; field++) {
		code = add_field(c, field, (struct column){ .top = find_top(c, field->name) }, error);
		if (code)
			goto fail;
	}
	*columns = c;
	return QORGAN_OK;
fail:
	output_columns_free(c);
	return code;
}

void output_columns_free(struct output_columns *columns)
{
	if (!columns)
		return;
	for (size_t i = 0; i < columns->language_count; i++)
		free(columns->languages[i]);
	free(columns->languages);
	free(columns->columns);
	free(columns);
}

void output_csv_cell(struct span text, struct buffer *to)
{
	bool plain = true;

	for (size_t i = 0; i < text.size && plain; i++)
		plain = !memchr(",\"\r\n", text.data[i], 4);
	if (plain) {
		buffer_append_span(to, text);
		return;
	}
	buffer_append_char(to, '"');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_append_char(to, '"');
		buffer_append_char(to, text.data[i]);
	}
	buffer_append_char(to, '"');
}

void output_csv_head(const struct output_columns *columns, struct buffer *to)
{
	buffer_append_text(to, "kind,id");
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->columns[i];
		buffer_append_format(to, ",%s", columns->tops[column->top]);
		for (size_t j = 0; j < column->step_count; j++)
			buffer_append_format(to, ".%s", column->steps[j]);
	}
	buffer_append_char(to, '\n');
}

/* Whether a list can be joined by ';' and taken apart again the same. */
static bool can_join(struct span list)
{
	struct reader reader;
	struct span element;

	reader_open(list, &reader);
	while (reader_element(&reader, &element)) {
		if (element.data[0] != '"')
			continue;
		if (element.size < 3 || element.data[1] == ' ' || element.data[element.size - 2] == ' ')
			return false;
		for (size_t i = 1; i + 1 < element.size; i++)
			if (memchr(",;[\\", element.data[i], 4))
				return false;
	}
	return !reader.failed;
}

static void write_list(const struct field *field, struct span list, struct buffer *to)
{
	struct buffer joined = { 0 };
	struct reader reader;
	struct span element, text;

	if (field->type == FIELD_GROUP || field->type == FIELD_TEXT || !can_join(list)) {
		output_csv_cell(list, to);
		return;
	}
	reader_open(list, &reader);
	for (size_t i = 0; reader_element(&reader, &element); i++) {
		if (i > 0)
			buffer_append_char(&joined, ';');
		buffer_append_span(&joined, reader_string(element, NULL, &text) ? text : element);
	}
	output_csv_cell(buffer_span(&joined), to);
	to->failed |= joined.failed;
	buffer_free(&joined);
}

static void write_value(const struct field *field, struct span value, struct buffer *to)
{
	struct buffer scratch = { 0 };
	struct span text;

	if (field->flags & FIELD_LIST)
		write_list(field, value, to);
	else if (reader_string(value, &scratch, &text))
		output_csv_cell(text, to);
	else
		output_csv_cell(value, to);
	to->failed |= scratch.failed;
	buffer_free(&scratch);
}

void output_csv_row(const struct output_columns *columns, const struct record *record, struct buffer *to)
{
	struct span tops[TOP_LIMIT];

	reader_pick(record->body, columns->tops, tops, columns->top_count);
	output_csv_cell(record->kind, to);
	buffer_append_char(to, ',');
	output_csv_cell(record->id, to);
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->columns[i];
		struct span value = tops[column->top];
		bool found = value.data != NULL;
		for (size_t j = 0; j < column->step_count && found; j++)
			found = reader_find(value, column->steps[j], &value);
		buffer_append_char(to, ',');
		if (found)
			write_value(column->field, value, to);
	}
	buffer_append_char(to, '\n');
}
