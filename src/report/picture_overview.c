/* The risk matrix as counts: how many risks were, are and shall be in each cell. Bands are
 * told by colour, by hatching and by the thick lines between them. */
#include <string.h>

#include "report/picture_matrix.h"

#define GAP 22.0
#define AXIS 16.0  /* for the numbers of the levels */
#define HEAD 34.0  /* what level it is, and what goes up */
#define CELL 32.0
#define FOOT 32.0  /* the numbers of the impacts, and what goes right */
#define FACES 3

static const enum canvas_pattern hatching[] = { CANVAS_PLAIN, CANVAS_DOTS, CANVAS_RISING, CANVAS_CROSSED, CANVAS_GRID };

static const struct report_level *level_of(const struct document_matrix_point *point, unsigned face)
{
	return face == 0 ? &point->inherent : face == 1 ? &point->residual : &point->target;
}

static enum canvas_pattern band_pattern(size_t band)
{
	size_t last = sizeof hatching / sizeof hatching[0] - 1;

	return hatching[band < last ? band : last];
}

struct counts {
	uint64_t cells[REPORT_LEVELS + 1][REPORT_LEVELS + 1];
	uint64_t unknown; /* not assessed */
};

static void count_face(const struct document_matrix *matrix, unsigned face, struct counts *counts)
{
	memset(counts, 0, sizeof *counts);
	for (size_t i = 0; i < matrix->points.count; i++) {
		const struct report_level *level = level_of(&matrix->points.items[i], face);
		if (level->likelihood >= 1 && level->likelihood <= matrix->scale->likelihoods && level->impact >= 1 &&
		    level->impact <= matrix->scale->impacts)
			counts->cells[level->likelihood][level->impact]++;
		else
			counts->unknown++;
	}
}

static void draw_cell(const struct document_matrix *matrix, unsigned likelihood, unsigned impact, uint64_t count,
                      struct canvas_point at, double width, struct canvas *canvas)
{
	struct canvas_style style = matrix_cell_style(matrix->scale, likelihood, impact);
	struct canvas_style ground = { PICTURE_WHITE, CANVAS_PLAIN, PICTURE_BLACK, 0.7, false };
	struct canvas_text look = picture_bold(11, CANVAS_MIDDLE, PICTURE_BLACK);
	char number[SAY_NUMBER_SIZE];

	style.pattern = band_pattern(matrix->scale->bands.count ? matrix_band(matrix->scale, likelihood * impact) : 0);
	canvas->type->rectangle(canvas, at.x, at.y, width, CELL, &style);
	if (count == 0)
		return;
	double wide = canvas->type->text_width(canvas, say_number(count, number), &look);
	if (wide > width - 6) {
		look.size *= (width - 6) / wide;
		wide = width - 6;
	}
	canvas->type->rectangle(canvas, at.x + (width - wide) / 2 - 2.5, at.y + 8, wide + 5, CELL - 16, &ground);
	canvas->type->text(canvas, at.x + width / 2, at.y + CELL / 2 + 4, number, &look);
}

static void draw_axes(const struct report_scale *scale, double x, double top, double cell, double bottom,
                      struct canvas *canvas)
{
	struct canvas_text look = picture_text(PICTURE_SMALL, CANVAS_MIDDLE, CANVAS_SOFT);
	struct canvas_text up = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_SOFT);
	struct canvas_style line = picture_stroke(CANVAS_SOFT, 0.8);
	double width = cell * scale->impacts;
	char number[SAY_NUMBER_SIZE];

	for (unsigned i = 1; i <= scale->likelihoods; i++)
		canvas->type->text(canvas, x - AXIS / 2, bottom - ((double)i - 0.5) * CELL + 3, say_number(i, number), &look);
	for (unsigned i = 1; i <= scale->impacts; i++)
		canvas->type->text(canvas, x + ((double)i - 0.5) * cell, bottom + 12, say_number(i, number), &look);
	canvas_arrow(canvas, x - AXIS / 2, top - 3, x - AXIS / 2, top - 13, &line);
	canvas_text_within(canvas, x, top - 5, width, say(PHRASE_LIKELIHOOD), &up);
	double wide = canvas_text_within(canvas, x, bottom + 26, width - 20, say(PHRASE_IMPACT), &up);
	canvas_arrow(canvas, x + wide + 5, bottom + 23, x + wide + 17, bottom + 23, &line);
}

