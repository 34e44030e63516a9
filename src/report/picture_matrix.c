/* The risk matrix: with more risks than can be told apart, counts first, then some at a
 * time with their ways from inherent to residual to target. */
#include "report/picture_matrix.h"

#define RISKS_PER_PAGE ((size_t)12)
#define RISKS_PER_LOW_PAGE ((size_t)6)
#define LOW_PAGE 660.0
#define RISKS_MOST ((size_t)60)
#define SHADE 62 /* per cent of a band's colour: what stands on it stays readable */

static size_t risks_per_page(struct picture_room room)
{
	return room.height < LOW_PAGE ? RISKS_PER_LOW_PAGE : RISKS_PER_PAGE;
}

static struct picture_cut matrix_cut(const struct document_matrix *matrix, struct picture_room room)
{
	size_t count = matrix->points.count < RISKS_MOST ? matrix->points.count : RISKS_MOST;
	size_t more = matrix->points.count - count + matrix->points.more;

	return picture_cut(count, more, (double)risks_per_page(room), 0, 1);
}

/* Whether counts come first. */
static bool has_overview(const struct document_matrix *matrix, struct picture_room room)
{
	return matrix->points.count > risks_per_page(room);
}

static bool is_drawable(const struct document_matrix *matrix)
{
	const struct report_scale *scale = matrix->scale;

	return scale && scale->likelihoods > 0 && scale->likelihoods <= REPORT_LEVELS && scale->impacts > 0 &&
	       scale->impacts <= REPORT_LEVELS;
}

size_t picture_matrix_pages(const struct document_matrix *matrix, struct picture_room room)
{
	if (!is_drawable(matrix))
		return 0;
	return matrix_cut(matrix, room).pages + has_overview(matrix, room);
}

double picture_matrix_draw(const struct document_matrix *matrix, struct picture_room room, size_t page,
                           struct canvas *canvas)
{
	struct picture_cut cut = matrix_cut(matrix, room);
	size_t overview = has_overview(matrix, room);

	if (overview && page == 0)
		return matrix_overview_draw(matrix, room.width, canvas);
	size_t first = (page - overview) * cut.per_page;
	size_t last = first + cut.per_page < cut.shown ? first + cut.per_page : cut.shown;
	double y = matrix_marks_draw(matrix, room, first, last, canvas);
	return y + picture_note_more(canvas, &cut, page - overview, room.width, y);
}

/* ---- Bands ------------------------------------------------------------------------------ */

size_t matrix_band(const struct report_scale *scale, unsigned score)
{
	size_t found = 0;

	for (size_t i = 0; i < scale->bands.count; i++)
		if (scale->bands.items[i].from <= score && scale->bands.items[i].from >= scale->bands.items[found].from)
			found = i;
	return found;
}

struct canvas_style matrix_cell_style(const struct report_scale *scale, unsigned likelihood, unsigned impact)
{
	canvas_colour colour = 0xf0f0f0;

	if (scale->bands.count)
		colour = canvas_colour_read(scale->bands.items[matrix_band(scale, likelihood * impact)].colour, colour);
	return (struct canvas_style){ canvas_colour_mix(colour, PICTURE_WHITE, SHADE), CANVAS_PLAIN, 0x8a8a8a, 0.5, false };
}

/* Whether two cells beside each other are in different bands, or only one is in the matrix. */
static bool is_border(const struct report_scale *scale, unsigned likelihood, unsigned impact, unsigned other_likelihood,
                      unsigned other_impact)
{
	bool inside = likelihood >= 1 && likelihood <= scale->likelihoods && impact >= 1 && impact <= scale->impacts;
	bool other_inside = other_likelihood >= 1 && other_likelihood <= scale->likelihoods && other_impact >= 1 &&
	                    other_impact <= scale->impacts;

	if (inside != other_inside)
		return true;
	return inside && matrix_band(scale, likelihood * impact) != matrix_band(scale, other_likelihood * other_impact);
}

void matrix_borders(const struct report_scale *scale, double x, const double *tops, double width,
                    struct canvas *canvas)
{
	struct canvas_style thick = picture_stroke(PICTURE_BLACK, 1.8);

	for (unsigned row = 0; row <= scale->likelihoods; row++) {
		unsigned likelihood = scale->likelihoods - row; /* of the row below the line; 0: below the last */
		for (unsigned impact = 0; impact <= scale->impacts; impact++) {
			double left = x + (double)impact * width; /* the right edge of the column of that impact */
			if (impact && is_border(scale, likelihood, impact, likelihood + 1, impact))
				canvas->type->line(canvas, left - width, tops[row], left, tops[row], &thick);
			if (likelihood && is_border(scale, likelihood, impact, likelihood, impact + 1))
				canvas->type->line(canvas, left, tops[row], left, tops[row + 1], &thick);
		}
	}
}
