/* The width of text on a canvas that has no font of its own. */
#ifndef REPORT_CANVAS_WIDTH_H
#define REPORT_CANVAS_WIDTH_H

#include <stdbool.h>

/* canvas_width(text, size, bold): at least the width of the text in a usual font without
 * serifs of that height. */
double canvas_width(const char *text, double size, bool bold);

#endif
