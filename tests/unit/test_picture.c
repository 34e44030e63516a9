/* Pictures on a canvas that remembers what is painted: everything lies within the room, no
 * text lies on another, and all that a figure holds is there or counted. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture_fixture.h"
#include "report/picture_matrix.h"

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
	tcase_add_test(tests, each_level_is_named_by_its_number);
	suite_add_tcase(suite, tests);
	return suite;
}
