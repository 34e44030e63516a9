/* Tables of a document as HTML, with what a screen reader needs to find its way in them. */
#include <string.h>

#include "report/markup.h"
#include "report/phrases.h"
#include "report/render_html.h"

#define LINE_UPRIGHT 108 /* characters that fit on the short side of A4 */
#define LINE_TURNED 150  /* and on its long side */
#define LINE_SMALL 200   /* and there in small letters */
#define TEXT_MOST 36     /* of a longer text a column wants no more: it is wrapped */
#define WORD_MOST 24     /* a longer word is broken */
#define SHORT_MOST 14    /* a text no longer than this is not wrapped */
#define BESIDE 2         /* characters between two columns */

/* ---- How wide it is ------------------------------------------------------------------ */

struct extent {
	size_t text, word; /* characters of the text, and of its longest word */
};

static struct extent extent_of(const char *text)
{
	struct extent extent = { 0, 0 };
	size_t word = 0;

	for (; *text; text++) {
		if (((unsigned char)*text & 0xc0) == 0x80)
			continue;
		extent.text++;
		word = *text == ' ' || *text == '-' || *text == '\n' ? 0 : word + 1;
		extent.word = word > extent.word ? word : extent.word;
	}
	return extent;
}

/* How much of a cell stays on one line. */
static struct extent cell_extent(const struct document_cell *cell)
{
	struct extent extent = extent_of(cell->text);

	if (cell->type != DOCUMENT_TEXT || extent.text <= SHORT_MOST)
		extent.word = extent.text;
	return extent;
}

/* What its columns want and, of that, what they need so that no word is broken. */
static struct extent table_extent(const struct document_table *table)
{
	struct extent all = { 0, 0 };

	for (size_t i = 0; i < table->column_count; i++) {
		struct extent column = extent_of(table->columns[i].head);
		for (size_t k = i; k < table->cells.count; k += table->column_count) {
			const struct document_cell *cell = &table->cells.items[k];
			struct extent extent = cell_extent(cell);
			column.text = extent.text > column.text ? extent.text : column.text;
			column.word = extent.word > column.word ? extent.word : column.word;
		}
		column.word = column.word > WORD_MOST ? WORD_MOST : column.word;
		column.text = column.text > TEXT_MOST ? TEXT_MOST : column.text;
		all.text += column.text + BESIDE;
		all.word += column.word + BESIDE;
	}
	return all;
}

bool html_table_is_wide(const struct document_table *table)
{
	return table->cells.count > 0 && table_extent(table).text > LINE_UPRIGHT;
}

/* Where even the long side is short for whole words, letters are smaller; then words are broken. */
static const char *table_class(const struct document_table *table)
{
	size_t words = table_extent(table).word;

	return words > LINE_SMALL ? " class=\"small tight\"" : words > LINE_TURNED ? " class=\"small\"" : "";
}

/* ---- Rows ------------------------------------------------------------------------------- */

/* How the cells of a column stand and are sorted. */
static const char *type_class(enum document_cell_type type)
{
	switch (type) {
	case DOCUMENT_NUMBER:
	case DOCUMENT_PERCENT: return "n";
	case DOCUMENT_LEVEL: return "l";
	case DOCUMENT_DATE: return "d";
	case DOCUMENT_TEXT:
	case DOCUMENT_EMPTY: break;
	}
	return "";
}

static void put_heads(const struct document_table *table, struct buffer *to)
{
	buffer_append_text(to, "<thead><tr>");
	for (size_t i = 0; i < table->column_count; i++) {
		const struct document_column *column = &table->columns[i];
		const char *type = type_class(column->type);
		buffer_append_text(to, "<th scope=\"col\"");
		if (*type)
			buffer_append_format(to, " class=\"%s\"", type);
		if (*column->help) {
			buffer_append_text(to, " title=\"");
			markup_append(to, column->help);
			buffer_append_char(to, '"');
		}
		buffer_append_char(to, '>');
		markup_append_isolated(to, column->head);
		buffer_append_text(to, "</th>");
	}
	buffer_append_text(to, "</tr></thead>\n");
}

