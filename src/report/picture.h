/* The figures of a document, drawn. A figure with more in it than one page holds takes
 * several, and says of those that are left out how many there are. What is told by a
 * colour is told by a shape, a hatching or a number as well. */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/canvas.h"
#include "report/document.h"

/* The room on a page, in the canvas's units: 400 wide and 300 high at least. */
struct picture_room {
	double width, height;
};

/* picture_pages(figure, room): how many pages the figure takes; 0 if nothing is in it. */
size_t picture_pages(const struct document_figure *figure, struct picture_room room);

/* picture_draw(figure, room, page, canvas): draw the page (from 0) with its upper left
 * corner at 0, 0; its title and description are not drawn. Returns the height that it took,
 * which is that of the room at most; on a canvas_blind, that is all it does. */
double picture_draw(const struct document_figure *figure, struct picture_room room, size_t page,
                    struct canvas *canvas);

#endif
