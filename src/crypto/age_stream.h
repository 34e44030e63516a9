/* The payload of an age file: STREAM over chunks of 64 KiB. */
#ifndef CRYPTO_AGE_STREAM_H
#define CRYPTO_AGE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGE_NONCE_SIZE 16 /* at the start of the payload */
#define AGE_TAG_SIZE 16   /* at the end of each chunk */

/* Lives in secret memory. */
struct age_stream {
	uint8_t key[32];
	uint64_t counter; /* of the next chunk */
};

/* age_stream_encrypt(stream, to, data, size, last): the next chunk, of at most
 * AGE_CHUNK_SIZE bytes, as size + AGE_TAG_SIZE bytes at `to`, which may be
 * `data`. All but the last are full. */
void age_stream_encrypt(struct age_stream *stream, uint8_t *to, const uint8_t *data, size_t size, bool last);

/* age_stream_decrypt(stream, to, sealed, size, last): the next chunk, of `size`
 * bytes with its tag, to `to`, which is not `sealed`. False if it does not
 * authenticate in this place and as the last or not; it may then be tried the
 * other way, as the stream has not moved on. */
bool age_stream_decrypt(struct age_stream *stream, uint8_t *to, const uint8_t *sealed, size_t size, bool last);

#endif
