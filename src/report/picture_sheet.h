/* A picture by itself: one page of a figure, with what a reader who has nothing else of the
 * report must know: its marking and title, what is to be seen, of what it was made. */
#ifndef REPORT_PICTURE_SHEET_H
#define REPORT_PICTURE_SHEET_H

#include "report/document.h"
#include "report/picture.h"

#define PICTURE_SHEET_WIDTH 768.0 /* on paper 203 mm, as wide as A4 lets it be */

struct picture_sheet {
	const struct document *document;
	const struct document_figure *figure; /* NULL: there is nothing to be seen */
	size_t page, pages;                   /* page: from 0 */
};

/* picture_sheet_pages(figure): how many sheets a figure takes: one at least. */
size_t picture_sheet_pages(const struct document_figure *figure);

/* picture_sheet_title(sheet, to): of the report and of the figure. */
void picture_sheet_title(const struct picture_sheet *sheet, struct buffer *to);

/* picture_sheet_draw(sheet, canvas): all of it but the ground, its upper left corner at 0, 0.
 * Returns its height; on a canvas_blind, that is all it does. */
double picture_sheet_draw(const struct picture_sheet *sheet, struct canvas *canvas);

#endif
