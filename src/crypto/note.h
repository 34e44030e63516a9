/* C2SP signed-note and tlog-checkpoint, with Ed25519 signatures. */
#ifndef CRYPTO_NOTE_H
#define CRYPTO_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define NOTE_KEY_SIZE 32
#define NOTE_VKEY_LIMIT 512 /* bytes of a verifier key as text, its zero included */
#define NOTE_LIMIT 65536    /* bytes of a note that is read */

/* note_format_vkey(name, public_key, vkey): the verifier key as signed-note
 * writes it: NAME+KEYID+BASE64(0x01 || key). False if the name has spaces or
 * a plus sign, or is too long. */
bool note_format_vkey(const char *name, const uint8_t public_key[NOTE_KEY_SIZE], char vkey[NOTE_VKEY_LIMIT]);

/* note_parse_vkey(text, name, name_size, public_key): false unless the text is
 * a well-formed Ed25519 verifier key with the right key id; name_size bounds
 * the name and its zero. Small-order and non-canonical keys are refused. */
bool note_parse_vkey(const char *text, char *name, size_t name_size, uint8_t public_key[NOTE_KEY_SIZE]);

/* note_sign(text, name, seed, note): append the signed note of `text` (which
 * must end in a newline) to the buffer. The seed is an Ed25519 seed. */
int note_sign(struct span text, const char *name, const uint8_t seed[32], struct buffer *note,
              struct qorgan_error *error);

/* note_sign_also(note, name, seed, error): append one more signature line to the
 * signed note that is the whole of the buffer. QORGAN_BAD_DATA if it is none. */
int note_sign_also(struct buffer *note, const char *name, const uint8_t seed[32], struct qorgan_error *error);

/* note_verify(note, name, public_key, text, error): check that the note is well
 * formed and bears a valid signature by that key under that name; *text is then
 * the signed part, within `note`. Unknown signatures are ignored, as the
 * specification says. QORGAN_PROTOCOL otherwise. */
int note_verify(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE], struct span *text,
                struct qorgan_error *error);

/* note_is_of_other_key(note, name, public_key): whether it is signed under that name, and
 * not by that key: what it says can then be neither believed nor held against anyone. */
bool note_is_of_other_key(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE]);

/* A checkpoint: the text of a note by tlog-checkpoint. */
struct checkpoint {
	char origin[256];
	uint64_t size;
	uint8_t root[32];
};
/* checkpoint_format: append "origin\nsize\nroot in base64\n". */
void checkpoint_format(const struct checkpoint *checkpoint, struct buffer *to);
/* checkpoint_parse(text, checkpoint): false if malformed; extension lines are allowed. */
bool checkpoint_parse(struct span text, struct checkpoint *checkpoint);
/* checkpoint_parse_note(note, checkpoint, error): what the signed note of one says.
 * QORGAN_BAD_DATA, with what is wrong, if it is malformed, be it in its signatures;
 * none of them is verified. */
int checkpoint_parse_note(struct span note, struct checkpoint *checkpoint, struct qorgan_error *error);
/* checkpoint_number(text, number): decimal digits without leading zeros, up to 64
 * bits, as the formats of logs write sizes and indices. */
bool checkpoint_number(struct span text, uint64_t *number);

#endif
