/* Somebody's spreadsheet: its heads, and which field each column is. */
#include "qorgan/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/draft.h"
#include "record/sheet_guess.h"
#include "register/listing_parts.h"
#include "register/sheet_parts.h"

#define SAMPLE_ROWS 50 /* below the heads, in which a column's sample is looked for */

/* ---- The sheet ------------------------------------------------------------------------------- */

bool sheet_cell_is_empty(const struct workbook_cell *cell)
{
	return !cell || (cell->type == WORKBOOK_TEXT_CELL && workbook_text(cell).size == 0);
}

/* The first sheet with anything in it. */
static size_t sheet_choose(const struct workbook *book)
{
	size_t count;

	for (size_t i = 0; i < workbook_sheets(book); i++)
		if (workbook_cells(book, i, &count))
			return i;
	return 0;
}

int qorgan_sheet_open(struct qorgan_store *store, const char *kind, const void *data, size_t size,
                      struct qorgan_sheet **sheet, struct qorgan_error *error)
{
	const struct schema *schema = object_schema(kind, error);

	if (!schema)
		return QORGAN_USAGE;
	if (!(schema->flags & SCHEMA_EDITABLE))
		return error_set(error, QORGAN_USAGE, "somebody's own spreadsheet may be of domains, risks or measures, "
		                 "not of the kind %s", kind);
	struct qorgan_sheet *made = calloc(1, sizeof *made);
	if (!made)
		return error_set_memory(error);
	made->store = store;
	made->schema = schema;
	int code = workbook_read((struct span){ data, size }, &made->book, error);
	if (code) {
		qorgan_sheet_free(made);
		return code;
	}
	made->number = sheet_choose(made->book);
	*sheet = made;
	return QORGAN_OK;
}

void qorgan_sheet_free(struct qorgan_sheet *sheet)
{
	if (!sheet)
		return;
	for (size_t i = 0; i < sheet_head_count(sheet); i++) {
		free(sheet_head(sheet, i)->head);
		free(sheet_head(sheet, i)->sample);
	}
	buffer_free(&sheet->heads);
	sheet_map_free(sheet->map);
	workbook_free(sheet->book);
	free(sheet);
}

/* ---- Its heads ---------------------------------------------------------------------------------- */

/* What a cell shows, as one line; NULL without memory. */
static char *cell_line(const struct qorgan_sheet *sheet, const struct workbook_cell *cell, bool is_date)
{
	char number[40];
	date_day day;

	if (cell->type == WORKBOOK_TEXT_CELL)
		return sheet_map_head(workbook_text(cell));
	if (is_date && workbook_day(sheet->book, cell, &day))
		date_format(day, number);
	else
		snprintf(number, sizeof number, "%.15g", cell->number);
	return strdup(cell->type == WORKBOOK_NUMBER_CELL ? number : "");
}

/* What the first cell below a head shows, of a column that is or may be that field. */
static char *sample_find(const struct qorgan_sheet *sheet, uint32_t column, const char *path)
{
	const struct field *field = draft_find_column(sheet->schema, path);
	bool is_date = field && field->type == FIELD_DATE;

	for (uint32_t row = sheet->head_row + 1; row <= sheet->head_row + SAMPLE_ROWS; row++) {
		const struct workbook_cell *cell = workbook_cell(sheet->book, sheet->number, row, column);
		if (!sheet_cell_is_empty(cell))
			return cell_line(sheet, cell, is_date);
	}
	return strdup("");
}

static uint32_t head_row_find(const struct workbook_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (workbook_text(&cells[i]).size)
			return cells[i].row;
	return 0;
}

static int heads_read(struct qorgan_sheet *sheet, uint32_t head_row, struct qorgan_error *error)
{
	size_t count;
	const struct workbook_cell *cells = workbook_cells(sheet->book, sheet->number, &count);
	int code = QORGAN_OK;

	sheet->head_row = head_row ? head_row : sheet->map->head_row ? sheet->map->head_row : head_row_find(cells, count);
	for (size_t i = 0; i < count && !code; i++) {
		struct sheet_head head = { .at = cells[i].column, .column = SHEET_UNMAPPED };
		bool is_head = cells[i].type == WORKBOOK_TEXT_CELL || cells[i].type == WORKBOOK_NUMBER_CELL;
		if (cells[i].row != sheet->head_row || !is_head || sheet_cell_is_empty(&cells[i]))
			continue;
		if (sheet_head_count(sheet) == SHEET_MAP_COLUMNS)
			return error_set(error, QORGAN_BAD_DATA, "it has more than %d columns", SHEET_MAP_COLUMNS);
		workbook_address(cells[i].row, cells[i].column, head.cell);
		head.head = cell_line(sheet, &cells[i], false);
		buffer_append(&sheet->heads, &head, sizeof head);
		if (!head.head || sheet->heads.failed)
			code = error_set_memory(error);
	}
	if (!code && !sheet_head_count(sheet))
		code = error_set(error, QORGAN_BAD_DATA, "row %u holds no heads of columns: say which does by --head-row",
		                 sheet->head_row);
	if (!code && head_row)
		sheet->map->head_row = head_row;
	return code;
}

