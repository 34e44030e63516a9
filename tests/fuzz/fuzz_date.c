/* Fuzzes dates, moments and periods: what is read is written again as the same
 * day, and the calendar has no gap. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static void date_read(struct span text)
{
	char again[DATE_TEXT_SIZE];
	int year, month, day;
	date_day date;

	if (!date_parse(text, &date))
		return;
	date_format(date, again);
	check(span_is(text, again));
	date_split(date, &year, &month, &day);
	check(date_from(year, month, day) == date);
}

static void time_read(struct span text)
{
	char formatted[TIME_TEXT_SIZE];
	int64_t seconds, again;

	if (!time_parse(text, &seconds))
		return;
	time_format(seconds, formatted);
	/* A zone may carry a moment over the edge of the calendar. */
	if (time_parse(span_of(formatted), &again))
		check(again == seconds && time_date(seconds) == time_date(again));
	else
		check(memcmp(formatted, "1899", 4) == 0 || memcmp(formatted, "2200", 4) == 0);
}

/* Any day of the calendar, from the bytes as a number. */
static void day_walk(const uint8_t *data, size_t size)
{
	char text[DATE_TEXT_SIZE];
	int year, month, day;
	uint32_t number = 0;
	date_day back, last = date_from(2199, 12, 31), first = date_from(1900, 1, 1);

	memcpy(&number, data, size < sizeof number ? size : sizeof number);
	date_day date = first + (date_day)(number % (uint32_t)(last - first + 1));
	date_split(date, &year, &month, &day);
	check(date_from(year, month, day) == date);
	date_format(date, text);
	check(date_parse(span_of(text), &back) && back == date);
	if (year == 1900 || year == 2199) /* no period goes beyond the calendar */
		return;
	for (int months = 1; months <= 12; months += months == 4 ? 2 : months == 6 ? 6 : 1) {
		struct period period = period_containing(date, months), before = period_previous(&period);
		check(period.from <= date && date <= period.to);
		check(before.to + 1 == period.from && before.months == months);
	}
}

static void period_read(const uint8_t *data, size_t size)
{
	struct period period, again;

	if (size < 3)
		return;
	int year = 1900 + data[0] % 300, months = (int8_t)data[1], number = (int8_t)data[2];
	if (!period_make(year, months, number, &period))
		return;
	check(months > 0 && 12 % months == 0 && number >= 1 && number <= 12 / months);
	again = period_containing(period.to, months);
	check(again.from == period.from && again.to == period.to && again.year == year && again.number == number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };

	date_read(input);
	time_read(input);
	day_walk(data, size);
	period_read(data, size);
	return 0;
}
