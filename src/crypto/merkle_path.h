/* Proofs within the Merkle tree of RFC 6962, section 2.1: that a leaf is in a
 * tree, and that one tree is the beginning of another. */
#ifndef CRYPTO_MERKLE_PATH_H
#define CRYPTO_MERKLE_PATH_H

#include "crypto/merkle.h"

/* Hashes in the longest proof: of consistency, over 2^64 - 1 leaves. */
#define MERKLE_PATH_LIMIT 65

struct merkle_path {
	unsigned count;
	uint8_t hashes[MERKLE_PATH_LIMIT][MERKLE_HASH_SIZE];
};

/* merkle_inclusion_path(size, index, read, context, path): the audit path
 * PATH(index, D[size]), the leaf's sibling first; index < size. Reads perfect
 * subtrees only, about two for each level; returns the reader's code. */
int merkle_inclusion_path(uint64_t size, uint64_t index, merkle_node_reader read, void *context,
                          struct merkle_path *path);
/* merkle_inclusion_check(leaf, index, size, path, root): whether the path leads
 * from the leaf hash at that index to the root of a tree of that size, and has
 * no hash too many. */
bool merkle_inclusion_check(const uint8_t leaf[MERKLE_HASH_SIZE], uint64_t index, uint64_t size,
                            const struct merkle_path *path, const uint8_t root[MERKLE_HASH_SIZE]);

/* merkle_consistency_path(first, second, read, context, path): PROOF(first,
 * D[second]); first <= second. Of an empty tree, and between equal ones, the
 * path is empty. */
int merkle_consistency_path(uint64_t first, uint64_t second, merkle_node_reader read, void *context,
                            struct merkle_path *path);
/* merkle_consistency_check(first, first_root, second, second_root, path): whether
 * the tree of `first` leaves is the beginning of the one of `second`. */
bool merkle_consistency_check(uint64_t first, const uint8_t first_root[MERKLE_HASH_SIZE], uint64_t second,
                              const uint8_t second_root[MERKLE_HASH_SIZE], const struct merkle_path *path);

#endif
