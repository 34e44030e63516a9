/* Views: reading objects, versions, leaves. */
#include <sodium.h>
#include <string.h>

#include "store/lost.h"
#include "store/mirror_internal.h"

unsigned vault_schema_shard(const struct qorgan_store *vault, const struct schema *schema)
{
	return vault->keys->shards[schema->number % ENGINE_HEAD_SHARDS];
}

void vault_id_hash(const struct qorgan_store *vault, const char *owner, const struct schema *schema, struct span id,
                   uint8_t hash[VAULT_ID_HASH_SIZE])
{
	char text[KEYS_STATE_LIMIT + RECORD_NAME_LIMIT + RECORD_ID_LIMIT];
	size_t owner_size = strlen(owner) + 1, kind_size = strlen(schema->kind) + 1;
	size_t id_size = id.size < RECORD_ID_LIMIT ? id.size : RECORD_ID_LIMIT;

	/* owner NUL kind NUL id: none of them holds a NUL, so nothing collides. */
	memcpy(text, owner, owner_size);
	memcpy(text + owner_size, schema->kind, kind_size);
	memcpy(text + owner_size + kind_size, id.data, id_size);
	crypto_generichash(hash, VAULT_ID_HASH_SIZE, (const uint8_t *)text, owner_size + kind_size + id_size,
	                   vault->keys->ids, sizeof vault->keys->ids);
}

int vault_meta_row_get(struct qorgan_store *vault, struct engine_txn *txn, struct span key, struct buffer *plain,
                       struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_META, .key = key };
	struct span sealed;
	int code = engine_get(txn, ENGINE_META, place.key, &sealed, error);

	if (code)
		return code;
	code = seal_open(vault->keys, vault->id, &place, sealed, plain, error);
	return code ? error_prefix(error, code, "the row \"%.1s\"", key.data) : QORGAN_OK;
}

int vault_meta_get(struct qorgan_store *vault, struct engine_txn *txn, const char *name, struct buffer *plain,
                   struct qorgan_error *error)
{
	return vault_meta_row_get(vault, txn, span_of(name), plain, error);
}

int vault_meta_put(struct qorgan_store *vault, struct engine_txn *txn, const char *name, struct span plain,
                   struct qorgan_error *error)
{
	return vault_meta_row_put(vault, txn, span_of(name), plain, error);
}

int vault_meta_row_put(struct qorgan_store *vault, struct engine_txn *txn, struct span key, struct span plain,
                       struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_META, .key = key };
	struct buffer sealed = { 0 };

	seal_put(vault->keys, vault->id, &place, plain, &sealed);
	int code = sealed.failed ? error_set_memory(error)
	                         : engine_put(txn, ENGINE_META, place.key, buffer_span(&sealed), error);
	buffer_free(&sealed);
	return code;
}

void vault_record_free(struct vault_record *record)
{
	buffer_free(&record->plain);
}

int vault_lookup(struct vault_view *view, const struct schema *schema, struct span id, struct vault_entry *entry,
                 struct qorgan_error *error)
{
	uint8_t hash[VAULT_ID_HASH_SIZE];
	struct span value;

	vault_id_hash(view->vault, view->vault->keys->root.state, schema, id, hash);
	engine_expect_object(view->txn, LAYOUT_SPAN(hash)); /* its head is asked for next */
	int code = engine_get(view->txn, ENGINE_IDS, LAYOUT_SPAN(hash), &value, error);
	if (code)
		return code;
	if (value.size != sizeof(struct layout_id))
		return error_set(error, QORGAN_IO, "an entry of the index is malformed: the store is damaged; run qorgan verify");
	const struct layout_id *row = (const struct layout_id *)value.data;
	entry->shard = row->shard;
	entry->number = bytes_get_u64(row->number);
	if (entry->shard >= ENGINE_HEAD_SHARDS)
		return error_set(error, QORGAN_IO, "an entry of the index is malformed: the store is damaged; run qorgan verify");
	return QORGAN_OK;
}