/* The classes of a cell: its type, or whether its words are broken or kept; its ground. */
static void put_classes(struct html_page *page, const struct document_cell *cell, struct buffer *to)
{
	const char *type = type_class(cell->type);
	int ground = *cell->colour ? html_palette_place(page, cell->colour) : -1;

	if (cell->type == DOCUMENT_TEXT) {
		struct extent extent = cell_extent(cell);
		type = extent.word > WORD_MOST ? "b" : extent.text <= SHORT_MOST && strpbrk(cell->text, " -") ? "k" : "";
	}
	if (!*type && ground < 0)
		return;
	buffer_append_text(to, " class=\"");
	buffer_append_text(to, type);
	if (ground >= 0)
		buffer_append_format(to, "%sc%d", *type ? " " : "", ground);
	buffer_append_char(to, '"');
}

static void put_cell(struct html_page *page, const struct document_cell *cell, bool is_head)
{
	struct buffer *to = &page->output->text;
	const char *element = is_head && cell->type != DOCUMENT_EMPTY ? "th" : "td";

	buffer_append_char(to, '<');
	buffer_append_text(to, element);
	if (*element == 't' && element[1] == 'h')
		buffer_append_text(to, " scope=\"row\"");
	put_classes(page, cell, to);
	if (cell->type == DOCUMENT_LEVEL || cell->type == DOCUMENT_NUMBER || cell->type == DOCUMENT_DATE) {
		buffer_append_text(to, " data-v=\"");
		buffer_append_integer(to, cell->number);
		buffer_append_char(to, '"');
	}
	buffer_append_char(to, '>');
	if (cell->type != DOCUMENT_EMPTY) {
		buffer_append_text(to, cell->alarm ? "<strong>" : "");
		markup_append_isolated(to, cell->text);
		buffer_append_text(to, cell->alarm ? "</strong>" : "");
	}
	buffer_append_format(to, "</%s>", element);
}

/* What the heads mean, for who has no pointer to rest on them. */
static void put_help(const struct document_table *table, struct buffer *to)
{
	bool some = false;

	for (size_t i = 0; i < table->column_count; i++)
		some |= *table->columns[i].help != '\0';
	if (!some)
		return;
	buffer_append_text(to, "<details class=\"help\"><summary>");
	markup_append(to, say(PHRASE_HTML_COLUMNS));
	buffer_append_text(to, "</summary><dl>");
	for (size_t i = 0; i < table->column_count; i++) {
		if (!*table->columns[i].help)
			continue;
		buffer_append_text(to, "<dt>");
		markup_append_isolated(to, table->columns[i].head);
		buffer_append_text(to, "</dt><dd>");
		markup_append_isolated(to, table->columns[i].help);
		buffer_append_text(to, "</dd>");
	}
	buffer_append_text(to, "</dl></details>\n");
}

void html_table(struct html_page *page, const struct document_table *table, const char *name, bool turned)
{
	struct buffer *to = &page->output->text;
	size_t rows = table->column_count ? table->cells.count / table->column_count : 0;

	if (rows == 0) {
		buffer_append_text(to, "<p class=\"none\">");
		markup_append_isolated(to, table->none);
		buffer_append_text(to, "</p>\n");
		return;
	}
	unsigned number = ++page->tables;
	buffer_append_format(to, "<div class=\"scroll%s\" role=\"group\" tabindex=\"0\" aria-labelledby=\"t%u\">"
	                         "<table%s><caption id=\"t%u\"%s>",
	                     turned && html_table_is_wide(table) ? " wide" : "", number,
	                     table_class(table), number, *table->caption ? "" : " class=\"vh\"");
	markup_append_isolated(to, *table->caption ? table->caption : name);
	buffer_append_text(to, "</caption>");
	put_heads(table, to);
	buffer_append_text(to, "<tbody>\n");
	for (size_t row = 0; row < rows; row++) {
		buffer_append_text(to, "<tr>");
		for (size_t i = 0; i < table->column_count; i++)
			put_cell(page, &table->cells.items[row * table->column_count + i], i == 0);
		buffer_append_text(to, "</tr>\n");
		render_flush(page->output);
	}
	buffer_append_text(to, "</tbody></table></div>\n");
	put_help(table, to);
}
