/* Paths in the Merkle tree, against the published ones of Certificate Transparency
 * and the definitions of RFC 6962 word for word. */
#include "crypto/merkle_path.h"

#include <check.h>
#include <string.h>

#include <sodium.h>

Suite *suite_merkle_path(void);

#define LEAVES 130

static uint8_t leaves[LEAVES][MERKLE_HASH_SIZE];
static size_t leaf_count;
static unsigned reads_left;

/* MTH(D[first:first+count]). */
static void model_root(size_t first, size_t count, uint8_t root[MERKLE_HASH_SIZE])
{
	uint8_t both[1 + 2 * MERKLE_HASH_SIZE] = { 1 };
	size_t half = 1;

	if (count == 0) {
		crypto_hash_sha256(root, (const uint8_t *)"", 0);
		return;
	}
	if (count == 1) {
		memcpy(root, leaves[first], MERKLE_HASH_SIZE);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	model_root(first, half, both + 1);
	model_root(first + half, count - half, both + 1 + MERKLE_HASH_SIZE);
	crypto_hash_sha256(root, both, sizeof both);
}

/* PATH(m, D[first:first+count]). */
static void model_path(size_t m, size_t first, size_t count, struct merkle_path *path)
{
	size_t half = 1;

	if (count <= 1)
		return;
	while (half * 2 < count)
		half *= 2;
	if (m < half) {
		model_path(m, first, half, path);
		model_root(first + half, count - half, path->hashes[path->count++]);
	} else {
		model_path(m - half, first + half, count - half, path);
		model_root(first, half, path->hashes[path->count++]);
	}
}

/* SUBPROOF(m, D[first:first+count], known). */
static void model_subproof(size_t m, size_t first, size_t count, bool known, struct merkle_path *path)
{
	size_t half = 1;

	if (m == count) {
		if (!known)
			model_root(first, count, path->hashes[path->count++]);
		return;
	}
	while (half * 2 < count)
		half *= 2;
	if (m <= half) {
		model_subproof(m, first, half, known, path);
		model_root(first + half, count - half, path->hashes[path->count++]);
	} else {
		model_subproof(m - half, first + half, count - half, false, path);
		model_root(first, half, path->hashes[path->count++]);
	}
}

static void leaves_make(void)
{
	for (size_t i = 0; i < LEAVES; i++) {
		uint8_t data[3] = { 0, (uint8_t)i, (uint8_t)(i * 7) };
		crypto_hash_sha256(leaves[i], data, sizeof data);
	}
	leaf_count = LEAVES;
	reads_left = UINT32_MAX;
}

/* Perfect subtrees within the tree are all that may be asked for. */
static int node_read(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	(void)context;
	if (reads_left-- == 0)
		return 74;
	ck_assert_uint_le((index + 1) << level, leaf_count);
	model_root((size_t)(index << level), (size_t)1 << level, hash);
	return 0;
}

static void check_same(const struct merkle_path *path, const struct merkle_path *expected)
{
	ck_assert_uint_eq(path->count, expected->count);
	ck_assert_mem_eq(path->hashes, expected->hashes, path->count * MERKLE_HASH_SIZE);
}

/* ---- Published ------------------------------------------------------------- */

static void leaves_of_ct(void)
{
	static const char *const data[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
		                            "606162636465666768696a6b6c6d6e6f" };

	leaf_count = 8;
	for (size_t i = 0; i < 8; i++) {
		uint8_t bytes[16];
		size_t size;
		ck_assert_int_eq(sodium_hex2bin(bytes, sizeof bytes, data[i], strlen(data[i]), NULL, &size, NULL), 0);
		merkle_hash_leaf(bytes, size, leaves[i]);
	}
}

static void check_published(const struct merkle_path *path, const char *const *hashes)
{
	char text[2 * MERKLE_HASH_SIZE + 1];
	unsigned count = 0;

	while (hashes[count])
		count++;
	ck_assert_uint_eq(path->count, count);
	for (unsigned i = 0; i < count; i++)
		ck_assert_str_eq(sodium_bin2hex(text, sizeof text, path->hashes[i], MERKLE_HASH_SIZE), hashes[i]);
}

#define L1 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define N23 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define N4567 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define L4 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define N67 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define N0123 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define N01 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define L0 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define N45 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

START_TEST(published_paths_of_the_tree_of_eight_leaves)
{
	static const struct {
		uint64_t index, size;
		const char *hashes[4];
	} inclusion[] = {
		{ 0, 1, { NULL } }, { 0, 8, { L1, N23, N4567, NULL } }, { 5, 8, { L4, N67, N0123, NULL } },
		{ 2, 3, { N01, NULL } }, { 1, 5, { L0, N23, L4, NULL } }
	};
	static const struct {
		uint64_t first, second;
		const char *hashes[4];
	} consistency[] = {
		{ 1, 1, { NULL } }, { 1, 8, { L1, N23, N4567, NULL } }, { 6, 8, { N45, N67, N0123, NULL } },
		{ 2, 5, { N23, L4, NULL } }
	};
	struct merkle_path path;

	leaves_of_ct();
	for (size_t i = 0; i < sizeof inclusion / sizeof inclusion[0]; i++) {
		ck_assert_int_eq(merkle_inclusion_path(inclusion[i].size, inclusion[i].index, node_read, NULL, &path), 0);
		check_published(&path, inclusion[i].hashes);
	}
	for (size_t i = 0; i < sizeof consistency / sizeof consistency[0]; i++) {
		uint64_t first = consistency[i].first, second = consistency[i].second;
		ck_assert_int_eq(merkle_consistency_path(first, second, node_read, NULL, &path), 0);
		check_published(&path, consistency[i].hashes);
	}
}
END_TEST

/* ---- Inclusion --------------------------------------------------------------- */

/* The path holds, and nothing beside it does. */
static void check_inclusion(size_t index, size_t size, struct merkle_path *path, uint8_t root[MERKLE_HASH_SIZE])
{
	unsigned count = path->count;

	ck_assert(merkle_inclusion_check(leaves[index], index, size, path, root));
	for (size_t other = 0; other <= size; other++)
		ck_assert_int_eq(merkle_inclusion_check(leaves[index], other, size, path, root), other == index);
	ck_assert(!merkle_inclusion_check(leaves[(index + 1) % LEAVES], index, size, path, root));
	for (unsigned i = 0; i < count; i++) {
		path->hashes[i][index % MERKLE_HASH_SIZE] ^= 1;
		ck_assert(!merkle_inclusion_check(leaves[index], index, size, path, root));
		path->hashes[i][index % MERKLE_HASH_SIZE] ^= 1;
		path->count = i;
		ck_assert(!merkle_inclusion_check(leaves[index], index, size, path, root));
	}
	path->count = count + 1;
	memcpy(path->hashes[count], root, MERKLE_HASH_SIZE);
	ck_assert(!merkle_inclusion_check(leaves[index], index, size, path, root));
	path->count = count;
	root[size % MERKLE_HASH_SIZE] ^= 1;
	ck_assert(!merkle_inclusion_check(leaves[index], index, size, path, root));
	root[size % MERKLE_HASH_SIZE] ^= 1;
}

START_TEST(every_inclusion_path_is_the_definitions_and_holds)
{
	for (size_t size = 1; size <= LEAVES; size++) {
		uint8_t root[MERKLE_HASH_SIZE];
		leaf_count = size;
		model_root(0, size, root);
		for (size_t index = 0; index < size; index++) {
			struct merkle_path path, expected = { 0 };
			model_path(index, 0, size, &expected);
			ck_assert_int_eq(merkle_inclusion_path(size, index, node_read, NULL, &path), 0);
			check_same(&path, &expected);
			if (size < 40 || size >= 126)
				check_inclusion(index, size, &path, root);
			else
				ck_assert(merkle_inclusion_check(leaves[index], index, size, &path, root));
		}
	}
}
END_TEST

START_TEST(nothing_is_in_an_empty_tree)
{
	struct merkle_path path = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];

	model_root(0, 0, root);
	ck_assert(!merkle_inclusion_check(root, 0, 0, &path, root));
	ck_assert(!merkle_inclusion_check(root, UINT64_MAX, 0, &path, root));
	ck_assert(merkle_inclusion_check(leaves[0], 0, 1, &path, leaves[0]));
	ck_assert(!merkle_inclusion_check(leaves[0], 1, 1, &path, leaves[0]));
}
END_TEST

