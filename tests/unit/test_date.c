/* Dates and periods, against the C library's calendar. */
#include <check.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"

Suite *suite_date(void);

START_TEST(every_day_of_three_centuries_is_the_calendars)
{
	char text[DATE_TEXT_SIZE], expected[64];
	int64_t first = (int64_t)date_from(1900, 1, 1), last = date_from(2199, 12, 31);

	ck_assert_int_eq(date_from(1970, 1, 1), 0);
	ck_assert_int_eq(last - first + 1, 109573); /* 300 years, 73 of them leap */
	for (int64_t day = first; day <= last; day++) {
		time_t seconds = (time_t)(day * 86400);
		struct tm broken;
		date_day back;
		gmtime_r(&seconds, &broken);
		strftime(expected, sizeof expected, "%Y-%m-%d", &broken);
		date_format((date_day)day, text);
		ck_assert_str_eq(text, expected);
		ck_assert(date_parse(span_of(text), &back) && back == day);
	}
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
	static const char *const bad[] = { "", "2026-02-30", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10",
	                                   "2026-01-00",
	                                   "2026-04-31", "1899-12-31", "2200-01-01", "2026-1-01", "2026/01/01",
	                                   "20260101",
	                                   "2026-01-01 ", " 2026-01-01", "2026-01-0x", "+026-01-01", "2026-01-32" };
	date_day day;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!date_parse(span_of(bad[i]), &day), "%s", bad[i]);
	ck_assert(date_parse(span_of("2000-02-29"), &day));
	ck_assert(date_parse(span_of("2028-02-29"), &day));
}
END_TEST

START_TEST(moments_are_read_with_offset_and_fraction)
{
	static const struct {
		const char *text, *utc; /* NULL: refused */
	} cases[] = {
		{ "2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z" },
		{ "2026-02-01t10:00:00z", "2026-02-01T10:00:00Z" },
		{ "2026-02-01T10:00:00.123456Z", "2026-02-01T10:00:00Z" },
		{ "2026-02-01T02:30:00+05:00", "2026-01-31T21:30:00Z" },
		{ "2025-12-31T23:30:00-01:30", "2026-01-01T01:00:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "2026-02-01T24:00:00Z", NULL },
		{ "2026-02-01T10:60:00Z", NULL },
		{ "2026-02-01T10:00:61Z", NULL },
		{ "2026-02-01T10:00:00", NULL },
		{ "2026-02-01T10:00:00.Z", NULL },
		{ "2026-02-01T10:00:00+0500", NULL },
		{ "2026-02-01T10:00:00Zx", NULL },
		{ "2026-02-30T10:00:00Z", NULL },
		{ "2026-02-01 10:00:00Z", NULL },
		{ "2026-02-01", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t seconds;
		char text[TIME_TEXT_SIZE];
		bool good = time_parse(span_of(cases[i].text), &seconds);
		ck_assert_msg(good == (cases[i].utc != NULL), "%s", cases[i].text);
		if (good) {
			time_format(seconds, text);
			ck_assert_str_eq(text, cases[i].utc);
		}
	}
	ck_assert_int_eq(time_date(-1), -1);
	ck_assert_int_eq(time_date(-86400), -1);
	ck_assert_int_eq(time_date(86399), 0);
}
END_TEST

START_TEST(the_clock_can_be_fixed)
{
	int64_t seconds;

	setenv("QORGAN_NOW", "2026-03-31T12:00:00Z", 1);
	ck_assert(time_now(&seconds));
	ck_assert_int_eq(seconds, 1774958400);
	setenv("QORGAN_NOW", "yesterday", 1);
	ck_assert(!time_now(&seconds));
	unsetenv("QORGAN_NOW");
	ck_assert(time_now(&seconds));
	ck_assert_int_gt(seconds, 1700000000);
}
END_TEST

static void period_is(struct period period, const char *from, const char *to)
{
	char text[DATE_TEXT_SIZE];

	date_format(period.from, text);
	ck_assert_str_eq(text, from);
	date_format(period.to, text);
	ck_assert_str_eq(text, to);
}

START_TEST(a_distance_is_told_by_its_two_largest_units)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} distances[] = {
		{ 0, "0 s" },       { 59, "59 s" },          { 60, "1 min" },   { 310, "5 min 10 s" },
		{ 3599, "59 min 59 s" }, { 3600, "1 h" },    { 3661, "1 h 1 min" }, { 86399, "23 h 59 min" },
		{ 86400, "1 d" },   { 86459, "1 d" },        { 266400, "3 d 2 h" }, { INT64_MAX, "106751991167300 d 15 h" },
	};
	char text[TIME_DISTANCE_SIZE];

	for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
		time_distance(distances[i].seconds, text);
		ck_assert_str_eq(text, distances[i].text);
	}
}
END_TEST

START_TEST(periods_cover_the_year_without_gap)
{
	static const int lengths[] = { 1, 2, 3, 4, 6, 12 };
	struct period period, before;

	ck_assert(period_make(2026, 3, 1, &period));
	period_is(period, "2026-01-01", "2026-03-31");
	period_is(period_previous(&period), "2025-10-01", "2025-12-31");
	ck_assert(period_make(2026, 6, 2, &period));
	period_is(period, "2026-07-01", "2026-12-31");
	ck_assert(period_make(2028, 12, 1, &period));
	period_is(period, "2028-01-01", "2028-12-31");
	ck_assert(!period_make(2026, 3, 5, &period));
	ck_assert(!period_make(2026, 5, 1, &period));
	ck_assert(!period_make(2026, 3, 0, &period));
	ck_assert(!period_make(1899, 3, 1, &period));
	ck_assert(!period_make(2026, 0, 1, &period));
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		before = period_containing(date_from(2023, 12, 31), lengths[i]);
		for (date_day day = date_from(2024, 1, 1); day <= date_from(2026, 12, 31); day++) {
			period = period_containing(day, lengths[i]);
			ck_assert(period.from <= day && day <= period.to);
			if (period.from != before.from) {
				ck_assert_int_eq(period.from, before.to + 1);
				ck_assert_int_eq(period_previous(&period).from, before.from);
				before = period;
			}
		}
	}
}
END_TEST

Suite *suite_date(void)
{
	Suite *suite = suite_create("date");
	TCase *tests = tcase_create("date");

	tcase_add_test(tests, every_day_of_three_centuries_is_the_calendars);
	tcase_add_test(tests, what_is_no_date_is_refused);
	tcase_add_test(tests, moments_are_read_with_offset_and_fraction);
	tcase_add_test(tests, the_clock_can_be_fixed);
	tcase_add_test(tests, a_distance_is_told_by_its_two_largest_units);
	tcase_add_test(tests, periods_cover_the_year_without_gap);
	suite_add_tcase(suite, tests);
	return suite;
}
