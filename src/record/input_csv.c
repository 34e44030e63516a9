/* Reading objects from CSV: the first row names the columns. A row whose
 * first cells are "kind" and "id" is a new head, so that the tables of several
 * kinds may follow each other in one file. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "record/csv_rows.h"
#include "record/draft.h"
#include "record/input_parts.h"
#include "record/suggest.h"

enum role { COLUMN_FIELD, COLUMN_KIND, COLUMN_ID, COLUMN_EMPTY, COLUMN_UNKNOWN };

struct column {
	char *name;
	enum role role;
};

struct table {
	struct csv_rows rows;
	struct input_source *source;
	struct column *columns;
	size_t column_count;
	bool ended; /* nothing can be read behind a head that is none */
};

static void forget_columns(struct table *t)
{
	for (size_t i = 0; t->columns && i < t->column_count; i++)
		free(t->columns[i].name);
	free(t->columns);
	t->columns = NULL;
	t->column_count = 0;
}

/* Whether any kind that may stand in the table has such a column. */
static bool column_is_known(const struct input_source *source, const char *name)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	if (source->kind)
		return draft_find_column(source->kind, name) != NULL;
	for (size_t i = 0; i < count; i++)
		if (draft_find_column(all[i], name))
			return true;
	return false;
}

static void offer_fields(struct suggestion *suggestion, const struct schema *schema)
{
	for (const struct field *field = schema->fields; field->name; field++)
		suggest_offer(suggestion, field->name);
}

static void tell_unknown_column(const struct table *t, const char *name)
{
	char stem[65], nearest[SUGGEST_TEXT_SIZE];
	struct suggestion suggestion = { .word = stem };
	size_t size = strcspn(name, "."), count;
	const struct schema *const *all = schema_all(&count);
	const struct field *field = NULL;

	if (size >= sizeof stem)
		size = sizeof stem - 1;
	memcpy(stem, name, size);
	stem[size] = '\0';
	if (t->source->kind)
		offer_fields(&suggestion, t->source->kind);
	for (size_t i = 0; i < count && !t->source->kind; i++)
		offer_fields(&suggestion, all[i]);
	for (size_t i = 0; i < count && !field; i++)
		if (!t->source->kind || all[i] == t->source->kind)
			field = schema_field(all[i]->fields, stem, size);
	if (field && field->type == FIELD_TEXT) {
		source_fault(t->source, t->rows.line, name, "unknown column: say the language, as in %s.en", field->name);
		return;
	}
	suggest_format(&suggestion, nearest);
	source_fault(t->source, t->rows.line, name, "unknown column \"%.80s\"%s", name,
	             suggestion.distance > 0 ? nearest : "");
}

static enum role column_role(const struct input_source *source, const char *name)
{
	if (!*name)
		return COLUMN_EMPTY;
	if (strcmp(name, "kind") == 0)
		return COLUMN_KIND;
	if (strcmp(name, "id") == 0)
		return COLUMN_ID;
	return column_is_known(source, name) ? COLUMN_FIELD : COLUMN_UNKNOWN;
}

/* Tells of columns that are unknown or stand twice; the others are read. */
static void check_column(struct table *t, size_t i)
{
	struct column *column = &t->columns[i];

	if (column->role == COLUMN_UNKNOWN)
		tell_unknown_column(t, column->name);
	for (size_t j = 0; j < i && *column->name; j++) {
		if (strcmp(t->columns[j].name, column->name) == 0) {
			source_fault(t->source, t->rows.line, column->name, "the column \"%.80s\" stands here twice",
			             column->name);
			column->role = COLUMN_UNKNOWN;
			return;
		}
	}
}

static bool has_column(const struct table *t, enum role role)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].role == role)
			return true;
	return false;
}

/* What makes the row that was read no head, or NULL. */
static const char *head_fault(const struct table *t)
{
	for (size_t i = 0; i < t->rows.cell_count; i++)
		if (!text_is_clean(csv_rows_span(&t->rows, i)))
			return language_said("neither JSON nor CSV in UTF-8");
	return t->rows.broken;
}

