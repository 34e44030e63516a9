/* HKDF-SHA-256 out of libsodium's HMAC: 1.0.18 has no HKDF of its own. */
#include "crypto/hkdf.h"

#include <string.h>

#include <sodium.h>

#include "crypto/secret.h"

_Static_assert(HKDF_KEY_SIZE == crypto_auth_hmacsha256_BYTES, "one block of output is the whole output");

bool hkdf_sha256(const uint8_t *key, size_t key_size, const uint8_t *salt, size_t salt_size, const char *info,
                 uint8_t out[HKDF_KEY_SIZE])
{
	static const uint8_t first_block = 1, none[1];
	struct work {
		crypto_auth_hmacsha256_state state;
		uint8_t pseudorandom_key[crypto_auth_hmacsha256_BYTES];
	} *work = secret_alloc(sizeof *work);

	if (!work)
		return false;
	crypto_auth_hmacsha256_init(&work->state, salt_size ? salt : none, salt_size);
	crypto_auth_hmacsha256_update(&work->state, key, key_size);
	crypto_auth_hmacsha256_final(&work->state, work->pseudorandom_key);

	crypto_auth_hmacsha256_init(&work->state, work->pseudorandom_key, sizeof work->pseudorandom_key);
	crypto_auth_hmacsha256_update(&work->state, (const uint8_t *)info, strlen(info));
	crypto_auth_hmacsha256_update(&work->state, &first_block, 1);
	crypto_auth_hmacsha256_final(&work->state, out);
	secret_free(work);
	return true;
}