/* What each head may mean, and what stands below it. */
static int guesses_make(struct qorgan_sheet *sheet, struct sheet_guess **guesses, struct qorgan_error *error)
{
	size_t count = sheet_head_count(sheet);
	char **heads = calloc(count, sizeof *heads);

	*guesses = calloc(count, sizeof **guesses);
	for (size_t i = 0; heads && i < count; i++)
		heads[i] = sheet_head(sheet, i)->head;
	int code = heads && *guesses ? QORGAN_OK : error_set_memory(error);
	if (!code)
		code = sheet_guess(sheet->schema, heads, count, vault_languages(sheet->store), *guesses, error);
	free(heads);
	for (size_t i = 0; i < count && !code; i++) {
		struct sheet_head *head = sheet_head(sheet, i);
		head->sample = sample_find(sheet, head->at, (*guesses)[i].path);
		if (!head->sample)
			code = error_set_memory(error);
	}
	return code;
}

int qorgan_sheet_guess(struct qorgan_sheet *sheet, uint32_t head_row, struct qorgan_error *error)
{
	struct sheet_guess *guesses = NULL;
	int code = sheet_map_make(sheet->schema, &sheet->map, error);

	if (!code)
		code = heads_read(sheet, head_row, error);
	if (!code)
		code = guesses_make(sheet, &guesses, error);
	for (size_t i = 0; i < sheet_head_count(sheet) && !code; i++) {
		struct sheet_head *head = sheet_head(sheet, i);
		const char *path = guesses[i].is_certain ? guesses[i].path : NULL;
		if (!guesses[i].is_certain)
			strcpy(head->guess, guesses[i].path);
		/* Two heads that are alike are one line of the map. */
		if (sheet_map_find(sheet->map, head->head, &head->column))
			continue;
		head->column = sheet_map_count(sheet->map);
		code = sheet_map_add(sheet->map, span_of(head->head), path, error);
	}
	free(guesses);
	return code;
}

/* ---- By a map -------------------------------------------------------------------------------------- */

/* Each column that the map takes for a field is there, and once. */
static int map_check(const struct qorgan_sheet *sheet, struct qorgan_error *error)
{
	for (size_t i = 0; i < sheet_map_count(sheet->map); i++) {
		const struct sheet_map_column *column = sheet_map_column(sheet->map, i);
		const struct sheet_head *first = NULL;
		for (size_t j = 0; j < sheet_head_count(sheet) && column->path; j++) {
			const struct sheet_head *head = sheet_head(sheet, j);
			if (head->column == i && first)
				return error_set(error, QORGAN_BAD_DATA,
				                 "%s and %s: two columns are headed \"%s\", which the map takes for %s", first->cell,
				                 head->cell, column->head, column->path);
			if (head->column == i)
				first = head;
		}
		if (column->path && !first)
			return error_set(error, QORGAN_BAD_DATA, "no column of row %u is headed \"%s\", which the map takes for %s",
			                 sheet->head_row, column->head, column->path);
	}
	if (!sheet_map_has(sheet->map, SHEET_MAP_ID))
		return error_set(error, QORGAN_BAD_DATA, "the map says of no column that it is the id: write \"COLUMN = id\"");
	return QORGAN_OK;
}

int qorgan_sheet_map(struct qorgan_sheet *sheet, const char *text, size_t size, uint32_t head_row,
                     struct qorgan_error *error)
{
	struct sheet_guess *guesses = NULL;
	int code = sheet_map_parse((struct span){ text, size }, sheet->schema, &sheet->map, error);

	if (!code)
		code = heads_read(sheet, head_row, error);
	if (!code)
		code = guesses_make(sheet, &guesses, error);
	for (size_t i = 0; i < sheet_head_count(sheet) && !code; i++) {
		struct sheet_head *head = sheet_head(sheet, i);
		head->is_new = !sheet_map_find(sheet->map, head->head, &head->column);
		if (head->is_new && !sheet_map_has(sheet->map, guesses[i].path))
			strcpy(head->guess, guesses[i].path);
	}
	free(guesses);
	return code ? code : map_check(sheet, error);
}

/* ---- Asked -------------------------------------------------------------------------------------------- */

const char *sheet_head_path(const struct qorgan_sheet *sheet, size_t index)
{
	const struct sheet_head *head = sheet_head(sheet, index);

	return head->column == SHEET_UNMAPPED ? NULL : sheet_map_column(sheet->map, head->column)->path;
}

