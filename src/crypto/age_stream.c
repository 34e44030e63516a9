/* STREAM: ChaCha20-Poly1305 per chunk, its place and whether it is the last
 * bound by the nonce. */
#include "crypto/age_stream.h"

#include <sodium.h>

#include "base/bytes.h"
#include "crypto/age.h"

_Static_assert(AGE_TAG_SIZE == crypto_aead_chacha20poly1305_ietf_ABYTES, "a tag is Poly1305's");

#define SEALED_SIZE (AGE_CHUNK_SIZE + AGE_TAG_SIZE)
#define CHUNK_NONCE_SIZE crypto_aead_chacha20poly1305_ietf_NPUBBYTES

/* Eleven bytes of counter, big-endian, and one that marks the last chunk. */
static void nonce_next(struct age_stream *stream, bool last, uint8_t nonce[CHUNK_NONCE_SIZE])
{
	memset(nonce, 0, 3);
	bytes_put_u64(nonce + 3, stream->counter++);
	nonce[11] = last;
}

void age_stream_encrypt(struct age_stream *stream, uint8_t *to, const uint8_t *data, size_t size, bool last)
{
	uint8_t nonce[CHUNK_NONCE_SIZE];

	nonce_next(stream, last, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(to, NULL, data, size, NULL, 0, NULL, nonce, stream->key);
}

int age_stream_decrypt(struct age_stream *stream, struct span payload, struct buffer *to, struct qorgan_error *error)
{
	const uint8_t *from = (const uint8_t *)payload.data;
	size_t chunks = payload.size / SEALED_SIZE + (payload.size % SEALED_SIZE != 0);

	size_t last = payload.size - (chunks ? chunks - 1 : 0) * SEALED_SIZE;

	/* Only a payload that is empty throughout may end in an empty chunk. */
	if (last < AGE_TAG_SIZE || (last == AGE_TAG_SIZE && chunks > 1))
		return error_set(error, QORGAN_PROTOCOL, "age payload: the last chunk is missing: the file is cut short");

	size_t rest = payload.size, done = 0;
	if (!buffer_reserve(to, payload.size))
		return error_set_memory(error);
	uint8_t *plain = (uint8_t *)to->data + to->size;
	for (size_t chunk = 0; chunk < chunks; chunk++) {
		uint8_t nonce[CHUNK_NONCE_SIZE];
		size_t sealed = rest < SEALED_SIZE ? rest : SEALED_SIZE;
		nonce_next(stream, chunk + 1 == chunks, nonce);
		if (crypto_aead_chacha20poly1305_ietf_decrypt(plain + done, NULL, NULL, from, sealed, NULL, 0, nonce,
		                                              stream->key)) {
			sodium_memzero(plain, done);
			to->data[to->size] = '\0';
			return error_set(error, QORGAN_PROTOCOL,
			                 "age payload: chunk %zu of %zu does not authenticate: the file is damaged or cut short",
			                 chunk + 1, chunks);
		}
		from += sealed;
		rest -= sealed;
		done += sealed - AGE_TAG_SIZE;
	}
	to->size += done;
	to->data[to->size] = '\0';
	return QORGAN_OK;
}
