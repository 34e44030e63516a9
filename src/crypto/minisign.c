/* minisign: the four lines of a signature beside a file. */
#include "crypto/minisign.h"

#include <string.h>

#include "crypto/base64.h"
#include "crypto/secret.h"

#define KEY_ALGORITHM "Ed"
#define HASHED_ALGORITHM "ED" /* of a signature over the BLAKE2b-512 of the file */
#define LEGACY_ALGORITHM "Ed" /* of a signature over the file itself */
#define UNTRUSTED_PREFIX "untrusted comment: "
#define UNTRUSTED_COMMENT "signature from qorgan"
#define TRUSTED_PREFIX "trusted comment: "
#define TRUSTED_LIMIT 8000 /* stock minisign reads a little more */
#define HASH_SIZE 64

/* Both as they stand under their Base 64; bytes only, so without padding. */
struct public_record {
	uint8_t algorithm[2];
	uint8_t id[8];
	uint8_t key[crypto_sign_PUBLICKEYBYTES];
};
struct signature_record {
	uint8_t algorithm[2];
	uint8_t id[8];
	uint8_t signature[crypto_sign_BYTES];
};
_Static_assert(sizeof(struct public_record) == 42, "as minisign has it");
_Static_assert(sizeof(struct signature_record) == 74, "as minisign has it");

/* What the global signature is over: the file's signature and the comment. */
struct bound {
	uint8_t signature[crypto_sign_BYTES];
	char comment[TRUSTED_LIMIT];
};

/* ---- Keys ---------------------------------------------------------------- */

/* The key id of a public key: the first bytes of its BLAKE2b-512. */
void minisign_public_of(const uint8_t key[32], struct minisign_public *public)
{
	uint8_t hash[crypto_generichash_BYTES_MAX];

	crypto_generichash(hash, sizeof hash, key, crypto_sign_PUBLICKEYBYTES, NULL, 0);
	memcpy(public->key, key, sizeof public->key);
	memcpy(public->id, hash, sizeof public->id);
}

/* The key pair of a seed; the secret half, which the caller frees, is NULL when
 * the arena is full. */
static uint8_t *pair_make(const uint8_t seed[32], struct minisign_public *public)
{
	uint8_t key[crypto_sign_PUBLICKEYBYTES];
	uint8_t *secret_key = secret_alloc(crypto_sign_SECRETKEYBYTES);

	if (!secret_key)
		return NULL;
	crypto_sign_seed_keypair(key, secret_key, seed);
	minisign_public_of(key, public);
	return secret_key;
}

void minisign_public_from(const uint8_t seed[32], struct minisign_public *public)
{
	uint8_t *secret_key = pair_make(seed, public);

	if (!secret_key)
		sodium_misuse(); /* no code can be returned, and a wrong key must not be */
	secret_free(secret_key);
}

void minisign_public_format(const struct minisign_public *public, char text[MINISIGN_PUBLIC_TEXT])
{
	struct public_record record;

	memcpy(record.algorithm, KEY_ALGORITHM, sizeof record.algorithm);
	memcpy(record.id, public->id, sizeof record.id);
	memcpy(record.key, public->key, sizeof record.key);
	sodium_bin2base64(text, MINISIGN_PUBLIC_TEXT, (const uint8_t *)&record, sizeof record,
	                  sodium_base64_VARIANT_ORIGINAL);
}

bool minisign_public_parse(const char *text, struct minisign_public *public)
{
	struct public_record record;

	if (!base64_decode_exact(span_of(text), BASE64_PADDED, (uint8_t *)&record, sizeof record) ||
	    memcmp(record.algorithm, KEY_ALGORITHM, sizeof record.algorithm) ||
	    !crypto_core_ed25519_is_valid_point(record.key))
		return false;
	memcpy(public->id, record.id, sizeof public->id);
	memcpy(public->key, record.key, sizeof public->key);
	return true;
}

/* ---- Hashing and signing ------------------------------------------------- */

void minisign_hash_start(struct minisign_hash *hash)
{
	crypto_generichash_blake2b_init(&hash->state, NULL, 0, HASH_SIZE);
}

void minisign_hash_add(struct minisign_hash *hash, const void *data, size_t size)
{
	crypto_generichash_blake2b_update(&hash->state, data, size);
}

static bool comment_is_line(struct span comment)
{
	if (comment.size > TRUSTED_LIMIT)
		return false;
	for (size_t i = 0; i < comment.size; i++)
		if (comment.data[i] == '\n' || comment.data[i] == '\r' || comment.data[i] == '\0')
			return false;
	return true;
}

int minisign_sign(struct minisign_hash *hash, const uint8_t seed[32], const char *trusted, struct buffer *to,
                  struct qorgan_error *error)
{
	struct span comment = span_of(trusted);
	struct minisign_public public;
	struct signature_record record;
	struct bound bound;
	uint8_t digest[HASH_SIZE], global[crypto_sign_BYTES];

