/* Listings as a table, as CSV (RFC 4180) or as a JSON array, row by row. */
#include "cli/rows.h"

#include <string.h>

#include "cli/terminal.h"

const char *const rows_format_words[] = { "table", "csv", "json", NULL };

enum rows_format rows_format(const struct call *call)
{
	const char *word = call_value(call, "format");

	if (!word)
		return call->json ? ROWS_JSON : ROWS_TABLE;
	return *word == 't' ? ROWS_TABLE : *word == 'c' ? ROWS_CSV : ROWS_JSON;
}

void rows_begin(struct rows *rows, struct call *call, enum rows_format format)
{
	rows->call = call;
	rows->format = format;
	rows->table.to = stdout;
	rows->table.width = terminal_shows(stdout) ? terminal_width() : 0;
	rows->table.colour = terminal_has_colour(stdout);
}

static void put_csv_cell(struct buffer *line, const char *cell)
{
	if (!strpbrk(cell, ",\"\r\n")) {
		buffer_append_text(line, cell);
		return;
	}
	buffer_append_char(line, '"');
	for (; *cell; cell++) {
		if (*cell == '"')
			buffer_append_char(line, '"');
		buffer_append_char(line, *cell);
	}
	buffer_append_char(line, '"');
}

/* Ends the line of CSV that was gathered, and writes it. */
static int put_csv_line(struct rows *rows)
{
	buffer_append_char(&rows->line, '\n');
	if (rows->line.failed)
		return error_set_memory(&rows->call->error);
	fwrite(rows->line.data, 1, rows->line.size, stdout);
	buffer_clear(&rows->line);
	return QORGAN_OK;
}

static int put_csv_row(struct rows *rows, const struct qorgan_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		if (i)
			buffer_append_char(&rows->line, ',');
		put_csv_cell(&rows->line, row->cells[i]);
	}
	return put_csv_line(rows);
}

int rows_head(void *context, const struct qorgan_column *columns, size_t count)
{
	struct rows *rows = context;

	progress_clear(&rows->call->progress);
	if (rows->format == ROWS_TABLE && !table_begin(&rows->table, columns, count))
		return error_set_memory(&rows->call->error);
	if (rows->format != ROWS_CSV)
		return QORGAN_OK;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(&rows->line, ',');
		put_csv_cell(&rows->line, columns[i].name);
	}
	return put_csv_line(rows);
}

int rows_row(void *context, const struct qorgan_row *row)
{
	struct rows *rows = context;
	int code = call_stop(rows->call);

	if (code)
		return code;
	rows->count++;
	if (rows->format == ROWS_JSON) {
		fputs(rows->count == 1 ? "[\n" : ",\n", stdout);
		fwrite(row->json, 1, row->json_size, stdout);
	} else if (rows->format == ROWS_CSV) {
		code = put_csv_row(rows, row);
	} else if (!table_row(&rows->table, row->cells)) {
		code = error_set_memory(&rows->call->error);
	}
	/* Who reads has gone, or the disk is full: no use in going on. */
	return code ? code : ferror(stdout) ? QORGAN_IO : QORGAN_OK;
}

int rows_end(struct rows *rows, int code, const char *none)
{
	table_end(&rows->table);
	buffer_free(&rows->line);
	if (code)
		return code;
	if (rows->format == ROWS_JSON)
		fputs(rows->count ? "\n]\n" : "[]\n", stdout);
	if (rows->count == 0 && rows->format == ROWS_TABLE)
		call_say(rows->call, "%s", none);
	return QORGAN_OK;
}
