/* Putting a store from a backup in its place: never over another store, over a newer state of
 * the same one only by express wish, and what was there is kept.
 *
 * Newer is what the store there says, or what this computer remembers to have seen. The hash
 * of the last leaf that both have tells one history from another: each leaf is salted, so
 * that two histories have none in common after they parted. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "store/restore_internal.h"
#include "store/vault_internal.h"
#include "store/vault_restored.h"

/* What is known that the backup may be older than. */
struct rival {
	struct engine *engine; /* of the store in the place; NULL: none, or it cannot be read */
	bool unreadable;
	struct qorgan_error why;
	uint64_t leaves;
	bool differs;       /* it is another history */
	bool is_open;       /* its records can be read, so that the next two are known */
	uint64_t packages;  /* that it sent after the backup was made */
	char partners[256]; /* to these: "KAZ, KGZ", as far as there is room */
	uint64_t reports;   /* that were handed out after it */
	char readers[256];
	bool beyond;        /* what was seen is newer than the store in the place */
	bool has_seen;      /* this computer remembers the store */
	struct seen seen;
	struct qorgan_error seen_why; /* or why what it remembers cannot be read */
};

/* The id of the store in an engine; false if it has none. */
static bool store_id_read(struct engine *engine, uint8_t id[KEYS_STORE_ID_SIZE])
{
	struct engine_txn *txn = NULL;
	struct layout_store row;
	struct span value;
	bool found = false;

	if (!engine_begin_read(engine, &txn, NULL) && !engine_get(txn, ENGINE_META, span_of(META_STORE), &value, NULL) &&
	    value.size >= offsetof(struct layout_store, epoch) && memcmp(value.data, LAYOUT_MAGIC, sizeof row.magic) == 0) {
		memcpy(id, value.data + offsetof(struct layout_store, id), KEYS_STORE_ID_SIZE);
		found = true;
	}
	engine_abort(txn);
	return found;
}

/* Whether the same store lies at a path that is not just another name of its place. */
static bool lies_elsewhere(const struct qorgan_store *store, const char *place, const char *path)
{
	char *real = *path ? realpath(path, NULL) : NULL;
	struct engine *engine = NULL;
	uint8_t id[KEYS_STORE_ID_SIZE];
	bool same = false;

	if (real && strcmp(real, place) != 0 &&
	    !engine_open(real, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &engine, NULL))
		same = store_id_read(engine, id) && memcmp(id, store->id, sizeof id) == 0;
	engine_close(engine);
	free(real);
	return same;
}

/* ---- What is there ------------------------------------------------------------------ */

/* How long the log of the store in an engine is: as it says, sealed; where that cannot be
 * opened by the keys of the backup, as many leaves as there are. */
static int leaves_count(struct vault_view *there, struct rival *rival, struct qorgan_error *error)
{
	rival->is_open = !vault_state_load(there->vault, there->txn, &there->state, NULL);
	if (!rival->is_open)
		return engine_count(there->txn, ENGINE_LEAVES, &rival->leaves, error);
	rival->leaves = there->state.tree.size;
	return QORGAN_OK;
}

/* A name more of those that something went to. */
static void partner_note(char partners[256], struct span name)
{
	size_t size = strlen(partners);
	char text[40];

	span_copy_into(name, text, sizeof text);
	if (!strstr(partners, text))
		snprintf(partners + size, 256 - size, "%s%s", size ? ", " : "", text);
}

static int handout_note(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct rival *rival = context;
	struct buffer scratch = { 0 };
	struct span to, element, name;
	struct reader list;

	(void)error;
	bool is_package = span_is(record->record.kind, "release");
	if (!is_package && !span_is(record->record.kind, "handout"))
		return QORGAN_OK;
	rival->packages += is_package;
	rival->reports += !is_package;
	if (!reader_find(record->record.body, "to", &to))
		return QORGAN_OK;
	if (!is_package && reader_string(to, &scratch, &name))
		partner_note(rival->readers, name);
	else if (is_package && reader_open(to, &list))
		while (reader_element(&list, &element))
			if (reader_string(element, &scratch, &name))
				partner_note(rival->partners, name);
	buffer_free(&scratch);
	return QORGAN_OK;
}

static bool leaf_hash(struct engine_txn *txn, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	struct layout_number_key key = layout_number(index);
	struct span value;

	if (engine_get(txn, ENGINE_LEAVES, LAYOUT_SPAN(key), &value, NULL) || value.size != sizeof(struct layout_leaf))
		return false;
	memcpy(hash, value.data, MERKLE_HASH_SIZE);
	return true;
}

