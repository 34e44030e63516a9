/* Signed notes (C2SP signed-note) with Ed25519 keys. */
#include "crypto/note.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/secret.h"

#define ED25519_TYPE 1
#define ID_SIZE 4
#define ID_DIGITS (2 * ID_SIZE)
#define SIGNATURE_MARK "\xe2\x80\x94 " /* em dash, space */
#define SIGNATURE_COUNT_LIMIT 100
#define VKEY_KEY_TEXT 44 /* characters of type and key in Base 64 */

_Static_assert(NOTE_KEY_SIZE == crypto_sign_PUBLICKEYBYTES, "a key is Ed25519's");

/* ---- Names and keys ------------------------------------------------------ */

/* Unicode's White_Space, without the control characters below U+0020. */
static bool code_is_space(uint32_t code)
{
	return code == ' ' || code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
	       code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

static bool name_is_valid(struct span name)
{
	size_t at = 0;

	while (at < name.size) {
		uint32_t code;
		if (!text_decode(name, &at, &code) || code < 0x20 || code == '+' || code_is_space(code))
			return false;
	}
	return name.size > 0;
}

static void key_id(struct span name, const uint8_t public_key[NOTE_KEY_SIZE], uint8_t id[ID_SIZE])
{
	static const uint8_t separator[2] = { '\n', ED25519_TYPE };
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)name.data, name.size);
	crypto_hash_sha256_update(&state, separator, sizeof separator);
	crypto_hash_sha256_update(&state, public_key, NOTE_KEY_SIZE);
	crypto_hash_sha256_final(&state, hash);
	memcpy(id, hash, ID_SIZE);
}

bool note_format_vkey(const char *name, const uint8_t public_key[NOTE_KEY_SIZE], char vkey[NOTE_VKEY_LIMIT])
{
	uint8_t typed[1 + NOTE_KEY_SIZE] = { ED25519_TYPE }, id[ID_SIZE];
	char id_text[ID_DIGITS + 1], key_text[VKEY_KEY_TEXT + 1];

	if (!name_is_valid(span_of(name)) || strlen(name) + 1 + ID_DIGITS + 1 + VKEY_KEY_TEXT >= NOTE_VKEY_LIMIT)
		return false;
	memcpy(typed + 1, public_key, NOTE_KEY_SIZE);
	key_id(span_of(name), public_key, id);
	sodium_bin2hex(id_text, sizeof id_text, id, sizeof id);
	sodium_bin2base64(key_text, sizeof key_text, typed, sizeof typed, sodium_base64_VARIANT_ORIGINAL);
	snprintf(vkey, NOTE_VKEY_LIMIT, "%s+%s+%s", name, id_text, key_text);
	return true;
}

bool note_parse_vkey(const char *text, char *name, size_t name_size, uint8_t public_key[NOTE_KEY_SIZE])
{
	uint8_t typed[1 + NOTE_KEY_SIZE], id[ID_SIZE], stated[ID_SIZE];
	const char *plus = strchr(text, '+');

	if (!plus || strlen(plus) != 1 + ID_DIGITS + 1 + VKEY_KEY_TEXT || plus[1 + ID_DIGITS] != '+')
		return false;
	struct span label = { text, (size_t)(plus - text) };
	struct span key_text = { plus + 1 + ID_DIGITS + 1, VKEY_KEY_TEXT };
	if (!name_is_valid(label) || label.size >= name_size ||
	    sodium_hex2bin(stated, sizeof stated, plus + 1, ID_DIGITS, NULL, NULL, NULL) ||
	    !base64_decode_exact(key_text, BASE64_PADDED, typed, sizeof typed) || typed[0] != ED25519_TYPE ||
	    !crypto_core_ed25519_is_valid_point(typed + 1))
		return false;
	key_id(label, typed + 1, id);
	if (memcmp(id, stated, ID_SIZE))
		return false;
	memcpy(name, label.data, label.size);
	name[label.size] = '\0';
	memcpy(public_key, typed + 1, NOTE_KEY_SIZE);
	return true;
}

/* ---- Signing ------------------------------------------------------------- */

/* UTF-8 without control characters other than newline, which it ends in. */
static bool text_is_signable(struct span text)
{
	if (text.size == 0 || text.data[text.size - 1] != '\n' || !text_is_utf8(text))
		return false;
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] < 0x20 && text.data[i] != '\n')
			return false;
	return true;
}

