/* Figures as charts of the spreadsheet's own, above the numbers that they are drawn from. */

#include "report/phrases.h"
#include "report/xlsx_parts.h"

#define LABEL_WIDTH 18
#define TITLE_WIDTH 44
#define NUMBER_WIDTH 12
#define ROW_PIXELS 20       /* of a row of the sheet, by default */
#define BAR_PIXELS 26
#define CHART_LEAST 200     /* pixels of height, */
#define CHART_MOST 6000     /* of which a chart of many bars has no more */
#define CHART_WIDTH 960
#define CHART_USUAL_WIDTH 480.0
#define CHART_USUAL_HEIGHT 288.0
#define HEAT_COLUMNS_MOST 200

/* Colours that the colour-blind tell apart, of unlike lightness; numbers stand in the bars. */
static const uint32_t part_colours[DOCUMENT_PARTS] = { 0xC8C8C8, 0x56B4E9, 0x009E73, 0x00563F,
	                                                   0xE69F00, 0x6E6E6E, 0xCC79A7, 0xF0E442 };

static const struct xlsx_style framed = { .is_framed = true };

/* A sheet that begins with room for a chart. */
struct canvas {
	struct xlsx_book *book;
	lxw_worksheet *sheet;
	const struct xlsx_part *part;
	const struct document_figure *figure;
	unsigned width;      /* of the columns together */
	uint16_t columns;
	uint32_t chart_row, head; /* where the chart stands, and the head of the numbers */
	unsigned pixels;     /* the chart's height */
};

/* Makes room for a chart of so many bars at the row; the numbers come after it. */
static void canvas_start(struct canvas *canvas, uint32_t row, size_t bars)
{
	size_t pixels = CHART_LEAST + bars * BAR_PIXELS;

	canvas->pixels = pixels < CHART_MOST ? (unsigned)pixels : CHART_MOST;
	canvas->chart_row = row;
	canvas->head = row + canvas->pixels / ROW_PIXELS + 2;
}

static void set_column(struct canvas *canvas, uint16_t column, unsigned width)
{
	canvas->width += width;
	if (column >= canvas->columns)
		canvas->columns = (uint16_t)(column + 1);
	if (canvas->book->library->worksheet_set_column(canvas->sheet, column, column, width, NULL))
		canvas->book->failed = true;
}

static lxw_chart *chart_make(struct canvas *canvas)
{
	struct xlsx_book *book = canvas->book;
	lxw_chart *chart = book->failed ? NULL : book->library->workbook_add_chart(book->workbook, LXW_CHART_BAR_STACKED);

	if (!chart) {
		book->failed = true;
		return NULL;
	}
	book->library->chart_title_set_name(chart, xlsx_clean(book, canvas->figure->title));
	book->library->chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
	book->library->chart_set_series_gap(chart, 40);
	book->library->chart_axis_set_reverse(chart->y_axis); /* as the rows are: the first on top */
	return chart;
}

/* A part of all bars: the column of numbers, named by its head. */
static lxw_chart_series *chart_add(struct canvas *canvas, lxw_chart *chart, uint16_t column, uint32_t last,
                                   lxw_chart_fill fill, const char *numbers)
{
	const struct xlsx_library *library = canvas->book->library;
	const char *name = canvas->part->name;
	lxw_chart_series *series = library->chart_add_series(chart, NULL, NULL);
	lxw_chart_line line = { .color = LXW_COLOR_WHITE, .none = fill.none, .width = 0.75 };

	if (!series) {
		canvas->book->failed = true;
		return NULL;
	}
	library->chart_series_set_categories(series, name, canvas->head + 1, 0, last, 0);
	library->chart_series_set_values(series, name, canvas->head + 1, column, last, column);
	if (!fill.none)
		library->chart_series_set_name_range(series, name, canvas->head, column);
	library->chart_series_set_fill(series, &fill);
	library->chart_series_set_line(series, &line);
	if (numbers) {
		library->chart_series_set_labels(series);
		library->chart_series_set_labels_num_format(series, numbers);
	}
	return series;
}

