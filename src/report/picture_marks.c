/* The risk matrix with each risk as a numbered mark at each of its levels, and arrows
 * between them. Each mark has a place of its own within its cell: none lies on another. */
#include <math.h>
#include <string.h>

#include "report/picture_matrix.h"

#define RISKS_MOST 12   /* on one page */
#define PLACE 20.0      /* a mark's place is so wide and high */
#define RADIUS 8.6
#define CORNER 13.0     /* at the foot of each cell, for its score and band */
#define ROW_LEAST 58.0
#define ROW_LEAST_LOW 34.0
#define LOW_PAGE 660.0
#define HEAD 16.0       /* what goes up */
#define FOOT 32.0       /* the labels of the impacts, and what goes right */
#define ENTRY 16.0
#define FACES 3

enum face { INHERENT, RESIDUAL, TARGET };

/* Where a risk's marks are; has: in a cell of their own. Where two of its levels are in one
 * cell, the residual's mark stands for both. */
struct risk_marks {
	const struct document_matrix_point *point;
	struct canvas_point at[FACES];
	bool has[FACES];
};

struct marks {
	const struct report_scale *scale;
	struct risk_marks risks[RISKS_MOST];
	size_t count, first; /* first: number of the first one, from 0 */
	double x, cell, tops[REPORT_LEVELS + 1]; /* tops: of the rows, from the top; and the end of the last */
	size_t across; /* places beside each other in a cell */
};

