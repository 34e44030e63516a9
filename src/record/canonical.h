/* Canonical JSON: RFC 8785 within the limits of the design: ASCII member names,
 * integers only (within ±(2^53 - 1)), no null, UTF-8 without surrogates. */
#ifndef RECORD_CANONICAL_H
#define RECORD_CANONICAL_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/error.h"

/* Bounds on anything that becomes a record. */
#define CANONICAL_DEPTH 16           /* nested objects and arrays */
#define CANONICAL_SIZE (256 * 1024)  /* bytes of one record */

/* canonical_write(value, to, error): append the canonical bytes of a value.
 * QORGAN_BAD_DATA, with the path, for what has no canonical form here: a real
 * number, null, a member name that is not ASCII, excessive depth. */
int canonical_write(const json_t *value, struct buffer *to, struct qorgan_error *error);

/* canonical_write_string(text, to): append text as a JSON string. The text must
 * be UTF-8. */
void canonical_write_string(struct span text, struct buffer *to);

/* canonical_is(data): whether the bytes are one canonical value and nothing
 * else. Reads bytes of any content safely. */
bool canonical_is(struct span data);

/* canonical_read(data): the tree of bytes that are canonical, a new reference; NULL
 * without memory, or where a text holds a zero byte. Reads bytes of any content safely,
 * but what other bytes give has no meaning. */
json_t *canonical_read(struct span data);

#endif