static void chart_place(struct canvas *canvas, lxw_chart *chart)
{
	lxw_chart_options options = { .x_scale = CHART_WIDTH / CHART_USUAL_WIDTH,
		                          .y_scale = canvas->pixels / CHART_USUAL_HEIGHT,
		                          .description = (char *)xlsx_clean(canvas->book, canvas->figure->description) };

	if (!canvas->book->failed &&
	    canvas->book->library->worksheet_insert_chart_opt(canvas->sheet, canvas->chart_row, 0, chart, &options))
		canvas->book->failed = true;
}

static void put_head(struct canvas *canvas, uint16_t column, const char *text)
{
	xlsx_text(canvas->book, canvas->sheet, canvas->head, column, text, &(struct xlsx_style){ .is_head = true });
}

/* ---- Bars ------------------------------------------------------------------------------- */

static void put_bars(struct canvas *canvas, const char *home)
{
	const struct document_bars *bars = &canvas->figure->bars;
	uint32_t row;

	set_column(canvas, 0, LABEL_WIDTH);
	set_column(canvas, 1, TITLE_WIDTH);
	for (uint16_t i = 0; i < bars->part_count; i++)
		set_column(canvas, (uint16_t)(2 + i), NUMBER_WIDTH);
	row = xlsx_part_head(canvas->book, canvas->sheet, canvas->part, home, canvas->width, canvas->columns);
	canvas_start(canvas, row, bars->bars.count);
	row = canvas->head;
	xlsx_row_lines(canvas->book, canvas->sheet, row, 2);
	put_head(canvas, 0, "");
	put_head(canvas, 1, say(PHRASE_TITLE));
	for (uint16_t i = 0; i < bars->part_count; i++)
		put_head(canvas, (uint16_t)(2 + i), bars->parts[i]);
	for (size_t i = 0; i < bars->bars.count; i++) {
		const struct document_bar *bar = &bars->bars.items[i];
		xlsx_row_lines(canvas->book, canvas->sheet, ++row, xlsx_lines(bar->title ? bar->title : "", TITLE_WIDTH));
		xlsx_text(canvas->book, canvas->sheet, row, 0, bar->label, &framed);
		xlsx_text(canvas->book, canvas->sheet, row, 1, bar->title ? bar->title : "", &framed);
		for (uint16_t part = 0; part < bars->part_count; part++)
			xlsx_number(canvas->book, canvas->sheet, row, (uint16_t)(2 + part), (double)bar->parts[part], &framed);
	}
	lxw_chart *chart = row > canvas->head ? chart_make(canvas) : NULL;
	for (uint16_t i = 0; chart && i < bars->part_count; i++)
		chart_add(canvas, chart, (uint16_t)(2 + i), row, (lxw_chart_fill){ .color = part_colours[i] }, "0;;");
	if (chart)
		chart_place(canvas, chart);
	xlsx_part_foot(canvas->book, canvas->sheet, canvas->part, row + 1, canvas->width, canvas->columns);
}

/* ---- The timeline ------------------------------------------------------------------------- */

enum span_column {
	SPAN_ID, SPAN_TITLE, SPAN_START, SPAN_FIRST_DUE, SPAN_DUE, SPAN_PROGRESS, SPAN_DAYS, SPAN_SLIP, SPAN_MARKS,
	SPAN_COLUMNS
};

static const struct {
	enum phrase head;
	unsigned width;
} span_columns[SPAN_COLUMNS] = {
	[SPAN_ID] = { PHRASE_ID, LABEL_WIDTH }, [SPAN_TITLE] = { PHRASE_TITLE, TITLE_WIDTH },
	[SPAN_START] = { PHRASE_START, NUMBER_WIDTH }, [SPAN_FIRST_DUE] = { PHRASE_ORIGINAL_DUE, NUMBER_WIDTH },
	[SPAN_DUE] = { PHRASE_DUE, NUMBER_WIDTH + 2 }, [SPAN_PROGRESS] = { PHRASE_PROGRESS, 10 },
	[SPAN_DAYS] = { PHRASE_DAYS, 10 }, [SPAN_SLIP] = { PHRASE_DAYS_SLIPPED, 12 },
	[SPAN_MARKS] = { PHRASE_SHORT_MILESTONES, TITLE_WIDTH },
};

