/* Gathering: each row of the file and of the backups is tried for every place that its key may be
 * of, and noted where it authenticates. What lies in the clear is noted too, and proves itself later,
 * by the signed root, or not. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "crypto/note.h"
#include "store/lost.h"
#include "store/repair_internal.h"

int repair_append(struct buffer *array, const void *element, size_t size, struct qorgan_error *error)
{
	buffer_append(array, element, size);
	return array->failed ? error_set_memory(error) : QORGAN_OK;
}

size_t repair_first(const struct buffer *array, size_t size, size_t offset, uint64_t least)
{
	size_t low = 0, high = array->size / size;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t value;
		memcpy(&value, array->data + middle * size + offset, sizeof value);
		if (value < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- Where a row is from ------------------------------------------------------------- */

/* The row that is being looked at. */
struct gathering {
	struct repairing *repairing;
	enum repair_from from;
	uint8_t backup;
	const struct keys *keys;
	uint64_t page;
	unsigned entry;
};

static struct repair_find find_of(const struct gathering *g, unsigned table, struct span key,
                                  const struct seal_place *place)
{
	struct repair_find find = { .from = (uint8_t)g->from, .backup = g->backup, .table = (uint8_t)table,
		                        .key_size = (uint8_t)key.size, .page = g->page, .entry = g->entry };

	if (place) {
		find.version = place->version;
		find.leaf = place->leaf;
	}
	memcpy(find.key, key.data, key.size);
	return find;
}

/* Whether the value is one that was sealed for that place; it is in repairing->plain then. */
static bool opens(const struct gathering *g, unsigned table, struct span key, struct span value, struct seal_place *place)
{
	*place = (struct seal_place){ .table = (uint8_t)table, .key = key };
	return !seal_open(g->keys, g->repairing->base->id, place, value, &g->repairing->plain, NULL);
}

/* ---- Records of the store's own ------------------------------------------------------------ */

int repair_version_take(struct repairing *r, const struct repair_find *found, struct qorgan_error *error)
{
	struct repair_find find = *found;
	struct record record;

	/* Rows behind the end of the log are of changes that never were committed, or of later times: which,
	 * the signed roots tell. */
	if (record_parse(buffer_span(&r->plain), &record, NULL) || record.version != find.version || lost_is(&record))
		return QORGAN_OK;
	const struct schema *schema = schema_find(record.kind.data, record.kind.size);
	if (!schema)
		return QORGAN_OK;
	find.shard = find.table == ENGINE_COMMITS ? LAYOUT_COMMIT_SHARD : (uint8_t)vault_schema_shard(r->base, schema);
	find.commit = record.commit;
	find.is_absent = record.absence;
	merkle_hash_leaf(record.bytes.data, record.bytes.size, find.hash);
	return repair_append(&r->versions, &find, sizeof find, error);
}

static int version_take(const struct gathering *g, unsigned table, struct span key, const struct seal_place *place,
                        struct qorgan_error *error)
{
	struct repair_find find = find_of(g, table, key, place);

	return repair_version_take(g->repairing, &find, error);
}

int repair_checkpoint_take(struct repairing *r, struct span note, struct qorgan_error *error)
{
	struct repair_checkpoint checkpoint = { 0 };
	struct checkpoint said;
	struct span text;
	uint8_t key[NOTE_KEY_SIZE];

	if (checkpoint_parse_note(note, &said, NULL) || strcmp(said.origin, r->base->origin) != 0 ||
	    vault_log_key(&r->base_view, said.size, key, NULL) || note_verify(note, r->base->origin, key, &text, NULL))
		return QORGAN_OK;
	for (size_t i = 0; i < REPAIR_COUNT(r->checkpoints, struct repair_checkpoint); i++) {
		const struct repair_checkpoint *there = REPAIR_AT(r->checkpoints, struct repair_checkpoint, i);
		if (there->size == said.size && memcmp(there->root, said.root, sizeof said.root) == 0)
			return QORGAN_OK;
	}
	checkpoint.size = said.size;
	memcpy(checkpoint.root, said.root, sizeof checkpoint.root);
	checkpoint.note = strndup(note.data, note.size);
	int code = checkpoint.note ? repair_append(&r->checkpoints, &checkpoint, sizeof checkpoint, error)
	                           : error_set_memory(error);
	if (code)
		free(checkpoint.note);
	return code;
}

/* ---- What lies in the clear ---------------------------------------------------------------- */

static int leaf_take(const struct gathering *g, struct span key, struct span value, struct qorgan_error *error)
{
	struct repair_row row = { .leaf = bytes_get_u64(key.data), .from = (uint8_t)g->from };

	memcpy(&row.row, value.data, sizeof row.row);
	return repair_append(&g->repairing->rows, &row, sizeof row, error);
}

