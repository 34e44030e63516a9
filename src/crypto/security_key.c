/* Asking security keys. */
#include "crypto/security_key.h"

#include <sodium.h>
#include <string.h>

#include "crypto/fido_library.h"
#include "crypto/secret.h"

/* The relying party of all credentials: part of the format. */
#define PARTY "qorgan"
#define KEYS_LIMIT 16       /* that are looked at, of those that are plugged in */
#define PATIENCE_MS 60000   /* for an answer: keys themselves give up after some 30 seconds */
#define PIN_LEAST 4         /* bytes of a PIN, by CTAP2 */
#define PIN_MOST 63
#define PRODUCT_SIZE 64

/* One that is plugged in, and open. */
struct key {
	const struct fido_library *fido;
	fido_dev_t *device;
	char product[PRODUCT_SIZE]; /* what it calls itself, as far as that can be shown */
};

/* ---- Keys that are plugged in --------------------------------------------------------- */

struct plugged {
	const struct fido_library *fido;
	fido_dev_info_t *list;
	size_t count;
};

static int plugged_look(struct plugged *plugged, struct qorgan_error *error)
{
	*plugged = (struct plugged){ .fido = fido_library(error) };
	if (!plugged->fido)
		return QORGAN_ABSENT;
	plugged->list = plugged->fido->fido_dev_info_new(KEYS_LIMIT);
	if (!plugged->list)
		return error_set_memory(error);
	int failed = plugged->fido->fido_dev_info_manifest(plugged->list, KEYS_LIMIT, &plugged->count);
	if (failed != FIDO_OK)
		return error_set(error, QORGAN_ABSENT, "cannot look for security keys: %s", plugged->fido->fido_strerr(failed));
	return plugged->count ? QORGAN_OK
	                      : error_set(error, QORGAN_ABSENT, "no security key is plugged in that you may use: plug it in, and "
	                                  "if it is, see qorgan doctor");
}

static void plugged_free(struct plugged *plugged)
{
	if (plugged->fido)
		plugged->fido->fido_dev_info_free(&plugged->list, KEYS_LIMIT);
}

static void product_copy(const char *from, char to[PRODUCT_SIZE])
{
	size_t size = 0;

	for (; from && *from && size + 1 < PRODUCT_SIZE; from++)
		to[size++] = *from >= ' ' && *from <= '~' ? *from : '?';
	to[size] = '\0';
}

static void key_close(struct key *key)
{
	if (key->device)
		key->fido->fido_dev_close(key->device);
	if (key->device)
		key->fido->fido_dev_free(&key->device);
}

/* One that does not open, or knows no FIDO2, is passed over: false. */
static bool key_open(const struct plugged *plugged, size_t number, struct key *key)
{
	const struct fido_library *fido = plugged->fido;
	const fido_dev_info_t *about = fido->fido_dev_info_ptr(plugged->list, number);

	*key = (struct key){ .fido = fido, .device = fido->fido_dev_new_with_info(about) };
	product_copy(fido->fido_dev_info_product_string(about), key->product);
	if (!key->product[0])
		strcpy(key->product, "FIDO2");
	if (key->device && fido->fido_dev_open_with_info(key->device) == FIDO_OK &&
	    fido->fido_dev_set_timeout(key->device, PATIENCE_MS) == FIDO_OK && fido->fido_dev_is_fido2(key->device))
		return true;
	key_close(key);
	return false;
}

/* ---- What keys answer ------------------------------------------------------------------- */

static int tries_left(const struct key *key)
{
	int tries;

	return key->fido->fido_dev_get_retry_count(key->device, &tries) == FIDO_OK ? tries : -1;
}

static int pin_blocked(const struct key *key, struct qorgan_error *error)
{
	return error_set(error, QORGAN_DENIED, "the PIN of the security key %s is blocked after too many wrong ones: it opens nothing any "
	                 "more; pull it out, open the store in another way, reset the key, and add it again", key->product);
}

