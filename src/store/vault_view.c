/* A moment of the store, at which it is read. */
#include <stdlib.h>

#include "store/vault_internal.h"

int vault_store_row_put(const struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	struct layout_store row = { .magic = LAYOUT_MAGIC };

	bytes_put_u32(row.format, LAYOUT_FORMAT);
	memcpy(row.id, vault->id, sizeof row.id);
	bytes_put_u32(row.epoch, vault->keys->root.epoch);
	return engine_put(txn, ENGINE_META, span_of(META_STORE), LAYOUT_SPAN(row), error);
}

int vault_epoch_check(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	struct layout_store row;
	struct span value;
	int code = engine_get(txn, ENGINE_META, span_of(META_STORE), &value, error);

	if (code == QORGAN_ABSENT || (!code && value.size != sizeof row))
		return error_set(error, QORGAN_IO, "the first row of %s is damaged: run qorgan verify", vault->path);
	if (code)
		return code;
	memcpy(&row, value.data, sizeof row);
	vault->renewed = bytes_get_u32(row.epoch) != vault->keys->root.epoch;
	if (vault->renewed)
		return error_set(error, QORGAN_BUSY, "the keys of %s were changed meanwhile: run the command again", vault->path);
	return QORGAN_OK;
}

int vault_state_load(struct qorgan_store *vault, struct engine_txn *txn, struct log_state *state,
                     struct qorgan_error *error)
{
	struct buffer plain = { 0 };
	int code = vault_epoch_check(vault, txn, error);

	if (!code)
		code = vault_meta_get(vault, txn, META_STATE, &plain, error);
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_IO, "the state of the log is missing: the store is damaged; run qorgan verify");
	else if (!code && !log_state_read(buffer_span(&plain), state))
		code = error_set(error, QORGAN_IO, "the state of the log is malformed: the store is damaged; run qorgan verify");
	buffer_free(&plain);
	return code;
}

static int view_begin(struct qorgan_store *vault, bool log_follows, struct vault_view **view, struct qorgan_error *error)
{
	struct vault_view *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code) {
		made->vault = vault;
		code = vault->changing ? engine_begin_read_within(vault->engine, &made->txn, error)
		                       : engine_begin_read(vault->engine, &made->txn, error);
	}
	if (!code)
		vault_meta_expect(made->txn);
	if (!code && log_follows && vault->opened) {
		made->state = *vault->opened;
		vault_log_expect(made);
	}
	if (!code)
		code = vault_state_load(vault, made->txn, &made->state, error);
	if (code) {
		vault_view_end(made);
		return code;
	}
	if (log_follows) /* what was not foreseen, if it has grown meanwhile */
		vault_log_expect(made);
	*view = made;
	return QORGAN_OK;
}

int vault_view_begin(struct qorgan_store *vault, struct vault_view **view, struct qorgan_error *error)
{
	return view_begin(vault, false, view, error);
}

int vault_view_begin_expecting(struct qorgan_store *vault, struct vault_view **view, struct qorgan_error *error)
{
	return view_begin(vault, true, view, error);
}

void vault_view_end(struct vault_view *view)
{
	if (!view)
		return;
	engine_abort(view->txn);
	free(view);
}

void vault_view_narrow(struct vault_view *view, vault_allows allows, void *context)
{
	view->allows = allows;
	view->allows_context = context;
}

bool vault_view_show_absent(struct vault_view *view, bool shows)
{
	bool before = view->shows_absent;

	view->shows_absent = shows;
	return before;
}

bool vault_view_allows(struct vault_view *view, const struct vault_record *record, int *code,
                       struct qorgan_error *error)
{
	vault_allows allows = view->allows;
	bool allowed = true;

	if (record->record.absence)
		return view->shows_absent;
	if (!allows)
		return true;
	view->allows = NULL;
	*code = allows(view->allows_context, record, &allowed, error);
	view->allows = allows;
	return !*code && allowed;
}

uint64_t vault_view_leaves(const struct vault_view *view)
{
	return view->state.tree.size;
}

uint64_t vault_view_commits(const struct vault_view *view)
{
	return view->state.commits;
}

uint64_t vault_view_heads(const struct vault_view *view, const struct schema *schema)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);
	uint64_t heads = 0;

	for (size_t i = 0; i < count; i++)
		if (!schema || schema == all[i])
			heads += view->state.heads[vault_schema_shard(view->vault, all[i])];
	return heads;
}

int vault_view_progress(struct vault_view *view, const char *what)
{
	uint64_t total = ++view->looked % 256 == 0 ? vault_view_heads(view, NULL) : 0;

	return vault_progress(view->vault, what, view->looked, total > view->looked ? total : view->looked);
}
