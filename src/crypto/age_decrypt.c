/* Reading an age file, as a stream: the armor, if there is one, then the header,
 * the payload's nonce, and the chunks. */
#include "crypto/age.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/language.h"
#include "crypto/age_armor.h"
#include "crypto/age_file_key.h"
#include "crypto/age_header.h"
#include "crypto/age_scrypt.h"
#include "crypto/age_x25519.h"
#include "crypto/secret.h"

#define SEALED_SIZE (AGE_CHUNK_SIZE + AGE_TAG_SIZE)

enum form { FORM_UNKNOWN, FORM_BINARY, FORM_ARMORED };

enum stage {
	STAGE_HEADER,
	STAGE_NONCE,
	STAGE_CHUNKS,
	STAGE_ENDED /* the last chunk was read */
};

struct age_decryptor {
	struct age_keys keys;
	age_sink sink;
	void *context;
	struct qorgan_error failure; /* repeated for who goes on nevertheless */
	enum form form;
	enum stage stage;
	struct age_armor_reader armor;
	struct age_header_reader header;
	struct age_file_key *file_key; /* in secret memory */
	size_t used;                   /* bytes in `sealed`: of the nonce, then of a chunk */
	uint8_t sealed[SEALED_SIZE];
	uint8_t plain[AGE_CHUNK_SIZE];
};

/* ---- The header -------------------------------------------------------------- */

/* What holds of a header's stanzas whoever opens it: those of the types that we
 * know have their form, and a passphrase stands alone, as it is taken to prove
 * who encrypted. */
static int stanzas_check(const struct age_header *header, struct qorgan_error *error)
{
	struct span rest = header->stanzas;
	struct age_stanza stanza;
	int code = QORGAN_OK;

	while (!code && age_stanza_next(&rest, &stanza)) {
		if (span_is(stanza.type, AGE_X25519))
			code = age_x25519_check(&stanza, error);
		if (!span_is(stanza.type, AGE_SCRYPT))
			continue;
		if (header->stanza_count > 1)
			return error_set(error, QORGAN_PROTOCOL, "age header: a passphrase stands beside other recipients");
		code = age_scrypt_check(&stanza, error);
	}
	return code;
}

/* The file key by the first of our identities that some stanza is for. */
static int identities_try(const struct age_header *header, const struct age_keys *keys,
                          uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error)
{
	for (size_t i = 0; i < keys->count; i++) {
		struct span rest = header->stanzas;
		struct age_stanza stanza;
		uint8_t recipient[32];
		age_identity_recipient(keys->identities[i], recipient);
		while (age_stanza_next(&rest, &stanza)) {
			if (!span_is(stanza.type, AGE_X25519))
				continue;
			int code = age_x25519_unwrap(&stanza, keys->identities[i], recipient, file_key, error);
			if (code != QORGAN_DENIED)
				return code;
		}
	}
	if (keys->count == 0 && keys->passphrase)
		return error_set(error, QORGAN_DENIED, "no identity matches: the age file needs one, not a passphrase");
	return error_set(error, QORGAN_DENIED, "no identity matches: the age file is encrypted to other recipients");
}

static int file_key_find(const struct age_header *header, const struct age_keys *keys,
                         uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error)
{
	struct span rest = header->stanzas;
	struct age_stanza first;

	if (!age_stanza_next(&rest, &first) || !span_is(first.type, AGE_SCRYPT))
		return identities_try(header, keys, file_key, error);
	if (!keys->passphrase)
		return error_set(error, QORGAN_DENIED, "no identity matches: the age file is encrypted with a passphrase");
	return age_scrypt_unwrap(&first, keys->passphrase, keys->work_limit, file_key, error);
}

