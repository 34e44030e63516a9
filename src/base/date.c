/* Calendar dates, moments and periods. */
#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Days from civil: years are counted from March, so that the leap day is the
 * last of a year and an era of 400 years has a fixed length of 146097 days. */
date_day date_from(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void date_split(date_day date, int *year, int *month, int *day)
{
	int shifted = date + 719468;
	int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int day_of_era = shifted - era * 146097;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted_month = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* The value of `count` decimal digits at text, or -1. */
static int digits_value(const char *text, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool date_parse(struct span text, date_day *day)
{
	if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-')
		return false;
	int year = digits_value(text.data, 4), month = digits_value(text.data + 5, 2);
	int number = digits_value(text.data + 8, 2);
	if (year < 1900 || year > 2199 || month < 1 || month > 12 || number < 1)
		return false;

	date_day candidate = date_from(year, month, number);
	int back_year, back_month, back_day;
	date_split(candidate, &back_year, &back_month, &back_day);
	if (back_year != year || back_month != month || back_day != number)
		return false;
	*day = candidate;
	return true;
}

static char *digits_put(char *at, unsigned number, unsigned count)
{
	for (unsigned i = count; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + count;
}

/* By hand: a report formats hundreds of thousands. */
void date_format(date_day day, char text[DATE_TEXT_SIZE])
{
	int year, month, number;

	date_split(day, &year, &month, &number);
	char *at = digits_put(text, (unsigned)year, 4);
	*at++ = '-';
	at = digits_put(at, (unsigned)month, 2);
	*at++ = '-';
	at = digits_put(at, (unsigned)number, 2);
	*at = '\0';
}

/* Reads "Z" or "+hh:mm" at the end of a moment into minutes. */
static bool offset_parse(struct span text, int *minutes)
{
	if (text.size == 1 && (text.data[0] == 'Z' || text.data[0] == 'z')) {
		*minutes = 0;
		return true;
	}
	if (text.size != 6 || (text.data[0] != '+' && text.data[0] != '-') || text.data[3] != ':')
		return false;
	int hour = digits_value(text.data + 1, 2), minute = digits_value(text.data + 4, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = (hour * 60 + minute) * (text.data[0] == '-' ? -1 : 1);
	return true;
}

bool time_parse(struct span text, int64_t *seconds)
{
	date_day day;
	int offset;

	if (text.size < 20 || !date_parse((struct span){ text.data, 10 }, &day))
		return false;
	if ((text.data[10] != 'T' && text.data[10] != 't') || text.data[13] != ':' || text.data[16] != ':')
		return false;
	int hour = digits_value(text.data + 11, 2), minute = digits_value(text.data + 14, 2);
	int second = digits_value(text.data + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;

	size_t at = 19;
	if (text.data[at] == '.') {
		size_t first = ++at;
		while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9')
			at++;
		if (at == first)
			return false;
	}
	if (!offset_parse((struct span){ text.data + at, text.size - at }, &offset))
		return false;
	*seconds = (int64_t)day * 86400 + hour * 3600 + minute * 60 + second - (int64_t)offset * 60;
	return true;
}

date_day time_date(int64_t seconds)
{
	return (date_day)(seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400));
}

void time_format(int64_t seconds, char text[TIME_TEXT_SIZE])
{
	date_day day = time_date(seconds);
	unsigned rest = (unsigned)(seconds - (int64_t)day * 86400) % 86400u;

	date_format(day, text);
	snprintf(text + 10, TIME_TEXT_SIZE - 10, "T%02u:%02u:%02uZ", rest / 3600, rest / 60 % 60, rest % 60);
}

void time_format_compact(int64_t seconds, char text[TIME_TEXT_SIZE])
{
	char *to = text;

	time_format(seconds, text);
	for (const char *from = text; *from; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
}

bool time_parse_plain(struct span text, int64_t *seconds)
{
	char again[TIME_TEXT_SIZE];

	if (!time_parse(text, seconds))
		return false;
	time_format(*seconds, again);
	return span_is(text, again);
}

void time_distance(int64_t seconds, char text[TIME_DISTANCE_SIZE])
{
	static const struct {
		int64_t size;
		const char *symbol;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	const size_t count = sizeof units / sizeof *units;
	size_t i = 0;

	while (i + 1 < count && seconds < units[i].size)
		i++;
	int64_t rest = i + 1 < count ? seconds % units[i].size / units[i + 1].size : 0;
	int size = snprintf(text, TIME_DISTANCE_SIZE, "%lld %s", (long long)(seconds / units[i].size), units[i].symbol);
	if (rest)
		snprintf(text + size, TIME_DISTANCE_SIZE - (size_t)size, " %lld %s", (long long)rest, units[i + 1].symbol);
}

bool time_now(int64_t *seconds)
{
	const char *fixed = getenv("QORGAN_NOW");

	if (fixed && *fixed)
		return time_parse(span_of(fixed), seconds);
	*seconds = (int64_t)time(NULL);
	return true;
}

bool period_make(int year, int months, int number, struct period *period)
{
	if (year < 1900 || year > 2198 || months < 1 || months > 12 || 12 % months || number < 1 || number > 12 / months)
		return false;
	int first = (number - 1) * months + 1, after = first + months;
	*period = (struct period){ year, months, number, date_from(year, first, 1),
	                           date_from(after > 12 ? year + 1 : year, after > 12 ? 1 : after, 1) - 1 };
	return true;
}

struct period period_previous(const struct period *period)
{
	return period_containing(period->from - 1, period->months);
}

struct period period_containing(date_day day, int months)
{
	struct period period = { 0 };
	int year, month, number;

	date_split(day, &year, &month, &number);
	period_make(year, months, (month - 1) / months + 1, &period);
	return period;
}
