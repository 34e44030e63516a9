/* HKDF-SHA-256 (RFC 5869) with an output of 32 bytes, as age uses it. */
#ifndef CRYPTO_HKDF_H
#define CRYPTO_HKDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HKDF_KEY_SIZE 32

/* hkdf_sha256(key, key_size, salt, salt_size, info, out): extract with the
 * salt, expand with the bytes of `info`. The work is done in secret memory;
 * false only when that is exhausted. */
bool hkdf_sha256(const uint8_t *key, size_t key_size, const uint8_t *salt, size_t salt_size, const char *info,
                 uint8_t out[HKDF_KEY_SIZE]);

#endif
