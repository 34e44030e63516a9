/* The risk matrix as a sheet: three grids, and each risk with its way from one to the
 * next; and the legend of the scales. */

#include "report/phrases.h"
#include "report/xlsx_parts.h"

#define AXIS_WIDTH 16
#define CELL_WIDTH 24
#define POINT_COLUMNS 5 /* id, title and three levels */

typedef const struct report_level *(*level_of)(const struct document_matrix_point *point);

static const struct report_level *inherent_of(const struct document_matrix_point *point)
{
	return &point->inherent;
}

static const struct report_level *residual_of(const struct document_matrix_point *point)
{
	return &point->residual;
}

static const struct report_level *target_of(const struct document_matrix_point *point)
{
	return &point->target;
}

static const struct report_band *band_of(const struct report_scale *scale, unsigned score)
{
	const struct report_band *found = NULL;

	for (size_t i = 0; i < scale->bands.count; i++)
		if (scale->bands.items[i].from <= score)
			found = &scale->bands.items[i];
	return found;
}

/* The score and the band's name, so that the colour is not needed; then who is there. */
static void say_place(const struct document_matrix *matrix, level_of level, unsigned likelihood, unsigned impact,
                      struct buffer *text)
{
	const struct report_band *band = band_of(matrix->scale, likelihood * impact);
	size_t count = 0;

	buffer_clear(text);
	buffer_append_format(text, "%u", likelihood * impact);
	if (band)
		buffer_append_format(text, " %s", band->title);
	for (size_t i = 0; i < matrix->points.count; i++) {
		const struct document_matrix_point *point = &matrix->points.items[i];
		if (level(point)->likelihood != likelihood || level(point)->impact != impact)
			continue;
		buffer_append_text(text, count++ ? ", " : "\n");
		buffer_append_text(text, point->id);
	}
}

static void put_places(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, const struct document_matrix *matrix,
                       level_of level, unsigned likelihood)
{
	struct buffer texts[REPORT_LEVELS + 1] = { { 0 } };
	unsigned lines = 2;

	for (unsigned impact = 1; impact <= matrix->scale->impacts; impact++) {
		say_place(matrix, level, likelihood, impact, &texts[impact]);
		if (xlsx_lines(buffer_text(&texts[impact]), CELL_WIDTH) > lines)
			lines = xlsx_lines(buffer_text(&texts[impact]), CELL_WIDTH);
	}
	xlsx_row_lines(book, sheet, row, lines);
	for (unsigned impact = 1; impact <= matrix->scale->impacts; impact++) {
		const struct report_band *band = band_of(matrix->scale, likelihood * impact);
		struct xlsx_style style = { .is_framed = true };
		if (band)
			style.has_ground = xlsx_colour(band->colour, &style.ground);
		book->failed |= texts[impact].failed;
		xlsx_text(book, sheet, row, (uint16_t)impact, buffer_text(&texts[impact]), &style);
		buffer_free(&texts[impact]);
	}
}

static void put_level_name(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, uint16_t column,
                           unsigned level, const char *label)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, "%u %s", level, label ? label : "");
	book->failed |= text.failed;
	xlsx_text(book, sheet, row, column, buffer_text(&text), &(struct xlsx_style){ .is_head = true });
	buffer_free(&text);
}

static uint32_t put_grid(struct xlsx_book *book, lxw_worksheet *sheet, const struct document_matrix *matrix,
                         enum phrase heading, level_of level, uint32_t row)
{
	const struct report_scale *scale = matrix->scale;
	struct buffer axes = { 0 };

	xlsx_prose(book, sheet, ++row, AXIS_WIDTH + CELL_WIDTH * scale->impacts, (uint16_t)(scale->impacts + 1),
	           say(heading), &(struct xlsx_style){ .is_bold = true, .size = 13 });
	row++;
	for (unsigned likelihood = scale->likelihoods; likelihood >= 1; likelihood--, row++) {
		put_places(book, sheet, row, matrix, level, likelihood);
		put_level_name(book, sheet, row, 0, likelihood, scale->likelihood[likelihood]);
	}
	xlsx_row_lines(book, sheet, row, 2);
	buffer_append_format(&axes, "\u2191 %s\n\u2192 %s", say(PHRASE_LIKELIHOOD), say(PHRASE_IMPACT));
	book->failed |= axes.failed;
	xlsx_text(book, sheet, row, 0, buffer_text(&axes), &(struct xlsx_style){ .is_head = true });
	buffer_free(&axes);
	for (unsigned impact = 1; impact <= scale->impacts; impact++)
		put_level_name(book, sheet, row, (uint16_t)impact, impact, scale->impact[impact]);
	return row + 1;
}