/* Decrypts a row and takes the record apart. */
static int row_open(struct vault_view *view, struct seal_place *place, struct span sealed,
                    struct vault_record *record, struct qorgan_error *error)
{
	int code = seal_open(view->vault->keys, view->vault->id, place, sealed, &record->plain, error);

	if (!code)
		code = record_parse(buffer_span(&record->plain), &record->record, error);
	if (!code && record->record.version != place->version)
		code = error_set(error, QORGAN_IO, "a record is not the version that it is stored as: the store is damaged");
	record->leaf = place->leaf;
	record->mirrored = false;
	record->lost = !code && lost_is(&record->record);
	return code;
}

int vault_head_open(struct vault_view *view, unsigned shard, uint64_t number, struct span sealed,
                    struct vault_record *record, struct qorgan_error *error)
{
	struct layout_number_key key = layout_number(number);
	struct seal_place place = { .table = ENGINE_HEADS, .key = LAYOUT_SPAN(key) };
	int code = row_open(view, &place, sealed, record, error);

	record->place = (struct vault_place){ (uint8_t)shard, number, place.version };
	record->newest = true;
	return code;
}

int vault_history_open(struct vault_view *view, unsigned shard, uint64_t number, uint32_t version,
                       struct span sealed, struct vault_record *record, struct qorgan_error *error)
{
	struct layout_version_key key = layout_version(number, version);
	struct seal_place place = { .table = ENGINE_HISTORY, .key = LAYOUT_SPAN(key) };
	int code = row_open(view, &place, sealed, record, error);

	record->place = (struct vault_place){ (uint8_t)shard, number, version };
	record->newest = false;
	if (!code && place.version != version)
		return error_set(error, QORGAN_IO, "a version is stored under another's number: the store is damaged");
	return code;
}

static int vault_commit_open(struct vault_view *view, uint64_t number, struct vault_record *record,
                             struct qorgan_error *error)
{
	struct layout_commit_key key = layout_commit(number, 'r');
	struct seal_place place = { .table = ENGINE_COMMITS, .key = LAYOUT_SPAN(key) };
	struct span sealed;
	int code = engine_get(view->txn, ENGINE_COMMITS, place.key, &sealed, error);

	if (code)
		return code;
	record->place = (struct vault_place){ LAYOUT_COMMIT_SHARD, number, 1 };
	record->newest = true;
	return row_open(view, &place, sealed, record, error);
}

/* What the head of a row says of its version, if the view may see it. */
static int head_row(struct vault_view *view, const struct vault_entry *entry, struct span *sealed,
                    struct seal_head *head, struct qorgan_error *error)
{
	struct layout_number_key key = layout_number(entry->number);
	int code = engine_get(view->txn, ENGINE_HEADS + entry->shard, LAYOUT_SPAN(key), sealed, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "an object's newest version is missing: the store is damaged; run qorgan verify");
	if (code)
		return code;
	if (!seal_head_read(*sealed, head))
		return error_set(error, QORGAN_IO, "an object's newest version is cut short: the store is damaged");
	return head->leaf < view->state.tree.size ? QORGAN_OK : QORGAN_ABSENT;
}

/* An object that is not found may be one that damage hides: the index must be
 * as large as the log says. */
static int index_check(struct vault_view *view, struct qorgan_error *error)
{
	uint64_t count, expected = 0;
	int code = engine_count(view->txn, ENGINE_IDS, &count, error);

	if (code)
		return code;
	for (size_t i = 0; i < ENGINE_HEAD_SHARDS; i++)
		expected += view->state.heads[i];
	if (count < expected)
		return error_set(error, QORGAN_IO, "the index lacks objects: the store is damaged; run qorgan verify");
	return QORGAN_OK;
}

static int own_find(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
                    struct qorgan_error *error)
{
	struct vault_entry entry;
	struct seal_head head;
	struct span sealed;
	int code = vault_lookup(view, schema, id, &entry, error);

	if (code == QORGAN_ABSENT) {
		int damaged = index_check(view, error);
		return damaged ? damaged : QORGAN_ABSENT;
	}
	if (!code)
		code = head_row(view, &entry, &sealed, &head, error);
	if (!code)
		*place = (struct vault_place){ entry.shard, entry.number, head.version };
	return code;
}

