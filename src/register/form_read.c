/* Reading a form that came back: what it is of, and each row against what is on record. */
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "qorgan/form.h"
#include "record/draft.h"
#include "record/workbook.h"
#include "record/zip_archive.h"
#include "register/change_internal.h"
#include "register/form.h"
#include "register/form_parts.h"

#define LANGUAGE_SIZE 36

/* The field that each open cell sets; a text has the form's language. */
static const char *const fields[FORM_COLUMNS] = {
	[FORM_STATUS] = "status", [FORM_PROGRESS] = "progress", [FORM_DATE] = "date",     [FORM_NOTE] = "note",
	[FORM_OBSTACLES] = "obstacles", [FORM_HELP] = "help",   [FORM_REASON] = "reason",
};

bool qorgan_form_is(const void *data, size_t size)
{
	const char *end = memchr(data, '\n', size);

	/* A table of CSV says so in its first line, behind the title. */
	return zip_archive_is((struct span){ data, size }) ||
	       memmem(data, end ? (size_t)(end - (const char *)data) : size, FORM_VERSION, strlen(FORM_VERSION));
}

/* ---- Cells ------------------------------------------------------------------------------ */

void form_fault(struct form_reading *reading, uint32_t row, uint32_t column, const char *format, ...)
{
	char cell[WORKBOOK_ADDRESS], text[600];
	struct qorgan_error clean;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, language_said(format), list);
	va_end(list);
	error_set(&clean, QORGAN_BAD_DATA, "%s", text); /* what is quoted must not steer a terminal */
	workbook_address(row, column, cell);
	reading->result->faults++;
	if (reading->load->fault)
		reading->load->fault(reading->load->context, cell, clean.message);
}

static struct span cell_text(const struct form_reading *reading, size_t sheet, uint32_t row, uint32_t column)
{
	return workbook_text(workbook_cell(reading->book, sheet, row, column));
}

static bool form_cell_is_empty(const struct workbook_cell *cell)
{
	return !cell || (cell->type == WORKBOOK_TEXT_CELL && workbook_text(cell).size == 0);
}

/* "17", "17 %" or the number 17. */
static bool progress_read(struct form_reading *reading, const struct workbook_cell *cell, char *to, size_t size)
{
	struct span text = workbook_text(cell);
	double number = cell->number;

	if (cell->type == WORKBOOK_TEXT_CELL) {
		char *end, *copy = span_copy(text);
		number = copy ? strtod(copy, &end) : NAN;
		bool is_number = copy && end != copy && (*end == '\0' || strcmp(end, "%") == 0 || strcmp(end, " %") == 0);
		free(copy);
		if (!is_number) {
			form_fault(reading, cell->row, cell->column, "progress \"%.*s\" is not a number",
			           (int)(text.size < 40 ? text.size : 40), text.data);
			return false;
		}
	}
	if (!(number >= 0 && number <= 100)) {
		form_fault(reading, cell->row, cell->column, "progress %.15g is %s", number,
		           number > 100 ? language_said("over 100") : language_said("below 0"));
		return false;
	}
	if (number != (double)(int)number) {
		form_fault(reading, cell->row, cell->column, "progress %.15g is not a whole number of per cent", number);
		return false;
	}
	snprintf(to, size, "%d", (int)number);
	return true;
}

static bool date_read(struct form_reading *reading, const struct workbook_cell *cell, char to[DATE_TEXT_SIZE])
{
	char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
	date_day day;

	date_format(reading->period.period.from, from);
	date_format(reading->period.period.to, until);
	if (!workbook_day(reading->book, cell, &day)) {
		form_fault(reading, cell->row, cell->column, "it is not a date: write one such as 2026-05-31");
		return false;
	}
	date_format(day, to);
	if (day < reading->period.period.from || day > reading->period.period.to) {
		form_fault(reading, cell->row, cell->column, "%s is not within the period, %s to %s", to, from, until);
		return false;
	}
	if (day > reading->today) {
		form_fault(reading, cell->row, cell->column, "%s is still to come", to);
		return false;
	}
	return true;
}

/* The word behind a label of the form's own list; in a table of CSV, which has no such list,
 * behind a label of the form's language; or the word itself. */
