/* The Merkle tree of RFC 6962, section 2.1, with SHA-256, grown at its right
 * edge. A frontier is the list of roots of the perfect subtrees that make up a
 * tree, largest first: all that is needed to append and to compute the root. */
#ifndef CRYPTO_MERKLE_H
#define CRYPTO_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERKLE_HASH_SIZE 32

struct merkle_frontier {
	uint64_t size; /* leaves */
	uint8_t nodes[64][MERKLE_HASH_SIZE]; /* popcount(size) of them are in use */
};

/* merkle_hash_leaf(data, size, hash): SHA-256(0x00 || data). */
void merkle_hash_leaf(const void *data, size_t size, uint8_t hash[MERKLE_HASH_SIZE]);
/* merkle_hash_node(left, right, hash): SHA-256(0x01 || left || right). */
void merkle_hash_node(const uint8_t left[MERKLE_HASH_SIZE], const uint8_t right[MERKLE_HASH_SIZE],
                      uint8_t hash[MERKLE_HASH_SIZE]);

/* merkle_append(frontier, leaf, completed, context): add one leaf hash. For
 * each perfect subtree of at least two leaves that this completes, smallest
 * first, `completed` (if not NULL) is told its height (leaves = 1 << level),
 * its place among those of that height, counted from 0, and its hash. */
typedef void (*merkle_completed)(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE]);
void merkle_append(struct merkle_frontier *frontier, const uint8_t leaf[MERKLE_HASH_SIZE],
                   merkle_completed completed, void *context);

/* merkle_root(frontier, root): of an empty tree, SHA-256 of nothing. */
void merkle_root(const struct merkle_frontier *frontier, uint8_t root[MERKLE_HASH_SIZE]);

/* merkle_root_of(leaves, count, root): of `count` leaf hashes that lie side by side. */
void merkle_root_of(const void *leaves, uint64_t count, uint8_t root[MERKLE_HASH_SIZE]);

/* Gives the hash of the perfect subtree of that level and index; returns a
 * qorgan code other than 0 to stop. */
typedef int (*merkle_node_reader)(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE]);

/* merkle_frontier_at(size, read, context, frontier): the frontier of the first
 * `size` leaves; returns the reader's code. */
int merkle_frontier_at(uint64_t size, merkle_node_reader read, void *context, struct merkle_frontier *frontier);

#endif