/* Returns how many it does not show, as they are not assessed. */
static uint64_t draw_face(const struct document_matrix *matrix, unsigned face, double x, double width,
                          struct canvas *canvas)
{
	static const enum phrase titles[FACES] = { PHRASE_SHORT_INHERENT, PHRASE_SHORT_RESIDUAL, PHRASE_SHORT_TARGET };
	const struct report_scale *scale = matrix->scale;
	struct canvas_text title = picture_bold(11, CANVAS_START, CANVAS_INK);
	double cell = (width - AXIS) / scale->impacts, left = x + AXIS, tops[REPORT_LEVELS + 1];
	struct counts counts;

	count_face(matrix, face, &counts);
	canvas_text_within(canvas, left, 11, width - AXIS, say(titles[face]), &title);
	for (unsigned row = 0; row <= scale->likelihoods; row++)
		tops[row] = HEAD + row * CELL;
	for (unsigned likelihood = 1; likelihood <= scale->likelihoods; likelihood++)
		for (unsigned impact = 1; impact <= scale->impacts; impact++)
			draw_cell(matrix, likelihood, impact, counts.cells[likelihood][impact],
			          (struct canvas_point){ left + (impact - 1) * cell, tops[scale->likelihoods - likelihood] }, cell,
			          canvas);
	matrix_borders(scale, left, tops, cell, canvas);
	draw_axes(scale, left, HEAD, cell, tops[scale->likelihoods], canvas);
	return counts.unknown;
}

static double draw_bands(const struct report_scale *scale, double width, double y, struct canvas *canvas)
{
	struct picture_legend legend = { canvas, width, 0, y };
	struct buffer text = { 0 };

	for (size_t i = 0; i < scale->bands.count; i++) {
		const struct report_band *band = &scale->bands.items[i];
		struct canvas_style style = matrix_cell_style(scale, 1, band->from);
		buffer_append_format(&text, "%s \xe2\x89\xa5 %u", band->title, band->from);
		struct canvas_point at = picture_legend_add(&legend, buffer_text(&text));
		style.pattern = band_pattern(i);
		style.stroke = PICTURE_BLACK;
		canvas->type->rectangle(canvas, at.x + 0.5, at.y + 2.5, PICTURE_SWATCH - 1, 11, &style);
		buffer_clear(&text);
	}
	buffer_free(&text);
	return picture_legend_end(&legend);
}

double matrix_overview_draw(const struct document_matrix *matrix, double width, struct canvas *canvas)
{
	struct canvas_text soft = picture_text(PICTURE_SMALL, CANVAS_START, CANVAS_SOFT);
	double face = (width - (FACES - 1) * GAP) / FACES, y = HEAD + matrix->scale->likelihoods * CELL + FOOT;
	bool some_unknown = false;

	for (unsigned i = 0; i < FACES; i++) {
		double x = i * (face + GAP);
		uint64_t unknown = draw_face(matrix, i, x, face, canvas);
		struct buffer text = { 0 };
		buffer_append_format(&text, "%s: %llu", say(PHRASE_NOT_ASSESSED), (unsigned long long)unknown);
		if (unknown)
			canvas_text_within(canvas, x + AXIS, y + 8, face - AXIS, buffer_text(&text), &soft);
		some_unknown |= unknown > 0;
		buffer_free(&text);
	}
	return draw_bands(matrix->scale, width, y + (some_unknown ? PICTURE_LINE : 0) + 6, canvas);
}
