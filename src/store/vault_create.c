/* Making a vault. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/author.h"
#include "store/create.h"
#include "store/site.h"
#include "store/vault_internal.h"
#include "store/vault_slots.h"

/* What can be known to be wrong before anything is made. */
static int creation_check(const struct qorgan_creation *creation, struct qorgan_error *error)
{
	uint8_t recipient[32];

	if (!record_user_check(creation->user))
		return error_set(error, QORGAN_BAD_DATA,
		                 "%s is not a user's name: letters, digits, '.', '_' and '-', at most 63", creation->user);
	if (creation->recipient && !age_recipient_parse(creation->recipient, recipient))
		return error_set(error, QORGAN_BAD_DATA,
		                 "%s is not an age recipient: it looks like age1... and comes from age-keygen",
		                 creation->recipient);
	if (!creation->recipient && !creation->ask && !creation->security_key)
		return error_set(error, QORGAN_DENIED, "a new store needs a passphrase, a recipient or a security key");
	return QORGAN_OK;
}

static int keys_make(struct qorgan_store *vault, const struct qorgan_creation *creation, struct qorgan_error *error)
{
	struct keys_root *root = secret_alloc(sizeof *root);

	vault->keys = secret_alloc(sizeof *vault->keys);
	vault->author = secret_alloc(sizeof *vault->author); /* made with the founder's record */
	int code = root && vault->keys && vault->author ? QORGAN_OK : error_set_memory(error);
	if (!code) {
		vault->format = LAYOUT_FORMAT;
		randombytes_buf(vault->id, sizeof vault->id);
		sodium_bin2hex(vault->id_text, sizeof vault->id_text, vault->id, sizeof vault->id);
		snprintf(vault->origin, sizeof vault->origin, "qorgan/%s/%s", creation->state, vault->id_text);
		code = keys_generate(creation->state, creation->user, root, error);
	}
	if (!code)
		code = keys_derive(root, vault->keys, error);
	secret_free(root);
	return code;
}

/* The first slot: for a recipient or a security key if one is given, else for a new passphrase. */
static int first_slot(struct qorgan_store *vault, const struct qorgan_creation *creation, struct buffer *slot,
                      struct qorgan_error *error)
{
	uint8_t recipient[32];
	int code = QORGAN_OK;

	if (creation->recipient && age_recipient_parse(creation->recipient, recipient))
		vault->door = slot_door_recipient(recipient);
	else if (creation->security_key)
		code = vault_door_key(vault, creation->security_key, &vault->door, error);
	else
		code = vault_door_ask(creation->kdf, creation->ask, creation->context, &vault->door, error);
	return code ? code : slot_make(vault->id, &vault->door, &vault->keys->root, slot, error);
}

static int rows_write(struct qorgan_store *vault, struct span slot, struct qorgan_error *error)
{
	struct log_state state = { 0 };
	struct engine_txn *txn = NULL;
	struct buffer text = { 0 };
	uint8_t *identity = secret_alloc(32);
	int code = identity ? engine_begin_write(vault->engine, &txn, error) : error_set_memory(error);

	if (code)
		goto done;
	code = vault_store_row_put(vault, txn, error);
	if (!code)
		code = engine_put(txn, ENGINE_META, (struct span){ META_SLOT "\0", sizeof META_SLOT }, slot, error);
	if (!code) {
		randombytes_buf(identity, 32);
		code = vault_meta_put(vault, txn, META_IDENTITY, (struct span){ (const char *)identity, 32 }, error);
	}
	if (!code) {
		log_state_write(&state, &text);
		code = text.failed ? error_set_memory(error) : vault_meta_put(vault, txn, META_STATE, buffer_span(&text), error);
	}
	if (!code) {
		code = engine_commit(txn, error);
		txn = NULL;
	}
done:
	engine_abort(txn);
	secret_free(identity);
	buffer_free(&text);
	return code;
}

static int store_make(struct qorgan_store *vault, const char *path, bool any_filesystem, struct span slot,
                      struct qorgan_error *error)
{
	unsigned flags = ENGINE_CREATE | (any_filesystem ? ENGINE_ANY_FILESYSTEM : 0);
	int code = site_open(path, &vault->site, error);

	if (code)
		return code;
	vault->path = strdup(site_folder(vault->site));
	code = vault->path ? engine_open(vault->path, flags, &vault->engine, error) : error_set_memory(error);
	return code ? code : rows_write(vault, slot, error);
}

int vault_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **vault,
                 struct qorgan_error *error)
{
	struct qorgan_store *made = calloc(1, sizeof *made);
	struct buffer slot = { 0 };
	int code = made ? secret_start(error) : error_set_memory(error);

	if (!code && !time_now(&made->now))
		code = error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment such as 2026-02-01T10:00:00Z");
	if (!code)
		code = creation_check(creation, error);
	if (!code)
		code = site_check(path, error);
	if (!code)
		code = keys_make(made, creation, error);
	if (!code)
		code = first_slot(made, creation, &slot, error);
	if (!code)
		code = store_make(made, path, creation->any_filesystem, buffer_span(&slot), error);
	buffer_free(&slot);
	if (code && made)
		vault_create_discard(made);
	if (!code)
		*vault = made;
	return code;
}

int vault_create_finish(struct qorgan_store *vault, struct qorgan_error *error)
{
	/* The engine knows its files by their old names. */
	engine_close(vault->engine);
	vault->engine = NULL;
	int code = site_settle(vault->site, error);
	char *place = code ? NULL : strdup(site_folder(vault->site));
	if (!code && !place)
		code = error_set_memory(error);
	if (code)
		return code;
	free(vault->path);
	vault->path = place;
	code = engine_open(place, ENGINE_ANY_FILESYSTEM, &vault->engine, error);
	if (code)
		return code;
	site_free(vault->site);
	vault->site = NULL;
	if (vault->seen.known) {
		snprintf(vault->seen.path, sizeof vault->seen.path, "%s", place);
		vault_remember(vault);
	}
	return QORGAN_OK;
}

void vault_create_discard(struct qorgan_store *vault)
{
	struct buffer seen = { 0 };

	engine_close(vault->engine);
	vault->engine = NULL;
	site_remove(vault->site);
	vault->site = NULL;
	if (vault->seen.known && seen_path(vault->id_text, &seen))
		unlink(seen.data);
	buffer_free(&seen);
	qorgan_store_close(vault);
}
