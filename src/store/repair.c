/* Repairing: opening what there is, and ending it; what packages say. */
#include "store/repair.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "store/partner_secret.h"
#include "store/repair_internal.h"

const char *const qorgan_repair_fates[] = { "whole", "rebuilt", "taken", "lost", NULL };

/* ---- Beginning ------------------------------------------------------------------------ */

static int backup_open(struct repairing *r, const char *file, struct qorgan_error *error)
{
	struct repair_backup *backup = &r->backups[r->backup_count];
	struct qorgan_backup_facts facts;
	struct qorgan_restore how = {
		.file = file, .path = r->how->place, .keys = r->how->keys, .identity = r->how->backup_identity,
		.unsigned_too = r->how->unsigned_too, .any_filesystem = r->how->any_filesystem,
		.progress = r->how->progress, .progress_context = r->how->progress_context,
	};
	int code;

	if (strcmp(file, "-") == 0)
		return error_set(error, QORGAN_USAGE, "a backup to repair from is a file, as it is read more than once");
	code = restoring_begin(&how, &facts, &backup->restoring, error);
	if (code)
		return code;
	r->backup_count++;
	backup->file = file;
	backup->store = restoring_store(backup->restoring);
	code = vault_view_begin(backup->store, &backup->view, error);
	return code ? error_prefix(error, code, "%s", file) : QORGAN_OK;
}

int repairing_begin(const struct qorgan_repair *how, struct repairing **repairing, struct qorgan_error *error)
{
	struct repairing *r = calloc(1, sizeof *r);
	int64_t now = 0;
	int code = r ? secret_start(error) : error_set_memory(error);

	if (!code && !time_now(&now))
		code = error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment such as 2026-02-01T10:00:00Z");
	if (!code) {
		r->how = how;
		time_format(now, r->found);
		r->backups = calloc(how->backup_count + 1, sizeof *r->backups);
		code = r->backups ? site_check(how->place, error) : error_set_memory(error);
	}
	if (!code && how->backup_count > UINT8_MAX)
		code = error_set(error, QORGAN_USAGE, "too many backups");
	if (!code && engine_is_server(how->path))
		code = error_set(error, QORGAN_USAGE, "repair reads files, and %s lies on a server: put a backup in its place with "
		                 "qorgan restore-backup", how->path);
	if (!code)
		code = engine_salvage_open(how->path, &r->salvage, error);
	for (size_t i = 0; !code && i < how->backup_count; i++)
		code = backup_open(r, how->backups[i], error);
	if (!code)
		code = repair_base_open(r, error);
	if (!code) {
		qorgan_store_set_progress(r->base, how->progress, how->progress_context);
		code = repair_gather(r, error);
	}
	if (code) {
		repairing_end(r);
		return code;
	}
	*repairing = r;
	return QORGAN_OK;
}

/* ---- Ending ----------------------------------------------------------------------------- */

static void lists_free(struct repairing *r)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta); i++)
		buffer_free(&REPAIR_AT(r->meta, struct repair_meta, i)->value);
	for (size_t i = 0; i < REPAIR_COUNT(r->checkpoints, struct repair_checkpoint); i++)
		free(REPAIR_AT(r->checkpoints, struct repair_checkpoint, i)->note);
	for (size_t i = 0; i < REPAIR_COUNT(r->package_hashes, struct repair_hashes); i++)
		buffer_free(&REPAIR_AT(r->package_hashes, struct repair_hashes, i)->hashes);
	for (size_t i = 0; i < REPAIR_COUNT(r->files, struct repair_file); i++)
		buffer_free(&REPAIR_AT(r->files, struct repair_file, i)->pieces);
	for (unsigned i = 0; r->logs && i < r->log_count; i++) {
		mirror_log_free(&r->logs[i].log);
		buffer_free(&r->logs[i].hashes);
		buffer_free(&r->logs[i].has);
		buffer_free(&r->logs[i].versions);
	}
	free(r->logs);
}

static void arrays_free(struct repairing *r)
{
	struct buffer *const arrays[] = { &r->meta, &r->versions, &r->rows, &r->ids, &r->checkpoints, &r->pieces, &r->mirrored,
		                              &r->mirror_rows, &r->mirror_leaves, &r->packaged, &r->package_hashes,
		                              &r->package_records, &r->leaves, &r->placed, &r->files, &r->stands, &r->plain,
		                              &r->sealed };

	for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
		buffer_free(arrays[i]);
}

void repairing_end(struct repairing *r)
{
	if (!r)
		return;
	qorgan_store_close(r->made);
	if (r->placed_there)
		site_free(r->site);
	else
		site_remove(r->site);
	engine_abort(r->base_view.txn);
	qorgan_store_close(r->base);
	for (size_t i = 0; r->backups && i < r->backup_count; i++) {
		vault_view_end(r->backups[i].view);
		restoring_end(r->backups[i].restoring);
	}
	free(r->backups);
	engine_salvage_close(r->salvage);
	lists_free(r);
	arrays_free(r);
	free(r);
}