/* ---- Consistency -------------------------------------------------------------- */

static void check_consistency(size_t first, size_t second, struct merkle_path *path, uint8_t old[MERKLE_HASH_SIZE],
                              uint8_t new[MERKLE_HASH_SIZE])
{
	unsigned count = path->count;

	for (unsigned i = 0; i < count; i++) {
		path->hashes[i][first % MERKLE_HASH_SIZE] ^= 1;
		ck_assert(!merkle_consistency_check(first, old, second, new, path));
		path->hashes[i][first % MERKLE_HASH_SIZE] ^= 1;
		path->count = i;
		ck_assert(!merkle_consistency_check(first, old, second, new, path));
	}
	path->count = count + 1;
	memcpy(path->hashes[count], old, MERKLE_HASH_SIZE);
	ck_assert(!merkle_consistency_check(first, old, second, new, path));
	path->count = count;
	old[0] ^= 1;
	ck_assert(!merkle_consistency_check(first, old, second, new, path));
	old[0] ^= 1;
	new[0] ^= 1;
	ck_assert(!merkle_consistency_check(first, old, second, new, path));
	new[0] ^= 1;
}

START_TEST(every_consistency_path_is_the_definitions_and_holds)
{
	for (size_t second = 1; second <= LEAVES; second++) {
		uint8_t old[MERKLE_HASH_SIZE], new[MERKLE_HASH_SIZE];
		leaf_count = second;
		model_root(0, second, new);
		for (size_t first = 1; first <= second; first++) {
			struct merkle_path path, expected = { 0 };
			model_root(0, first, old);
			model_subproof(first, 0, second, true, &expected);
			ck_assert_int_eq(merkle_consistency_path(first, second, node_read, NULL, &path), 0);
			check_same(&path, &expected);
			ck_assert(merkle_consistency_check(first, old, second, new, &path));
			if (second < 40 || second >= 126)
				check_consistency(first, second, &path, old, new);
		}
	}
}
END_TEST

