/* The Merkle tree, against published roots and the definition in RFC 6962. */
#include "crypto/merkle.h"

#include <check.h>
#include <string.h>

#include <sodium.h>

Suite *suite_merkle(void);

#define LEAVES 200
#define LEVELS 8

static uint8_t leaves[LEAVES][MERKLE_HASH_SIZE];

/* MTH(D[n]) word for word: split at the largest power of two below n. */
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

static void leaves_make(void)
{
	for (size_t i = 0; i < LEAVES; i++) {
		uint8_t data[3] = { 0, (uint8_t)i, (uint8_t)(i * 7) };
		crypto_hash_sha256(leaves[i], data, sizeof data);
	}
}

START_TEST(published_roots_of_eight_leaves)
{
	static const char *const data[] = { "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
		                            "606162636465666768696a6b6c6d6e6f" };
	static const char *const roots[] = {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
	};
	struct merkle_frontier frontier = { 0 };

	for (size_t i = 0; i <= 8; i++) {
		uint8_t root[MERKLE_HASH_SIZE], bytes[16];
		char text[2 * MERKLE_HASH_SIZE + 1];
		size_t size;
		merkle_root(&frontier, root);
		ck_assert_str_eq(sodium_bin2hex(text, sizeof text, root, sizeof root), roots[i]);
		if (i == 8)
			break;
		ck_assert_int_eq(sodium_hex2bin(bytes, sizeof bytes, data[i], strlen(data[i]), NULL, &size, NULL), 0);
		merkle_hash_leaf(bytes, size, root);
		merkle_append(&frontier, root, NULL, NULL);
	}
}
END_TEST

START_TEST(every_root_is_the_definitions)
{
	struct merkle_frontier frontier = { 0 };

	for (size_t size = 0; size < LEAVES; size++) {
		uint8_t root[MERKLE_HASH_SIZE], expected[MERKLE_HASH_SIZE];
		merkle_root(&frontier, root);
		model_root(0, size, expected);
		ck_assert_mem_eq(root, expected, sizeof root);
		ck_assert_uint_eq(frontier.size, size);
		merkle_append(&frontier, leaves[size], NULL, NULL);
	}
}
END_TEST

/* The interior nodes that were told of, by level and index. */
struct nodes {
	uint8_t hashes[LEVELS][LEAVES][MERKLE_HASH_SIZE];
	unsigned seen[LEVELS][LEAVES];
	unsigned last_level; /* told of by the present append; 0 for none */
	unsigned reads_left;
};
static struct nodes nodes;

static void node_keep(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct nodes *to = context;

	ck_assert_uint_lt(level, LEVELS);
	ck_assert_uint_lt(index, LEAVES);
	ck_assert_uint_eq(level, to->last_level + 1); /* smallest first, none left out */
	to->last_level = level;
	to->seen[level][index]++;
	memcpy(to->hashes[level][index], hash, MERKLE_HASH_SIZE);
}

static int node_read(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	struct nodes *from = context;

	if (from->reads_left-- == 0)
		return 74;
	ck_assert_uint_lt(level, LEVELS);
	ck_assert_uint_lt(index, LEAVES);
	memcpy(hash, level ? from->hashes[level][index] : leaves[index], MERKLE_HASH_SIZE);
	return 0;
}

static void nodes_fill(struct merkle_frontier *frontier)
{
	memset(&nodes, 0, sizeof nodes);
	for (size_t i = 0; i < LEAVES; i++) {
		nodes.last_level = 0;
		merkle_append(frontier, leaves[i], node_keep, &nodes);
	}
}

START_TEST(each_perfect_subtree_is_told_of_once)
{
	struct merkle_frontier frontier = { 0 };

	nodes_fill(&frontier);
	for (unsigned level = 1; level < LEVELS; level++)
		for (size_t index = 0; index < LEAVES; index++) {
			uint8_t expected[MERKLE_HASH_SIZE];
			bool whole = (index + 1) << level <= LEAVES;
			ck_assert_uint_eq(nodes.seen[level][index], whole);
			if (!whole)
				continue;
			model_root(index << level, (size_t)1 << level, expected);
			ck_assert_mem_eq(nodes.hashes[level][index], expected, sizeof expected);
		}
}
END_TEST

START_TEST(a_frontier_is_found_again_from_the_nodes)
{
	struct merkle_frontier frontier = { 0 }, found;

	nodes_fill(&frontier);
	for (size_t size = 0; size < LEAVES; size++) {
		uint8_t root[MERKLE_HASH_SIZE], expected[MERKLE_HASH_SIZE];
		nodes.reads_left = 64;
		ck_assert_int_eq(merkle_frontier_at(size, node_read, &nodes, &found), 0);
		ck_assert_uint_eq(found.size, size);
		merkle_root(&found, root);
		model_root(0, size, expected);
		ck_assert_mem_eq(root, expected, sizeof root);
		merkle_append(&found, leaves[size], NULL, NULL);
		merkle_root(&found, root);
		model_root(0, size + 1, expected);
		ck_assert_mem_eq(root, expected, sizeof root);
	}
	nodes.reads_left = 2;
	ck_assert_int_eq(merkle_frontier_at(7, node_read, &nodes, &found), 74);
}
END_TEST

Suite *suite_merkle(void)
{
	Suite *suite = suite_create("merkle");
	TCase *tests = tcase_create("tree");

	tcase_add_checked_fixture(tests, leaves_make, NULL);
	tcase_add_test(tests, published_roots_of_eight_leaves);
	tcase_add_test(tests, every_root_is_the_definitions);
	tcase_add_test(tests, each_perfect_subtree_is_told_of_once);
	tcase_add_test(tests, a_frontier_is_found_again_from_the_nodes);
	suite_add_tcase(suite, tests);
	return suite;
}
