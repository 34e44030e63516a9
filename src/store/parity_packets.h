/* The packets of a file of parity, each against its own checksum. */
#ifndef STORE_PARITY_PACKETS_H
#define STORE_PARITY_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define PARITY_MAGIC "PAR2\0PKT"
#define PARITY_HASH_SIZE 16u

/* parity_packets_check(file, whole, error): whether the file, from its first byte to its last, is packets that are as they
 * were written; what cannot be read is not. Fails without memory only. */
int parity_packets_check(int file, bool *whole, struct qorgan_error *error);

/* parity_hash(bytes, size, hash): MD5, of which there is no use but that of the format. */
void parity_hash(const void *bytes, size_t size, unsigned char hash[PARITY_HASH_SIZE]);

#endif
