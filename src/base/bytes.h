/* Integers in the byte order of stored keys: big-endian, so that their order as
 * bytes is their order as numbers. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline void bytes_put_u32(void *to, uint32_t value)
{
	value = htobe32(value);
	memcpy(to, &value, sizeof value);
}

static inline uint32_t bytes_get_u32(const void *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof value);
	return be32toh(value);
}

static inline void bytes_put_u64(void *to, uint64_t value)
{
	value = htobe64(value);
	memcpy(to, &value, sizeof value);
}

static inline uint64_t bytes_get_u64(const void *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof value);
	return be64toh(value);
}

#endif
