/* Whether a file of parity is what was written, to the last byte: it is a row of packets, each of which bears the MD5 of
 * itself (PAR 2.0). par2 passes over those that are not as they were, and says nothing as long as the rest serves.
 *
 * MD5 is here what the format of others asks for against rot. It proves nothing to anybody, and nothing else may use it. */
#include "store/parity_packets.h"

#include <endian.h>
#include <errno.h>
#include <md5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)

void parity_hash(const void *bytes, size_t size, unsigned char hash[PARITY_HASH_SIZE])
{
	MD5_CTX context;

	MD5Init(&context);
	MD5Update(&context, bytes, size);
	MD5Final(hash, &context);
}

/* ---- Packets ----------------------------------------------------------------------------- */

/* Magic (8), length of the whole (8), the hash of all that follows it (16), set (16), type (16). */
#define HEAD 64u
#define HASH_AT 16u
#define HASHED_FROM 32u

static bool bytes_read(int file, unsigned char *to, size_t size, uint64_t at)
{
	while (size) {
		ssize_t got = pread(file, to, size, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		at += (uint64_t)got;
		size -= (size_t)got;
	}
	return true;
}

/* The packet at `at`, which may take `room` bytes; its length, or 0. */
static uint64_t packet_length(int file, uint64_t at, uint64_t room, unsigned char *piece)
{
	unsigned char head[HEAD], hash[PARITY_HASH_SIZE];
	MD5_CTX context;
	uint64_t length;

	if (room < HEAD || !bytes_read(file, head, HEAD, at) || memcmp(head, PARITY_MAGIC, 8) != 0)
		return 0;
	memcpy(&length, head + 8, sizeof length);
	length = le64toh(length);
	if (length < HEAD || length % 4 || length > room)
		return 0;
	MD5Init(&context);
	for (uint64_t done = HASHED_FROM; done < length;) {
		size_t size = length - done < PIECE ? (size_t)(length - done) : PIECE;
		if (!bytes_read(file, piece, size, at + done))
			return 0;
		MD5Update(&context, piece, size);
		done += size;
	}
	MD5Final(hash, &context);
	return memcmp(hash, head + HASH_AT, sizeof hash) == 0 ? length : 0;
}

int parity_packets_check(int file, bool *whole, struct qorgan_error *error)
{
	off_t size = lseek(file, 0, SEEK_END);
	unsigned char *piece = malloc(PIECE);
	uint64_t at = 0, length = 1;

	if (!piece)
		return error_set_memory(error);
	while (size > 0 && at < (uint64_t)size && length) {
		length = packet_length(file, at, (uint64_t)size - at, piece);
		at += length;
	}
	*whole = size > 0 && at == (uint64_t)size;
	free(piece);
	return QORGAN_OK;
}