/* How long it was to last at first, and what was added: from the dates' cells. */
static void put_span_days(struct canvas *canvas, uint32_t row, const struct document_span *span)
{
	double start, first, due;
	bool has_due = xlsx_day(span->due, &due), has_first = xlsx_day(span->original_due, &first);

	if (!has_first && has_due)
		first = due;
	bool has_days = has_due && xlsx_day(span->start, &start) && first >= start && due >= start;
	if (has_days)
		xlsx_number(canvas->book, canvas->sheet, row, SPAN_DAYS, (due < first ? due : first) - start, &framed);
	else
		xlsx_blank(canvas->book, canvas->sheet, row, SPAN_DAYS, &framed);
	if (has_days && due > first)
		xlsx_number(canvas->book, canvas->sheet, row, SPAN_SLIP, due - first, &framed);
	else
		xlsx_blank(canvas->book, canvas->sheet, row, SPAN_SLIP, &framed);
}

static void say_marks(const struct document_span *span, struct buffer *text)
{
	char day[SAY_DAY_SIZE];

	for (size_t i = 0; i < span->marks.count; i++)
		buffer_append_format(text, "%s%s %s %s", i ? "\n" : "", span->marks.items[i].done ? "\u2713" : "\u25cb",
		                     say_day(span->marks.items[i].date, day), span->marks.items[i].title);
}

static void put_span(struct canvas *canvas, uint32_t row, const struct document_span *span)
{
	struct xlsx_book *book = canvas->book;
	struct xlsx_style due = { .is_framed = true, .is_alarm = span->overdue };
	unsigned lines = xlsx_lines(span->title, TITLE_WIDTH);
	struct buffer marks = { 0 };

	say_marks(span, &marks);
	book->failed |= marks.failed;
	if (lines < xlsx_lines(buffer_text(&marks), TITLE_WIDTH))
		lines = xlsx_lines(buffer_text(&marks), TITLE_WIDTH);
	xlsx_row_lines(book, canvas->sheet, row, lines);
	xlsx_text(book, canvas->sheet, row, SPAN_ID, span->id, &framed);
	xlsx_text(book, canvas->sheet, row, SPAN_TITLE, span->title, &framed);
	xlsx_date(book, canvas->sheet, row, SPAN_START, span->start, &framed);
	xlsx_date(book, canvas->sheet, row, SPAN_FIRST_DUE, span->original_due, &framed);
	xlsx_date(book, canvas->sheet, row, SPAN_DUE, span->due, &due);
	if (span->progress >= 0)
		xlsx_number(book, canvas->sheet, row, SPAN_PROGRESS, span->progress / 100.0,
		            &(struct xlsx_style){ .is_framed = true, .number_format = "0%" });
	else
		xlsx_blank(book, canvas->sheet, row, SPAN_PROGRESS, &framed);
	put_span_days(canvas, row, span);
	xlsx_text(book, canvas->sheet, row, SPAN_MARKS, buffer_text(&marks), &framed);
	buffer_free(&marks);
}

/* Bars that begin at their start: those up to there are not to be seen. */
static void put_span_chart(struct canvas *canvas, uint32_t last, double earliest)
{
	const struct xlsx_library *library = canvas->book->library;
	lxw_chart *chart = chart_make(canvas);
	lxw_chart_fill unseen = { .none = true };
	lxw_chart_series *before = chart ? chart_add(canvas, chart, SPAN_START, last, unseen, NULL) : NULL;

	if (!before)
		return;
	library->chart_series_set_name(before, " "); /* for the legend, too */
	chart_add(canvas, chart, SPAN_DAYS, last, (lxw_chart_fill){ .color = part_colours[1] }, NULL);
	chart_add(canvas, chart, SPAN_SLIP, last, (lxw_chart_fill){ .color = part_colours[4] }, NULL);
	library->chart_axis_set_min(chart->x_axis, earliest);
	library->chart_axis_set_num_format(chart->x_axis, "yyyy\\-mm");
	chart_place(canvas, chart);
}