static int rival_compare(const struct vault_view *view, struct rival *rival, struct qorgan_error *error)
{
	struct qorgan_store store = *view->vault;
	struct vault_view there = { .vault = &store };
	uint8_t ours[MERKLE_HASH_SIZE], theirs[MERKLE_HASH_SIZE];
	uint64_t own = view->state.tree.size;

	store.engine = rival->engine;
	int code = engine_begin_read(rival->engine, &there.txn, error);
	if (!code)
		code = leaves_count(&there, rival, error);
	if (!code) {
		uint64_t common = own < rival->leaves ? own : rival->leaves;
		rival->differs = common && (!leaf_hash(view->txn, common - 1, ours) || !leaf_hash(there.txn, common - 1, theirs) ||
		                            memcmp(ours, theirs, sizeof ours) != 0);
	}
	/* What cannot be read of it is not known, which is told. */
	if (!code && rival->is_open && rival->leaves > own)
		rival->is_open = !vault_scan_leaves(&there, own, handout_note, rival, NULL);
	engine_abort(there.txn);
	return code;
}

/* The store in the place, which nobody may write to from now on. */
static int rival_open(const struct qorgan_restore *how, const struct qorgan_store *store, struct rival *rival,
                      struct qorgan_error *error)
{
	uint8_t id[KEYS_STORE_ID_SIZE];
	char text[2 * KEYS_STORE_ID_SIZE + 1];
	int code = engine_open(how->path, ENGINE_ANY_FILESYSTEM, &rival->engine, &rival->why);

	if (code) {
		rival->engine = NULL;
		rival->unreadable = true;
		return QORGAN_OK;
	}
	code = engine_lock_writer(rival->engine, false, error);
	if (code)
		return code;
	if (!store_id_read(rival->engine, id)) {
		error_set(&rival->why, QORGAN_IO, "its first row is damaged");
		rival->unreadable = true;
	} else if (memcmp(id, store->id, sizeof id) != 0) {
		sodium_bin2hex(text, sizeof text, id, sizeof id);
		code = error_set(error, QORGAN_CANNOT_CREATE,
		                 "another store is at %s: its id is %s, that of the backup %s; name another place with -S", how->path,
		                 text, store->id_text);
	}
	return code;
}

static int rival_look(const struct qorgan_restore *how, struct vault_view *view, bool replaces, struct rival *rival,
                      struct qorgan_error *error)
{
	const struct qorgan_store *store = view->vault;
	uint8_t root[MERKLE_HASH_SIZE];
	int code = replaces ? rival_open(how, store, rival, error) : QORGAN_OK;

	if (!code && rival->engine && !rival->unreadable && rival_compare(view, rival, &rival->why))
		rival->unreadable = true;
	if (code)
		return code;
	rival->has_seen = !seen_load(store->id_text, store->keys, &rival->seen, &rival->seen_why);
	if (!rival->has_seen || !rival->seen.known)
		return QORGAN_OK;
	rival->beyond = rival->seen.size > rival->leaves;
	if (rival->seen.size > view->state.tree.size)
		rival->leaves = rival->seen.size > rival->leaves ? rival->seen.size : rival->leaves;
	else if (!(code = vault_root_at(view, rival->seen.size, root, error)))
		rival->differs |= memcmp(root, rival->seen.root, sizeof root) != 0;
	return code;
}

static int rival_judge(const struct qorgan_restore *how, const struct backup_header *header, const struct rival *rival,
                       struct qorgan_error *error)
{
	if (how->older)
		return QORGAN_OK;
	if (rival->unreadable)
		return error_set(error, QORGAN_DENIED,
		                 "the store at %s cannot be read, so that nobody can tell whether it is newer (%s): put the backup "
		                 "in its place with --older, which keeps it",
		                 how->path, rival->why.message);
	if (rival->leaves > header->leaves)
		return error_set(error, QORGAN_DENIED,
		                 "the backup is older: made on %.10s, it has %llu entries, and %llu are known here; what came after "
		                 "it is lost with --older, which puts it in place all the same",
		                 header->created, (unsigned long long)header->leaves, (unsigned long long)rival->leaves);
	if (rival->differs)
		return error_set(error, QORGAN_DENIED,
		                 "the backup is of another history than the store that is known here: they went on apart from each "
		                 "other; --older puts it in place all the same");
	return QORGAN_OK;
}

