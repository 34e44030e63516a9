/* A workbook that was read: its sheets, their cells and texts. */
#include "record/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/workbook_parts.h"

#define FIRST_DATE 61          /* 1900-03-01: before, they are counted in two ways */
#define LAST_DATE 109575       /* 2200-01-01 */
#define DAYS_TO_1904 1462

/* ---- Being read ---------------------------------------------------------------------------- */

int workbook_sheet_add(struct workbook *book, const char *name, struct qorgan_error *error)
{
	size_t same;

	if (book->sheet_count == WORKBOOK_SHEETS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d sheets", WORKBOOK_SHEETS);
	if (strlen(name) >= WORKBOOK_NAME)
		return error_set(error, QORGAN_BAD_DATA, "the name of a sheet is longer than %d bytes", WORKBOOK_NAME - 1);
	if (workbook_sheet(book, name, &same))
		return error_set(error, QORGAN_BAD_DATA, "the workbook has two sheets of the name \"%s\"", name);
	strcpy(book->sheets[book->sheet_count++].name, name);
	return QORGAN_OK;
}

void workbook_sheet_begin(struct workbook *book, size_t sheet)
{
	book->sheets[sheet].first = book->cells.size / sizeof(struct workbook_cell);
}

int workbook_text_add(struct workbook *book, struct span text, struct workbook_place *place, struct qorgan_error *error)
{
	place->at = book->texts.size;
	place->size = text.size;
	buffer_append_span(&book->texts, text);
	buffer_append_char(&book->texts, '\0');
	return book->texts.failed ? error_set_memory(error) : QORGAN_OK;
}

int workbook_cell_add(struct workbook *book, size_t sheet, const struct workbook_cell *cell,
                      struct workbook_place place, struct qorgan_error *error)
{
	struct workbook_cell added = *cell;

	if (book->cells.size / sizeof added >= WORKBOOK_CELLS)
		return error_set(error, QORGAN_BAD_DATA, "the workbook has more than %d cells", WORKBOOK_CELLS);
	/* The texts may still move: for now only where it lies among them. */
	added.text = (struct span){ (const char *)place.at, place.size };
	buffer_append(&book->cells, &added, sizeof added);
	book->sheets[sheet].count++;
	return book->cells.failed ? error_set_memory(error) : QORGAN_OK;
}

int workbook_value_append(struct buffer *to, struct span text, struct qorgan_error *error)
{
	if (text.size > WORKBOOK_TEXT - to->size)
		return error_set(error, QORGAN_BAD_DATA, "a cell holds more than %d bytes", WORKBOOK_TEXT);
	buffer_append_span(to, text);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

static int by_place(const void *left, const void *right)
{
	const struct workbook_cell *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* Now that the texts stay where they are; and each sheet's cells in their order. Of two
 * values of one cell, another program may show the other. */
static int cells_settle(struct workbook *book, struct qorgan_error *error)
{
	struct workbook_cell *cells = (struct workbook_cell *)(void *)book->cells.data;
	char address[WORKBOOK_ADDRESS];

	for (size_t i = 0; i < book->cells.size / sizeof *cells; i++)
		cells[i].text.data = buffer_text(&book->texts) + (size_t)cells[i].text.data;
	for (size_t i = 0; i < book->sheet_count; i++) {
		if (book->sheets[i].count == 0)
			continue;
		struct workbook_cell *first = cells + book->sheets[i].first;
		qsort(first, book->sheets[i].count, sizeof *cells, by_place);
		for (size_t j = 1; j < book->sheets[i].count; j++)
			if (by_place(&first[j - 1], &first[j]) == 0) {
				workbook_address(first[j].row, first[j].column, address);
				return error_set(error, QORGAN_BAD_DATA, "sheet %.40s: the cell %s stands in it twice",
				                 book->sheets[i].name, address);
			}
	}
	return QORGAN_OK;
}

static int archive_read(struct span bytes, struct workbook *book, struct qorgan_error *error)
{
	struct zip_archive *archive = NULL;
	int code = zip_archive_open(bytes, &archive, error);

	if (!code && zip_archive_has(archive, "content.xml"))
		code = workbook_read_ods(archive, book, error);
	else if (!code)
		code = workbook_read_xlsx(archive, book, error);
	zip_archive_close(archive);
	return code;
}

int workbook_read(struct span bytes, struct workbook **book, struct qorgan_error *error)
{
	struct workbook *made = calloc(1, sizeof *made);

	if (!made)
		return error_set_memory(error);
	int code = zip_archive_is(bytes) ? archive_read(bytes, made, error) : workbook_read_csv(bytes, made, error);
	if (!code)
		code = cells_settle(made, error);
	if (code) {
		workbook_free(made);
		return code;
	}
	*book = made;
	return QORGAN_OK;
}

void workbook_free(struct workbook *book)
{
	if (!book)
		return;
	buffer_free(&book->cells);
	buffer_free(&book->texts);
	free(book);
}

/* ---- Read ----------------------------------------------------------------------------------- */

void workbook_address(uint32_t row, uint32_t column, char text[WORKBOOK_ADDRESS])
{
	char letters[4];
	size_t count = 0;

	for (uint32_t rest = column + 1; rest && count < sizeof letters; rest = (rest - 1) / 26)
		letters[count++] = (char)('A' + (rest - 1) % 26);
	for (size_t i = 0; i < count; i++)
		text[i] = letters[count - 1 - i];
	snprintf(text + count, WORKBOOK_ADDRESS - count, "%u", row);
}

size_t workbook_sheets(const struct workbook *book)
{
	return book->sheet_count;
}

bool workbook_sheet(const struct workbook *book, const char *name, size_t *sheet)
{
	for (size_t i = 0; i < book->sheet_count; i++)
		if (strcmp(book->sheets[i].name, name) == 0) {
			*sheet = i;
			return true;
		}
	return false;
}

const struct workbook_cell *workbook_cells(const struct workbook *book, size_t sheet, size_t *count)
{
	*count = book->sheets[sheet].count;
	if (!*count)
		return NULL;
	return (const struct workbook_cell *)(const void *)book->cells.data + book->sheets[sheet].first;
}

const struct workbook_cell *workbook_cell(const struct workbook *book, size_t sheet, uint32_t row, uint32_t column)
{
	const struct workbook_cell wanted = { .row = row, .column = column };
	size_t count;
	const struct workbook_cell *cells = workbook_cells(book, sheet, &count);

	return count ? bsearch(&wanted, cells, count, sizeof *cells, by_place) : NULL;
}

bool workbook_starts_1904(const struct workbook *book)
{
	return book->starts_1904;
}

struct span workbook_text(const struct workbook_cell *cell)
{
	struct span text = cell && cell->type == WORKBOOK_TEXT_CELL ? cell->text : (struct span){ "", 0 };

	while (text.size && strchr(" \t\r\n", text.data[0]))
		text.data++, text.size--;
	while (text.size && strchr(" \t\r\n", text.data[text.size - 1]))
		text.size--;
	return text;
}

bool workbook_day(const struct workbook *book, const struct workbook_cell *cell, date_day *day)
{
	struct span text = workbook_text(cell);
	char turned[DATE_TEXT_SIZE];

	if (cell->type == WORKBOOK_NUMBER_CELL) {
		double serial = cell->number + (workbook_starts_1904(book) ? DAYS_TO_1904 : 0);
		if (!(serial >= FIRST_DATE && serial < LAST_DATE))
			return false;
		*day = (date_day)serial - WORKBOOK_DAYS_TO_1970; /* a time of the day is left out */
		return true;
	}
	if (text.size == 10 && text.data[2] == '.' && text.data[5] == '.') {
		snprintf(turned, sizeof turned, "%.4s-%.2s-%.2s", text.data + 6, text.data + 3, text.data);
		return date_parse(span_of(turned), day);
	}
	return cell->type == WORKBOOK_TEXT_CELL && date_parse(text, day);
}