static const struct report_level *level_of(const struct document_matrix_point *point, int face)
{
	return face == INHERENT ? &point->inherent : face == RESIDUAL ? &point->residual : &point->target;
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

/* ---- Places -------------------------------------------------------------------------------- */

static void choose_marks(struct marks *marks)
{
	for (size_t i = 0; i < marks->count; i++) {
		struct risk_marks *risk = &marks->risks[i];
		const struct document_matrix_point *point = risk->point;
		risk->has[RESIDUAL] = is_in(marks->scale, &point->residual);
		for (int face = INHERENT; face <= TARGET; face += TARGET - INHERENT)
			risk->has[face] = is_in(marks->scale, level_of(point, face)) &&
			                  !is_same(level_of(point, face), &point->residual);
	}
}

/* How many marks are in a cell; `place` is called for each of them with its number. */
static size_t visit_cell(struct marks *marks, unsigned likelihood, unsigned impact,
                         void (*place)(struct marks *marks, struct risk_marks *risk, int face, size_t number))
{
	struct report_level cell = { .likelihood = likelihood, .impact = impact };
	size_t count = 0;

	for (int face = INHERENT; face <= TARGET; face++)
		for (size_t i = 0; i < marks->count; i++)
			if (marks->risks[i].has[face] && is_same(level_of(marks->risks[i].point, face), &cell)) {
				if (place)
					place(marks, &marks->risks[i], face, count);
				count++;
			}
	return count;
}

/* The places of a cell: every other one of its first two rows, as on a chessboard, then those
 * between them, then further rows: few marks are so on one line with each other. */
static void choose_place(size_t number, size_t across, size_t *column, size_t *row)
{
	*column = number % across;
	*row = number / across;
	if (*row < 2)
		*row = (*row + *column) % 2;
}

static void place_mark(struct marks *marks, struct risk_marks *risk, int face, size_t number)
{
	const struct report_level *level = level_of(risk->point, face);
	size_t column, row;

	choose_place(number, marks->across, &column, &row);
	double left = marks->x + (level->impact - 1) * marks->cell + (marks->cell - (double)marks->across * PLACE) / 2;
	double top = marks->tops[marks->scale->likelihoods - level->likelihood] + 2;

	risk->at[face].x = left + ((double)column + 0.5) * PLACE;
	risk->at[face].y = top + ((double)row + 0.5) * PLACE;
}

/* Each row is as high as its fullest cell needs. */
static void place_marks(struct marks *marks, double least)
{
	const struct report_scale *scale = marks->scale;

	marks->tops[0] = HEAD;
	for (unsigned row = 0; row < scale->likelihoods; row++) {
		double high = least;
		for (unsigned impact = 1; impact <= scale->impacts; impact++) {
			size_t count = visit_cell(marks, scale->likelihoods - row, impact, NULL);
			size_t rows = (count + marks->across - 1) / marks->across;
			rows = count > 1 && rows < 2 ? 2 : rows;
			high = fmax(high, CORNER + (double)rows * PLACE + 2);
		}
		marks->tops[row + 1] = marks->tops[row] + high;
	}
	for (unsigned likelihood = 1; likelihood <= scale->likelihoods; likelihood++)
		for (unsigned impact = 1; impact <= scale->impacts; impact++)
			visit_cell(marks, likelihood, impact, place_mark);
}

/* ---- Drawing ---------------------------------------------------------------------------------- */

static void draw_cell(const struct marks *marks, unsigned likelihood, unsigned impact, struct canvas *canvas)
{
	const struct report_scale *scale = marks->scale;
	struct canvas_style style = matrix_cell_style(scale, likelihood, impact);
	unsigned row = scale->likelihoods - likelihood;

	canvas->type->rectangle(canvas, marks->x + (impact - 1) * marks->cell, marks->tops[row], marks->cell,
	                        marks->tops[row + 1] - marks->tops[row], &style);
}

/* What a cell means, on a ground of its own over the arrows; at its foot, as most arrows come
 * from above. */
static void draw_corner(const struct marks *marks, unsigned likelihood, unsigned impact, struct canvas *canvas)
{
	const struct report_scale *scale = marks->scale;
	struct canvas_style ground = matrix_cell_style(scale, likelihood, impact);
	struct canvas_text look = picture_text(8, CANVAS_START, PICTURE_BLACK);
	double x = marks->x + (impact - 1) * marks->cell + 4, y = marks->tops[scale->likelihoods - likelihood + 1] - CORNER;
	struct buffer text = { 0 };

	ground.stroke = CANVAS_NONE;
	buffer_append_format(&text, "%u %s", likelihood * impact,
	                     scale->bands.count ? scale->bands.items[matrix_band(scale, likelihood * impact)].title : "");
	picture_letters_fit(canvas, buffer_text(&text), marks->cell - 8, &look);
	double wide = fmin(canvas->type->text_width(canvas, buffer_text(&text), &look), marks->cell - 8);
	canvas->type->rectangle(canvas, x - 1, y + 1, wide + 2, CORNER - 2, &ground);
	canvas_text_within(canvas, x, y + 9.5, marks->cell - 8, buffer_text(&text), &look);
	buffer_free(&text);
}

/* The labels of an axis, each where it is told, all in letters of one size. */
static void draw_levels(const char *const *titles, unsigned count, double width, struct canvas_text look,
                        const struct canvas_point *at, struct canvas *canvas)
{
	struct buffer text[REPORT_LEVELS + 1] = { 0 };

	for (unsigned i = 1; i <= count; i++) {
		buffer_append_format(&text[i], "%u %s", i, titles[i] ? titles[i] : "");
		picture_letters_fit(canvas, buffer_text(&text[i]), width, &look);
	}
	for (unsigned i = 1; i <= count; i++) {
		canvas_text_within(canvas, at[i].x, at[i].y, width, buffer_text(&text[i]), &look);
		buffer_free(&text[i]);
	}
}

static void draw_axes(const struct marks *marks, struct canvas *canvas)
{
	const struct report_scale *scale = marks->scale;
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_END, CANVAS_INK);
	struct canvas_text title = picture_bold(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	struct canvas_style line = picture_stroke(CANVAS_INK, 1);
	struct canvas_point at[REPORT_LEVELS + 1] = { 0 };
	double bottom = marks->tops[scale->likelihoods], wide;

	for (unsigned i = 1; i <= scale->likelihoods; i++) {
		unsigned row = scale->likelihoods - i;
		at[i] = (struct canvas_point){ marks->x - 6, (marks->tops[row] + marks->tops[row + 1]) / 2 + 3 };
	}
	draw_levels(scale->likelihood, scale->likelihoods, marks->x - 8, look, at, canvas);
	look.anchor = CANVAS_MIDDLE;
	for (unsigned i = 1; i <= scale->impacts; i++)
		at[i] = (struct canvas_point){ marks->x + (i - 0.5) * marks->cell, bottom + 12 };
	draw_levels(scale->impact, scale->impacts, marks->cell - 4, look, at, canvas);
	wide = canvas_text_within(canvas, 0, 10, marks->x + marks->cell, say(PHRASE_LIKELIHOOD), &title);
	canvas_arrow(canvas, wide + 9, 12, wide + 9, 1, &line);
	wide = canvas_text_within(canvas, marks->x, bottom + 26, marks->cell * scale->impacts - 24, say(PHRASE_IMPACT),
	                          &title);
	canvas_arrow(canvas, marks->x + wide + 6, bottom + 23, marks->x + wide + 19, bottom + 23, &line);
}

/* From the rim of one mark to the rim of another, with a white border, so that it is seen on
 * every ground. */
static void draw_way(struct canvas *canvas, struct canvas_point from, struct canvas_point to, bool dashed)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	double x = (to.x - from.x) / length * (RADIUS + 1), y = (to.y - from.y) / length * (RADIUS + 1);
	struct canvas_style border = picture_stroke(PICTURE_WHITE, 3.4), line = picture_stroke(PICTURE_BLACK, 1.3);

	line.dashed = dashed;
	canvas->type->line(canvas, from.x + x, from.y + y, to.x - x, to.y - y, &border);
	canvas_arrow(canvas, from.x + x, from.y + y, to.x - x, to.y - y, &line);
}