static void word_read(const struct form_reading *reading, struct span label, char *to, size_t size)
{
	const struct language *language = language_find(reading->scope.language);
	const struct field *field = schema_field(reading->schema->fields, "status", 6);

	snprintf(to, size, "%.*s", (int)(label.size < size ? label.size : size - 1), label.data);
	for (uint32_t row = FORM_HIDDEN_WORDS; row < FORM_HIDDEN_WORDS + 10 && !reading->is_table; row++) {
		struct span word = cell_text(reading, reading->hidden, row, 0);
		if (word.size && word.size < size && span_equal(label, cell_text(reading, reading->hidden, row, 1)))
			snprintf(to, size, "%.*s", (int)word.size, word.data);
	}
	for (const char *const *word = field->words; *word && language && reading->is_table; word++)
		if (span_is(label, language_text(language, *word)))
			snprintf(to, size, "%s", *word);
	for (char *at = to; *at; at++)
		*at = *at == ' ' || *at == '_' ? '-' : *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
}

/* ---- One row --------------------------------------------------------------------------------- */

/* A text, as a field in the language of the form. */
static void text_set(struct form_reading *reading, json_t *body, const struct workbook_cell *cell)
{
	const char *field = fields[cell->column];
	char path[LANGUAGE_SIZE + 32], number[40];
	char *text = cell->type == WORKBOOK_NUMBER_CELL ? NULL : span_copy(workbook_text(cell));
	struct qorgan_error why = { 0 };

	snprintf(number, sizeof number, "%.15g", cell->number);
	snprintf(path, sizeof path, cell->column == FORM_REASON ? "%s" : "%s.%s", field, reading->scope.language);
	/* A spreadsheet may begin lines with a carriage return, too. */
	for (char *from = text, *to = text; from; from++) {
		if (*from != '\r')
			*to++ = *from;
		if (!*from)
			break;
	}
	if (!text_is_clean(span_of(text ? text : number)))
		form_fault(reading, cell->row, cell->column, "it holds a control character, or a change of text direction");
	else if (draft_set_cell(reading->schema, body, path, text ? text : number, &why))
		form_fault(reading, cell->row, cell->column, "%.250s", why.message);
	free(text);
}

static void texts_set(struct form_reading *reading, json_t *body, uint32_t row)
{
	for (uint32_t column = FORM_NOTE; column <= FORM_LAST_OPEN; column++) {
		const struct workbook_cell *cell = workbook_cell(reading->book, reading->sheet, row, column);
		if (!form_cell_is_empty(cell))
			text_set(reading, body, cell);
	}
}

/* Formulas and the like: what they come to here nobody knows. */
static bool cells_are_plain(struct form_reading *reading, uint32_t row)
{
	bool plain = true;

	for (uint32_t column = FORM_FIRST_OPEN; column <= FORM_LAST_OPEN; column++) {
		const struct workbook_cell *cell = workbook_cell(reading->book, reading->sheet, row, column);
		if (!cell || cell->type == WORKBOOK_TEXT_CELL || cell->type == WORKBOOK_NUMBER_CELL)
			continue;
		form_fault(reading, row, column, cell->type == WORKBOOK_FORMULA_CELL ? language_said("it holds a formula: write its value")
		                                                                  : language_said("it holds neither a text nor a number"));
		plain = false;
	}
	return plain;
}

/* The report of a row becomes part of the change. */
static int row_change(struct form_reading *reading, const struct form_line *line, struct qorgan_error *error)
{
	struct qorgan_change *change = reading->change;
	const struct workbook_cell *word = workbook_cell(reading->book, reading->sheet, line->row, FORM_STATUS);
	const struct workbook_cell *progress = workbook_cell(reading->book, reading->sheet, line->row, FORM_PROGRESS);
	const struct workbook_cell *date = workbook_cell(reading->book, reading->sheet, line->row, FORM_DATE);
	char text[40], day[DATE_TEXT_SIZE], number[16] = "";
	struct qorgan_error why = { 0 };

	if (!cells_are_plain(reading, line->row))
		return QORGAN_OK;
	word_read(reading, workbook_text(word), text, sizeof text);
	if (form_cell_is_empty(word))
		snprintf(text, sizeof text, "%s", line->word);
	date_format(reading->today < reading->period.period.to ? reading->today : reading->period.period.to, day);
	if (!*text)
		form_fault(reading, line->row, FORM_STATUS, "a status is missing: nothing was reported on the measure before");
	if (!form_cell_is_empty(progress) && !progress_read(reading, progress, number, sizeof number))
		return QORGAN_OK;
	if (!*text || (!form_cell_is_empty(date) && !date_read(reading, date, day)))
		return QORGAN_OK;
	int code = qorgan_change_status(change, line->measure, reading->scope.state, text, day, &why);
	if (code == QORGAN_BAD_DATA || code == QORGAN_ABSENT || code == QORGAN_DENIED) {
		form_fault(reading, line->row, code == QORGAN_BAD_DATA ? FORM_STATUS : FORM_ID, "%.250s", why.message);
		return QORGAN_OK;
	}
	if (code) {
		if (error)
			*error = why;
		return code;
	}
	if (*number)
		code = qorgan_change_set(change, "progress", number, error);
	if (!code)
		texts_set(reading, change->current->body, line->row);
	return code;
}

