/* Zip archives of parts that are not packed, made in memory. */
#ifndef TESTS_ARCHIVE_FIXTURE_H
#define TESTS_ARCHIVE_FIXTURE_H

#include <stdint.h>
#include <zlib.h>

#include "base/buffer.h"

struct archive_part {
	const char *name;
	struct span content;
	uint32_t claimed; /* the size that it says to have; 0: the one it has */
	unsigned flags;   /* 1: it says to be encrypted */
};

static inline void archive_put(struct buffer *to, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, value >>= 8)
		buffer_append_char(to, (char)(value & 255));
}

/* What a part's two heads have in common. */
static inline void archive_put_about(struct buffer *to, const struct archive_part *part)
{
	uint32_t size = (uint32_t)part->content.size;

	archive_put(to, 20, 2);
	archive_put(to, part->flags, 2);
	archive_put(to, 0, 2);
	archive_put(to, 0x00210000, 4);
	archive_put(to, (uint32_t)crc32(0, (const Bytef *)part->content.data, size), 4);
	archive_put(to, size, 4);
	archive_put(to, part->claimed ? part->claimed : size, 4);
	archive_put(to, (uint32_t)strlen(part->name), 2);
	archive_put(to, 0, 2);
}

static inline void archive_make(const struct archive_part *parts, size_t count, struct buffer *to)
{
	struct buffer directory = { 0 };

	buffer_clear(to);
	for (size_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)to->size;
		buffer_append_text(to, "PK\3\4");
		archive_put_about(to, &parts[i]);
		buffer_append_text(to, parts[i].name);
		buffer_append_span(to, parts[i].content);
		buffer_append_text(&directory, "PK\1\2");
		archive_put(&directory, 20, 2);
		archive_put_about(&directory, &parts[i]);
		archive_put(&directory, 0, 2);
		archive_put(&directory, 0, 2);
		archive_put(&directory, 0, 2);
		archive_put(&directory, 0, 4);
		archive_put(&directory, at, 4);
		buffer_append_text(&directory, parts[i].name);
	}
	uint32_t start = (uint32_t)to->size;
	buffer_append_span(to, buffer_span(&directory));
	buffer_append_text(to, "PK\5\6");
	archive_put(to, 0, 4);
	archive_put(to, (uint32_t)count, 2);
	archive_put(to, (uint32_t)count, 2);
	archive_put(to, (uint32_t)directory.size, 4);
	archive_put(to, start, 4);
	archive_put(to, 0, 2);
	buffer_free(&directory);
}

#endif
