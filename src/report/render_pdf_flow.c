/* Rows of text that flow over the pages of a PDF. */
#include "report/render_pdf.h"

/* A row that is higher than this part of a page may be broken between its lines. */
#define WHOLE_PART 0.4
/* A broken row begins on this page only if so much of it has room there. */
#define LEAST_PART 40.0
/* So much room is below a heading at least. */
#define HEADING_ROOM 70.0

/* ---- Whole rows --------------------------------------------------------------------------- */

static bool lay_cell(struct pdf_press *press, size_t place, struct pdf_cell *cell)
{
	cell->layout = NULL;
	cell->height = 0;
	if (!*cell->text && !*cell->mark)
		return true;
	if (!press->paints && !*cell->mark)
		cell->height = pdf_text_line(press, cell->style, cell->text, cell->width);
	if (cell->height > 0)
		return true;
	cell->layout = pdf_text_lay(press, place, cell->style, cell->mark, cell->text, cell->width, cell->align);
	if (cell->layout)
		cell->height = pdf_text_height(cell->layout);
	return cell->layout;
}

static double lay_cells(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count)
{
	double height = 0;

	for (size_t i = 0; i < count; i++) {
		if (!lay_cell(press, row->first_place + i, &cells[i]))
			return 0;
		if (cells[i].height > height)
			height = cells[i].height;
	}
	return height;
}

double pdf_flow_height(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count)
{
	return lay_cells(press, row, cells, count) + 2 * row->padding;
}

static void paint_grounds(struct pdf_press *press, const struct pdf_row *row, const struct pdf_cell *cells,
                          size_t count, double height)
{
	for (size_t i = 0; i < count; i++)
		pdf_paint_box(press, PDF_MARGIN + cells[i].x - row->padding, press->y, cells[i].width + 2 * row->padding,
		              height + 2 * row->padding, cells[i].ground);
}

static void finish_part(struct pdf_press *press, const struct pdf_row *row, const struct pdf_cell *cells,
                        size_t count, double height)
{
	const struct pdf_cell *last = &cells[count - 1];

	press->y += height + 2 * row->padding;
	press->is_fresh = false;
	if (row->rule != PDF_COLOUR_NONE)
		pdf_paint_rule(press, PDF_MARGIN + cells[0].x - row->padding, press->y,
		               last->x + last->width - cells[0].x + 2 * row->padding, row->rule);
}

static void paint_whole(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count,
                        double height)
{
	paint_grounds(press, row, cells, count, height);
	pdf_tag_begin(press, row->tag, NULL);
	for (size_t i = 0; i < count; i++) {
		pdf_tag_begin(press, cells[i].tag, cells[i].attributes);
		if (cells[i].layout)
			pdf_paint_layout(press, cells[i].layout, PDF_MARGIN + cells[i].x, press->y + row->padding,
			                 cells[i].colour);
		pdf_tag_end(press, cells[i].tag);
	}
	pdf_tag_end(press, row->tag);
	finish_part(press, row, cells, count, height);
}

/* ---- Broken rows ---------------------------------------------------------------------------- */

static void paint_line(struct pdf_press *press, PangoLayoutIter *lines, const struct pdf_cell *cell, double top,
                       int offset)
{
	PangoRectangle place;

	if (!press->paints)
		return;
	pdf.pango_layout_iter_get_line_extents(lines, NULL, &place);
	double baseline = top + (pdf.pango_layout_iter_get_baseline(lines) - offset) / (double)PANGO_SCALE;
	pdf.cairo_set_source_rgb(press->cairo, (cell->colour >> 16 & 0xff) / 255.0, (cell->colour >> 8 & 0xff) / 255.0,
	                         (cell->colour & 0xff) / 255.0);
	pdf.cairo_move_to(press->cairo, PDF_MARGIN + cell->x + place.x / (double)PANGO_SCALE, baseline);
	pdf.pango_cairo_show_layout_line(press->cairo, pdf.pango_layout_iter_get_line_readonly(lines));
}

