/* The canvas over cairo. A page is always light: colours are those of print. */
#include "report/canvas_cairo.h"

#define HATCH_GAP 6.0
#define HATCH_WIDTH 0.6
#define DOT_RADIUS 0.9
#define CIRCLE 6.283185307179586

static struct pdf_press *press_of(struct canvas *canvas)
{
	return ((struct canvas_cairo *)canvas)->press;
}

static void set_colour(struct pdf_press *press, canvas_colour colour)
{
	uint32_t printed = canvas_colour_print(colour);

	pdf.cairo_set_source_rgb(press->cairo, (printed >> 16 & 0xff) / 255.0, (printed >> 8 & 0xff) / 255.0,
	                         (printed & 0xff) / 255.0);
}

/* ---- Hatching: lines over the box of the shape, which is the clip ------------------------- */

static void hatch_line(cairo_t *cairo, double x1, double y1, double x2, double y2)
{
	pdf.cairo_move_to(cairo, x1, y1);
	pdf.cairo_line_to(cairo, x2, y2);
}

static void hatch(struct pdf_press *press, enum canvas_pattern pattern, double x, double y, double width, double height)
{
	cairo_t *cairo = press->cairo;
	bool rises = pattern == CANVAS_RISING || pattern == CANVAS_CROSSED;
	bool falls = pattern == CANVAS_FALLING || pattern == CANVAS_CROSSED;
	bool lies = pattern == CANVAS_HORIZONTAL || pattern == CANVAS_GRID;
	bool stands = pattern == CANVAS_VERTICAL || pattern == CANVAS_GRID;

	pdf.cairo_new_path(cairo);
	for (double at = HATCH_GAP / 2; (rises || falls) && at < width + height; at += HATCH_GAP * 1.4) {
		if (rises)
			hatch_line(cairo, x + at, y, x + at - height, y + height);
		if (falls)
			hatch_line(cairo, x + width - at, y, x + width - at + height, y + height);
	}
	for (double at = HATCH_GAP / 2; lies && at < height; at += HATCH_GAP)
		hatch_line(cairo, x, y + at, x + width, y + at);
	for (double at = HATCH_GAP / 2; stands && at < width; at += HATCH_GAP)
		hatch_line(cairo, x + at, y, x + at, y + height);
	pdf.cairo_set_line_width(cairo, HATCH_WIDTH);
	pdf.cairo_stroke(cairo);
	for (double down = HATCH_GAP / 2; pattern == CANVAS_DOTS && down < height; down += HATCH_GAP)
		for (double right = HATCH_GAP / 2; right < width; right += HATCH_GAP) {
			pdf.cairo_arc(cairo, x + right, y + down, DOT_RADIUS, 0, CIRCLE);
			pdf.cairo_fill(cairo);
		}
}

/* ---- Shapes ------------------------------------------------------------------------------------ */

static void set_stroke(struct pdf_press *press, const struct canvas_style *style)
{
	double dash = style->width * 3 > 2 ? style->width * 3 : 2;

	set_colour(press, style->stroke);
	pdf.cairo_set_line_width(press->cairo, style->width);
	pdf.cairo_set_dash(press->cairo, &dash, style->dashed ? 1 : 0, 0);
}

/* A closed shape: `path` makes its path; its box is for the hatching. */
typedef void (*make_path)(cairo_t *cairo, const void *shape);

static void paint_shape(struct pdf_press *press, make_path path, const void *shape, const double box[4],
                        const struct canvas_style *style)
{
	cairo_t *cairo = press->cairo;

	pdf.cairo_save(cairo);
	if (style->fill != CANVAS_NONE) {
		path(cairo, shape);
		set_colour(press, style->fill);
		pdf.cairo_fill(cairo);
	}
	if (style->fill != CANVAS_NONE && style->pattern != CANVAS_PLAIN) {
		pdf.cairo_save(cairo);
		path(cairo, shape);
		pdf.cairo_clip(cairo);
		set_colour(press, canvas_colour_mix(canvas_colour_on(canvas_colour_print(style->fill)),
		                                    canvas_colour_print(style->fill), 60));
		hatch(press, style->pattern, box[0], box[1], box[2], box[3]);
		pdf.cairo_restore(cairo);
	}
	if (style->stroke != CANVAS_NONE && style->width > 0) {
		path(cairo, shape);
		set_stroke(press, style);
		pdf.cairo_stroke(cairo);
	}
	pdf.cairo_restore(cairo);
}

static void rectangle_path(cairo_t *cairo, const void *shape)
{
	const double *box = shape;

	pdf.cairo_new_path(cairo);
	pdf.cairo_rectangle(cairo, box[0], box[1], box[2], box[3]);
}

static void cairo_rectangle_draw(struct canvas *canvas, double x, double y, double width, double height,
                                 const struct canvas_style *style)
{
	const double box[4] = { x, y, width, height };

	if (press_of(canvas)->paints)
		paint_shape(press_of(canvas), rectangle_path, box, box, style);
}

