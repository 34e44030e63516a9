/* Writing the new store: every row sealed anew under the keys in use, in its place; what is not
 * sealed is made from those. Nothing is signed but what had a signature. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "crypto/note.h"
#include "store/lost.h"
#include "store/repair_internal.h"
#include "store/vault_restored.h"

#define BATCH_BYTES ((size_t)32 << 20)
#define UNKNOWN_USER "unknown"

/* ---- Rows --------------------------------------------------------------------------- */

int repair_put(struct repair_writer *writer, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	if (writer->batch >= BATCH_BYTES) {
		code = engine_commit(writer->txn, error);
		writer->txn = NULL;
		writer->batch = 0;
		if (!code)
			code = engine_begin_write(writer->engine, &writer->txn, error);
	}
	writer->batch += key.size + value.size;
	return code ? code : engine_put(writer->txn, table, key, value, error);
}

int repair_seal(struct repairing *r, struct repair_writer *writer, unsigned table, const struct seal_place *place,
                struct span plain, struct qorgan_error *error)
{
	buffer_clear(&r->sealed);
	seal_put(r->base->keys, r->base->id, place, plain, &r->sealed);
	return r->sealed.failed ? error_set_memory(error)
	                        : repair_put(writer, table, place->key, buffer_span(&r->sealed), error);
}

/* ---- The store's own facts ------------------------------------------------------------ */

/* Slots, and the keys of authors with them, as they are; of two of one number the one that is in use. */
bool repair_slot_is_kept(const struct repairing *r, size_t number)
{
	const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, number);
	bool from_here = r->slots_from == FROM_LIVE ? meta->from <= FROM_STRAY : meta->from == r->slots_from;
	bool same_keys = meta->from != FROM_BACKUP ||
	                 r->backups[meta->backup].store->keys->root.epoch == r->base->keys->root.epoch;

	if (!same_keys || (!from_here && meta->from != FROM_BACKUP))
		return false;
	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta); i++) {
		const struct repair_meta *other = REPAIR_AT(r->meta, struct repair_meta, i);
		bool other_here = r->slots_from == FROM_LIVE ? other->from <= FROM_STRAY : other->from == r->slots_from;
		if (i == number || other->key_size != meta->key_size || memcmp(other->key, meta->key, meta->key_size) != 0 ||
		    (!other_here && other->from != FROM_BACKUP))
			continue;
		if (other_here != from_here ? other_here : other->from != meta->from ? other->from < meta->from : i < number)
			return false;
	}
	return true;
}

static int meta_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	int code = vault_store_row_put(r->base, writer->txn, error);

	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta) && !code; i++) {
		const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, i);
		struct span key = { meta->key, meta->key_size };
		bool is_slot = repair_meta_is_clear(meta) && !span_is(key, META_STORE);
		/* All is sealed under the keys in use: a renewal that was going on is over by that. */
		bool is_made = span_is(key, META_STORE) || span_is(key, META_STATE) || span_is(key, META_RENEWAL);
		if (is_slot ? !repair_slot_is_kept(r, i) : !meta->authentic || is_made)
			continue;
		code = repair_put(writer, ENGINE_META, key, buffer_span(&meta->value), error);
	}
	return code;
}

/* Where the end of the log is lost, or came back by a package, or records of packages are lost, partners may know what
 * is not known here: they are told as after a restore, which also keeps numbers of packages from being used twice. */
static int restored_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	bool grew = r->newest.tree.size && r->state.tree.size > r->newest.tree.size;
	struct vault_restored restored = { .backup = r->state.time, .leaves = r->state.tree.size };

	if (!grew && !r->packages_lost && r->known <= r->state.tree.size)
		return QORGAN_OK;
	time_parse_plain(span_of(r->found), &restored.at);
	if (restored.backup > restored.at)
		restored.backup = restored.at;
	return vault_restored_put(r->base, writer->txn, &restored, error);
}

static int state_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_META, .key = span_of(META_STATE) };

	buffer_clear(&r->plain);
	log_state_write(&r->state, &r->plain);
	return r->plain.failed ? error_set_memory(error)
	                       : repair_seal(r, writer, ENGINE_META, &place, buffer_span(&r->plain), error);
}

