/* The growable buffer and the span. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

bool span_equal(struct span a, struct span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool span_is(struct span a, const char *text)
{
	return span_equal(a, span_of(text));
}

char *span_copy(struct span a)
{
	char *copy = malloc(a.size + 1);

	if (!copy) {
		memory_failed();
		return NULL;
	}
	if (a.size)
		memcpy(copy, a.data, a.size);
	copy[a.size] = '\0';
	return copy;
}

void span_copy_into(struct span a, char *to, size_t limit)
{
	size_t size = a.size < limit ? a.size : limit - 1;

	if (size)
		memcpy(to, a.data, size);
	to[size] = '\0';
}

struct buffer buffer_over(void *place, size_t size)
{
	if (size)
		*(char *)place = '\0';
	return (struct buffer){ .data = place, .capacity = size, .borrowed = true };
}

char *buffer_reserve(struct buffer *b, size_t more)
{
	if (b->failed)
		return NULL;
	if (more < b->capacity - b->size) /* strictly: one byte is the zero's */
		return b->data + b->size;
	if (b->borrowed) {
		b->failed = true;
		return NULL;
	}

	size_t capacity = b->capacity ? b->capacity : 64;
	while (capacity - b->size <= more) {
		if (capacity > SIZE_MAX / 2) {
			b->failed = true;
			return NULL;
		}
		capacity *= 2;
	}
	char *data = realloc(b->data, capacity);
	if (!data) {
		memory_failed();
		b->failed = true;
		return NULL;
	}
	b->data = data;
	b->capacity = capacity;
	b->data[b->size] = '\0';
	return b->data + b->size;
}

void buffer_append(struct buffer *b, const void *data, size_t size)
{
	char *to = buffer_reserve(b, size);

	if (!to)
		return;
	if (size)
		memcpy(to, data, size);
	b->size += size;
	b->data[b->size] = '\0';
}

void buffer_append_text(struct buffer *b, const char *text)
{
	buffer_append(b, text, strlen(text));
}

void buffer_append_span(struct buffer *b, struct span a)
{
	buffer_append(b, a.data, a.size);
}

void buffer_append_char(struct buffer *b, char c)
{
	buffer_append(b, &c, 1);
}

void buffer_append_integer(struct buffer *b, int64_t value)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	buffer_append(b, digits + at, sizeof digits - at);
}

void buffer_append_format(struct buffer *b, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int size = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (size < 0) {
		b->failed = true;
		return;
	}
	char *to = buffer_reserve(b, (size_t)size);
	if (!to)
		return;
	va_start(list, format);
	vsnprintf(to, (size_t)size + 1, format, list);
	va_end(list);
	b->size += (size_t)size;
}

const char *buffer_text(const struct buffer *b)
{
	return b->data ? b->data : "";
}

struct span buffer_span(const struct buffer *b)
{
	return (struct span){ b->data, b->size };
}

void buffer_clear(struct buffer *b)
{
	b->size = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

char *buffer_take(struct buffer *b)
{
	char *data = NULL;

	if (!b->borrowed && buffer_reserve(b, 0))
		data = b->data;
	else
		buffer_free(b);
	*b = (struct buffer){ 0 };
	return data;
}

void buffer_free(struct buffer *b)
{
	if (!b->borrowed)
		free(b->data);
	*b = (struct buffer){ 0 };
}

void buffer_wipe(struct buffer *b)
{
	if (b->data)
		explicit_bzero(b->data, b->capacity);
	buffer_free(b);
}