static int header_open(struct age_decryptor *decryptor, struct qorgan_error *error)
{
	struct age_header header;
	uint8_t mac[AGE_MAC_SIZE];
	int code = age_header_parse(buffer_span(&decryptor->header.text), &header, error);

	if (!code)
		code = stanzas_check(&header, error);
	if (!code)
		code = file_key_find(&header, &decryptor->keys, decryptor->file_key->key, error);
	if (code)
		return code;
	if (!age_file_key_mac(decryptor->file_key, header.authenticated, mac))
		return error_set_memory(error);
	if (sodium_memcmp(mac, header.mac, sizeof mac) != 0)
		return error_set(error, QORGAN_PROTOCOL, "age MAC: the header was changed after it was made");
	buffer_free(&decryptor->header.text);
	decryptor->stage = STAGE_NONCE;
	return QORGAN_OK;
}

/* ---- The payload ------------------------------------------------------------- */

static int payload_refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_PROTOCOL, "age payload: %s", language_said(why));
}

/* Moves bytes from the start of `rest` to `sealed` until that holds `size`. */
static bool gather(struct age_decryptor *decryptor, struct span *rest, size_t size)
{
	size_t wanted = size - decryptor->used, taken = rest->size < wanted ? rest->size : wanted;

	if (taken)
		memcpy(decryptor->sealed + decryptor->used, rest->data, taken);
	decryptor->used += taken;
	rest->data += taken;
	rest->size -= taken;
	return decryptor->used == size;
}

static int nonce_take(struct age_decryptor *decryptor, struct qorgan_error *error)
{
	if (!age_file_key_stream(decryptor->file_key, decryptor->sealed))
		return error_set_memory(error);
	decryptor->used = 0;
	decryptor->stage = STAGE_CHUNKS;
	return QORGAN_OK;
}

/* Hands a chunk's plaintext on. Of a full chunk only its tag tells whether it is
 * the last; one that is not full can be nothing else. */
static int chunk_open(struct age_decryptor *decryptor, const uint8_t *sealed, size_t size, struct qorgan_error *error)
{
	struct age_stream *stream = &decryptor->file_key->stream;
	bool last = size < SEALED_SIZE || !age_stream_decrypt(stream, decryptor->plain, sealed, size, false);

	if (last && !age_stream_decrypt(stream, decryptor->plain, sealed, size, true))
		return error_set(error, QORGAN_PROTOCOL,
		                 "age payload: chunk %llu does not authenticate: the file is damaged or cut short",
		                 (unsigned long long)stream->counter + 1);
	decryptor->used = 0;
	if (last)
		decryptor->stage = STAGE_ENDED;
	return size > AGE_TAG_SIZE ? decryptor->sink(decryptor->context, decryptor->plain, size - AGE_TAG_SIZE, error)
	                           : QORGAN_OK;
}

static int chunks_add(struct age_decryptor *decryptor, struct span rest, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (!code && rest.size) {
		if (decryptor->stage == STAGE_ENDED)
			return payload_refuse(error, "something follows the last chunk");
		if (decryptor->used == 0 && rest.size >= SEALED_SIZE) {
			code = chunk_open(decryptor, (const uint8_t *)rest.data, SEALED_SIZE, error);
			rest.data += SEALED_SIZE;
			rest.size -= SEALED_SIZE;
		} else if (gather(decryptor, &rest, SEALED_SIZE)) {
			code = chunk_open(decryptor, decryptor->sealed, SEALED_SIZE, error);
		}
	}
	return code;
}

static int payload_finish(struct age_decryptor *decryptor, struct qorgan_error *error)
{
	if (decryptor->stage == STAGE_ENDED)
		return QORGAN_OK;
	if (decryptor->used < AGE_TAG_SIZE)
		return payload_refuse(error, "the last chunk is missing: the file is cut short");
	/* Else one plaintext would have two encodings. */
	if (decryptor->used == AGE_TAG_SIZE && decryptor->file_key->stream.counter > 0)
		return payload_refuse(error, "the last chunk is empty");
	return chunk_open(decryptor, decryptor->sealed, decryptor->used, error);
}

/* ---- The file ---------------------------------------------------------------- */

/* The next bytes of the file without its armor; an age_sink. */
static int binary_add(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct age_decryptor *decryptor = context;
	struct span rest = { data, size };
	int code = QORGAN_OK;

	if (decryptor->stage == STAGE_HEADER) {
		bool complete;
		code = age_header_read(&decryptor->header, &rest, &complete, error);
		if (!code && complete)
			code = header_open(decryptor, error);
	}
	if (!code && decryptor->stage == STAGE_NONCE && gather(decryptor, &rest, AGE_NONCE_SIZE))
		code = nonce_take(decryptor, error);
	return code ? code : chunks_add(decryptor, rest, error);
}