	if (!comment_is_line(comment))
		return error_set(error, QORGAN_BAD_DATA, "a trusted comment is one line of at most %d bytes", TRUSTED_LIMIT);
	uint8_t *secret_key = pair_make(seed, &public);
	if (!secret_key)
		return error_set_memory(error);
	memcpy(record.algorithm, HASHED_ALGORITHM, sizeof record.algorithm);
	memcpy(record.id, public.id, sizeof record.id);
	crypto_generichash_blake2b_final(&hash->state, digest, sizeof digest);
	crypto_sign_detached(record.signature, NULL, digest, sizeof digest, secret_key);
	memcpy(bound.signature, record.signature, sizeof bound.signature);
	memcpy(bound.comment, comment.data, comment.size);
	crypto_sign_detached(global, NULL, (const uint8_t *)&bound, sizeof bound.signature + comment.size, secret_key);
	secret_free(secret_key);

	buffer_append_text(to, UNTRUSTED_PREFIX UNTRUSTED_COMMENT "\n");
	base64_append(to, (const uint8_t *)&record, sizeof record, BASE64_PADDED);
	buffer_append_text(to, "\n" TRUSTED_PREFIX);
	buffer_append_span(to, comment);
	buffer_append_char(to, '\n');
	base64_append(to, global, sizeof global, BASE64_PADDED);
	buffer_append_char(to, '\n');
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Verifying ----------------------------------------------------------- */

/* Takes a line off that begins with `prefix`, and gives what follows that. */
static bool line_next(struct span *rest, const char *prefix, struct span *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
	size_t size = end ? (size_t)(end - rest->data) : rest->size, skip = strlen(prefix);

	if (size < skip || (skip && memcmp(rest->data, prefix, skip)))
		return false;
	*line = (struct span){ rest->data + skip, size - skip };
	if (line->size && line->data[line->size - 1] == '\r')
		line->size--;
	*rest = (struct span){ rest->data + size + (end != NULL), rest->size - size - (end != NULL) };
	return true;
}

static bool signature_parse(struct span text, struct signature_record *record, struct span *comment,
                            uint8_t global[crypto_sign_BYTES])
{
	struct span untrusted, first, second;

	return line_next(&text, UNTRUSTED_PREFIX, &untrusted) && line_next(&text, "", &first) &&
	       base64_decode_exact(first, BASE64_PADDED, (uint8_t *)record, sizeof *record) &&
	       line_next(&text, TRUSTED_PREFIX, comment) && comment_is_line(*comment) && line_next(&text, "", &second) &&
	       base64_decode_exact(second, BASE64_PADDED, global, crypto_sign_BYTES) && text.size == 0;
}

bool minisign_signature_id(struct span signature, uint8_t id[8])
{
	uint8_t global[crypto_sign_BYTES];
	struct signature_record record;
	struct span comment;

	if (!signature_parse(signature, &record, &comment, global))
		return false;
	memcpy(id, record.id, sizeof record.id);
	return true;
}

/* A number, lowest byte first. */
void minisign_id_format(const uint8_t id[8], char text[MINISIGN_ID_TEXT])
{
	uint8_t reversed[8];

	for (size_t i = 0; i < sizeof reversed; i++)
		reversed[i] = id[sizeof reversed - 1 - i];
	sodium_bin2hex(text, MINISIGN_ID_TEXT, reversed, sizeof reversed);
}

int minisign_verify(struct minisign_hash *hash, struct span signature, const struct minisign_public *public,
                    struct buffer *trusted, struct qorgan_error *error)
{
	struct signature_record record;
	struct span comment;
	struct bound bound;
	uint8_t digest[HASH_SIZE], global[crypto_sign_BYTES];

	crypto_generichash_blake2b_final(&hash->state, digest, sizeof digest);
	if (!signature_parse(signature, &record, &comment, global))
		return error_set(error, QORGAN_PROTOCOL, "this is not a minisign signature of four lines");
	if (memcmp(record.algorithm, LEGACY_ALGORITHM, sizeof record.algorithm) == 0)
		return error_set(error, QORGAN_PROTOCOL, "the signature is of minisign's legacy form: sign again without -l");
	if (memcmp(record.algorithm, HASHED_ALGORITHM, sizeof record.algorithm))
		return error_set(error, QORGAN_PROTOCOL, "the signature is of a kind that is not known");
	if (memcmp(record.id, public->id, sizeof record.id)) {
		char theirs[MINISIGN_ID_TEXT], known[MINISIGN_ID_TEXT];
		minisign_id_format(record.id, theirs);
		minisign_id_format(public->id, known);
		return error_set(error, QORGAN_PROTOCOL, "the file is signed with the key %s, not with the known key %s", theirs,
		                 known);
	}
	if (crypto_sign_verify_detached(record.signature, digest, sizeof digest, public->key))
		return error_set(error, QORGAN_PROTOCOL, "the signature does not hold: the file was changed after it was signed");
	memcpy(bound.signature, record.signature, sizeof bound.signature);
	memcpy(bound.comment, comment.data, comment.size);
	if (crypto_sign_verify_detached(global, (const uint8_t *)&bound, sizeof bound.signature + comment.size, public->key))
		return error_set(error, QORGAN_PROTOCOL, "the signature does not hold: its trusted comment was changed");
	if (trusted) {
		buffer_append_span(trusted, comment);
		if (trusted->failed)
			return error_set_memory(error);
	}
	return QORGAN_OK;
}
