/* The sheet of a picture that stands by itself. */
#include "report/picture_sheet.h"

#include <string.h>

#include "report/picture_parts.h"

#define MARGIN 24.0
#define INNER (PICTURE_SHEET_WIDTH - 2 * MARGIN)
#define HIGHEST 880.0 /* of the picture itself */
#define TITLE 15.0
#define MARKING 11.0
#define GAP 10.0
#define TITLE_LINES 3
#define SMALL_LINES 6

/* The colours that the Traffic Light Protocol has on its black. */
static canvas_colour marking_colour(const char *marking)
{
	return strstr(marking, "RED")     ? 0xff2b2b
	       : strstr(marking, "AMBER") ? 0xffc000
	       : strstr(marking, "GREEN") ? 0x33ff00
	                                  : 0xffffff;
}

/* At the right, below y. Returns the width that it takes of the line. */
static double draw_marking(const char *marking, double y, struct canvas *canvas)
{
	struct canvas_text look = picture_bold(MARKING, CANVAS_END, marking_colour(marking));
	struct canvas_style ground = { 0x000000, CANVAS_PLAIN, CANVAS_NONE, 0, false };

	if (!*marking)
		return 0;
	double wide = canvas->type->text_width(canvas, marking, &look);
	wide = wide < INNER / 2 ? wide : INNER / 2;
	canvas->type->rectangle(canvas, PICTURE_SHEET_WIDTH - MARGIN - wide - 12, y, wide + 12, MARKING + 7, &ground);
	canvas_text_within(canvas, PICTURE_SHEET_WIDTH - MARGIN - 6, y + MARKING + 2.5, wide + 0.5, marking, &look);
	return wide + 12 + GAP;
}

/* Below y; returns the y below it. */
static double draw_lines(const char *text, double y, double width, size_t most, const struct canvas_text *look,
                         struct canvas *canvas)
{
	size_t lines = canvas_text_lines(canvas, MARGIN, y + look->size, width, most, text, look);

	return y + (double)lines * look->size * CANVAS_LEADING;
}

static double draw_head(const struct picture_sheet *sheet, struct canvas *canvas)
{
	const struct document *document = sheet->document;
	struct canvas_text title = picture_bold(TITLE, CANVAS_START, CANVAS_INK);
	struct canvas_text soft = picture_text(PICTURE_FONT, CANVAS_START, CANVAS_SOFT);
	double y = MARGIN, taken = draw_marking(document->marking, y, canvas);

	if (*document->stamp)
		y = draw_lines(document->stamp, y + 1, INNER - taken, 1, &title, canvas);
	y = draw_lines(document->title, y + 1, INNER - taken, TITLE_LINES, &title, canvas);
	return draw_lines(document->subtitle, y + 2, INNER - taken, 2, &soft, canvas) + GAP;
}

static double draw_figure(const struct picture_sheet *sheet, double y, struct canvas *canvas)
{
	struct picture_room room = { INNER, HIGHEST };
	struct canvas_text bold = picture_bold(PICTURE_FONT + 2, CANVAS_START, CANVAS_INK);
	struct canvas_text look = picture_text(PICTURE_FONT, CANVAS_START, CANVAS_INK);
	struct buffer title = { 0 };

	if (!sheet->figure)
		return draw_lines(say(PHRASE_NONE), y, INNER, 1, &look, canvas) + GAP;
	buffer_append_text(&title, sheet->figure->title);
	if (sheet->pages > 1)
		buffer_append_format(&title, " (%zu/%zu)", sheet->page + 1, sheet->pages);
	y = draw_lines(buffer_text(&title), y, INNER, TITLE_LINES, &bold, canvas) + 6;
	buffer_free(&title);
	struct canvas_moved moved = canvas_moved(canvas, MARGIN, y);
	return y + picture_draw(sheet->figure, room, sheet->page, &moved.canvas) + GAP;
}

/* What is to be seen, and of what it was made. */
static double draw_foot(const struct picture_sheet *sheet, double y, struct canvas *canvas)
{
	const struct document *document = sheet->document;
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_SOFT);
	struct canvas_style rule = picture_stroke(CANVAS_FAINT, 0.7);
	struct buffer facts = { 0 };

	for (size_t i = 0; i < document->facts.count; i++)
		buffer_append_format(&facts, "%s%s: %s", i ? "\u00a0\u00b7 " : "", document->facts.items[i].label,
		                     document->facts.items[i].value);
	canvas->type->line(canvas, MARGIN, y, PICTURE_SHEET_WIDTH - MARGIN, y, &rule);
	y += 5;
	double width = INNER - draw_marking(document->marking, y, canvas);
	double least = *document->marking ? y + MARKING + 7 : y;
	if (sheet->figure)
		y = draw_lines(sheet->figure->description, y, width, SMALL_LINES, &look, canvas);
	y = draw_lines(document->notice, y, width, SMALL_LINES, &look, canvas);
	y = draw_lines(buffer_text(&facts), y, width, SMALL_LINES, &look, canvas);
	buffer_free(&facts);
	return y > least ? y : least;
}

size_t picture_sheet_pages(const struct document_figure *figure)
{
	size_t pages = figure ? picture_pages(figure, (struct picture_room){ INNER, HIGHEST }) : 0;

	return pages ? pages : 1;
}

void picture_sheet_title(const struct picture_sheet *sheet, struct buffer *to)
{
	buffer_append_text(to, sheet->document->title);
	if (sheet->figure)
		buffer_append_format(to, " \u2013 %s", sheet->figure->title);
	if (sheet->pages > 1)
		buffer_append_format(to, " (%zu/%zu)", sheet->page + 1, sheet->pages);
}

double picture_sheet_draw(const struct picture_sheet *sheet, struct canvas *canvas)
{
	double y = draw_head(sheet, canvas);

	y = draw_figure(sheet, y, canvas);
	return draw_foot(sheet, y, canvas) + MARGIN / 2;
}