static int pin_wrong(const struct key *key, struct qorgan_error *error)
{
	int tries = tries_left(key);

	if (tries < 0)
		return error_set(error, QORGAN_DENIED, "wrong PIN of the security key %s", key->product);
	if (tries == 0)
		return pin_blocked(key, error);
	return error_set(error, QORGAN_DENIED, "wrong PIN of the security key %s; tries that are left before it is blocked: %d",
	                 key->product, tries);
}

/* Says why a key did not do what it was asked. */
static int key_failure(const struct key *key, int failed, struct qorgan_error *error)
{
	switch (failed) {
	case FIDO_ERR_PIN_INVALID:
		return pin_wrong(key, error);
	case FIDO_ERR_PIN_AUTH_BLOCKED:
		return error_set(error, QORGAN_DENIED, "the security key %s takes no PIN after several wrong ones: pull it out, plug it in, "
		                 "and try again", key->product);
	case FIDO_ERR_PIN_BLOCKED:
		return pin_blocked(key, error);
	case FIDO_ERR_PIN_REQUIRED:
	case FIDO_ERR_PIN_AUTH_INVALID:
	case FIDO_ERR_PIN_NOT_SET:
		return error_set(error, QORGAN_DENIED, "the security key %s has another PIN setting than when it was added: a PIN was set, "
		                 "taken away, or is now always asked for", key->product);
	case FIDO_ERR_ACTION_TIMEOUT:
	case FIDO_ERR_USER_ACTION_TIMEOUT:
		return error_set(error, QORGAN_DENIED, "nobody touched the security key %s in time: try again", key->product);
	case FIDO_ERR_OPERATION_DENIED:
	case FIDO_ERR_KEEPALIVE_CANCEL:
		return error_set(error, QORGAN_DENIED, "the security key %s was told not to answer: try again", key->product);
	default:
		return error_set(error, QORGAN_IO, "the security key %s does not answer as it must (%s): pull it out, plug it in, and try "
		                 "again", key->product, key->fido->fido_strerr(failed));
	}
}

/* An assertion by one credential, to be filled in; NULL without memory. */
static fido_assert_t *assertion_make(const struct fido_library *fido, const struct security_key_credential *credential)
{
	uint8_t challenge[32];
	fido_assert_t *assertion = fido->fido_assert_new();

	/* Nobody checks the signature: what counts is the secret. */
	randombytes_buf(challenge, sizeof challenge);
	if (assertion && fido->fido_assert_set_rp(assertion, PARTY) == FIDO_OK &&
	    fido->fido_assert_set_clientdata_hash(assertion, challenge, sizeof challenge) == FIDO_OK &&
	    fido->fido_assert_allow_cred(assertion, credential->id, credential->id_size) == FIDO_OK)
		return assertion;
	fido->fido_assert_free(&assertion);
	return NULL;
}

/* Whether the key has the credential: it tells without a touch and without the PIN. */
static bool key_has(const struct key *key, const struct security_key_credential *credential)
{
	fido_assert_t *assertion = assertion_make(key->fido, credential);
	bool has = assertion && key->fido->fido_assert_set_up(assertion, FIDO_OPT_FALSE) == FIDO_OK &&
	           key->fido->fido_dev_get_assert(key->device, assertion, NULL) == FIDO_OK;

	key->fido->fido_assert_free(&assertion);
	return has;
}

static bool key_has_any(const struct key *key, const struct security_key_credential *credentials, size_t count,
                        size_t *which)
{
	for (*which = 0; *which < count; ++*which)
		if (key_has(key, &credentials[*which]))
			return true;
	return false;
}

/* Asks for the PIN. A key tells how many tries it has left without using one up. */
static int pin_ask(const struct key *key, const struct qorgan_security_key *how, char pin[PIN_MOST + 1],
                   struct qorgan_error *error)
{
	int tries = tries_left(key);

	if (tries == 0)
		return pin_blocked(key, error);
	int code = how->pin(how->context, key->product, tries, pin, PIN_MOST + 1, error);
	if (!code && (strlen(pin) < PIN_LEAST))
		code = error_set(error, QORGAN_DENIED, "a PIN has %d to %d letters or digits: the security key was not asked", PIN_LEAST,
		                 PIN_MOST);
	return code;
}

