/* The keys of a damaged store: its first row and its slots, from wherever they are left. */
#include <string.h>

#include "crypto/secret.h"
#include "store/author.h"
#include "store/partner_secret.h"
#include "store/repair_internal.h"
#include "store/vault_renewal.h"

#define SECRET_MOST 1024 /* bytes of a row of meta that holds keys, opened */

static bool key_is(struct span key, const char *letter, size_t size)
{
	return key.size == size && key.data[0] == letter[0];
}

static bool slot_key_is(struct span key)
{
	return key_is(key, META_SLOT, sizeof META_SLOT);
}

/* The key of who signs by a slot: encrypted to its door. */
static bool author_key_is(struct span key, struct span value)
{
	return key_is(key, META_AUTHOR, sizeof META_AUTHOR) && author_file_is_formed(value);
}

/* Whether a row may be one of meta; of the keys of other tables none has these forms, but that of
 * a countersignature. */
static bool meta_key_is(struct span key)
{
	return key_is(key, META_STORE, 1) || key_is(key, META_STATE, 1) || key_is(key, META_IDENTITY, 1) ||
	       key_is(key, META_RENEWAL, 1) || key_is(key, META_RESTORED, 1) || slot_key_is(key) || key_is(key, META_AUTHOR, sizeof META_AUTHOR) ||
	       key_is(key, META_IDENTITY, sizeof(struct layout_epoch_key)) ||
	       key_is(key, META_CARD, sizeof(struct layout_epoch_key)) || partner_secret_key_is(key);
}

static bool first_row_is(struct span key, struct span value)
{
	return key_is(key, META_STORE, 1) && value.size == sizeof(struct layout_store) &&
	       memcmp(value.data, LAYOUT_MAGIC, sizeof((struct layout_store){ 0 }.magic)) == 0;
}

static int meta_add(struct repairing *repairing, enum repair_from from, uint8_t backup, struct span key,
                    struct span value, struct qorgan_error *error)
{
	struct repair_meta meta = { .from = (uint8_t)from, .backup = backup, .key_size = (uint8_t)key.size };
	struct seal_head head;

	if (!meta_key_is(key) || (key_is(key, META_STORE, 1) && !first_row_is(key, value)) ||
	    (slot_key_is(key) && slot_kind_of(value) == SLOT_DAMAGED) ||
	    (key.data[0] == META_AUTHOR[0] && !author_key_is(key, value)))
		return QORGAN_OK;
	/* Former copies of a page hold the same rows. */
	for (size_t i = 0; i < REPAIR_COUNT(repairing->meta, struct repair_meta); i++) {
		const struct repair_meta *there = REPAIR_AT(repairing->meta, struct repair_meta, i);
		if (there->backup == backup && (there->from <= from) && there->key_size == key.size &&
		    memcmp(there->key, key.data, key.size) == 0 && span_equal(buffer_span(&there->value), value))
			return QORGAN_OK;
	}
	if (seal_head_read(value, &head))
		meta.leaf = head.leaf;
	memcpy(meta.key, key.data, key.size);
	buffer_append_span(&meta.value, value);
	int code = meta.value.failed ? error_set_memory(error)
	                             : repair_append(&repairing->meta, &meta, sizeof meta, error);
	if (code)
		buffer_free(&meta.value);
	return code;
}

static int salvaged_take(void *context, const struct engine_salvaged *row, struct qorgan_error *error)
{
	return meta_add(context, (enum repair_from)row->rank, 0, row->key, row->value, error);
}

static int backup_take(struct repairing *repairing, uint8_t number, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	bool more = true;
	int code = engine_range_open(repairing->backups[number].view->txn, ENGINE_META, (struct span){ 0 }, (struct span){ 0 },
	                             false, &range, error);

	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more)
		code = meta_add(repairing, FROM_BACKUP, number, key, value, error);
	engine_range_close(range);
	return code;
}

bool repair_meta_is_clear(const struct repair_meta *meta)
{
	return meta->key[0] == META_STORE[0] || meta->key[0] == META_SLOT[0] || meta->key[0] == META_AUTHOR[0];
}

