/* Random bytes in bulk: nonces and salts, which are many and are not secret. */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>

/* random_fill(to, size): from a pool that is refilled from the system's
 * generator, as one system call per nonce would cost more than the cipher.
 * Not for keys: those come from randombytes_buf directly. Safe after a fork;
 * not for use by two threads at once. */
void random_fill(void *to, size_t size);

#endif
