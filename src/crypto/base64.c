/* Canonical Base 64, by tables: files come and go in it, and libsodium's, made for keys,
 * takes the same time for every letter, which is long. No key is written so here. */
#include "crypto/base64.h"


static const char letters[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define NONE 64
#define ROW(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p
#define ROW_NONE ROW(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE)

/* The number of each letter. */
static const uint8_t numbers[256] = {
	ROW_NONE, ROW_NONE,
	ROW(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, 62, NONE, NONE, NONE, 63),
	ROW(52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NONE, NONE, NONE, NONE, NONE, NONE),
	ROW(NONE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
	ROW(15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NONE, NONE, NONE, NONE, NONE),
	ROW(NONE, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40),
	ROW(41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NONE, NONE, NONE, NONE, NONE),
	ROW_NONE, ROW_NONE, ROW_NONE, ROW_NONE, ROW_NONE, ROW_NONE, ROW_NONE, ROW_NONE,
};

/* The last group, of two or three letters; what it has beyond whole bytes is zero. */
static bool tail_decode(const uint8_t *at, size_t count, uint8_t *to)
{
	unsigned a = numbers[at[0]], b = numbers[at[1]], c = count == 3 ? numbers[at[2]] : 0;

	if ((a | b | c) & NONE || (count == 2 ? b & 15 : c & 3))
		return false;
	to[0] = (uint8_t)(a << 2 | b >> 4);
	if (count == 3)
		to[1] = (uint8_t)(b << 4 | c >> 2);
	return true;
}

bool base64_decode(struct span text, enum base64_padding padding, uint8_t *to, size_t limit, size_t *size)
{
	const uint8_t *at = (const uint8_t *)text.data;
	size_t count = text.size;

	*size = 0;
	if (padding == BASE64_PADDED) {
		if (count % 4)
			return false;
		for (int marks = 0; count && marks < 2 && at[count - 1] == '='; marks++)
			count--;
	}
	size_t tail = count % 4, bytes = count / 4 * 3 + (tail ? tail - 1 : 0);
	if (tail == 1 || bytes > limit)
		return false;
	for (size_t i = 0; i < count / 4; i++, at += 4, to += 3) {
		unsigned a = numbers[at[0]], b = numbers[at[1]], c = numbers[at[2]], d = numbers[at[3]];
		if ((a | b | c | d) & NONE)
			return false;
		to[0] = (uint8_t)(a << 2 | b >> 4);
		to[1] = (uint8_t)(b << 4 | c >> 2);
		to[2] = (uint8_t)(c << 6 | d);
	}
	*size = bytes;
	return !tail || tail_decode(at, tail, to);
}

bool base64_decode_exact(struct span text, enum base64_padding padding, uint8_t *to, size_t size)
{
	size_t decoded;

	return base64_decode(text, padding, to, size, &decoded) && decoded == size;
}

size_t base64_encode(char *to, const uint8_t *data, size_t size, enum base64_padding padding)
{
	char *at = to;

	for (; size >= 3; size -= 3, data += 3) {
		*at++ = letters[data[0] >> 2];
		*at++ = letters[(data[0] & 3) << 4 | data[1] >> 4];
		*at++ = letters[(data[1] & 15) << 2 | data[2] >> 6];
		*at++ = letters[data[2] & 63];
	}
	if (size) {
		unsigned second = size == 2 ? data[1] : 0;
		*at++ = letters[data[0] >> 2];
		*at++ = letters[(data[0] & 3) << 4 | second >> 4];
		if (size == 2)
			*at++ = letters[(second & 15) << 2];
		for (size_t i = size; i < 3 && padding == BASE64_PADDED; i++)
			*at++ = '=';
	}
	*at = '\0';
	return (size_t)(at - to);
}

void base64_append(struct buffer *to, const uint8_t *data, size_t size, enum base64_padding padding)
{
	char *at = buffer_reserve(to, base64_text_size(size));

	if (at)
		to->size += base64_encode(at, data, size, padding);
}