static int engine_row_put(struct engine *engine, struct span key, struct span value, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	int code = engine_begin_write(engine, &txn, error);

	if (!code)
		code = engine_put(txn, ENGINE_META, key, value, error);
	if (!code)
		return engine_commit(txn, error);
	engine_abort(txn);
	return code;
}

/* ---- Opening ------------------------------------------------------------------------ */

/* Which slots are tried together: those that the file has now; those of backups; last those that it had
 * formerly, as a user who was retired may be among them. */
static bool is_of_group(const struct repair_meta *meta, enum repair_from group)
{
	return group == FROM_LIVE ? meta->from <= FROM_STRAY : meta->from == group;
}

/* The first row of the store: of the best source that has one. */
static const struct repair_meta *first_row(const struct repairing *repairing)
{
	const struct repair_meta *best = NULL;

	for (size_t i = 0; i < REPAIR_COUNT(repairing->meta, struct repair_meta); i++) {
		const struct repair_meta *meta = REPAIR_AT(repairing->meta, struct repair_meta, i);
		if (meta->key[0] == META_STORE[0] && (!best || meta->from < best->from))
			best = meta;
	}
	return best;
}

/* An engine with the first row and the slots of a group; *slots is how many. */
static int group_engine(struct repairing *repairing, const struct repair_meta *first, enum repair_from group,
                        struct engine **engine, unsigned *slots, struct qorgan_error *error)
{
	int code = engine_open_memory(engine, error);

	*slots = 0;
	if (!code)
		code = engine_row_put(*engine, span_of(META_STORE), buffer_span(&first->value), error);
	for (size_t i = 0; i < REPAIR_COUNT(repairing->meta, struct repair_meta) && !code && *slots < 256; i++) {
		const struct repair_meta *meta = REPAIR_AT(repairing->meta, struct repair_meta, i);
		/* Of several that had one number each is tried: the number counts for nothing here. */
		char key[] = { META_SLOT[0], (char)*slots };
		if (meta->key[0] != META_SLOT[0] || !is_of_group(meta, group))
			continue;
		code = engine_row_put(*engine, (struct span){ key, sizeof key }, buffer_span(&meta->value), error);
		++*slots;
	}
	return code;
}

static int group_open(struct repairing *repairing, const struct repair_meta *first, enum repair_from group,
                      struct qorgan_error *error)
{
	struct engine *engine = NULL;
	unsigned slots = 0;
	int code = group_engine(repairing, first, group, &engine, &slots, error);

	if (!code && slots) {
		repairing->slots_from = group;
		return vault_open_rows(engine, repairing->how->path, repairing->how->keys, &repairing->base, error);
	}
	engine_close(engine);
	return code ? code : QORGAN_ABSENT;
}

static int keys_find(struct repairing *repairing, struct qorgan_error *error)
{
	static const enum repair_from groups[] = { FROM_LIVE, FROM_BACKUP, FROM_FREED };
	const struct repair_meta *first = first_row(repairing);
	struct qorgan_error why = { 0 };
	int code = QORGAN_ABSENT;

	if (!first)
		return error_set(error, repair_give_up(repairing), "%s is no store, or its first row is lost: give a backup of it with "
		                 "--from-backup", repairing->how->path);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0] && (code == QORGAN_ABSENT || code == QORGAN_DENIED); i++) {
		struct qorgan_error now = { 0 };
		code = group_open(repairing, first, groups[i], &now);
		if (code && code != QORGAN_ABSENT && !why.code)
			why = now;
	}
	if (code == QORGAN_ABSENT && !why.code)
		return error_set(error, QORGAN_IO, "no slot is left in %s, so that nothing opens it: give a backup of it with "
		                 "--from-backup", repairing->how->path);
	if (code && error) {
		*error = why;
		code = why.code;
	}
	return code;
}

/* ---- The sealed rows ------------------------------------------------------------------ */

const struct keys *repair_keys_of(const struct repairing *repairing, uint8_t from, uint8_t backup)
{
	return from == FROM_BACKUP ? repairing->backups[backup].store->keys : repairing->base->keys;
}