bool qorgan_sheet_column(const struct qorgan_sheet *sheet, size_t index, struct qorgan_sheet_column *column)
{
	if (index >= sheet_head_count(sheet))
		return false;
	const struct sheet_head *head = sheet_head(sheet, index);
	const char *path = sheet_head_path(sheet, index);
	bool is_open = !path && *head->guess && !sheet_map_has(sheet->map, head->guess);
	*column = (struct qorgan_sheet_column){ head->cell, head->head, head->sample, path, is_open ? head->guess : NULL,
		                                    head->is_new };
	return true;
}

bool qorgan_sheet_constant(const struct qorgan_sheet *sheet, size_t index, const char **field, const char **value)
{
	if (index >= sheet_map_constant_count(sheet->map))
		return false;
	*field = sheet_map_constant(sheet->map, index)->path;
	*value = sheet_map_constant(sheet->map, index)->value;
	return true;
}

uint32_t qorgan_sheet_head_row(const struct qorgan_sheet *sheet)
{
	return sheet->head_row;
}

/* The line by which a map gives the field: with the column that may be it, if there is one. */
static void missing_line(const struct qorgan_sheet *sheet, const char *name, bool is_text,
                         char field[QORGAN_SHEET_PATH], char line[QORGAN_SHEET_LINE])
{
	const char *const *languages = vault_languages(sheet->store);
	size_t size = strlen(name);

	snprintf(field, QORGAN_SHEET_PATH, "%s%s%s", name, is_text ? "." : "",
	         !is_text ? "" : languages && *languages ? *languages : "en");
	snprintf(line, QORGAN_SHEET_LINE, "COLUMN = %s", field);
	for (size_t i = 0; i < sheet_head_count(sheet); i++) {
		const struct sheet_head *head = sheet_head(sheet, i);
		bool is_it = strncmp(head->guess, name, size) == 0 && (!head->guess[size] || head->guess[size] == '.');
		if (!is_it || sheet_head_path(sheet, i))
			continue;
		struct buffer written = { 0 };
		sheet_map_head_write(head->head, &written);
		snprintf(field, QORGAN_SHEET_PATH, "%s", head->guess);
		snprintf(line, QORGAN_SHEET_LINE, "%.250s = %s", buffer_text(&written), field);
		buffer_free(&written);
		return;
	}
}

bool qorgan_sheet_missing(const struct qorgan_sheet *sheet, size_t index, char field[QORGAN_SHEET_PATH],
                          char line[QORGAN_SHEET_LINE])
{
	static const struct field id = { .name = SHEET_MAP_ID, .type = FIELD_STRING, .flags = FIELD_REQUIRED };
	const struct field *row = &id;

	for (;; row = row == &id ? sheet->schema->fields : row + 1) {
		if (!row->name)
			return false;
		if (row->flags & FIELD_REQUIRED && !sheet_map_has(sheet->map, row->name) && index-- == 0)
			break;
	}
	missing_line(sheet, row->name, row->type == FIELD_TEXT, field, line);
	return true;
}

/* ---- Changed ---------------------------------------------------------------------------------------------- */

int qorgan_sheet_take(struct qorgan_sheet *sheet, size_t index, const char *field, struct qorgan_error *error)
{
	struct sheet_head *head = sheet_head(sheet, index);

	if (head->column != SHEET_UNMAPPED) {
		for (size_t i = 0; i < sheet_head_count(sheet) && field; i++)
			if (i != index && sheet_head(sheet, i)->column == head->column)
				return error_set(error, QORGAN_BAD_DATA,
				                 "%s and %s: two columns are headed \"%s\": change one of the heads",
				                 sheet_head(sheet, i)->cell, head->cell, head->head);
		return sheet_map_take(sheet->map, head->column, field, error);
	}
	head->column = sheet_map_count(sheet->map);
	int code = sheet_map_add(sheet->map, span_of(head->head), field, error);
	if (code)
		head->column = SHEET_UNMAPPED;
	return code;
}

int qorgan_sheet_set(struct qorgan_sheet *sheet, const char *field, const char *value, struct qorgan_error *error)
{
	return sheet_map_set(sheet->map, field, span_of(value), error);
}

int qorgan_sheet_map_text(const struct qorgan_sheet *sheet, char **text, struct qorgan_error *error)
{
	struct buffer written = { 0 };

	buffer_append_text(&written, language_said("# Which column of the spreadsheet is which field: \"column = field\".\n"
	                                           "# A column that is ignored may be given a field here; what all rows have in\n"
	                                           "# common stands under [constants] as \"field = value\".\n"));
	sheet_map_write(sheet->map, &written);
	*text = buffer_take(&written);
	return *text ? QORGAN_OK : error_set_memory(error);
}
