/* One growable buffer of bytes, used wherever a result has no known size. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Initialise with { 0 }. After a failed append `failed` stays set and further
 * appends do nothing, so that a series of them is checked once at its end. */
struct buffer {
	char *data;      /* `size` bytes, and a terminating zero that is not counted */
	size_t size;
	size_t capacity;
	bool failed;
	bool borrowed;   /* the memory is somebody else's: see buffer_over */
};

/* A run of bytes that somebody else owns. */
struct span {
	const char *data;
	size_t size;
};

/* span_of(text): the bytes of a terminated string, without its zero. */
struct span span_of(const char *text);
/* span_equal(a, b): whether both hold the same bytes. Not for secrets. */
bool span_equal(struct span a, struct span b);
/* span_is(a, text): whether a holds just the bytes of a terminated string. */
bool span_is(struct span a, const char *text);
/* span_copy(a): a terminated copy that the caller frees; NULL without memory. */
char *span_copy(struct span a);
/* span_copy_into(a, to, limit): a terminated copy of what there is room for in `limit`
 * bytes of the caller's, one at least. */
void span_copy_into(struct span a, char *to, size_t limit);

/* buffer_over(place, size): an empty buffer within memory of the caller, such as
 * secret memory, which it never leaves: what finds no room (one byte is the
 * zero's) makes it fail. Its memory cannot be taken. NULL of size 0 has room for nothing. */
struct buffer buffer_over(void *place, size_t size);

/* buffer_reserve(b, more): make room for `more` bytes beyond size; returns
 * where to write them, or NULL (b->failed is then set). */
char *buffer_reserve(struct buffer *b, size_t more);
void buffer_append(struct buffer *b, const void *data, size_t size);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_append_span(struct buffer *b, struct span a);
void buffer_append_char(struct buffer *b, char c);
void buffer_append_integer(struct buffer *b, int64_t value);
void buffer_append_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* buffer_text(b): the content as a terminated string, "" while empty. */
const char *buffer_text(const struct buffer *b);
struct span buffer_span(const struct buffer *b);

/* buffer_clear(b): forget the content, keep the memory and clear `failed`. */
void buffer_clear(struct buffer *b);
/* buffer_take(b): hand the terminated content to the caller, who frees it; NULL
 * without memory, or if the memory is not the buffer's own. */
char *buffer_take(struct buffer *b);
/* buffer_free(b): release the memory; b is as after { 0 }. */
void buffer_free(struct buffer *b);
/* buffer_wipe(b): overwrite what was ever in the present block, then free it.
 * Growing leaves no old copy behind only if everything was reserved first. */
void buffer_wipe(struct buffer *b);

#endif
