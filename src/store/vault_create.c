/* Making a vault. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/create.h"
#include "store/slot.h"
#include "store/vault_internal.h"

static const struct slot_cost costs[] = {
	[QORGAN_KDF_INTERACTIVE] = { 2, (uint64_t)64 << 20 },
	[QORGAN_KDF_MODERATE] = { 3, (uint64_t)256 << 20 },
	[QORGAN_KDF_SENSITIVE] = { 4, (uint64_t)1 << 30 },
};

/* The first slot: for a recipient if one is given, else for a new passphrase. */
static int first_slot(struct qorgan_store *vault, const struct qorgan_creation *creation, struct buffer *slot,
                      struct qorgan_error *error)
{
	uint8_t recipient[32];
	int code;

	if (creation->recipient) {
		if (!age_recipient_parse(creation->recipient, recipient))
			return error_set(error, QORGAN_BAD_DATA,
			                 "%s is not an age recipient: it looks like age1... and comes from age-keygen",
			                 creation->recipient);
		return slot_make_recipient(vault->id, recipient, &vault->keys->root, slot, error);
	}
	if (!creation->ask)
		return error_set(error, QORGAN_DENIED, "a new store needs a passphrase or a recipient");
	char *passphrase = secret_alloc(SLOT_PASSPHRASE_LIMIT);
	if (!passphrase)
		return error_set_memory(error);
	code = creation->ask(creation->context, true, passphrase, SLOT_PASSPHRASE_LIMIT, error);
	if (!code && !*passphrase)
		code = error_set(error, QORGAN_DENIED, "the passphrase is empty");
	if (!code)
		code = slot_make_passphrase(vault->id, passphrase, costs[creation->kdf], &vault->keys->root, slot, error);
	secret_free(passphrase);
	return code;
}

static int rows_write(struct qorgan_store *vault, struct span slot, struct qorgan_error *error)
{
	struct layout_store row = { .magic = LAYOUT_MAGIC };
	struct log_state state = { 0 };
	struct engine_txn *txn = NULL;
	struct buffer text = { 0 };
	uint8_t *identity = secret_alloc(32);
	int code = identity ? engine_begin_write(vault->engine, &txn, error) : error_set_memory(error);

	if (code)
		goto done;
	bytes_put_u32(row.format, LAYOUT_FORMAT);
	memcpy(row.id, vault->id, sizeof row.id);
	bytes_put_u32(row.epoch, vault->keys->root.epoch);
	code = engine_put(txn, ENGINE_META, span_of(META_STORE), LAYOUT_SPAN(row), error);
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

/* A store may be put where nothing is, or in an empty folder. */
static int place_check(const char *path, struct qorgan_error *error)
{
	struct stat status;

	if (lstat(path, &status)) {
		if (errno == ENOENT)
			return QORGAN_OK;
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	}
	if (!S_ISDIR(status.st_mode))
		return error_set(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s: a file is there", path);
	/* An empty folder can be removed and made again; one with content cannot. */
	if (rmdir(path)) {
		if (errno == ENOTEMPTY || errno == EEXIST)
			return error_set(error, QORGAN_CANNOT_CREATE,
			                 "cannot make a store at %s: the folder holds something already", path);
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	}
	if (mkdir(path, 0700))
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	return QORGAN_OK;
}

static int folder_beside(const char *path, char **folder, struct qorgan_error *error)
{
	char *copy = strdup(path);
	int code = copy ? file_make_folders(dirname(copy), 0700, error) : error_set_memory(error);

	free(copy);
	if (code)
		return code;
	size_t size = strlen(path);
	while (size > 1 && path[size - 1] == '/')
		size--;
	if (asprintf(folder, "%.*s.new-XXXXXX", (int)size, path) < 0) {
		*folder = NULL;
		return error_set_memory(error);
	}
	if (!mkdtemp(*folder))
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	return QORGAN_OK;
}

int vault_create(const char *path, const struct qorgan_creation *creation, struct qorgan_store **vault,
                 struct qorgan_error *error)
{
	struct qorgan_store *made = calloc(1, sizeof *made);
	struct buffer slot = { 0 };
	char *folder = NULL;
	int code = made ? secret_start(error) : error_set_memory(error);

	if (!code && !time_now(&made->now))
		code = error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment such as 2026-02-01T10:00:00Z");
	if (!code && !record_user_check(creation->user))
		code = error_set(error, QORGAN_BAD_DATA,
		                 "%s is not a user's name: letters, digits, '.', '_' and '-', at most 63", creation->user);
	if (!code) {
		made->keys = secret_alloc(sizeof *made->keys);
		if (!made->keys)
			code = error_set_memory(error);
	}
	if (!code)
		code = place_check(path, error);
	if (!code)
		code = folder_beside(path, &folder, error);
	if (!code) {
		struct keys_root *root = secret_alloc(sizeof *root);
		if (root) {
			randombytes_buf(made->id, sizeof made->id);
			sodium_bin2hex(made->id_text, sizeof made->id_text, made->id, sizeof made->id);
			keys_generate(creation->state, creation->user, root);
			keys_derive(root, made->keys);
			snprintf(made->origin, sizeof made->origin, "qorgan/%s/%s", creation->state, made->id_text);
		} else {
			code = error_set_memory(error);
		}
		secret_free(root);
	}
	if (!code)
		code = first_slot(made, creation, &slot, error);
	if (!code) {
		made->path = realpath(folder, NULL);
		code = made->path ? engine_open_lmdb(folder, ENGINE_CREATE | (creation->any_filesystem ? ENGINE_ANY_FILESYSTEM : 0),
		                                     &made->engine, error)
		                  : error_set_memory(error);
	}
	if (!code)
		code = rows_write(made, buffer_span(&slot), error);
	buffer_free(&slot);
	if (code && made)
		vault_create_discard(made);
	if (code && folder)
		rmdir(folder);
	free(folder);
	if (!code)
		*vault = made;
	return code;
}

int vault_create_finish(struct qorgan_store *vault, const char *path, struct qorgan_error *error)
{
	/* The engine knows its files by their old names. */
	engine_close(vault->engine);
	vault->engine = NULL;
	if (rename(vault->path, path))
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a store at %s", path);
	char *place = realpath(path, NULL);
	if (!place)
		return error_set_memory(error);
	free(vault->path);
	vault->path = place;
	int code = engine_open_lmdb(place, ENGINE_ANY_FILESYSTEM, &vault->engine, error);
	if (code || !vault->seen.known)
		return code;
	snprintf(vault->seen.path, sizeof vault->seen.path, "%s", place);
	return seen_save(vault->id_text, vault->keys, &vault->seen, error);
}

void vault_create_discard(struct qorgan_store *vault)
{
	static const char *const files[] = { "store.mdb", "store.mdb-lock", "writer.lock" };
	struct buffer seen = { 0 };

	engine_close(vault->engine);
	vault->engine = NULL;
	for (size_t i = 0; vault->path && i < sizeof files / sizeof files[0]; i++) {
		char *file = file_join(vault->path, files[i]);
		if (file)
			unlink(file);
		free(file);
	}
	if (vault->path)
		rmdir(vault->path);
	if (vault->seen.known && seen_path(vault->id_text, &seen))
		unlink(seen.data);
	buffer_free(&seen);
	qorgan_store_close(vault);
}
