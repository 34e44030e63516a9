/* Writing an age file, as a stream. */
#include "crypto/age.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/age_file_key.h"
#include "crypto/age_header.h"
#include "crypto/age_scrypt.h"
#include "crypto/age_x25519.h"
#include "crypto/secret.h"

struct age_encryptor {
	age_sink sink;
	void *context;
	struct age_file_key *keys; /* in secret memory */
	size_t used;               /* bytes of plaintext in `chunk` */
	uint8_t chunk[AGE_CHUNK_SIZE + AGE_TAG_SIZE];
};

/* For whom a file is: recipients, or who knows a passphrase. */
struct destination {
	const uint8_t (*recipients)[32];
	size_t count;
	const char *passphrase;
	unsigned work_factor;
};

static int stanzas_add(const struct age_file_key *keys, const struct destination *destination, struct buffer *to,
                       struct qorgan_error *error)
{
	int code = QORGAN_OK;

	if (destination->passphrase)
		return age_scrypt_wrap(destination->passphrase, destination->work_factor, keys->key, to, error);
	for (size_t i = 0; !code && i < destination->count; i++)
		code = age_x25519_wrap(destination->recipients[i], keys->key, to, error);
	return code;
}

/* The header and the payload's nonce, as they stand at the start of the file. */
static int header_make(struct age_file_key *keys, const struct destination *destination, struct buffer *to,
                       struct qorgan_error *error)
{
	uint8_t mac[AGE_MAC_SIZE], nonce[AGE_NONCE_SIZE];

	randombytes_buf(keys->key, sizeof keys->key);
	randombytes_buf(nonce, sizeof nonce);
	age_header_begin(to);
	int code = stanzas_add(keys, destination, to, error);
	if (code)
		return code;
	age_header_add_mark(to);
	if (to->failed || !age_file_key_mac(keys, buffer_span(to), mac) || !age_file_key_stream(keys, nonce))
		return error_set_memory(error);
	age_header_end(to, mac);
	buffer_append(to, nonce, sizeof nonce);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

static int encryptor_start(const struct destination *destination, age_sink sink, void *context,
                           struct age_encryptor **encryptor, struct qorgan_error *error)
{
	struct buffer header = { 0 };
	struct age_encryptor *made = malloc(sizeof *made);

	if (!made)
		return error_set_memory(error);
	made->sink = sink;
	made->context = context;
	made->used = 0;
	made->keys = secret_alloc(sizeof *made->keys);
	int code = made->keys ? header_make(made->keys, destination, &header, error) : error_set_memory(error);
	if (!code)
		code = sink(context, header.data, header.size, error);
	buffer_free(&header);
	if (code)
		age_encrypt_free(made);
	else
		*encryptor = made;
	return code;
}

int age_encrypt_start(const uint8_t (*recipients)[32], size_t count, age_sink sink, void *context,
                      struct age_encryptor **encryptor, struct qorgan_error *error)
{
	const struct destination destination = { .recipients = recipients, .count = count };

	*encryptor = NULL;
	if (count == 0 || count > AGE_STANZA_LIMIT)
		return error_set(error, QORGAN_USAGE, "an age file needs 1 to %d recipients", AGE_STANZA_LIMIT);
	return encryptor_start(&destination, sink, context, encryptor, error);
}

int age_encrypt_start_passphrase(const char *passphrase, unsigned work_factor, age_sink sink, void *context,
                                 struct age_encryptor **encryptor, struct qorgan_error *error)
{
	const struct destination destination = { .passphrase = passphrase, .work_factor = work_factor };

	*encryptor = NULL;
	if (!*passphrase)
		return error_set(error, QORGAN_USAGE, "an age file cannot be encrypted with an empty passphrase");
	if (work_factor == 0 || work_factor > AGE_WORK_LIMIT)
		return error_set(error, QORGAN_USAGE, "the work factor of an age file is 1 to %d", AGE_WORK_LIMIT);
	return encryptor_start(&destination, sink, context, encryptor, error);
}

/* Encrypts one chunk from where it lies into encryptor->chunk and hands it on. */
static int chunk_send(struct age_encryptor *encryptor, const uint8_t *data, size_t size, bool last,
                      struct qorgan_error *error)
{
	age_stream_encrypt(&encryptor->keys->stream, encryptor->chunk, data, size, last);
	encryptor->used = 0;
	return encryptor->sink(encryptor->context, encryptor->chunk, size + AGE_TAG_SIZE, error);
}

int age_encrypt_add(struct age_encryptor *encryptor, const void *data, size_t size, struct qorgan_error *error)
{
	const uint8_t *from = data;

	/* A full chunk waits until more follows, as the last one is marked. */
	while (size > AGE_CHUNK_SIZE - encryptor->used) {
		size_t more = AGE_CHUNK_SIZE - encryptor->used;
		const uint8_t *whole = from;
		if (encryptor->used) {
			memcpy(encryptor->chunk + encryptor->used, from, more);
			whole = encryptor->chunk;
		}
		int code = chunk_send(encryptor, whole, AGE_CHUNK_SIZE, false, error);
		if (code)
			return code;
		from += more;
		size -= more;
	}
	if (size)
		memcpy(encryptor->chunk + encryptor->used, from, size);
	encryptor->used += size;
	return QORGAN_OK;
}

int age_encrypt_finish(struct age_encryptor *encryptor, struct qorgan_error *error)
{
	return chunk_send(encryptor, encryptor->chunk, encryptor->used, true, error);
}

void age_encrypt_free(struct age_encryptor *encryptor)
{
	if (!encryptor)
		return;
	secret_free(encryptor->keys);
	sodium_memzero(encryptor->chunk, sizeof encryptor->chunk);
	free(encryptor);
}

static int buffer_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	buffer_append(context, data, size);
	return ((struct buffer *)context)->failed ? error_set_memory(error) : QORGAN_OK;
}

int age_encrypt(const uint8_t (*recipients)[32], size_t count, const void *data, size_t size, struct buffer *to,
                struct qorgan_error *error)
{
	struct age_encryptor *encryptor = NULL;
	int code = age_encrypt_start(recipients, count, buffer_sink, to, &encryptor, error);

	if (!code)
		code = age_encrypt_add(encryptor, data, size, error);
	if (!code)
		code = age_encrypt_finish(encryptor, error);
	age_encrypt_free(encryptor);
	return code;
}
