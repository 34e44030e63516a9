/* age v1: encryption as a stream, decryption of a whole file in memory. */
#include "crypto/age.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/age_armor.h"
#include "crypto/age_header.h"
#include "crypto/age_stream.h"
#include "crypto/age_x25519.h"
#include "crypto/hkdf.h"
#include "crypto/secret.h"

/* The keys of one file, in secret memory. */
struct file_keys {
	uint8_t file_key[AGE_FILE_KEY_SIZE];
	uint8_t mac_key[HKDF_KEY_SIZE];
	struct age_stream stream;
};

struct age_encryptor {
	age_sink sink;
	void *context;
	struct file_keys *keys;
	size_t used; /* bytes of plaintext in `chunk` */
	uint8_t chunk[AGE_CHUNK_SIZE + AGE_TAG_SIZE];
};

static bool keys_derive_mac(struct file_keys *keys)
{
	return hkdf_sha256(keys->file_key, sizeof keys->file_key, NULL, 0, "header", keys->mac_key);
}

static bool keys_derive_stream(struct file_keys *keys, const uint8_t nonce[AGE_NONCE_SIZE])
{
	keys->stream.counter = 0;
	return hkdf_sha256(keys->file_key, sizeof keys->file_key, nonce, AGE_NONCE_SIZE, "payload", keys->stream.key);
}

/* ---- Encryption --------------------------------------------------------- */

/* The header and the payload's nonce, as they stand at the start of the file. */
static int header_make(struct file_keys *keys, const uint8_t (*recipients)[32], size_t count, struct buffer *to,
                       struct qorgan_error *error)
{
	uint8_t mac[AGE_MAC_SIZE], nonce[AGE_NONCE_SIZE];

	randombytes_buf(keys->file_key, sizeof keys->file_key);
	randombytes_buf(nonce, sizeof nonce);
	if (!keys_derive_mac(keys) || !keys_derive_stream(keys, nonce))
		return error_set_memory(error);
	age_header_begin(to);
	for (size_t i = 0; i < count; i++) {
		int code = age_x25519_wrap(recipients[i], keys->file_key, to, error);
		if (code)
			return code;
	}
	age_header_add_mark(to);
	crypto_auth_hmacsha256(mac, (const uint8_t *)to->data, to->size, keys->mac_key);
	age_header_end(to, mac);
	buffer_append(to, nonce, sizeof nonce);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

int age_encrypt_start(const uint8_t (*recipients)[32], size_t count, age_sink sink, void *context,
                      struct age_encryptor **encryptor, struct qorgan_error *error)
{
	struct buffer header = { 0 };
	int code;

	*encryptor = NULL;
	if (count == 0 || count > AGE_STANZA_LIMIT)
		return error_set(error, QORGAN_USAGE, "an age file needs 1 to %d recipients", AGE_STANZA_LIMIT);
	struct age_encryptor *made = malloc(sizeof *made);
	if (!made)
		return error_set_memory(error);
	made->sink = sink;
	made->context = context;
	made->used = 0;
	made->keys = secret_alloc(sizeof *made->keys);
	code = made->keys ? header_make(made->keys, recipients, count, &header, error) : error_set_memory(error);
	if (!code)
		code = sink(context, header.data, header.size, error);
	buffer_free(&header);
	if (code)
		age_encrypt_free(made);
	else
		*encryptor = made;
	return code;
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

/* ---- Decryption --------------------------------------------------------- */

/* What holds of a header's stanzas whoever opens it: X25519 stanzas have their
 * form, and a passphrase stands alone, as it is taken to prove who encrypted. */
static int stanzas_check(const struct age_header *header, struct qorgan_error *error)
{
	struct span rest = header->stanzas;
	struct age_stanza stanza;
	uint8_t share[32];

	while (age_stanza_next(&rest, &stanza)) {
		if (span_is(stanza.type, "scrypt") && header->stanza_count > 1)
			return error_set(error, QORGAN_PROTOCOL, "age header: a passphrase stands beside other recipients");
		if (!span_is(stanza.type, AGE_X25519))
			continue;
		int code = age_x25519_read(&stanza, share, error);
		if (code)
			return code;
	}
	return QORGAN_OK;
}

/* The file key by the first identity that some stanza is for. */
static int file_key_find(const struct age_header *header, const uint8_t (*identities)[32], size_t count,
                         uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error)
{
	struct span rest = header->stanzas;
	struct age_stanza stanza;

	while (age_stanza_next(&rest, &stanza)) {
		if (!span_is(stanza.type, AGE_X25519))
			continue;
		for (size_t i = 0; i < count; i++) {
			int code = age_x25519_unwrap(&stanza, identities[i], file_key, error);
			if (code != QORGAN_DENIED)
				return code;
		}
	}
	return error_set(error, QORGAN_DENIED, "no identity matches: the age file is encrypted to other recipients");
}

static int header_open(struct span file, const struct age_header *header, const uint8_t (*identities)[32],
                       size_t count, struct file_keys *keys, struct qorgan_error *error)
{
	int code = stanzas_check(header, error);

	if (!code)
		code = file_key_find(header, identities, count, keys->file_key, error);
	if (code)
		return code;
	if (!keys_derive_mac(keys))
		return error_set_memory(error);
	if (crypto_auth_hmacsha256_verify(header->mac, (const uint8_t *)header->authenticated.data,
	                                  header->authenticated.size, keys->mac_key))
		return error_set(error, QORGAN_PROTOCOL, "age MAC: the header was changed after it was made");
	if (file.size - header->size < AGE_NONCE_SIZE)
		return error_set(error, QORGAN_PROTOCOL, "age header: the payload's nonce is cut short");
	if (!keys_derive_stream(keys, (const uint8_t *)file.data + header->size))
		return error_set_memory(error);
	return QORGAN_OK;
}

static int binary_decrypt(struct span file, const uint8_t (*identities)[32], size_t count, struct buffer *to,
                          struct qorgan_error *error)
{
	struct age_header header;
	int code = age_header_parse(file, &header, error);

	if (code)
		return code;
	struct file_keys *keys = secret_alloc(sizeof *keys);
	if (!keys)
		return error_set_memory(error);
	code = header_open(file, &header, identities, count, keys, error);
	if (!code) {
		size_t start = header.size + AGE_NONCE_SIZE;
		code = age_stream_decrypt(&keys->stream, (struct span){ file.data + start, file.size - start }, to, error);
	}
	secret_free(keys);
	return code;
}

int age_decrypt(struct span data, const uint8_t (*identities)[32], size_t count, struct buffer *to,
                struct qorgan_error *error)
{
	struct buffer binary = { 0 };

	if (!age_armor_is(data))
		return binary_decrypt(data, identities, count, to, error);
	int code = age_armor_read(data, &binary, error);
	if (!code)
		code = binary_decrypt(buffer_span(&binary), identities, count, to, error);
	buffer_free(&binary);
	return code;
}
