/* STREAM: ChaCha20-Poly1305 per chunk, its place and whether it is the last
 * bound by the nonce. */
#include "crypto/age_stream.h"

#include <sodium.h>

#include "base/bytes.h"

_Static_assert(AGE_TAG_SIZE == crypto_aead_chacha20poly1305_ietf_ABYTES, "a tag is Poly1305's");

#define CHUNK_NONCE_SIZE crypto_aead_chacha20poly1305_ietf_NPUBBYTES

/* Eleven bytes of counter, big-endian, and one that marks the last chunk. */
static void nonce_make(const struct age_stream *stream, bool last, uint8_t nonce[CHUNK_NONCE_SIZE])
{
	memset(nonce, 0, 3);
	bytes_put_u64(nonce + 3, stream->counter);
	nonce[11] = last;
}

void age_stream_encrypt(struct age_stream *stream, uint8_t *to, const uint8_t *data, size_t size, bool last)
{
	uint8_t nonce[CHUNK_NONCE_SIZE];

	nonce_make(stream, last, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(to, NULL, data, size, NULL, 0, NULL, nonce, stream->key);
	stream->counter++;
}

bool age_stream_decrypt(struct age_stream *stream, uint8_t *to, const uint8_t *sealed, size_t size, bool last)
{
	uint8_t nonce[CHUNK_NONCE_SIZE];

	nonce_make(stream, last, nonce);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(to, NULL, NULL, sealed, size, NULL, 0, nonce, stream->key))
		return false;
	stream->counter++;
	return true;
}