/* ---- The log ---------------------------------------------------------------------------- */

struct writing {
	struct repairing *r;
	struct repair_writer *writer;
	struct qorgan_error *error;
	int code;               /* of a node of the tree */
	struct merkle_frontier tree;
	char user[RECORD_USER_LIMIT], time[TIME_TEXT_SIZE]; /* of the record before */
	uint64_t commit;        /* in which we are */
	int64_t versions;       /* of it, so far */
	struct buffer names;    /* struct object_name: of objects whose newest record is lost, see name_find */
};

static void node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct writing *w = context;
	struct layout_tree_key key = layout_node(level, index);

	if (level >= LAYOUT_TREE_LEVEL && !w->code)
		w->code = repair_put(w->writer, ENGINE_TREE, LAYOUT_SPAN(key), (struct span){ (const char *)hash, MERKLE_HASH_SIZE },
		                     w->error);
}

static int leaf_write(struct writing *w, uint64_t index, const struct repair_leaf *leaf)
{
	struct layout_number_key key = layout_number(index);
	struct layout_leaf row = { .shard = leaf->shard };

	memcpy(row.hash, leaf->hash, sizeof row.hash);
	bytes_put_u64(row.number, leaf->number);
	bytes_put_u32(row.version, leaf->version);
	int code = repair_put(w->writer, ENGINE_LEAVES, LAYOUT_SPAN(key), LAYOUT_SPAN(row), w->error);
	if (code)
		return code;
	merkle_append(&w->tree, leaf->hash, node_put, w);
	return w->code;
}

static int version_put(struct writing *w, uint64_t index, const struct repair_leaf *leaf)
{
	struct layout_number_key head = layout_number(leaf->number);
	struct layout_version_key older = layout_version(leaf->number, leaf->version);
	struct layout_commit_key commit = layout_commit(leaf->number, 'r');
	struct seal_place place = { .version = leaf->version, .leaf = index };
	unsigned table;

	if (leaf->shard == LAYOUT_COMMIT_SHARD) {
		table = place.table = ENGINE_COMMITS;
		place.key = LAYOUT_SPAN(commit);
	} else if (leaf->is_head) {
		table = ENGINE_HEADS + leaf->shard;
		place.table = ENGINE_HEADS;
		place.key = LAYOUT_SPAN(head);
	} else {
		table = place.table = ENGINE_HISTORY;
		place.key = LAYOUT_SPAN(older);
	}
	return repair_seal(w->r, w->writer, table, &place, buffer_span(&w->r->plain), w->error);
}

/* The entry of the index for an object, once: with its newest version. */
static int id_put(struct writing *w, const struct repair_leaf *leaf, const uint8_t hash[VAULT_ID_HASH_SIZE])
{
	struct layout_id entry = { .shard = leaf->shard };

	if (!leaf->is_head || leaf->shard == LAYOUT_COMMIT_SHARD)
		return QORGAN_OK;
	bytes_put_u64(entry.number, leaf->number);
	return repair_put(w->writer, ENGINE_IDS, (struct span){ (const char *)hash, VAULT_ID_HASH_SIZE }, LAYOUT_SPAN(entry),
	                  w->error);
}

static int record_write_out(struct writing *w, uint64_t index, const struct repair_leaf *leaf)
{
	struct repairing *r = w->r;
	uint8_t hash[VAULT_ID_HASH_SIZE], again[MERKLE_HASH_SIZE];
	const struct repair_find *find = REPAIR_AT(r->versions, struct repair_find, leaf->find);
	struct record record;
	int code = repair_find_open(r, find, &r->plain, w->error);

	if (!code)
		code = record_parse(buffer_span(&r->plain), &record, w->error);
	if (code)
		return code;
	/* That of the leaf, but for what was forgotten. */
	merkle_hash_leaf(record.bytes.data, record.bytes.size, again);
	if (memcmp(again, find->hash, sizeof again) != 0)
		return error_set(w->error, QORGAN_IO, "leaf %llu is another record when it is read again: memory or disk is faulty; "
		                 "nothing was made", (unsigned long long)index);
	span_copy_into(record.user, w->user, sizeof w->user);
	span_copy_into(record.time, w->time, sizeof w->time);
	code = version_put(w, index, leaf);
	if (!code && leaf->shard != LAYOUT_COMMIT_SHARD) {
		vault_id_hash(r->base, r->base->keys->root.state, schema_find(record.kind.data, record.kind.size), record.id, hash);
		code = id_put(w, leaf, hash);
	}
	return code;
}

