/* Keys and fixed-size values of the tables: the store's format, to the byte.
 *
 *   meta      "f"                  format, store id, epoch (plain)
 *             "k" n                slots (slot.h)
 *             "l"                  sealed: struct log_state, see log_state.h
 *             "x"                  sealed: the state's age identity
 *   ids       keyed hash           shard, number of the object
 *   heads     number               sealed: newest version (32 shards by kind)
 *   history   number, version      sealed: older versions
 *   leaves    index                leaf hash, shard, number, version
 *   tree      level, index         hash of a perfect subtree of 256 leaves or more
 *   commits   number, 'r'          sealed: the commit's record
 *             number, 'c'          sealed: the signed checkpoint after it
 *   evidence  keyed digest, offset sealed: a piece of the content
 */
#ifndef STORE_LAYOUT_H
#define STORE_LAYOUT_H

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "crypto/merkle.h"

#define LAYOUT_FORMAT 1
#define LAYOUT_MAGIC "qorgan-vault"

/* Names of the rows of meta: single letters, as they lie in the clear. */
#define META_STORE "f"
#define META_SLOT "k"
#define META_SLOT_END "l"
#define META_STATE "l"
#define META_IDENTITY "x"
#define LAYOUT_SLOTS 64

/* The shard byte of a leaf that is a commit's: its number is the commit's. */
#define LAYOUT_COMMIT_SHARD 0xff

/* Subtrees of fewer leaves are cheaper to hash again than to store. */
#define LAYOUT_TREE_LEVEL 8

/* A piece of evidence: a line of a package holds it with room to spare. */
#define LAYOUT_PIECE_SIZE (48 * 1024)

struct layout_store {
	char magic[12];
	uint8_t format[4];
	uint8_t id[16];
	uint8_t epoch[4];
};
_Static_assert(sizeof(struct layout_store) == 36, "no padding");

struct layout_number_key {
	uint8_t number[8];
};
struct layout_version_key {
	uint8_t number[8], version[4];
};
struct layout_tree_key {
	uint8_t level, index[8];
};
struct layout_commit_key {
	uint8_t number[8], part;
};
struct layout_piece_key {
	uint8_t digest[32], offset[8];
};
struct layout_id {
	uint8_t shard, number[8];
};
struct layout_leaf {
	uint8_t hash[MERKLE_HASH_SIZE];
	uint8_t shard, number[8], version[4];
};
_Static_assert(sizeof(struct layout_leaf) == 45 && sizeof(struct layout_id) == 9, "no padding");

#define LAYOUT_SPAN(object) ((struct span){ (const char *)&(object), sizeof(object) })

static inline struct layout_number_key layout_number(uint64_t number)
{
	struct layout_number_key key;

	bytes_put_u64(key.number, number);
	return key;
}

static inline struct layout_version_key layout_version(uint64_t number, uint32_t version)
{
	struct layout_version_key key;

	bytes_put_u64(key.number, number);
	bytes_put_u32(key.version, version);
	return key;
}

static inline struct layout_tree_key layout_node(unsigned level, uint64_t index)
{
	struct layout_tree_key key = { .level = (uint8_t)level };

	bytes_put_u64(key.index, index);
	return key;
}

static inline struct layout_commit_key layout_commit(uint64_t number, char part)
{
	struct layout_commit_key key = { .part = (uint8_t)part };

	bytes_put_u64(key.number, number);
	return key;
}

static inline struct layout_piece_key layout_piece(const uint8_t digest[32], uint64_t offset)
{
	struct layout_piece_key key;

	memcpy(key.digest, digest, sizeof key.digest);
	bytes_put_u64(key.offset, offset);
	return key;
}

#endif
