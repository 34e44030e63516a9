/* Inclusion and consistency in the Merkle tree.
 *
 * The paths are made from the root downwards, as RFC 6962 defines them, and then
 * turned around; they are checked from the bottom upwards, following the binary
 * digits of the leaf's index beside those of the last leaf's. */
#include "crypto/merkle_path.h"

#include <string.h>

/* A run of leaves whose first is a multiple of a power of two not below count. */
struct range {
	uint64_t first, count;
};

/* The level of the left subtree: the largest power of two below count (> 1). */
static unsigned split_level(uint64_t count)
{
	return 63 - (unsigned)__builtin_clzll(count - 1);
}

/* The root of a range: of its perfect subtrees, the smallest being the last. */
static int range_root(struct range range, merkle_node_reader read, void *context, uint8_t root[MERKLE_HASH_SIZE])
{
	uint64_t after = range.first + range.count;
	bool is_first = true;

	for (uint64_t rest = range.count; rest; rest &= rest - 1) {
		uint8_t node[MERKLE_HASH_SIZE];
		unsigned level = (unsigned)__builtin_ctzll(rest);
		after -= UINT64_C(1) << level;
		int code = read(context, level, after >> level, node);
		if (code)
			return code;
		if (is_first)
			memcpy(root, node, sizeof node);
		else
			merkle_hash_node(node, root, root);
		is_first = false;
	}
	return 0;
}

/* Halves the range towards the leaf `index`; `other` is the half left aside. */
static void descend(struct range *range, uint64_t index, struct range *other)
{
	uint64_t left = UINT64_C(1) << split_level(range->count);

	if (index - range->first < left) {
		*other = (struct range){ range->first + left, range->count - left };
		range->count = left;
	} else {
		*other = (struct range){ range->first, left };
		range->first += left;
		range->count -= left;
	}
}

static int path_add(struct merkle_path *path, struct range range, merkle_node_reader read, void *context)
{
	return range_root(range, read, context, path->hashes[path->count++]);
}

/* What was gathered from the root downwards begins at the bottom. */
static void path_turn(struct merkle_path *path)
{
	for (unsigned low = 0, high = path->count; low + 1 < high; low++) {
		uint8_t hash[MERKLE_HASH_SIZE];
		high--;
		memcpy(hash, path->hashes[low], sizeof hash);
		memcpy(path->hashes[low], path->hashes[high], sizeof hash);
		memcpy(path->hashes[high], hash, sizeof hash);
	}
}

int merkle_inclusion_path(uint64_t size, uint64_t index, merkle_node_reader read, void *context,
                          struct merkle_path *path)
{
	struct range range = { 0, size }, other;

	path->count = 0;
	while (range.count > 1) {
		descend(&range, index, &other);
		int code = path_add(path, other, read, context);
		if (code)
			return code;
	}
	path_turn(path);
	return 0;
}

int merkle_consistency_path(uint64_t first, uint64_t second, merkle_node_reader read, void *context,
                            struct merkle_path *path)
{
	struct range range = { 0, second }, other;

	path->count = 0;
	if (first == 0 || first == second)
		return 0;
	/* Down to the smallest subtree that ends where the first tree does. */
	while (range.first + range.count != first) {
		descend(&range, first - 1, &other);
		int code = path_add(path, other, read, context);
		if (code)
			return code;
	}
	/* That is the whole of the first tree, whose root is known, or goes before the rest. */
	if (range.first != 0) {
		int code = path_add(path, range, read, context);
		if (code)
			return code;
	}
	path_turn(path);
	return 0;
}

/* A place in the tree as one goes up: a subtree's index among those of its level,
 * and the index of the last one there. */
struct climb {
	uint64_t at, last;
};

/* Whether the next hash of the path is to the left. At the right edge a subtree
 * without a sibling goes up as it is, until it is a right one. */
static bool climb_is_right(struct climb *climb)
{
	while (!(climb->at & 1) && climb->at == climb->last && climb->last) {
		climb->at >>= 1;
		climb->last >>= 1;
	}
	return climb->at & 1;
}

static void climb_up(struct climb *climb)
{
	climb->at >>= 1;
	climb->last >>= 1;
}

bool merkle_inclusion_check(const uint8_t leaf[MERKLE_HASH_SIZE], uint64_t index, uint64_t size,
                            const struct merkle_path *path, const uint8_t root[MERKLE_HASH_SIZE])
{
	struct climb climb = { index, size - 1 };
	uint8_t hash[MERKLE_HASH_SIZE];

	if (index >= size)
		return false;
	memcpy(hash, leaf, sizeof hash);
	for (unsigned i = 0; i < path->count; i++, climb_up(&climb)) {
		if (!climb.last)
			return false; /* the root is reached already */
		if (climb_is_right(&climb))
			merkle_hash_node(path->hashes[i], hash, hash);
		else
			merkle_hash_node(hash, path->hashes[i], hash);
	}
	return !climb.last && memcmp(hash, root, sizeof hash) == 0;
}

bool merkle_consistency_check(uint64_t first, const uint8_t first_root[MERKLE_HASH_SIZE], uint64_t second,
                              const uint8_t second_root[MERKLE_HASH_SIZE], const struct merkle_path *path)
{
	struct climb climb = { first - 1, second - 1 };
	uint8_t old[MERKLE_HASH_SIZE], new[MERKLE_HASH_SIZE];
	unsigned at = 0;

	if (first == 0 || first > second) {
		static const struct merkle_frontier empty;
		merkle_root(&empty, old);
		return first == 0 && path->count == 0 && memcmp(first_root, old, sizeof old) == 0 &&
		       (second > 0 || memcmp(second_root, old, sizeof old) == 0);
	}
	if (first == second)
		return path->count == 0 && memcmp(first_root, second_root, sizeof old) == 0;
	/* Up from the last leaf of the first tree, as long as its subtree is whole. */
	while (climb.at & 1)
		climb_up(&climb);
	/* A tree of a power of two is that subtree; any other is begun by the path. */
	if (climb.at && path->count == 0)
		return false;
	memcpy(old, climb.at ? path->hashes[at++] : first_root, sizeof old);
	memcpy(new, old, sizeof new);
	for (; at < path->count; at++, climb_up(&climb)) {
		if (!climb.last)
			return false;
		if (climb_is_right(&climb)) {
			merkle_hash_node(path->hashes[at], old, old);
			merkle_hash_node(path->hashes[at], new, new);
		} else {
			merkle_hash_node(new, path->hashes[at], new);
		}
	}
	return !climb.last && memcmp(old, first_root, sizeof old) == 0 && memcmp(new, second_root, sizeof new) == 0;
}
