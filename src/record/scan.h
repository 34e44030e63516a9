/* Leaping over the plain bytes of a JSON string, sixteen or eight at a time: what
 * the canonical writer, the reader and the splitter of files have in common. */
#ifndef RECORD_SCAN_H
#define RECORD_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SCAN_ONES 0x0101010101010101u
#define SCAN_TOPS 0x8080808080808080u

/* Top bits of the bytes of `word` that are zero; exact up to the first one. */
static inline uint64_t scan_zero(uint64_t word)
{
	return (word - SCAN_ONES) & ~word & SCAN_TOPS;
}

/* scan_plain(at, end): the first byte that is a quote, a backslash or below a
 * space, or `end`. */
static inline const char *scan_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
	for (; end - at >= (ptrdiff_t)sizeof(__m128i); at += sizeof(__m128i)) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i stops = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
			_mm_cmpeq_epi8(_mm_max_epu8(bytes, control), control));
		unsigned found = (unsigned)_mm_movemask_epi8(stops);
		if (found)
			return at + __builtin_ctz(found);
	}
#endif
	while (end - at >= (ptrdiff_t)sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, at, sizeof word);
		uint64_t found = scan_zero(word ^ SCAN_ONES * '"') | scan_zero(word ^ SCAN_ONES * '\\') |
		                 ((word - SCAN_ONES * 0x20) & ~word & SCAN_TOPS);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		if (found)
			return at + __builtin_ctzll(found) / 8;
#else
		if (found)
			break; /* the loop below finds which */
#endif
		at += sizeof word;
	}
	while (at < end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
		at++;
	return at;
}

/* scan_string_end(at, end): the closing quote of the string whose first byte
 * after the opening quote is `at`; NULL if there is none, or a control
 * character before it. */
static inline const char *scan_string_end(const char *at, const char *end)
{
	for (;;) {
		at = scan_plain(at, end);
		if (at == end)
			return NULL;
		if (*at == '"')
			return at;
		if (*at != '\\' || end - at < 2)
			return NULL;
		at += 2;
	}
}

#endif
