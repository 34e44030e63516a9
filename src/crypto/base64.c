/* Canonical Base 64, by libsodium. */
#include "crypto/base64.h"

#include <sodium.h>

static int variant_of(enum base64_padding padding)
{
	return padding == BASE64_PADDED ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

bool base64_decode(struct span text, enum base64_padding padding, uint8_t *to, size_t limit, size_t *size)
{
	if (text.size == 0) {
		*size = 0;
		return true;
	}
	/* libsodium 1.0.18 takes bytes above 127 for letters where char is signed. */
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] > 127)
			return false;
	/* Without a list of characters to ignore and a place to report the end,
	 * libsodium refuses whatever is not canonical. */
	return sodium_base642bin(to, limit, text.data, text.size, NULL, size, NULL, variant_of(padding)) == 0;
}

bool base64_decode_exact(struct span text, enum base64_padding padding, uint8_t *to, size_t size)
{
	size_t decoded;

	return base64_decode(text, padding, to, size, &decoded) && decoded == size;
}

size_t base64_encode(char *to, const uint8_t *data, size_t size, enum base64_padding padding)
{
	size_t length = base64_text_size(size) - 1;

	if (padding == BASE64_UNPADDED)
		length -= (3 - size % 3) % 3;
	sodium_bin2base64(to, length + 1, data, size, variant_of(padding));
	return length;
}

void base64_append(struct buffer *to, const uint8_t *data, size_t size, enum base64_padding padding)
{
	char *at = buffer_reserve(to, base64_text_size(size));

	if (at)
		to->size += base64_encode(at, data, size, padding);
}
