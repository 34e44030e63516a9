/* Pictures on a canvas that remembers what is painted: everything lies within the room, no
 * text lies on another, and all that a figure holds is there or counted. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document_fixture.h"
#include "report/canvas_svg.h"
#include "report/canvas_width.h"
#include "report/picture.h"
#include "report/picture_matrix.h"
#include "report/picture_sheet.h"

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

static void make(size_t count)
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

static double draw(const struct document_figure *figure, struct picture_room room, size_t page)
{
	recording.canvas.type = &type;
	recording.text_count = recording.shape_count = recording.groups = 0;
	return picture_draw(figure, room, page, &recording.canvas);
}

static bool overlap(const struct shape *a, const struct shape *b)
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
static void expect_apart(const struct document_figure *figure, struct picture_room room, double height, size_t page)
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

static void expect_sound(const struct document_figure *figure, struct picture_room room, size_t page)
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

START_TEST(nothing_lies_on_anything_or_outside)
{
	make(counts[_i]);
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		for (size_t k = 0; k < 4; k++) {
			size_t pages = picture_pages(figures[k], rooms[i]);
			ck_assert_uint_gt(pages, 0);
			for (size_t page = 0; page < pages; page++)
				expect_sound(figures[k], rooms[i], page);
		}
	document_free(&document);
}
END_TEST

/* How many things of a figure are drawn, over all its pages. */
static size_t groups_of(const struct document_figure *figure, struct picture_room room)
{
	size_t sum = 0;

	for (size_t page = 0; page < picture_pages(figure, room); page++) {
		draw(figure, room, page);
		sum += recording.groups;
	}
	return sum;
}

static bool says(const char *words)
{
	for (size_t i = 0; i < recording.text_count; i++)
		if (strcmp(recording.texts[i].text, words) == 0)
			return true;
	return false;
}

START_TEST(all_is_shown_or_counted)
{
	struct picture_room room = { 720, 880 };

	make(500);
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_TIMELINE], room), 240);
	ck_assert(says("… and 260 more"));
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_BARS], room), 240);
	ck_assert(says("… and 260 more"));
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_MATRIX], room), 60);
	ck_assert(says("… and 440 more"));
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_HEAT], room), 120);
	ck_assert(!says("… and 0 more"));
	document_free(&document);
	make(5);
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_TIMELINE], room), 5);
	ck_assert_uint_eq(groups_of(figures[DOCUMENT_MATRIX], room), 5);
	document_free(&document);
	make(0);
	for (size_t i = 0; i < 4; i++)
		ck_assert_uint_eq(picture_pages(figures[i], room), 0);
	document_free(&document);
}
END_TEST

static bool has_size(const struct shape *shape, double width, double height)
{
	return fabs(shape->x2 - shape->x1 - width) < 0.1 && fabs(shape->y2 - shape->y1 - height) < 0.1;
}

/* Marks of a matrix are circles and squares, those of a timeline diamonds and boxes with a number. */
static bool is_mark(size_t index, enum document_figure_type figure)
{
	const struct shape *shape = &recording.shapes[index];

	if (!recording.in_group[index])
		return false;
	if (figure == DOCUMENT_MATRIX)
		return has_size(shape, 17.2, 17.2) || has_size(shape, 15.2, 15.2);
	return has_size(shape, 8, 8) || has_size(shape, 13, 9);
}

static size_t expect_marks_apart(enum document_figure_type figure)
{
	size_t marks = 0;

	for (size_t i = 0; i < recording.shape_count; i++) {
		for (size_t k = 0; is_mark(i, figure) && k < i; k++)
			ck_assert(!is_mark(k, figure) || !overlap(&recording.shapes[i], &recording.shapes[k]));
		marks += is_mark(i, figure);
	}
	return marks;
}