/* ---- What packages say ----------------------------------------------------------------- */

int repairing_identities(struct repairing *r, uint8_t (*identities)[32], size_t limit, size_t *count,
                         struct qorgan_error *error)
{
	return vault_age_identities(&r->base_view, identities, limit, count, error);
}

int repairing_secret(struct repairing *r, size_t *at, char *secret, struct qorgan_error *error)
{
	/* As much as the sealed form of the longest one takes. */
	const size_t limit = 2 * PARTNER_SECRET_LIMIT;
	void *opened = secret_alloc(limit);
	struct buffer plain = buffer_over(opened, opened ? limit : 0);
	int code = opened ? QORGAN_ABSENT : error_set_memory(error);

	while (code == QORGAN_ABSENT && *at < REPAIR_COUNT(r->meta, struct repair_meta)) {
		const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, (*at)++);
		struct seal_place place = { .table = ENGINE_META, .key = { meta->key, meta->key_size } };
		buffer_clear(&plain);
		if (!meta->authentic || !partner_secret_key_is(place.key) ||
		    seal_open_shared(repair_keys_of(r, meta->from, meta->backup), r->base->id, &place, buffer_span(&meta->value), &plain,
		                     NULL) || plain.size == 0 || plain.size >= PARTNER_SECRET_LIMIT)
			continue;
		memcpy(secret, plain.data, plain.size);
		secret[plain.size] = '\0';
		code = QORGAN_OK;
	}
	secret_free(opened);
	return code;
}

int repairing_offer_checkpoint(struct repairing *r, struct span note, struct qorgan_error *error)
{
	return repair_checkpoint_take(r, note, error);
}

int repairing_offer_leaves(struct repairing *r, const char *origin, uint64_t first, struct span hashes,
                           struct qorgan_error *error)
{
	struct repair_hashes given = { .first = first };

	memccpy(given.origin, origin, '\0', sizeof given.origin - 1);
	buffer_append_span(&given.hashes, hashes);
	int code = given.hashes.failed ? error_set_memory(error)
	                               : repair_append(&r->package_hashes, &given, sizeof given, error);
	if (code)
		buffer_free(&given.hashes);
	return code;
}

int repairing_offer_record(struct repairing *r, const char *origin, uint64_t leaf, const struct record *record,
                           struct qorgan_error *error)
{
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	struct repair_find find = { .from = FROM_PACKAGE, .leaf = leaf, .version = record->version, .page = r->packaged.size,
		                        .entry = (uint32_t)record->bytes.size, .commit = record->commit };
	bool is_own = strcmp(origin, r->base->origin) == 0;

	if (!schema)
		return QORGAN_OK;
	find.table = is_own ? ENGINE_HISTORY : ENGINE_MIRROR;
	find.shard = (uint8_t)vault_schema_shard(r->base, schema);
	merkle_hash_leaf(record->bytes.data, record->bytes.size, find.hash);
	buffer_append_span(&r->packaged, record->bytes);
	if (r->packaged.failed)
		return error_set_memory(error);
	return repair_append(is_own ? &r->versions : &r->package_records, &find, sizeof find, error);
}

int repairing_offer_piece(struct repairing *r, struct span id, uint64_t offset, struct span data,
                          struct qorgan_error *error)
{
	struct repair_find find = { .from = FROM_PACKAGE, .table = ENGINE_EVIDENCE, .key_size = sizeof(struct layout_piece_key),
		                        .page = r->packaged.size, .entry = (uint32_t)data.size };
	struct layout_piece_key key;
	uint8_t digest[32];
	size_t size = 0;

	if (sodium_hex2bin(digest, sizeof digest, id.data, id.size, NULL, &size, NULL) || size != sizeof digest)
		return QORGAN_OK;
	key = vault_piece_key(r->base, digest, offset);
	memcpy(find.key, &key, sizeof key);
	buffer_append_span(&r->packaged, data);
	return r->packaged.failed ? error_set_memory(error) : repair_append(&r->pieces, &find, sizeof find, error);
}

/* ---- Deciding ------------------------------------------------------------------------------ */

uint64_t repairing_findings(const struct repairing *r)
{
	return r->findings;
}

int repair_give_up(const struct repairing *r)
{
	struct engine_salvage_facts facts;

	engine_salvage_facts(r->salvage, &facts);
	return facts.failed ? QORGAN_IO : QORGAN_BAD_DATA;
}

int repairing_resolve(struct repairing *r, struct qorgan_error *error)
{
	int code = repair_log_resolve(r, error);

	if (!code && r->state.tree.size == 0)
		return error_set(error, repair_give_up(r), "no signed checkpoint of the log can be borne out by what is left in %s: put a "
		                 "backup in its place with qorgan restore-backup", r->how->path);
	if (!code)
		code = repair_mirror_resolve(r, error);
	return code ? code : repair_files_resolve(r, error);
}
