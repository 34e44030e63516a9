/* A grid of counts: the more, the darker; each number is written, so that nothing hangs
 * on the shade. */

#include "report/picture_parts.h"

#define ROW 22.0
#define COLUMN_LEAST 40.0
#define COLUMN_MOST 84.0
#define COLUMNS_MOST ((size_t)60)
#define HEAD 34.0 /* what is counted, and the labels of the columns */
#define LABEL_MOST 0.3
#define LABEL_LEAST 60.0
#define GAP 8.0
#define DARKEST ((canvas_colour)0x08519c)

/* Columns are cut into pages as well; the rows of one run of columns come first. */
struct grid {
	struct picture_cut rows;
	size_t columns, per_page, runs;
};

static struct grid grid_cut(const struct document_heat *heat, struct picture_room room)
{
	struct grid grid = { .columns = heat->column_count < COLUMNS_MOST ? heat->column_count : COLUMNS_MOST };
	size_t fit = (size_t)(room.width * (1 - LABEL_MOST) / COLUMN_LEAST);

	grid.rows = picture_cut(heat->row_count, 0, room.height, HEAD + PICTURE_LINE, ROW);
	grid.rows.left_out += heat->column_count - grid.columns;
	fit = fit ? fit : 1;
	grid.runs = (grid.columns + fit - 1) / fit;
	grid.per_page = grid.runs ? (grid.columns + grid.runs - 1) / grid.runs : 0;
	if (grid.per_page)
		grid.runs = (grid.columns + grid.per_page - 1) / grid.per_page;
	return grid;
}

size_t picture_heat_pages(const struct document_heat *heat, struct picture_room room)
{
	struct grid grid = grid_cut(heat, room);

	return grid.rows.pages * grid.runs;
}

static uint64_t heat_most(const struct document_heat *heat)
{
	uint64_t most = 1;

	for (size_t i = 0; i < heat->row_count * heat->column_count; i++)
		most = heat->values[i] > most ? heat->values[i] : most;
	return most;
}

static void draw_cell(const struct document_heat *heat, size_t row, size_t column, uint64_t most,
                      struct canvas_point at, double width, struct canvas *canvas)
{
	uint64_t value = heat->values[row * heat->column_count + column];
	unsigned share = value == 0 ? 0 : 8 + (unsigned)((double)value / (double)most * 92);
	canvas_colour colour = canvas_colour_mix(DARKEST, PICTURE_WHITE, share);
	struct canvas_style style = picture_fill(colour, CANVAS_FAINT);
	struct canvas_text look = picture_text(PICTURE_FONT, CANVAS_MIDDLE, canvas_colour_on(colour));
	struct buffer title = { 0 };
	char number[SAY_NUMBER_SIZE];

	buffer_append_format(&title, "%s, %s: %llu", heat->rows[row], heat->columns[column], (unsigned long long)value);
	look.bold = value > 0;
	canvas->type->group_begin(canvas, buffer_text(&title));
	canvas->type->rectangle(canvas, at.x, at.y, width, ROW, &style);
	double wide = canvas->type->text_width(canvas, say_number(value, number), &look);
	look.size = wide > width - 4 ? look.size * (width - 4) / wide : look.size;
	canvas->type->text(canvas, at.x + width / 2, at.y + ROW - 7, number, &look);
	canvas->type->group_end(canvas);
	buffer_free(&title);
}

double picture_heat_draw(const struct document_heat *heat, struct picture_room room, size_t page,
                         struct canvas *canvas)
{
	struct grid grid = grid_cut(heat, room);
	size_t row_page = page % grid.rows.pages, first = page / grid.rows.pages * grid.per_page;
	size_t last = first + grid.per_page < grid.columns ? first + grid.per_page : grid.columns;
	struct canvas_text head = picture_bold(PICTURE_FONT, CANVAS_MIDDLE, CANVAS_INK);
	struct canvas_text soft = picture_text(PICTURE_FONT, CANVAS_START, CANVAS_SOFT);
	double label = LABEL_LEAST, y = HEAD;
	uint64_t most = heat_most(heat);

	for (size_t i = 0; i < grid.rows.shown; i++)
		label = picture_name_width(canvas, heat->rows[i], heat->row_titles[i], label, room.width * LABEL_MOST - GAP);
	double x = label + GAP, column = (room.width - x) / (double)grid.per_page;
	column = column > COLUMN_MOST ? COLUMN_MOST : column;
	canvas_text_within(canvas, 0, 11, room.width, heat->unit, &soft);
	for (size_t i = 0; i < grid.columns; i++) /* all in letters of one size */
		picture_letters_fit(canvas, heat->columns[i], column - 4, &head);
	for (size_t i = first; i < last; i++)
		canvas_text_within(canvas, x + ((double)(i - first) + 0.5) * column, HEAD - 6, column - 4,
		                   heat->columns[i], &head);
	size_t from = row_page * grid.rows.per_page;
	for (size_t i = from; i < from + grid.rows.per_page && i < grid.rows.shown; i++) {
		picture_name(canvas, y + ROW - 7, label, heat->rows[i], heat->row_titles[i]);
		for (size_t k = first; k < last; k++)
			draw_cell(heat, i, k, most, (struct canvas_point){ x + (double)(k - first) * column, y }, column, canvas);
		y += ROW;
	}
	if (last < grid.columns)
		return y;
	return y + picture_note_more(canvas, &grid.rows, row_page, room.width, y);
}