static void draw_mark(struct canvas *canvas, struct canvas_point at, int face, size_t number)
{
	struct canvas_style style = { face == RESIDUAL ? PICTURE_BLACK : PICTURE_WHITE, CANVAS_PLAIN,
		                          face == RESIDUAL ? PICTURE_WHITE : PICTURE_BLACK, 1.2, false };
	struct canvas_text look = picture_bold(8.5, CANVAS_MIDDLE, face == RESIDUAL ? PICTURE_WHITE : PICTURE_BLACK);
	double half = RADIUS - 1;
	char text[SAY_NUMBER_SIZE];

	if (face == TARGET)
		canvas->type->rectangle(canvas, at.x - half, at.y - half, 2 * half, 2 * half, &style);
	else
		canvas->type->circle(canvas, at.x, at.y, RADIUS, &style);
	if (number)
		canvas->type->text(canvas, at.x, at.y + 3.1, say_number(number, text), &look);
}

/* Calls `draw` for each cell. */
static void each_cell(const struct marks *marks, struct canvas *canvas,
                      void (*draw)(const struct marks *marks, unsigned likelihood, unsigned impact,
                                   struct canvas *canvas))
{
	for (unsigned likelihood = 1; likelihood <= marks->scale->likelihoods; likelihood++)
		for (unsigned impact = 1; impact <= marks->scale->impacts; impact++)
			draw(marks, likelihood, impact, canvas);
}

static void draw_ways(const struct marks *marks, struct canvas *canvas)
{
	for (size_t i = 0; i < marks->count; i++) {
		const struct risk_marks *risk = &marks->risks[i];
		if (risk->has[INHERENT] && risk->has[RESIDUAL])
			draw_way(canvas, risk->at[INHERENT], risk->at[RESIDUAL], false);
		if (risk->has[TARGET] && risk->has[RESIDUAL])
			draw_way(canvas, risk->at[RESIDUAL], risk->at[TARGET], true);
	}
	each_cell(marks, canvas, draw_corner);
	for (size_t i = 0; i < marks->count; i++) {
		const struct risk_marks *risk = &marks->risks[i];
		struct buffer title = { 0 };
		buffer_append_format(&title, "%s %s", risk->point->id, risk->point->title);
		canvas->type->group_begin(canvas, buffer_text(&title));
		for (int face = INHERENT; face <= TARGET; face++)
			if (risk->has[face])
				draw_mark(canvas, risk->at[face], face, marks->first + i + 1);
		canvas->type->group_end(canvas);
		buffer_free(&title);
	}
}

