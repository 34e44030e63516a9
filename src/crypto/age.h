/* age v1 (C2SP age.md): files encrypted to X25519 recipients or with a passphrase. */
#ifndef CRYPTO_AGE_H
#define CRYPTO_AGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define AGE_RECIPIENT_TEXT 63 /* "age1..." and its zero */
#define AGE_IDENTITY_TEXT 75  /* "AGE-SECRET-KEY-1..." and its zero */
#define AGE_CHUNK_SIZE 65536

/* Work factors of a passphrase are base-two logarithms of scrypt's N; 2^N KiB of
 * memory are used. */
#define AGE_WORK_FACTOR 18 /* what stock age writes: 256 MiB, about a second */
#define AGE_WORK_LIMIT 20  /* the most that is written, and read unless asked otherwise: 1 GiB */

/* ---- Keys ---------------------------------------------------------------- */

/* A recipient is an X25519 public key, an identity its secret scalar. */
bool age_recipient_parse(const char *text, uint8_t recipient[32]);
void age_recipient_format(const uint8_t recipient[32], char text[AGE_RECIPIENT_TEXT]);
bool age_identity_parse(const char *text, size_t size, uint8_t identity[32]);
void age_identity_format(const uint8_t identity[32], char text[AGE_IDENTITY_TEXT]);
/* The recipient of an identity. */
void age_identity_recipient(const uint8_t identity[32], uint8_t recipient[32]);

/* age_identities_read(path, identities, limit, count, error): the X25519
 * identities of an age key file (comments and blank lines allowed), into secret
 * memory that the caller gives: limit times 32 bytes. QORGAN_DENIED if others
 * can read the file, QORGAN_BAD_DATA if a line is no X25519 identity. */
int age_identities_read(const char *path, uint8_t (*identities)[32], size_t limit, size_t *count,
                        struct qorgan_error *error);

/* Where ciphertext or plaintext goes; a code other than 0 stops the work and
 * is what the caller gets back. */
typedef int (*age_sink)(void *context, const void *data, size_t size, struct qorgan_error *error);

/* ---- Encryption ------------------------------------------------------------ */

/* Encryption as a stream, binary; age_armor.h has a sink that armors it. The
 * file key lives in secret memory. */
struct age_encryptor;

/* age_encrypt_start: writes the header and the payload's nonce to the sink.
 * `count` recipients, at least one, of 32 bytes each. */
int age_encrypt_start(const uint8_t (*recipients)[32], size_t count, age_sink sink, void *context,
                      struct age_encryptor **encryptor, struct qorgan_error *error);
/* age_encrypt_start_passphrase: as above, for who knows the passphrase, which
 * is not empty. `work_factor` is 1 to AGE_WORK_LIMIT, as a rule AGE_WORK_FACTOR.
 * QORGAN_INTERNAL if there is not the memory that it takes. */
int age_encrypt_start_passphrase(const char *passphrase, unsigned work_factor, age_sink sink, void *context,
                                 struct age_encryptor **encryptor, struct qorgan_error *error);
int age_encrypt_add(struct age_encryptor *encryptor, const void *data, size_t size, struct qorgan_error *error);
/* age_encrypt_finish: writes the last chunk; age_encrypt_free releases it. */
int age_encrypt_finish(struct age_encryptor *encryptor, struct qorgan_error *error);
void age_encrypt_free(struct age_encryptor *encryptor);

/* age_encrypt(recipients, count, data, size, to, error): all of it at once, appended. */
int age_encrypt(const uint8_t (*recipients)[32], size_t count, const void *data, size_t size, struct buffer *to,
                struct qorgan_error *error);

/* ---- Decryption ------------------------------------------------------------ */

/* What there is to open a file with. The keys are the caller's, in secret
 * memory, and stay where they are until the decryptor is freed. */
struct age_keys {
	const uint8_t (*identities)[32];
	size_t count;           /* of identities */
	const char *passphrase; /* NULL: none */
	unsigned work_limit;    /* the largest work factor to accept, at most 30; 0: AGE_WORK_LIMIT */
};

/* Decryption as a stream, of a binary or an armored file, in memory that does
 * not grow with it. */
struct age_decryptor;

int age_decrypt_start(const struct age_keys *keys, age_sink sink, void *context, struct age_decryptor **decryptor,
                      struct qorgan_error *error);
/* age_decrypt_add(decryptor, data, size, error): the next bytes of the file, in
 * pieces of any size. Plaintext goes to the sink chunk by chunk, each as soon as
 * it authenticates. Yet the file may still prove to be cut short or damaged
 * further on: NOTHING that the sink got may be used for good, shown as whole or
 * acted on, before age_decrypt_finish has returned QORGAN_OK; after any failure
 * it is to be thrown away.
 *
 * QORGAN_DENIED: no identity matches, or the passphrase is wrong or was not
 * given. QORGAN_PROTOCOL: the file is malformed or damaged, or asks for too much
 * work; the message begins with the part at fault, "age armor: ", "age header: ",
 * "age MAC: " or "age payload: ". A failure is final: every later call gives it
 * again. The header is opened within this call, which takes secret memory. */
int age_decrypt_add(struct age_decryptor *decryptor, const void *data, size_t size, struct qorgan_error *error);
/* age_decrypt_finish: the file ends here. Gives the last plaintext to the sink;
 * QORGAN_OK says that all of the file authenticated and none of it is missing. */
int age_decrypt_finish(struct age_decryptor *decryptor, struct qorgan_error *error);
void age_decrypt_free(struct age_decryptor *decryptor);

/* age_decrypt(data, keys, to, error): the same for a file that is wholly in
 * memory. Appends the plaintext to `to` only if all of it authenticated. */
int age_decrypt(struct span data, const struct age_keys *keys, struct buffer *to, struct qorgan_error *error);

#endif
