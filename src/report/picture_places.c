/* Where the marks of a risk matrix stand within their cells: none lies on another, and a way
 * from level to level does not lead over the mark of another risk where that can be helped,
 * as it would be read as a way of that one. */
#include <math.h>

#include "report/picture_matrix.h"

#define PLACE 20.0 /* a mark's place is so wide and high */
#define HEAD 16.0  /* above all rows: what goes up */
#define TOP 7.0    /* above the places of a cell: the head of an arrow from above has room there */
#define NEAR 9.5  /* a way that is so close to the middle of a mark seems to go through it */
#define ROUNDS 4   /* of looking for better places */

static const int ways[][2] = { { MATRIX_INHERENT, MATRIX_RESIDUAL }, { MATRIX_RESIDUAL, MATRIX_TARGET } };

const struct report_level *matrix_level(const struct document_matrix_point *point, int face)
{
	return face == MATRIX_INHERENT ? &point->inherent : face == MATRIX_RESIDUAL ? &point->residual : &point->target;
}

static bool is_in(const struct report_scale *scale, const struct report_level *level)
{
	return level->likelihood >= 1 && level->likelihood <= scale->likelihoods && level->impact >= 1 &&
	       level->impact <= scale->impacts;
}

static bool is_same(const struct report_level *a, const struct report_level *b)
{
	return a->likelihood == b->likelihood && a->impact == b->impact;
}

static void choose_marks(struct matrix_marks *marks)
{
	for (size_t i = 0; i < marks->count; i++) {
		struct matrix_risk *risk = &marks->risks[i];
		const struct document_matrix_point *point = risk->point;
		risk->has[MATRIX_RESIDUAL] = is_in(marks->scale, &point->residual);
		for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face += MATRIX_TARGET - MATRIX_INHERENT)
			risk->has[face] = is_in(marks->scale, matrix_level(point, face)) &&
			                  !is_same(matrix_level(point, face), &point->residual);
	}
}

/* ---- A first place for each ---------------------------------------------------------------- */

/* Places beside each other in a cell. */
static size_t across(const struct matrix_marks *marks)
{
	return (size_t)((marks->cell - 4) / PLACE);
}

/* How many marks are in a cell; `place` is called for each of them with its number. */
static size_t visit_cell(struct matrix_marks *marks, unsigned likelihood, unsigned impact,
                         void (*place)(struct matrix_marks *marks, struct matrix_risk *risk, int face, size_t number))
{
	struct report_level cell = { .likelihood = likelihood, .impact = impact };
	size_t count = 0;

	for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++)
		for (size_t i = 0; i < marks->count; i++)
			if (marks->risks[i].has[face] && is_same(matrix_level(marks->risks[i].point, face), &cell)) {
				if (place)
					place(marks, &marks->risks[i], face, count);
				count++;
			}
	return count;
}

static struct canvas_point place_at(const struct matrix_marks *marks, const struct report_level *level, size_t column,
                                    size_t row)
{
	double left = marks->x + (level->impact - 1) * marks->cell + (marks->cell - (double)across(marks) * PLACE) / 2;
	double top = marks->tops[marks->scale->likelihoods - level->likelihood] + TOP;

	return (struct canvas_point){ left + ((double)column + 0.5) * PLACE, top + ((double)row + 0.5) * PLACE };
}

/* Every other one of the first two rows, as on a chessboard, then those between them, then
 * further rows: few marks are so on one line with each other. */
static void place_mark(struct matrix_marks *marks, struct matrix_risk *risk, int face, size_t number)
{
	size_t column = number % across(marks), row = number / across(marks);

	if (row < 2)
		row = (row + column) % 2;
	risk->at[face] = place_at(marks, matrix_level(risk->point, face), column, row);
}

/* Each row is as high as its fullest cell needs. */
static void place_marks(struct matrix_marks *marks, double least)
{
	const struct report_scale *scale = marks->scale;

	marks->tops[0] = HEAD;
	for (unsigned row = 0; row < scale->likelihoods; row++) {
		double high = least;
		for (unsigned impact = 1; impact <= scale->impacts; impact++) {
			size_t count = visit_cell(marks, scale->likelihoods - row, impact, NULL);
			size_t rows = (count + across(marks) - 1) / across(marks);
			rows = count > 1 && rows < 2 ? 2 : rows;
			high = fmax(high, MATRIX_CORNER + (double)rows * PLACE + TOP);
		}
		marks->tops[row + 1] = marks->tops[row] + high;
	}
	for (unsigned likelihood = 1; likelihood <= scale->likelihoods; likelihood++)
		for (unsigned impact = 1; impact <= scale->impacts; impact++)
			visit_cell(marks, likelihood, impact, place_mark);
}