/* ---- The legend --------------------------------------------------------------------------------- */

static void append_level(struct buffer *to, const struct report_level *level)
{
	if (level->score)
		buffer_append_format(to, "%u\u00d7%u", level->likelihood, level->impact);
	else
		buffer_append_text(to, "\u2013");
}

static void draw_entry(const struct marks *marks, size_t index, double width, double y, struct canvas *canvas)
{
	const struct document_matrix_point *point = marks->risks[index].point;
	struct canvas_text number = picture_bold(PICTURE_SMALL, CANVAS_END, CANVAS_INK);
	struct canvas_text bold = picture_bold(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_INK);
	struct canvas_text levels = picture_text(PICTURE_SMALL, CANVAS_END, CANVAS_INK);
	char digits[SAY_NUMBER_SIZE];
	struct buffer text = { 0 };

	canvas->type->text(canvas, 18, y + 11, say_number(marks->first + index + 1, digits), &number);
	if (point->residual.score || point->inherent.score || point->target.score)
		for (int face = INHERENT; face <= TARGET; face++) {
			buffer_append_text(&text, face ? " \u2192 " : "");
			append_level(&text, level_of(point, face));
		}
	else
		buffer_append_text(&text, say(PHRASE_NOT_ASSESSED));
	double right = canvas_text_within(canvas, width, y + 11, width * 0.3, buffer_text(&text), &levels);
	double wide = canvas_text_within(canvas, 26, y + 11, width * 0.25, point->id, &bold);
	canvas_text_within(canvas, 32 + wide, y + 11, width - right - wide - 44, point->title, &look);
	buffer_free(&text);
}

static double draw_legend(const struct marks *marks, double width, double y, struct canvas *canvas)
{
	static const enum phrase names[FACES] = { PHRASE_INHERENT, PHRASE_RESIDUAL, PHRASE_TARGET_LEVEL };
	struct picture_legend legend = { canvas, width, 0, y };

	for (int face = INHERENT; face <= TARGET; face++) {
		struct canvas_point at = picture_legend_add(&legend, say(names[face]));
		draw_mark(canvas, (struct canvas_point){ at.x + 9, at.y + 8 }, face, 0);
	}
	y = picture_legend_end(&legend) + 6;
	for (size_t i = 0; i < marks->count; i++, y += ENTRY)
		draw_entry(marks, i, width, y, canvas);
	return y;
}

double matrix_marks_draw(const struct document_matrix *matrix, struct picture_room room, size_t first, size_t last,
                         struct canvas *canvas)
{
	struct marks marks = { .scale = matrix->scale, .first = first, .x = fmin(fmax(room.width * 0.2, 80), 130) };

	for (size_t i = first; i < last && marks.count < RISKS_MOST; i++)
		marks.risks[marks.count++].point = &matrix->points.items[i];
	marks.cell = (room.width - marks.x - 1) / marks.scale->impacts;
	marks.across = (size_t)((marks.cell - 4) / PLACE);
	choose_marks(&marks);
	place_marks(&marks, room.height < LOW_PAGE ? ROW_LEAST_LOW : ROW_LEAST);
	each_cell(&marks, canvas, draw_cell);
	matrix_borders(marks.scale, marks.x, marks.tops, marks.cell, canvas);
	draw_axes(&marks, canvas);
	draw_ways(&marks, canvas);
	return draw_legend(&marks, room.width, marks.tops[marks.scale->likelihoods] + FOOT + 4, canvas);
}
