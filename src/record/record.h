/* The record: one version of one object, in its envelope (DESIGN, section 3). */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

#define RECORD_SALT_SIZE 16
#define RECORD_ID_LIMIT 130  /* bytes of an id as text, its zero included */
#define RECORD_NAME_LIMIT 65 /* bytes of a kind, state or name, its zero included */
#define RECORD_USER_LIMIT 64 /* bytes of a user's name, its zero included: what a slot holds */

/* Why a version has no content any more. What stands in its place has the envelope that it
 * had, less the salt, and of the body what says who keeps the object: it is not what was
 * hashed. */
enum record_absence {
	RECORD_PRESENT,
	RECORD_FORGOTTEN /* by an administrator, who said why: see store/forget.h */
};

/* A record taken apart; the spans lie within `bytes`. */
struct record {
	struct span bytes; /* the canonical record, which is what is hashed */
	struct span body;  /* canonical JSON object */
	struct span id, kind, owner, time, user; /* plain text: no escapes occur */
	uint64_t commit;
	uint32_t version;
	enum record_absence absence;
};

/* What the envelope of a new record says. */
struct record_head {
	const char *owner, *kind, *id, *user, *time; /* time: RFC 3339, UTC, to the second */
	uint64_t commit;
	uint32_t version;
	uint8_t salt[RECORD_SALT_SIZE];
};

/* record_write(head, body, to): append the canonical record. The body is a
 * canonical JSON object. */
void record_write(const struct record_head *head, struct span body, struct buffer *to);

/* record_write_absent(record, absence, body, to): append what stands in the place of that
 * version, `body` in that of its body. */
void record_write_absent(const struct record *record, enum record_absence absence, struct span body,
                         struct buffer *to);

/* record_parse(bytes, record, error): QORGAN_IO if the bytes are no record:
 * they come from our own store. */
int record_parse(struct span bytes, struct record *record, struct qorgan_error *error);

/* record_parse_foreign(bytes, record, error): the same of bytes that another made, of
 * any content: they must be canonical, and each part of the envelope in its form.
 * The kind may be one that is not known here; the body is any canonical object.
 * QORGAN_PROTOCOL says what is wrong with "the record". */
int record_parse_foreign(struct span bytes, struct record *record, struct qorgan_error *error);

/* record_id_check(schema, id, error): whether the text is an id of that kind;
 * QORGAN_BAD_DATA says how it should look. */
int record_id_check(const struct schema *schema, struct span id, struct qorgan_error *error);

/* record_user_check(text): a name of a user: 1 to 63 of a-z 0-9 . _ - and
 * upper-case letters. */
bool record_user_check(const char *text);

#endif
