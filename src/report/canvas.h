/* What pictures are drawn on: a seam of few shapes, so that a picture is drawn once
 * (picture.h) and shown by SVG (canvas_svg.h), by cairo or by what else knows them.
 *
 * Units are points of a page whose y grows downwards; sizes of text are heights of its
 * font. Texts are UTF-8 of any content. The order of calls is the order of painting. */
#ifndef REPORT_CANVAS_H
#define REPORT_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0xRRGGBB, or one of the colours that depend on the paper: a canvas that has no paper of
 * its own (a page that may be dark) decides them when it is shown. */
typedef uint32_t canvas_colour;

#define CANVAS_NONE ((canvas_colour)0xff000000)  /* nothing is painted */
#define CANVAS_INK ((canvas_colour)0xff000001)   /* text, and lines that matter */
#define CANVAS_SOFT ((canvas_colour)0xff000002)  /* text and lines that matter less; still readable */
#define CANVAS_FAINT ((canvas_colour)0xff000003) /* lines of a grid */
#define CANVAS_PAPER ((canvas_colour)0xff000004)

/* Hatching over a fill, for who sees no colours: dark lines or dots about 6 points apart. */
enum canvas_pattern {
	CANVAS_PLAIN,
	CANVAS_RISING,     /* //// */
	CANVAS_DOTS,
	CANVAS_FALLING,    /* \\\\ */
	CANVAS_HORIZONTAL,
	CANVAS_CROSSED,    /* xxxx */
	CANVAS_VERTICAL,
	CANVAS_GRID,       /* ++++ */
	CANVAS_PATTERNS
};

struct canvas_style {
	canvas_colour fill;
	enum canvas_pattern pattern; /* over the fill */
	canvas_colour stroke;
	double width;                /* of the stroke */
	bool dashed;
};

enum canvas_anchor { CANVAS_START, CANVAS_MIDDLE, CANVAS_END };

struct canvas_text {
	double size;
	enum canvas_anchor anchor; /* which point of it x is */
	canvas_colour colour;
	bool bold;
};

struct canvas_point {
	double x, y;
};

struct canvas;
struct canvas_type {
	void (*rectangle)(struct canvas *canvas, double x, double y, double width, double height,
	                  const struct canvas_style *style);
	void (*circle)(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style);
	/* Closed, at most 8 corners. */
	void (*polygon)(struct canvas *canvas, const struct canvas_point *corners, size_t count,
	                const struct canvas_style *style);
	/* Painted with the style's stroke. */
	void (*line)(struct canvas *canvas, double x1, double y1, double x2, double y2, const struct canvas_style *style);
	/* One line of text with its baseline at y. */
	void (*text)(struct canvas *canvas, double x, double y, const char *text, const struct canvas_text *look);
	/* At least the width that it takes, anchor and colour aside. */
	double (*text_width)(struct canvas *canvas, const char *text, const struct canvas_text *look);
	/* What is painted until group_end is one thing, which the title names: for a pointer
	 * that rests on it, and for who cannot see it. Groups do not nest. */
	void (*group_begin)(struct canvas *canvas, const char *title);
	void (*group_end)(struct canvas *canvas);
};

/* The first member of what a backend keeps. */
struct canvas {
	const struct canvas_type *type;
};

/* ---- What every backend can then do ------------------------------------------------ */

/* canvas_arrow(canvas, x1, y1, x2, y2, style): a line with a filled head at its second end. */
void canvas_arrow(struct canvas *canvas, double x1, double y1, double x2, double y2, const struct canvas_style *style);

/* canvas_text_within(canvas, x, y, width, text, look): a text, cut with "…" where it would
 * be wider; invisible and directional control characters are left out, so that a label
 * reads as it is stored. Returns the width that it took. */
double canvas_text_within(struct canvas *canvas, double x, double y, double width, const char *text,
                          const struct canvas_text *look);

/* canvas_blind(canvas): a canvas on which nothing is painted and text is as wide as on the
 * other: for finding out how high a picture is. The other must outlive it. */
struct canvas_blind {
	struct canvas canvas;
	struct canvas *other;
};
struct canvas_blind canvas_blind(struct canvas *other);

/* canvas_moved(other, x, y): a canvas whose 0, 0 is that point of the other, which must
 * outlive it. */
struct canvas_moved {
	struct canvas canvas;
	struct canvas *other;
	double x, y;
};
struct canvas_moved canvas_moved(struct canvas *other, double x, double y);

/* canvas_text_lines(canvas, x, y, width, most, text, look): a text in lines that are broken
 * between words, the first with its baseline at y, CANVAS_LEADING of its size apart; the last
 * of `most` lines is cut as canvas_text_within cuts. Returns how many there are. */
#define CANVAS_LEADING 1.35
size_t canvas_text_lines(struct canvas *canvas, double x, double y, double width, size_t most, const char *text,
                         const struct canvas_text *look);

/* canvas_colour_read(text, other): "#rrggbb"; `other` if it is none. */
canvas_colour canvas_colour_read(const char *text, canvas_colour other);
/* canvas_colour_mix(colour, paper, part): so much of a colour ("part" per cent) mixed with
 * another; both 0xRRGGBB. */
canvas_colour canvas_colour_mix(canvas_colour colour, canvas_colour other, unsigned part);
/* canvas_colour_on(ground): black or white, whichever reads better on 0xRRGGBB. */
canvas_colour canvas_colour_on(canvas_colour ground);
/* canvas_colour_print(colour): as 0xRRGGBB, on white paper; not of CANVAS_NONE. */
uint32_t canvas_colour_print(canvas_colour colour);

#endif
