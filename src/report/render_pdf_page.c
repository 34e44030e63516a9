/* Pages of a PDF: their header and footer, tags, and what is painted on them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/render_pdf.h"

#define TOP 62.0    /* where the text begins */
#define BOTTOM 54.0 /* where it ends, from below */
#define HEADER 24.0 /* the running head's line, from above */
#define FOOTER 40.0 /* the running foot's, from below */

double pdf_page_room(const struct pdf_press *press)
{
	return press->height - BOTTOM - press->y;
}

double pdf_page_whole(const struct pdf_press *press)
{
	return press->height - BOTTOM - TOP;
}

double pdf_page_across(const struct pdf_press *press)
{
	return press->width - 2 * PDF_MARGIN;
}

/* ---- Painting ---------------------------------------------------------------------------- */

static void set_colour(struct pdf_press *press, uint32_t colour)
{
	pdf.cairo_set_source_rgb(press->cairo, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
	                         (colour & 0xff) / 255.0);
}

void pdf_tag_begin(struct pdf_press *press, const char *tag, const char *attributes)
{
	if (press->paints && tag)
		pdf.cairo_tag_begin(press->cairo, tag, attributes);
}

void pdf_tag_end(struct pdf_press *press, const char *tag)
{
	if (press->paints && tag)
		pdf.cairo_tag_end(press->cairo, tag);
}

void pdf_paint_layout(struct pdf_press *press, PangoLayout *layout, double x, double y, uint32_t colour)
{
	if (!press->paints || !layout)
		return;
	set_colour(press, colour);
	pdf.cairo_move_to(press->cairo, x, y);
	pdf.pango_cairo_show_layout(press->cairo, layout);
}

void pdf_paint_box(struct pdf_press *press, double x, double y, double width, double height, uint32_t colour)
{
	if (!press->paints || colour == PDF_COLOUR_NONE)
		return;
	set_colour(press, colour);
	pdf.cairo_rectangle(press->cairo, x, y, width, height);
	pdf.cairo_fill(press->cairo);
}

void pdf_paint_rule(struct pdf_press *press, double x, double y, double width, uint32_t colour)
{
	pdf_paint_box(press, x, y - 0.25, width, 0.5, colour);
}

/* ---- Header and footer ---------------------------------------------------------------------- */

/* Labels of the Traffic Light Protocol stand on black, in their own colours, at the right,
 * in letters of 12 points, as it asks for. */
static uint32_t marking_colour(const char *marking)
{
	static const struct {
		const char *begin;
		uint32_t colour;
	} labels[] = {
		{ "TLP:RED", 0xff2b2b }, { "TLP:AMBER", 0xffc000 }, { "TLP:GREEN", 0x33ff00 }, { "TLP:CLEAR", 0xffffff },
	};

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
		if (strncmp(marking, labels[i].begin, strlen(labels[i].begin)) == 0)
			return labels[i].colour;
	return PDF_COLOUR_NONE;
}

/* Returns what is left of the line beside it. */
static double paint_marking(struct pdf_press *press, double y)
{
	const char *marking = press->document->marking;
	uint32_t colour = marking_colour(marking);
	PangoLayout *layout = *marking ? pdf_text_lay(press, PDF_PLACE_MARKING, PDF_MARKING, "", marking, 0, PDF_START) : NULL;

	if (!layout)
		return pdf_page_across(press);
	double width = pdf_text_width(layout), height = pdf_text_height(layout);
	double x = press->width - PDF_MARGIN - width - 4;
	if (colour != PDF_COLOUR_NONE)
		pdf_paint_box(press, x - 4, y - 1, width + 8, height + 2, PDF_COLOUR_INK);
	pdf_paint_layout(press, layout, x, y, colour == PDF_COLOUR_NONE ? PDF_COLOUR_INK : colour);
	return x - 16 - PDF_MARGIN;
}

static void paint_running(struct pdf_press *press, size_t place, const char *text, double x, double y, double width)
{
	PangoLayout *layout = pdf_text_lay(press, place, PDF_RUNNING, "", text, width, PDF_START);

	if (!layout)
		return;
	pdf.pango_layout_set_single_paragraph_mode(layout, TRUE);
	pdf.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pdf_paint_layout(press, layout, x, y, PDF_COLOUR_SOFT);
	pdf.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE);
	pdf.pango_layout_set_single_paragraph_mode(layout, FALSE);
}

#define STAMP_PART 0.72 /* of the diagonal of a page */

