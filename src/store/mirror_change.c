/* Writing to the mirror. As in the vault, new rows lie where no view looks until
 * the change is committed, and a kill leaves rows that the next writer removes. */
#include <stdlib.h>
#include <string.h>

#include "store/mirror_change.h"

#define BATCH_PAGES_BYTES ((size_t)64 << 20) /* changed in one transaction, about */
#define PAGE_BYTES 4096
#define INDEX_ENTRY_BYTES 64 /* in a page that is not full */

/* ---- Rows ------------------------------------------------------------------------ */

static int row_write(struct vault_change *change, struct span key, struct span value, bool fresh,
                     struct qorgan_error *error)
{
	struct span before;
	int code = fresh ? QORGAN_ABSENT : engine_get(change->view.txn, ENGINE_MIRROR, key, &before, error);

	if (code && code != QORGAN_ABSENT)
		return code;
	change->next.mirror_rows += code == QORGAN_ABSENT;
	change->batch_bytes += key.size + value.size;
	return engine_put(change->view.txn, ENGINE_MIRROR, key, value, error);
}

int mirror_row_put(struct vault_change *change, struct span key, struct span value, struct qorgan_error *error)
{
	return row_write(change, key, value, false, error);
}

static int row_seal(struct vault_change *change, struct span key, uint32_t version, struct span plain, bool fresh,
                    struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	struct seal_place place = { .table = ENGINE_MIRROR, .key = key, .version = version,
		                        .leaf = change->view.state.tree.size };

	buffer_clear(&change->sealed);
	seal_put(vault->keys, vault->id, &place, plain, &change->sealed);
	return change->sealed.failed ? error_set_memory(error)
	                             : row_write(change, key, buffer_span(&change->sealed), fresh, error);
}

int mirror_row_seal(struct vault_change *change, struct span key, uint32_t version, struct span plain,
                    struct qorgan_error *error)
{
	return row_seal(change, key, version, plain, false, error);
}

