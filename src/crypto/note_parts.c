/* Names, keys and lines of signed notes (C2SP signed-note). */
#include "crypto/note_parts.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "crypto/base64.h"

#define ID_DIGITS (2 * NOTE_ID_SIZE)
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

bool note_name_is_valid(struct span name)
{
	size_t at = 0;

	while (at < name.size) {
		uint32_t code;
		if (!text_decode(name, &at, &code) || code < 0x20 || code == '+' || code_is_space(code))
			return false;
	}
	return name.size > 0;
}

void note_key_id(struct span name, enum note_type type, const uint8_t public_key[NOTE_KEY_SIZE],
                 uint8_t id[NOTE_ID_SIZE])
{
	const uint8_t separator[2] = { '\n', (uint8_t)type };
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)name.data, name.size);
	crypto_hash_sha256_update(&state, separator, sizeof separator);
	crypto_hash_sha256_update(&state, public_key, NOTE_KEY_SIZE);
	crypto_hash_sha256_final(&state, hash);
	memcpy(id, hash, NOTE_ID_SIZE);
}

bool note_vkey_format(const char *name, enum note_type type, const uint8_t public_key[NOTE_KEY_SIZE],
                      char vkey[NOTE_VKEY_LIMIT])
{
	uint8_t typed[1 + NOTE_KEY_SIZE] = { (uint8_t)type }, id[NOTE_ID_SIZE];
	char id_text[ID_DIGITS + 1], key_text[VKEY_KEY_TEXT + 1];

	if (!note_name_is_valid(span_of(name)) || strlen(name) + 1 + ID_DIGITS + 1 + VKEY_KEY_TEXT >= NOTE_VKEY_LIMIT)
		return false;
	memcpy(typed + 1, public_key, NOTE_KEY_SIZE);
	note_key_id(span_of(name), type, public_key, id);
	sodium_bin2hex(id_text, sizeof id_text, id, sizeof id);
	sodium_bin2base64(key_text, sizeof key_text, typed, sizeof typed, sodium_base64_VARIANT_ORIGINAL);
	snprintf(vkey, NOTE_VKEY_LIMIT, "%s+%s+%s", name, id_text, key_text);
	return true;
}

bool note_vkey_parse(const char *text, enum note_type type, char *name, size_t name_size,
                     uint8_t public_key[NOTE_KEY_SIZE])
{
	uint8_t typed[1 + NOTE_KEY_SIZE], id[NOTE_ID_SIZE];
	char id_text[ID_DIGITS + 1];
	const char *plus = strchr(text, '+');

	if (!plus || strlen(plus) != 1 + ID_DIGITS + 1 + VKEY_KEY_TEXT || plus[1 + ID_DIGITS] != '+')
		return false;
	struct span label = { text, (size_t)(plus - text) };
	struct span key_text = { plus + 1 + ID_DIGITS + 1, VKEY_KEY_TEXT };
	if (!note_name_is_valid(label) || label.size >= name_size ||
	    !base64_decode_exact(key_text, BASE64_PADDED, typed, sizeof typed) || typed[0] != type ||
	    !crypto_core_ed25519_is_valid_point(typed + 1))
		return false;
	note_key_id(label, type, typed + 1, id);
	sodium_bin2hex(id_text, sizeof id_text, id, sizeof id);
	if (memcmp(id_text, plus + 1, ID_DIGITS))
		return false;
	memcpy(name, label.data, label.size);
	name[label.size] = '\0';
	memcpy(public_key, typed + 1, NOTE_KEY_SIZE);
	return true;
}

/* ---- Text and lines ------------------------------------------------------- */

bool note_text_is_valid(struct span text)
{
	if (text.size == 0 || text.data[text.size - 1] != '\n' || !text_is_utf8(text))
		return false;
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] < 0x20 && text.data[i] != '\n')
			return false;
	return true;
}

bool note_split(struct span note, struct span *text, struct span *signatures)
{
	if (note.size > NOTE_LIMIT || !note_text_is_valid(note))
		return false;
	for (size_t i = note.size; i-- > 1;) {
		if (note.data[i] != '\n' || note.data[i - 1] != '\n')
			continue;
		*text = (struct span){ note.data, i };
		*signatures = (struct span){ note.data + i + 1, note.size - i - 1 };
		return signatures->size > 0;
	}
	return false;
}

static bool line_parse(struct span text, struct note_line *line)
{
	size_t mark = strlen(SIGNATURE_MARK);

	if (text.size < mark || memcmp(text.data, SIGNATURE_MARK, mark))
		return false;
	const char *name = text.data + mark;
	const char *space = memchr(name, ' ', text.size - mark);
	if (!space)
		return false;
	line->name = (struct span){ name, (size_t)(space - name) };
	line->encoded = (struct span){ space + 1, (size_t)(text.data + text.size - space) - 1 };

	/* Whatever follows the id belongs to keys of types not known here. */
	uint8_t decoded[NOTE_LIMIT];
	size_t size;
	if (!note_name_is_valid(line->name) ||
	    !base64_decode(line->encoded, BASE64_PADDED, decoded, sizeof decoded, &size) || size <= NOTE_ID_SIZE)
		return false;
	memcpy(line->id, decoded, NOTE_ID_SIZE);
	return true;
}

bool note_line_next(struct span *rest, struct note_line *line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;

	if (!end)
		return false;
	struct span text = { rest->data, (size_t)(end - rest->data) };
	*rest = (struct span){ end + 1, rest->size - text.size - 1 };
	return line_parse(text, line);
}

void note_line_append(struct buffer *to, const char *name, const uint8_t *signature, size_t size)
{
	buffer_append_format(to, SIGNATURE_MARK "%s ", name);
	base64_append(to, signature, size, BASE64_PADDED);
	buffer_append_char(to, '\n');
}

void note_line_copy(struct buffer *to, const struct note_line *line)
{
	buffer_append_text(to, SIGNATURE_MARK);
	buffer_append_span(to, line->name);
	buffer_append_char(to, ' ');
	buffer_append_span(to, line->encoded);
	buffer_append_char(to, '\n');
}

int note_lines_find(struct span signatures, const char *name, const uint8_t id[NOTE_ID_SIZE], note_line_told each,
                    void *context, struct qorgan_error *error)
{
	size_t count = 0;
	int code = QORGAN_OK;

	while (signatures.size && !code) {
		struct note_line line;
		if (++count > SIGNATURE_COUNT_LIMIT || !note_line_next(&signatures, &line))
			return error_set(error, QORGAN_PROTOCOL, "the note is malformed at its signature %zu", count);
		if (span_is(line.name, name) && memcmp(line.id, id, NOTE_ID_SIZE) == 0)
			code = each(context, &line, error);
	}
	return code;
}
