/* The .mo files of GNU gettext. A head of seven numbers, the least byte first: magic, revision, count, place of
 * the table of originals, place of that of translations, and a hash table that is
 * not used here. A table's row is a length, which leaves out the zero behind the
 * text, and a place. Originals are sorted by their bytes. */
#include "base/mo.h"

#include <string.h>

#define MAGIC 0x950412deu
#define HEAD_SIZE 28
#define ROW_SIZE 8

static uint32_t number_at(struct span bytes, size_t at)
{
	const unsigned char *from = (const unsigned char *)bytes.data + at;

	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static bool table_fits(struct span bytes, uint32_t at, uint32_t count)
{
	return at <= bytes.size && count <= (bytes.size - at) / ROW_SIZE;
}

bool mo_open(struct span bytes, struct mo *mo)
{
	if (bytes.size < HEAD_SIZE || number_at(bytes, 0) != MAGIC || number_at(bytes, 4) >> 16)
		return false;
	*mo = (struct mo){ bytes, number_at(bytes, 8), number_at(bytes, 12), number_at(bytes, 16) };
	return table_fits(bytes, mo->originals, mo->count) && table_fits(bytes, mo->translations, mo->count);
}

/* A text by the row of a table; false if it is not within the file, with its zero. */
static bool text_of(const struct mo *mo, uint32_t table, uint32_t row, struct span *text)
{
	uint32_t size = number_at(mo->bytes, table + (size_t)row * ROW_SIZE);
	uint32_t at = number_at(mo->bytes, table + (size_t)row * ROW_SIZE + 4);

	if (at >= mo->bytes.size || size >= mo->bytes.size - at || mo->bytes.data[at + size] != '\0')
		return false;
	*text = (struct span){ mo->bytes.data + at, size };
	return true;
}

bool mo_find(const struct mo *mo, const char *text, struct span *translated)
{
	uint32_t low = 0, high = mo->count;
	struct span original;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (!text_of(mo, mo->originals, middle, &original))
			return false;
		int order = strcmp(text, original.data); /* up to the first zero: its first form */
		if (order == 0)
			return text_of(mo, mo->translations, middle, translated) && translated->size > 0;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}
