/* Fuzzes forms that were filled in: the reports of one come in as one commit, or no byte of the store changes.
 * The form is one that the store wrote, saved as a table of CSV; each line of the input is ADDRESS=TEXT, what
 * somebody typed into a cell, be it one that is protected or hidden, with two dots for a newline. The first byte
 * says whether rows that are stale are left out. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/form.h"
#include "record/workbook.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS 14
#define COLUMNS 20

static struct buffer cells[ROWS][COLUMNS]; /* of the form as it was written */

static void form_make(void)
{
	const struct qorgan_form form = { .period = "2026-Q3" };
	struct qorgan_store *store = small_store_open(0);
	struct qorgan_form_written written;
	struct workbook *book;
	char *text = NULL;
	size_t size = 0, sheet = 0, count;
	FILE *to = open_memstream(&text, &size);

	check(to && qorgan_form_write(store, &form, to, &written, NULL) == QORGAN_OK && fclose(to) == 0);
	qorgan_store_close(store);
	check(workbook_read((struct span){ text, size }, &book, NULL) == QORGAN_OK && workbook_sheet(book, "form", &sheet));
	const struct workbook_cell *all = workbook_cells(book, sheet, &count);
	for (size_t i = 0; i < count; i++) {
		check(all[i].row <= ROWS && all[i].column < COLUMNS);
		struct buffer *cell = &cells[all[i].row - 1][all[i].column];
		if (all[i].type == WORKBOOK_NUMBER_CELL)
			buffer_append_format(cell, "%.15g", all[i].number);
		else
			buffer_append_span(cell, all[i].text);
	}
	workbook_free(book);
	free(text);
}

/* "I7=40" */
static void cell_type(struct span line, struct span typed[ROWS][COLUMNS])
{
	const char *is = line.size ? memchr(line.data, '=', line.size) : NULL;

	if (!is || is - line.data < 2 || *line.data < 'A' || *line.data >= 'A' + COLUMNS)
		return;
	unsigned long row = strtoul(line.data + 1, NULL, 10);
	if (row >= 1 && row <= ROWS)
		typed[row - 1][*line.data - 'A'] = (struct span){ is + 1, line.size - (size_t)(is + 1 - line.data) };
}

static void cell_write(struct buffer *table, struct span text)
{
	buffer_append_char(table, '"');
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			buffer_append_char(table, '"');
		if (i + 1 < text.size && text.data[i] == '.' && text.data[i + 1] == '.') {
			buffer_append_char(table, '\n');
			i++;
			continue;
		}
		buffer_append_char(table, text.data[i]);
	}
	buffer_append_char(table, '"');
}

static void table_make(const char *text, struct buffer *table)
{
	struct span typed[ROWS][COLUMNS] = { 0 };

	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		cell_type((struct span){ text, (size_t)(end - text) }, typed);
	}
	for (unsigned row = 0; row < ROWS; row++) {
		for (unsigned column = 0; column < COLUMNS; column++) {
			cell_write(table, typed[row][column].data ? typed[row][column] : buffer_span(&cells[row][column]));
			buffer_append_char(table, column + 1 < COLUMNS ? ';' : '\n');
		}
	}
	check(!table->failed);
}

static void fault_check(void *context, const char *cell, const char *text)
{
	++*(size_t *)context;
	check(*cell && *text && !strchr(text, '\n'));
}

static void row_check(void *context, const struct qorgan_form_row *row)
{
	(void)context;
	check(*row->cell && *row->measure && row->stale == !row->entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qorgan_form_load load = { .fault = fault_check, .row = row_check };
	struct qorgan_form_result result = { 0 };
	struct qorgan_error error = { 0 };
	struct buffer text = { 0 }, table = { 0 };
	size_t faults = 0;

	small_store_start();
	if (!cells[0][0].size)
		form_make();
	if (size < 1)
		return 0;
	buffer_append(&text, data + 1, size - 1);
	table_make(buffer_text(&text), &table);
	load.data = table.data;
	load.size = table.size;
	load.only_fresh = data[0] & 1;
	load.context = &faults;
	struct qorgan_store *store = small_store_open(0);
	int code = qorgan_form_load(store, &load, &result, &error);
	qorgan_store_close(store);
	check_message(code, &error);
	check(faults == result.faults);
	if (code) {
		check(small_store_is_same());
	} else if (result.commit.number) {
		check(faults == 0);
		store = small_store_open(QORGAN_READ_ONLY);
		small_store_look(store, size);
		qorgan_store_close(store);
		small_store_reset();
	}
	buffer_free(&text);
	buffer_free(&table);
	return 0;
}