START_TEST(marks_have_places_of_their_own)
{
	size_t matrix = 0, timeline = 0;

	make(500);
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		for (size_t page = 1; page < picture_pages(figures[DOCUMENT_MATRIX], rooms[i]); page++) {
			draw(figures[DOCUMENT_MATRIX], rooms[i], page);
			matrix += expect_marks_apart(DOCUMENT_MATRIX);
		}
		for (size_t page = 0; page < picture_pages(figures[DOCUMENT_TIMELINE], rooms[i]); page++) {
			draw(figures[DOCUMENT_TIMELINE], rooms[i], page);
			timeline += expect_marks_apart(DOCUMENT_TIMELINE);
		}
	}
	ck_assert_uint_gt(matrix, 60 * 5);
	ck_assert_uint_gt(timeline, 240 * 5);
	document_free(&document);
}
END_TEST

/* A diamond is one milestone, a box so many as is written in it. */
START_TEST(each_milestone_is_drawn_or_counted)
{
	size_t wanted = 0, found = 0;

	make(240);
	for (size_t i = 0; i < 240; i++)
		wanted += figures[DOCUMENT_TIMELINE]->timeline.spans.items[i].marks.count;
	for (size_t page = 0; page < picture_pages(figures[DOCUMENT_TIMELINE], rooms[3]); page++) {
		draw(figures[DOCUMENT_TIMELINE], rooms[3], page);
		for (size_t i = 0; i < recording.shape_count; i++) {
			const struct shape *shape = &recording.shapes[i];
			if (!recording.in_group[i] || !is_mark(i, DOCUMENT_TIMELINE))
				continue;
			if (has_size(shape, 8, 8))
				found++;
			for (size_t k = 0; has_size(shape, 13, 9) && k < recording.text_count; k++)
				if (overlap(&recording.texts[k], shape))
					found += strtoul(recording.texts[k].text, NULL, 10);
		}
	}
	ck_assert_uint_eq(found, wanted);
	document_free(&document);
}
END_TEST

START_TEST(a_matrix_counts_each_risk_at_each_level)
{
	size_t sums[3] = { 0 }, unknown[3] = { 0 };

	make(500);
	draw(figures[DOCUMENT_MATRIX], rooms[3], 0);
	for (size_t i = 0; i < recording.text_count; i++) {
		size_t face = (size_t)(recording.texts[i].x1 / (720 / 3.0 + 5));
		const struct shape *shape = &recording.texts[i];
		if (strncmp(shape->text, "not assessed: ", 14) == 0)
			unknown[face] += strtoul(shape->text + 14, NULL, 10);
		else if (shape->y2 > 34 && strspn(shape->text, "0123456789") == strlen(shape->text) &&
		         shape->y2 - shape->y1 > 7.5) /* counts are written larger than levels */
			sums[face] += strtoul(shape->text, NULL, 10);
	}
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(sums[i] + unknown[i], 500);
	ck_assert_uint_eq(unknown[1], 55);
	document_free(&document);
}
END_TEST

static bool is_end(const struct matrix_risk *risk, int from, const struct matrix_risk *other, int face)
{
	return risk == other && (face == from || face == from + 1);
}

/* Goes along each way in small steps. */
static size_t marks_on_ways(const struct matrix_marks *marks)
{
	size_t found = 0;

	for (size_t i = 0; i < marks->count; i++)
		for (int from = MATRIX_INHERENT; from < MATRIX_TARGET; from++) {
			const struct matrix_risk *risk = &marks->risks[i];
			for (size_t k = 0; k < marks->count * MATRIX_FACES && risk->has[from] && risk->has[from + 1]; k++) {
				const struct matrix_risk *other = &marks->risks[k / MATRIX_FACES];
				int face = (int)(k % MATRIX_FACES);
				bool hit = false;
				for (int step = 0; step <= 200; step++) {
					double part = step / 200.0;
					double x = risk->at[from].x * (1 - part) + risk->at[from + 1].x * part;
					double y = risk->at[from].y * (1 - part) + risk->at[from + 1].y * part;
					hit |= hypot(other->at[face].x - x, other->at[face].y - y) < 9;
				}
				found += hit && other->has[face] && !is_end(risk, from, other, face);
			}
		}
	return found;
}

