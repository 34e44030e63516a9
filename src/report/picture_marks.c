/* The risk matrix with each risk as a numbered mark at each of its levels, and arrows
 * between them, over a legend of them all. */
#include <math.h>

#include "report/picture_matrix.h"

#define RADIUS 8.6
#define ROW_LEAST 60.0
#define ROW_LEAST_LOW 40.0
#define LOW_PAGE 660.0
#define FOOT 32.0       /* the labels of the impacts, and what goes right */
#define ENTRY 16.0

/* ---- Drawing ---------------------------------------------------------------------------------- */

static void draw_cell(const struct matrix_marks *marks, unsigned likelihood, unsigned impact, struct canvas *canvas)
{
	const struct report_scale *scale = marks->scale;
	struct canvas_style style = matrix_cell_style(scale, likelihood, impact);
	unsigned row = scale->likelihoods - likelihood;

	canvas->type->rectangle(canvas, marks->x + (impact - 1) * marks->cell, marks->tops[row], marks->cell,
	                        marks->tops[row + 1] - marks->tops[row], &style);
}

/* What a cell means, on a ground of its own over the arrows; at its foot, as most arrows come
 * from above. */
static void draw_corner(const struct matrix_marks *marks, unsigned likelihood, unsigned impact, struct canvas *canvas)
{
	const struct report_scale *scale = marks->scale;
	struct canvas_style ground = matrix_cell_style(scale, likelihood, impact);
	struct canvas_text look = picture_text(8, CANVAS_START, PICTURE_BLACK);
	double x = marks->x + (impact - 1) * marks->cell + 4, y = marks->tops[scale->likelihoods - likelihood + 1] - MATRIX_CORNER;
	struct buffer text = { 0 };

	ground.stroke = CANVAS_NONE;
	buffer_append_format(&text, "%u %s", likelihood * impact,
	                     scale->bands.count ? scale->bands.items[matrix_band(scale, likelihood * impact)].title : "");
	picture_letters_fit(canvas, buffer_text(&text), marks->cell - 8, &look);
	double wide = fmin(canvas->type->text_width(canvas, buffer_text(&text), &look), marks->cell - 8);
	canvas->type->rectangle(canvas, x - 1, y + 1, wide + 2, MATRIX_CORNER - 2, &ground);
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

static void draw_axes(const struct matrix_marks *marks, struct canvas *canvas)
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

/* From the rim of one mark to the rim of another; or its white border, so that it is seen on
 * every ground, which comes below all ways. */
static void draw_way(struct canvas *canvas, struct canvas_point from, struct canvas_point to, bool dashed,
                     bool is_border)
{
	double length = hypot(to.x - from.x, to.y - from.y);
	double x = (to.x - from.x) / length * (RADIUS + 1), y = (to.y - from.y) / length * (RADIUS + 1);
	struct canvas_style border = picture_stroke(PICTURE_WHITE, 3.4), line = picture_stroke(PICTURE_BLACK, 1.3);

	line.dashed = dashed;
	if (is_border)
		canvas->type->line(canvas, from.x + x, from.y + y, to.x - x, to.y - y, &border);
	else
		canvas_arrow(canvas, from.x + x, from.y + y, to.x - x, to.y - y, &line);
}

static void draw_mark(struct canvas *canvas, struct canvas_point at, int face, size_t number)
{
	struct canvas_style style = { face == MATRIX_RESIDUAL ? PICTURE_BLACK : PICTURE_WHITE, CANVAS_PLAIN,
		                          face == MATRIX_RESIDUAL ? PICTURE_WHITE : PICTURE_BLACK, 1.2, false };
	struct canvas_text look = picture_bold(8.5, CANVAS_MIDDLE, face == MATRIX_RESIDUAL ? PICTURE_WHITE : PICTURE_BLACK);
	double half = RADIUS - 1;
	char text[SAY_NUMBER_SIZE];

	if (face == MATRIX_TARGET)
		canvas->type->rectangle(canvas, at.x - half, at.y - half, 2 * half, 2 * half, &style);
	else
		canvas->type->circle(canvas, at.x, at.y, RADIUS, &style);
	if (number)
		canvas->type->text(canvas, at.x, at.y + 3.1, say_number(number, text), &look);
}

/* Calls `draw` for each cell. */
static void each_cell(const struct matrix_marks *marks, struct canvas *canvas,
                      void (*draw)(const struct matrix_marks *marks, unsigned likelihood, unsigned impact,
                                   struct canvas *canvas))
{
	for (unsigned likelihood = 1; likelihood <= marks->scale->likelihoods; likelihood++)
		for (unsigned impact = 1; impact <= marks->scale->impacts; impact++)
			draw(marks, likelihood, impact, canvas);
}

static void draw_ways(const struct matrix_marks *marks, bool borders, struct canvas *canvas)
{
	for (size_t i = 0; i < marks->count; i++) {
		const struct matrix_risk *risk = &marks->risks[i];
		if (risk->has[MATRIX_INHERENT] && risk->has[MATRIX_RESIDUAL])
			draw_way(canvas, risk->at[MATRIX_INHERENT], risk->at[MATRIX_RESIDUAL], false, borders);
		if (risk->has[MATRIX_TARGET] && risk->has[MATRIX_RESIDUAL])
			draw_way(canvas, risk->at[MATRIX_RESIDUAL], risk->at[MATRIX_TARGET], true, borders);
	}
}

static void draw_marks(const struct matrix_marks *marks, struct canvas *canvas)
{
	for (size_t i = 0; i < marks->count; i++) {
		const struct matrix_risk *risk = &marks->risks[i];
		struct buffer title = { 0 };
		buffer_append_format(&title, "%s %s", risk->point->id, risk->point->title);
		canvas->type->group_begin(canvas, buffer_text(&title));
		for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++)
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

static void draw_entry(const struct matrix_marks *marks, size_t index, double width, double y, struct canvas *canvas)
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
		for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++) {
			buffer_append_text(&text, face ? " \u2192 " : "");
			append_level(&text, matrix_level(point, face));
		}
	else
		buffer_append_text(&text, say(PHRASE_NOT_ASSESSED));
	double right = canvas_text_within(canvas, width, y + 11, width * 0.3, buffer_text(&text), &levels);
	double wide = canvas_text_within(canvas, 26, y + 11, width * 0.25, point->id, &bold);
	canvas_text_within(canvas, 32 + wide, y + 11, width - right - wide - 44, point->title, &look);
	buffer_free(&text);
}

