/* Fuzzes names of files in a courier's folder, and texts as they are shown and compared: what is a name of ours is
 * written so and not otherwise, and no text reads or writes beyond its end. The first line is the name, the rest the text. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "exchange/courier_name.h"
#include "exchange/parts.h"
#include "qorgan/card.h"
#include "qorgan/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static void part_check(const char *name)
{
	struct part_name part;

	check(part_name_parse(name, &part) == (qorgan_package_of_part(name) != 0) || strchr(name, '/'));
	if (!part_name_parse(name, &part))
		return;
	check(part.number >= 1 && part.number <= part.count && part.count <= PARTS_LIMIT && part.whole < strlen(name));
	char *whole = strndup(name, part.whole), *path = whole ? part_path(whole, part.number, part.count) : NULL;
	check(path && strcmp(path, name) == 0);
	free(path);
	free(whole);
}

static void package_check(const char *name)
{
	struct courier_name parsed;

	if (courier_name_incoming(name, "UZB", &parsed) && parsed.kind == COURIER_PACKAGE) {
		char from[80];
		check(span_is(parsed.to, "UZB") && parsed.number > 0);
		span_copy_into(parsed.from, from, sizeof from);
		char *path = courier_path("", parsed.hidden, from, "UZB", parsed.number);
		check(path && strlen(path) >= parsed.package && strcmp(path + strlen(path) - parsed.package, name) == 0);
		free(path);
	}
	if (courier_name_outgoing(name, "UZB", "KAZ", &parsed))
		check(parsed.package <= strlen(name));
}

static void text_check(struct span text)
{
	struct buffer shown = { 0 }, folded = { 0 }, again = { 0 };
	struct span rest = text, line;
	size_t at = 0, lines = 0;
	uint32_t code;
	char normal[48];

	while (text_decode(text, &at, &code))
		check(code <= 0x10ffff && at <= text.size);
	check((at == text.size) == text_is_utf8(text));
	text_append_shown(&shown, text);
	check(text_is_utf8(buffer_span(&shown)) && (shown.size == 0 || !memchr(shown.data, '\n', shown.size)));
	text_append_shown(&again, buffer_span(&shown));
	check(span_equal(buffer_span(&shown), buffer_span(&again)));
	text_fold(&folded, text);
	text_append_words(&folded, text);
	text_append_within(&folded, text);
	check(text_width(text) <= 2 * text.size);
	while (text_line_take(&rest, &line))
		lines++;
	check(lines <= text.size);
	if (qorgan_fingerprint_parse(buffer_text(&shown), normal))
		check(strlen(normal) == 47);
	language_find(buffer_text(&shown));
	buffer_free(&shown);
	buffer_free(&folded);
	buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = strndup((const char *)data, size);

	check(name != NULL);
	name[strcspn(name, "\n")] = '\0';
	part_check(name);
	package_check(name);
	text_check((struct span){ (const char *)data, size });
	check(text_distance(name, "UZB-KAZ-7.age") == text_distance("UZB-KAZ-7.age", name));
	check((text_distance(name, "UZB-KAZ-7.age") == 0) == (strcmp(name, "UZB-KAZ-7.age") == 0));
	free(name);
	return 0;
}