START_TEST(no_way_leads_over_the_mark_of_another_risk)
{
	/* All in one row: without care, the way from the right to the left goes through the others. */
	static const struct document_matrix_point points[] = {
		{ "A", "", { 3, 5, 15, "", "" }, { 3, 3, 9, "", "" }, { 3, 1, 3, "", "" } },
		{ "B", "", { 3, 4, 12, "", "" }, { 3, 4, 12, "", "" }, { 3, 4, 12, "", "" } },
		{ "C", "", { 3, 2, 6, "", "" }, { 3, 2, 6, "", "" }, { 3, 2, 6, "", "" } },
		{ "D", "", { 4, 5, 20, "", "" }, { 3, 5, 15, "", "" }, { 2, 5, 10, "", "" } },
	};
	size_t found = 0;

	make(500);
	struct matrix_marks marks = { .scale = &scale, .count = 4, .x = 130, .cell = 117 };
	for (size_t i = 0; i < 4; i++)
		marks.risks[i].point = &points[i];
	matrix_places(&marks, 60);
	ck_assert_uint_eq(marks_on_ways(&marks), 0);
	for (size_t first = 0; first < 492; first += 12) { /* of twelve, which is much, there are few */
		struct matrix_marks page = { .scale = &scale, .count = 12, .x = 130, .cell = 117 };
		for (size_t i = 0; i < 12; i++)
			page.risks[i].point = &figures[DOCUMENT_MATRIX]->matrix.points.items[first + i];
		matrix_places(&page, 60);
		found += marks_on_ways(&page);
	}
	ck_assert_uint_lt(found, 200); /* twice as many without care */
	document_free(&document);
}
END_TEST

/* Each arrow has a head, a triangle outside of the groups. */
static size_t count_heads(void)
{
	size_t heads = 0;

	for (size_t i = 0; i < recording.shape_count; i++)
		heads += !recording.in_group[i] && has_size(&recording.shapes[i], 7, 6.5);
	return heads;
}

/* How many ids stand behind "Depends on:" in the boxes. */
static size_t count_named(void)
{
	size_t named = 0;

	for (size_t i = 0; i < recording.text_count; i++)
		if (strncmp(recording.texts[i].text, "Depends on: ", 12) == 0)
			for (const char *at = recording.texts[i].text; at; at = strchr(at + 1, ','))
				named++;
	return named;
}

START_TEST(each_dependency_is_an_arrow_or_named)
{
	struct picture_room room = { 720, 880 };

	document_start(&document);
	document_add_section(&document, 1, "picture", "Picture");
	struct document_figure *figure = document_add_figure(&document, DOCUMENT_DEPENDENCIES, "Wait", "Who waits");
	size_t wanted = 0, found = 0, drawn = 0;
	for (size_t i = 0; i < 100; i++) {
		struct document_dependent *dependent = arena_add(&document.arena, &figure->dependencies.measures);
		dependent->id = document_format(&document, "M%zu", i);
		dependent->title = i % 3 ? "Title" : DOCUMENT_FIXTURE_HOSTILE;
		dependent->done = i % 5 == 0;
		for (size_t k = 0; k < i % 4; k++, wanted++) {
			const char **id = arena_add(&document.arena, &dependent->first);
			*id = k == 2 ? "UNKNOWN" : document_format(&document, "M%zu", i - 1 - i * k * 7 % i % (i < 30 ? i : 30));
		}
	}
	for (size_t page = 0; page < picture_pages(figure, room); page++) {
		expect_sound(figure, room, page);
		drawn += count_heads();
		found += count_heads() + count_named();
	}
	ck_assert_uint_eq(found, wanted);
	ck_assert_uint_gt(drawn, 60);
	document_free(&document);
}
END_TEST

/* ---- Sheets ---------------------------------------------------------------------------- */

static double draw_sheet(const struct picture_sheet *sheet)
{
	recording.canvas.type = &type;
	recording.text_count = recording.shape_count = recording.groups = 0;
	return picture_sheet_draw(sheet, &recording.canvas);
}

