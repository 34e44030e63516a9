/* The X25519 recipient of age: an ephemeral key agreement whose result, by HKDF,
 * wraps the file key. */
#include "crypto/age_x25519.h"

#include <string.h>

#include <sodium.h>

#include "crypto/base64.h"
#include "crypto/hkdf.h"
#include "crypto/secret.h"

static const char info[] = "age-encryption.org/v1/X25519";

/* What one agreement needs, in secret memory. */
struct agreement {
	uint8_t ephemeral[32];
	uint8_t shared[32];
	uint8_t wrap_key[AGE_WRAP_KEY_SIZE];
};

/* The wrap key out of the shared secret of two keys; QORGAN_NO if that secret is
 * zero, that is if the other's public key is of low order. */
static int agreement_derive(struct agreement *agreement, const uint8_t secret[32], const uint8_t public[32],
                            const uint8_t share[32], const uint8_t recipient[32], struct qorgan_error *error)
{
	uint8_t salt[64];

	/* libsodium refuses the all-zero result. */
	if (crypto_scalarmult_curve25519(agreement->shared, secret, public))
		return QORGAN_NO;
	memcpy(salt, share, 32);
	memcpy(salt + 32, recipient, 32);
	if (!hkdf_sha256(agreement->shared, sizeof agreement->shared, salt, sizeof salt, info, agreement->wrap_key))
		return error_set_memory(error);
	return QORGAN_OK;
}

int age_x25519_wrap(const uint8_t recipient[32], const uint8_t file_key[AGE_FILE_KEY_SIZE], struct buffer *header,
                    struct qorgan_error *error)
{
	uint8_t share[32], body[AGE_WRAPPED_SIZE];
	struct agreement *agreement = secret_alloc(sizeof *agreement);

	if (!agreement)
		return error_set_memory(error);
	randombytes_buf(agreement->ephemeral, sizeof agreement->ephemeral);
	crypto_scalarmult_curve25519_base(share, agreement->ephemeral);
	int code = agreement_derive(agreement, agreement->ephemeral, recipient, share, recipient, error);
	if (code == QORGAN_NO)
		code = error_set(error, QORGAN_BAD_DATA, "an age recipient is not a usable X25519 public key");
	if (code)
		goto done;
	age_file_key_wrap(file_key, agreement->wrap_key, body);
	age_header_add_stanza(header, AGE_X25519, share, sizeof share, NULL, body, sizeof body);
done:
	secret_free(agreement);
	return code;
}

static int share_read(const struct age_stanza *stanza, uint8_t share[32], struct qorgan_error *error)
{
	if (stanza->argument_count != 1 || !base64_decode_exact(stanza->arguments, BASE64_UNPADDED, share, 32))
		return error_set(error, QORGAN_PROTOCOL, "age header: an X25519 stanza has not one share of 32 bytes");
	/* Checked before any key is tried, as the cipher does not commit to its key. */
	if (stanza->body_size != AGE_WRAPPED_SIZE)
		return error_set(error, QORGAN_PROTOCOL, "age header: an X25519 stanza holds no file key of 16 bytes");
	return QORGAN_OK;
}

int age_x25519_check(const struct age_stanza *stanza, struct qorgan_error *error)
{
	uint8_t share[32];

	return share_read(stanza, share, error);
}

int age_x25519_unwrap(const struct age_stanza *stanza, const uint8_t identity[32], const uint8_t recipient[32],
                      uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error)
{
	uint8_t share[32];
	int code = share_read(stanza, share, error);

	if (code)
		return code;
	struct agreement *agreement = secret_alloc(sizeof *agreement);
	if (!agreement)
		return error_set_memory(error);
	code = agreement_derive(agreement, identity, share, share, recipient, error);
	if (code == QORGAN_NO)
		code = error_set(error, QORGAN_PROTOCOL, "age header: an X25519 share is of low order");
	if (!code && !age_file_key_unwrap(stanza->body, agreement->wrap_key, file_key))
		code = error_set(error, QORGAN_DENIED, "the stanza is for another identity");
	secret_free(agreement);
	return code;
}
