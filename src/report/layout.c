/* Paragraphs and tables for a terminal. */
#include "report/layout.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "report/phrases.h"

#define FLEXIBLE_LEAST 16 /* width below which the flexible column does not shrink before others */
#define COLUMN_LEAST 6    /* nor does any column of text below this one */
#define INDENT "  "

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* The bytes of the character at `at`, one if it is none. */
static size_t character_size(struct span text, size_t at)
{
	size_t after = at;
	uint32_t code;

	return text_decode(text, &after, &code) ? after - at : 1;
}

struct span layout_line(struct span *rest, size_t width)
{
	size_t at = 0, used = 0, breakable = 0;

	while (rest->size && is_space(*rest->data))
		rest->data++, rest->size--;
	while (at < rest->size && rest->data[at] != '\n') {
		size_t size = character_size(*rest, at);
		size_t wide = text_width((struct span){ rest->data + at, size });
		if (is_space(rest->data[at]))
			breakable = at;
		if (used + wide > width && at > 0)
			break;
		used += wide;
		at += size;
	}
	bool cut = at < rest->size && rest->data[at] != '\n' && !is_space(rest->data[at]);
	if (cut && breakable > 0)
		at = breakable;
	struct span line = { rest->data, at };
	rest->data += at;
	rest->size -= at;
	while (line.size && is_space(line.data[line.size - 1]))
		line.size--;
	return line;
}

void layout_fill(struct buffer *to, char c, size_t count)
{
	while (count-- > 0)
		buffer_append_char(to, c);
}

/* Stored texts hold no control characters; this keeps a terminal safe all the same. */
static void put_plain(struct buffer *to, struct span text)
{
	for (size_t at = 0; at < text.size;) {
		size_t size = character_size(text, at);
		unsigned char first = (unsigned char)text.data[at];
		bool control = first < 0x20 || first == 0x7f ||
		               (size == 2 && first == 0xc2 && (unsigned char)text.data[at + 1] < 0xa0);
		if (control)
			buffer_append_char(to, ' ');
		else
			buffer_append(to, text.data + at, size);
		at += size;
	}
}

void layout_put(struct buffer *to, struct span text, size_t width, bool right)
{
	size_t wide = text_width(text);

	if (width == 0 || wide == width) {
		put_plain(to, text);
		return;
	}
	if (wide < width) {
		layout_fill(to, ' ', right ? width - wide : 0);
		put_plain(to, text);
		layout_fill(to, ' ', right ? 0 : width - wide);
		return;
	}
	size_t at = 0, used = 0;
	while (at < text.size) {
		size_t size = character_size(text, at);
		size_t next = text_width((struct span){ text.data + at, size });
		if (used + next > width - 1)
			break;
		used += next;
		at += size;
	}
	put_plain(to, (struct span){ text.data, at });
	buffer_append_text(to, "…");
	layout_fill(to, ' ', width - 1 - used);
}

void layout_paragraph(struct buffer *to, const char *text, size_t at, size_t indent, size_t columns)
{
	struct span rest = span_of(text);
	bool first = true;

	do {
		size_t start = first ? at : indent;
		size_t width = columns > start + FLEXIBLE_LEAST ? columns - start : FLEXIBLE_LEAST;
		struct span line = layout_line(&rest, width);
		if (line.size == 0 && !first)
			break;
		layout_fill(to, ' ', first ? 0 : indent);
		put_plain(to, line);
		buffer_append_char(to, '\n');
		first = false;
	} while (rest.size);
}

/* ---- Tables ------------------------------------------------------------------ */

void layout_cell(struct layout_table *table, const char *text)
{
	const char **cell = arena_add(&table->arena, &table->cells);

	if (cell)
		*cell = text;
}

void layout_cell_number(struct layout_table *table, int64_t number)
{
	char text[SAY_NUMBER_SIZE];

	layout_cell_format(table, "%s", say_integer(number, text));
}

void layout_cell_day(struct layout_table *table, const char *day)
{
	char text[SAY_DAY_SIZE];

	layout_cell_format(table, "%s", say_moment(day, text));
}