static int commit_get(struct vault_view *view, uint64_t number, struct vault_record *record,
                      struct qorgan_error *error)
{
	if (number < 1 || number > view->state.commits)
		return QORGAN_ABSENT;
	int code = vault_commit_open(view, number, record, error);
	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "commit %llu is missing: the store is damaged; run qorgan verify",
		                 (unsigned long long)number);
	return code;
}

int vault_get_commit(struct vault_view *view, uint64_t number, struct vault_record *record,
                     struct qorgan_error *error)
{
	int code = commit_get(view, number, record, error);

	if (!code && !vault_view_allows(view, record, &code, error) && !code)
		code = QORGAN_ABSENT;
	return code;
}

static int place_get(struct vault_view *view, const struct vault_place *place, uint32_t version,
                    struct vault_record *record, struct qorgan_error *error)
{
	struct vault_entry entry = { place->shard, place->number };
	struct layout_version_key key;
	struct seal_head head;
	struct span sealed;
	int code;

	if (place->shard == LAYOUT_COMMIT_SHARD)
		return commit_get(view, place->number, record, error);
	if (mirror_place(place))
		return mirror_get(view, place, version, record, error);
	code = head_row(view, &entry, &sealed, &head, error);
	if (code)
		return code;
	if (version == 0 || version == head.version)
		return vault_head_open(view, place->shard, place->number, sealed, record, error);
	if (version > head.version)
		return QORGAN_ABSENT;
	key = layout_version(place->number, version);
	code = engine_get(view->txn, ENGINE_HISTORY, LAYOUT_SPAN(key), &sealed, error);
	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "version %u of an object is missing: the store is damaged; run qorgan verify",
		                 version);
	if (code)
		return code;
	return vault_history_open(view, place->shard, place->number, version, sealed, record, error);
}

int vault_get_place(struct vault_view *view, const struct vault_place *place, uint32_t version,
                    struct vault_record *record, struct qorgan_error *error)
{
	int code = place_get(view, place, version, record, error);

	if (!code && record->lost && place->shard != LAYOUT_COMMIT_SHARD)
		return lost_refuse(&record->record, error);
	if (!code && !vault_view_allows(view, record, &code, error) && !code)
		code = QORGAN_ABSENT;
	return code;
}

/* Of an object that was found: whether the view shows its newest version. Where it shows
 * all, and nothing was ever forgotten, there is no need to look. */
static int find_allow(struct vault_view *view, const struct vault_place *place, struct qorgan_error *error)
{
	bool forgets = !view->shows_absent && vault_view_heads(view, schema_find("forgetting", 10));
	struct vault_record record = { 0 };
	int code = view->allows || forgets ? vault_get_place(view, place, 0, &record, error) : QORGAN_OK;

	vault_record_free(&record);
	return code;
}

int vault_find(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
               struct qorgan_error *error)
{
	int code = mirror_find(view, schema, id, place, error);

	if (code == QORGAN_ABSENT)
		return vault_find_own(view, schema, id, place, error);
	return code ? code : find_allow(view, place, error);
}

int vault_find_own(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
                   struct qorgan_error *error)
{
	int code = own_find(view, schema, id, place, error);

	return code ? code : find_allow(view, place, error);
}

/* A head put back from an older copy of the file authenticates, but its version
 * has long been among the older ones. */
static int replay_refuse(struct vault_view *view, const struct vault_place *place, struct qorgan_error *error)
{
	struct layout_version_key key = layout_version(place->number, place->version);
	struct span sealed;
	int code = mirror_place(place) ? QORGAN_ABSENT
	                               : engine_get(view->txn, ENGINE_HISTORY, LAYOUT_SPAN(key), &sealed, error);

	if (code == QORGAN_ABSENT)
		return QORGAN_OK;
	return code ? code : error_set(error, QORGAN_IO, "an older version was put in the place of the newest: the store was "
	                               "altered; run qorgan verify");
}

