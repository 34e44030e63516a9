/* A picture of a report as a file of PNG, painted by cairo at twice the points of a screen:
 * 192 to the inch. */
#include <math.h>

#include "report/canvas_cairo.h"
#include "report/render.h"
#include "report/report_pictures.h"

#define SCALE 2.0

static cairo_status_t take_bytes(void *context, const unsigned char *data, unsigned size)
{
	struct buffer *file = context;

	buffer_append(file, data, size);
	return file->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static void paint(struct pdf_press *press, const struct picture_sheet *sheet, double height)
{
	const struct canvas_style ground = { CANVAS_PAPER, CANVAS_PLAIN, CANVAS_NONE, 0, false };
	struct canvas_cairo canvas = canvas_cairo(press);

	press->paints = true;
	pdf.cairo_scale(press->cairo, SCALE, SCALE);
	canvas.canvas.type->rectangle(&canvas.canvas, 0, 0, PICTURE_SHEET_WIDTH, height, &ground);
	picture_sheet_draw(sheet, &canvas.canvas);
}

static void write_file(struct pdf_press *press, const struct picture_sheet *sheet, struct buffer *to)
{
	struct canvas_cairo canvas = canvas_cairo(press);
	struct canvas_blind blind = canvas_blind(&canvas.canvas);
	double height = ceil(picture_sheet_draw(sheet, &blind.canvas));

	if (press->code)
		return;
	press->surface = pdf.cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(PICTURE_SHEET_WIDTH * SCALE),
	                                                (int)(height * SCALE));
	press->cairo = pdf.cairo_create(press->surface);
	paint(press, sheet, height);
	if (!press->code && (pdf.cairo_status(press->cairo) ||
	                     pdf.cairo_surface_write_to_png_stream(press->surface, take_bytes, to)))
		press->code = to->failed ? error_set_memory(&press->error)
		                         : error_set(&press->error, QORGAN_INTERNAL, "the picture could not be made (%s)",
		                                     "cairo failed");
	pdf.cairo_destroy(press->cairo);
	pdf.cairo_surface_destroy(press->surface);
}

static void render_sheet(const struct picture_sheet *sheet, struct render_output *output)
{
	struct pdf_press press = { .document = sheet->document, .where = sheet->document->title };

	press.code = pdf_library_load(&press.error);
	if (!press.code) {
		pdf_text_start(&press, sheet->document->language);
		if (!press.code)
			write_file(&press, sheet, &output->text);
		pdf_text_end(&press);
	}
	if (press.code) {
		buffer_clear(&output->text);
		output->failed = true;
		output->error = press.error;
	}
}

void render_png(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct picture_sheet sheet;
	struct document document;

	document_start(&document);
	if (!report_picture_make(model, look, &document, &sheet, &output->error))
		render_sheet(&sheet, output);
	document_free(&document);
}
