/* The head of the paper in a PDF: the logo, and beside it the name and the address. */
#include <string.h>

#include "report/logo.h"
#include "report/render_pdf.h"

#define LOGO_WIDTH 160.0
#define LOGO_HEIGHT 60.0
#define LOGO_GAP 14.0

static cairo_status_t give_bytes(void *context, unsigned char *data, unsigned size)
{
	struct span *rest = context;

	if (rest->size < size)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, rest->data, size);
	rest->data += size;
	rest->size -= size;
	return CAIRO_STATUS_SUCCESS;
}

static void paint_logo(struct pdf_press *press, const struct report_letterhead *letterhead, double scale)
{
	struct span rest = letterhead->logo;

	if (!press->paints || press->code)
		return;
	cairo_surface_t *logo = pdf.cairo_image_surface_create_from_png_stream(give_bytes, &rest);
	if (pdf.cairo_surface_status(logo)) {
		press->code = error_set(&press->error, QORGAN_BAD_DATA, "%s is a damaged PNG: save it anew", "logo");
	} else {
		pdf_tag_begin(press, "Private", NULL);
		pdf.cairo_save(press->cairo);
		pdf.cairo_translate(press->cairo, PDF_MARGIN, press->y);
		pdf.cairo_scale(press->cairo, scale, scale);
		pdf.cairo_set_source_surface(press->cairo, logo, 0, 0);
		pdf.cairo_paint(press->cairo);
		pdf.cairo_restore(press->cairo);
		pdf_tag_end(press, "Private");
	}
	pdf.cairo_surface_destroy(logo);
}

static void write_line(struct pdf_press *press, enum pdf_style style, const char *text, double x)
{
	struct pdf_row row = { .first_place = PDF_PLACE_ROW, .gap = 2, .rule = PDF_COLOUR_NONE };
	struct pdf_cell cell = { .text = text, .mark = "", .tag = "P", .style = style, .x = x,
		                     .width = pdf_page_across(press) - x, .colour = PDF_COLOUR_INK, .ground = PDF_COLOUR_NONE };

	pdf_flow_row(press, &row, &cell, 1);
}

void pdf_letterhead(struct pdf_press *press)
{
	const struct report_letterhead *letterhead = &press->document->letterhead;
	double scale = letterhead->logo.size ? logo_scale(letterhead, LOGO_WIDTH, LOGO_HEIGHT) : 0;
	double foot = press->y + letterhead->logo_height * scale;

	if (!*letterhead->name)
		return;
	double x = scale > 0 ? letterhead->logo_width * scale + LOGO_GAP : 0;
	if (scale > 0)
		paint_logo(press, letterhead, scale);
	write_line(press, PDF_SECTION, letterhead->name, x);
	if (*letterhead->address)
		write_line(press, PDF_SMALL, letterhead->address, x);
	press->y = (press->y > foot ? press->y : foot) + 8;
	pdf_paint_rule(press, PDF_MARGIN, press->y, pdf_page_across(press), PDF_COLOUR_RULE);
}
