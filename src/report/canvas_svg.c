/* Shapes as elements of SVG 1.1. */
#include "report/canvas_svg.h"

#include <math.h>
#include <stdlib.h>

#include "report/canvas_width.h"
#include "report/markup.h"

#define FONTS "'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif"

static const char *const patterns[CANVAS_PATTERNS] = {
	[CANVAS_RISING] = "M-1 1L1 -1M0 6L6 0M5 7L7 5",
	[CANVAS_FALLING] = "M-1 5L1 7M0 0L6 6M5 -1L7 1",
	[CANVAS_HORIZONTAL] = "M0 3H6",
	[CANVAS_CROSSED] = "M0 0L6 6M0 6L6 0",
	[CANVAS_VERTICAL] = "M3 0V6",
	[CANVAS_GRID] = "M3 0V6M0 3H6",
};

static struct buffer *buffer_of(struct canvas *canvas)
{
	return ((struct canvas_svg *)canvas)->to;
}

/* A coordinate, to a tenth. */
static void put_number(struct buffer *to, double number)
{
	long tenths = lround(number * 10);

	if (tenths < 0)
		buffer_append_char(to, '-');
	tenths = labs(tenths);
	buffer_append_integer(to, tenths / 10);
	if (tenths % 10) {
		buffer_append_char(to, '.');
		buffer_append_integer(to, tenths % 10);
	}
}

static void put_attribute(struct buffer *to, const char *name, double number)
{
	buffer_append_char(to, ' ');
	buffer_append_text(to, name);
	buffer_append_text(to, "=\"");
	put_number(to, number);
	buffer_append_char(to, '"');
}

static const char *class_of(canvas_colour colour)
{
	switch (colour) {
	case CANVAS_INK: return "i";
	case CANVAS_SOFT: return "s";
	case CANVAS_FAINT: return "f";
	case CANVAS_PAPER: return "p";
	default: return NULL;
	}
}

/* A colour as an attribute; of a page, what depends on the paper is left to classes. */
static void put_colour(struct canvas_svg *svg, const char *name, canvas_colour colour)
{
	if (colour == CANVAS_NONE)
		buffer_append_format(svg->to, " %s=\"none\"", name);
	else if (svg->is_file || !class_of(colour))
		buffer_append_format(svg->to, " %s=\"#%06x\"", name, canvas_colour_print(colour));
}

static void put_classes(struct canvas_svg *svg, canvas_colour fill, canvas_colour stroke)
{
	const char *fill_class = svg->is_file ? NULL : class_of(fill);
	const char *stroke_class = svg->is_file ? NULL : class_of(stroke);

	if (fill_class || stroke_class)
		buffer_append_format(svg->to, " class=\"%s%s%s%s%s\"", fill_class ? "f" : "", fill_class ? fill_class : "",
		                     fill_class && stroke_class ? " " : "", stroke_class ? "s" : "",
		                     stroke_class ? stroke_class : "");
}

static void put_style(struct canvas_svg *svg, const struct canvas_style *style)
{
	put_colour(svg, "fill", style->fill);
	put_classes(svg, style->fill, style->stroke);
	if (style->stroke != CANVAS_NONE) {
		put_colour(svg, "stroke", style->stroke);
		put_attribute(svg->to, "stroke-width", style->width);
		if (style->dashed)
			buffer_append_text(svg->to, " stroke-dasharray=\"4 3\"");
	}
	buffer_append_text(svg->to, "/>");
}

static void put_rectangle(struct buffer *to, double x, double y, double width, double height)
{
	buffer_append_text(to, "<rect");
	put_attribute(to, "x", x);
	put_attribute(to, "y", y);
	put_attribute(to, "width", width);
	put_attribute(to, "height", height);
}

static void svg_rectangle(struct canvas *canvas, double x, double y, double width, double height,
                          const struct canvas_style *style)
{
	struct buffer *to = buffer_of(canvas);

	put_rectangle(to, x, y, width, height);
	put_style((struct canvas_svg *)canvas, style);
	if (style->pattern == CANVAS_PLAIN)
		return;
	put_rectangle(to, x, y, width, height);
	buffer_append_format(to, " fill=\"url(#hatch%d)\"/>", (int)style->pattern);
}

static void svg_circle(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style)
{
	struct buffer *to = buffer_of(canvas);

	buffer_append_text(to, "<circle");
	put_attribute(to, "cx", x);
	put_attribute(to, "cy", y);
	put_attribute(to, "r", radius);
	put_style((struct canvas_svg *)canvas, style);
}