typedef int (*object_finder)(struct vault_view *view, const struct schema *schema, struct span id,
                             struct vault_place *place, struct qorgan_error *error);

static int object_get(struct vault_view *view, const struct schema *schema, struct span id, uint32_t version,
                      object_finder find, struct vault_record *record, struct qorgan_error *error)
{
	struct vault_place place;
	int code;

	if (schema->id_form == SCHEMA_ID_NUMBER) {
		uint64_t number = 0;
		for (size_t i = 0; i < id.size && i < 19 && id.data[i] >= '0' && id.data[i] <= '9'; i++)
			number = number * 10 + (uint64_t)(id.data[i] - '0');
		bool exists = version <= 1 && !record_id_check(schema, id, NULL);
		return exists ? vault_get_commit(view, number, record, error) : QORGAN_ABSENT;
	}
	code = find(view, schema, id, &place, error);
	if (!code)
		code = replay_refuse(view, &place, error);
	if (!code)
		code = vault_get_place(view, &place, version, record, error);
	/* The index is not authenticated: what it led to must be what was asked for. */
	if (!code && (!span_equal(record->record.id, id) || !span_is(record->record.kind, schema->kind)))
		code = error_set(error, QORGAN_IO, "the index leads to another object: the store is damaged; run qorgan verify");
	return code;
}

int vault_get(struct vault_view *view, const struct schema *schema, struct span id, uint32_t version,
              struct vault_record *record, struct qorgan_error *error)
{
	return object_get(view, schema, id, version, vault_find, record, error);
}

int vault_get_own(struct vault_view *view, const struct schema *schema, struct span id, uint32_t version,
                  struct vault_record *record, struct qorgan_error *error)
{
	return object_get(view, schema, id, version, vault_find_own, record, error);
}

int vault_leaf_open(struct vault_view *view, uint64_t leaf, const struct layout_leaf *row,
                    struct vault_record *record, struct qorgan_error *error)
{
	struct vault_place place = { row->shard, bytes_get_u64(row->number), 0 };
	int code = QORGAN_ABSENT;

	if (row->shard == LAYOUT_COMMIT_SHARD)
		code = commit_get(view, place.number, record, error);
	else if (row->shard < ENGINE_HEAD_SHARDS)
		code = place_get(view, &place, bytes_get_u32(row->version), record, error);
	if (code == QORGAN_ABSENT || (!code && record->leaf != leaf))
		code = error_set(error, QORGAN_IO, "leaf %llu leads to no version: the store is damaged; run qorgan verify",
		                 (unsigned long long)leaf);
	return code;
}

int vault_get_leaf(struct vault_view *view, uint64_t leaf, struct vault_record *record, struct qorgan_error *error)
{
	struct layout_number_key key = layout_number(leaf);
	struct layout_leaf row;
	struct span value;

	if (leaf >= view->state.tree.size)
		return QORGAN_ABSENT;
	int code = engine_get(view->txn, ENGINE_LEAVES, LAYOUT_SPAN(key), &value, error);
	if (code == QORGAN_ABSENT || (!code && value.size != sizeof row))
		return error_set(error, QORGAN_IO, "leaf %llu of the log is missing: the store is damaged; run qorgan verify",
		                 (unsigned long long)leaf);
	if (code)
		return code;
	memcpy(&row, value.data, sizeof row);
	code = vault_leaf_open(view, leaf, &row, record, error);
	if (!code && !vault_view_allows(view, record, &code, error) && !code)
		code = QORGAN_ABSENT;
	return code;
}

int vault_scan_leaves(struct vault_view *view, uint64_t first, vault_each each, void *context,
                      struct qorgan_error *error)
{
	struct layout_number_key low = layout_number(first);
	struct vault_record record = { 0 };
	struct engine_range *range = NULL;
	struct layout_leaf row;
	struct span key, value;
	int code = engine_range_open(view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false, &range, error);