/* The secret; with `pin` NULL, by a touch alone. */
static int secret_ask(const struct key *key, const struct qorgan_security_key *how,
                      const struct security_key_credential *credential, const char *pin,
                      uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct qorgan_error *error)
{
	const struct fido_library *fido = key->fido;
	fido_assert_t *assertion = assertion_make(fido, credential);
	int code = QORGAN_OK;

	if (!assertion || fido->fido_assert_set_extensions(assertion, FIDO_EXT_HMAC_SECRET) != FIDO_OK ||
	    fido->fido_assert_set_hmac_salt(assertion, credential->salt, sizeof credential->salt) != FIDO_OK)
		code = error_set_memory(error);
	if (!code) {
		how->touch(how->context, key->product);
		int failed = fido->fido_dev_get_assert(key->device, assertion, pin);
		if (failed != FIDO_OK)
			code = key_failure(key, failed, error);
		else if (fido->fido_assert_count(assertion) != 1 ||
		         fido->fido_assert_hmac_secret_len(assertion, 0) != SECURITY_KEY_SECRET_SIZE)
			code = key_failure(key, FIDO_ERR_INVALID_ARGUMENT, error);
		else
			memcpy(secret, fido->fido_assert_hmac_secret_ptr(assertion, 0), SECURITY_KEY_SECRET_SIZE);
	}
	fido->fido_assert_free(&assertion);
	return code;
}

/* ---- Asking ------------------------------------------------------------------------------- */

int security_key_ask(const struct qorgan_security_key *how, const struct security_key_credential *credentials,
                     size_t count, size_t *which, uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct qorgan_error *error)
{
	struct plugged plugged;
	struct key key = { 0 };
	char *pin = NULL;
	int code = plugged_look(&plugged, error);
	bool found = false;

	for (size_t i = 0; i < plugged.count && !code && !found; i++) {
		found = key_open(&plugged, i, &key) && key_has_any(&key, credentials, count, which);
		if (!found)
			key_close(&key);
	}
	if (!code && !found)
		code = error_set(error, QORGAN_ABSENT, "no security key that is plugged in opens this store: plug in the one that was added "
		                 "to it");
	if (!code && !(pin = secret_alloc(PIN_MOST + 1)))
		code = error_set_memory(error);
	if (!code && credentials[*which].asks_pin)
		code = pin_ask(&key, how, pin, error);
	if (!code)
		code = secret_ask(&key, how, &credentials[*which], credentials[*which].asks_pin ? pin : NULL, secret, error);
	secret_free(pin);
	key_close(&key);
	plugged_free(&plugged);
	return code;
}

/* ---- Adding ------------------------------------------------------------------------------- */

/* The one key that can be added: not two of them, and none that opens the store already. */
static int key_choose(const struct plugged *plugged, const struct security_key_credential *known, size_t count,
                      struct key *chosen, struct qorgan_error *error)
{
	unsigned others = 0, taken = 0;
	size_t which;

	for (size_t i = 0; i < plugged->count; i++) {
		struct key key;
		if (!key_open(plugged, i, &key))
			continue;
		if (key_has_any(&key, known, count, &which)) {
			taken++;
			key_close(&key);
		} else if (others++) {
			key_close(&key);
		} else {
			*chosen = key;
		}
	}
	if (others > 1)
		return error_set(error, QORGAN_DENIED, "%u security keys are plugged in that could be added: leave only the one that is meant",
		                 others);
	if (taken && !others)
		return error_set(error, QORGAN_DENIED, "the security key that is plugged in opens this store already: plug in another, or take "
		                 "its slot away first");
	return others ? QORGAN_OK
	              : error_set(error, QORGAN_ABSENT, "what is plugged in is no FIDO2 security key, or is in use by another program");
}

