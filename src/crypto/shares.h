/* An age identity in shares, of which so many give it back and fewer tell nothing (Shamir,
 * over GF(2^8), by libgfshare). As text each is one line that can be typed: Bech32 in
 * capitals, whose checksum finds a slip of up to four characters for certain. */
#ifndef CRYPTO_SHARES_H
#define CRYPTO_SHARES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "crypto/bech32.h"

#define SHARES_LIMIT 16 /* the most that a secret is parted into */
#define SHARE_PREFIX "QORGANSHARE"
#define SHARE_DATA (4 + 8 + 32) /* see shares.c */
#define SHARE_TEXT bech32_text_size(sizeof SHARE_PREFIX - 1, SHARE_DATA)

/* shares_make(identity, needed, count, texts, error): part 32 bytes into `count` shares, any
 * `needed` of which, 2 at least, give them back. The texts are in secret memory, SHARE_TEXT
 * bytes each. QORGAN_USAGE if the numbers make no sense. */
int shares_make(const uint8_t identity[32], unsigned needed, unsigned count, char (*texts)[SHARE_TEXT],
                struct qorgan_error *error);

/* shares_find(text, size, share): the first share in a text, whatever is around it, with
 * blanks, dashes and line feeds anywhere in it and in either case; into SHARE_TEXT bytes of
 * secret memory. False if there is none that is whole. */
bool shares_find(const char *text, size_t size, char share[SHARE_TEXT]);

/* shares_join(texts, count, identity, error): the identity, into secret memory of 32 bytes.
 * QORGAN_BAD_DATA if they are not of one set, are too few or give no identity: one of them
 * was altered. */
int shares_join(const char (*texts)[SHARE_TEXT], size_t count, uint8_t identity[32], struct qorgan_error *error);

#endif
