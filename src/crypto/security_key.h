/* Security keys (FIDO2), by libfido2: a key computes a secret of 32 bytes from a salt and from
 * what never leaves it (the extension hmac-secret), once somebody touches it and types its PIN.
 * What is kept of it is a credential, which is of use to that key alone. */
#ifndef CRYPTO_SECURITY_KEY_H
#define CRYPTO_SECURITY_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "qorgan/store.h"

#define SECURITY_KEY_SALT_SIZE 32
#define SECURITY_KEY_SECRET_SIZE 32
#define SECURITY_KEY_CREDENTIAL_LIMIT 1023 /* bytes of an id, as WebAuthn bounds it */

struct security_key_credential {
	uint8_t salt[SECURITY_KEY_SALT_SIZE];
	bool asks_pin; /* else a touch suffices: the secret is another then */
	uint16_t id_size;
	uint8_t id[SECURITY_KEY_CREDENTIAL_LIMIT];
};

/* security_key_enroll(how, known, count, made, secret, error): a new credential with a new
 * salt, and the secret, on the one key that is plugged in and has none of those that are
 * known. It is touched twice. QORGAN_ABSENT if there is no such key. */
int security_key_enroll(const struct qorgan_security_key *how, const struct security_key_credential *known, size_t count,
                        struct security_key_credential *made, uint8_t secret[SECURITY_KEY_SECRET_SIZE],
                        struct qorgan_error *error);

/* security_key_ask(how, credentials, count, which, secret, error): the secret of the first of
 * the credentials that a key which is plugged in has; *which: its place. QORGAN_ABSENT if no key
 * is there, or none has one of them; else, as of security_key_enroll, QORGAN_DENIED if the PIN is
 * wrong or blocked, or nobody touched the key in its time, QORGAN_IO if it fails. */
int security_key_ask(const struct qorgan_security_key *how, const struct security_key_credential *credentials,
                     size_t count, size_t *which, uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct qorgan_error *error);

#endif
