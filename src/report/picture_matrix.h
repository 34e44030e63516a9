/* The two faces of the risk matrix: of concern to picture_matrix*.c only. */
#ifndef REPORT_PICTURE_MATRIX_H
#define REPORT_PICTURE_MATRIX_H

#include "report/picture_parts.h"

/* matrix_cell_style(scale, likelihood, impact): the ground of a cell, in a light shade of its
 * band's colour. */
struct canvas_style matrix_cell_style(const struct report_scale *scale, unsigned likelihood, unsigned impact);
/* matrix_band(scale, score): the place of the band that a score falls into. */
size_t matrix_band(const struct report_scale *scale, unsigned score);
/* matrix_borders(scale, x, y, ...): the lines between bands and around all cells, thick. */
void matrix_borders(const struct report_scale *scale, double x, const double *tops, double width,
                    struct canvas *canvas);

/* How many risks are in each cell, one small matrix for each of the three levels, with a
 * legend of the bands. Returns its height. */
double matrix_overview_draw(const struct document_matrix *matrix, double width, struct canvas *canvas);

/* The risks from first to last (not included), as numbered marks with arrows, and a legend
 * of them. Returns its height. */
double matrix_marks_draw(const struct document_matrix *matrix, struct picture_room room, size_t first, size_t last,
                         struct canvas *canvas);

#endif
