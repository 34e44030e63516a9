/* Any text as a map of columns to fields. The first byte chooses the kind; if it is a letter, the heads
 * are guessed at, too, which takes longer. What is read comes back the same after it was written, each of its
 * columns is found, and a guess is a field that a map may name. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/sheet_guess.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static void guess(const struct schema *schema, const struct sheet_map *map)
{
	static const char *const languages[] = { "uz", "ru", NULL };
	size_t count = sheet_map_count(map) < 16 ? sheet_map_count(map) : 16, certain = 0;
	struct sheet_guess guesses[16];
	char *heads[16];
	struct sheet_map *made = NULL;

	for (size_t i = 0; i < count; i++)
		heads[i] = sheet_map_column(map, i)->head;
	check(sheet_guess(schema, heads, count, languages, guesses, NULL) == QORGAN_OK);
	check(sheet_map_make(schema, &made, NULL) == QORGAN_OK);
	for (size_t i = 0; i < count; i++)
		if (guesses[i].is_certain)
			check(sheet_map_add(made, span_of(heads[i]), guesses[i].path, NULL) == QORGAN_OK && ++certain);
	check(sheet_map_count(made) == certain);
	sheet_map_free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "domain", "risk", "measure" };
	struct sheet_map *map = NULL, *again = NULL;
	struct buffer text = { 0 }, other = { 0 };
	struct qorgan_error error = { 0 };
	size_t index;

	if (size < 1)
		return 0;
	const char *kind = kinds[data[0] % 3];
	const struct schema *schema = schema_find(kind, strlen(kind));
	int code = sheet_map_parse((struct span){ (const char *)data + 1, size - 1 }, schema, &map, &error);
	check(code == QORGAN_OK ? map != NULL : code == QORGAN_BAD_DATA && !map && *error.message);
	if (code)
		return 0;
	for (size_t i = 0; i < sheet_map_count(map); i++) {
		const struct sheet_map_column *column = sheet_map_column(map, i);
		check(sheet_map_find(map, column->head, &index) && index == i);
		check(!column->path || sheet_map_has(map, column->path));
		check(strlen(column->head) <= SHEET_MAP_HEAD && text_is_clean(span_of(column->head)));
	}
	if (data[0] >= 'A')
		guess(schema, map);
	sheet_map_write(map, &text);
	check(!text.failed);
	if (text.size <= SHEET_MAP_SIZE) {
		check(sheet_map_parse(buffer_span(&text), schema, &again, &error) == QORGAN_OK);
		sheet_map_write(again, &other);
		check(span_equal(buffer_span(&text), buffer_span(&other)));
		check(sheet_map_count(again) == sheet_map_count(map));
	}
	sheet_map_free(map);
	sheet_map_free(again);
	buffer_free(&text);
	buffer_free(&other);
	return 0;
}