static void svg_polygon(struct canvas *canvas, const struct canvas_point *corners, size_t count,
                        const struct canvas_style *style)
{
	struct buffer *to = buffer_of(canvas);

	buffer_append_text(to, "<polygon points=\"");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(to, ' ');
		put_number(to, corners[i].x);
		buffer_append_char(to, ',');
		put_number(to, corners[i].y);
	}
	buffer_append_char(to, '"');
	put_style((struct canvas_svg *)canvas, style);
}

static void svg_line(struct canvas *canvas, double x1, double y1, double x2, double y2,
                     const struct canvas_style *style)
{
	struct buffer *to = buffer_of(canvas);
	struct canvas_style stroke = { CANVAS_NONE, CANVAS_PLAIN, style->stroke, style->width, style->dashed };

	buffer_append_text(to, "<line");
	put_attribute(to, "x1", x1);
	put_attribute(to, "y1", y1);
	put_attribute(to, "x2", x2);
	put_attribute(to, "y2", y2);
	put_style((struct canvas_svg *)canvas, &stroke);
}

static void svg_text(struct canvas *canvas, double x, double y, const char *text, const struct canvas_text *look)
{
	static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };
	struct canvas_svg *svg = (struct canvas_svg *)canvas;

	buffer_append_text(svg->to, "<text");
	put_attribute(svg->to, "x", x);
	put_attribute(svg->to, "y", y);
	put_attribute(svg->to, "font-size", look->size);
	buffer_append_text(svg->to, anchors[look->anchor]);
	if (look->bold)
		buffer_append_text(svg->to, " font-weight=\"700\"");
	put_colour(svg, "fill", look->colour);
	put_classes(svg, look->colour, CANVAS_NONE);
	buffer_append_char(svg->to, '>');
	markup_append(svg->to, text);
	buffer_append_text(svg->to, "</text>");
}

static double svg_text_width(struct canvas *canvas, const char *text, const struct canvas_text *look)
{
	(void)canvas;
	return canvas_width(text, look->size, look->bold);
}

static void svg_group_begin(struct canvas *canvas, const char *title)
{
	buffer_append_text(buffer_of(canvas), "<g><title>");
	markup_append(buffer_of(canvas), title);
	buffer_append_text(buffer_of(canvas), "</title>");
}

static void svg_group_end(struct canvas *canvas)
{
	buffer_append_text(buffer_of(canvas), "</g>");
}

struct canvas_svg canvas_svg(struct buffer *to, bool is_file)
{
	static const struct canvas_type type = { svg_rectangle, svg_circle,     svg_polygon,     svg_line,
		                                     svg_text,      svg_text_width, svg_group_begin, svg_group_end };

	return (struct canvas_svg){ { &type }, to, is_file, NULL };
}

void canvas_svg_begin(struct canvas_svg *svg, double width, double height, unsigned number, const char *title,
                      const char *description)
{
	struct buffer *to = svg->to;

	if (svg->is_file)
		buffer_append_text(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buffer_append_text(to, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	if (svg->language) {
		buffer_append_text(to, " xml:lang=\"");
		markup_append(to, svg->language);
		buffer_append_char(to, '"');
	}
	buffer_append_format(to, " width=\"%.0f\" height=\"%.0f\" "
	                         "viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"p%u-t\" "
	                         "aria-describedby=\"p%u-d\">"
	                         "<title id=\"p%u-t\">",
	                     width, ceil(height), width, ceil(height), number, number, number);
	markup_append(to, title);
	buffer_append_format(to, "</title><desc id=\"p%u-d\">", number);
	markup_append(to, description);
	buffer_append_text(to, "</desc>");
	if (svg->is_file) {
		canvas_svg_patterns(to);
		buffer_append_text(to, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
	}
	buffer_append_text(to, "<g font-family=\"" FONTS "\">");
}

void canvas_svg_end(struct canvas_svg *svg)
{
	buffer_append_text(svg->to, "</g></svg>\n");
}

void canvas_svg_patterns(struct buffer *to)
{
	buffer_append_text(to, "<defs>");
	for (int i = CANVAS_PLAIN + 1; i < CANVAS_PATTERNS; i++) {
		buffer_append_format(to, "<pattern id=\"hatch%d\" width=\"6\" height=\"6\" "
		                         "patternUnits=\"userSpaceOnUse\">", i);
		if (i == CANVAS_DOTS)
			buffer_append_text(to, "<circle cx=\"3\" cy=\"3\" r=\"1.1\" fill=\"#1a1a1a\" fill-opacity=\".65\"/>");
		else
			buffer_append_format(to, "<path d=\"%s\" fill=\"none\" stroke=\"#1a1a1a\" stroke-opacity=\".6\" "
			                         "stroke-width=\".9\"/>", patterns[i]);
		buffer_append_text(to, "</pattern>");
	}
	buffer_append_text(to, "</defs>");
}
