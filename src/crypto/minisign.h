/* minisign: pre-hashed Ed25519 signatures beside a file. */
#ifndef CRYPTO_MINISIGN_H
#define CRYPTO_MINISIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sodium.h>

#include "base/buffer.h"
#include "base/error.h"

#define MINISIGN_PUBLIC_TEXT 57 /* the base64 line of a public key and its zero */
#define MINISIGN_ID_TEXT 17     /* a key id in hexadecimal and its zero */

struct minisign_public {
	uint8_t id[8];
	uint8_t key[32];
};

/* minisign_public_from(seed, public): the key pair of an Ed25519 seed; the key
 * id is derived from the public key (first bytes of its BLAKE2b). */
void minisign_public_from(const uint8_t seed[32], struct minisign_public *public);
/* minisign_public_of(key, public): the same from the public key alone. */
void minisign_public_of(const uint8_t key[32], struct minisign_public *public);
/* The base64 line as `minisign -P` takes it. */
void minisign_public_format(const struct minisign_public *public, char text[MINISIGN_PUBLIC_TEXT]);
bool minisign_public_parse(const char *text, struct minisign_public *public);

/* The hash of the file, fed piece by piece: BLAKE2b-512. */
struct minisign_hash {
	crypto_generichash_blake2b_state state;
};
void minisign_hash_start(struct minisign_hash *hash);
void minisign_hash_add(struct minisign_hash *hash, const void *data, size_t size);

/* minisign_sign(hash, seed, trusted, to): append the four lines of a signature
 * file. `trusted` is the trusted comment, one line. The hash is used up. */
int minisign_sign(struct minisign_hash *hash, const uint8_t seed[32], const char *trusted, struct buffer *to,
                  struct qorgan_error *error);
/* minisign_verify(hash, signature, public, trusted): check both signatures; the
 * trusted comment is appended to `trusted` if not NULL. QORGAN_PROTOCOL if it
 * does not hold. */
int minisign_verify(struct minisign_hash *hash, struct span signature, const struct minisign_public *public,
                    struct buffer *trusted, struct qorgan_error *error);

/* minisign_signature_id(signature, id): the id of the key that it claims to be by;
 * false if it is no signature file. minisign_id_format: as minisign shows an id. */
bool minisign_signature_id(struct span signature, uint8_t id[8]);
void minisign_id_format(const uint8_t id[8], char text[MINISIGN_ID_TEXT]);

#endif
