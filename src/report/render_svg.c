/* A picture of a report as a file of SVG, which needs nothing else: no style sheet, no script,
 * nothing to be fetched. */
#include "report/canvas_svg.h"
#include "report/render.h"
#include "report/report_pictures.h"

static void write_sheet(const struct picture_sheet *sheet, struct buffer *to)
{
	struct canvas_svg svg = canvas_svg(to, true);
	struct canvas_blind blind = canvas_blind(&svg.canvas);
	struct buffer title = { 0 };

	svg.language = sheet->document->language;
	picture_sheet_title(sheet, &title);
	canvas_svg_begin(&svg, PICTURE_SHEET_WIDTH, picture_sheet_draw(sheet, &blind.canvas), 1, buffer_text(&title),
	                 sheet->figure ? sheet->figure->description : "");
	picture_sheet_draw(sheet, &svg.canvas);
	canvas_svg_end(&svg);
	buffer_free(&title);
}

void render_svg(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct picture_sheet sheet;
	struct document document;

	document_start(&document);
	if (!report_picture_make(model, look, &document, &sheet, &output->error))
		write_sheet(&sheet, &output->text);
	document_free(&document);
}