/* ---- What is lost ------------------------------------------------------------------------- */

/* The entry of the index that led to the object, if it is left; else one that nobody asks for. */
static void lost_hash(const struct repairing *r, const struct repair_leaf *leaf, const struct repair_name *name,
                      uint8_t hash[VAULT_ID_HASH_SIZE])
{
	const struct schema *schema = name->kind[0] ? schema_find(name->kind, strlen(name->kind)) : NULL;
	uint8_t from = UINT8_MAX;

	memcpy(hash, leaf->hash, VAULT_ID_HASH_SIZE);
	if (schema && name->id[0]) {
		vault_id_hash(r->base, r->base->keys->root.state, schema, span_of(name->id), hash);
		return;
	}
	for (size_t i = 0; i < REPAIR_COUNT(r->ids, struct repair_id); i++) {
		const struct repair_id *id = REPAIR_AT(r->ids, struct repair_id, i);
		if (id->number != leaf->number || id->shard != leaf->shard || id->from >= from)
			continue;
		from = id->from;
		memcpy(hash, id->hash, sizeof id->hash);
	}
}

static int lost_write_out(struct writing *w, uint64_t index, const struct repair_leaf *leaf)
{
	struct repairing *r = w->r;
	bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD;
	struct repair_name name;
	uint8_t hash[VAULT_ID_HASH_SIZE];
	char id[RECORD_ID_LIMIT];
	struct record_head head = { .owner = r->base->keys->root.state, .id = id, .user = w->user, .time = w->time,
		                        .commit = w->commit, .version = leaf->version };
	int code = repair_name_find(r, index, &name, w->error);

	if (code)
		return code;
	head.kind = is_commit ? "commit" : name.id[0] && name.kind[0] ? name.kind : LOST_KIND;
	if (is_commit)
		snprintf(id, sizeof id, "%llu", (unsigned long long)leaf->number);
	else if (name.id[0])
		snprintf(id, sizeof id, "%s", name.id);
	else
		snprintf(id, sizeof id, "leaf-%llu", (unsigned long long)index);
	r->packages_lost |= strcmp(head.kind, LOST_KIND) == 0 || strcmp(head.kind, "release") == 0;
	buffer_clear(&r->plain);
	lost_write(&head, r->found, is_commit ? w->versions : -1, &r->plain);
	code = r->plain.failed ? error_set_memory(w->error) : version_put(w, index, leaf);
	lost_hash(r, leaf, &name, hash);
	return code ? code : id_put(w, leaf, hash);
}

/* ---- Checkpoints ------------------------------------------------------------------------------ */

static int checkpoint_sign(struct writing *w, struct buffer *note)
{
	const struct qorgan_store *base = w->r->base;
	struct checkpoint checkpoint = { .size = w->tree.size };
	struct buffer text = { 0 };

	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", base->origin);
	merkle_root(&w->tree, checkpoint.root);
	checkpoint_format(&checkpoint, &text);
	int code = text.failed ? error_set_memory(w->error)
	                       : note_sign(buffer_span(&text), base->origin, base->keys->log_seed, note, w->error);
	buffer_free(&text);
	return code;
}

/* After the leaf of a commit. What the tree's root at that size is, a later signature says, or this
 * computer remembers: so one that is lost is signed again, and is the very same. */
static int checkpoint_write(struct writing *w, uint64_t number)
{
	struct repairing *r = w->r;
	struct layout_commit_key key = layout_commit(number, 'c');
	struct seal_place place = { .table = ENGINE_COMMITS, .key = LAYOUT_SPAN(key) };
	const char *there = repair_checkpoint_note(r, w->tree.size);
	struct buffer note = { 0 };
	int code = QORGAN_OK;

	if (there)
		buffer_append_text(&note, there);
	else if (repair_may_sign(r, w->tree.size))
		code = checkpoint_sign(w, &note);
	else
		buffer_append_format(&note, LOST_CHECKPOINT "%s\n", r->found);
	if (!code && note.failed)
		code = error_set_memory(w->error);
	if (!code)
		code = repair_seal(r, w->writer, ENGINE_COMMITS, &place, buffer_span(&note), w->error);
	buffer_free(&note);
	return code;
}

