/* Rows of somebody's spreadsheet as objects. What people write in a cell is turned into what a
 * field holds only where that is certain; all else is left to validation, which names the cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "base/text.h"
#include "record/canonical.h"
#include "record/draft.h"
#include "register/field_changes.h"
#include "register/levels.h"
#include "register/load.h"
#include "register/sheet_parts.h"

#define QUOTED 60 /* bytes of a cell that a message repeats */

struct refused {
	size_t row, column;
};

struct rows {
	struct qorgan_sheet *sheet;
	const struct qorgan_sheet_load *load;
	struct world *world;
	const struct input_handler *handler;
	size_t id; /* column of the id, among the heads */
	size_t faults;
	struct buffer refused; /* of struct refused: cells of which it was told that they hold no value; in their order */
	/* of the row that is being read */
	uint32_t row;
	struct vault_record record; /* what is on record of it */
	struct field_changes changes;
	struct buffer after;
};

/* ---- Faults ------------------------------------------------------------------------------ */

/* The column in which a field was given, or the whole of it; that of the id if none is. */
static size_t column_of(const struct rows *rows, const char *place, bool *is_known)
{
	size_t size = strcspn(place, ".["), best = rows->id;

	*is_known = !*place;
	for (size_t i = 0; i < sheet_head_count(rows->sheet); i++) {
		const char *path = sheet_head_path(rows->sheet, i);
		bool is_it = path && strcmp(path, place) == 0;
		if (!is_it && (!path || *is_known || strncmp(path, place, size) != 0 || (path[size] && path[size] != '.')))
			continue;
		best = i;
		*is_known = true;
		if (is_it)
			break;
	}
	return best;
}