static size_t count_text(const char *words)
{
	size_t count = 0;

	for (size_t i = 0; i < recording.text_count; i++)
		count += strcmp(recording.texts[i].text, words) == 0;
	return count;
}

/* With long words of others as well, it is hardly higher than a page. */
START_TEST(a_sheet_says_what_it_is_beside_its_picture)
{
	struct canvas_blind blind = canvas_blind(&recording.canvas);
	const char *titles[] = { "Отчёт", DOCUMENT_FIXTURE_HOSTILE DOCUMENT_FIXTURE_HOSTILE DOCUMENT_FIXTURE_HOSTILE };

	for (size_t round = 0; round < 2; round++) {
		make(counts[_i]);
		document.title = document.subtitle = document.notice = titles[round];
		for (size_t k = 0; k < 4; k++) {
			struct picture_sheet sheet = { &document, figures[k], 0, picture_sheet_pages(figures[k]) };
			for (; sheet.page < sheet.pages; sheet.page++) {
				double height = draw_sheet(&sheet);
				expect_apart(figures[k], (struct picture_room){ PICTURE_SHEET_WIDTH, height }, height, sheet.page);
				ck_assert_double_le(height, 1200);
				ck_assert_uint_eq(count_text("TLP:AMBER+STRICT"), 2);
				ck_assert_uint_gt(recording.groups + (sheet.page == 0), 0);
				ck_assert_double_eq_tol(picture_sheet_draw(&sheet, &blind.canvas), height, 1e-9);
			}
		}
		document_free(&document);
	}
}
END_TEST

START_TEST(a_sheet_of_nothing_says_so)
{
	make(0);
	struct picture_sheet sheet = { &document, NULL, 0, picture_sheet_pages(NULL) };
	ck_assert_uint_eq(sheet.pages, 1);
	ck_assert_double_lt(draw_sheet(&sheet), 300);
	ck_assert_uint_eq(count_text("None."), 1);
	document_free(&document);
}
END_TEST

/* Lines hold all words in their order, each within the width; the last one may end early. */
START_TEST(lines_are_broken_between_words)
{
	struct canvas_text look = { 10, CANVAS_START, CANVAS_INK, false };
	const char *text = "  one two\nthree  four five six seven eight nine ten ";
	struct buffer joined = { 0 };

	recording.canvas.type = &type;
	recording.text_count = 0;
	size_t lines = canvas_text_lines(&recording.canvas, 0, 10, 60, 99, text, &look);
	ck_assert_uint_gt(lines, 3);
	ck_assert_uint_eq(recording.text_count, lines);
	for (size_t i = 0; i < lines; i++) {
		ck_assert_double_le(recording.texts[i].x2, 60);
		ck_assert_double_eq_tol(recording.texts[i].y2, 10 + 13.5 * (double)i, 1e-9);
		buffer_append_format(&joined, "%s%s", i ? " " : "", recording.texts[i].text);
	}
	ck_assert_str_eq(buffer_text(&joined), "one two three  four five six seven eight nine ten");
	ck_assert_uint_eq(canvas_text_lines(&recording.canvas, 0, 0, 60, 2, text, &look), 2);
	ck_assert_str_eq(recording.texts[recording.text_count - 1].text + strlen(recording.texts[recording.text_count - 1].text) - 3,
	                 "…");
	ck_assert_uint_eq(canvas_text_lines(&recording.canvas, 0, 0, 60, 2, " \n ", &look), 0);
	buffer_free(&joined);
}
END_TEST

/* ---- Labels and colours ---------------------------------------------------------------- */