static int log_write(struct writing *w)
{
	struct repairing *r = w->r;
	int code = QORGAN_OK;

	w->commit = 1;
	snprintf(w->user, sizeof w->user, "%s", UNKNOWN_USER);
	snprintf(w->time, sizeof w->time, "%s", r->found);
	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD;
		code = leaf->find >= 0 ? record_write_out(w, i, leaf) : lost_write_out(w, i, leaf);
		if (!code)
			code = leaf_write(w, i, leaf);
		w->versions = is_commit ? 0 : w->versions + 1;
		if (!code && is_commit)
			code = checkpoint_write(w, w->commit++);
		if (!code)
			code = vault_progress(r->base, SAID("writing the new store"), i, r->state.tree.size);
	}
	time_parse_plain(span_of(w->time), &r->state.time);
	return code;
}

/* ---- Files -------------------------------------------------------------------------------------- */

static int files_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->files, struct repair_file); i++) {
		const struct repair_file *file = REPAIR_AT(r->files, struct repair_file, i);
		for (size_t j = 0; file->whole && j < REPAIR_COUNT(file->pieces, int64_t) && !code; j++) {
			const struct repair_find *find = REPAIR_AT(r->pieces, struct repair_find, *REPAIR_AT(file->pieces, int64_t, j));
			struct seal_place place = { .table = ENGINE_EVIDENCE, .key = { find->key, find->key_size },
				                        .leaf = r->state.tree.size - 1 };
			code = repair_find_open(r, find, &r->plain, error);
			if (!code)
				code = repair_seal(r, writer, ENGINE_EVIDENCE, &place, buffer_span(&r->plain), error);
			r->state.pieces++;
		}
	}
	return code;
}

/* ---- All of it ---------------------------------------------------------------------------------- */

static int rows_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	struct writing writing = { .r = r, .writer = writer, .error = error };
	uint8_t root[MERKLE_HASH_SIZE], decided[MERKLE_HASH_SIZE];
	int code = meta_write(r, writer, error);

	if (!code)
		code = log_write(&writing);
	if (!code)
		code = restored_write(r, writer, error);
	merkle_root(&writing.tree, root);
	merkle_root(&r->state.tree, decided);
	if (!code && memcmp(root, decided, sizeof root) != 0)
		code = error_set(error, QORGAN_INTERNAL, "the tree came out otherwise than it was planned: nothing was made");
	if (!code)
		code = files_write(r, writer, error);
	if (!code)
		code = repair_mirror_write(r, writer, error);
	if (!code)
		code = state_write(r, writer, error);
	return code;
}

static int store_write(struct repairing *r, struct qorgan_error *error)
{
	unsigned flags = ENGINE_CREATE | (r->how->any_filesystem ? ENGINE_ANY_FILESYSTEM : 0);
	struct repair_writer writer = { 0 };
	int code = engine_open(site_folder(r->site), flags, &writer.engine, error);

	if (!code)
		code = engine_begin_write(writer.engine, &writer.txn, error);
	if (!code)
		code = rows_write(r, &writer, error);
	if (!code) {
		code = engine_commit(writer.txn, error);
		writer.txn = NULL;
	}
	engine_abort(writer.txn);
	engine_close(writer.engine);
	return code;
}

int repairing_make(struct repairing *r, struct qorgan_store **store, struct qorgan_error *error)
{
	const unsigned flags = QORGAN_READ_ONLY | QORGAN_INSPECT | QORGAN_ANY_FILESYSTEM;
	int code = site_open(r->how->place, &r->site, error);

	if (!code)
		code = store_write(r, error);
	if (!code)
		code = qorgan_store_open(site_folder(r->site), r->how->keys, flags, &r->made, error);
	if (code)
		return error_prefix(error, code, "making the new store");
	r->made->apart = true;
	qorgan_store_set_progress(r->made, r->how->progress, r->how->progress_context);
	*store = r->made;
	return QORGAN_OK;
}
