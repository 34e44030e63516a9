/* A canvas that remembers what is painted, and a document with a figure of each type, for the
 * tests of pictures. */
#ifndef TESTS_PICTURE_FIXTURE_H
#define TESTS_PICTURE_FIXTURE_H

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "document_fixture.h"
#include "report/canvas_width.h"
#include "report/picture.h"

#define SHAPES 60000

struct shape {
	char text[200]; /* of a text */
	double x1, y1, x2, y2;
	bool is_circle;
};

static struct recording {
	struct canvas canvas;
	struct shape texts[SHAPES], shapes[SHAPES];
	size_t text_count, shape_count, groups, open;
	char group[300];
	bool in_group[SHAPES];
} recording;

static void record(double x1, double y1, double x2, double y2, bool is_circle)
{
	ck_assert_uint_lt(recording.shape_count, SHAPES);
	recording.in_group[recording.shape_count] = recording.open > 0;
	recording.shapes[recording.shape_count++] = (struct shape){ "", x1, y1, x2, y2, is_circle };
}

static void rectangle(struct canvas *canvas, double x, double y, double width, double height,
                      const struct canvas_style *style)
{
	ck_assert_ptr_eq(canvas, &recording.canvas);
	ck_assert(width >= 0 && height >= 0 && style->pattern < CANVAS_PATTERNS);
	record(x, y, x + width, y + height, false);
}

static void circle(struct canvas *canvas, double x, double y, double radius, const struct canvas_style *style)
{
	ck_assert(canvas && style);
	record(x - radius, y - radius, x + radius, y + radius, true);
}

static void polygon(struct canvas *canvas, const struct canvas_point *corners, size_t count,
                    const struct canvas_style *style)
{
	struct shape all = { "", corners->x, corners->y, corners->x, corners->y, false };

	ck_assert(canvas && style && count >= 3 && count <= 8);
	for (size_t i = 1; i < count; i++) {
		all.x1 = fmin(all.x1, corners[i].x), all.x2 = fmax(all.x2, corners[i].x);
		all.y1 = fmin(all.y1, corners[i].y), all.y2 = fmax(all.y2, corners[i].y);
	}
	record(all.x1, all.y1, all.x2, all.y2, false);
}

static void line(struct canvas *canvas, double x1, double y1, double x2, double y2, const struct canvas_style *style)
{
	ck_assert(canvas && style);
	record(fmin(x1, x2), fmin(y1, y2), fmax(x1, x2), fmax(y1, y2), false);
}

static void text(struct canvas *canvas, double x, double y, const char *words, const struct canvas_text *look)
{
	double width = canvas_width(words, look->size, look->bold);
	double left = look->anchor == CANVAS_START ? x : look->anchor == CANVAS_MIDDLE ? x - width / 2 : x - width;

	ck_assert(canvas && recording.text_count < SHAPES);
	struct shape *shape = &recording.texts[recording.text_count++];
	*shape = (struct shape){ "", left, y - look->size * 0.72, left + width, y, false };
	snprintf(shape->text, sizeof shape->text, "%s", words);
}

static double text_width(struct canvas *canvas, const char *words, const struct canvas_text *look)
{
	ck_assert_ptr_nonnull(canvas);
	return canvas_width(words, look->size, look->bold);
}

static void group_begin(struct canvas *canvas, const char *title)
{
	ck_assert(canvas && recording.open == 0 && *title);
	recording.open = 1;
	recording.groups++;
}

static void group_end(struct canvas *canvas)
{
	ck_assert(canvas && recording.open == 1);
	recording.open = 0;
}

static const struct canvas_type type = { rectangle, circle, polygon, line, text, text_width, group_begin, group_end };

static struct document document;
static struct report_scale scale;
static const struct document_figure *figures[4]; /* by type */

static inline void make(size_t count)
{
	size_t found = 0;

	document_fixture_make(&document, &scale, count);
	for (size_t i = 0; i < document.sections.count; i++)
		for (size_t k = 0; k < document.sections.items[i].blocks.count; k++)
			if (document.sections.items[i].blocks.items[k].type == DOCUMENT_FIGURE_BLOCK) {
				const struct document_figure *figure = document.sections.items[i].blocks.items[k].figure;
				figures[figure->type] = figure;
				found++;
			}
	ck_assert_uint_eq(found, 4);
	ck_assert(!document.arena.failed);
}

static inline double draw(const struct document_figure *figure, struct picture_room room, size_t page)
{
	recording.canvas.type = &type;
	recording.text_count = recording.shape_count = recording.groups = 0;
	return picture_draw(figure, room, page, &recording.canvas);
}

static inline bool overlap(const struct shape *a, const struct shape *b)
{
	return a->x1 < b->x2 - 0.2 && b->x1 < a->x2 - 0.2 && a->y1 < b->y2 - 0.2 && b->y1 < a->y2 - 0.2;
}

static void expect_within(const struct shape *shape, struct picture_room room, double height)
{
	ck_assert_msg(shape->x1 >= -1 && shape->y1 >= -1 && shape->x2 <= room.width + 1 && shape->y2 <= height + 1,
	              "\"%s\" %.1f %.1f %.1f %.1f in %.1f x %.1f", shape->text, shape->x1, shape->y1, shape->x2, shape->y2,
	              room.width, height);
}

/* What was recorded lies within the room, so high, and no text on another. */
static inline void expect_apart(const struct document_figure *figure, struct picture_room room, double height, size_t page)
{
	ck_assert_uint_gt(recording.text_count, 0);
	for (size_t i = 0; i < recording.shape_count; i++)
		expect_within(&recording.shapes[i], room, height);
	for (size_t i = 0; i < recording.text_count; i++) {
		expect_within(&recording.texts[i], room, height);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(!overlap(&recording.texts[i], &recording.texts[k]),
			              "figure %d, page %zu of %.0f x %.0f: \"%s\" on \"%s\"", (int)figure->type, page, room.width,
			              room.height, recording.texts[i].text, recording.texts[k].text);
	}
}

static inline void expect_sound(const struct document_figure *figure, struct picture_room room, size_t page)
{
	struct canvas_blind blind = canvas_blind(&recording.canvas);
	double height = draw(figure, room, page);

	ck_assert_msg(height <= room.height, "figure %d, page %zu of %.0f x %.0f: %.1f high", (int)figure->type, page,
	              room.width, room.height, height);
	expect_apart(figure, room, height, page);
	ck_assert_double_eq_tol(picture_draw(figure, room, page, &blind.canvas), height, 1e-9);
}

static const struct picture_room rooms[] = { { 400, 450 }, { 480, 640 }, { 480, 700 }, { 720, 880 }, { 760, 480 } };
static const size_t counts[] = { 1, 5, 13, 500 };

#endif
