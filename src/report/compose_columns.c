/* The table of measures or risks of a report in columns of a listing, where those were asked for. */
#include "report/compose_parts.h"

static enum document_cell_type cell_type(enum report_column_type type)
{
	static const enum document_cell_type types[] = {
		[REPORT_COLUMN_TEXT] = DOCUMENT_TEXT,       [REPORT_COLUMN_STATUS] = DOCUMENT_TEXT,
		[REPORT_COLUMN_NUMBER] = DOCUMENT_NUMBER,   [REPORT_COLUMN_PERCENT] = DOCUMENT_PERCENT,
		[REPORT_COLUMN_DATE] = DOCUMENT_DATE,       [REPORT_COLUMN_FLAG] = DOCUMENT_TEXT,
		[REPORT_COLUMN_LEVEL] = DOCUMENT_LEVEL,
	};

	return types[type];
}

static void add_cell(struct compose *compose, struct document_table *table, const struct report_column *column,
                     const struct report_cell *cell)
{
	switch (column->type) {
	case REPORT_COLUMN_STATUS:
		compose_cell(compose, table, *cell->text ? words_status(cell->text) : say(PHRASE_MOVED_NO_REPORT));
		break;
	case REPORT_COLUMN_NUMBER:
		if (*cell->text)
			document_cell_number(compose->document, table, cell->number);
		else
			compose_cell(compose, table, "");
		break;
	case REPORT_COLUMN_PERCENT:
		document_cell_percent(compose->document, table, *cell->text ? (int)cell->number : -1);
		break;
	case REPORT_COLUMN_DATE:
		document_cell_date(compose->document, table, cell->text, cell->alarm);
		break;
	case REPORT_COLUMN_FLAG:
		compose_cell_alarm(compose, table, *cell->text == '1' ? say_word("yes") : "", cell->alarm);
		break;
	case REPORT_COLUMN_LEVEL:
		document_cell_level(compose->document, table, &cell->level);
		break;
	case REPORT_COLUMN_TEXT:
		compose_cell(compose, table, cell->text);
	}
}

static void add_row(struct compose *compose, struct document_table *table, const struct report_cell *cells)
{
	for (size_t i = 0; i < compose->model->columns.count && cells; i++)
		add_cell(compose, table, &compose->model->columns.items[i], &cells[i]);
}

void compose_chosen(struct compose *compose)
{
	const struct report_model *model = compose->model;
	size_t count = model->columns.count;
	struct document_column *columns = arena_take(&compose->document->arena, count * sizeof *columns);

	for (size_t i = 0; i < count && columns; i++)
		columns[i] = (struct document_column){ model->columns.items[i].label, "",
			                                   cell_type(model->columns.items[i].type),
			                                   model->columns.items[i].width };
	if (!columns)
		return;
	bool is_register = model->kind == REPORT_REGISTER;
	struct document_table *table = document_add_table(compose->document, "",
	                                                  say(is_register ? PHRASE_NO_RISKS : PHRASE_NONE), columns, count);
	for (size_t i = 0; !is_register && i < model->measures.count; i++)
		add_row(compose, table, model->measures.items[i].cells);
	for (size_t i = 0; is_register && i < model->risks.count; i++)
		add_row(compose, table, model->risks.items[i].cells);
}