/* One timeline: returns the row after it. */
static uint32_t put_spans(struct canvas *canvas, uint32_t row)
{
	const struct document_timeline *timeline = &canvas->figure->timeline;
	double earliest = 0, start;

	canvas_start(canvas, row, timeline->spans.count);
	for (uint16_t i = 0; i < SPAN_COLUMNS; i++)
		put_head(canvas, i, say(span_columns[i].head));
	row = canvas->head;
	for (size_t i = 0; i < timeline->spans.count; i++) {
		const struct document_span *span = &timeline->spans.items[i];
		put_span(canvas, ++row, span);
		if (xlsx_day(span->start, &start) && (earliest == 0 || start < earliest))
			earliest = start;
	}
	if (earliest > 0)
		put_span_chart(canvas, row, earliest);
	return row + 1;
}

static void put_timelines(struct canvas *canvas, const char *home)
{
	const struct xlsx_part *part = canvas->part;

	for (uint16_t i = 0; i < SPAN_COLUMNS; i++)
		set_column(canvas, i, span_columns[i].width);
	uint32_t row = xlsx_part_head(canvas->book, canvas->sheet, part, home, canvas->width, canvas->columns);
	for (size_t i = part->block; i <= part->last && !canvas->book->failed; i++) {
		const struct document_block *block = &part->section->blocks.items[i];
		if (block->figure) {
			canvas->figure = block->figure;
			row = put_spans(canvas, row) + 1;
		} else if (*block->text) {
			xlsx_prose(canvas->book, canvas->sheet, row++, canvas->width, canvas->columns, block->text,
			           &(struct xlsx_style){ .is_small = block->type == DOCUMENT_NOTE });
		}
	}
	xlsx_part_foot(canvas->book, canvas->sheet, part, row, canvas->width, canvas->columns);
}

/* ---- The heat map ----------------------------------------------------------------------------- */

static void put_heat(struct canvas *canvas, const char *home)
{
	const struct document_heat *heat = &canvas->figure->heat;
	const struct xlsx_library *library = canvas->book->library;
	uint16_t columns = (uint16_t)(heat->column_count < HEAT_COLUMNS_MOST ? heat->column_count : HEAT_COLUMNS_MOST);

	set_column(canvas, 0, TITLE_WIDTH);
	for (uint16_t i = 1; i <= columns; i++)
		set_column(canvas, i, NUMBER_WIDTH);
	uint32_t row = xlsx_part_head(canvas->book, canvas->sheet, canvas->part, home, canvas->width, canvas->columns);
	canvas->head = row;
	put_head(canvas, 0, heat->unit);
	for (uint16_t i = 0; i < columns; i++)
		put_head(canvas, (uint16_t)(i + 1), heat->columns[i]);
	for (size_t i = 0; i < heat->row_count; i++) {
		xlsx_text(canvas->book, canvas->sheet, ++row, 0, heat->rows[i], &(struct xlsx_style){ .is_head = true });
		for (uint16_t column = 0; column < columns; column++)
			xlsx_number(canvas->book, canvas->sheet, row, (uint16_t)(column + 1),
			            (double)heat->values[i * heat->column_count + column],
			            &(struct xlsx_style){ .is_framed = true, .is_centred = true });
	}
	lxw_conditional_format heating = { .type = LXW_CONDITIONAL_2_COLOR_SCALE, .min_color = LXW_COLOR_WHITE,
		                               .max_color = 0xF4A261 };
	if (row > canvas->head && columns && !canvas->book->failed &&
	    library->worksheet_conditional_format_range(canvas->sheet, canvas->head + 1, 1, row, columns, &heating))
		canvas->book->failed = true;
	xlsx_part_foot(canvas->book, canvas->sheet, canvas->part, row + 1, canvas->width, canvas->columns);
}

void xlsx_figure(struct xlsx_book *book, const struct xlsx_part *part, const char *home)
{
	struct canvas canvas = { .book = book, .sheet = xlsx_sheet(book, part->name), .part = part,
		                     .figure = part->figure };

	if (!canvas.sheet)
		return;
	switch (part->figure->type) {
	case DOCUMENT_MATRIX:
		xlsx_matrix(book, canvas.sheet, part, home);
		break;
	case DOCUMENT_BARS:
		put_bars(&canvas, home);
		break;
	case DOCUMENT_TIMELINE:
		put_timelines(&canvas, home);
		break;
	case DOCUMENT_HEAT:
		put_heat(&canvas, home);
		break;
	case DOCUMENT_DEPENDENCIES:
		break;
	}
}
