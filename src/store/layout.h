/* Keys and fixed-size values of the tables: the store's format, to the byte.
 *
 *   meta      "f"                  format, store id, epoch (plain)
 *             "k" n                slots (slot.h)
 *             "a" n                age file for the door of slot n: its author's key (author.h)
 *             "l"                  sealed: struct log_state, see log_state.h
 *             "x"                  sealed: the state's age identity
 *             "x" epoch            sealed: the one that it had until the keys of that epoch came
 *             "c" epoch            sealed: the card by which the keys of that epoch came
 *             "r"                  sealed: the read key before, and how far its rows are sealed anew
 *             "w"                  sealed: that the file is to be written anew, see rewrite.c
 *             "b"                  sealed: when the store was put back from a backup, see vault_restored.c
 *             "s" keyed hash of id sealed: the secret shared with a partner, see partner_secret.h
 *   ids       keyed hash           shard, number of the object
 *   heads     number               sealed: newest version (32 shards by kind)
 *   history   number, version      sealed: older versions
 *   leaves    index                leaf hash, shard, number, version
 *   tree      level, index         hash of a perfect subtree of 256 leaves or more
 *   commits   number, 'r'          sealed: the commit's record
 *             number, 'c'          sealed: the signed checkpoint after it
 *   evidence  keyed digest, offset sealed: a piece of the content
 *   mirror    'p' log              sealed: what is known of another state's log, see mirror_log.c
 *             'l' log, row         leaf hashes of it, 256 to a row
 *             't' log, level, index hash of a perfect subtree of 256 leaves or more
 *             'c' log, witness     sealed: the newest checkpoint of it that another countersigned
 *             'h' shard, number, version  sealed: a version handed over by another state, and its leaf
 *             'i' keyed hash of kind and id, log  number of the object
 *             'n' shard, number    sealed: why an object of another state does not count
 *             'o' shard, number    sealed: an own object that stands back, and for which
 */
#ifndef STORE_LAYOUT_H
#define STORE_LAYOUT_H

#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "crypto/merkle.h"

#define LAYOUT_FORMAT 2 /* 1: of 0.1.0, whose slots open as well */
#define LAYOUT_MAGIC "qorgan-vault"

/* Names of the rows of meta: single letters, as they lie in the clear. */
#define META_STORE "f"
#define META_AUTHOR "a"
#define META_SLOT "k"
#define META_SLOT_END "l"
#define META_STATE "l"
#define META_IDENTITY "x"
#define META_SECRET "s"
#define META_CARD "c"
#define META_RENEWAL "r"
#define META_REWRITE "w"
#define META_RESTORED "b"
#define META_CHECKOUT "o"
#define LAYOUT_SLOTS 64

/* The shard byte of a leaf that is a commit's: its number is the commit's. */
#define LAYOUT_COMMIT_SHARD 0xff

/* Set in the shard of a place: the object is another state's, and lies in the mirror. */
#define LAYOUT_MIRRORED 0x80

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

struct layout_epoch_key {
	uint8_t row, epoch[4];
};
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

struct layout_mirror_log_key {
	uint8_t row, log[2];
};
struct layout_mirror_leaves_key {
	uint8_t row, log[2], index[8];
};
struct layout_mirror_tree_key {
	uint8_t row, log[2], level, index[8];
};
struct layout_mirror_witness_key {
	uint8_t row, log[2], witness[2];
};
struct layout_mirror_object_key {
	uint8_t row, shard, number[8];
};
struct layout_mirror_version_key {
	uint8_t row, shard, number[8], version[4];
};
struct layout_mirror_id_key {
	uint8_t row, hash[16], log[2];
};
/* Behind the bytes of a record that another state handed over. */
struct layout_mirror_trailer {
	uint8_t log[2], leaf[8];
};
/* Why an object does not count, and the version at which that was said. */
struct layout_mirror_standing {
	uint8_t why, version[4];
};
_Static_assert(sizeof(struct layout_mirror_version_key) == 14 && sizeof(struct layout_mirror_id_key) == 19 &&
               sizeof(struct layout_mirror_trailer) == 10 && sizeof(struct layout_mirror_standing) == 5, "no padding");

#define LAYOUT_SPAN(object) ((struct span){ (const char *)&(object), sizeof(object) })

/* `row` is META_IDENTITY or META_CARD. */
static inline struct layout_epoch_key layout_epoch(const char *row, uint32_t epoch)
{
	struct layout_epoch_key key = { .row = (uint8_t)row[0] };

	bytes_put_u32(key.epoch, epoch);
	return key;
}

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

static inline struct layout_mirror_log_key layout_mirror_log(unsigned log)
{
	return (struct layout_mirror_log_key){ .row = 'p', .log = { (uint8_t)(log >> 8), (uint8_t)log } };
}

static inline struct layout_mirror_leaves_key layout_mirror_leaves(unsigned log, uint64_t index)
{
	struct layout_mirror_leaves_key key = { .row = 'l', .log = { (uint8_t)(log >> 8), (uint8_t)log } };

	bytes_put_u64(key.index, index);
	return key;
}

static inline struct layout_mirror_tree_key layout_mirror_node(unsigned log, unsigned level, uint64_t index)
{
	struct layout_mirror_tree_key key = { .row = 't', .log = { (uint8_t)(log >> 8), (uint8_t)log },
		                                  .level = (uint8_t)level };

	bytes_put_u64(key.index, index);
	return key;
}

static inline struct layout_mirror_witness_key layout_mirror_witness(unsigned log, unsigned witness)
{
	return (struct layout_mirror_witness_key){ .row = 'c', .log = { (uint8_t)(log >> 8), (uint8_t)log },
		                                       .witness = { (uint8_t)(witness >> 8), (uint8_t)witness } };
}

/* `row` is one of the letters that such a key begins with. */
static inline struct layout_mirror_object_key layout_mirror_object(char row, unsigned shard, uint64_t number)
{
	struct layout_mirror_object_key key = { .row = (uint8_t)row, .shard = (uint8_t)(shard & ~LAYOUT_MIRRORED) };

	bytes_put_u64(key.number, number);
	return key;
}

static inline struct layout_mirror_version_key layout_mirror_version(unsigned shard, uint64_t number, uint32_t version)
{
	struct layout_mirror_version_key key = { .row = 'h', .shard = (uint8_t)(shard & ~LAYOUT_MIRRORED) };

	bytes_put_u64(key.number, number);
	bytes_put_u32(key.version, version);
	return key;
}

static inline struct layout_mirror_id_key layout_mirror_id(const uint8_t hash[16], unsigned log)
{
	struct layout_mirror_id_key key = { .row = 'i', .log = { (uint8_t)(log >> 8), (uint8_t)log } };

	memcpy(key.hash, hash, sizeof key.hash);
	return key;
}

#endif
