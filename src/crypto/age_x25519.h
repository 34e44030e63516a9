/* Wrapping a file key for an X25519 recipient of age. */
#ifndef CRYPTO_AGE_X25519_H
#define CRYPTO_AGE_X25519_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/age_file_key.h"
#include "crypto/age_header.h"

#define AGE_X25519 "X25519" /* the type of its stanzas */

/* age_x25519_wrap(recipient, file_key, header, error): append the stanza that
 * gives the file key to the recipient; QORGAN_BAD_DATA if the recipient is no
 * usable public key. */
int age_x25519_wrap(const uint8_t recipient[32], const uint8_t file_key[AGE_FILE_KEY_SIZE], struct buffer *header,
                    struct qorgan_error *error);

/* age_x25519_check(stanza, error): QORGAN_PROTOCOL unless arguments and body of
 * a stanza of this type have the form they must have. */
int age_x25519_check(const struct age_stanza *stanza, struct qorgan_error *error);

/* age_x25519_unwrap(stanza, identity, recipient, file_key, error): `recipient` is
 * that of the identity. QORGAN_DENIED if the stanza is for another identity,
 * QORGAN_PROTOCOL if it is malformed. */
int age_x25519_unwrap(const struct age_stanza *stanza, const uint8_t identity[32], const uint8_t recipient[32],
                      uint8_t file_key[AGE_FILE_KEY_SIZE], struct qorgan_error *error);

#endif