static bool row_opens(struct repairing *repairing, const struct repair_meta *meta, struct buffer *plain)
{
	const struct keys *keys = repair_keys_of(repairing, meta->from, meta->backup);
	struct seal_place place = { .table = ENGINE_META, .key = { meta->key, meta->key_size } };
	struct span sealed = buffer_span(&meta->value);

	if (partner_secret_key_is(place.key)) /* who only reads can but keep it */
		return !(keys->root.roles & KEYS_MAY_WRITE) || !seal_open_shared(keys, repairing->base->id, &place, sealed, plain, NULL);
	return !seal_open(keys, repairing->base->id, &place, sealed, plain, NULL);
}

/* Which of two rows with one key is the newer. */
static bool is_better(const struct repair_meta *a, const struct repair_meta *b)
{
	return a->leaf != b->leaf ? a->leaf > b->leaf : a->from < b->from;
}

/* Into the base: what opens and is the best of its key. A row of another epoch of a backup is left: its
 * keys are others. */
static int row_settle(struct repairing *repairing, size_t number, struct buffer *secret, struct qorgan_error *error)
{
	struct repair_meta *meta = REPAIR_AT(repairing->meta, struct repair_meta, number);
	const struct keys *keys = repair_keys_of(repairing, meta->from, meta->backup);
	bool is_secret = meta->key[0] == META_IDENTITY[0] || meta->key[0] == META_RENEWAL[0] || meta->key[0] == META_SECRET[0];

	if (repair_meta_is_clear(meta) || keys->root.epoch != repairing->base->keys->root.epoch)
		return QORGAN_OK;
	buffer_clear(secret);
	meta->authentic = row_opens(repairing, meta, is_secret ? secret : &repairing->plain);
	for (size_t i = 0; meta->authentic && i < number; i++) {
		struct repair_meta *there = REPAIR_AT(repairing->meta, struct repair_meta, i);
		if (!there->authentic || there->key_size != meta->key_size || memcmp(there->key, meta->key, meta->key_size) != 0)
			continue;
		if (is_better(meta, there))
			there->authentic = false;
		else
			meta->authentic = false;
	}
	return meta->authentic ? engine_row_put(repairing->base->engine, (struct span){ meta->key, meta->key_size },
	                                        buffer_span(&meta->value), error)
	                       : QORGAN_OK;
}

static int rows_settle(struct repairing *repairing, struct qorgan_error *error)
{
	void *place = secret_alloc(SECRET_MOST);
	struct buffer secret = buffer_over(place, place ? SECRET_MOST : 0);
	int code = place ? QORGAN_OK : error_set_memory(error);

	for (size_t i = 0; i < REPAIR_COUNT(repairing->meta, struct repair_meta) && !code; i++) {
		secret.failed = false;
		code = row_settle(repairing, i, &secret, error);
	}
	secret_free(place);
	return code;
}

int repair_base_open(struct repairing *repairing, struct qorgan_error *error)
{
	int code = engine_salvage_rows(repairing->salvage, salvaged_take, repairing, error);

	for (size_t i = 0; i < repairing->backup_count && !code; i++)
		code = backup_take(repairing, (uint8_t)i, error);
	if (!code)
		code = keys_find(repairing, error);
	for (size_t i = 0; i < repairing->backup_count && !code; i++)
		if (memcmp(repairing->backups[i].store->id, repairing->base->id, KEYS_STORE_ID_SIZE) != 0)
			code = error_set(error, QORGAN_BAD_DATA, "%s is a backup of another store: its id is %s, that of %s is %s",
			                 repairing->backups[i].file, repairing->backups[i].store->id_text, repairing->how->path,
			                 repairing->base->id_text);
	if (!code)
		code = rows_settle(repairing, error);
	if (!code)
		code = engine_begin_read(repairing->base->engine, &repairing->base_view.txn, error);
	if (!code) {
		repairing->base_view.vault = repairing->base;
		/* Of a renewal that was over long ago the row may be met too: what it opens is no other. */
		vault_renewal_recall(repairing->base, repairing->base_view.txn, NULL);
		/* What is drafted is no part of a log. */
		if (!checkout_load(repairing->base, repairing->base_view.txn, NULL))
			code = checkout_refuse(repairing->base, error);
	}
	return code;
}