/* ---- All rows --------------------------------------------------------------------------------------- */

static bool is_filled(const struct form_reading *reading, uint32_t row)
{
	for (uint32_t column = FORM_FIRST_OPEN; column <= FORM_LAST_OPEN; column++)
		if (!form_cell_is_empty(workbook_cell(reading->book, reading->sheet, row, column)))
			return true;
	return false;
}

/* Whether the hidden cells are as this store wrote them for that measure. */
static bool code_is_right(const struct form_reading *reading, const struct form_line *line)
{
	struct span given = cell_text(reading, reading->sheet, line->row, FORM_CODE);
	char code[FORM_CODE_SIZE];

	form_code(reading->change->store, &reading->scope, line->measure, line->base, code);
	return given.size == FORM_CODE_SIZE - 1 && sodium_memcmp(given.data, code, given.size) == 0;
}

/* What is on record of the report: its version and word. */
static int line_compare(struct form_reading *reading, struct form_line *line, struct qorgan_error *error)
{
	char id[RECORD_ID_LIMIT];
	json_t *body = NULL;

	snprintf(id, sizeof id, "%s/%s", line->measure, reading->scope.state);
	int code = change_body(reading->change, reading->schema, id, 0, &body, &line->version, error);
	const char *word = json_string_value(json_object_get(body, "status"));
	snprintf(line->word, sizeof line->word, "%s", word ? word : "");
	json_decref(body);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* The version that a row was made from; a number, which a table of CSV holds as a text. */
static bool base_read(const struct workbook_cell *base, uint32_t *version)
{
	struct span text = workbook_text(base);
	uint64_t number = 0;

	if (base && base->type == WORKBOOK_NUMBER_CELL && base->number >= 0 && base->number <= UINT32_MAX) {
		*version = (uint32_t)base->number;
		return true;
	}
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9' || (number = number * 10 + (uint64_t)(text.data[i] - '0')) > UINT32_MAX)
			return false;
	*version = (uint32_t)number;
	return text.size > 0;
}

static int line_take(struct form_reading *reading, uint32_t row, struct qorgan_error *error)
{
	const struct workbook_cell *base = workbook_cell(reading->book, reading->sheet, row, FORM_BASE);
	struct span id = cell_text(reading, reading->sheet, row, FORM_ID);
	struct form_line line = { .row = row };

	reading->result->rows++;
	if (!is_filled(reading, row))
		return QORGAN_OK;
	reading->result->filled++;
	if (!base_read(base, &line.base))
		line.base = 0; /* the code tells */
	snprintf(line.measure, sizeof line.measure, "%.*s", (int)(id.size < sizeof line.measure ? id.size : 0), id.data);
	if (!code_is_right(reading, &line)) {
		form_fault(reading, row, FORM_ID, "the row is not as this store wrote it: its measure or its hidden cells were "
		           "changed, or it is of another form");
		return QORGAN_OK;
	}
	for (size_t i = 0; i < reading->lines.size / sizeof line; i++)
		if (strcmp(form_line(reading, i)->measure, line.measure) == 0) {
			form_fault(reading, row, FORM_ID, "%s has two rows", line.measure);
			return QORGAN_OK;
		}
	int code = line_compare(reading, &line, error);
	line.stale = line.version != line.base;
	reading->result->stale += line.stale;
	buffer_append(&reading->lines, &line, sizeof line);
	if (!code && reading->lines.failed)
		code = error_set_memory(error);
	return code || line.stale ? code : row_change(reading, &line, error);
}

/* Every row under the head that names a measure or has something filled in. */
int form_lines_read(struct form_reading *reading, struct qorgan_error *error)
{
	size_t count;
	const struct workbook_cell *cells = workbook_cells(reading->book, reading->sheet, &count);
	uint32_t last = FORM_ROW_HEAD;
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++) {
		if (cells[i].row <= last || form_cell_is_empty(&cells[i]))
			continue;
		last = cells[i].row;
		code = line_take(reading, last, error);
	}
	return code;
}

