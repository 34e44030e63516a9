/* The phrases of reports, in English. */
#include "report/phrases.h"

#include <inttypes.h>
#include <stdio.h>

#define PHRASE_TEXT(name, english) [PHRASE_##name] = english,
static const char *const english_phrases[PHRASE_COUNT] = { PHRASES(PHRASE_TEXT) };

const char *say(enum phrase phrase)
{
	return english_phrases[phrase];
}

void say_with(struct buffer *to, enum phrase phrase, const char *one, const char *two, const char *three)
{
	const char *const values[] = { one, two, three };

	for (const char *at = say(phrase); *at; at++) {
		if (at[0] == '{' && at[1] >= '1' && at[1] <= '3' && at[2] == '}') {
			const char *value = values[at[1] - '1'];
			buffer_append_text(to, value ? value : "");
			at += 2;
		} else {
			buffer_append_char(to, *at);
		}
	}
}

const char *say_number(uint64_t number, char text[SAY_NUMBER_SIZE])
{
	snprintf(text, SAY_NUMBER_SIZE, "%" PRIu64, number);
	return text;
}
