/* What the pictures are made of: of concern to picture*.c only. */
#ifndef REPORT_PICTURE_PARTS_H
#define REPORT_PICTURE_PARTS_H

#include "report/phrases.h"
#include "report/picture.h"

#define PICTURE_ROWS_MOST 240 /* rows that are shown of a figure at most: nobody reads more */
#define PICTURE_FONT 10.0
#define PICTURE_SMALL 9.0
#define PICTURE_LINE 16.0     /* height of a line of a legend, or of a note */
#define PICTURE_BLACK ((canvas_colour)0x1a1a1a)
#define PICTURE_WHITE ((canvas_colour)0xffffff)

/* One for each type of figure, as picture_pages and picture_draw. */
size_t picture_matrix_pages(const struct document_matrix *matrix, struct picture_room room);
double picture_matrix_draw(const struct document_matrix *matrix, struct picture_room room, size_t page,
                           struct canvas *canvas);
size_t picture_bars_pages(const struct document_bars *bars, struct picture_room room);
double picture_bars_draw(const struct document_bars *bars, struct picture_room room, size_t page,
                         struct canvas *canvas);
size_t picture_timeline_pages(const struct document_timeline *timeline, struct picture_room room);
double picture_timeline_draw(const struct document_timeline *timeline, struct picture_room room, size_t page,
                             struct canvas *canvas);
size_t picture_heat_pages(const struct document_heat *heat, struct picture_room room);
double picture_heat_draw(const struct document_heat *heat, struct picture_room room, size_t page,
                         struct canvas *canvas);

size_t picture_dependencies_pages(const struct document_dependencies *dependencies, struct picture_room room);
double picture_dependencies_draw(const struct document_dependencies *dependencies, struct picture_room room,
                                 size_t page, struct canvas *canvas);

/* ---- Rows over pages ------------------------------------------------------------------ */

/* How rows are cut into pages of about the same length. */
struct picture_cut {
	size_t shown, left_out;  /* rows */
	size_t pages, per_page;
};
/* picture_cut(count, more, height, overhead, row): `more` were left out by the document
 * already; each page has `overhead` beside its rows. */
struct picture_cut picture_cut(size_t count, size_t more, double height, double overhead, double row);
/* picture_note_more(canvas, cut, page, width, y): on the last page, say at y how many are
 * left out; returns the height that it took. */
double picture_note_more(struct canvas *canvas, const struct picture_cut *cut, size_t page, double width, double y);

/* ---- Legends --------------------------------------------------------------------------- */

/* Entries beside each other, in lines: a swatch, which the caller paints, and a text. */
struct picture_legend {
	struct canvas *canvas;
	double width, x, y; /* of the next entry; y is the top of its line */
};
#define PICTURE_SWATCH 16.0 /* width of a swatch; 10 high, from 3 below the top of the line */
/* picture_legend_add(legend, text): place an entry; returns where its line is and its swatch begins. */
struct canvas_point picture_legend_add(struct picture_legend *legend, const char *text);
/* picture_legend_end(legend): returns the y below it. */
double picture_legend_end(const struct picture_legend *legend);
/* picture_legend_room(entries): the height that so many of them take at most. */
double picture_legend_room(size_t entries);

/* ---- Others ------------------------------------------------------------------------------ */

/* picture_text(size, anchor, colour): a look of text, not bold; picture_bold: bold. */
struct canvas_text picture_text(double size, enum canvas_anchor anchor, canvas_colour colour);
struct canvas_text picture_bold(double size, enum canvas_anchor anchor, canvas_colour colour);
/* picture_stroke(colour, width): a line; picture_fill(colour, stroke): a ground with a thin border. */
struct canvas_style picture_stroke(canvas_colour colour, double width);
struct canvas_style picture_fill(canvas_colour colour, canvas_colour stroke);
/* picture_diamond(canvas, x, y, radius, style): around that point. */
void picture_diamond(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style);
/* picture_letters_fit(canvas, text, width, look): makes the letters of the look smaller, but
 * not unreadable, where the text would be wider. */
void picture_letters_fit(struct canvas *canvas, const char *text, double width, struct canvas_text *look);
/* picture_name(canvas, y, width, id, title): what a row is of, at its left: its id, and of its
 * title as much as there is room for. picture_name_width: the width of a column of which so
 * much was needed so far, and that holds this too, but is not wider than most. */
void picture_name(struct canvas *canvas, double y, double width, const char *id, const char *title);
double picture_name_width(struct canvas *canvas, const char *id, const char *title, double so_far, double most);

#endif
