/* A store read from a backup, and whether it is the one that the backup was made of. */
#include "store/restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/file.h"
#include "crypto/secret.h"
#include "store/restore_internal.h"
#include "store/vault_internal.h"

#define SIGNATURE_LIMIT 16384 /* bytes of a signature file */

/* ---- The files ---------------------------------------------------------------------- */

/* Before the long part, so that one that is missing is known at once. */
static int signature_read(const struct qorgan_restore *how, struct restore_part *part, struct qorgan_error *error)
{
	const char *path = how->signature;
	char *beside = NULL;
	int code = QORGAN_OK;

	if (how->unsigned_too)
		return QORGAN_OK;
	if (!path && strcmp(part->file, "-") == 0)
		return error_set(error, QORGAN_USAGE,
		                 "a backup from standard input takes its signature from a file: name it with --signature");
	if (!path && asprintf(&beside, "%s.minisig", part->file) < 0)
		return error_set_memory(error);
	if (!path)
		path = beside;
	code = file_read(path, SIGNATURE_LIMIT, &part->signature, error);
	if (code == QORGAN_ABSENT)
		error_set(error, code, "%s has no signature: there is no file %s; name it with --signature, or go on without one "
		          "by --unsigned", part->file, path);
	free(beside);
	return code;
}

static int parts_gather(struct restoring *restoring, const struct qorgan_restore *how, struct qorgan_error *error)
{
	size_t count = 1 + how->increment_count;
	int code = QORGAN_OK;

	if (how->increment_count && how->signature)
		return error_set(error, QORGAN_USAGE, "--signature is for one backup: of several, each has its own beside it");
	restoring->parts = aligned_alloc(_Alignof(struct restore_part), count * sizeof *restoring->parts);
	if (!restoring->parts)
		return error_set_memory(error);
	memset(restoring->parts, 0, count * sizeof *restoring->parts);
	restoring->count = count;
	for (size_t i = 0; i < count && !code; i++) {
		restoring->parts[i].file = i ? how->increments[i - 1] : how->file;
		code = signature_read(how, &restoring->parts[i], error);
	}
	return code;
}

/* The key that signs lies in a slot of the store itself, sealed for whoever opens it. */
static int signatures_check(const struct restoring *restoring, const struct qorgan_restore *how,
                            struct qorgan_error *error)
{
	struct minisign_public public;
	int code = QORGAN_OK;

	if (how->unsigned_too)
		return QORGAN_OK;
	minisign_public_of(restoring->store->keys->root.package_public, &public);
	for (size_t i = 0; i < restoring->count && !code; i++) {
		struct restore_part *part = &restoring->parts[i];
		code = minisign_verify(&part->hash, buffer_span(&part->signature), &public, NULL, error);
		if (code)
			code = error_prefix(error, code == QORGAN_PROTOCOL ? QORGAN_BAD_DATA : code, "%s cannot be trusted", part->file);
	}
	return code;
}

/* ---- The place ---------------------------------------------------------------------- */

/* Whether a store is in the place, be it one that cannot be read. */
static int place_look(const struct qorgan_restore *how, bool *taken, struct qorgan_error *error)
{
	struct engine *engine = NULL;
	struct qorgan_error why = { 0 };
	int code = engine_open(how->path, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &engine, &why);

	engine_close(engine);
	*taken = code == QORGAN_OK || code == QORGAN_IO;
	if (code == QORGAN_OK || code == QORGAN_IO)
		return QORGAN_OK;
	if (code == QORGAN_ABSENT || code == QORGAN_BAD_DATA)
		return site_check(how->path, error);
	if (error)
		*error = why;
	return code;
}

static int site_choose(struct restoring *restoring, const struct qorgan_restore *how, struct qorgan_error *error)
{
	char *place = NULL;
	int code = place_look(how, &restoring->replaces, error);

	if (!code && !restoring->replaces)
		return site_open(how->path, &restoring->site, error);
	place = code ? NULL : qorgan_store_is_on_server(how->path) ? strdup(how->path) : realpath(how->path, NULL);
	if (!code && !place)
		code = error_set_system(error, QORGAN_IO, "cannot find the store at %s again", how->path);
	if (!code)
		code = site_open_beside(place, &restoring->site, error);
	free(place);
	return code;
}

static int store_open(struct restoring *restoring, const struct qorgan_restore *how, struct qorgan_error *error)
{
	const unsigned flags = QORGAN_READ_ONLY | QORGAN_INSPECT | QORGAN_ANY_FILESYSTEM;
	const uint64_t failures = error_system_failures();
	int code = qorgan_store_open(site_folder(restoring->site), how->keys, flags, &restoring->store, error);

	/* What is damaged came so from the backup, if it is not this disk that fails. */
	bool damaged = code == QORGAN_IO && error_system_failures() == failures;
	if (code == QORGAN_IO || code == QORGAN_DENIED)
		code = error_prefix(error, damaged ? QORGAN_BAD_DATA : code, "the store in %s",
		                    restoring->parts[restoring->count - 1].file);
	if (code)
		return code;
	restoring->store->apart = true;
	qorgan_store_set_progress(restoring->store, how->progress, how->progress_context);
	return QORGAN_OK;
}

int restoring_begin(const struct qorgan_restore *how, struct qorgan_backup_facts *facts,
                    struct restoring **restoring, struct qorgan_error *error)
{
	struct restoring *made = calloc(1, sizeof *made);
	int code = made ? secret_start(error) : error_set_memory(error);

	*facts = (struct qorgan_backup_facts){ 0 };
	if (!code)
		code = parts_gather(made, how, error);
	if (!code)
		code = site_choose(made, how, error);
	if (!code)
		code = restore_read(how, site_folder(made->site), made->parts, made->count, facts, error);
	if (!code) {
		made->header = made->parts[made->count - 1].header;
		memcpy(facts->id, made->parts[made->count - 1].end.id, sizeof facts->id);
		backup_facts_fill(&made->header, facts);
		code = store_open(made, how, error);
	}
	if (!code)
		code = signatures_check(made, how, error);
	if (code) {
		restoring_end(made);
		return code;
	}
	*restoring = made;
	return QORGAN_OK;
}

struct qorgan_store *restoring_store(struct restoring *restoring)
{
	return restoring->store;
}

int restoring_compare(struct restoring *restoring, struct qorgan_error *error)
{
	const struct backup_header *header = &restoring->header;
	const struct qorgan_store *store = restoring->store;
	struct vault_view *view = NULL;
	uint8_t root[MERKLE_HASH_SIZE];
	char root_text[2 * MERKLE_HASH_SIZE + 1];
	int code = vault_view_begin(restoring->store, &view, error);

	if (code)
		return code;
	merkle_root(&view->state.tree, root);
	sodium_bin2hex(root_text, sizeof root_text, root, sizeof root);
	if (strcmp(header->store, store->id_text) || strcmp(header->state, store->keys->root.state) ||
	    header->leaves != view->state.tree.size || header->commits != view->state.commits ||
	    strcmp(header->root, root_text))
		code = error_set(error, QORGAN_BAD_DATA, "the first line of the backup is not of the store that is in it");
	vault_view_end(view);
	return code;
}

void restoring_end(struct restoring *restoring)
{
	if (!restoring)
		return;
	qorgan_store_close(restoring->store);
	for (size_t i = 0; i < restoring->count; i++)
		buffer_free(&restoring->parts[i].signature);
	free(restoring->parts);
	if (restoring->placed)
		site_free(restoring->site);
	else
		site_remove(restoring->site);
	free(restoring);
}
