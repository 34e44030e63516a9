/* Reading OpenDocument: all sheets stand in one part, where what is alike is written once,
 * with how often it is repeated. A file of a few bytes may so mean a sheet of 17 thousand
 * million cells: empty ones are passed over, and those with a value are counted one by one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "record/workbook_parts.h"
#include "record/workbook_xml.h"

#define PART "content.xml"

/* What is being read. */
struct reading {
	struct workbook *book;
	bool in_table, in_cell, in_text, has_text;
	uint32_t row, column;           /* from 1; from 0 */
	uint32_t row_count, cell_count; /* how often the present ones are repeated */
	unsigned passed;                /* within how many elements that are not the cell's text */
	size_t row_first;               /* the first cell of the row */
	struct workbook_cell cell;
	bool has_value;
	struct buffer value;
};

static int refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_BAD_DATA, "%s: %s", PART, language_said(why));
}

/* How often; once if it does not say. */
static bool repeat_read(const char **attributes, const char *name, uint32_t limit, uint32_t *count)
{
	const char *text = workbook_xml_value(attributes, name);
	char *end;

	*count = 1;
	if (!text)
		return true;
	unsigned long value = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
	*count = (uint32_t)value;
	return value >= 1 && value <= limit && !*end;
}

/* ---- A cell ---------------------------------------------------------------------------------- */

/* A date as spreadsheets count days; a time of the day is left out. */
static bool day_read(const char *text, double *number)
{
	date_day day;
	size_t size = strlen(text);

	if (size < 10 || (size > 10 && text[10] != 'T') || !date_parse((struct span){ text, 10 }, &day))
		return false;
	*number = (double)day + WORKBOOK_DAYS_TO_1970;
	return true;
}

static bool number_read(const char *text, double *number)
{
	char *end;

	*number = strtod(text, &end);
	return end != text && !*end && isfinite(*number);
}

static int value_read(struct reading *reading, const char **attributes, struct qorgan_error *error)
{
	struct workbook_cell *cell = &reading->cell;
	const char *type = workbook_xml_value(attributes, "value-type"), *value = workbook_xml_value(attributes, "value");
	const char *date = workbook_xml_value(attributes, "date-value");

	reading->has_value = type != NULL;
	cell->type = WORKBOOK_TEXT_CELL;
	if (workbook_xml_value(attributes, "formula")) {
		cell->type = WORKBOOK_FORMULA_CELL;
		reading->has_value = true;
	} else if (!type || strcmp(type, "string") == 0) {
		return QORGAN_OK;
	} else if (strcmp(type, "float") == 0 || strcmp(type, "percentage") == 0 || strcmp(type, "currency") == 0) {
		cell->type = WORKBOOK_NUMBER_CELL;
		if (!value || !number_read(value, &cell->number))
			return refuse(error, "a cell says that it is a number, and is none");
		if (*type == 'p') /* 0.4 is written, and 40 % is seen */
			cell->number = round(cell->number * 1e12) / 1e10;
	} else if (strcmp(type, "date") == 0 && date && day_read(date, &cell->number)) {
		cell->type = WORKBOOK_NUMBER_CELL;
	} else {
		cell->type = WORKBOOK_OTHER_CELL;
	}
	return QORGAN_OK;
}

static int cell_begin(struct reading *reading, const char **attributes, bool covered, struct qorgan_error *error)
{
	if (!reading->in_table || reading->row == 0)
		return refuse(error, "a cell stands outside a row");
	if (!repeat_read(attributes, "number-columns-repeated", WORKBOOK_COLUMNS, &reading->cell_count) ||
	    reading->cell_count > WORKBOOK_COLUMNS - reading->column)
		return refuse(error, "a row is longer than a sheet is wide");
	reading->in_cell = true;
	reading->in_text = reading->has_text = reading->has_value = false;
	reading->passed = 0;
	buffer_clear(&reading->value);
	reading->cell = (struct workbook_cell){ .type = WORKBOOK_TEXT_CELL };
	/* What lies under a cell that spans several is not seen, so it is not there. */
	if (covered)
		reading->passed = 1;
	return covered ? QORGAN_OK : value_read(reading, attributes, error);
}

