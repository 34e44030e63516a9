/* The text of a place. */
#include "record/place.h"

#include <stdio.h>

/* Each append keeps one byte for the terminating zero. */
static size_t append_char(char text[PLACE_TEXT_SIZE], size_t size, char c)
{
	if (size + 1 < PLACE_TEXT_SIZE)
		text[size++] = c;
	return size;
}

static size_t append_step(char text[PLACE_TEXT_SIZE], size_t size, const struct place *place)
{
	char digits[24];
	const char *from = place->name;

	if (!from) {
		snprintf(digits, sizeof digits, "[%zu]", place->index);
		from = digits;
	} else if (size > 0) {
		size = append_char(text, size, '.');
	}
	for (; *from; from++)
		size = append_char(text, size, *from >= 0x20 && *from < 0x7f ? *from : '?');
	return size;
}

static size_t append_place(char text[PLACE_TEXT_SIZE], const struct place *place)
{
	if (!place)
		return 0;
	return append_step(text, append_place(text, place->up), place);
}

void place_format(const struct place *place, char text[PLACE_TEXT_SIZE])
{
	text[append_place(text, place)] = '\0';
}