/* ---- In place ----------------------------------------------------------------------- */

/* Partners may have seen a longer log, whether or not anybody here knows: they are told. */
static int restored_note(struct restoring *restoring, struct qorgan_error *error)
{
	struct qorgan_store *store = restoring->store;
	struct vault_restored restored = { .at = store->now, .leaves = restoring->header.leaves };
	struct engine_txn *txn = NULL;
	int code;

	time_parse_plain(span_of(restoring->header.created), &restored.backup);
	if (restored.at < restored.backup) /* by a clock that is behind */
		restored.at = restored.backup;
	engine_close(store->engine);
	store->engine = NULL;
	code = engine_open(site_folder(restoring->site), ENGINE_ANY_FILESYSTEM, &store->engine, error);
	if (!code)
		code = engine_begin_write(store->engine, &txn, error);
	if (!code)
		code = vault_restored_put(store, txn, &restored, error);
	if (!code)
		return engine_commit(txn, error);
	engine_abort(txn);
	return code;
}

static int store_put(struct restoring *restoring, struct engine *held, struct qorgan_restored *restored,
                     struct qorgan_error *error)
{
	char moment[TIME_TEXT_SIZE];
	int code;

	/* The engine knows its files by their old names. */
	engine_close(restoring->store->engine);
	restoring->store->engine = NULL;
	if (!restoring->replaces) {
		code = site_settle(restoring->site, error);
		restoring->placed = !code;
		return code;
	}
	time_format_compact(restoring->store->now, moment);
	code = site_exchange(restoring->site, held, moment, &restored->replaced, error);
	restoring->placed = !code || restored->replaced;
	return code;
}

/* What this computer remembers from now on is this state, unless the same store is in use
 * elsewhere: then this one is a copy, and known as one. */
static int store_remember(struct restoring *restoring, const struct rival *rival, const struct log_state *state,
                          struct qorgan_restored *restored, struct qorgan_error *error)
{
	struct qorgan_store *store = restoring->store;
	const char *place = site_folder(restoring->site);

	if (!rival->has_seen)
		snprintf(restored->forgetful, sizeof restored->forgetful, "%.390s", rival->seen_why.message);
	if (!rival->has_seen || !state->tree.size)
		return QORGAN_OK;
	if (rival->seen.known && lies_elsewhere(store, place, rival->seen.path)) {
		restored->original = strdup(rival->seen.path);
		return restored->original ? QORGAN_OK : error_set_memory(error);
	}
	store->seen.known = true;
	store->seen.size = state->tree.size;
	store->seen.time = state->time;
	merkle_root(&state->tree, store->seen.root);
	memcpy(store->seen.key, store->keys->root.log_public, sizeof store->seen.key);
	snprintf(store->seen.path, sizeof store->seen.path, "%s", place);
	vault_remember(store);
	memcpy(restored->forgetful, store->forgetful, sizeof restored->forgetful);
	return QORGAN_OK;
}

int restoring_place(struct restoring *restoring, const struct qorgan_restore *how,
                    struct qorgan_restored *restored, struct qorgan_error *error)
{
	struct rival rival = { 0 };
	struct vault_view *view = NULL;
	struct log_state state = { 0 };
	int code = vault_view_begin(restoring->store, &view, error);

	if (!code)
		code = rival_look(how, view, restoring->replaces, &rival, error);
	if (!code)
		code = rival_judge(how, &restoring->header, &rival, error);
	if (!code) {
		state = view->state;
		restored->newer = rival.leaves > state.tree.size ? rival.leaves : 0;
		restored->packages_known = rival.is_open && !rival.differs && !rival.beyond;
		restored->packages = rival.packages;
		restored->parted = rival.differs;
		snprintf(restored->partners, sizeof restored->partners, "%s", rival.partners);
		restored->reports = rival.reports;
		snprintf(restored->readers, sizeof restored->readers, "%s", rival.readers);
	}
	vault_view_end(view);
	if (!code)
		code = restored_note(restoring, error);
	if (!code)
		code = store_put(restoring, rival.engine, restored, error);
	if (restoring->placed) { /* be it that making it durable failed */
		int remembered = store_remember(restoring, &rival, &state, restored, code ? NULL : error);
		code = code ? code : remembered;
	}
	engine_close(rival.engine); /* whoever waits to write there writes to what was replaced */
	return code;
}
