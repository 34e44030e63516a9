/* C2SP tlog-cosignature with Ed25519 keys ("cosignature/v1"): a signature line on
 * a checkpoint by which another says that it saw this log at that size, consistent
 * with all that it saw of it before, and when. */
#ifndef CRYPTO_COSIGNATURE_H
#define CRYPTO_COSIGNATURE_H

#include "crypto/note.h"

/* cosignature_format_vkey, cosignature_parse_vkey: as those of notes (note.h),
 * with the type 0x04. The same key under both types has two ids; a key serves one
 * cosigner only, as the message that is signed does not name him. */
bool cosignature_format_vkey(const char *name, const uint8_t public_key[NOTE_KEY_SIZE], char vkey[NOTE_VKEY_LIMIT]);
bool cosignature_parse_vkey(const char *text, char *name, size_t name_size, uint8_t public_key[NOTE_KEY_SIZE]);

/* cosignature_sign(note, time, name, seed, to, error): append one signature line
 * over the text of the checkpoint note, whose own signatures the caller has
 * checked. `time` is in seconds since 1970. QORGAN_BAD_DATA if `note` is no note
 * of a checkpoint, or the name or time cannot be. */
int cosignature_sign(struct span note, int64_t time, const char *name, const uint8_t seed[32], struct buffer *to,
                     struct qorgan_error *error);

/* cosignature_verify(note, name, public_key, time, error): check that the note
 * bears a cosignature by that key under that name, and that none of them is
 * false, nor of a moment after TIME_LAST; *time is that of the newest. QORGAN_PROTOCOL
 * otherwise. */
int cosignature_verify(struct span note, const char *name, const uint8_t public_key[NOTE_KEY_SIZE], int64_t *time,
                       struct qorgan_error *error);

/* cosignature_extract(note, log, log_key, name, public_key, to, error): append the
 * checkpoint with the log's signature and, unless `name` is NULL, the newest cosignature
 * of that key, both verified before. Whoever has a note in hand may add lines to it, and
 * a note of more than are read is none: what is kept, to be cosigned and passed on, has
 * only those that say something here. */
int cosignature_extract(struct span note, const char *log, const uint8_t log_key[NOTE_KEY_SIZE], const char *name,
                        const uint8_t public_key[NOTE_KEY_SIZE], struct buffer *to, struct qorgan_error *error);

#endif
