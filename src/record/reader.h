/* Single-pass reading of canonical JSON that we wrote ourselves, without
 * building a tree: values are spans of the record's own bytes. The bytes were
 * authenticated before, yet nothing is read past their end whatever they are. */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* A place within an object or array. Start with reader_open. */
struct reader {
	const char *at, *end;
	bool failed; /* the bytes are not what they should be */
};

/* reader_open(value, reader): stand before the first member of an object or
 * element of an array; false if the value is neither. */
bool reader_open(struct span value, struct reader *reader);
/* reader_member(reader, name, value): the next member; false at the end or on
 * failure. Names in canonical records have no escapes. `value` is raw JSON. */
bool reader_member(struct reader *reader, struct span *name, struct span *value);
bool reader_element(struct reader *reader, struct span *value);

/* reader_find(object, name, value): one member by name; false if absent. */
bool reader_find(struct span object, const char *name, struct span *value);

/* reader_pick(object, names, values, count): several members in one pass. The
 * names are sorted bytewise; values of absent ones are { NULL, 0 }. */
void reader_pick(struct span object, const char *const *names, struct span *values, size_t count);

/* reader_without(object, name, to): append the object less that member, which it need not
 * have; false if it is no object. */
bool reader_without(struct span object, const char *name, struct buffer *to);

/* Raw values to C. reader_string gives the bytes between the quotes if there is
 * no escape in them, otherwise unescapes into `scratch` (appending) and gives
 * those; scratch must outlive the use. False if the value is of another type. */
bool reader_integer(struct span value, int64_t *integer);
bool reader_string(struct span value, struct buffer *scratch, struct span *text);
/* reader_text(value, to, limit): a copy of a string, terminated, if it is one, has room in `limit`
 * bytes and holds no zero: two that differ behind one would else pass for the same. An absent
 * value (no data) gives false. */
bool reader_text(struct span value, char *to, size_t limit);
bool reader_true(struct span value);

#endif
