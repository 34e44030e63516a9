/* What reports are put together with: lists in an arena, the order of ids, and lines
 * that are broken by width. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "report/arena.h"
#include "report/compute.h"
#include "report/layout.h"

Suite *suite_report_parts(void);

static int compare_tens(const void *left, const void *right)
{
	return *(const int *)left / 10 - *(const int *)right / 10;
}

START_TEST(a_list_grows_and_is_sorted_stably)
{
	struct arena arena = { 0 };
	ARENA_LIST(int) list = { 0 };
	unsigned seed = 3;

	for (int i = 0; i < 30000; i++) {
		int *item = arena_add(&arena, &list);
		ck_assert_ptr_nonnull(item);
		ck_assert_int_eq(*item, 0);
		seed = seed * 1103515245u + 12345u;
		*item = (int)(seed >> 16 & 0xff) * 10 + 5;
		ck_assert_str_eq(arena_text(&arena, span_of("between")), "between");
	}
	int count[256] = { 0 };
	for (size_t i = 0; i < list.count; i++)
		list.items[i] += count[list.items[i] / 10]++ % 5; /* within its ten, in rising order */
	int *copy = malloc(list.count * sizeof *copy);
	memcpy(copy, list.items, list.count * sizeof *copy);
	arena_sort(&arena, list.items, list.count, sizeof *list.items, compare_tens);
	for (int ten = 0, at = 0; ten < 256; ten++) /* by hand: each ten in the order it came */
		for (size_t i = 0; i < list.count; i++)
			if (copy[i] / 10 == ten)
				ck_assert_int_eq(list.items[at++], copy[i]);
	free(copy);
	arena_free(&arena);
}
END_TEST

START_TEST(ids_are_ordered_as_people_count)
{
	static const char *const ordered[] = { "A", "A-1", "A-01", "A-1-M2", "A-1-M10", "A-2", "A-10", "B-1", "B-1a" };
	const size_t count = sizeof ordered / sizeof ordered[0];

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			if (strcmp(ordered[i], "A-01") == 0 || strcmp(ordered[j], "A-01") == 0)
				continue; /* beside A-1, in one order or the other */
			int order = compare_ids(ordered[i], ordered[j]);
			ck_assert_msg((order < 0) == (i < j) && (order > 0) == (i > j), "%s %s %d", ordered[i], ordered[j], order);
		}
	ck_assert_int_ne(compare_ids("A-1", "A-01"), 0);
	ck_assert_int_eq(compare_ids("A-1", "A-01"), -compare_ids("A-01", "A-1"));
}
END_TEST

START_TEST(lines_are_broken_at_spaces_and_filled_by_width)
{
	struct span rest = span_of("  Вода и энергия, abcdefghijklmnop\nend ");
	static const char *const lines[] = { "Вода и", "энергия,", "abcdefgh", "ijklmnop", "end", "" };
	struct buffer to = { 0 };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct span line = layout_line(&rest, 8);
		ck_assert_msg(span_is(line, lines[i]), "%.*s", (int)line.size, line.data);
	}
	layout_put(&to, span_of("Вода"), 6, true);
	layout_put(&to, span_of("Вода\033[2J"), 3, false);
	layout_put(&to, span_of("a\033\xc2\x9b" "b"), 0, false);
	ck_assert_str_eq(buffer_text(&to), "  ВодаВо…a  b");
	buffer_free(&to);
}
END_TEST

Suite *suite_report_parts(void)
{
	Suite *suite = suite_create("report parts");
	TCase *parts = tcase_create("parts");

	tcase_add_test(parts, a_list_grows_and_is_sorted_stably);
	tcase_add_test(parts, ids_are_ordered_as_people_count);
	tcase_add_test(parts, lines_are_broken_at_spaces_and_filled_by_width);
	suite_add_tcase(suite, parts);
	return suite;
}
