/* Fuzzes what people hand in as a whole: files of JSON, JSON Lines and CSV, and registers of their own in a
 * spreadsheet with a map of its columns. All of it comes in as one commit, or no byte of the store changes. The
 * first byte says which: 'l', JSON Lines; 'j', JSON; 'c', CSV; 's', a map, a zero, and a table of CSV; 'g', a
 * table alone. */
#include <stdlib.h>
#include <string.h>

#include "qorgan/sheet.h"
#include "small_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fault_check(void *context, const char *file, size_t line, const char *place, const char *text)
{
	(void)line, (void)place;
	++*(size_t *)context;
	check(*file && *text);
}

static void cell_check(void *context, const char *cell, const char *text)
{
	(void)cell;
	++*(size_t *)context;
	check(*text != '\0');
}

static int file_load(struct qorgan_store *store, const char *name, struct span bytes, struct qorgan_commit *result,
                     size_t *faults, struct qorgan_error *error)
{
	const char *path = small_store_path(name);
	const struct qorgan_load load = { .paths = &path, .count = 1, .kind = "measure", .fault = fault_check, .context = faults };

	small_store_write(name, bytes.data, bytes.size);
	return qorgan_load(store, &load, result, error);
}

/* What the columns say, asked of all of them. */
static void sheet_ask(struct qorgan_sheet *sheet)
{
	struct qorgan_sheet_column column;
	struct qorgan_error error = { 0 };
	const char *field, *value;
	char path[QORGAN_SHEET_PATH], line[QORGAN_SHEET_LINE], *text = NULL;

	for (size_t i = 0; qorgan_sheet_column(sheet, i, &column); i++)
		if (!column.field && column.guess)
			check_message(qorgan_sheet_take(sheet, i, column.guess, &error), &error);
	for (size_t i = 0; qorgan_sheet_constant(sheet, i, &field, &value); i++)
		check(*field != '\0');
	for (size_t i = 0; qorgan_sheet_missing(sheet, i, path, line); i++)
		check(*path && *line);
	check_message(qorgan_sheet_map_text(sheet, &text, &error), &error);
	free(text);
}

static int sheet_load(struct qorgan_store *store, struct span map, struct span table, struct qorgan_commit *result,
                      size_t *faults, struct qorgan_error *error)
{
	const struct qorgan_sheet_load load = { .fault = cell_check, .context = faults };
	struct qorgan_sheet *sheet = NULL;
	int code = qorgan_sheet_open(store, "measure", table.data, table.size, &sheet, error);

	if (!code)
		code = map.data ? qorgan_sheet_map(sheet, map.data, map.size, 0, error) : qorgan_sheet_guess(sheet, 0, error);
	if (!code)
		sheet_ask(sheet);
	if (!code)
		code = qorgan_sheet_load(sheet, &load, result, error);
	qorgan_sheet_free(sheet);
	return code;
}

static int input_load(struct qorgan_store *store, char what, struct span input, struct qorgan_commit *result,
                      size_t *faults, struct qorgan_error *error)
{
	const char *zero = input.size ? memchr(input.data, '\0', input.size) : NULL;

	switch (what) {
	case 'j':
		return file_load(store, "input.json", input, result, faults, error);
	case 'c':
		return file_load(store, "input.csv", input, result, faults, error);
	case 'g':
		return sheet_load(store, (struct span){ NULL, 0 }, input, result, faults, error);
	case 's':
		if (!zero)
			return QORGAN_NO;
		return sheet_load(store, (struct span){ input.data, (size_t)(zero - input.data) },
		                  (struct span){ zero + 1, input.size - (size_t)(zero - input.data) - 1 }, result, faults, error);
	default:
		return file_load(store, "input.jsonl", input, result, faults, error);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qorgan_commit result = { 0 };
	struct qorgan_error error = { 0 };
	size_t faults = 0;

	if (size < 1)
		return 0;
	small_store_start();
	struct qorgan_store *store = small_store_open(0);
	int code = input_load(store, (char)data[0], (struct span){ (const char *)data + 1, size - 1 }, &result, &faults, &error);
	qorgan_store_close(store);
	check_message(code, &error);
	check(code == QORGAN_OK ? faults == 0 : small_store_is_same());
	if (code == QORGAN_OK && result.number) {
		store = small_store_open(QORGAN_READ_ONLY);
		small_store_look(store, size);
		qorgan_store_close(store);
	}
	small_store_reset();
	return 0;
}
