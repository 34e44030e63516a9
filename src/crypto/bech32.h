/* Bech32 (BIP 173) without its limit of length, as age writes its keys. */
#ifndef CRYPTO_BECH32_H
#define CRYPTO_BECH32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* bech32_text_size(prefix_size, size): characters of the text, its zero included. */
#define bech32_text_size(prefix_size, size) ((prefix_size) + 1 + ((size) * 8 + 4) / 5 + 6 + 1)

/* bech32_encode(prefix, data, size, text): write prefix, "1", data and
 * checksum, and a zero. All is upper case if the prefix is. */
void bech32_encode(const char *prefix, const uint8_t *data, size_t size, char *text);

/* bech32_decode(text, prefix, data, size): false unless `text` is Bech32 with
 * just this prefix, in this case, and just `size` bytes of data; nothing but
 * `data` holds a part of them afterwards, and that is wiped on failure. */
bool bech32_decode(struct span text, const char *prefix, uint8_t *data, size_t size);

#endif