/* The number leads the label of a level, so that it stays where the label is cut. */
START_TEST(each_level_is_named_by_its_number)
{
	char start[16];

	make(30);
	ck_assert_uint_gt(scale.likelihoods, 2);
	for (unsigned level = 1; level <= scale.likelihoods; level++)
		scale.likelihood[level] = "Quite as likely as nobody would ever have thought";
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		draw(figures[DOCUMENT_MATRIX], rooms[i], 1);
		for (unsigned level = 1; level <= scale.likelihoods; level++) {
			size_t found = 0;
			snprintf(start, sizeof start, "%u Quite", level);
			for (size_t k = 0; k < recording.text_count; k++)
				found += strncmp(recording.texts[k].text, start, strlen(start)) == 0;
			ck_assert_msg(found > 0, "no label begins with %s", start);
		}
	}
	document_free(&document);
}
END_TEST

START_TEST(labels_are_cut_between_letters_and_hold_nothing_hidden)
{
	static const struct {
		const char *text, *shown;
		double width;
	} labels[] = {
		{ "short", "short", 100 },
		{ "", "", 100 },
		{ "one\ntwo\tthree", "one two three", 200 },
		{ "a\xe2\x80\xae" "b\x01\xff" "c", "abc", 100 },
		{ "words that are too long", "words…", 44 },
		{ "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", "e\xcc\x81" "e\xcc\x81…", 24 },
		{ "anything", "", 3 },
	};
	struct canvas_text look = { 10, CANVAS_START, CANVAS_INK, false };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		recording.canvas.type = &type;
		recording.text_count = 0;
		double wide = canvas_text_within(&recording.canvas, 0, 0, labels[i].width, labels[i].text, &look);
		ck_assert_str_eq(recording.text_count ? recording.texts[0].text : "", labels[i].shown);
		ck_assert(wide <= labels[i].width);
	}
	char *many = malloc(10001);
	memset(many, 'm', 10000);
	many[10000] = '\0';
	recording.text_count = 0;
	ck_assert(canvas_text_within(&recording.canvas, 0, 0, 1e6, many, &look) > 0);
	free(many);
}
END_TEST

START_TEST(text_reads_on_every_ground)
{
	ck_assert_uint_eq(canvas_colour_on(0x000000), 0xffffff);
	ck_assert_uint_eq(canvas_colour_on(0xffffff), 0x000000);
	ck_assert_uint_eq(canvas_colour_on(0x08519c), 0xffffff);
	ck_assert_uint_eq(canvas_colour_on(0xffffb2), 0x000000);
	ck_assert_uint_eq(canvas_colour_read("#12aBf0", CANVAS_NONE), 0x12abf0);
	static const char *const bad[] = { "", "#12345", "#1234567", "1234567", "#12345g" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_uint_eq(canvas_colour_read(bad[i], CANVAS_NONE), CANVAS_NONE);
	ck_assert_uint_eq(canvas_colour_mix(0xff0000, 0x0000ff, 100), 0xff0000);
	ck_assert_uint_eq(canvas_colour_mix(0xff0000, 0x0000ff, 0), 0x0000ff);
}
END_TEST

Suite *suite_picture(void);
Suite *suite_picture(void)
{
	Suite *suite = suite_create("picture");
	TCase *tests = tcase_create("drawing");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, nothing_lies_on_anything_or_outside, 0, sizeof counts / sizeof *counts);
	tcase_add_test(tests, all_is_shown_or_counted);
	tcase_add_test(tests, marks_have_places_of_their_own);
	tcase_add_test(tests, no_way_leads_over_the_mark_of_another_risk);
	tcase_add_test(tests, each_dependency_is_an_arrow_or_named);
	tcase_add_test(tests, each_milestone_is_drawn_or_counted);
	tcase_add_test(tests, a_matrix_counts_each_risk_at_each_level);
	tcase_add_loop_test(tests, a_sheet_says_what_it_is_beside_its_picture, 0, sizeof counts / sizeof *counts);
	tcase_add_test(tests, a_sheet_of_nothing_says_so);
	tcase_add_test(tests, lines_are_broken_between_words);
	tcase_add_test(tests, each_level_is_named_by_its_number);
	tcase_add_test(tests, labels_are_cut_between_letters_and_hold_nothing_hidden);
	tcase_add_test(tests, text_reads_on_every_ground);
	suite_add_tcase(suite, tests);
	return suite;
}