static int id_take(const struct gathering *g, struct span key, struct span value, struct qorgan_error *error)
{
	const struct layout_id *entry = (const struct layout_id *)value.data;
	struct repair_id id = { .shard = entry->shard, .from = (uint8_t)g->from, .number = bytes_get_u64(entry->number) };

	memcpy(id.hash, key.data, sizeof id.hash);
	return entry->shard < ENGINE_HEAD_SHARDS ? repair_append(&g->repairing->ids, &id, sizeof id, error) : QORGAN_OK;
}

/* ---- The mirror ------------------------------------------------------------------------------ */

static int mirrored_take(const struct gathering *g, struct span key, const struct seal_place *place,
                         struct qorgan_error *error)
{
	struct repairing *r = g->repairing;
	struct repair_find find = find_of(g, ENGINE_MIRROR, key, place);
	struct layout_mirror_trailer trailer;
	struct record record;

	if (r->plain.size < sizeof trailer)
		return QORGAN_OK;
	size_t size = r->plain.size - sizeof trailer;
	memcpy(&trailer, r->plain.data + size, sizeof trailer);
	if (record_parse((struct span){ r->plain.data, size }, &record, NULL))
		return QORGAN_OK;
	find.commit = (uint64_t)trailer.log[0] << 8 | trailer.log[1];
	find.leaf = bytes_get_u64(trailer.leaf);
	merkle_hash_leaf(record.bytes.data, record.bytes.size, find.hash);
	return repair_append(&r->mirrored, &find, sizeof find, error);
}

static int witness_take(const struct gathering *g, struct span key, const struct seal_place *place,
                        struct qorgan_error *error)
{
	const size_t before = 8 + 8 + MERKLE_HASH_SIZE; /* the note */
	struct repairing *r = g->repairing;
	struct repair_find find = find_of(g, ENGINE_MIRROR, key, place);
	unsigned log = (unsigned)((uint8_t)key.data[1] << 8 | (uint8_t)key.data[2]);
	int code = repair_append(&r->mirror_rows, &find, sizeof find, error);

	/* What a partner countersigned of the own log bears the own signature too. */
	if (!code && log == MIRROR_LOG_OWN && r->plain.size > before)
		code = repair_checkpoint_take(r, (struct span){ r->plain.data + before, r->plain.size - before }, error);
	return code;
}

static int mirror_take(const struct gathering *g, struct span key, struct span value, struct qorgan_error *error)
{
	struct repairing *r = g->repairing;
	struct repair_find find = find_of(g, ENGINE_MIRROR, key, NULL);
	struct seal_place place;

	if (key.data[0] == 'l' && key.size == sizeof(struct layout_mirror_leaves_key) && value.size &&
	    value.size % MERKLE_HASH_SIZE == 0 && value.size <= MIRROR_LEAVES_PER_ROW * MERKLE_HASH_SIZE) {
		find.version = (uint32_t)(value.size / MERKLE_HASH_SIZE);
		return repair_append(&r->mirror_leaves, &find, sizeof find, error);
	}
	if (!strchr("pchno", key.data[0]) || !opens(g, ENGINE_MIRROR, key, value, &place))
		return QORGAN_OK;
	if (key.data[0] == 'h' && key.size == sizeof(struct layout_mirror_version_key))
		return mirrored_take(g, key, &place, error);
	if (key.data[0] == 'c' && key.size == sizeof(struct layout_mirror_witness_key))
		return witness_take(g, key, &place, error);
	/* Who counts may have been otherwise before: former rows of that say nothing of now. */
	if (strchr("no", key.data[0]) && g->from == FROM_FREED)
		return QORGAN_OK;
	find = find_of(g, ENGINE_MIRROR, key, &place);
	return repair_append(&r->mirror_rows, &find, sizeof find, error);
}

/* ---- One row --------------------------------------------------------------------------------- */

