/* Base 64 as RFC 4648 has it, and nothing that decodes to the same bytes. */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum base64_padding {
	BASE64_PADDED,  /* RFC 4648 section 4 */
	BASE64_UNPADDED /* the same without '=' */
};

/* base64_decode(text, padding, to, limit, size): decode all of `text` into at
 * most `limit` bytes. False unless it is the canonical encoding: no white
 * space, just the padding asked for, unused bits zero. */
bool base64_decode(struct span text, enum base64_padding padding, uint8_t *to, size_t limit, size_t *size);

/* base64_decode_exact: as above, and true only if there are just `size` bytes. */
bool base64_decode_exact(struct span text, enum base64_padding padding, uint8_t *to, size_t size);

/* base64_text_size(size): characters of the padded encoding, its zero included. */
#define base64_text_size(size) (((size) + 2) / 3 * 4 + 1)

/* base64_encode(to, data, size, padding): write the encoding and a zero;
 * returns its length. */
size_t base64_encode(char *to, const uint8_t *data, size_t size, enum base64_padding padding);

/* base64_append(to, data, size, padding): append the encoding. */
void base64_append(struct buffer *to, const uint8_t *data, size_t size, enum base64_padding padding);

#endif
