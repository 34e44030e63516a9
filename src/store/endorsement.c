/* What an administrator stands for: signed, and judged. */
#include "store/endorsement.h"

#include <sodium.h>

#include "crypto/base64.h"
#include "crypto/secret.h"
#include "record/reader.h"

/* The bytes that the admin key signs. */
static void signed_text_write(const struct qorgan_store *vault, const struct endorsed *endorsed, struct buffer *to)
{
	buffer_append_format(to, "%s%s\n%.*s\n%u\n", endorsed->title, vault->origin, (int)endorsed->id.size,
	                     endorsed->id.data, endorsed->version);
	buffer_append_span(to, endorsed->text);
	buffer_append_char(to, '\n');
}

void endorsement_append(const struct qorgan_store *vault, const struct endorsed *endorsed, struct buffer *body)
{
	uint8_t public[KEYS_SIZE], signature[crypto_sign_BYTES];
	uint8_t *pair = secret_alloc(crypto_sign_SECRETKEYBYTES);
	struct buffer text = { 0 };

	signed_text_write(vault, endorsed, &text);
	if (!pair || text.failed) {
		body->failed = true;
	} else {
		crypto_sign_seed_keypair(public, pair, vault->keys->admin_seed);
		crypto_sign_detached(signature, NULL, (const uint8_t *)text.data, text.size, pair);
		buffer_append_text(body, "\"endorsement\":\"");
		base64_append(body, signature, sizeof signature, BASE64_PADDED);
		buffer_append_text(body, "\",");
	}
	secret_free(pair);
	buffer_free(&text);
}

enum endorsement endorsement_judge(const struct qorgan_store *vault, const uint8_t admin[KEYS_SIZE],
                                   const struct endorsed *endorsed, struct span value)
{
	uint8_t signature[crypto_sign_BYTES];
	char encoded[base64_text_size(crypto_sign_BYTES)];
	struct buffer text = { 0 };

	if (!value.data)
		return ENDORSEMENT_NONE;
	signed_text_write(vault, endorsed, &text);
	bool good = !text.failed && reader_text(value, encoded, sizeof encoded) &&
	            base64_decode_exact(span_of(encoded), BASE64_PADDED, signature, sizeof signature) &&
	            crypto_sign_verify_detached(signature, (const uint8_t *)text.data, text.size, admin) == 0;
	buffer_free(&text);
	return good ? ENDORSEMENT_GOOD : ENDORSEMENT_FORGED;
}
