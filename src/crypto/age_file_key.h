/* The file key of an age file, what is derived from it, and how it is wrapped. */
#ifndef CRYPTO_AGE_FILE_KEY_H
#define CRYPTO_AGE_FILE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "crypto/age_header.h"
#include "crypto/age_stream.h"

#define AGE_FILE_KEY_SIZE 16
#define AGE_WRAP_KEY_SIZE 32
#define AGE_WRAPPED_SIZE (AGE_FILE_KEY_SIZE + AGE_TAG_SIZE) /* the body of each stanza */

/* Lives in secret memory. */
struct age_file_key {
	uint8_t key[AGE_FILE_KEY_SIZE];
	uint8_t mac_key[32];
	struct age_stream stream;
};

/* age_file_key_mac(keys, header, mac): of a header up to and with its mark.
 * False only when secret memory is exhausted. */
bool age_file_key_mac(struct age_file_key *keys, struct span header, uint8_t mac[AGE_MAC_SIZE]);
/* age_file_key_stream(keys, nonce): the stream of the payload, at its start.
 * False as above. */
bool age_file_key_stream(struct age_file_key *keys, const uint8_t nonce[AGE_NONCE_SIZE]);

/* age_file_key_wrap(key, wrap_key, body): a wrap key is used once.
 * age_file_key_unwrap: false if it is not the one that `body` was made with. */
void age_file_key_wrap(const uint8_t key[AGE_FILE_KEY_SIZE], const uint8_t wrap_key[AGE_WRAP_KEY_SIZE],
                       uint8_t body[AGE_WRAPPED_SIZE]);
bool age_file_key_unwrap(const uint8_t body[AGE_WRAPPED_SIZE], const uint8_t wrap_key[AGE_WRAP_KEY_SIZE],
                         uint8_t key[AGE_FILE_KEY_SIZE]);

#endif
