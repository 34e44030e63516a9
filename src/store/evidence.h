/* The id of a file's content. */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define EVIDENCE_ID_SIZE 64 /* hexadecimal digits, without an end */

/* evidence_digest(path, id, size, error): BLAKE2b-256 of the file, 64 hexadecimal
 * digits, and its size in bytes. */
int evidence_digest(const char *path, char id[EVIDENCE_ID_SIZE + 1], uint64_t *size, struct qorgan_error *error);

/* evidence_digest_bytes(data, id): of what is in memory. */
void evidence_digest_bytes(struct span data, char id[EVIDENCE_ID_SIZE + 1]);

#endif
