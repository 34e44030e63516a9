/* A canvas that becomes SVG: within a page, whose style sheet then decides the colours that
 * depend on the paper (classes fi, fs, ff, fp to fill and si, ss, sf, sp to draw with ink,
 * soft, faint and paper), or as a file of its own, on white. */
#ifndef REPORT_CANVAS_SVG_H
#define REPORT_CANVAS_SVG_H

#include "base/buffer.h"
#include "report/canvas.h"

struct canvas_svg {
	struct canvas canvas;
	struct buffer *to;
	bool is_file;
	const char *language; /* of a file: BCP 47, of its words; or NULL */
};

/* canvas_svg(to, is_file): shapes are appended to `to`, which must outlive it. */
struct canvas_svg canvas_svg(struct buffer *to, bool is_file);

/* What stands before and after the shapes. The title and description are for who cannot
 * see it; `number` is one of its own for each picture of a page. */
void canvas_svg_begin(struct canvas_svg *svg, double width, double height, unsigned number, const char *title,
                      const char *description);
void canvas_svg_end(struct canvas_svg *svg);

/* The hatching, once within a page before the first picture. */
void canvas_svg_patterns(struct buffer *to);

#endif
