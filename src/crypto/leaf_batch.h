/* Leaf hashes compared in bulk on a second thread, as SHA-256 is the dearest
 * part of reading a log. */
#ifndef CRYPTO_LEAF_BATCH_H
#define CRYPTO_LEAF_BATCH_H

#include <stdint.h>

#include "base/buffer.h"
#include "crypto/merkle.h"

struct leaf_checker;

/* Told, on the caller's thread, each leaf whose data does not hash to it. */
typedef void (*leaf_mismatch)(void *context, uint64_t index);

/* leaf_checker_start(mismatch, context): NULL without memory. */
struct leaf_checker *leaf_checker_start(leaf_mismatch mismatch, void *context);
/* leaf_checker_add(checker, index, data, expected): the data is copied. False
 * without memory. */
bool leaf_checker_add(struct leaf_checker *checker, uint64_t index, struct span data,
                      const uint8_t expected[MERKLE_HASH_SIZE]);
/* leaf_checker_finish(checker): all mismatches are told; frees it. */
void leaf_checker_finish(struct leaf_checker *checker);

#endif