/* Those lines of a cell that have room, one at least; or only their height. */
static double paint_lines(struct pdf_press *press, struct pdf_cell *cell, double top, double room, bool only_measure)
{
	size_t line = 0, next = cell->line;
	double height = 0;
	int offset = 0;
	bool more = true;

	if (!cell->layout) {
		cell->is_done = !only_measure;
		return cell->height;
	}
	PangoLayoutIter *lines = pdf.pango_layout_get_iter(cell->layout);
	for (; line < cell->line && more; line++)
		more = pdf.pango_layout_iter_next_line(lines);
	for (; more; more = pdf.pango_layout_iter_next_line(lines), next++) {
		PangoRectangle place;
		pdf.pango_layout_iter_get_line_extents(lines, NULL, &place);
		if (next == cell->line)
			offset = place.y;
		double end = (place.y + place.height - offset) / (double)PANGO_SCALE;
		if (end > room && next > cell->line)
			break;
		height = end;
		if (!only_measure)
			paint_line(press, lines, cell, top, offset);
	}
	pdf.pango_layout_iter_free(lines);
	if (!only_measure) {
		cell->line = next;
		cell->is_done = !more;
	}
	return height;
}

/* One part of a broken row; whether it was the last one. */
static bool paint_part(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count)
{
	double room = pdf_page_room(press) - 2 * row->padding, height = 0;
	bool is_last = true;

	for (size_t i = 0; i < count; i++) {
		double part = cells[i].is_done ? 0 : paint_lines(press, &cells[i], 0, room, true);
		height = part > height ? part : height;
	}
	paint_grounds(press, row, cells, count, height);
	pdf_tag_begin(press, row->tag, NULL);
	for (size_t i = 0; i < count; i++) {
		pdf_tag_begin(press, cells[i].tag, cells[i].attributes);
		if (!cells[i].is_done)
			paint_lines(press, &cells[i], press->y + row->padding, room, false);
		pdf_tag_end(press, cells[i].tag);
		is_last = is_last && cells[i].is_done;
	}
	pdf_tag_end(press, row->tag);
	finish_part(press, row, cells, count, height);
	return is_last;
}

static void paint_broken(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cells[i].line = 0;
		cells[i].is_done = cells[i].height <= 0;
	}
	if (pdf_page_room(press) < LEAST_PART && !press->is_fresh)
		pdf_page_break(press);
	press->row_page = press->page;
	while (!press->code && !paint_part(press, row, cells, count))
		pdf_page_break(press);
}

/* ---- Which of them ----------------------------------------------------------------------------- */

void pdf_flow_row(struct pdf_press *press, const struct pdf_row *row, struct pdf_cell *cells, size_t count)
{
	double height = press->code ? 0 : lay_cells(press, row, cells, count);
	double whole = height + 2 * row->padding;

	if (press->code || count == 0)
		return;
	if (!row->is_head && whole > pdf_page_whole(press) * WHOLE_PART && whole > pdf_page_room(press)) {
		paint_broken(press, row, cells, count);
	} else {
		if (!row->is_head && !press->is_fresh && whole + row->keep > pdf_page_room(press))
			pdf_page_break(press);
		press->row_page = press->page;
		paint_whole(press, row, cells, count, height);
	}
	press->y += row->gap;
}

static void flow_text(struct pdf_press *press, const struct pdf_row *row, enum pdf_style style, const char *tag,
                      const char *text, uint32_t colour)
{
	struct pdf_cell cell = { .text = text, .mark = "", .tag = tag, .style = style, .width = pdf_page_across(press),
		                     .colour = colour, .ground = PDF_COLOUR_NONE };

	pdf_flow_row(press, row, &cell, 1);
}

void pdf_flow_text(struct pdf_press *press, enum pdf_style style, const char *tag, const char *text, uint32_t colour,
                   double gap)
{
	struct pdf_row row = { .first_place = PDF_PLACE_ROW, .gap = gap, .rule = PDF_COLOUR_NONE };

	flow_text(press, &row, style, tag, text, colour);
}

void pdf_flow_heading(struct pdf_press *press, enum pdf_style style, const char *tag, const char *text, double gap)
{
	struct pdf_row row = { .first_place = PDF_PLACE_ROW, .gap = gap, .keep = HEADING_ROOM, .rule = PDF_COLOUR_NONE };

	flow_text(press, &row, style, tag, text, PDF_COLOUR_INK);
}