void layout_cell_format(struct layout_table *table, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	layout_cell(table, arena_format_list(&table->arena, format, arguments));
	va_end(arguments);
}

/* Columns between this one and the one before it. */
static size_t gap_before(const struct layout_table *table, size_t column)
{
	return column == 0 ? 0 : table->columns[column].right ? 1 : 2;
}

/* How narrow a column may become: text is wrapped, a number stays on one line, and
 * only what stands above it is. */
static size_t width_least(const struct layout_table *table, size_t column)
{
	size_t least = table->columns[column].right ? 1 : COLUMN_LEAST;

	for (size_t i = column; table->columns[column].right && i < table->cells.count; i += table->count) {
		size_t width = text_width(span_of(table->cells.items[i]));
		if (width > least)
			least = width;
	}
	return least;
}

/* Takes one from the widest column, of text or of numbers, that can spare it;
 * false if none can. */
static bool shrink_widest(const struct layout_table *table, const size_t *least, bool numbers, size_t *widths)
{
	size_t widest = table->count;

	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].right == numbers && widths[i] > least[i] &&
		    (widest == table->count || widths[i] > widths[widest]))
			widest = i;
	if (widest == table->count)
		return false;
	widths[widest]--;
	return true;
}

static void find_widths(const struct layout_table *table, size_t columns, size_t *widths)
{
	size_t flexible = table->count, used = strlen(INDENT), least[LAYOUT_COLUMNS];

	for (size_t i = 0; i < table->count; i++)
		widths[i] = text_width(span_of(table->columns[i].head));
	for (size_t i = 0; table->count && i < table->cells.count; i++) {
		size_t width = text_width(span_of(table->cells.items[i]));
		if (widths[i % table->count] < width)
			widths[i % table->count] = width;
	}
	for (size_t i = 0; i < table->count; i++) {
		least[i] = width_least(table, i);
		if (table->columns[i].flexible)
			flexible = i;
		else
			used += widths[i];
		used += gap_before(table, i);
	}
	if (flexible < table->count) {
		size_t left = columns > used + FLEXIBLE_LEAST ? columns - used : FLEXIBLE_LEAST;
		if (widths[flexible] > left)
			widths[flexible] = left;
		used += widths[flexible];
	}
	for (; used > columns && shrink_widest(table, least, false, widths); used--)
		;
	for (; used > columns && shrink_widest(table, least, true, widths); used--)
		;
}

static void trim_line(struct buffer *to)
{
	while (to->size && to->data[to->size - 1] == ' ')
		to->size--;
	buffer_append_char(to, '\n');
}

static void put_row(const struct layout_table *table, const char *const *cells, const size_t *widths,
                    struct buffer *to)
{
	struct span rest[LAYOUT_COLUMNS];
	bool more = true;

	for (size_t i = 0; i < table->count; i++)
		rest[i] = span_of(cells[i]);
	while (more) {
		more = false;
		buffer_append_text(to, INDENT);
		for (size_t i = 0; i < table->count; i++) {
			struct span line = layout_line(&rest[i], widths[i]);
			layout_fill(to, ' ', gap_before(table, i));
			layout_put(to, line, widths[i] ? widths[i] : 1, table->columns[i].right);
			while (rest[i].size && is_space(*rest[i].data))
				rest[i].data++, rest[i].size--;
			more = more || rest[i].size > 0;
		}
		trim_line(to);
	}
}

void layout_table_end(struct layout_table *table, size_t columns, struct buffer *to)
{
	size_t widths[LAYOUT_COLUMNS];
	const char *heads[LAYOUT_COLUMNS];

	find_widths(table, columns, widths);
	for (size_t i = 0; i < table->count; i++)
		heads[i] = table->columns[i].head;
	put_row(table, heads, widths, to);
	for (size_t i = 0; i + table->count <= table->cells.count; i += table->count)
		put_row(table, table->cells.items + i, widths, to);
	to->failed |= table->arena.failed;
	arena_free(&table->arena);
}
