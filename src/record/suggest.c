/* The nearest known word. */
#include "record/suggest.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"

void suggest_offer(struct suggestion *suggestion, const char *candidate)
{
	unsigned distance = text_distance(suggestion->word, candidate);
	size_t size = strlen(suggestion->word);

	/* A third of the letters may be wrong, one at least; beyond that a guess
	 * would be noise. A word cut short is near whatever its length. */
	if (size >= 2 && strncmp(suggestion->word, candidate, size) == 0)
		distance = 1;
	if (distance > (size < 3 ? 1 : size / 3))
		return;
	if (!suggestion->nearest || distance < suggestion->distance) {
		suggestion->nearest = candidate;
		suggestion->distance = distance;
	}
}

void suggest_format(const struct suggestion *suggestion, char text[SUGGEST_TEXT_SIZE])
{
	text[0] = '\0';
	if (suggestion->nearest)
		snprintf(text, SUGGEST_TEXT_SIZE, language_said(": did you mean \"%s\"?"), suggestion->nearest);
}