int note_sign(struct span text, const char *name, const uint8_t seed[32], struct buffer *note,
              struct qorgan_error *error)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES], signature[ID_SIZE + crypto_sign_BYTES];

	if (!name_is_valid(span_of(name)))
		return error_set(error, QORGAN_BAD_DATA, "'%s' cannot name a key: it is empty or has spaces or a plus sign", name);
	if (!text_is_signable(text))
		return error_set(error, QORGAN_BAD_DATA,
		                 "a text to sign must be UTF-8 without control characters and end in a newline");
	uint8_t *secret_key = secret_alloc(crypto_sign_SECRETKEYBYTES);
	if (!secret_key)
		return error_set_memory(error);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	key_id(span_of(name), public_key, signature);
	crypto_sign_detached(signature + ID_SIZE, NULL, (const uint8_t *)text.data, text.size, secret_key);
	secret_free(secret_key);

	buffer_append_span(note, text);
	buffer_append_text(note, "\n" SIGNATURE_MARK);
	buffer_append_text(note, name);
	buffer_append_char(note, ' ');
	base64_append(note, signature, sizeof signature, BASE64_PADDED);
	buffer_append_char(note, '\n');
	return note->failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Verifying ----------------------------------------------------------- */

/* The text ends before the last empty line; signatures follow that. */
static bool note_split(struct span note, struct span *text, struct span *signatures)
{
	for (size_t i = note.size; i-- > 1;) {
		if (note.data[i] != '\n' || note.data[i - 1] != '\n')
			continue;
		*text = (struct span){ note.data, i };
		*signatures = (struct span){ note.data + i + 1, note.size - i - 1 };
		return signatures->size > 0;
	}
	return false;
}

/* One signature line, without its newline. */
struct signature {
	struct span name;
	uint8_t id[ID_SIZE];
	struct span encoded; /* id and signature */
};

static bool signature_parse(struct span line, struct signature *signature)
{
	size_t mark = strlen(SIGNATURE_MARK);

	if (line.size < mark || memcmp(line.data, SIGNATURE_MARK, mark))
		return false;
	const char *name = line.data + mark;
	const char *space = memchr(name, ' ', line.size - mark);
	if (!space)
		return false;
	signature->name = (struct span){ name, (size_t)(space - name) };
	signature->encoded = (struct span){ space + 1, (size_t)(line.data + line.size - space) - 1 };

	/* Whatever follows the id belongs to keys of types not known here. */
	uint8_t decoded[NOTE_LIMIT];
	size_t size;
	if (!name_is_valid(signature->name) ||
	    !base64_decode(signature->encoded, BASE64_PADDED, decoded, sizeof decoded, &size) || size <= ID_SIZE)
		return false;
	memcpy(signature->id, decoded, ID_SIZE);
	return true;
}

static bool signature_holds(const struct signature *signature, struct span text,
                            const uint8_t public_key[NOTE_KEY_SIZE])
{
	uint8_t bytes[ID_SIZE + crypto_sign_BYTES];

	return base64_decode_exact(signature->encoded, BASE64_PADDED, bytes, sizeof bytes) &&
	       crypto_sign_verify_detached(bytes + ID_SIZE, (const uint8_t *)text.data, text.size, public_key) == 0;
}

int note_verify(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE], struct span *text,
                struct qorgan_error *error)
{
	struct span signed_text, rest;
	uint8_t id[ID_SIZE];
	size_t count = 0;
	bool verified = false;

	if (note.size > NOTE_LIMIT || !text_is_signable(note) || !note_split(note, &signed_text, &rest))
		return error_set(error, QORGAN_PROTOCOL, "the note is malformed: it is not a text with signatures below it");
	key_id(span_of(name), public_key, id);
	while (rest.size) {
		size_t size = (size_t)((const char *)memchr(rest.data, '\n', rest.size) - rest.data);
		struct signature signature;
		if (++count > SIGNATURE_COUNT_LIMIT || !signature_parse((struct span){ rest.data, size }, &signature))
			return error_set(error, QORGAN_PROTOCOL, "the note is malformed at its signature %zu", count);
		rest = (struct span){ rest.data + size + 1, rest.size - size - 1 };
		if (!span_is(signature.name, name) || memcmp(signature.id, id, ID_SIZE))
			continue;
		if (!signature_holds(&signature, signed_text, public_key))
			return error_set(error, QORGAN_PROTOCOL, "the signature of %s on the note does not hold", name);
		verified = true;
	}
	if (!verified)
		return error_set(error, QORGAN_PROTOCOL, "the note bears no signature by the known key of %s", name);
	*text = signed_text;
	return QORGAN_OK;
}
