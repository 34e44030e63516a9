/* Keys kept by the kernel for a session (keyrings(7)), by libkeyutils. */
#include "store/session.h"

#include <stdio.h>
#include <string.h>

#include <keyutils.h>
#include <sodium.h>

#include "crypto/secret.h"
#include "store/author.h"

/* What lies in the keyring: read by this program alone, on this machine, so as it is in
 * memory. Another form of it has another first number. */
#define SESSION_FORM 2
#define DIGEST_SIZE 16
struct session_keys {
	uint32_t form;
	uint8_t slot, digest[DIGEST_SIZE]; /* number and BLAKE2b of the slot that was opened */
	struct slot_door door;
	struct keys_root root;
	struct author_key author;
};

struct session_name {
	char text[sizeof "qorgan:" + 2 * KEYS_STORE_ID_SIZE];
};

static struct session_name name_of(const struct qorgan_store *vault)
{
	struct session_name name;

	snprintf(name.text, sizeof name.text, "qorgan:%s", vault->id_text);
	return name;
}

static key_serial_t key_find(const struct qorgan_store *vault)
{
	return (key_serial_t)keyctl_search(KEY_SPEC_SESSION_KEYRING, "user", name_of(vault).text, 0);
}

static int slot_digest(struct vault_view *view, uint8_t number, uint8_t digest[DIGEST_SIZE], struct qorgan_error *error)
{
	const char key[2] = { META_SLOT[0], (char)number };
	struct span slot;
	int code = engine_get(view->txn, ENGINE_META, (struct span){ key, sizeof key }, &slot, error);

	if (!code)
		crypto_generichash(digest, DIGEST_SIZE, (const uint8_t *)slot.data, slot.size, NULL, 0);
	return code;
}

/* ---- Opening ------------------------------------------------------------------------ */

static bool kept_is_good(struct qorgan_store *vault, struct engine_txn *txn, const struct session_keys *kept, long size)
{
	struct vault_view view = { .vault = vault, .txn = txn };
	uint8_t digest[DIGEST_SIZE];

	/* Whatever runs in the session could have put it there. */
	return size == (long)sizeof *kept && kept->form == SESSION_FORM && kept->slot < LAYOUT_SLOTS &&
	       kept->door.kind > SLOT_DAMAGED && kept->door.kind <= SLOT_SECURITY_KEY &&
	       kept->door.credential.id_size <= SECURITY_KEY_CREDENTIAL_LIMIT &&
	       memchr(kept->root.state, '\0', sizeof kept->root.state) && memchr(kept->root.user, '\0', sizeof kept->root.user) &&
	       slot_digest(&view, kept->slot, digest, NULL) == QORGAN_OK &&
	       sodium_memcmp(digest, kept->digest, sizeof digest) == 0;
}

int session_open(struct qorgan_store *vault, struct engine_txn *txn, struct keys_root *root)
{
	struct session_keys *kept = secret_alloc(sizeof *kept);
	key_serial_t key = kept ? key_find(vault) : -1;
	int code = QORGAN_DENIED;

	if (key >= 0 && kept_is_good(vault, txn, kept, keyctl_read(key, (char *)kept, sizeof *kept))) {
		*root = kept->root;
		vault->slot = kept->slot;
		vault->door = kept->door;
		*vault->author = kept->author;
		code = QORGAN_OK;
	}
	secret_free(kept);
	return code;
}

/* ---- Keeping and forgetting ----------------------------------------------------------- */

/* A keyring may take a key and not give it back, as where no session keyring is possessed. */
static int kept_check(const struct qorgan_store *vault, struct qorgan_error *error)
{
	char byte;

	if (key_find(vault) >= 0 && keyctl_read(key_find(vault), &byte, sizeof byte) > 0)
		return QORGAN_OK;
	return error_set_system(error, QORGAN_CANNOT_CREATE, "this session has no keyring that gives keys back: log in anew, or "
	                        "begin one with keyctl session");
}

int qorgan_session_keep(struct qorgan_store *store, unsigned seconds, struct qorgan_error *error)
{
	struct session_keys *kept = secret_alloc(sizeof *kept);
	struct vault_view *view = NULL;
	key_serial_t key = -1;
	int code = kept ? vault_view_begin(store, &view, error) : error_set_memory(error);

	if (!code && (seconds == 0 || seconds > SESSION_SECONDS_LIMIT))
		code = error_set(error, QORGAN_USAGE, "keys are kept for a second at least, and for %d hours at most",
		                 SESSION_SECONDS_LIMIT / 3600);
	if (!code) {
		kept->form = SESSION_FORM;
		kept->slot = store->slot;
		kept->door = store->door;
		kept->root = store->keys->root;
		kept->author = *store->author;
		code = slot_digest(view, store->slot, kept->digest, error);
	}
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_BUSY, "the slot was removed meanwhile: run the command again");
	if (!code) {
		key = add_key("user", name_of(store).text, kept, sizeof *kept, KEY_SPEC_SESSION_KEYRING);
		/* The possessor alone, which is every process of this session. */
		if (key < 0 || keyctl_setperm(key, KEY_POS_ALL) || keyctl_set_timeout(key, seconds))
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "the kernel keeps no keys for this session");
		else
			code = kept_check(store, error);
	}
	if (code && key >= 0)
		keyctl_invalidate(key);
	vault_view_end(view);
	secret_free(kept);
	return code;
}

/* Whatever store it is: its id lies in the clear. */
int qorgan_session_end(const char *path, bool *ended, struct qorgan_error *error)
{
	struct qorgan_store *vault = NULL;
	int code = vault_identify(path, &vault, error);
	key_serial_t key = code ? -1 : key_find(vault);

	*ended = key >= 0;
	if (*ended && keyctl_invalidate(key) && keyctl_revoke(key))
		code = error_set_system(error, QORGAN_IO, "the kernel does not forget the keys");
	qorgan_store_close(vault);
	return code;
}