/* The word across the page is painted as outlines, and before anything else: what is marked and copied
 * of the page is the text alone. It is said as text in the running head. */
static void paint_stamp(struct pdf_press *press)
{
	const char *stamp = press->document->stamp;
	PangoLayout *layout = *stamp ? pdf_text_lay(press, PDF_PLACE_MEASURE, PDF_STAMP, "", stamp, 0, PDF_START) : NULL;

	if (!layout)
		return;
	double width = pdf_text_width(layout), height = pdf_text_height(layout);
	double scale = STAMP_PART * hypot(press->width, press->height) / width;
	pdf.cairo_save(press->cairo);
	pdf.cairo_translate(press->cairo, press->width / 2, press->height / 2);
	pdf.cairo_rotate(press->cairo, -atan2(press->height, press->width));
	if (scale < 1)
		pdf.cairo_scale(press->cairo, scale, scale);
	set_colour(press, PDF_COLOUR_STAMP);
	pdf.cairo_new_path(press->cairo);
	pdf.cairo_move_to(press->cairo, -width / 2, -height / 2);
	pdf.pango_cairo_layout_path(press->cairo, layout);
	pdf.cairo_fill(press->cairo);
	pdf.cairo_restore(press->cairo);
}

/* What the running head says: on the first page, which has the title, only that it is a draft. */
static void paint_title(struct pdf_press *press, double width)
{
	const struct document *document = press->document;
	const char *title = press->page > 1 ? document->title : "";
	struct buffer text = { 0 };

	buffer_append_format(&text, "%s%s%s", document->stamp, *document->stamp && *title ? " \u00b7 " : "", title);
	if (text.failed && !press->code)
		press->code = error_set_memory(&press->error);
	if (text.size)
		paint_running(press, PDF_PLACE_TITLE, buffer_text(&text), PDF_MARGIN, HEADER + 4, width);
	buffer_free(&text);
}

/* They are "Private": content that a reader of the structure passes over, which is as near
 * to an artifact as cairo before 1.18 comes. */
static void paint_header(struct pdf_press *press)
{
	if (!press->paints)
		return;
	pdf_tag_begin(press, "Private", NULL);
	paint_stamp(press);
	paint_title(press, paint_marking(press, HEADER));
	pdf_paint_rule(press, PDF_MARGIN, HEADER + 21, pdf_page_across(press), PDF_COLOUR_RULE);
	pdf_tag_end(press, "Private");
}

static void paint_footer(struct pdf_press *press)
{
	double y = press->height - FOOTER;
	char number[48];

	if (!press->paints)
		return;
	pdf_tag_begin(press, "Private", NULL);
	pdf_paint_rule(press, PDF_MARGIN, y - 7, pdf_page_across(press), PDF_COLOUR_RULE);
	snprintf(number, sizeof number, "%u / %u", press->page, press->pages);
	double width = pdf_text_natural(press, PDF_RUNNING, number) + 2, middle = (press->width - width) / 2;
	paint_running(press, PDF_PLACE_AUTHOR, press->author, PDF_MARGIN, y + 4, middle - 12 - PDF_MARGIN);
	paint_running(press, PDF_PLACE_NUMBER, number, middle, y + 4, width);
	paint_marking(press, y);
	pdf_tag_end(press, "Private");
}

/* ---- One after the other ----------------------------------------------------------------------- */

void pdf_page_begin(struct pdf_press *press, bool is_wide)
{
	bool turns = is_wide != press->is_wide;

	press->page++;
	press->is_wide = is_wide;
	press->is_fresh = true;
	press->width = is_wide ? PDF_LONG_SIDE : PDF_SHORT_SIDE;
	press->height = is_wide ? PDF_SHORT_SIDE : PDF_LONG_SIDE;
	press->y = TOP;
	if (press->paints && turns) /* it would forget a tag that was begun on this page */
		pdf.cairo_pdf_surface_set_size(press->surface, press->width, press->height);
	paint_header(press);
}

void pdf_page_end(struct pdf_press *press)
{
	paint_footer(press);
	if (!press->paints)
		return;
	pdf.cairo_show_page(press->cairo);
	if (pdf.cairo_status(press->cairo) && !press->code)
		press->code = error_set(&press->error, QORGAN_INTERNAL, "the PDF could not be made");
}

void pdf_page_break(struct pdf_press *press)
{
	if (press->table)
		pdf_table_close(press);
	pdf_page_end(press);
	pdf_page_begin(press, press->is_wide);
	if (press->table)
		pdf_table_open(press);
}
