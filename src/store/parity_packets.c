/* Whether a file of parity is what was written, to the last byte: it is a row of packets, each of which bears the MD5 of
 * itself (PAR 2.0). par2 passes over those that are not as they were, and says nothing as long as the rest serves.
 *
 * MD5 is here what the format of others asks for against rot. It proves nothing to anybody, and nothing else may use it. */
#include "store/parity_packets.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 64u
#define PIECE ((size_t)1 << 16)

/* ---- MD5 (RFC 1321) ------------------------------------------------------------------- */

struct md5 {
	uint32_t state[4];
	uint64_t size;
	unsigned char rest[BLOCK]; /* of the block that is not full yet */
};

static void md5_block(uint32_t state[4], const unsigned char *bytes)
{
	/* The whole part of 2^32 |sin(i + 1)|. */
	static const uint32_t sines[64] = {
		0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
		0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
		0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
		0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
		0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
		0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
		0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
		0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
	};
	static const unsigned turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], words[16];

	memcpy(words, bytes, sizeof words);
	for (unsigned i = 0; i < 64; i++) {
		unsigned round = i / 16, turn = turns[round][i % 4];
		unsigned at = (round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i) % 16;
		uint32_t mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
		uint32_t sum = a + mixed + sines[i] + le32toh(words[at]);
		a = d;
		d = c;
		c = b;
		b += sum << turn | sum >> (32 - turn);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

static void md5_start(struct md5 *md5)
{
	*md5 = (struct md5){ .state = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 } };
}

static void md5_add(struct md5 *md5, const unsigned char *bytes, size_t size)
{
	while (size) {
		size_t held = md5->size % BLOCK, taken = BLOCK - held < size ? BLOCK - held : size;
		memcpy(md5->rest + held, bytes, taken);
		md5->size += taken;
		bytes += taken;
		size -= taken;
		if (md5->size % BLOCK == 0)
			md5_block(md5->state, md5->rest);
	}
}

static void md5_end(struct md5 *md5, unsigned char hash[PARITY_HASH_SIZE])
{
	static const unsigned char padding[BLOCK] = { 0x80 };
	uint64_t bits = htole64(md5->size * 8);

	md5_add(md5, padding, BLOCK - (md5->size + 8) % BLOCK);
	md5_add(md5, (const unsigned char *)&bits, sizeof bits);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t word = htole32(md5->state[i]);
		memcpy(hash + 4 * i, &word, sizeof word);
	}
}

void parity_hash(const void *bytes, size_t size, unsigned char hash[PARITY_HASH_SIZE])
{
	struct md5 md5;

	md5_start(&md5);
	md5_add(&md5, bytes, size);
	md5_end(&md5, hash);
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
	struct md5 md5;
	uint64_t length;

	if (room < HEAD || !bytes_read(file, head, HEAD, at) || memcmp(head, PARITY_MAGIC, 8) != 0)
		return 0;
	memcpy(&length, head + 8, sizeof length);
	length = le64toh(length);
	if (length < HEAD || length % 4 || length > room)
		return 0;
	md5_start(&md5);
	for (uint64_t done = HASHED_FROM; done < length;) {
		size_t size = length - done < PIECE ? (size_t)(length - done) : PIECE;
		if (!bytes_read(file, piece, size, at + done))
			return 0;
		md5_add(&md5, piece, size);
		done += size;
	}
	md5_end(&md5, hash);
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
