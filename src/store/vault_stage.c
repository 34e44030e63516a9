/* Removing what a change that was killed left behind the end of the log. */
#include <string.h>

#include "store/mirror_internal.h"

/* Rows deleted in one transaction. */
#define BATCH_ROWS 20000

static const char interrupted[] = "while removing what an interrupted change left";

/* Deletes the version behind a leaf that was never committed; for a new object,
 * whose id is only in its record, also its entry in the index. */
static int staged_delete(struct vault_view *view, const struct layout_leaf *leaf, struct vault_record *record,
                         struct qorgan_error *error)
{
	uint64_t number = bytes_get_u64(leaf->number);
	uint32_t version = bytes_get_u32(leaf->version);
	struct layout_number_key head = layout_number(number);
	struct layout_version_key staged = layout_version(number, version);
	uint8_t hash[VAULT_ID_HASH_SIZE];
	struct span sealed;
	int code;

	if (leaf->shard >= ENGINE_HEAD_SHARDS) /* a commit's record is written in the last transaction only */
		return QORGAN_OK;
	if (version > 1)
		return engine_delete(view->txn, ENGINE_HISTORY, LAYOUT_SPAN(staged), error);
	code = engine_get(view->txn, ENGINE_HEADS + leaf->shard, LAYOUT_SPAN(head), &sealed, error);
	if (!code)
		code = vault_head_open(view, leaf->shard, number, sealed, record, error);
	if (code)
		return code;
	const struct schema *schema = schema_find(record->record.kind.data, record->record.kind.size);
	if (schema) {
		vault_id_hash(view->vault, view->vault->keys->root.state, schema, record->record.id, hash);
		code = engine_delete(view->txn, ENGINE_IDS, LAYOUT_SPAN(hash), error);
	}
	if (code && code != QORGAN_ABSENT)
		return code;
	return engine_delete(view->txn, ENGINE_HEADS + leaf->shard, LAYOUT_SPAN(head), error);
}

/* Deletes up to BATCH_ROWS leaves from the end with what they lead to. */
static int leaves_delete(struct vault_view *view, bool *more, struct qorgan_error *error)
{
	struct layout_number_key low = layout_number(view->state.tree.size);
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	*more = false;
	for (unsigned i = 0; !code; i++) {
		struct engine_range *range = NULL;
		struct layout_number_key at;
		struct layout_leaf leaf;
		struct span key, value;
		if (i == BATCH_ROWS) {
			*more = true;
			break;
		}
		code = engine_range_open(view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, true, &range, error);
		if (!code)
			code = engine_range_next(range, &key, &value, error);
		if (!code && (key.size != sizeof at || value.size != sizeof leaf))
			code = error_set(error, QORGAN_IO, "a leaf is malformed: the store is damaged; run qorgan verify");
		if (!code) {
			memcpy(&at, key.data, sizeof at);
			memcpy(&leaf, value.data, sizeof leaf);
		}
		engine_range_close(range);
		if (code)
			break;
		code = staged_delete(view, &leaf, &record, error);
		if (!code || code == QORGAN_ABSENT)
			code = engine_delete(view->txn, ENGINE_LEAVES, LAYOUT_SPAN(at), error);
	}
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Tree nodes over leaves that are not committed. */
static int nodes_delete(struct vault_view *view, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned level = LAYOUT_TREE_LEVEL; level < 64 && !code; level++) {
		struct layout_tree_key low = layout_node(level, view->state.tree.size >> level);
		struct layout_tree_key high = layout_node(level + 1, 0);
		for (bool found = true; found && !code;) {
			struct engine_range *range = NULL;
			struct layout_tree_key at;
			struct span key, value;
			code = engine_range_open(view->txn, ENGINE_TREE, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);
			if (!code)
				code = engine_range_next(range, &key, &value, error);
			found = !code && key.size == sizeof at;
			if (found)
				memcpy(&at, key.data, sizeof at);
			engine_range_close(range);
			if (found)
				code = engine_delete(view->txn, ENGINE_TREE, LAYOUT_SPAN(at), error);
		}
		if (code == QORGAN_ABSENT)
			code = QORGAN_OK;
	}
	return code;
}

/* Deletes the pieces of evidence of a change that was never committed. */
static int pieces_delete(struct vault_view *view, struct qorgan_error *error)
{
	struct layout_piece_key from = { 0 };
	int code = QORGAN_OK;

	while (!code) {
		struct engine_range *range = NULL;
		struct layout_piece_key at = { 0 };
		struct span key, value;
		bool kept = true;
		code = engine_range_open(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(from), (struct span){ 0 }, false, &range, error);
		while (!code && kept && !(code = engine_range_next(range, &key, &value, error)))
			kept = vault_piece_is_committed(view, value);
		if (!code)
			memcpy(&at, key.data, key.size < sizeof at ? key.size : sizeof at);
		engine_range_close(range);
		if (!code)
			code = engine_delete(view->txn, ENGINE_EVIDENCE, LAYOUT_SPAN(at), error);
		from = at;
	}
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Whether anything lies behind the end of the log. */
static int staged_find(struct qorgan_store *vault, bool *found, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	uint64_t leaves, pieces, mirrored;
	int code = vault_view_begin(vault, &view, error);

	if (!code)
		code = engine_count(view->txn, ENGINE_LEAVES, &leaves, error);
	if (!code)
		code = engine_count(view->txn, ENGINE_EVIDENCE, &pieces, error);
	if (!code)
		code = engine_count(view->txn, ENGINE_MIRROR, &mirrored, error);
	if (!code)
		*found = leaves > view->state.tree.size || pieces > view->state.pieces || mirrored > view->state.mirror_rows;
	vault_view_end(view);
	return code;
}

int vault_staged_remove(struct qorgan_store *vault, struct qorgan_error *error)
{
	struct vault_view view = { .vault = vault, .borrowed = true };
	bool found = false, more = true;

	if (engine_holds_all(vault->engine)) /* no change is ever written in parts */
		return QORGAN_OK;
	int code = staged_find(vault, &found, error);

	if (code || !found)
		return code;
	while (!code && more) {
		code = engine_begin_write(vault->engine, &view.txn, error);
		if (!code)
			code = vault_state_load(vault, view.txn, &view.state, error);
		/* The leaves last: while one is left, the next writer goes on here. */
		if (!code)
			code = nodes_delete(&view, error);
		if (!code)
			code = pieces_delete(&view, error);
		if (!code)
			code = mirror_staged_remove(&view, error);
		if (!code)
			code = leaves_delete(&view, &more, error);
		if (!code)
			code = engine_commit(view.txn, error);
		else
			engine_abort(view.txn);
		view.txn = NULL;
	}
	return code ? error_prefix(error, code, "%s", interrupted) : QORGAN_OK;
}
