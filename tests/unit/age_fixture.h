/* What the tests of age share: a published pair of keys, bytes to encrypt, and
 * encryption into a buffer. */
#ifndef TESTS_AGE_FIXTURE_H
#define TESTS_AGE_FIXTURE_H

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/age_armor.h"
#include "crypto/secret.h"

/* Of age's README and specification. */
#define PUBLISHED_IDENTITY "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define PUBLISHED_RECIPIENT "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static uint8_t (*identity)[32], recipient[1][32];
static struct age_keys own; /* the identity above */

static inline void age_fixture_start(void)
{
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	identity = secret_alloc(32);
	ck_assert(age_identity_parse(PUBLISHED_IDENTITY, strlen(PUBLISHED_IDENTITY), *identity));
	ck_assert(age_recipient_parse(PUBLISHED_RECIPIENT, recipient[0]));
	own = (struct age_keys){ .identities = (const uint8_t (*)[32])identity, .count = 1 };
}

/* The keys go, and nothing else was left in the arena. */
static inline void age_fixture_stop(void)
{
	secret_free(identity);
	void *all = secret_alloc(65536);
	ck_assert_msg(all != NULL, "something was left in secret memory");
	secret_free(all);
}

static inline int sink_append(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

/* Bytes that are alike nowhere; they hold until the next call. */
static inline struct span sample(size_t size)
{
	static const uint8_t key[randombytes_SEEDBYTES];
	static char *bytes;

	free(bytes);
	bytes = malloc(size + 1);
	randombytes_buf_deterministic(bytes, size, key);
	return (struct span){ bytes, size };
}

/* Gives the data to the encryptor in pieces of the given size, and frees it. */
static inline void encrypt_rest(struct age_encryptor *encryptor, struct span data, size_t piece)
{
	for (size_t at = 0; at < data.size; at += piece) {
		size_t size = data.size - at < piece ? data.size - at : piece;
		ck_assert_int_eq(age_encrypt_add(encryptor, data.data + at, size, NULL), QORGAN_OK);
	}
	ck_assert_int_eq(age_encrypt_finish(encryptor, NULL), QORGAN_OK);
	age_encrypt_free(encryptor);
}

static inline void encrypt(const uint8_t (*recipients)[32], size_t count, struct span data, size_t piece,
                           struct buffer *to)
{
	struct age_encryptor *encryptor;

	ck_assert_int_eq(age_encrypt_start(recipients, count, sink_append, to, &encryptor, NULL), QORGAN_OK);
	encrypt_rest(encryptor, data, piece);
	ck_assert(!to->failed);
}

/* To the published recipient, armored. */
static inline void encrypt_armored(struct span data, size_t piece, struct buffer *to)
{
	struct age_encryptor *encryptor;
	struct age_armor_writer *writer = malloc(sizeof *writer);

	ck_assert_int_eq(age_armor_write_start(writer, sink_append, to, NULL), QORGAN_OK);
	ck_assert_int_eq(age_encrypt_start((const uint8_t (*)[32])recipient, 1, age_armor_write, writer, &encryptor, NULL),
	                 QORGAN_OK);
	encrypt_rest(encryptor, data, piece);
	ck_assert_int_eq(age_armor_write_finish(writer, NULL), QORGAN_OK);
	free(writer);
	ck_assert(!to->failed);
}

/* Decrypts in pieces of the given size; `to` gets what was released, whatever the
 * result. */
static inline int decrypt_pieces(struct span file, const struct age_keys *keys, size_t piece, struct buffer *to,
                                 struct qorgan_error *error)
{
	struct age_decryptor *decryptor;
	int code = age_decrypt_start(keys, sink_append, to, &decryptor, error);

	for (size_t at = 0; !code && at < file.size; at += piece)
		code = age_decrypt_add(decryptor, file.data + at, file.size - at < piece ? file.size - at : piece, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	age_decrypt_free(decryptor);
	return code;
}

#endif
