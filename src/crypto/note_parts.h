/* The parts of a signed note that signatures of every type have in common. */
#ifndef CRYPTO_NOTE_PARTS_H
#define CRYPTO_NOTE_PARTS_H

#include "crypto/note.h"

#define NOTE_ID_SIZE 4

/* The types of keys that are known here: the byte before the key. */
enum note_type {
	NOTE_ED25519 = 1,    /* signed-note */
	NOTE_COSIGNATURE = 4 /* tlog-cosignature, Ed25519 */
};

/* note_name_is_valid(name): not empty, without spaces, plus signs and control
 * characters. */
bool note_name_is_valid(struct span name);
/* note_text_is_valid(text): UTF-8 without control characters other than the
 * newline, which it ends in. */
bool note_text_is_valid(struct span text);

/* note_key_id(name, type, public_key, id): what a signature line names a key by. */
void note_key_id(struct span name, enum note_type type, const uint8_t public_key[NOTE_KEY_SIZE],
                 uint8_t id[NOTE_ID_SIZE]);
/* note_vkey_format, note_vkey_parse: verifier keys of any of the types, as
 * note_format_vkey and note_parse_vkey of note.h have it. */
bool note_vkey_format(const char *name, enum note_type type, const uint8_t public_key[NOTE_KEY_SIZE],
                      char vkey[NOTE_VKEY_LIMIT]);
bool note_vkey_parse(const char *text, enum note_type type, char *name, size_t name_size,
                     uint8_t public_key[NOTE_KEY_SIZE]);

/* note_split(note, text, signatures): the text, and the lines below the last empty
 * one; both lie within `note`. False unless it is at most NOTE_LIMIT bytes, its
 * characters are allowed and there are signature lines. */
bool note_split(struct span note, struct span *text, struct span *signatures);

/* One signature line. */
struct note_line {
	struct span name;
	uint8_t id[NOTE_ID_SIZE];
	struct span encoded; /* Base64 of the id and what follows it */
};

/* note_line_next(rest, line): take one off the signatures of note_split; false if
 * it is malformed. */
bool note_line_next(struct span *rest, struct note_line *line);
/* note_line_append(to, name, signature, size): write one; the signature begins
 * with the key id. */
void note_line_append(struct buffer *to, const char *name, const uint8_t *signature, size_t size);
/* note_line_copy(to, line): write one that was read. */
void note_line_copy(struct buffer *to, const struct note_line *line);

/* note_lines_find(signatures, name, id, each, context, error): tells each line of
 * that key; QORGAN_PROTOCOL if any line is malformed or there are more than 100,
 * otherwise the code of `each`, the first that is not 0. */
typedef int (*note_line_told)(void *context, const struct note_line *line, struct qorgan_error *error);
int note_lines_find(struct span signatures, const char *name, const uint8_t id[NOTE_ID_SIZE], note_line_told each,
                    void *context, struct qorgan_error *error);

#endif
