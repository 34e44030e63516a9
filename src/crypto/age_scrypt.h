/* Wrapping a file key with a passphrase, by scrypt. */
#ifndef CRYPTO_AGE_SCRYPT_H
#define CRYPTO_AGE_SCRYPT_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/age_file_key.h"
#include "crypto/age_header.h"

#define AGE_SCRYPT "scrypt" /* the type of its stanzas */

/* age_scrypt_wrap(passphrase, work_factor, file_key, header, error): append the
 * stanza that gives the file key to who knows the passphrase. QORGAN_INTERNAL if
 * there is not the memory for it. */
int age_scrypt_wrap(const char *passphrase, unsigned work_factor, const uint8_t file_key[AGE_FILE_KEY_SIZE],
                    struct buffer *header, struct qorgan_error *error);

/* age_scrypt_check(stanza, error): QORGAN_PROTOCOL unless arguments and body of
 * a stanza of this type have the form they must have, whatever the work. */
int age_scrypt_check(const struct age_stanza *stanza, struct qorgan_error *error);

/* age_scrypt_unwrap(stanza, passphrase, work_limit, file_key, error):
 * QORGAN_PROTOCOL, and no work done, if the stanza is malformed or its work
 * factor above the limit; QORGAN_DENIED if the passphrase is wrong;
 * QORGAN_INTERNAL if there is not the memory to find out. */
int age_scrypt_unwrap(const struct age_stanza *stanza, const char *passphrase, unsigned work_limit,
                      uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error);

#endif
