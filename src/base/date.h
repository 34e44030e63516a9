/* Calendar dates, moments and reporting periods; no time zones: all is UTC. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* A calendar date as the number of days since 1970-01-01 (Gregorian). */
typedef int32_t date_day;

#define DATE_TEXT_SIZE 11 /* "2026-02-28" and its zero */
#define TIME_TEXT_SIZE 21 /* "2026-02-28T10:00:00Z" and its zero */
#define TIME_LAST INT64_C(253402300799) /* the last second of the year 9999: later ones have no such text */

/* date_parse(text, day): a real date of the years 1900 to 2199 written
 * YYYY-MM-DD, all of `text`; false otherwise. */
bool date_parse(struct span text, date_day *day);
void date_format(date_day day, char text[DATE_TEXT_SIZE]);
date_day date_from(int year, int month, int day);
void date_split(date_day date, int *year, int *month, int *day);

/* time_parse(text, seconds): RFC 3339 with 'Z' or a numeric offset, fractions
 * ignored, to seconds since 1970; false if it is not such a moment. */
bool time_parse(struct span text, int64_t *seconds);
/* time_format(seconds, text): of no later moment than TIME_LAST. */
void time_format(int64_t seconds, char text[TIME_TEXT_SIZE]);
/* time_format_compact(seconds, text): the same for names of files: "20260201T100000Z". */
void time_format_compact(int64_t seconds, char text[TIME_TEXT_SIZE]);
/* time_parse_plain(text, seconds): the same of nothing but what time_format writes. */
bool time_parse_plain(struct span text, int64_t *seconds);
date_day time_date(int64_t seconds);

/* time_distance(seconds, text): how long that is, by its two largest units: "3 d 2 h",
 * "5 min 10 s"; of no negative number. */
#define TIME_DISTANCE_SIZE 40
void time_distance(int64_t seconds, char text[TIME_DISTANCE_SIZE]);

/* time_now(seconds): the clock, or QORGAN_NOW (RFC 3339) if it is set; false
 * if QORGAN_NOW is set to something else. */
bool time_now(int64_t *seconds);

/* A reporting period: consecutive months. */
struct period {
	int year;
	int months;  /* 1, 2, 3, 4, 6 or 12 */
	int number;  /* from 1; 1 if months is 12 */
	date_day from, to; /* first and last day */
};

/* period_make(year, months, number, period): false if they name no period. */
bool period_make(int year, int months, int number, struct period *period);
/* period_previous(period): the one of the same length just before. */
struct period period_previous(const struct period *period);
/* period_containing(day, months): the one that the day falls into. */
struct period period_containing(date_day day, int months);

#endif
