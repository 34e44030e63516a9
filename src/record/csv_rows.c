/* Rows of CSV (RFC 4180) as spreadsheets write it: ',' ';' or a tab separates; lines end
 * in LF or CRLF. */
#include "record/csv_rows.h"

#include <string.h>

#include "record/canonical.h"

static int peek(struct csv_rows *rows)
{
	struct input_source *source = rows->source;

	source->keep = source->at;
	if (source->at == source->size && !source_more(source))
		return EOF;
	return (unsigned char)source->chunk[source->at];
}

static int take(struct csv_rows *rows)
{
	int c = peek(rows);

	if (c != EOF)
		rows->source->at++;
	if (c == '\n')
		rows->source->line++;
	return c;
}

static void add_char(struct csv_rows *rows, int c)
{
	if (rows->text.size > CANONICAL_SIZE)
		rows->broken = "the row is too long; is a quote not closed?";
	else
		buffer_append_char(&rows->text, (char)c);
}

/* The rest of a quoted cell; CRLF within it becomes the newline of our text. */
static void read_quoted(struct csv_rows *rows)
{
	for (int c; (c = take(rows)) != EOF;) {
		if (c == '"') {
			if (peek(rows) != '"')
				return;
			take(rows);
		} else if (c == '\r' && peek(rows) == '\n') {
			c = take(rows);
		}
		add_char(rows, c);
	}
	rows->broken = "a quoted cell is not closed";
}

/* One cell and what ends it, which is returned: separator, '\n' or EOF. */
static int read_cell(struct csv_rows *rows)
{
	bool quoted = peek(rows) == '"';

	if (quoted) {
		take(rows);
		read_quoted(rows);
	}
	for (int c;;) {
		c = take(rows);
		if (c == '\r' && (peek(rows) == '\n' || peek(rows) == EOF))
			c = peek(rows) == EOF ? EOF : take(rows);
		if (c == EOF || c == '\n' || c == rows->separator)
			return c;
		if (quoted)
			rows->broken = "something follows the closing quote of a cell";
		else if (c == '"')
			rows->broken = "a quote stands within a cell that does not begin with one";
		add_char(rows, c);
	}
}

/* The next row; false at the end of the file. */
bool csv_rows_next(struct csv_rows *rows)
{
	int end;

	if (peek(rows) == EOF)
		return false;
	buffer_clear(&rows->text);
	rows->cell_count = 0;
	rows->broken = NULL;
	rows->line = rows->source->line;
	do {
		size_t start = rows->text.size;
		end = read_cell(rows);
		if (rows->cell_count < CSV_ROWS_CELLS) {
			buffer_append_char(&rows->text, '\0');
			rows->starts[rows->cell_count++] = start;
		} else {
			rows->text.size = start;
			rows->broken = "the row has too many cells";
		}
	} while (end == rows->separator);
	return true;
}

const char *csv_rows_cell(const struct csv_rows *rows, size_t i)
{
	return rows->text.data + rows->starts[i];
}

/* The bytes of a cell: a zero within it would end its text early. */
struct span csv_rows_span(const struct csv_rows *rows, size_t i)
{
	size_t end = i + 1 < rows->cell_count ? rows->starts[i + 1] : rows->text.size;

	return (struct span){ csv_rows_cell(rows, i), end - 1 - rows->starts[i] };
}

bool csv_rows_is_blank(const struct csv_rows *rows)
{
	return !rows->broken && rows->text.size == rows->cell_count;
}

/* The separator is the candidate that occurs most often in the first line,
 * quoted cells left out. */
static char find_separator(struct input_source *source)
{
	static const char candidates[] = ",;\t";
	size_t counts[3] = { 0 }, best = 0;
	bool quoted = false;

	source->keep = source->at;
	for (size_t at = 0;; at++) {
		if (source->at + at == source->size && !source_more(source))
			break;
		char c = source->chunk[source->at + at];
		if (c == '\n' && !quoted)
			break;
		if (c == '"')
			quoted = !quoted;
		const char *found = quoted || !c ? NULL : strchr(candidates, c);
		if (found)
			counts[found - candidates]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}

void csv_rows_begin(struct csv_rows *rows, struct input_source *source)
{
	rows->source = source;
	rows->separator = find_separator(source);
}