static int row_take(const struct gathering *g, struct span key, struct span value, struct qorgan_error *error)
{
	struct repairing *r = g->repairing;
	struct seal_place place;

	if (key.size > REPAIR_KEY_MOST)
		return QORGAN_OK;
	if (key.size == sizeof(struct layout_number_key) && value.size == sizeof(struct layout_leaf))
		return leaf_take(g, key, value, error);
	if (key.size == VAULT_ID_HASH_SIZE && value.size == sizeof(struct layout_id))
		return id_take(g, key, value, error);
	if (key.size == sizeof(struct layout_number_key) && opens(g, ENGINE_HEADS, key, value, &place))
		return version_take(g, ENGINE_HEADS, key, &place, error);
	if (key.size == sizeof(struct layout_version_key) && opens(g, ENGINE_HISTORY, key, value, &place))
		return version_take(g, ENGINE_HISTORY, key, &place, error);
	if (key.size == sizeof(struct layout_commit_key) && opens(g, ENGINE_COMMITS, key, value, &place))
		return key.data[8] == 'r' ? version_take(g, ENGINE_COMMITS, key, &place, error)
		                          : repair_checkpoint_take(r, buffer_span(&r->plain), error);
	if (key.size == sizeof(struct layout_piece_key) && opens(g, ENGINE_EVIDENCE, key, value, &place)) {
		struct repair_find find = find_of(g, ENGINE_EVIDENCE, key, &place);
		return repair_append(&r->pieces, &find, sizeof find, error);
	}
	return mirror_take(g, key, value, error);
}

static int salvaged_take(void *context, const struct engine_salvaged *row, struct qorgan_error *error)
{
	struct gathering *g = context;

	g->from = (enum repair_from)row->rank;
	g->page = row->page;
	g->entry = row->entry;
	int code = row_take(g, row->key, row->value, error);
	return code ? code : vault_progress(g->repairing->base, SAID("reading the damaged store"), row->page, 0);
}

static int backup_row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct gathering *g = context;

	if (table == ENGINE_META)
		return QORGAN_OK;
	g->entry = table;
	return row_take(g, key, value, error);
}

/* The state of the log, of which each former copy tells how much there was. */
static int states_read(struct repairing *r, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_META };
	struct log_state *state = calloc(1, sizeof *state);

	if (!state)
		return error_set_memory(error);
	for (size_t i = 0; i < REPAIR_COUNT(r->meta, struct repair_meta); i++) {
		const struct repair_meta *meta = REPAIR_AT(r->meta, struct repair_meta, i);
		place.key = (struct span){ meta->key, meta->key_size };
		if (!span_is(place.key, META_STATE) ||
		    seal_open(repair_keys_of(r, meta->from, meta->backup), r->base->id, &place, buffer_span(&meta->value), &r->plain,
		              NULL) ||
		    !log_state_read(buffer_span(&r->plain), state))
			continue;
		if (state->tree.size > r->newest.tree.size)
			r->newest = *state;
	}
	free(state);
	return QORGAN_OK;
}

int repair_gather(struct repairing *r, struct qorgan_error *error)
{
	struct gathering g = { .repairing = r, .keys = r->base->keys };
	int code = engine_salvage_rows(r->salvage, salvaged_take, &g, error);

	for (size_t i = 0; i < r->backup_count && !code; i++) {
		g = (struct gathering){ .repairing = r, .from = FROM_BACKUP, .backup = (uint8_t)i, .keys = r->backups[i].store->keys };
		code = engine_copy(r->backups[i].view->txn, backup_row_take, &g, error);
	}
	if (!code)
		code = repair_gather_values(r, error);
	return code ? code : states_read(r, error);
}

/* ---- Reading one again ------------------------------------------------------------------------ */

int repair_find_raw(struct repairing *r, const struct repair_find *find, struct span *value, struct qorgan_error *error)
{
	struct span key = { find->key, find->key_size };
	struct engine_salvaged row;

	if (find->from == FROM_PACKAGE) {
		*value = (struct span){ r->packaged.data + find->page, find->entry };
		return QORGAN_OK;
	}
	if (find->from == FROM_BACKUP) {
		int code = engine_get(r->backups[find->backup].view->txn, find->entry, key, value, error);
		return code == QORGAN_ABSENT ? error_set(error, QORGAN_IO, "a row of the backup is there no longer") : code;
	}
	if (find->size)
		return engine_salvage_value(r->salvage, find->page, find->size, value, error);
	int code = engine_salvage_again(r->salvage, find->page, find->entry, &row, error);
	if (!code && !span_equal(row.key, key))
		code = error_set(error, QORGAN_IO, "a row of the damaged store is another when it is read again: the disk fails");
	*value = row.value;
	return code;
}

int repair_find_open(struct repairing *r, const struct repair_find *find, struct buffer *plain, struct qorgan_error *error)
{
	struct seal_place place = { .table = find->table > ENGINE_HEADS ? ENGINE_HEADS : find->table,
		                        .key = { find->key, find->key_size } };
	struct span value;
	int code = repair_find_raw(r, find, &value, error);

	if (code || find->from == FROM_PACKAGE) {
		buffer_clear(plain);
		if (!code)
			buffer_append_span(plain, value);
		return code ? code : plain->failed ? error_set_memory(error) : QORGAN_OK;
	}
	return seal_open(repair_keys_of(r, find->from, find->backup), r->base->id, &place, value, plain, error);
}
