/* Bech32 (BIP 173). The data goes bit by bit between bytes and characters, so
 * that a secret key is in no other place than the caller's. */
#include "crypto/bech32.h"

#include <string.h>

#include <sodium.h>

#define CHECKSUM_SIZE 6

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* One step of the checksum, a BCH code over the field of 32 elements. */
static uint32_t checksum_add(uint32_t checksum, unsigned value)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = checksum >> 25;

	checksum = (checksum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		checksum ^= generator[i] & (0u - (top >> i & 1));
	return checksum;
}

static char letter_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char letter_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The checksum of a prefix: the high bits of all letters, zero, the low bits. */
static uint32_t checksum_start(const char *prefix, size_t size)
{
	uint32_t checksum = 1;

	for (size_t i = 0; i < size; i++)
		checksum = checksum_add(checksum, (unsigned char)letter_lower(prefix[i]) >> 5);
	checksum = checksum_add(checksum, 0);
	for (size_t i = 0; i < size; i++)
		checksum = checksum_add(checksum, (unsigned char)letter_lower(prefix[i]) & 31);
	return checksum;
}

struct writer {
	char *at;
	uint32_t checksum;
};

static void value_write(struct writer *writer, unsigned value)
{
	writer->checksum = checksum_add(writer->checksum, value);
	*writer->at++ = alphabet[value];
}

static void data_write(struct writer *writer, const uint8_t *data, size_t size)
{
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < size; i++) {
		bits = (bits << 8 | data[i]) & 0xfff;
		for (count += 8; count >= 5; count -= 5)
			value_write(writer, bits >> (count - 5) & 31);
	}
	if (count > 0)
		value_write(writer, bits << (5 - count) & 31);
}

void bech32_encode(const char *prefix, const uint8_t *data, size_t size, char *text)
{
	size_t prefix_size = strlen(prefix);
	struct writer writer = { text + prefix_size, checksum_start(prefix, prefix_size) };
	bool upper = false;

	memcpy(text, prefix, prefix_size);
	*writer.at++ = '1';
	data_write(&writer, data, size);

	uint32_t checksum = writer.checksum;
	for (unsigned i = 0; i < CHECKSUM_SIZE; i++)
		checksum = checksum_add(checksum, 0);
	checksum ^= 1;
	for (unsigned i = CHECKSUM_SIZE; i-- > 0;)
		*writer.at++ = alphabet[checksum >> (5 * i) & 31];
	*writer.at = '\0';

	for (const char *c = prefix; *c; c++)
		upper = upper || letter_lower(*c) != *c;
	for (char *c = text; upper && *c; c++)
		*c = letter_upper(*c);
}

/* The value of a character of the data, or -1. */
static int value_of(char c)
{
	const char *place = c ? strchr(alphabet, letter_lower(c)) : NULL;

	return place ? (int)(place - alphabet) : -1;
}

/* Whether all of it is printable and upper and lower case are not mixed. */
static bool text_is_sound(struct span text)
{
	bool lower = false, upper = false;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < 33 || text.data[i] > 126)
			return false;
		lower = lower || letter_upper(text.data[i]) != text.data[i];
		upper = upper || letter_lower(text.data[i]) != text.data[i];
	}
	return !(lower && upper);
}

static bool data_decode(struct span text, uint32_t checksum, uint8_t *data, size_t size)
{
	size_t values = text.size - CHECKSUM_SIZE, filled = 0;
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < text.size; i++) {
		int value = value_of(text.data[i]);
		if (value < 0)
			return false;
		checksum = checksum_add(checksum, (unsigned)value);
		if (i >= values)
			continue;
		bits = (bits << 5 | (unsigned)value) & 0xfff;
		count += 5;
		if (count >= 8) {
			if (filled == size)
				return false;
			count -= 8;
			data[filled++] = (uint8_t)(bits >> count);
		}
	}
	return checksum == 1 && filled == size && count < 5 && (bits & ((1u << count) - 1)) == 0;
}

bool bech32_decode(struct span text, const char *prefix, uint8_t *data, size_t size)
{
	size_t prefix_size = strlen(prefix), before = prefix_size + 1;
	bool good = prefix_size > 0 && text.size >= before + CHECKSUM_SIZE && text_is_sound(text) &&
	            memcmp(text.data, prefix, prefix_size) == 0 && text.data[prefix_size] == '1' &&
	            data_decode((struct span){ text.data + before, text.size - before },
	                        checksum_start(prefix, prefix_size), data, size);

	if (!good)
		sodium_memzero(data, size);
	return good;
}