	for (uint64_t leaf = first; !code && leaf < view->state.tree.size; leaf++) {
		code = engine_range_next(range, &key, &value, error);
		if (code == QORGAN_ABSENT || (!code && (key.size != 8 || bytes_get_u64(key.data) != leaf || value.size != sizeof row)))
			code = error_set(error, QORGAN_IO, "leaf %llu of the log is missing: the store is damaged; run qorgan verify",
			                 (unsigned long long)leaf);
		if (code)
			break;
		memcpy(&row, value.data, sizeof row);
		code = vault_leaf_open(view, leaf, &row, &record, error);
		memcpy(record.hash, row.hash, sizeof record.hash);
		if (!code && !record.lost && vault_view_allows(view, &record, &code, error))
			code = each(context, &record, error);
	}
	engine_range_close(range);
	vault_record_free(&record);
	return code;
}

int vault_scan_history(struct vault_view *view, const struct vault_place *place, vault_each each, void *context,
                       struct qorgan_error *error)
{
	struct layout_version_key low = layout_version(place->number, 0);
	struct layout_version_key high = layout_version(place->number, place->version);
	struct vault_record record = { 0 };
	struct engine_range *range = NULL;
	struct span key, sealed;
	uint32_t expected = place->version;
	bool more = true;
	int code;

	if (mirror_place(place))
		return mirror_scan_history(view, place, each, context, error);
	code = engine_range_open(view->txn, ENGINE_HISTORY, LAYOUT_SPAN(low), LAYOUT_SPAN(high), true, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		uint32_t version = key.size == sizeof(struct layout_version_key) ? bytes_get_u32(key.data + 8) : 0;
		if (version != --expected) {
			code = error_set(error, QORGAN_IO, "version %u of an object is missing: the store is damaged", expected);
			break;
		}
		code = vault_history_open(view, place->shard, place->number, version, sealed, &record, error);
		if (!code && !record.lost && vault_view_allows(view, &record, &code, error))
			code = each(context, &record, error);
	}
	if (!code && expected > 1)
		code = error_set(error, QORGAN_IO, "version %u of an object is missing: the store is damaged", expected - 1);
	engine_range_close(range);
	vault_record_free(&record);
	return code;
}

int vault_leaf_hashes(struct vault_view *view, uint64_t first, uint64_t count, struct buffer *hashes,
                      struct qorgan_error *error)
{
	struct layout_number_key low = layout_number(first), high = layout_number(first + count);
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);

	for (uint64_t i = first; !code && i < first + count; i++) {
		code = engine_range_next(range, &key, &value, error);
		if (code == QORGAN_ABSENT ||
		    (!code && (key.size != 8 || bytes_get_u64(key.data) != i || value.size != sizeof(struct layout_leaf))))
			code = error_set(error, QORGAN_IO, "leaf %llu of the log is missing: the store is damaged; run qorgan verify",
			                 (unsigned long long)i);
		if (!code) {
			buffer_append(hashes, value.data, MERKLE_HASH_SIZE);
			if (hashes->failed)
				code = error_set_memory(error);
		}
	}
	engine_range_close(range);
	return code;
}

int tree_node_get(struct engine_txn *txn, unsigned table, struct span key, uint8_t hash[MERKLE_HASH_SIZE])
{
	struct span value;
	int code = engine_get(txn, table, key, &value, NULL);

	if (code)
		return code;
	if (value.size != MERKLE_HASH_SIZE)
		return QORGAN_IO;
	memcpy(hash, value.data, MERKLE_HASH_SIZE);
	return QORGAN_OK;
}

int vault_tree_node(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	struct vault_view *view = context;

	if (level >= LAYOUT_TREE_LEVEL) {
		struct layout_tree_key key = layout_node(level, index);
		return tree_node_get(view->txn, ENGINE_TREE, LAYOUT_SPAN(key), hash);
	}

	uint64_t count = (uint64_t)1 << level;
	struct buffer hashes = { 0 };
	int code = vault_leaf_hashes(view, index << level, count, &hashes, NULL);
	if (!code)
		merkle_root_of(hashes.data, count, hash);
	buffer_free(&hashes);
	return code;
}
