/* The generators: one for what happens, one for the bytes that the program asks for,
 * so that a mended program, which asks for more or fewer, has the same region. */
#include "chance.h"

#include <string.h>
#include <sys/random.h>

#include <sodium.h>

static uint64_t happening, bytes;

/* SplitMix64: small, and every seed will do. */
static uint64_t step(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned chance_below(unsigned limit)
{
	return (unsigned)((step(&happening) >> 32) * limit >> 32);
}

bool chance_of(unsigned percent)
{
	return chance_below(100) < percent;
}

static void generator_fill(void *const to, const size_t size)
{
	for (size_t at = 0; at < size; at += sizeof bytes) {
		uint64_t word = step(&bytes);
		memcpy((char *)to + at, &word, size - at < sizeof word ? size - at : sizeof word);
	}
}

/* In the place of the C library's: src/crypto/random.c fills its pool with it. */
ssize_t getrandom(void *to, size_t size, unsigned flags)
{
	(void)flags;
	generator_fill(to, size);
	return (ssize_t)size;
}

static const char *generator_name(void)
{
	return "seeded";
}

static uint32_t generator_word(void)
{
	return (uint32_t)step(&bytes);
}

void chance_start(uint64_t seed)
{
	static struct randombytes_implementation generator = {
		.implementation_name = generator_name, .random = generator_word, .buf = generator_fill,
	};

	happening = seed;
	bytes = ~seed;
	randombytes_set_implementation(&generator);
}
