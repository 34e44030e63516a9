/* The phrases of reports, in the language of the report. */
#include "report/phrases.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define GROUP_LEAST 10000 /* below that, digits are not grouped */
#define GROUP 3

/* ---- English, and the language that is spoken ------------------------------------- */

#define ONE_FORM(name, english) [PHRASE_##name] = { english, NULL },
#define TWO_FORMS(name, one, many) [PHRASE_##name] = { one, many },
static const struct {
	const char *english, *many;
} phrases[PHRASE_COUNT] = { PHRASES(ONE_FORM, TWO_FORMS) };

/* Each thread speaks its own, and remembers what it looked up. */
static _Thread_local const struct language *spoken;
static _Thread_local const char *texts[PHRASE_COUNT];

void say_in(const struct language *language)
{
	if (language != spoken)
		memset(texts, 0, sizeof texts);
	spoken = language;
}

const struct language *say_language(void)
{
	return spoken ? spoken : language_choose(NULL);
}

const char *phrase_english(enum phrase phrase, const char **many)
{
	*many = phrases[phrase].many;
	return phrases[phrase].english;
}

const char *say(enum phrase phrase)
{
	const char *many = phrases[phrase].many;

	if (!texts[phrase])
		texts[phrase] = many ? language_count(say_language(), phrases[phrase].english, many, 0)
		                     : language_text(say_language(), phrases[phrase].english);
	return texts[phrase];
}

const char *say_word(const char *word)
{
	return *word ? language_text(say_language(), word) : word;
}

/* ---- Places ---------------------------------------------------------------------------- */

static void fill(struct buffer *to, const char *text, const char *const values[3])
{
	for (const char *at = text; *at; at++) {
		if (at[0] == '{' && at[1] >= '1' && at[1] <= '3' && at[2] == '}') {
			const char *value = values[at[1] - '1'];
			buffer_append_text(to, value ? value : "");
			at += 2;
		} else {
			buffer_append_char(to, *at);
		}
	}
}

void say_with(struct buffer *to, enum phrase phrase, const char *one, const char *two, const char *three)
{
	fill(to, say(phrase), (const char *const[]){ one, two, three });
}

void say_count(struct buffer *to, enum phrase phrase, uint64_t number, const char *two, const char *three)
{
	char digits[SAY_NUMBER_SIZE];
	const char *text = language_count(say_language(), phrases[phrase].english, phrases[phrase].many, number);

	fill(to, text, (const char *const[]){ say_number(number, digits), two, three });
}

/* A phrase of a known small size with its places filled in; what does not fit stays
 * as it was said without it. */
static const char *fill_text(char *text, size_t size, enum phrase phrase, const char *one, const char *two,
                             const char *three, const char *otherwise)
{
	struct buffer to = buffer_over(text, size);

	say_with(&to, phrase, one, two, three);
	if (to.failed)
		snprintf(text, size, "%s", otherwise);
	return text;
}

/* ---- Numbers and days ---------------------------------------------------------------- */

const char *say_number(uint64_t number, char text[SAY_NUMBER_SIZE])
{
	char head[SAY_NUMBER_SIZE], plain[SAY_NUMBER_SIZE], tail[4];

	snprintf(text, SAY_NUMBER_SIZE, "%" PRIu64, number);
	if (number < GROUP_LEAST)
		return text;
	strcpy(plain, text);
	snprintf(head, sizeof head, "%.*s", (int)((strlen(plain) - 1) % GROUP + 1), plain);
	for (const char *at = plain + strlen(head); *at; at += GROUP) {
		snprintf(tail, sizeof tail, "%.3s", at);
		fill_text(text, SAY_NUMBER_SIZE, PHRASE_GROUPED, head, tail, NULL, plain);
		strcpy(head, text);
	}
	return text;
}

const char *say_integer(int64_t number, char text[SAY_NUMBER_SIZE])
{
	char digits[SAY_NUMBER_SIZE];

	if (number >= 0)
		return say_number((uint64_t)number, text);
	snprintf(text, SAY_NUMBER_SIZE, "-%.*s", SAY_NUMBER_SIZE - 2, say_number(-(uint64_t)number, digits));
	return text;
}

const char *say_day(const char *day, char text[SAY_DAY_SIZE])
{
	date_day date;

	if (!date_parse(span_of(day), &date)) {
		snprintf(text, SAY_DAY_SIZE, "%s", day);
		return text;
	}
	char year[5] = { day[0], day[1], day[2], day[3] }, month[3] = { day[5], day[6] }, number[3] = { day[8], day[9] };
	return fill_text(text, SAY_DAY_SIZE, PHRASE_DAY, year, month, number, day);
}

const char *say_long_day(const char *day, char text[SAY_DAY_SIZE])
{
	char year_text[12], day_text[12];
	int year, month, number;
	date_day date;

	if (!date_parse(span_of(day), &date)) {
		snprintf(text, SAY_DAY_SIZE, "%s", day);
		return text;
	}
	date_split(date, &year, &month, &number);
	snprintf(year_text, sizeof year_text, "%d", year);
	snprintf(day_text, sizeof day_text, "%d", number);
	return fill_text(text, SAY_DAY_SIZE, PHRASE_LONG_DAY, year_text,
	                 say((enum phrase)(PHRASE_JANUARY + month - 1)), day_text, day);
}

const char *say_moment(const char *moment, char text[SAY_DAY_SIZE])
{
	char iso[DATE_TEXT_SIZE], day[SAY_DAY_SIZE], time[9];
	int64_t seconds;

	if (!time_parse_plain(span_of(moment), &seconds))
		return say_day(moment, text);
	snprintf(iso, sizeof iso, "%.10s", moment);
	snprintf(time, sizeof time, "%.8s", moment + DATE_TEXT_SIZE);
	return fill_text(text, SAY_DAY_SIZE, PHRASE_MOMENT, say_day(iso, day), time, NULL, moment);
}
