/* The end of a repair: whose objects stand back, and the new store put in its place and remembered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/repair_internal.h"

/* ---- Whose objects stand back ---------------------------------------------------------- */

int repairing_stand(struct repairing *r, const struct vault_place *place, struct qorgan_error *error)
{
	struct repair_stands stands = { *place, !mirror_place(place) };

	for (size_t i = 0; i < REPAIR_COUNT(r->stands, struct repair_stands); i++) {
		const struct repair_stands *there = REPAIR_AT(r->stands, struct repair_stands, i);
		if (there->place.shard == place->shard && there->place.number == place->number)
			return QORGAN_OK;
	}
	return repair_append(&r->stands, &stands, sizeof stands, error);
}

static int stand_write(struct repairing *r, struct repair_writer *writer, const struct repair_stands *stands,
                       struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object(stands->is_own ? 'o' : 'n', stands->place.shard,
	                                                           stands->place.number);
	struct layout_mirror_standing row = { .why = MIRROR_STANDS_BACK };
	struct seal_place place = { .table = ENGINE_MIRROR, .key = LAYOUT_SPAN(key), .leaf = r->state.tree.size - 1 };

	r->state.mirror_rows++;
	return repair_seal(r, writer, ENGINE_MIRROR, &place, stands->is_own ? (struct span){ "", 0 } : LAYOUT_SPAN(row), error);
}

static int stands_put(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_META, .key = span_of(META_STATE) };
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->stands, struct repair_stands) && !code; i++)
		code = stand_write(r, writer, REPAIR_AT(r->stands, struct repair_stands, i), error);
	buffer_clear(&r->plain);
	log_state_write(&r->state, &r->plain);
	if (!code && r->plain.failed)
		code = error_set_memory(error);
	return code ? code : repair_seal(r, writer, ENGINE_META, &place, buffer_span(&r->plain), error);
}

int repairing_stands_write(struct repairing *r, struct qorgan_store **store, struct qorgan_error *error)
{
	struct repair_writer writer = { 0 };
	int code;

	if (!r->stands.size)
		return QORGAN_OK;
	/* It was opened for reading only. */
	engine_close(r->made->engine);
	r->made->engine = NULL;
	code = engine_open(site_folder(r->site), ENGINE_ANY_FILESYSTEM, &writer.engine, error);
	if (!code)
		code = engine_begin_write(writer.engine, &writer.txn, error);
	if (!code)
		code = stands_put(r, &writer, error);
	if (!code)
		code = engine_commit(writer.txn, error);
	else
		engine_abort(writer.txn);
	engine_close(writer.engine);
	if (!code)
		code = engine_open(site_folder(r->site), ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &r->made->engine, error);
	*store = r->made;
	return code;
}

/* ---- In place ------------------------------------------------------------------------------ */

/* Whether the store that this computer remembers is a third one, in use: then the new one is a copy. */
static bool is_used_elsewhere(const struct repairing *r)
{
	char *damaged = realpath(r->how->path, NULL), *seen = r->seen.known ? realpath(r->seen.path, NULL) : NULL;
	bool elsewhere = damaged && seen && strcmp(damaged, seen) != 0 && strcmp(seen, site_folder(r->site)) != 0;
	struct qorgan_store *store = NULL;

	if (elsewhere) {
		elsewhere = !vault_identify(seen, &store, NULL) && memcmp(store->id, r->base->id, sizeof store->id) == 0;
		qorgan_store_close(store);
	}
	free(damaged);
	free(seen);
	return elsewhere;
}

/* From now on it is the new store that this computer knows; the damaged one is a copy of it. */
static void store_remember(struct repairing *r, struct qorgan_repaired *repaired)
{
	struct qorgan_store *store = r->made;

	store->seen = (struct seen){ .known = true, .size = r->state.tree.size, .time = r->state.time };
	merkle_root(&r->state.tree, store->seen.root);
	memcpy(store->seen.key, store->keys->root.log_public, sizeof store->seen.key);
	snprintf(store->seen.path, sizeof store->seen.path, "%s", site_folder(r->site));
	vault_remember(store);
	memcpy(repaired->forgetful, store->forgetful, sizeof repaired->forgetful);
}

int repairing_place(struct repairing *r, struct qorgan_repaired *repaired, struct qorgan_error *error)
{
	repaired->copy = is_used_elsewhere(r);
	/* The engine knows its files by their old names. */
	engine_close(r->made->engine);
	r->made->engine = NULL;
	int code = site_settle(r->site, error);

	r->placed_there = !code;
	if (!code && !repaired->copy)
		store_remember(r, repaired);
	return code;
}
