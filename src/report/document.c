/* Putting a document together. */
#include "report/document.h"

#include <stdarg.h>

#include "base/date.h"
#include "report/phrases.h"

void document_start(struct document *document)
{
	*document = (struct document){ .language = "en", .letterhead = { .name = "", .address = "" }, .title = "", .subtitle = "", .marking = "", .stamp = "", .notice = "" };
}

void document_free(struct document *document)
{
	arena_free(&document->arena);
	document_start(document);
}

void document_add_fact(struct document *document, const char *label, const char *value)
{
	struct document_fact *fact = *value ? arena_add(&document->arena, &document->facts) : NULL;

	if (fact)
		*fact = (struct document_fact){ label, value };
}

struct document_section *document_add_section(struct document *document, unsigned level, const char *name,
                                              const char *title)
{
	struct document_section *section = arena_add(&document->arena, &document->sections);

	if (section) {
		section->level = level;
		section->name = name;
		section->title = title;
	}
	return section;
}

/* A block of the section that was added last. */
static struct document_block *block_add(struct document *document, enum document_block_type type)
{
	struct document_section *section = document->sections.count
	                                       ? &document->sections.items[document->sections.count - 1]
	                                       : document_add_section(document, 1, "report", document->title);
	struct document_block *block = section ? arena_add(&document->arena, &section->blocks) : NULL;

	if (block) {
		block->type = type;
		block->text = "";
	}
	return block;
}

void document_add_paragraph(struct document *document, const char *text)
{
	struct document_block *block = *text ? block_add(document, DOCUMENT_PARAGRAPH) : NULL;

	if (block)
		block->text = text;
}

void document_add_note(struct document *document, const char *text)
{
	struct document_block *block = *text ? block_add(document, DOCUMENT_NOTE) : NULL;

	if (block)
		block->text = text;
}

struct document_table *document_add_table(struct document *document, const char *caption, const char *none,
                                          const struct document_column *columns, size_t column_count)
{
	struct document_table *table = arena_take(&document->arena, sizeof *table);
	struct document_block *block = table ? block_add(document, DOCUMENT_TABLE_BLOCK) : NULL;

	if (!block)
		return NULL;
	table->caption = caption;
	table->none = none;
	table->columns = columns;
	table->column_count = column_count;
	block->table = table;
	return table;
}

struct document_figure *document_add_figure(struct document *document, enum document_figure_type type,
                                            const char *title, const char *description)
{
	struct document_figure *figure = arena_take(&document->arena, sizeof *figure);
	struct document_block *block = figure ? block_add(document, DOCUMENT_FIGURE_BLOCK) : NULL;

	if (!block)
		return NULL;
	figure->type = type;
	figure->title = title;
	figure->description = description;
	block->figure = figure;
	return figure;
}

static void cell_add(struct document *document, struct document_table *table, struct document_cell cell)
{
	struct document_cell *place = table ? arena_add(&document->arena, &table->cells) : NULL;

	if (place)
		*place = cell;
}

void document_cell_text(struct document *document, struct document_table *table, const char *text)
{
	cell_add(document, table, (struct document_cell){ *text ? DOCUMENT_TEXT : DOCUMENT_EMPTY, text, 0, "", false });
}

void document_cell_number(struct document *document, struct document_table *table, int64_t number)
{
	char text[SAY_NUMBER_SIZE];

	cell_add(document, table, (struct document_cell){ DOCUMENT_NUMBER, document_format(document, "%s",
	                          say_integer(number, text)), number, "", false });
}

void document_cell_percent(struct document *document, struct document_table *table, int percent)
{
	struct document_cell cell = { percent < 0 ? DOCUMENT_EMPTY : DOCUMENT_PERCENT, "", percent, "", false };

	if (percent >= 0)
		cell.text = document_format(document, "%d %%", percent);
	cell_add(document, table, cell);
}

void document_cell_date(struct document *document, struct document_table *table, const char *date, bool alarm)
{
	struct document_cell cell = { DOCUMENT_EMPTY, date, 0, "", alarm };
	char text[SAY_DAY_SIZE];
	date_day day;

	if (date_parse(span_of(date), &day)) {
		cell.type = DOCUMENT_DATE;
		cell.number = day;
		cell.text = arena_text(&document->arena, span_of(say_day(date, text)));
	} else if (*date) {
		cell.type = DOCUMENT_TEXT;
	}
	cell_add(document, table, cell);
}

void document_cell_level(struct document *document, struct document_table *table, const struct report_level *level)
{
	struct document_cell cell = { DOCUMENT_EMPTY, "", 0, "", false };

	if (level->score) {
		cell.type = DOCUMENT_LEVEL;
		cell.text = document_format(document, "%u\u00d7%u = %u", level->likelihood, level->impact, level->score);
		cell.number = level->score;
		cell.colour = level->colour ? level->colour : "";
	}
	cell_add(document, table, cell);
}

const char *document_format(struct document *document, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	const char *text = arena_format_list(&document->arena, format, list);
	va_end(list);
	return text;
}