START_TEST(any_tree_goes_on_from_an_empty_one_and_none_from_a_larger)
{
	struct merkle_path path;
	uint8_t empty[MERKLE_HASH_SIZE], root[MERKLE_HASH_SIZE];

	model_root(0, 0, empty);
	model_root(0, 5, root);
	ck_assert_int_eq(merkle_consistency_path(0, 5, node_read, NULL, &path), 0);
	ck_assert_uint_eq(path.count, 0);
	ck_assert(merkle_consistency_check(0, empty, 5, root, &path));
	ck_assert(merkle_consistency_check(0, empty, 0, empty, &path));
	ck_assert(!merkle_consistency_check(0, root, 5, root, &path));
	ck_assert(!merkle_consistency_check(0, empty, 0, root, &path));
	ck_assert(!merkle_consistency_check(5, root, 4, root, &path));
	path.count = 1;
	ck_assert(!merkle_consistency_check(0, empty, 5, root, &path));
}
END_TEST

/* ---- Bounds --------------------------------------------------------------------- */

/* A tree of leaves that are all alike: perfect subtrees differ by level only. */
static uint8_t alike[64][MERKLE_HASH_SIZE];

static int alike_read(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	uint64_t size = *(const uint64_t *)context;

	ck_assert_uint_lt(level, 64);
	ck_assert_uint_lt(index, size >> level);
	memcpy(hash, alike[level], MERKLE_HASH_SIZE);
	return 0;
}

START_TEST(the_largest_trees_fit_and_hold)
{
	static const uint64_t sizes[] = { UINT64_MAX, UINT64_MAX - 1, (UINT64_C(1) << 63) + 1, UINT64_C(1) << 63 };

	memcpy(alike[0], leaves[0], MERKLE_HASH_SIZE);
	for (unsigned level = 1; level < 64; level++)
		merkle_hash_node(alike[level - 1], alike[level - 1], alike[level]);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint64_t size = sizes[i], indices[] = { 0, 1, size / 2, size - 2, size - 1 };
		struct merkle_frontier frontier;
		struct merkle_path path;
		uint8_t root[MERKLE_HASH_SIZE], old[MERKLE_HASH_SIZE];
		ck_assert_int_eq(merkle_frontier_at(size, alike_read, &size, &frontier), 0);
		merkle_root(&frontier, root);
		for (size_t j = 0; j < 5; j++) {
			ck_assert_int_eq(merkle_inclusion_path(size, indices[j], alike_read, &size, &path), 0);
			ck_assert_uint_le(path.count, MERKLE_PATH_LIMIT);
			ck_assert(merkle_inclusion_check(leaves[0], indices[j], size, &path, root));
			if (!indices[j])
				continue;
			ck_assert_int_eq(merkle_frontier_at(indices[j], alike_read, &size, &frontier), 0);
			merkle_root(&frontier, old);
			ck_assert_int_eq(merkle_consistency_path(indices[j], size, alike_read, &size, &path), 0);
			ck_assert_uint_le(path.count, MERKLE_PATH_LIMIT);
			ck_assert(merkle_consistency_check(indices[j], old, size, root, &path));
		}
	}
}
END_TEST

START_TEST(a_reader_that_fails_ends_it)
{
	struct merkle_path path;

	for (unsigned reads = 0; reads < 3; reads++) {
		reads_left = reads;
		ck_assert_int_eq(merkle_inclusion_path(100, 5, node_read, NULL, &path), 74);
		reads_left = reads;
		ck_assert_int_eq(merkle_consistency_path(37, 100, node_read, NULL, &path), 74);
	}
}
END_TEST

Suite *suite_merkle_path(void)
{
	Suite *suite = suite_create("merkle_path");
	TCase *tests = tcase_create("paths");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, leaves_make, NULL);
	tcase_add_test(tests, published_paths_of_the_tree_of_eight_leaves);
	tcase_add_test(tests, every_inclusion_path_is_the_definitions_and_holds);
	tcase_add_test(tests, nothing_is_in_an_empty_tree);
	tcase_add_test(tests, every_consistency_path_is_the_definitions_and_holds);
	tcase_add_test(tests, any_tree_goes_on_from_an_empty_one_and_none_from_a_larger);
	tcase_add_test(tests, the_largest_trees_fit_and_hold);
	tcase_add_test(tests, a_reader_that_fails_ends_it);
	suite_add_tcase(suite, tests);
	return suite;
}
