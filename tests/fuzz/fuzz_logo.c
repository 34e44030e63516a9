/* Fuzzes logos: of what is taken for a PNG the chunks that make the picture are kept, in their order, and nothing
 * else; what was kept is taken again as it is. A check that does not fit would end each try at the first chunk:
 * in every other one they are made to fit. */
#include <stdlib.h>
#include <string.h>

#include "report/logo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static uint32_t number_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The remainder of a polynomial, bit by bit from the highest power. */
static uint32_t remainder_of(const uint8_t *data, size_t size)
{
	uint32_t remainder = UINT32_MAX, mirrored = 0;

	for (size_t bit = 0; bit < size * 8; bit++) {
		uint32_t next = data[bit / 8] >> (bit % 8) & 1;
		bool over = (remainder >> 31 ^ next) & 1;
		remainder = remainder << 1 ^ (over ? 0x04c11db7u : 0);
	}
	for (int bit = 0; bit < 32; bit++)
		mirrored |= (remainder >> bit & 1) << (31 - bit);
	return ~mirrored;
}

static void mend_checks(uint8_t *data, size_t size)
{
	for (size_t at = 8; at + 12 <= size && number_at(data + at) <= size - at - 12;) {
		size_t end = at + 8 + number_at(data + at);
		uint32_t right = remainder_of(data + at + 4, end - at - 4);
		for (int i = 0; i < 4; i++)
			data[end + (size_t)i] = (uint8_t)(right >> (24 - 8 * i));
		at = end + 4;
	}
}

/* The same by a rule of its own: what is kept of a file that was taken. */
static void compare(const uint8_t *data, size_t size, struct span kept)
{
	const char *at = kept.data + 8, *end = kept.data + kept.size;

	check(kept.size >= 8 + 25 + 12 + 12 && memcmp(kept.data, data, 8) == 0);
	for (size_t from = 8; at < end; from += number_at(data + from) + 12) {
		check(from + 12 <= size && number_at(data + from) <= size - from - 12);
		size_t whole = number_at(data + from) + 12;
		bool wanted = false;
		for (const char *name = "IHDRPLTEtRNSIDATIEND"; *name; name += 4)
			wanted = wanted || memcmp(data + from + 4, name, 4) == 0;
		if (!wanted)
			continue;
		check((size_t)(end - at) >= whole && memcmp(at, data + from, whole) == 0);
		at += whole;
	}
	check(memcmp(end - 8, "IEND", 4) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report_letterhead first = { 0 }, second = { 0 };
	struct arena arena = { 0 };
	uint8_t *copy = malloc(size + 1);

	check(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	if (size & 1)
		mend_checks(copy, size);
	if (logo_take("logo", (struct span){ (const char *)copy, size }, &arena, &first, NULL) == QORGAN_OK) {
		check(first.logo_width >= 1 && first.logo_width <= 4000 && first.logo_height >= 1 && first.logo_height <= 4000);
		check(logo_scale(&first, 100, 50) * first.logo_width <= 100.001);
		compare(copy, size, first.logo);
		check(logo_take("logo", first.logo, &arena, &second, NULL) == QORGAN_OK);
		check(span_equal(first.logo, second.logo));
	}
	arena_free(&arena);
	free(copy);
	return 0;
}
