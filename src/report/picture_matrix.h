/* The two faces of the risk matrix: of concern to the files of its picture only. */
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

/* ---- Marks and their places ------------------------------------------------------------ */

#define MATRIX_RISKS_MOST 12 /* on one page */
#define MATRIX_CORNER 13.0   /* at the foot of each cell, for its score and band */
enum matrix_face { MATRIX_INHERENT, MATRIX_RESIDUAL, MATRIX_TARGET, MATRIX_FACES };

/* Where a risk's marks are; has: in a cell of their own. Where two of its levels are in one
 * cell, the residual's mark stands for both. */
struct matrix_risk {
	const struct document_matrix_point *point;
	struct canvas_point at[MATRIX_FACES];
	bool has[MATRIX_FACES];
};

struct matrix_marks {
	const struct report_scale *scale;
	struct matrix_risk risks[MATRIX_RISKS_MOST];
	size_t count, first; /* first: number of the first one, from 0 */
	double x, cell, tops[REPORT_LEVELS + 1]; /* tops: of the rows, from the top; and the end of the last */
};

/* matrix_level(point, face): of a risk. */
const struct report_level *matrix_level(const struct document_matrix_point *point, int face);

/* matrix_places(marks, least): finds a place for each mark, of which none lies on another, and
 * as few as can be on the way of another risk; rows become as high as that needs, but not
 * lower than `least`. */
void matrix_places(struct matrix_marks *marks, double least);

/* ---- The faces -------------------------------------------------------------------------- */

/* How many risks are in each cell, one small matrix for each of the three levels, with a
 * legend of the bands. Returns its height. */
double matrix_overview_draw(const struct document_matrix *matrix, double width, struct canvas *canvas);

/* The risks from first to last (not included), as numbered marks with arrows, and a legend
 * of them. Returns its height. */
double matrix_marks_draw(const struct document_matrix *matrix, struct picture_room room, size_t first, size_t last,
                         struct canvas *canvas);

#endif