static int cell_finish(struct reading *reading, struct qorgan_error *error)
{
	struct workbook_place place = { 0 };
	bool is_text = reading->cell.type == WORKBOOK_TEXT_CELL;
	bool is_there = is_text ? reading->value.size > 0 : reading->has_value;
	int code = QORGAN_OK;

	reading->in_cell = false;
	if (is_there && is_text)
		code = workbook_text_add(reading->book, buffer_span(&reading->value), &place, error);
	for (uint32_t i = 0; i < reading->cell_count && is_there && !code; i++) {
		reading->cell.row = reading->row;
		reading->cell.column = reading->column + i;
		code = workbook_cell_add(reading->book, reading->book->sheet_count - 1, &reading->cell, place, error);
	}
	reading->column += reading->cell_count;
	return code;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

static int blanks_append(struct reading *reading, const char **attributes, struct qorgan_error *error)
{
	uint32_t count;
	int code = QORGAN_OK;

	if (!repeat_read(attributes, "c", WORKBOOK_TEXT, &count))
		return refuse(error, "a cell holds too many blanks");
	for (uint32_t i = 0; i < count && !code; i++)
		code = workbook_value_append(&reading->value, span_of(" "), error);
	return code;
}

/* Paragraphs and what is within them; comments, pictures and the like are passed over. */
static int inner_start(struct reading *reading, const char *name, const char **attributes, struct qorgan_error *error)
{
	if (strcmp(name, "table") == 0 || strcmp(name, "table-cell") == 0 || strcmp(name, "table-row") == 0)
		return refuse(error, "a table stands within a cell");
	if (reading->passed) {
		reading->passed++;
	} else if (!reading->in_text && strcmp(name, "p") == 0) {
		reading->in_text = true;
		bool follows = reading->has_text;
		reading->has_text = true;
		return follows ? workbook_value_append(&reading->value, span_of("\n"), error) : QORGAN_OK;
	} else if (reading->in_text && strcmp(name, "s") == 0) {
		return blanks_append(reading, attributes, error);
	} else if (reading->in_text && strcmp(name, "tab") == 0) {
		return workbook_value_append(&reading->value, span_of("\t"), error);
	} else if (reading->in_text && strcmp(name, "line-break") == 0) {
		return workbook_value_append(&reading->value, span_of("\n"), error);
	} else if (!reading->in_text || (strcmp(name, "span") != 0 && strcmp(name, "a") != 0)) {
		reading->passed = 1;
	}
	return QORGAN_OK;
}

static int text_take(void *context, struct span text, struct qorgan_error *error)
{
	struct reading *reading = context;

	if (!reading->in_text || reading->passed)
		return QORGAN_OK;
	return workbook_value_append(&reading->value, text, error);
}

/* ---- Rows and sheets --------------------------------------------------------------------------- */

static int table_begin(struct reading *reading, const char **attributes, struct qorgan_error *error)
{
	const char *name = workbook_xml_value(attributes, "name");

	if (reading->in_table)
		return refuse(error, "a table stands within a table");
	reading->in_table = true;
	reading->row = 0;
	reading->row_count = 1;
	int code = workbook_sheet_add(reading->book, name ? name : "", error);
	if (!code)
		workbook_sheet_begin(reading->book, reading->book->sheet_count - 1);
	return code;
}

static int row_begin(struct reading *reading, const char **attributes, struct qorgan_error *error)
{
	uint32_t before = reading->row ? reading->row + reading->row_count - 1 : 0;

	if (!reading->in_table)
		return refuse(error, "a row stands outside a table");
	if (!repeat_read(attributes, "number-rows-repeated", WORKBOOK_ROWS, &reading->row_count) ||
	    reading->row_count > WORKBOOK_ROWS - before)
		return refuse(error, "a sheet has more rows than it can have");
	reading->row = before + 1;
	reading->column = 0;
	reading->row_first = reading->book->cells.size / sizeof(struct workbook_cell);
	return QORGAN_OK;
}

/* The cells of a row that is repeated, once more for each time; their texts stay one. */
static int row_finish(struct reading *reading, struct qorgan_error *error)
{
	size_t last = reading->book->cells.size / sizeof(struct workbook_cell);
	int code = QORGAN_OK;

	for (uint32_t i = 1; i < reading->row_count && reading->row_first < last && !code; i++)
		for (size_t j = reading->row_first; j < last && !code; j++) {
			struct workbook_cell cell;
			memcpy(&cell, reading->book->cells.data + j * sizeof cell, sizeof cell);
			const struct workbook_place place = { (size_t)cell.text.data, cell.text.size };
			cell.row = reading->row + i;
			code = workbook_cell_add(reading->book, reading->book->sheet_count - 1, &cell, place, error);
		}
	return code;
}

static int element_start(void *context, const char *name, const char **attributes, struct qorgan_error *error)
{
	static const char *const foreign[] = { "table-source", "cell-range-source", "dde-link", "dde-links", "dde-source" };
	struct reading *reading = context;

	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		if (strcmp(name, foreign[i]) == 0)
			return refuse(error, "the workbook takes values from another file");
	if (reading->in_cell)
		return inner_start(reading, name, attributes, error);
	if (strcmp(name, "table") == 0)
		return table_begin(reading, attributes, error);
	if (strcmp(name, "table-row") == 0)
		return row_begin(reading, attributes, error);
	if (strcmp(name, "table-cell") == 0)
		return cell_begin(reading, attributes, false, error);
	if (strcmp(name, "covered-table-cell") == 0)
		return cell_begin(reading, attributes, true, error);
	return QORGAN_OK;
}

static int element_end(void *context, const char *name, struct qorgan_error *error)
{
	struct reading *reading = context;
	bool is_cell = strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0;

	if (reading->in_cell && is_cell)
		return cell_finish(reading, error);
	if (reading->in_cell && reading->passed)
		reading->passed--;
	else if (reading->in_cell && strcmp(name, "p") == 0)
		reading->in_text = false;
	else if (strcmp(name, "table-row") == 0)
		return row_finish(reading, error);
	else if (strcmp(name, "table") == 0)
		reading->in_table = false;
	return QORGAN_OK;
}

/* ---- The whole ----------------------------------------------------------------------------------- */

int workbook_read_ods(struct zip_archive *archive, struct workbook *book, struct qorgan_error *error)
{
	struct reading reading = { .book = book };
	const struct workbook_xml xml = { &reading, element_start, element_end, text_take };
	struct buffer content = { 0 };
	int code;

	if (zip_archive_has(archive, "Basic/") || zip_archive_has(archive, "Scripts/"))
		return error_set(error, QORGAN_BAD_DATA, "the workbook holds macros");
	code = zip_archive_read(archive, PART, &content, error);
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_BAD_DATA, "it is no spreadsheet: %s is missing in it", PART);
	if (!code)
		code = workbook_xml_read(PART, buffer_span(&content), &xml, error);
	if (!code && book->sheet_count == 0)
		code = error_set(error, QORGAN_BAD_DATA, "it is no spreadsheet: it has no sheet");
	buffer_free(&content);
	buffer_free(&reading.value);
	return code;
}