/* ---- Better ones -------------------------------------------------------------------------- */

static double distance_to_way(struct canvas_point point, struct canvas_point from, struct canvas_point to)
{
	double dx = to.x - from.x, dy = to.y - from.y, length = dx * dx + dy * dy;
	double along = length > 0 ? ((point.x - from.x) * dx + (point.y - from.y) * dy) / length : 0;

	along = fmin(fmax(along, 0), 1);
	return hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}

/* How many marks lie on a way of a risk, its own two left out. */
static unsigned marks_on_way(const struct matrix_marks *marks, const struct matrix_risk *risk, const int way[2])
{
	unsigned count = 0;

	if (!risk->has[way[0]] || !risk->has[way[1]])
		return 0;
	for (size_t i = 0; i < marks->count; i++)
		for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++) {
			const struct matrix_risk *other = &marks->risks[i];
			if (other->has[face] && !(other == risk && (face == way[0] || face == way[1])))
				count += distance_to_way(other->at[face], risk->at[way[0]], risk->at[way[1]]) < NEAR;
		}
	return count;
}

/* How many ways of all risks lead over a mark. */
static unsigned ways_over_mark(const struct matrix_marks *marks, const struct matrix_risk *risk, int face)
{
	unsigned count = 0;

	for (size_t i = 0; i < marks->count; i++)
		for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
			const struct matrix_risk *other = &marks->risks[i];
			if (other->has[ways[k][0]] && other->has[ways[k][1]] &&
			    !(other == risk && (face == ways[k][0] || face == ways[k][1])))
				count += distance_to_way(risk->at[face], other->at[ways[k][0]], other->at[ways[k][1]]) < NEAR;
		}
	return count;
}

/* What is wrong with the place that a mark has. */
static unsigned mark_cost(const struct matrix_marks *marks, const struct matrix_risk *risk, int face)
{
	unsigned cost = ways_over_mark(marks, risk, face);

	for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++)
		if (ways[k][0] == face || ways[k][1] == face)
			cost += marks_on_way(marks, risk, ways[k]);
	return cost;
}

static bool is_taken(const struct matrix_marks *marks, const struct matrix_risk *risk, int face, struct canvas_point at)
{
	for (size_t i = 0; i < marks->count; i++)
		for (int each = MATRIX_INHERENT; each <= MATRIX_TARGET; each++) {
			const struct matrix_risk *other = &marks->risks[i];
			if (other->has[each] && !(other == risk && each == face) &&
			    hypot(other->at[each].x - at.x, other->at[each].y - at.y) < PLACE - 1)
				return true;
		}
	return false;
}

/* The free place of its cell with which the least is wrong; where it is, if none is better. */
static bool move_mark(struct matrix_marks *marks, struct matrix_risk *risk, int face)
{
	const struct report_level *level = matrix_level(risk->point, face);
	unsigned row = marks->scale->likelihoods - level->likelihood, least = mark_cost(marks, risk, face);
	size_t rows = (size_t)((marks->tops[row + 1] - marks->tops[row] - MATRIX_CORNER - TOP) / PLACE);
	struct canvas_point best = risk->at[face], before = best;

	for (size_t place = 0; least > 0 && place < rows * across(marks); place++) {
		struct canvas_point at = place_at(marks, level, place % across(marks), place / across(marks));
		if (is_taken(marks, risk, face, at))
			continue;
		risk->at[face] = at;
		unsigned cost = mark_cost(marks, risk, face);
		if (cost < least) {
			least = cost;
			best = at;
		}
	}
	risk->at[face] = best;
	return best.x != before.x || best.y != before.y;
}

static void untangle(struct matrix_marks *marks)
{
	bool has_moved = true;

	for (int round = 0; has_moved && round < ROUNDS; round++) {
		has_moved = false;
		for (size_t i = 0; i < marks->count; i++)
			for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++)
				if (marks->risks[i].has[face])
					has_moved |= move_mark(marks, &marks->risks[i], face);
	}
}

void matrix_places(struct matrix_marks *marks, double least)
{
	choose_marks(marks);
	place_marks(marks, least);
	untangle(marks);
}
