/* Recipients and identities of age as text, and files of identities. */
#include "crypto/age.h"

#include <string.h>

#include <sodium.h>

#include "base/file.h"
#include "crypto/bech32.h"

#define RECIPIENT_PREFIX "age"
#define IDENTITY_PREFIX "AGE-SECRET-KEY-"
#define KEY_FILE_LIMIT 65536

_Static_assert(bech32_text_size(sizeof RECIPIENT_PREFIX - 1, 32) == AGE_RECIPIENT_TEXT, "size of a recipient");
_Static_assert(bech32_text_size(sizeof IDENTITY_PREFIX - 1, 32) == AGE_IDENTITY_TEXT, "size of an identity");

bool age_recipient_parse(const char *text, uint8_t recipient[32])
{
	return bech32_decode(span_of(text), RECIPIENT_PREFIX, recipient, 32);
}

void age_recipient_format(const uint8_t recipient[32], char text[AGE_RECIPIENT_TEXT])
{
	bech32_encode(RECIPIENT_PREFIX, recipient, 32, text);
}

bool age_identity_parse(const char *text, size_t size, uint8_t identity[32])
{
	return bech32_decode((struct span){ text, size }, IDENTITY_PREFIX, identity, 32);
}

void age_identity_format(const uint8_t identity[32], char text[AGE_IDENTITY_TEXT])
{
	bech32_encode(IDENTITY_PREFIX, identity, 32, text);
}

void age_identity_recipient(const uint8_t identity[32], uint8_t recipient[32])
{
	crypto_scalarmult_curve25519_base(recipient, identity);
}

/* The lines of a key file; what they hold is never quoted in a message. */
static int identities_parse(const char *path, struct span text, uint8_t (*identities)[32], size_t limit,
                            size_t *count, struct qorgan_error *error)
{
	size_t number = 0;

	for (size_t at = 0, next; at < text.size; at = next) {
		const char *end = memchr(text.data + at, '\n', text.size - at);
		size_t size = end ? (size_t)(end - text.data) - at : text.size - at;
		const char *line = text.data + at;
		next = at + size + 1;
		number++;
		if (size && line[size - 1] == '\r')
			size--;
		if (size == 0 || line[0] == '#')
			continue;
		if (*count == limit)
			return error_set(error, QORGAN_BAD_DATA, "%s holds more than %zu identities", path, limit);
		if (!age_identity_parse(line, size, identities[*count]))
			return error_set(error, QORGAN_BAD_DATA,
			                 "%s, line %zu: this is no X25519 identity of age (AGE-SECRET-KEY-1...)", path, number);
		++*count;
	}
	if (*count == 0)
		return error_set(error, QORGAN_BAD_DATA, "%s holds no age identity: make one with age-keygen", path);
	return QORGAN_OK;
}

int age_identities_read(const char *path, uint8_t (*identities)[32], size_t limit, size_t *count,
                        struct qorgan_error *error)
{
	struct buffer text = { 0 };
	int code = file_read_secret(path, KEY_FILE_LIMIT, &text, error);

	*count = 0;
	if (!code)
		code = identities_parse(path, buffer_span(&text), identities, limit, count, error);
	if (code) {
		sodium_memzero(identities, limit * sizeof *identities);
		*count = 0;
	}
	buffer_wipe(&text);
	return code;
}
