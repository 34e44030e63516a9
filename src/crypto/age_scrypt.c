/* The passphrase recipient of age: scrypt with r = 8 and p = 1, of which the file
 * says how much work it is. */
#include "crypto/age_scrypt.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "crypto/base64.h"
#include "crypto/secret.h"

#define SALT_SIZE 16
#define BLOCK_SIZE 8 /* r: 128 r N bytes of memory, that is N KiB */
#define LABEL "age-encryption.org/v1/scrypt"
#define LABEL_SIZE (sizeof LABEL - 1)
#define QUOTED_DIGITS 20

static int wrap_key_derive(const char *passphrase, const uint8_t salt[SALT_SIZE], unsigned work_factor,
                           uint8_t wrap_key[AGE_WRAP_KEY_SIZE], struct qorgan_error *error)
{
	uint8_t labelled[LABEL_SIZE + SALT_SIZE];
	const uint64_t count = (uint64_t)1 << work_factor;

	memcpy(labelled, LABEL, LABEL_SIZE);
	memcpy(labelled + LABEL_SIZE, salt, SALT_SIZE);
	/* With parameters within their bounds, only memory can be wanting. */
	if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *)passphrase, strlen(passphrase), labelled,
	                                          sizeof labelled, count, BLOCK_SIZE, 1, wrap_key, AGE_WRAP_KEY_SIZE))
		return error_set(error, QORGAN_INTERNAL,
		                 "out of memory: a passphrase with the work factor 2^%u of this age file needs %llu KiB",
		                 work_factor, (unsigned long long)count);
	return QORGAN_OK;
}

int age_scrypt_wrap(const char *passphrase, unsigned work_factor, const uint8_t file_key[AGE_FILE_KEY_SIZE],
                    struct buffer *header, struct qorgan_error *error)
{
	uint8_t salt[SALT_SIZE], body[AGE_WRAPPED_SIZE];
	char factor[12];
	uint8_t *wrap_key = secret_alloc(AGE_WRAP_KEY_SIZE);

	if (!wrap_key)
		return error_set_memory(error);
	randombytes_buf(salt, sizeof salt);
	int code = wrap_key_derive(passphrase, salt, work_factor, wrap_key, error);
	if (!code) {
		age_file_key_wrap(file_key, wrap_key, body);
		snprintf(factor, sizeof factor, "%u", work_factor);
		age_header_add_stanza(header, AGE_SCRYPT, salt, sizeof salt, factor, body, sizeof body);
	}
	secret_free(wrap_key);
	return code;
}

/* What a stanza asks for. */
struct request {
	uint8_t salt[SALT_SIZE];
	unsigned work_factor; /* what is past four digits is not exact, but larger than any bound */
	struct span factor;   /* as it is written */
};

/* Decimal digits alone, the first of them no zero. */
static bool factor_read(struct span text, unsigned *factor)
{
	*factor = 0;
	if (text.size == 0 || text.data[0] == '0')
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		if (*factor < 1000)
			*factor = *factor * 10 + (unsigned)(text.data[i] - '0');
	}
	return true;
}

static int request_read(const struct age_stanza *stanza, struct request *request, struct qorgan_error *error)
{
	struct span salt = stanza->arguments;
	const char *space = stanza->argument_count == 2 ? memchr(salt.data, ' ', salt.size) : NULL;

	if (!space)
		return error_set(error, QORGAN_PROTOCOL, "age header: a scrypt stanza has not a salt and a work factor");
	request->factor = (struct span){ space + 1, salt.size - (size_t)(space + 1 - salt.data) };
	salt.size = (size_t)(space - salt.data);
	if (!base64_decode_exact(salt, BASE64_UNPADDED, request->salt, SALT_SIZE))
		return error_set(error, QORGAN_PROTOCOL, "age header: a scrypt stanza has no salt of 16 bytes");
	if (!factor_read(request->factor, &request->work_factor))
		return error_set(error, QORGAN_PROTOCOL, "age header: the work factor of a scrypt stanza is no plain number");
	/* Checked before any passphrase is tried, as the cipher does not commit to its key. */
	if (stanza->body_size != AGE_WRAPPED_SIZE)
		return error_set(error, QORGAN_PROTOCOL, "age header: a scrypt stanza holds no file key of 16 bytes");
	return QORGAN_OK;
}

int age_scrypt_check(const struct age_stanza *stanza, struct qorgan_error *error)
{
	struct request request;

	return request_read(stanza, &request, error);
}

int age_scrypt_unwrap(const struct age_stanza *stanza, const char *passphrase, unsigned work_limit,
                      uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error)
{
	struct request request;
	int code = request_read(stanza, &request, error);

	if (code)
		return code;
	if (request.work_factor > work_limit)
		return error_set(error, QORGAN_PROTOCOL,
		                 "age header: the work factor of the passphrase is 2^%.*s, above the 2^%u that is accepted",
		                 (int)(request.factor.size < QUOTED_DIGITS ? request.factor.size : QUOTED_DIGITS),
		                 request.factor.data, work_limit);
	uint8_t *wrap_key = secret_alloc(AGE_WRAP_KEY_SIZE);
	if (!wrap_key)
		return error_set_memory(error);
	code = wrap_key_derive(passphrase, request.salt, request.work_factor, wrap_key, error);
	if (!code && !age_file_key_unwrap(stanza->body, wrap_key, file_key))
		code = error_set(error, QORGAN_DENIED, "wrong passphrase: it does not open the age file");
	secret_free(wrap_key);
	return code;
}