/* Whether the key can do what is asked of it. */
static int key_check(const struct key *key, const struct qorgan_security_key *how, struct qorgan_error *error)
{
	const struct fido_library *fido = key->fido;
	fido_cbor_info_t *about = fido->fido_cbor_info_new();
	bool knows = false;

	if (about && fido->fido_dev_get_cbor_info(key->device, about) == FIDO_OK) {
		char **names = fido->fido_cbor_info_extensions_ptr(about);
		for (size_t i = 0; i < fido->fido_cbor_info_extensions_len(about); i++)
			knows |= strcmp(names[i], "hmac-secret") == 0;
	}
	fido->fido_cbor_info_free(&about);
	if (!knows)
		return error_set(error, QORGAN_DENIED, "the security key %s cannot keep a secret for a store (it lacks the extension "
		                 "hmac-secret): use another", key->product);
	if (!how->without_pin && !fido->fido_dev_has_pin(key->device))
		return error_set(error, QORGAN_DENIED, "the security key %s has no PIN: set one, as with fido2-token -S, or let a touch alone "
		                 "open the store, with --without-pin", key->product);
	return QORGAN_OK;
}

/* A credential that stays in the hands of who keeps its id, and not on the key. */
static int credential_make(const struct key *key, const struct qorgan_security_key *how, const char *pin,
                           struct security_key_credential *made, struct qorgan_error *error)
{
	const struct fido_library *fido = key->fido;
	fido_cred_t *credential = fido->fido_cred_new();
	uint8_t challenge[32], user[16];
	int code = QORGAN_OK;

	randombytes_buf(challenge, sizeof challenge);
	randombytes_buf(user, sizeof user);
	if (!credential || fido->fido_cred_set_type(credential, COSE_ES256) != FIDO_OK ||
	    fido->fido_cred_set_rp(credential, PARTY, "Qorgan") != FIDO_OK ||
	    fido->fido_cred_set_user(credential, user, sizeof user, PARTY, PARTY, NULL) != FIDO_OK ||
	    fido->fido_cred_set_clientdata_hash(credential, challenge, sizeof challenge) != FIDO_OK ||
	    fido->fido_cred_set_extensions(credential, FIDO_EXT_HMAC_SECRET) != FIDO_OK)
		code = error_set_memory(error);
	if (!code) {
		how->touch(how->context, key->product);
		int failed = fido->fido_dev_make_cred(key->device, credential, pin);
		size_t size = failed == FIDO_OK ? fido->fido_cred_id_len(credential) : 0;
		if (failed != FIDO_OK)
			code = key_failure(key, failed, error);
		else if (size == 0 || size > sizeof made->id)
			code = key_failure(key, FIDO_ERR_INVALID_ARGUMENT, error);
		else
			memcpy(made->id, fido->fido_cred_id_ptr(credential), size);
		made->id_size = (uint16_t)size;
	}
	fido->fido_cred_free(&credential);
	return code;
}

int security_key_enroll(const struct qorgan_security_key *how, const struct security_key_credential *known, size_t count,
                        struct security_key_credential *made, uint8_t secret[SECURITY_KEY_SECRET_SIZE],
                        struct qorgan_error *error)
{
	struct plugged plugged;
	struct key key = { 0 };
	char *pin = secret_alloc(PIN_MOST + 1);
	bool has_pin = false;
	int code = plugged_look(&plugged, error);

	*made = (struct security_key_credential){ .asks_pin = !how->without_pin };
	randombytes_buf(made->salt, sizeof made->salt);
	if (!code && !pin)
		code = error_set_memory(error);
	if (!code)
		code = key_choose(&plugged, known, count, &key, error);
	if (!code)
		code = key_check(&key, how, error);
	/* A key that has a PIN asks for it before it makes anything. */
	if (!code && (has_pin = key.fido->fido_dev_has_pin(key.device)))
		code = pin_ask(&key, how, pin, error);
	if (!code)
		code = credential_make(&key, how, has_pin ? pin : NULL, made, error);
	if (!code)
		code = secret_ask(&key, how, made, made->asks_pin ? pin : NULL, secret, error);
	secret_free(pin);
	key_close(&key);
	plugged_free(&plugged);
	return code;
}
