/* Sealing of what lies in the store: XChaCha20-Poly1305-IETF, random nonce,
 * padded to 64 bytes, bound to its place, so that no ciphertext can be moved,
 * swapped or replayed elsewhere. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "store/keys.h"

#define SEAL_PADDING 64
#define SEAL_LIMIT ((size_t)1 << 20) /* bytes of anything that is sealed: records and pieces are smaller */

/* Where a sealed value lies: all of it is associated data. */
struct seal_place {
	uint8_t table;    /* enum engine_table; all shards of the heads are one */
	uint32_t version; /* of the object; 0 where there is none */
	uint64_t leaf;    /* index of the record's leaf; 0 where there is none */
	struct span key;  /* key in the table, at most 64 bytes */
};

/* What stands in the clear before the ciphertext. */
struct seal_head {
	uint32_t version, epoch;
	uint64_t leaf;
};
#define SEAL_HEAD_SIZE 16
#define SEAL_OVERHEAD (SEAL_HEAD_SIZE + 24 + 16)

/* seal_head_read(sealed, head): the part in the clear, not yet authenticated;
 * false if the value is too short or too long to be sealed. */
bool seal_head_read(struct span sealed, struct seal_head *head);

/* seal_put(keys, id, place, plain, to): append the sealed value. */
void seal_put(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], const struct seal_place *place,
              struct span plain, struct buffer *to);

/* seal_open(keys, id, place, sealed, plain, error): replace the content of
 * `plain`. The version and leaf of `place` are taken from the value's head.
 * QORGAN_IO if it is not what was put there. */
int seal_open(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], struct seal_place *place,
              struct span sealed, struct buffer *plain, struct qorgan_error *error);

/* seal_put_shared, seal_open_shared: the same with the key that only writers have. */
void seal_put_shared(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], const struct seal_place *place,
                     struct span plain, struct buffer *to);
int seal_open_shared(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], struct seal_place *place,
                     struct span sealed, struct buffer *plain, struct qorgan_error *error);

#endif
