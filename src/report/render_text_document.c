/* A document as text, for kinds of report that have no text of their own: sections, paragraphs and
 * tables; a table that is wider than a terminal becomes a list. Of figures the tables say it. */
#include <stdlib.h>
#include <string.h>

#include "report/compose.h"
#include "report/render_text.h"

#define TABLE_COLUMNS 7 /* that fit beside a text */
#define TEXT_WIDTH 16   /* from this width on a column holds sentences */

/* Whether it has but one column that may be long, and few others. */
static bool is_narrow(const struct document_table *table)
{
	unsigned long_columns = 0;

	for (size_t i = 0; i < table->column_count; i++)
		long_columns += table->columns[i].type == DOCUMENT_TEXT &&
		                (table->columns[i].width == 0 || table->columns[i].width >= TEXT_WIDTH);
	return table->column_count <= TABLE_COLUMNS && long_columns <= 1;
}

static bool is_number(const struct document_column *column)
{
	return column->type == DOCUMENT_NUMBER || column->type == DOCUMENT_PERCENT;
}

static void put_columns(struct text_page *page, const struct document_table *table)
{
	struct layout_column heads[TABLE_COLUMNS];
	struct layout_table layout = { .columns = heads, .count = table->column_count };

	for (size_t i = 0; i < table->column_count; i++)
		heads[i] = (struct layout_column){ table->columns[i].head, is_number(&table->columns[i]),
			                               table->columns[i].width == 0 };
	for (size_t i = 0; i < table->cells.count; i++)
		layout_cell(&layout, table->cells.items[i].text);
	layout_table_end(&layout, page->columns, page->to);
}

/* One row: its first cell, then what the heads and the others say. A line feed in a cell begins a line. */
static void put_row(struct text_page *page, const struct document_table *table, const struct document_cell *cells)
{
	struct buffer line = { 0 };

	for (size_t i = 0; i < table->column_count; i++) {
		if (!*cells[i].text)
			continue;
		if (i && table->column_count == 2) /* a label and its text */
			buffer_append_text(&line, ": ");
		else if (i)
			buffer_append_format(&line, "%s%s: ", line.size ? "; " : "", table->columns[i].head);
		buffer_append_text(&line, cells[i].text);
	}
	page->to->failed |= line.failed;
	for (const char *at = buffer_text(&line); *at;) {
		size_t size = strcspn(at, "\n");
		char *piece = strndup(at, size);
		layout_fill(page->to, ' ', at == buffer_text(&line) ? 2 : 6);
		layout_paragraph(page->to, piece ? piece : "", at == buffer_text(&line) ? 2 : 6, 6, page->columns);
		page->to->failed |= !piece;
		free(piece);
		at += size + (at[size] == '\n');
	}
	buffer_free(&line);
}

static void put_table(struct text_page *page, const struct document_table *table)
{
	if (*table->caption)
		buffer_append_format(page->to, "  %s\n", table->caption);
	if (table->cells.count == 0)
		buffer_append_format(page->to, "  %s\n", table->none);
	else if (is_narrow(table))
		put_columns(page, table);
	else
		for (size_t i = 0; i + table->column_count <= table->cells.count; i += table->column_count) {
			put_row(page, table, &table->cells.items[i]);
			render_flush(page->output);
		}
}

static void put_block(struct text_page *page, const struct document_block *block)
{
	switch (block->type) {
	case DOCUMENT_PARAGRAPH:
	case DOCUMENT_NOTE:
		layout_fill(page->to, ' ', 2);
		layout_paragraph(page->to, block->text, 2, 2, page->columns);
		break;
	case DOCUMENT_TABLE_BLOCK:
		put_table(page, block->table);
		break;
	case DOCUMENT_FIGURE_BLOCK:
		break;
	}
}

void text_document(struct text_page *page)
{
	struct document document;

	document_start(&document);
	if (!compose_document(page->model, &document))
		page->output->failed = true;
	for (size_t i = 0; i < document.sections.count; i++) {
		const struct document_section *section = &document.sections.items[i];
		text_section(page, section->title);
		for (size_t j = 0; j < section->blocks.count; j++)
			put_block(page, &section->blocks.items[j]);
	}
	document_free(&document);
}
