/* The growable buffer, against plain arrays. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory_stream.h"
#include "starve.h"

Suite *suite_buffer(void);

START_TEST(appends_add_up)
{
	struct buffer b = { 0 };
	char model[5000];
	size_t size = 0;

	ck_assert_str_eq(buffer_text(&b), "");
	srand(3);
	while (size < 4900) {
		size_t more = (size_t)rand() % 90;
		char piece[90];
		for (size_t i = 0; i < more; i++)
			piece[i] = model[size + i] = (char)rand();
		buffer_append(&b, piece, more);
		size += more;
		ck_assert_uint_eq(b.size, size);
		ck_assert_int_eq(b.data ? b.data[b.size] : 0, 0);
	}
	ck_assert_mem_eq(b.data, model, size);
	ck_assert(!b.failed);
	buffer_free(&b);
	ck_assert_ptr_null(b.data);
}
END_TEST

START_TEST(over_no_place_nothing_fits)
{
	struct buffer b = buffer_over(NULL, 0);

	ck_assert_str_eq(buffer_text(&b), "");
	buffer_append_char(&b, 'x');
	ck_assert(b.failed && b.size == 0);
}
END_TEST

START_TEST(every_kind_of_append_writes_its_text)
{
	struct buffer b = { 0 };

	buffer_append_text(&b, "a");
	buffer_append_char(&b, 'b');
	buffer_append_span(&b, (struct span){ "cde", 2 });
	buffer_append_span(&b, (struct span){ NULL, 0 });
	buffer_append_integer(&b, 0);
	buffer_append_integer(&b, -42);
	buffer_append_integer(&b, INT64_MIN);
	buffer_append_integer(&b, INT64_MAX);
	buffer_append_format(&b, "<%s %d>", "x", 7);
	ck_assert_str_eq(buffer_text(&b), "abcd0-42-92233720368547758089223372036854775807<x 7>");
	buffer_clear(&b);
	ck_assert_str_eq(buffer_text(&b), "");
	buffer_append_text(&b, "kept");
	char *taken = buffer_take(&b);
	ck_assert_str_eq(taken, "kept");
	ck_assert_uint_eq(b.size, 0);
	free(taken);
	taken = buffer_take(&b); /* of nothing, it is still a text */
	ck_assert_str_eq(taken, "");
	free(taken);
}
END_TEST

START_TEST(a_failure_stays_until_cleared)
{
	struct buffer b = { 0 };

	buffer_append_text(&b, "before");
	ck_assert_ptr_null(buffer_reserve(&b, SIZE_MAX - 10));
	ck_assert(b.failed);
	buffer_append_text(&b, "after");
	ck_assert_str_eq(buffer_text(&b), "before");
	buffer_clear(&b);
	ck_assert(!b.failed);
	buffer_append_text(&b, "again");
	ck_assert_str_eq(buffer_text(&b), "again");
	buffer_wipe(&b);
	ck_assert_ptr_null(b.data);
}
END_TEST

START_TEST(borrowed_memory_is_never_left)
{
	char place[9] = "xxxxxxxx";
	struct buffer b = buffer_over(place, 8);

	ck_assert_str_eq(place, "");
	buffer_append_text(&b, "1234");
	buffer_append_text(&b, "567");
	ck_assert(!b.failed);
	ck_assert_ptr_eq(b.data, place);
	ck_assert_str_eq(place, "1234567");
	buffer_append_text(&b, "8");
	ck_assert(b.failed);
	ck_assert_str_eq(place, "1234567");
	ck_assert_int_eq(place[8], '\0');
	ck_assert_ptr_null(buffer_take(&b));
	ck_assert_str_eq(place, "1234567");
	b = buffer_over(place, 8);
	buffer_append_text(&b, "secret");
	buffer_wipe(&b);
	ck_assert_ptr_null(b.data);
	for (size_t i = 0; i < 8; i++)
		ck_assert_int_eq(place[i], 0);
}
END_TEST

START_TEST(spans_compare_by_their_bytes)
{
	ck_assert(span_is(span_of("abc"), "abc"));
	ck_assert(!span_is(span_of("abc"), "ab"));
	ck_assert(!span_is(span_of("ab"), "abc"));
	ck_assert(span_equal((struct span){ NULL, 0 }, span_of("")));
	ck_assert(!span_equal(span_of("abc"), span_of("abd")));
	char *copy = span_copy((struct span){ "abcdef", 3 });
	ck_assert_str_eq(copy, "abc");
	free(copy);
}
END_TEST

START_TEST(a_span_is_copied_as_far_as_there_is_room)
{
	char to[5];

	memset(to, 'x', sizeof to);
	span_copy_into((struct span){ "abcdef", 3 }, to, 4);
	ck_assert_mem_eq(to, "abc\0x", 5);
	span_copy_into((struct span){ "abcdef", 6 }, to, 4);
	ck_assert_mem_eq(to, "abc\0x", 5);
	span_copy_into((struct span){ "ab", 2 }, to, 4);
	ck_assert_str_eq(to, "ab");
	span_copy_into((struct span){ NULL, 0 }, to, 4);
	ck_assert_str_eq(to, "");
	span_copy_into((struct span){ "abcdef", 6 }, to, 1);
	ck_assert_mem_eq(to, "\0b", 2);
}
END_TEST

/* At each of its allocations in turn: all of it, or an error. */
START_TEST(a_stream_into_memory_is_whole_or_tells)
{
	static const char line[] = "0123456789";
	unsigned failed = 0;
	bool over = false;

	for (uint64_t at = 1; !over; at++) {
		char *data;
		size_t size;
		starve_from(STARVE_MEMORY, at);
		FILE *to = memory_stream_open(&data, &size);
		for (unsigned i = 0; to && i < 10000; i++)
			fputs(line, to);
		bool good = to && fclose(to) == 0;
		over = starve_end() < at;
		failed += !good;
		ck_assert(good || (!data && !over));
		if (good) {
			ck_assert_uint_eq(size, 10000 * (sizeof line - 1));
			ck_assert_uint_eq(strlen(data), size);
		}
		free(data);
	}
	ck_assert_uint_gt(failed, 3);
}
END_TEST

Suite *suite_buffer(void)
{
	Suite *suite = suite_create("buffer");
	TCase *tests = tcase_create("buffer");

	tcase_add_test(tests, appends_add_up);
	tcase_add_test(tests, over_no_place_nothing_fits);
	tcase_add_test(tests, every_kind_of_append_writes_its_text);
	tcase_add_test(tests, a_failure_stays_until_cleared);
	tcase_add_test(tests, borrowed_memory_is_never_left);
	tcase_add_test(tests, spans_compare_by_their_bytes);
	tcase_add_test(tests, a_span_is_copied_as_far_as_there_is_room);
	tcase_add_test(tests, a_stream_into_memory_is_whole_or_tells);
	suite_add_tcase(suite, tests);
	return suite;
}
