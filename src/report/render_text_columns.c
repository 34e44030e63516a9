/* The measures or risks of a report as text in columns of a listing, where those were asked for. */
#include "report/render_text.h"

/* One column takes what is left: the first that would. */
static void put_heads(const struct report_model *model, struct layout_column *heads)
{
	bool flexible = false;

	for (size_t i = 0; i < model->columns.count; i++) {
		const struct report_column *column = &model->columns.items[i];
		heads[i] = (struct layout_column){ column->label,
			                               column->type == REPORT_COLUMN_NUMBER || column->type == REPORT_COLUMN_PERCENT,
			                               column->width == 0 && !flexible };
		flexible = flexible || heads[i].flexible;
	}
}

static void put_cell(struct layout_table *table, const struct report_column *column, const struct report_cell *cell)
{
	char level[TEXT_LEVEL_SIZE];

	switch (column->type) {
	case REPORT_COLUMN_STATUS:
		layout_cell(table, *cell->text ? say_word(cell->text) : say(PHRASE_MOVED_NO_REPORT));
		break;
	case REPORT_COLUMN_NUMBER:
	case REPORT_COLUMN_PERCENT:
		if (*cell->text)
			layout_cell_number(table, cell->number);
		else
			layout_cell(table, "");
		break;
	case REPORT_COLUMN_DATE:
		layout_cell_day(table, cell->text);
		break;
	case REPORT_COLUMN_FLAG:
		layout_cell(table, *cell->text == '1' ? say_word("yes") : "");
		break;
	case REPORT_COLUMN_LEVEL:
		layout_cell_format(table, "%s", text_level(&cell->level, level));
		break;
	case REPORT_COLUMN_TEXT:
		layout_cell(table, cell->text);
	}
}

static void put_row(const struct report_model *model, struct layout_table *table, const struct report_cell *cells)
{
	for (size_t i = 0; i < model->columns.count && cells; i++)
		put_cell(table, &model->columns.items[i], &cells[i]);
}

void text_measures(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct layout_column heads[LAYOUT_COLUMNS];
	struct layout_table table = { .columns = heads, .count = model->columns.count };

	put_heads(model, heads);
	text_section(page, say(PHRASE_MEASURES));
	for (size_t i = 0; i < model->measures.count; i++)
		put_row(model, &table, model->measures.items[i].cells);
	if (model->measures.count)
		layout_table_end(&table, page->columns, page->to);
	else
		buffer_append_format(page->to, "  %s\n", say(PHRASE_NONE));
}

void text_risks(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct layout_column heads[LAYOUT_COLUMNS];
	struct layout_table table = { .columns = heads, .count = model->columns.count };

	put_heads(model, heads);
	text_section(page, say(PHRASE_RISKS));
	for (size_t i = 0; i < model->risks.count; i++)
		put_row(model, &table, model->risks.items[i].cells);
	layout_table_end(&table, page->columns, page->to);
}
