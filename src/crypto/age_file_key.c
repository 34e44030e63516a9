/* Derivation by HKDF; wrapping by ChaCha20-Poly1305 with a nonce of zeros, as
 * no wrap key is ever used twice. */
#include "crypto/age_file_key.h"

#include <sodium.h>

#include "crypto/hkdf.h"

_Static_assert(AGE_MAC_SIZE == crypto_auth_hmacsha256_BYTES, "a MAC is HMAC-SHA-256's");
_Static_assert(AGE_WRAP_KEY_SIZE == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "a wrap key is ChaCha20's");

static const uint8_t nonce_of_zeros[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

bool age_file_key_mac(struct age_file_key *keys, struct span header, uint8_t mac[AGE_MAC_SIZE])
{
	if (!hkdf_sha256(keys->key, sizeof keys->key, NULL, 0, "header", keys->mac_key))
		return false;
	crypto_auth_hmacsha256(mac, (const uint8_t *)header.data, header.size, keys->mac_key);
	return true;
}

bool age_file_key_stream(struct age_file_key *keys, const uint8_t nonce[AGE_NONCE_SIZE])
{
	keys->stream.counter = 0;
	return hkdf_sha256(keys->key, sizeof keys->key, nonce, AGE_NONCE_SIZE, "payload", keys->stream.key);
}

void age_file_key_wrap(const uint8_t key[AGE_FILE_KEY_SIZE], const uint8_t wrap_key[AGE_WRAP_KEY_SIZE],
                       uint8_t body[AGE_WRAPPED_SIZE])
{
	crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, key, AGE_FILE_KEY_SIZE, NULL, 0, NULL, nonce_of_zeros,
	                                          wrap_key);
}

bool age_file_key_unwrap(const uint8_t body[AGE_WRAPPED_SIZE], const uint8_t wrap_key[AGE_WRAP_KEY_SIZE],
                         uint8_t key[AGE_FILE_KEY_SIZE])
{
	return crypto_aead_chacha20poly1305_ietf_decrypt(key, NULL, NULL, body, AGE_WRAPPED_SIZE, NULL, 0,
	                                                 nonce_of_zeros, wrap_key) == 0;
}