static int row_delete(struct vault_change *change, struct span key, struct qorgan_error *error)
{
	int code = engine_delete(change->view.txn, ENGINE_MIRROR, key, error);

	if (!code)
		change->next.mirror_rows--;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* ---- One version ------------------------------------------------------------------- */

/* The entry of the object in the index, if there is one; whether other logs have an
 * object of that kind and id. */
static int entry_find(struct vault_change *change, const struct layout_mirror_id_key *own, struct layout_id *entry,
                      bool *found, bool *others, struct qorgan_error *error)
{
	struct layout_mirror_id_key low = layout_mirror_id(own->hash, 0), high = layout_mirror_id(own->hash, UINT16_MAX);
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(change->view.txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);

	*found = *others = false;
	while (!code && !(code = engine_range_next(range, &key, &value, error))) {
		if (key.size != sizeof *own || memcmp(key.data, own, sizeof *own) != 0) {
			*others = true;
		} else if (value.size != sizeof *entry) {
			code = error_set(error, QORGAN_IO, "an entry of the mirror is malformed: the store is damaged; run qorgan verify");
		} else {
			memcpy(entry, value.data, sizeof *entry);
			*found = true;
		}
	}
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* The number of the object; a new one gets its entry in the index. */
static int object_number(struct vault_change *change, const struct mirror_log *log, const struct schema *schema,
                         struct span id, struct mirror_put *put, struct qorgan_error *error)
{
	struct layout_id entry = { 0 };
	struct layout_mirror_id_key key;
	uint8_t hash[16];
	bool found, others;

	mirror_id_hash(change->view.vault, schema, id, hash);
	key = layout_mirror_id(hash, log->number);
	int code = entry_find(change, &key, &entry, &found, &others, error);
	if (code)
		return code;
	put->alone = !others;
	put->outcome = found ? VAULT_CHANGED : VAULT_CREATED;
	if (found) {
		put->place.number = bytes_get_u64(entry.number);
		return QORGAN_OK;
	}
	put->place.number = change->next.mirror_objects;
	entry.shard = put->place.shard & (uint8_t)~LAYOUT_MIRRORED;
	bytes_put_u64(entry.number, put->place.number);
	code = row_write(change, LAYOUT_SPAN(key), LAYOUT_SPAN(entry), true, error);
	if (!code)
		change->next.mirror_objects++;
	change->scattered_bytes += PAGE_BYTES;
	return code;
}

/* Whether the pages that the transaction has changed, which lie in memory, are many: for
 * each entry of the index another one, as long as it has so many. */
static bool batch_is_full(const struct vault_change *change)
{
	uint64_t index = change->next.mirror_objects * INDEX_ENTRY_BYTES;

	return change->batch_bytes > VAULT_BATCH_BYTES ||
	       change->batch_bytes + (index < change->scattered_bytes ? index : change->scattered_bytes) > BATCH_PAGES_BYTES;
}

/* What is held already under a number of version must be just this. */
static int version_compare(struct vault_change *change, const struct layout_mirror_version_key *key, struct span sealed,
                           uint64_t leaf, const struct record *record, struct qorgan_error *error)
{
	struct vault_record *held = &change->before;
	int code = mirror_open(&change->view, key, sealed, held, error);

	/* What was forgotten here stays so, though its owner sends it again. */
	if (code || (held->leaf == leaf && (held->record.absence || span_equal(held->record.bytes, record->bytes))))
		return code;
	return error_set(error, QORGAN_PROTOCOL, "%.*s %.*s version %u is another one than was received before, as leaf %llu",
	                 (int)record->kind.size, record->kind.data, (int)record->id.size, record->id.data, record->version,
	                 (unsigned long long)held->leaf);
}

int mirror_change_put(struct vault_change *change, struct mirror_log *log, uint64_t leaf, const struct record *record,
                      const struct schema *schema, struct mirror_put *put, struct qorgan_error *error)
{
	struct layout_mirror_trailer trailer = { .log = { (uint8_t)(log->number >> 8), (uint8_t)log->number } };
	struct layout_mirror_version_key key;
	struct span sealed;
	int code;

	put->place.shard = (uint8_t)(vault_schema_shard(change->view.vault, schema) | LAYOUT_MIRRORED);
	put->place.version = record->version;
	code = object_number(change, log, schema, record->id, put, error);
	if (code)
		return code;
	key = layout_mirror_version(put->place.shard, put->place.number, record->version);
	if (put->outcome == VAULT_CHANGED) {
		code = engine_get(change->view.txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &sealed, error);
		if (!code) {
			put->outcome = VAULT_UNCHANGED;
			return version_compare(change, &key, sealed, leaf, record, error);
		}
		if (code != QORGAN_ABSENT)
			return code;
	}
	bytes_put_u64(trailer.leaf, leaf);
	buffer_clear(&change->text);
	buffer_append_span(&change->text, record->bytes);
	buffer_append(&change->text, &trailer, sizeof trailer);
	code = change->text.failed ? error_set_memory(error)
	                           : row_seal(change, LAYOUT_SPAN(key), record->version, buffer_span(&change->text), true, error);
	if (!code)
		log->versions++;
	return code || !batch_is_full(change) ? code : vault_change_batch(change, error);
}

/* ---- Who counts --------------------------------------------------------------------- */

int mirror_change_standing(struct vault_change *change, const struct vault_place *place, enum mirror_standing standing,
                           uint32_t withdrawn, struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object('n', place->shard, place->number);
	struct layout_mirror_standing row = { .why = (uint8_t)standing };

	if (standing == MIRROR_COUNTS)
		return row_delete(change, LAYOUT_SPAN(key), error);
	bytes_put_u32(row.version, withdrawn);
	return row_seal(change, LAYOUT_SPAN(key), 0, LAYOUT_SPAN(row), false, error);
}

int mirror_change_counts(struct vault_change *change, const struct vault_place *place, bool *counts,
                         struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object('n', place->shard, place->number);
	struct span row;
	int code = engine_get(change->view.txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &row, error);

	*counts = code == QORGAN_ABSENT;
	return *counts ? QORGAN_OK : code;
}

int mirror_change_stand_back(struct vault_change *change, const struct vault_place *place, bool back, bool *changed,
                             struct qorgan_error *error)
{
	struct layout_mirror_object_key key = layout_mirror_object('o', place->shard, place->number);
	uint64_t rows = change->next.mirror_rows;
	int code = back ? row_seal(change, LAYOUT_SPAN(key), 0, (struct span){ "", 0 }, false, error)
	                : row_delete(change, LAYOUT_SPAN(key), error);

	*changed = change->next.mirror_rows != rows;
	return code;
}

int mirror_change_final(struct vault_change *change, struct qorgan_error *error)
{
	return change->batch_bytes > VAULT_BATCH_BYTES / 4 ? vault_change_batch(change, error) : QORGAN_OK;
}

struct vault_view *mirror_change_peek(struct vault_change *change)
{
	change->peek = (struct vault_view){ .vault = change->view.vault, .txn = change->view.txn, .borrowed = true,
		                                .state = change->next };
	change->peek.state.tree.size++; /* rows of the mirror bear the size before the change */
	return &change->peek;
}

/* ---- What a kill left ------------------------------------------------------------------ */

struct removal {
	struct vault_view *view;
	uint64_t *sizes; /* committed leaves of each log */
};

static int size_take(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct removal *removal = context;

	(void)error;
	removal->sizes[log->number % MIRROR_LOGS_LIMIT] = log->tree.size;
	return QORGAN_OK;
}

static bool row_is_staged(const struct removal *removal, struct span key, struct span value)
{
	const uint8_t *at = (const uint8_t *)key.data;
	uint64_t size = key.size >= 3 ? removal->sizes[(at[1] << 8 | at[2]) % MIRROR_LOGS_LIMIT] : 0;

	switch (at[0]) {
	case 'l':
		return key.size == sizeof(struct layout_mirror_leaves_key) && bytes_get_u64(at + 3) * MIRROR_LEAVES_PER_ROW >= size;
	case 't':
		return key.size == sizeof(struct layout_mirror_tree_key) && at[3] < 64 && (bytes_get_u64(at + 4) + 1) << at[3] > size;
	case 'h':
		return !mirror_is_committed(removal->view, value);
	case 'i':
		return value.size == sizeof(struct layout_id) && bytes_get_u64(value.data + 1) >= removal->view->state.mirror_objects;
	default:
		return false;
	}
}

int mirror_staged_remove(struct vault_view *view, struct qorgan_error *error)
{
	struct removal removal = { .view = view, .sizes = calloc(MIRROR_LOGS_LIMIT, sizeof *removal.sizes) };
	char from[64] = { 0 };
	size_t from_size = 1;
	int code = removal.sizes ? mirror_logs(view, size_take, &removal, error) : error_set_memory(error);

	while (!code) {
		struct engine_range *range = NULL;
		struct span key, value;
		bool staged = false;
		code = engine_range_open(view->txn, ENGINE_MIRROR, (struct span){ from, from_size }, (struct span){ 0 }, false,
		                         &range, error);
		while (!code && !staged && !(code = engine_range_next(range, &key, &value, error)))
			staged = row_is_staged(&removal, key, value);
		if (!code && key.size <= sizeof from) {
			memcpy(from, key.data, key.size);
			from_size = key.size;
		}
		engine_range_close(range);
		if (!code)
			code = engine_delete(view->txn, ENGINE_MIRROR, (struct span){ from, from_size }, error);
	}
	free(removal.sizes);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}