static int by_place(const void *left, const void *right)
{
	const struct refused *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static bool is_refused(const struct rows *rows, size_t row, size_t column)
{
	const struct refused wanted = { row, column };
	size_t count = rows->refused.size / sizeof wanted;

	return count && bsearch(&wanted, rows->refused.data, count, sizeof wanted, by_place);
}

/* A fault of a field is one of the cell that it was given in. */
static void fault_pass(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct rows *rows = context;
	bool is_known;
	size_t column = column_of(rows, place ? place : "", &is_known);
	char cell[WORKBOOK_ADDRESS];
	struct qorgan_error clean;

	(void)file;
	if (is_refused(rows, line, column))
		return; /* that its field is missing goes without saying */
	/* What is quoted must not steer a terminal. */
	error_set(&clean, QORGAN_BAD_DATA, "%s%s%s", is_known ? "" : place, is_known ? "" : ": ", text);
	workbook_address((uint32_t)line, sheet_head(rows->sheet, column)->at, cell);
	rows->faults++;
	if (rows->load->fault)
		rows->load->fault(rows->load->context, cell, clean.message);
}

static void fault_tell(const struct rows *rows, const char *path, const char *text)
{
	rows->handler->fault(rows->handler->context, "", rows->row, path, text);
}

/* ---- What a cell says ---------------------------------------------------------------------- */

/* The word whose label, in any language, the text is; NULL if it is none. */
static const char *word_of(const struct field *field, struct span text)
{
	size_t count;
	const struct language *const *all = language_all(&count);

	for (const char *const *word = field->words; *word; word++)
		for (size_t i = 0; i < count; i++)
			if (text_words_alike(text, span_of(*word)) || text_words_alike(text, span_of(language_text(all[i], *word))))
				return *word;
	return NULL;
}

/* "3,0" and "3.0" are 3. */
static void number_plain(char *text)
{
	size_t digits = strspn(text, "-0123456789");

	if (!text[digits] || !strchr(",.", text[digits]))
		return;
	size_t zeros = strspn(text + digits + 1, "0");
	if (zeros && !text[digits + 1 + zeros])
		text[digits] = '\0';
}

/* The scale whose labels may stand for the numbers of a field, or NULL. */
static const char *scale_of(const char *path, const struct field *field)
{
	if (field->type != FIELD_INTEGER)
		return NULL;
	if (strcmp(field->name, "impact") == 0 || strncmp(path, "impacts.", 8) == 0)
		return "impact";
	return strcmp(field->name, "likelihood") == 0 ? "likelihood" : NULL;
}

/* Lines of a cell are elements of a list. */
static void list_join(char *text)
{
	char separator = strchr(text, ';') ? ';' : ',';

	for (char *at = text; *at; at++)
		if (*at == '\n')
			*at = separator;
}

static char *text_copy(struct span text)
{
	char *copy = span_copy(text), *to = copy;

	for (const char *from = copy; from && *from; from++)
		if (*from != '\r')
			*to++ = *from;
	if (to)
		*to = '\0';
	return copy;
}

static int text_value(struct rows *rows, const char *path, const struct field *field, struct span text, char **value,
                      struct qorgan_error *why, struct qorgan_error *error)
{
	const char *word = field && field->type == FIELD_WORD ? word_of(field, text) : NULL;
	const char *scale = field ? scale_of(path, field) : NULL;
	unsigned level = 0;
	int code = scale ? level_named(world_view(rows->world), scale, text, &level, error) : QORGAN_OK;
	char number[12];

	snprintf(number, sizeof number, "%u", level);
	if (code)
		return code;
	if (scale && !level && !memchr("-0123456789", text.data[0], 11))
		return error_set(why, QORGAN_BAD_DATA, "\"%.*s\" is neither a number nor a label of the scale \"%s\"",
		                 (int)(text.size < QUOTED ? text.size : QUOTED), text.data, scale);
	*value = word ? strdup(word) : level ? strdup(number) : text_copy(text);
	if (!*value)
		return error_set_memory(error);
	if (field && field->type == FIELD_INTEGER)
		number_plain(*value);
	if (field && field->flags & FIELD_LIST && field->type != FIELD_GROUP)
		list_join(*value);
	return QORGAN_OK;
}

/* What the field holds, from what the cell shows; field NULL: the id. */
static int cell_value(struct rows *rows, const char *path, const struct field *field, const struct workbook_cell *cell,
                      char **value, struct qorgan_error *why, struct qorgan_error *error)
{
	bool is_number = cell->type == WORKBOOK_NUMBER_CELL;
	char shown[40];
	date_day day;

	/* A mere number, such as a year, would be a day long ago. */
	if (field && field->type == FIELD_DATE && workbook_day(rows->sheet->book, cell, &day) && (!is_number || day >= 0))
		date_format(day, shown);
	else if (is_number)
		snprintf(shown, sizeof shown, "%.15g", cell->number);
	else
		return text_value(rows, path, field, workbook_text(cell), value, why, error);
	*value = strdup(shown);
	return *value ? QORGAN_OK : error_set_memory(error);
}

/* Clean but for carriage returns, with which a spreadsheet may begin lines. */
static bool text_is_plain(struct span text)
{
	while (text.size) {
		const char *end = memchr(text.data, '\r', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		if (!text_is_clean((struct span){ text.data, size }))
			return false;
		text = (struct span){ text.data + size + (end != NULL), text.size - size - (end != NULL) };
	}
	return true;
}

/* What is said of a cell that holds neither a clean text nor a number; NULL of one that does. */
static const char *cell_refusal(const struct workbook_cell *cell)
{
	if (cell->type == WORKBOOK_FORMULA_CELL)
		return language_said("it holds a formula: write its value");
	if (cell->type == WORKBOOK_OTHER_CELL)
		return language_said("it holds neither a text nor a number");
	if (!text_is_plain(workbook_text(cell)))
		return language_said("it holds a control character, or a change of text direction");
	return NULL;
}

static int value_set(struct rows *rows, const char *path, const struct field *field, const struct workbook_cell *cell,
                     json_t *body, struct qorgan_error *why, struct qorgan_error *error)
{
	const char *refusal = cell_refusal(cell);
	char *value = NULL;

	if (refusal)
		return error_set(why, QORGAN_BAD_DATA, "%s", refusal);
	int code = cell_value(rows, path, field, cell, &value, why, error);
	if (code)
		return code;
	if (field->flags & FIELD_LIST)
		json_object_del(body, path); /* the cell is the whole of it */
	code = draft_set_cell(rows->sheet->schema, body, path, value, why);
	free(value);
	if (code && code != QORGAN_BAD_DATA && code != QORGAN_USAGE)
		return error_set(error, code, "%s", why->message);
	return code ? QORGAN_BAD_DATA : QORGAN_OK;
}

/* QORGAN_BAD_DATA: what is wrong with the cell was told. */
static int field_set(struct rows *rows, const char *path, const struct field *field, const struct workbook_cell *cell,
                     json_t *body, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	int code = value_set(rows, path, field, cell, body, &why, error);

	if (code != QORGAN_BAD_DATA)
		return code;
	fault_tell(rows, path, why.message);
	return QORGAN_BAD_DATA;
}

static struct workbook_cell constant_cell(const struct sheet_map_constant *constant)
{
	return (struct workbook_cell){ .type = WORKBOOK_TEXT_CELL, .text = span_of(constant->value) };
}

/* A constant that is none is told once, not in every row. */
static int constants_check(struct rows *rows, struct qorgan_error *error)
{
	const struct sheet_map *map = rows->sheet->map;
	struct qorgan_error why = { 0 };
	json_t *body = json_object();
	int code = body ? QORGAN_OK : error_set_memory(error);

	for (size_t i = 0; i < sheet_map_constant_count(map) && !code; i++) {
		const struct sheet_map_constant *constant = sheet_map_constant(map, i);
		const struct workbook_cell cell = constant_cell(constant);
		code = value_set(rows, constant->path, constant->field, &cell, body, &why, error);
		if (code == QORGAN_BAD_DATA)
			error_set(error, code, "[constants] of the map: %s: %s", constant->path, why.message);
	}
	json_decref(body);
	return code;
}

/* ---- Rows -------------------------------------------------------------------------------------- */

static const struct workbook_cell *cell_at(const struct rows *rows, size_t head)
{
	const struct qorgan_sheet *sheet = rows->sheet;
	uint32_t column = sheet_head(sheet, head)->at;
	const struct workbook_cell *cell = workbook_cell(sheet->book, sheet->number, rows->row, column);

	return sheet_cell_is_empty(cell) ? NULL : cell;
}

/* The id of the row; NULL after a fault was told. */
static int id_read(struct rows *rows, char **id, struct qorgan_error *error)
{
	const struct workbook_cell *cell = cell_at(rows, rows->id);
	const char *refusal = cell ? cell_refusal(cell) : language_said("the row has no id: write one");

	*id = NULL;
	if (!refusal)
		return cell_value(rows, SHEET_MAP_ID, NULL, cell, id, NULL, error);
	fault_tell(rows, SHEET_MAP_ID, refusal);
	return QORGAN_OK;
}

/* What is on record of that id, which columns and constants are put into. */
static int body_begin(struct rows *rows, const char *id, json_t **body, struct qorgan_error *error)
{
	const struct schema *schema = rows->sheet->schema;
	int code = QORGAN_ABSENT;

	rows->record.record.body = (struct span){ NULL, 0 };
	rows->record.record.version = 0;
	if (id && record_id_check(schema, span_of(id), NULL) == QORGAN_OK)
		code = vault_get(world_view(rows->world), schema, span_of(id), 0, &rows->record, error);
	if (!code)
		return input_parse_canonical(rows->record.record.body, body, error);
	if (code != QORGAN_ABSENT)
		return code;
	*body = json_object();
	return *body ? QORGAN_OK : error_set_memory(error);
}

static int row_tell(struct rows *rows, const char *id, const json_t *body, struct qorgan_error *error)
{
	const struct schema *schema = rows->sheet->schema;
	struct qorgan_history_entry entry = { .kind = schema->kind, .id = id, .owner = "", .user = "", .time = "",
		                                  .message = "", .received = "", .objects = "" };
	char cell[WORKBOOK_ADDRESS];
	const struct qorgan_sheet_row row = { cell, &entry };

	buffer_clear(&rows->after);
	int code = canonical_write(body, &rows->after, error);
	if (!code)
		code = field_changes_find(&rows->changes, schema, rows->record.record.body, buffer_span(&rows->after), &entry,
		                          error);
	entry.version = rows->record.record.version + (entry.count > 0);
	workbook_address(rows->row, sheet_head(rows->sheet, rows->id)->at, cell);
	if (!code)
		rows->load->row(rows->load->context, &row);
	return code;
}

static int row_fill(struct rows *rows, json_t *body, struct qorgan_error *error)
{
	const struct qorgan_sheet *sheet = rows->sheet;
	int code = QORGAN_OK;

	for (size_t i = 0; i < sheet_map_constant_count(sheet->map) && !code; i++) {
		const struct sheet_map_constant *constant = sheet_map_constant(sheet->map, i);
		const struct workbook_cell cell = constant_cell(constant);
		code = field_set(rows, constant->path, constant->field, &cell, body, error);
		code = code == QORGAN_BAD_DATA ? QORGAN_OK : code; /* told, and no cell of the row's */
	}
	for (size_t i = 0; i < sheet_head_count(sheet) && !code; i++) {
		const char *path = sheet_head_path(sheet, i);
		const struct workbook_cell *cell = path && i != rows->id ? cell_at(rows, i) : NULL;
		if (!cell)
			continue;
		const struct sheet_map_column *column = sheet_map_column(sheet->map, sheet_head(sheet, i)->column);
		code = field_set(rows, path, column->field, cell, body, error);
		if (code != QORGAN_BAD_DATA)
			continue;
		const struct refused refused = { rows->row, i };
		buffer_append(&rows->refused, &refused, sizeof refused);
		code = rows->refused.failed ? error_set_memory(error) : QORGAN_OK;
	}
	return code;
}

static bool row_is_empty(const struct rows *rows)
{
	for (size_t i = 0; i < sheet_head_count(rows->sheet); i++)
		if (sheet_head_path(rows->sheet, i) && cell_at(rows, i))
			return false;
	return true;
}

static int row_take(struct rows *rows, struct qorgan_error *error)
{
	size_t faults = rows->faults;
	json_t *body = NULL;
	char *id = NULL;

	if (row_is_empty(rows))
		return QORGAN_OK;
	int code = id_read(rows, &id, error);
	if (!code)
		code = body_begin(rows, id, &body, error);
	if (!code)
		code = row_fill(rows, body, error);
	const struct input_object object = { rows->sheet->schema, id, body, "", rows->row };
	/* With a cell that is no value the others are validated all the same; nothing is written any longer. */
	if (!code && id)
		code = rows->handler->object(rows->handler->context, &object, error);
	/* One that names an unknown state is told of when all are read. */
	if (!code && rows->faults == faults && rows->load->row && !world_missed_state(rows->world))
		code = row_tell(rows, id, body, error);
	json_decref(body);
	free(id);
	return code;
}

/* ---- All of it ------------------------------------------------------------------------------------ */

static int rows_read(void *context, struct world *world, const struct input_handler *handler,
                     struct qorgan_error *error)
{
	struct rows *rows = context;
	const struct qorgan_sheet *sheet = rows->sheet;
	size_t count;
	const struct workbook_cell *cells = workbook_cells(sheet->book, sheet->number, &count);

	rows->world = world;
	rows->handler = handler;
	rows->row = sheet->head_row;
	int code = constants_check(rows, error);
	for (size_t i = 0; i < count && !code; i++)
		if (cells[i].row > rows->row) {
			rows->row = cells[i].row;
			code = row_take(rows, error);
		}
	return code;
}

int qorgan_sheet_load(struct qorgan_sheet *sheet, const struct qorgan_sheet_load *load, struct qorgan_commit *result,
                      struct qorgan_error *error)
{
	struct rows rows = { .sheet = sheet, .load = load };
	const struct qorgan_load all = { .user = load->user, .message = load->message, .dry_run = load->dry_run,
		                             .fault = fault_pass, .context = &rows };
	const char *path = NULL;

	for (rows.id = 0; rows.id < sheet_head_count(sheet); rows.id++) {
		path = sheet_head_path(sheet, rows.id);
		if (path && strcmp(path, SHEET_MAP_ID) == 0)
			break;
	}
	if (rows.id == sheet_head_count(sheet))
		return error_set(error, QORGAN_BAD_DATA, "no column is the id of its rows");
	int code = load_objects(sheet->store, &all, rows_read, &rows, result, error);
	vault_record_free(&rows.record);
	field_changes_free(&rows.changes);
	buffer_free(&rows.after);
	buffer_free(&rows.refused);
	return code;
}
