/* Stacked bars: of each row so much of each part, and the sum. Parts are told apart by
 * colour, by hatching and by their order; numbers stand in them where there is room. */

#include "report/picture_parts.h"

#define ROW 22.0
#define BAR 14.0
#define LABEL_MOST 0.34 /* of the width */
#define TOTAL_WIDTH 48.0
#define GAP 8.0

static const struct {
	canvas_colour colour;
	enum canvas_pattern pattern;
} looks[DOCUMENT_PARTS] = {
	{ 0xf4f4f4, CANVAS_PLAIN },   { 0xd3dfec, CANVAS_VERTICAL }, { 0x8dbfe6, CANVAS_RISING },
	{ 0xa6dcc2, CANVAS_DOTS },    { 0x2a7d5d, CANVAS_PLAIN },    { 0xf5dd8a, CANVAS_HORIZONTAL },
	{ 0xe3a184, CANVAS_CROSSED }, { 0xcdb0dd, CANVAS_GRID },
};

static double overhead(const struct document_bars *bars)
{
	return picture_legend_room(bars->part_count) + GAP + PICTURE_LINE;
}

size_t picture_bars_pages(const struct document_bars *bars, struct picture_room room)
{
	return picture_cut(bars->bars.count, bars->bars.more, room.height, overhead(bars), ROW).pages;
}

static uint64_t bar_total(const struct document_bars *bars, const struct document_bar *bar)
{
	uint64_t total = 0;

	for (size_t i = 0; i < bars->part_count; i++)
		total += bar->parts[i];
	return total;
}

static struct canvas_style part_style(size_t part)
{
	return (struct canvas_style){ looks[part].colour, looks[part].pattern, PICTURE_BLACK, 0.7, false };
}

static double draw_legend(const struct document_bars *bars, double width, struct canvas *canvas)
{
	struct picture_legend legend = { canvas, width, 0, 0 };

	for (size_t i = 0; i < bars->part_count; i++) {
		struct canvas_point place = picture_legend_add(&legend, bars->parts[i]);
		struct canvas_style style = part_style(i);
		canvas->type->rectangle(canvas, place.x + 0.5, place.y + 2.5, PICTURE_SWATCH - 1, 11, &style);
	}
	return picture_legend_end(&legend) + GAP;
}

static void draw_part(struct canvas *canvas, size_t part, uint64_t count, double x, double y, double width)
{
	struct canvas_style style = part_style(part), ground = { style.fill, CANVAS_PLAIN, CANVAS_NONE, 0, false };
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_MIDDLE, canvas_colour_on(style.fill));
	char number[SAY_NUMBER_SIZE];
	double wide = canvas->type->text_width(canvas, say_number(count, number), &look);

	canvas->type->rectangle(canvas, x, y, width, BAR, &style);
	if (wide + 6 > width)
		return;
	if (style.pattern != CANVAS_PLAIN)
		canvas->type->rectangle(canvas, x + (width - wide) / 2 - 2, y + 1.5, wide + 4, BAR - 3, &ground);
	canvas->type->text(canvas, x + width / 2, y + BAR - 3.6, number, &look);
}

/* Its title says all numbers, as those without room are not seen. */
static void begin_bar(const struct document_bars *bars, const struct document_bar *bar, struct canvas *canvas)
{
	struct buffer title = { 0 };

	buffer_append_text(&title, bar->label);
	if (*bar->title)
		buffer_append_format(&title, " %s", bar->title);
	for (size_t i = 0; i < bars->part_count; i++)
		if (bar->parts[i])
			buffer_append_format(&title, "\n%s: %llu", bars->parts[i], (unsigned long long)bar->parts[i]);
	canvas->type->group_begin(canvas, buffer_text(&title));
	buffer_free(&title);
}

static void draw_bar(const struct document_bars *bars, const struct document_bar *bar, double x, double y,
                     double scale, struct canvas *canvas)
{
	struct canvas_text look = picture_bold(PICTURE_FONT, CANVAS_START, CANVAS_INK);
	char number[SAY_NUMBER_SIZE];

	begin_bar(bars, bar, canvas);
	picture_name(canvas, y + BAR - 3, x - GAP, bar->label, bar->title);
	for (size_t i = 0; i < bars->part_count; i++) {
		double width = (double)bar->parts[i] * scale;
		if (bar->parts[i] == 0)
			continue;
		draw_part(canvas, i, bar->parts[i], x, y, width);
		x += width;
	}
	canvas_text_within(canvas, x + 6, y + BAR - 3, TOTAL_WIDTH - 6, say_number(bar_total(bars, bar), number), &look);
	canvas->type->group_end(canvas);
}

double picture_bars_draw(const struct document_bars *bars, struct picture_room room, size_t page,
                         struct canvas *canvas)
{
	struct picture_cut cut = picture_cut(bars->bars.count, bars->bars.more, room.height, overhead(bars), ROW);
	struct canvas_style axis = picture_stroke(CANVAS_SOFT, 1);
	double label = 20, y = draw_legend(bars, room.width, canvas), top = y;
	uint64_t most = 1;

	for (size_t i = 0; i < cut.shown; i++) { /* of all pages, so that they compare */
		const struct document_bar *bar = &bars->bars.items[i];
		uint64_t total = bar_total(bars, bar);
		most = total > most ? total : most;
		label = picture_name_width(canvas, bar->label, bar->title, label, room.width * LABEL_MOST);
	}
	double x = label + GAP, scale = (room.width - x - TOTAL_WIDTH) / (double)most;
	for (size_t i = page * cut.per_page; i < (page + 1) * cut.per_page && i < cut.shown; i++) {
		draw_bar(bars, &bars->bars.items[i], x, y, scale, canvas);
		y += ROW;
	}
	canvas->type->line(canvas, x, top - 3, x, y - ROW + BAR + 3, &axis);
	return y + picture_note_more(canvas, &cut, page, room.width, y);
}