static uint32_t put_points(struct xlsx_book *book, lxw_worksheet *sheet, const struct document_matrix *matrix,
                           uint32_t row)
{
	static const enum phrase heads[POINT_COLUMNS] = { PHRASE_ID, PHRASE_TITLE, PHRASE_SHORT_INHERENT,
		                                              PHRASE_SHORT_RESIDUAL, PHRASE_SHORT_TARGET };
	const struct xlsx_style framed = { .is_framed = true };

	xlsx_prose(book, sheet, ++row, AXIS_WIDTH + CELL_WIDTH * 4, POINT_COLUMNS, say(PHRASE_MOVES),
	           &(struct xlsx_style){ .is_bold = true, .size = 13 });
	uint32_t head = ++row;
	for (uint16_t i = 0; i < POINT_COLUMNS; i++)
		xlsx_text(book, sheet, head, i, say(heads[i]), &(struct xlsx_style){ .is_head = true });
	for (size_t i = 0; i < matrix->points.count; i++) {
		const struct document_matrix_point *point = &matrix->points.items[i];
		xlsx_row_lines(book, sheet, ++row, xlsx_lines(point->title, CELL_WIDTH));
		xlsx_text(book, sheet, row, 0, point->id, &framed);
		xlsx_text(book, sheet, row, 1, point->title, &framed);
		xlsx_level(book, sheet, row, 2, &point->inherent);
		xlsx_level(book, sheet, row, 3, &point->residual);
		xlsx_level(book, sheet, row, 4, &point->target);
	}
	if (row > head && !book->failed && book->library->worksheet_autofilter(sheet, head, 0, row, POINT_COLUMNS - 1))
		book->failed = true;
	return row + 1;
}

void xlsx_matrix(struct xlsx_book *book, lxw_worksheet *sheet, const struct xlsx_part *part, const char *home)
{
	const struct document_matrix *matrix = &part->figure->matrix;
	uint16_t columns = (uint16_t)(matrix->scale->impacts + 1);
	unsigned width = AXIS_WIDTH + CELL_WIDTH * matrix->scale->impacts;

	if (book->library->worksheet_set_column(sheet, 0, 0, AXIS_WIDTH, NULL) ||
	    book->library->worksheet_set_column(sheet, 1, (uint16_t)(columns > 5 ? columns - 1 : 4), CELL_WIDTH, NULL))
		book->failed = true;
	uint32_t row = xlsx_part_head(book, sheet, part, home, width, columns);
	row = put_grid(book, sheet, matrix, PHRASE_MATRIX_INHERENT, inherent_of, row);
	row = put_grid(book, sheet, matrix, PHRASE_MATRIX_RESIDUAL, residual_of, row);
	row = put_grid(book, sheet, matrix, PHRASE_MATRIX_TARGET, target_of, row);
	row = put_points(book, sheet, matrix, row);
	xlsx_part_foot(book, sheet, part, row, width, columns);
}

/* ---- The legend ------------------------------------------------------------------------------ */

static uint32_t put_labels(struct xlsx_book *book, lxw_worksheet *sheet, uint32_t row, enum phrase heading,
                           const char *const *labels, unsigned count)
{
	xlsx_text(book, sheet, ++row, 0, say(heading), &(struct xlsx_style){ .is_head = true });
	xlsx_blank(book, sheet, row, 1, &(struct xlsx_style){ .is_head = true });
	for (unsigned i = 1; i <= count && i <= REPORT_LEVELS; i++) {
		row++;
		xlsx_number(book, sheet, row, 0, i, &(struct xlsx_style){ .is_framed = true, .is_centred = true });
		xlsx_text(book, sheet, row, 1, labels[i] ? labels[i] : "", &(struct xlsx_style){ .is_framed = true });
	}
	return row + 1;
}

void xlsx_scale(struct xlsx_book *book, const struct xlsx_part *part, const struct report_scale *scale,
                const char *home)
{
	lxw_worksheet *sheet = xlsx_sheet(book, part->name);

	if (!sheet)
		return;
	if (book->library->worksheet_set_column(sheet, 0, 0, AXIS_WIDTH, NULL) ||
	    book->library->worksheet_set_column(sheet, 1, 1, 2 * CELL_WIDTH, NULL))
		book->failed = true;
	uint32_t row = xlsx_part_head(book, sheet, part, home, AXIS_WIDTH + 2 * CELL_WIDTH, 2);
	row = put_labels(book, sheet, row, PHRASE_LIKELIHOOD, scale->likelihood, scale->likelihoods);
	row = put_labels(book, sheet, row, PHRASE_IMPACT, scale->impact, scale->impacts);
	xlsx_prose(book, sheet, ++row, AXIS_WIDTH + 2 * CELL_WIDTH, 2, say(PHRASE_BANDS),
	           &(struct xlsx_style){ .is_head = true });
	for (size_t i = 0; i < scale->bands.count; i++) {
		const struct report_band *band = &scale->bands.items[i];
		struct xlsx_style style = { .is_framed = true, .is_centred = true };
		style.has_ground = xlsx_colour(band->colour, &style.ground);
		xlsx_number(book, sheet, ++row, 0, band->from, &style);
		style.is_centred = false;
		xlsx_text(book, sheet, row, 1, band->title, &style);
	}
}
