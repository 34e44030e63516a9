/* Signed notes (C2SP signed-note) with Ed25519 keys. */
#include "crypto/note.h"

#include <string.h>

#include <sodium.h>

#include "crypto/base64.h"
#include "crypto/note_parts.h"
#include "crypto/secret.h"

/* ---- Keys ------------------------------------------------------------------ */

bool note_format_vkey(const char *name, const uint8_t public_key[NOTE_KEY_SIZE], char vkey[NOTE_VKEY_LIMIT])
{
	return note_vkey_format(name, NOTE_ED25519, public_key, vkey);
}

bool note_parse_vkey(const char *text, char *name, size_t name_size, uint8_t public_key[NOTE_KEY_SIZE])
{
	return note_vkey_parse(text, NOTE_ED25519, name, name_size, public_key);
}

/* ---- Signing ------------------------------------------------------------- */

#define SIGNATURE_SIZE (NOTE_ID_SIZE + crypto_sign_BYTES)

/* The key id and the signature of the text, as a line holds them. */
static int signature_make(struct span text, const char *name, const uint8_t seed[32],
                          uint8_t signature[SIGNATURE_SIZE], struct qorgan_error *error)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

	if (!note_name_is_valid(span_of(name)))
		return error_set(error, QORGAN_BAD_DATA, "'%s' cannot name a key: it is empty or has spaces or a plus sign",
		                 name);
	if (!note_text_is_valid(text))
		return error_set(error, QORGAN_BAD_DATA,
		                 "a text to sign must be UTF-8 without control characters and end in a newline");
	uint8_t *secret_key = secret_alloc(crypto_sign_SECRETKEYBYTES);
	if (!secret_key)
		return error_set_memory(error);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	note_key_id(span_of(name), NOTE_ED25519, public_key, signature);
	crypto_sign_detached(signature + NOTE_ID_SIZE, NULL, (const uint8_t *)text.data, text.size, secret_key);
	secret_free(secret_key);
	return QORGAN_OK;
}

int note_sign(struct span text, const char *name, const uint8_t seed[32], struct buffer *note,
              struct qorgan_error *error)
{
	uint8_t signature[SIGNATURE_SIZE];
	int code = signature_make(text, name, seed, signature, error);

	if (code)
		return code;
	buffer_append_span(note, text);
	buffer_append_char(note, '\n');
	note_line_append(note, name, signature, sizeof signature);
	return note->failed ? error_set_memory(error) : QORGAN_OK;
}

int note_sign_also(struct buffer *note, const char *name, const uint8_t seed[32], struct qorgan_error *error)
{
	uint8_t signature[SIGNATURE_SIZE];
	struct span text, signatures;

	if (!note_split(buffer_span(note), &text, &signatures))
		return error_set(error, QORGAN_BAD_DATA, "only a signed note can be signed once more");
	int code = signature_make(text, name, seed, signature, error);
	if (code)
		return code;
	note_line_append(note, name, signature, sizeof signature);
	return note->failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Verifying ----------------------------------------------------------- */

struct verifying {
	const char *name;
	const uint8_t *public_key;
	struct span text;
	bool verified;
};

static int line_verify(void *context, const struct note_line *line, struct qorgan_error *error)
{
	struct verifying *verifying = context;
	uint8_t bytes[NOTE_ID_SIZE + crypto_sign_BYTES];

	if (!base64_decode_exact(line->encoded, BASE64_PADDED, bytes, sizeof bytes) ||
	    crypto_sign_verify_detached(bytes + NOTE_ID_SIZE, (const uint8_t *)verifying->text.data, verifying->text.size,
	                                verifying->public_key))
		return error_set(error, QORGAN_PROTOCOL, "the signature of %s on the note does not hold", verifying->name);
	verifying->verified = true;
	return QORGAN_OK;
}

int note_verify(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE], struct span *text,
                struct qorgan_error *error)
{
	struct verifying verifying = { .name = name, .public_key = public_key };
	struct span signatures;
	uint8_t id[NOTE_ID_SIZE];

	if (!note_split(note, &verifying.text, &signatures))
		return error_set(error, QORGAN_PROTOCOL, "the note is malformed: it is not a text with signatures below it");
	note_key_id(span_of(name), NOTE_ED25519, public_key, id);
	int code = note_lines_find(signatures, name, id, line_verify, &verifying, error);
	if (code)
		return code;
	if (!verifying.verified)
		return error_set(error, QORGAN_PROTOCOL, "the note bears no signature by the known key of %s", name);
	*text = verifying.text;
	return QORGAN_OK;
}

bool note_is_of_other_key(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE])
{
	struct note_line line;
	struct span text, signatures;
	uint8_t id[NOTE_ID_SIZE];
	bool other = false;

	if (!note_split(note, &text, &signatures))
		return false;
	note_key_id(span_of(name), NOTE_ED25519, public_key, id);
	while (signatures.size && note_line_next(&signatures, &line)) {
		if (!span_is(line.name, name))
			continue;
		if (memcmp(line.id, id, sizeof id) == 0)
			return false;
		/* A countersignature is no signature of the log. */
		other |= line.encoded.size + 1 == base64_text_size(NOTE_ID_SIZE + crypto_sign_BYTES);
	}
	return other;
}