/* Makes columns of the row that was read; without them, nothing behind it is read. */
static int take_head(struct table *t, struct qorgan_error *error)
{
	const char *fault = head_fault(t);

	forget_columns(t);
	t->columns = fault ? NULL : calloc(t->rows.cell_count, sizeof *t->columns);
	if (!fault && !t->columns)
		return error_set_memory(error);
	for (size_t i = 0; i < t->rows.cell_count && !fault; i++) {
		t->columns[i].name = span_copy(csv_rows_span(&t->rows, i));
		if (!t->columns[i].name)
			return error_set_memory(error);
		t->columns[i].role = column_role(t->source, t->columns[i].name);
		t->column_count++;
	}
	if (!fault && !has_column(t, COLUMN_ID))
		fault = "neither JSON nor CSV whose first row names the columns, `id` among them";
	else if (!fault && !has_column(t, COLUMN_KIND) && !t->source->kind)
		fault = "there is no column `kind`: add it, or say --kind";
	if (fault)
		source_fault(t->source, t->rows.line, "", "%s", fault);
	t->ended = fault != NULL;
	for (size_t i = 0; i < t->column_count && !fault; i++)
		check_column(t, i);
	return QORGAN_OK;
}

/* Whether the row can be read at all; tells why not. */
static bool row_is_sound(const struct table *t)
{
	if (t->rows.broken) {
		source_fault(t->source, t->rows.line, "", "%s", t->rows.broken);
		return false;
	}
	if (t->rows.cell_count != t->column_count) {
		source_fault(t->source, t->rows.line, "", "the row has %zu cells, but the head has %zu", t->rows.cell_count,
		             t->column_count);
		return false;
	}
	bool sound = true;
	for (size_t i = 0; i < t->rows.cell_count; i++) {
		if (!text_is_clean(csv_rows_span(&t->rows, i))) {
			bool utf8 = text_is_utf8(csv_rows_span(&t->rows, i));
			source_fault(t->source, t->rows.line, t->columns[i].name, "%s", utf8 ? INPUT_UNCLEAN : "is not UTF-8");
			sound = false;
		} else if (t->columns[i].role == COLUMN_EMPTY && *csv_rows_cell(&t->rows, i)) {
			source_fault(t->source, t->rows.line, "", "cell %zu stands in a column without a name", i + 1);
			sound = false;
		}
	}
	return sound;
}

static const char *cell_of(const struct table *t, enum role role)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].role == role)
			return csv_rows_cell(&t->rows, i);
	return "";
}

/* Fills the body from the cells; returns whether all of them could be taken. */
static bool fill_body(const struct table *t, const struct schema *schema, json_t *body)
{
	struct qorgan_error why;
	bool whole = true;

	for (size_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].role != COLUMN_FIELD)
			continue;
		if (draft_set_cell(schema, body, t->columns[i].name, csv_rows_cell(&t->rows, i), &why)) {
			source_fault(t->source, t->rows.line, t->columns[i].name, "%s", why.message);
			whole = false;
		}
	}
	return whole;
}

static int take_row(struct table *t, struct qorgan_error *error)
{
	if (!row_is_sound(t))
		return QORGAN_OK;
	const char *kind = cell_of(t, COLUMN_KIND), *id = cell_of(t, COLUMN_ID);
	if (!*kind && t->source->kind)
		kind = t->source->kind->kind;
	if (!*id)
		source_fault(t->source, t->rows.line, "id", "is required");
	if (!*kind)
		source_fault(t->source, t->rows.line, "kind", "is required");
	const struct schema *schema = *kind ? source_schema(t->source, kind, t->rows.line) : NULL;
	if (!schema || !*id)
		return QORGAN_OK;

	json_t *body = json_object();
	if (!body)
		return error_set_memory(error);
	int code = QORGAN_OK;
	if (fill_body(t, schema, body))
		code = source_object(t->source, schema, id, body, t->rows.line, error);
	json_decref(body);
	return code;
}

int input_read_csv(struct input_source *source, struct qorgan_error *error)
{
	struct table *t = calloc(1, sizeof *t);
	int code = QORGAN_OK;

	if (!t)
		return error_set_memory(error);
	t->source = source;
	csv_rows_begin(&t->rows, source);
	while (code == QORGAN_OK && !t->ended && csv_rows_next(&t->rows)) {
		if (t->rows.text.failed)
			code = error_set_memory(error);
		else if (!t->columns ||
		         (t->rows.cell_count > 1 && strcmp(csv_rows_cell(&t->rows, 0), "kind") == 0 &&
		          strcmp(csv_rows_cell(&t->rows, 1), "id") == 0))
			code = take_head(t, error);
		else if (!csv_rows_is_blank(&t->rows))
			code = take_row(t, error);
	}
	forget_columns(t);
	buffer_free(&t->rows.text);
	free(t);
	return code;
}