static double draw_legend(const struct matrix_marks *marks, double width, double y, struct canvas *canvas)
{
	static const enum phrase names[MATRIX_FACES] = { PHRASE_INHERENT, PHRASE_RESIDUAL, PHRASE_TARGET_LEVEL };
	struct picture_legend legend = { canvas, width, 0, y };

	for (int face = MATRIX_INHERENT; face <= MATRIX_TARGET; face++) {
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
	struct matrix_marks marks = { .scale = matrix->scale, .first = first, .x = fmin(fmax(room.width * 0.2, 80), 130) };

	for (size_t i = first; i < last && marks.count < MATRIX_RISKS_MOST; i++)
		marks.risks[marks.count++].point = &matrix->points.items[i];
	marks.cell = (room.width - marks.x - 1) / marks.scale->impacts;
	matrix_places(&marks, room.height < LOW_PAGE ? ROW_LEAST_LOW : ROW_LEAST);
	each_cell(&marks, canvas, draw_cell);
	matrix_borders(marks.scale, marks.x, marks.tops, marks.cell, canvas);
	draw_axes(&marks, canvas);
	draw_ways(&marks, true, canvas);
	draw_ways(&marks, false, canvas);
	each_cell(&marks, canvas, draw_corner);
	draw_marks(&marks, canvas);
	return draw_legend(&marks, room.width, marks.tops[marks.scale->likelihoods] + FOOT + 4, canvas);
}
