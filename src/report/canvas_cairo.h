/* Pictures on a page of a PDF. */
#ifndef REPORT_CANVAS_CAIRO_H
#define REPORT_CANVAS_CAIRO_H

#include "report/canvas.h"
#include "report/render_pdf.h"

struct canvas_cairo {
	struct canvas canvas;
	struct pdf_press *press;
};

/* canvas_cairo(press): until canvas_cairo_begin it only measures. */
struct canvas_cairo canvas_cairo(struct pdf_press *press);
/* canvas_cairo_begin(canvas, x, y): paint from here on, with 0, 0 there on the page;
 * canvas_cairo_end: the page is as before. */
void canvas_cairo_begin(struct canvas_cairo *canvas, double x, double y);
void canvas_cairo_end(struct canvas_cairo *canvas);

#endif