static int binary_finish(struct age_decryptor *decryptor, struct qorgan_error *error)
{
	if (decryptor->stage == STAGE_HEADER)
		return header_open(decryptor, error); /* says in which part it is cut short */
	if (decryptor->stage == STAGE_NONCE)
		return error_set(error, QORGAN_PROTOCOL, "age header: the payload's nonce is cut short");
	return payload_finish(decryptor, error);
}

/* A failure is kept and told again, as what comes after it must not be taken for
 * the file. */
static int failure_tell(const struct age_decryptor *decryptor, struct qorgan_error *error)
{
	if (decryptor->failure.code && error)
		*error = decryptor->failure;
	return decryptor->failure.code;
}

int age_decrypt_start(const struct age_keys *keys, age_sink sink, void *context, struct age_decryptor **decryptor,
                      struct qorgan_error *error)
{
	*decryptor = NULL;
	if (keys->work_limit > 30)
		return error_set(error, QORGAN_USAGE, "no work factor of an age file above 30 can be accepted");
	struct age_decryptor *made = calloc(1, sizeof *made);
	if (!made)
		return error_set_memory(error);
	made->keys = *keys;
	if (!made->keys.work_limit)
		made->keys.work_limit = AGE_WORK_LIMIT;
	made->sink = sink;
	made->context = context;
	age_armor_read_start(&made->armor, binary_add, made);
	made->file_key = secret_alloc(sizeof *made->file_key);
	if (!made->file_key) {
		age_decrypt_free(made);
		return error_set_memory(error);
	}
	*decryptor = made;
	return QORGAN_OK;
}

int age_decrypt_add(struct age_decryptor *decryptor, const void *data, size_t size, struct qorgan_error *error)
{
	struct qorgan_error *failure = &decryptor->failure;

	if (size == 0 || failure->code)
		return failure_tell(decryptor, error);
	if (decryptor->form == FORM_UNKNOWN)
		decryptor->form = age_armor_is(*(const char *)data) ? FORM_ARMORED : FORM_BINARY;
	failure->code = decryptor->form == FORM_ARMORED ? age_armor_read_add(&decryptor->armor, data, size, failure)
	                                                : binary_add(decryptor, data, size, failure);
	return failure_tell(decryptor, error);
}

int age_decrypt_finish(struct age_decryptor *decryptor, struct qorgan_error *error)
{
	struct qorgan_error *failure = &decryptor->failure;

	if (!failure->code && decryptor->form == FORM_ARMORED)
		failure->code = age_armor_read_finish(&decryptor->armor, failure);
	if (!failure->code)
		failure->code = binary_finish(decryptor, failure);
	return failure_tell(decryptor, error);
}

void age_decrypt_free(struct age_decryptor *decryptor)
{
	if (!decryptor)
		return;
	secret_free(decryptor->file_key);
	buffer_free(&decryptor->header.text);
	sodium_memzero(decryptor->plain, sizeof decryptor->plain);
	free(decryptor);
}

/* ---- A file in memory -------------------------------------------------------- */

static int sink_append(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct buffer *to = context;

	buffer_append(to, data, size);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

int age_decrypt(struct span data, const struct age_keys *keys, struct buffer *to, struct qorgan_error *error)
{
	struct age_decryptor *decryptor;
	size_t before = to->size;

	/* Reserved at once, so that growing leaves no copy behind. */
	if (!buffer_reserve(to, data.size))
		return error_set_memory(error);
	int code = age_decrypt_start(keys, sink_append, to, &decryptor, error);
	if (!code)
		code = age_decrypt_add(decryptor, data.data, data.size, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	age_decrypt_free(decryptor);
	if (code) {
		sodium_memzero(to->data + before, to->size - before);
		to->size = before;
	}
	to->data[to->size] = '\0';
	return code;
}
