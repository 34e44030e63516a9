/* What a repair could not take back, asked for by its id and gone through. */
#include "qorgan/repair.h"
#include "store/lost.h"
#include "store/vault_internal.h"

/* What stands in for a lost record is small: larger rows need not be opened. */
#define LOST_SIZE_MOST ((size_t)1024)

static int row_size(struct vault_view *view, const struct layout_leaf *leaf, size_t *size, struct qorgan_error *error)
{
	uint64_t number = bytes_get_u64(leaf->number);
	struct layout_commit_key commit = layout_commit(number, 'r');
	struct layout_number_key head = layout_number(number);
	struct layout_version_key version = layout_version(number, bytes_get_u32(leaf->version));
	struct span sealed = { 0 };
	int code;

	if (leaf->shard == LAYOUT_COMMIT_SHARD) {
		code = engine_get(view->txn, ENGINE_COMMITS, LAYOUT_SPAN(commit), &sealed, error);
	} else {
		code = engine_get(view->txn, ENGINE_HISTORY, LAYOUT_SPAN(version), &sealed, error);
		if (code == QORGAN_ABSENT && leaf->shard < ENGINE_HEAD_SHARDS)
			code = engine_get(view->txn, ENGINE_HEADS + leaf->shard, LAYOUT_SPAN(head), &sealed, error);
	}
	*size = sealed.size;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

bool vault_is_lost(struct vault_view *view, const struct schema *schema, struct span id, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct vault_place place;
	bool lost = !record_id_check(schema, id, NULL) && !vault_find_own(view, schema, id, &place, NULL) &&
	            vault_get_place(view, &place, 0, &record, error) == QORGAN_ABSENT && record.lost;

	vault_record_free(&record);
	return lost;
}

/* What a repair could not take back, in the order of the log. */
static int vault_lost_each(struct vault_view *view, vault_each each, void *context, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct engine_range *range = NULL;
	struct layout_leaf leaf;
	struct span key, value;
	size_t size = 0;
	bool more = true;
	int code = engine_range_open(view->txn, ENGINE_LEAVES, (struct span){ 0 }, (struct span){ 0 }, false, &range, error);

	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		if (key.size != sizeof(struct layout_number_key) || value.size != sizeof leaf ||
		    bytes_get_u64(key.data) >= view->state.tree.size)
			continue;
		memcpy(&leaf, value.data, sizeof leaf);
		code = row_size(view, &leaf, &size, error);
		if (code || size > LOST_SIZE_MOST)
			continue;
		code = vault_leaf_open(view, bytes_get_u64(key.data), &leaf, &record, error);
		if (!code && record.lost)
			code = each(context, &record, error);
	}
	engine_range_close(range);
	vault_record_free(&record);
	return code;
}

/* ---- For people --------------------------------------------------------------------- */

struct telling {
	qorgan_lost_row row;
	void *context;
};

static int lost_tell(void *context, struct vault_record *record, struct qorgan_error *error)
{
	const struct telling *telling = context;
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], found[TIME_TEXT_SIZE];
	struct qorgan_lost lost = { .kind = kind, .id = id, .version = record->record.version, .leaf = record->leaf,
		                        .found = found };

	(void)error;
	span_copy_into(record->record.kind, kind, sizeof kind);
	span_copy_into(record->record.id, id, sizeof id);
	lost_found(&record->record, found);
	return telling->row(telling->context, &lost);
}

int qorgan_lost_each(struct qorgan_store *store, qorgan_lost_row row, void *context, struct qorgan_error *error)
{
	struct telling telling = { row, context };
	struct vault_view *view = NULL;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = vault_lost_each(view, lost_tell, &telling, error);
	vault_view_end(view);
	return code;
}