static void circle_path(cairo_t *cairo, const void *shape)
{
	const double *circle = shape;

	pdf.cairo_new_path(cairo);
	pdf.cairo_arc(cairo, circle[0], circle[1], circle[2], 0, CIRCLE);
	pdf.cairo_close_path(cairo);
}

static void cairo_circle_draw(struct canvas *canvas, double x, double y, double radius,
                              const struct canvas_style *style)
{
	const double circle[3] = { x, y, radius }, box[4] = { x - radius, y - radius, 2 * radius, 2 * radius };

	if (press_of(canvas)->paints)
		paint_shape(press_of(canvas), circle_path, circle, box, style);
}

struct polygon {
	const struct canvas_point *corners;
	size_t count;
};

static void polygon_path(cairo_t *cairo, const void *shape)
{
	const struct polygon *polygon = shape;

	pdf.cairo_new_path(cairo);
	for (size_t i = 0; i < polygon->count; i++)
		pdf.cairo_line_to(cairo, polygon->corners[i].x, polygon->corners[i].y);
	pdf.cairo_close_path(cairo);
}

static void cairo_polygon_draw(struct canvas *canvas, const struct canvas_point *corners, size_t count,
                               const struct canvas_style *style)
{
	const struct polygon polygon = { corners, count };

	if (!press_of(canvas)->paints || count == 0)
		return;
	double left = corners[0].x, right = left, top = corners[0].y, foot = top;
	for (size_t i = 1; i < count; i++) {
		left = corners[i].x < left ? corners[i].x : left;
		right = corners[i].x > right ? corners[i].x : right;
		top = corners[i].y < top ? corners[i].y : top;
		foot = corners[i].y > foot ? corners[i].y : foot;
	}
	const double box[4] = { left, top, right - left, foot - top };
	paint_shape(press_of(canvas), polygon_path, &polygon, box, style);
}

static void cairo_line_draw(struct canvas *canvas, double x1, double y1, double x2, double y2,
                            const struct canvas_style *style)
{
	struct pdf_press *press = press_of(canvas);

	if (!press->paints || style->stroke == CANVAS_NONE)
		return;
	pdf.cairo_save(press->cairo);
	pdf.cairo_new_path(press->cairo);
	hatch_line(press->cairo, x1, y1, x2, y2);
	set_stroke(press, style);
	pdf.cairo_stroke(press->cairo);
	pdf.cairo_restore(press->cairo);
}

/* ---- Text ------------------------------------------------------------------------------------------ */

static PangoLayout *lay(struct pdf_press *press, const char *text, const struct canvas_text *look)
{
	enum pdf_style style = look->bold ? PDF_PICTURE_BOLD : PDF_PICTURE;

	pdf_text_size(press, style, look->size);
	return pdf_text_lay(press, PDF_PLACE_MEASURE, style, "", text, 0, PDF_START);
}

static double cairo_text_width(struct canvas *canvas, const char *text, const struct canvas_text *look)
{
	PangoLayout *layout = lay(press_of(canvas), text, look);

	return layout ? pdf_text_width(layout) : 0;
}

static void cairo_text_draw(struct canvas *canvas, double x, double y, const char *text, const struct canvas_text *look)
{
	struct pdf_press *press = press_of(canvas);
	PangoLayout *layout = press->paints ? lay(press, text, look) : NULL;

	if (!layout)
		return;
	double width = look->anchor == CANVAS_START ? 0 : pdf_text_width(layout);
	double baseline = pdf.pango_layout_get_baseline(layout) / (double)PANGO_SCALE;
	pdf_paint_layout(press, layout, x - (look->anchor == CANVAS_MIDDLE ? width / 2 : width), y - baseline,
	                 canvas_colour_print(look->colour));
}

/* A page has no place for the name of a part of a picture. */
static void cairo_group_begin(struct canvas *canvas, const char *title)
{
	(void)canvas;
	(void)title;
}

static void cairo_group_end(struct canvas *canvas)
{
	(void)canvas;
}

static const struct canvas_type type = {
	.rectangle = cairo_rectangle_draw,
	.circle = cairo_circle_draw,
	.polygon = cairo_polygon_draw,
	.line = cairo_line_draw,
	.text = cairo_text_draw,
	.text_width = cairo_text_width,
	.group_begin = cairo_group_begin,
	.group_end = cairo_group_end,
};

struct canvas_cairo canvas_cairo(struct pdf_press *press)
{
	return (struct canvas_cairo){ { &type }, press };
}

void canvas_cairo_begin(struct canvas_cairo *canvas, double x, double y)
{
	if (!canvas->press->paints)
		return;
	pdf.cairo_save(canvas->press->cairo);
	pdf.cairo_translate(canvas->press->cairo, x, y);
}

void canvas_cairo_end(struct canvas_cairo *canvas)
{
	if (canvas->press->paints)
		pdf.cairo_restore(canvas->press->cairo);
}
