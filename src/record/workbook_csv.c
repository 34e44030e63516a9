/* A table of CSV as a workbook of one sheet, which has no name; all of its cells are texts. */
#include <stdlib.h>

#include "base/text.h"
#include "record/csv_rows.h"
#include "record/workbook_parts.h"

static int row_take(struct csv_rows *rows, uint32_t row, struct workbook *book, struct qorgan_error *error)
{
	struct workbook_place place;
	int code = QORGAN_OK;

	if (rows->text.failed)
		return error_set_memory(error);
	if (rows->broken)
		return error_set(error, QORGAN_BAD_DATA, "line %zu: %s", rows->line, rows->broken);
	for (size_t i = 0; i < rows->cell_count && !code; i++) {
		const struct workbook_cell cell = { .row = row, .column = (uint32_t)i, .type = WORKBOOK_TEXT_CELL };
		struct span text = csv_rows_span(rows, i);
		if (text.size == 0)
			continue;
		if (text.size > WORKBOOK_TEXT)
			return error_set(error, QORGAN_BAD_DATA, "a cell holds more than %d bytes", WORKBOOK_TEXT);
		code = workbook_text_add(book, text, &place, error);
		if (!code)
			code = workbook_cell_add(book, 0, &cell, place, error);
	}
	return code;
}

/* The rows are counted as a spreadsheet counts them, so that a cell's name is the one that
 * people see there. */
static int rows_take(struct csv_rows *rows, struct workbook *book, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (uint32_t row = 1; !code && csv_rows_next(rows); row++)
		code = row > WORKBOOK_ROWS ? error_set(error, QORGAN_BAD_DATA, "the table has more than %d rows", WORKBOOK_ROWS)
		                           : row_take(rows, row, book, error);
	return code;
}

int workbook_read_csv(struct span bytes, struct workbook *book, struct qorgan_error *error)
{
	struct csv_rows *rows;
	/* All of it is there: nothing is read on, nor written to. */
	struct input_source source = { .chunk = (char *)bytes.data, .size = bytes.size, .ended = true, .line = 1 };
	int code;

	if (bytes.size == 0)
		return error_set(error, QORGAN_BAD_DATA, "the file is empty");
	if (bytes.size > ZIP_ARCHIVE_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "the file is larger than %u bytes", ZIP_ARCHIVE_SIZE);
	if (!text_is_utf8(bytes))
		return error_set(error, QORGAN_BAD_DATA, "it is neither a spreadsheet nor CSV in UTF-8: save it as UTF-8");
	if (bytes.size >= 3 && span_is((struct span){ bytes.data, 3 }, "\xef\xbb\xbf"))
		source.at = source.keep = 3;
	rows = calloc(1, sizeof *rows);
	if (!rows)
		return error_set_memory(error);
	code = workbook_sheet_add(book, "", error);
	if (!code) {
		csv_rows_begin(rows, &source);
		code = rows_take(rows, book, error);
	}
	buffer_free(&rows->text);
	free(rows);
	return code;
}