/* ---- What the form is of ------------------------------------------------------------------------------- */

static struct span hidden_text(const struct form_reading *reading, enum form_hidden hidden)
{
	uint32_t row, column;

	if (!reading->is_table)
		return cell_text(reading, reading->hidden, hidden, 1);
	form_scope_place(hidden, &row, &column);
	return cell_text(reading, reading->sheet, row, column);
}

static bool hidden_read(const struct form_reading *reading, enum form_hidden hidden, char *to, size_t size)
{
	struct span text = hidden_text(reading, hidden);

	snprintf(to, size, "%.*s", (int)(text.size < size ? text.size : 0), text.size ? text.data : "");
	return *to != '\0';
}

/* The code of the whole is over what the texts say; of what store, the texts say alone. */
static int scope_check(struct form_reading *reading, struct qorgan_error *error)
{
	struct span given = hidden_text(reading, FORM_HIDDEN_CODE);
	char code[FORM_CODE_SIZE];

	if (strcmp(reading->scope.origin, vault_origin(reading->change->store)) != 0)
		return error_set(error, QORGAN_BAD_DATA, "the form was written by another store, %.100s: it is loaded there",
		                 reading->scope.origin);
	form_code(reading->change->store, &reading->scope, "", 0, code);
	if (given.size != FORM_CODE_SIZE - 1 || sodium_memcmp(given.data, code, given.size) != 0)
		return error_set(error, QORGAN_BAD_DATA, "what the form says of its state and period is not what this store "
		                 "wrote: write it anew with qorgan form");
	return QORGAN_OK;
}

int form_scope_read(struct form_reading *reading, struct qorgan_error *error)
{
	struct span version;

	reading->is_table = workbook_sheet(reading->book, "", &reading->sheet);
	if (!reading->is_table && (!workbook_sheet(reading->book, FORM_SHEET, &reading->sheet) ||
	                           !workbook_sheet(reading->book, FORM_HIDDEN, &reading->hidden)))
		return error_set(error, QORGAN_BAD_DATA, "it is a spreadsheet, and no form of qorgan form: somebody's own "
		                 "register comes in with --map and --kind");
	version = hidden_text(reading, FORM_HIDDEN_VERSION);
	if (!span_is(version, FORM_VERSION))
		return error_set(error, QORGAN_BAD_DATA, "the form is of another version, \"%.*s\": this program knows \"%s\"",
		                 (int)(version.size < 40 ? version.size : 40), version.data, FORM_VERSION);
	if (!hidden_read(reading, FORM_HIDDEN_ORIGIN, reading->origin, sizeof reading->origin) ||
	    !hidden_read(reading, FORM_HIDDEN_STATE, reading->result->state, sizeof reading->result->state) ||
	    !hidden_read(reading, FORM_HIDDEN_PERIOD, reading->result->period, sizeof reading->result->period) ||
	    !hidden_read(reading, FORM_HIDDEN_LANGUAGE, reading->language, sizeof reading->language))
		return error_set(error, QORGAN_BAD_DATA, "the form does not say what it is of: write it anew with qorgan form");
	reading->scope = (struct form_scope){ reading->origin, reading->result->state, reading->result->period,
		                                  reading->language };
	return scope_check(reading, error);
}

/* Who filled it in: told in the commit's message. */
void form_who_read(struct form_reading *reading)
{
	const struct workbook_cell *cell = workbook_cell(reading->book, reading->sheet, FORM_ROW_WHO, FORM_COLUMN_WHO);
	struct span text = workbook_text(cell);

	if (text.size == 0)
		form_fault(reading, FORM_ROW_WHO, FORM_COLUMN_WHO, "who filled the form in is missing");
	else if (text.size >= sizeof reading->result->filled_by || !text_is_clean(text) ||
	         memchr(text.data, '\n', text.size))
		form_fault(reading, FORM_ROW_WHO, FORM_COLUMN_WHO, "who filled the form in must be one line of plain text");
	else
		snprintf(reading->result->filled_by, sizeof reading->result->filled_by, "%.*s", (int)text.size, text.data);
}
