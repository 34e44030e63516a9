/* The figures of a document: which picture draws which, and what they share. */
#include "report/picture.h"

#include <math.h>

#include "report/picture_parts.h"

#define LEGEND_GAP 14.0
#define NAME_GAP 6.0
#define NAME_ID_MOST 0.55 /* of the width of a name, where there is a title as well */
#define LETTERS_LEAST 6.5 /* read on paper at arm's length */

size_t picture_pages(const struct document_figure *figure, struct picture_room room)
{
	switch (figure->type) {
	case DOCUMENT_MATRIX: return picture_matrix_pages(&figure->matrix, room);
	case DOCUMENT_BARS: return picture_bars_pages(&figure->bars, room);
	case DOCUMENT_TIMELINE: return picture_timeline_pages(&figure->timeline, room);
	case DOCUMENT_HEAT: return picture_heat_pages(&figure->heat, room);
	case DOCUMENT_DEPENDENCIES: return picture_dependencies_pages(&figure->dependencies, room);
	}
	return 0;
}

double picture_draw(const struct document_figure *figure, struct picture_room room, size_t page,
                    struct canvas *canvas)
{
	switch (figure->type) {
	case DOCUMENT_MATRIX: return picture_matrix_draw(&figure->matrix, room, page, canvas);
	case DOCUMENT_BARS: return picture_bars_draw(&figure->bars, room, page, canvas);
	case DOCUMENT_TIMELINE: return picture_timeline_draw(&figure->timeline, room, page, canvas);
	case DOCUMENT_HEAT: return picture_heat_draw(&figure->heat, room, page, canvas);
	case DOCUMENT_DEPENDENCIES: return picture_dependencies_draw(&figure->dependencies, room, page, canvas);
	}
	return 0;
}

/* ---- Rows over pages ------------------------------------------------------------------- */

struct picture_cut picture_cut(size_t count, size_t more, double height, double overhead, double row)
{
	struct picture_cut cut = { .shown = count < PICTURE_ROWS_MOST ? count : PICTURE_ROWS_MOST };
	double rows = (height - overhead) / row;
	size_t fit = rows < 1 ? 1 : (size_t)rows;

	cut.left_out = count - cut.shown + more;
	cut.pages = (cut.shown + fit - 1) / fit;
	cut.per_page = cut.pages ? (cut.shown + cut.pages - 1) / cut.pages : 0;
	if (cut.per_page) /* evened out, fewer pages may do */
		cut.pages = (cut.shown + cut.per_page - 1) / cut.per_page;
	return cut;
}

double picture_note_more(struct canvas *canvas, const struct picture_cut *cut, size_t page, double width, double y)
{
	struct canvas_text look = picture_text(PICTURE_FONT, CANVAS_START, CANVAS_SOFT);
	char number[SAY_NUMBER_SIZE];
	struct buffer text = { 0 };

	if (cut->left_out == 0 || page + 1 < cut->pages)
		return 0;
	say_with(&text, PHRASE_FIGURE_MORE, say_number(cut->left_out, number), NULL, NULL);
	canvas_text_within(canvas, 0, y + 12, width, buffer_text(&text), &look);
	buffer_free(&text);
	return PICTURE_LINE;
}

/* ---- Legends ----------------------------------------------------------------------------- */

struct canvas_point picture_legend_add(struct picture_legend *legend, const char *text)
{
	struct canvas_text look = picture_text(PICTURE_FONT, CANVAS_START, CANVAS_INK);
	double most = legend->width / 2 - PICTURE_SWATCH - LEGEND_GAP - 6;
	double wide = legend->canvas->type->text_width(legend->canvas, text, &look);
	struct canvas_point place;

	if (wide > most)
		wide = most;
	if (legend->x > 0 && legend->x + PICTURE_SWATCH + 6 + wide > legend->width) {
		legend->x = 0;
		legend->y += PICTURE_LINE;
	}
	place = (struct canvas_point){ legend->x, legend->y };
	canvas_text_within(legend->canvas, legend->x + PICTURE_SWATCH + 5, legend->y + 11.5, wide + 0.5, text, &look);
	legend->x += PICTURE_SWATCH + 6 + wide + LEGEND_GAP;
	return place;
}

double picture_legend_end(const struct picture_legend *legend)
{
	return legend->x > 0 ? legend->y + PICTURE_LINE : legend->y;
}

double picture_legend_room(size_t entries)
{
	return (double)((entries + 1) / 2) * PICTURE_LINE;
}

/* ---- Others -------------------------------------------------------------------------------- */

struct canvas_text picture_text(double size, enum canvas_anchor anchor, canvas_colour colour)
{
	return (struct canvas_text){ size, anchor, colour, false };
}

struct canvas_text picture_bold(double size, enum canvas_anchor anchor, canvas_colour colour)
{
	return (struct canvas_text){ size, anchor, colour, true };
}

struct canvas_style picture_stroke(canvas_colour colour, double width)
{
	return (struct canvas_style){ .fill = CANVAS_NONE, .stroke = colour, .width = width };
}

struct canvas_style picture_fill(canvas_colour colour, canvas_colour stroke)
{
	return (struct canvas_style){ .fill = colour, .stroke = stroke, .width = 0.8 };
}

void picture_diamond(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style)
{
	struct canvas_point corners[] = { { x, y - radius }, { x + radius, y }, { x, y + radius }, { x - radius, y } };

	canvas->type->polygon(canvas, corners, 4, style);
}

void picture_letters_fit(struct canvas *canvas, const char *text, double width, struct canvas_text *look)
{
	double taken = canvas->type->text_width(canvas, text, look);

	/* A little less than in proportion, as widths are of whole letters. */
	if (taken > width)
		look->size = fmax(LETTERS_LEAST, look->size * width / taken * 0.98);
}

void picture_name(struct canvas *canvas, double y, double width, const char *id, const char *title)
{
	struct canvas_text bold = picture_bold(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	double wide = canvas_text_within(canvas, 0, y, *title ? width * NAME_ID_MOST : width, id, &bold);

	canvas_text_within(canvas, wide + NAME_GAP, y, width - wide - NAME_GAP, title, &look);
}

double picture_name_width(struct canvas *canvas, const char *id, const char *title, double so_far, double most)
{
	struct canvas_text bold = picture_bold(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	double wide = canvas->type->text_width(canvas, id, &bold);

	if (*title)
		wide = fmax(wide / NAME_ID_MOST, wide + NAME_GAP + canvas->type->text_width(canvas, title, &look)) + 0.5;
	return fmin(fmax(wide, so_far), most);
}
