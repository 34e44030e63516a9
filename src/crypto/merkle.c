/* The Merkle tree of RFC 6962. */
#include "crypto/merkle.h"

#include <string.h>

#include <sodium.h>

_Static_assert(MERKLE_HASH_SIZE == crypto_hash_sha256_BYTES, "a node is a SHA-256 hash");

void merkle_hash_leaf(const void *data, size_t size, uint8_t hash[MERKLE_HASH_SIZE])
{
	static const uint8_t prefix = 0;
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	crypto_hash_sha256_update(&state, data, size);
	crypto_hash_sha256_final(&state, hash);
}

void merkle_hash_node(const uint8_t left[MERKLE_HASH_SIZE], const uint8_t right[MERKLE_HASH_SIZE],
                      uint8_t hash[MERKLE_HASH_SIZE])
{
	uint8_t both[1 + 2 * MERKLE_HASH_SIZE] = { 1 };

	memcpy(both + 1, left, MERKLE_HASH_SIZE);
	memcpy(both + 1 + MERKLE_HASH_SIZE, right, MERKLE_HASH_SIZE);
	crypto_hash_sha256(hash, both, sizeof both);
}

/* The subtrees of a frontier are the ones of its size's binary digits. */
static unsigned frontier_count(const struct merkle_frontier *frontier)
{
	return (unsigned)__builtin_popcountll(frontier->size);
}

void merkle_append(struct merkle_frontier *frontier, const uint8_t leaf[MERKLE_HASH_SIZE],
                   merkle_completed completed, void *context)
{
	unsigned count = frontier_count(frontier);
	uint8_t hash[MERKLE_HASH_SIZE];

	memcpy(hash, leaf, sizeof hash);
	for (unsigned level = 0; frontier->size >> level & 1; level++) {
		merkle_hash_node(frontier->nodes[--count], hash, hash);
		if (completed)
			completed(context, level + 1, frontier->size >> (level + 1), hash);
	}
	memcpy(frontier->nodes[count], hash, sizeof hash);
	frontier->size++;
}

void merkle_root(const struct merkle_frontier *frontier, uint8_t root[MERKLE_HASH_SIZE])
{
	unsigned count = frontier_count(frontier);

	if (count == 0) {
		crypto_hash_sha256(root, NULL, 0);
		return;
	}
	memcpy(root, frontier->nodes[--count], MERKLE_HASH_SIZE);
	while (count > 0)
		merkle_hash_node(frontier->nodes[--count], root, root);
}

void merkle_root_of(const void *leaves, uint64_t count, uint8_t root[MERKLE_HASH_SIZE])
{
	struct merkle_frontier frontier = { 0 };

	for (uint64_t i = 0; i < count; i++)
		merkle_append(&frontier, (const uint8_t *)leaves + i * MERKLE_HASH_SIZE, NULL, NULL);
	merkle_root(&frontier, root);
}

int merkle_frontier_at(uint64_t size, merkle_node_reader read, void *context, struct merkle_frontier *frontier)
{
	uint64_t first = 0; /* leaf of the next subtree */
	unsigned count = 0;

	frontier->size = size;
	for (unsigned level = 64; level-- > 0;) {
		if (!(size >> level & 1))
			continue;
		int code = read(context, level, first >> level, frontier->nodes[count++]);
		if (code)
			return code;
		first += UINT64_C(1) << level;
	}
	return 0;
}
