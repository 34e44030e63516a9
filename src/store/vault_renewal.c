/* Sealing rows anew, step by step. */
#include "store/vault_renewal.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "store/partner_secret.h"

/* What one step reads and writes: some milliseconds of work, in which others wait. */
#define STEP_BYTES ((size_t)4 << 20)
#define STEP_ROWS 8192
#define KEY_LIMIT 64 /* of the engine */

/* The row that says how far it is. The cursor is the table and, in it, the last key that
 * was looked at; what is written in front of it or behind bears the new epoch anyway. */
struct renewal_row {
	uint8_t epoch[4], read[KEYS_SIZE];
	uint8_t table, key_size, key[KEY_LIMIT];
};
_Static_assert(sizeof(struct renewal_row) == 102, "no padding");

/* ---- The row ----------------------------------------------------------------------- */

static int row_read(struct qorgan_store *vault, struct engine_txn *txn, struct renewal_row *row,
                    struct qorgan_error *error)
{
	const size_t limit = 2 * sizeof *row;
	void *place = secret_alloc(limit);

	if (!place)
		return error_set_memory(error);
	struct buffer plain = buffer_over(place, limit);
	int code = vault_meta_get(vault, txn, META_RENEWAL, &plain, error);
	if (!code && (plain.failed || plain.size != sizeof *row))
		code = error_set(error, QORGAN_IO, "the row of the keys before is malformed: the store is damaged");
	if (!code)
		memcpy(row, plain.data, sizeof *row);
	/* A reader's key seals it: what it says is bounded as what anybody could have written. */
	if (!code && (row->table <= ENGINE_META || row->table >= ENGINE_TABLES || row->key_size > KEY_LIMIT))
		code = error_set(error, QORGAN_IO, "the row of the keys before is malformed: the store is damaged");
	secret_free(place);
	return code;
}

static int row_write(struct qorgan_store *vault, struct engine_txn *txn, const struct renewal_row *row,
                     struct qorgan_error *error)
{
	return vault_meta_put(vault, txn, META_RENEWAL, LAYOUT_SPAN(*row), error);
}

int vault_renewal_recall(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	struct renewal_row *row = secret_alloc(sizeof *row);
	int code = row ? row_read(vault, txn, row, error) : error_set_memory(error);

	if (!code && bytes_get_u32(row->epoch) + 1 != vault->keys->root.epoch)
		code = error_set(error, QORGAN_IO, "the row of the keys before is of another epoch: the store is damaged");
	if (!code)
		keys_derive_former(row->read, bytes_get_u32(row->epoch), vault->keys);
	else if (code == QORGAN_ABSENT) {
		keys_forget_former(vault->keys);
		code = QORGAN_OK;
	}
	secret_free(row);
	return code;
}

/* ---- One row sealed anew ------------------------------------------------------------ */

/* Where a row lies, by its table: all shards of the heads are one. */
static unsigned place_table(unsigned table)
{
	return table >= ENGINE_HEADS ? ENGINE_HEADS : table;
}

/* Whether rows of that key are sealed at all. */
static bool is_sealed(unsigned table, struct span key)
{
	if (table == ENGINE_IDS || table == ENGINE_LEAVES || table == ENGINE_TREE)
		return false;
	if (table == ENGINE_META)
		return !strchr(META_STORE META_SLOT META_AUTHOR, key.data[0]);
	return table != ENGINE_MIRROR || !strchr("lti", key.data[0]);
}

/* Seals one row anew, if it is of the epoch before. `plain` and `again` are scratch. */
static int row_renew(struct qorgan_store *vault, struct engine_txn *txn, unsigned table, struct span key,
                     struct span sealed, struct buffer *plain, struct buffer *again, struct qorgan_error *error)
{
	struct seal_place place = { .table = (uint8_t)place_table(table), .key = key };
	struct seal_head head;

	if (!seal_head_read(sealed, &head))
		return error_set(error, QORGAN_IO, "a row is cut short: the store is damaged; run qorgan verify");
	if (head.epoch == vault->keys->root.epoch)
		return QORGAN_OK;
	int code = seal_open(vault->keys, vault->id, &place, sealed, plain, error);
	buffer_clear(again);
	if (!code) {
		seal_put(vault->keys, vault->id, &place, buffer_span(plain), again);
		code = again->failed ? error_set_memory(error) : engine_put(txn, table, key, buffer_span(again), error);
	}
	return code;
}

/* ---- Batches ------------------------------------------------------------------------ */

/* Rows copied out of a range, as nothing may be written to a table while one is open. */
struct batch {
	struct buffer bytes;
	struct batch_row {
		size_t at;
		uint32_t size;
		uint8_t key_size, key[KEY_LIMIT];
	} *rows;
	size_t count, most;
	bool ended; /* the table has no more */
};

static int batch_read(struct engine_txn *txn, unsigned table, const struct renewal_row *row, struct batch *batch,
                      struct qorgan_error *error)
{
	struct span low = { (const char *)row->key, row->key_size }, key, value;
	struct engine_range *range = NULL;
	bool more = true;
	int code = engine_range_open(txn, table, low, (struct span){ 0 }, false, &range, error);

	buffer_clear(&batch->bytes);
	batch->count = 0;
	while (!code && batch->count < batch->most && batch->bytes.size < STEP_BYTES &&
	       !(code = engine_range_more(range, &key, &value, &more, error)) && more) {
		struct batch_row *to = &batch->rows[batch->count];
		if (span_equal(key, low)) /* looked at before */
			continue;
		if (key.size == 0 || key.size > KEY_LIMIT) {
			code = error_set(error, QORGAN_IO, "a key is malformed: the store is damaged; run qorgan verify");
			continue;
		}
		*to = (struct batch_row){ .at = batch->bytes.size, .size = (uint32_t)value.size, .key_size = (uint8_t)key.size };
		memcpy(to->key, key.data, key.size);
		buffer_append_span(&batch->bytes, value);
		batch->count++;
		if (batch->bytes.failed)
			code = error_set_memory(error);
	}
	engine_range_close(range);
	batch->ended = !more;
	return code;
}

static int batch_renew(struct qorgan_store *vault, struct engine_txn *txn, unsigned table, const struct batch *batch,
                       struct renewal_row *row, struct qorgan_error *error)
{
	struct buffer plain = { 0 }, again = { 0 };
	int code = QORGAN_OK;

	for (size_t i = 0; i < batch->count && !code; i++) {
		const struct batch_row *at = &batch->rows[i];
		struct span key = { (const char *)at->key, at->key_size }, sealed = { batch->bytes.data + at->at, at->size };
		if (is_sealed(table, key))
			code = row_renew(vault, txn, table, key, sealed, &plain, &again, error);
		row->key_size = at->key_size;
		memcpy(row->key, at->key, at->key_size);
	}
	buffer_free(&plain);
	buffer_free(&again);
	return code;
}

/* ---- The rows of meta, all at once ---------------------------------------------------- */

/* What a partner and this state share is under the write key, and was sealed anew by who
 * had both. */
static int meta_renew(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	const size_t limit = 256; /* the identities are 32 bytes */
	struct renewal_row from = { .key_size = 0 };
	struct batch batch = { .rows = calloc(STEP_ROWS, sizeof *batch.rows), .most = STEP_ROWS };
	struct buffer plain = { 0 }, again = { 0 };
	void *place = secret_alloc(limit);
	struct buffer secret = buffer_over(place, place ? limit : 0);
	int code = batch.rows && place ? batch_read(txn, ENGINE_META, &from, &batch, error) : error_set_memory(error);

	for (size_t i = 0; i < batch.count && !code; i++) {
		struct span key = { (const char *)batch.rows[i].key, batch.rows[i].key_size };
		struct span sealed = { batch.bytes.data + batch.rows[i].at, batch.rows[i].size };
		if (is_sealed(ENGINE_META, key) && !partner_secret_key_is(key))
			code = row_renew(vault, txn, ENGINE_META, key, sealed, key.data[0] == META_IDENTITY[0] ? &secret : &plain, &again,
			                 error);
	}
	free(batch.rows);
	buffer_free(&batch.bytes);
	buffer_free(&plain);
	buffer_free(&again);
	secret_free(place);
	return code;
}

int vault_renewal_start(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error)
{
	struct renewal_row *row = secret_alloc(sizeof *row);
	int code = row ? meta_renew(vault, txn, error) : error_set_memory(error);

	if (!code) {
		memset(row, 0, sizeof *row);
		bytes_put_u32(row->epoch, vault->keys->former.epoch);
		memcpy(row->read, vault->keys->former.read, sizeof row->read);
		row->table = ENGINE_META + 1;
		code = row_write(vault, txn, row, error);
	}
	secret_free(row);
	return code;
}

/* ---- Steps ---------------------------------------------------------------------------- */

static int step_write(struct qorgan_store *vault, struct engine_txn *txn, struct batch *batch, struct renewal_row *row,
                      bool *done, struct qorgan_error *error)
{
	int code = row_read(vault, txn, row, error);

	if (code == QORGAN_ABSENT) { /* another process came to the end of it */
		*done = true;
		return QORGAN_OK;
	}
	if (!code)
		code = batch_read(txn, row->table, row, batch, error);
	if (!code)
		code = batch_renew(vault, txn, row->table, batch, row, error);
	if (!code && batch->ended) {
		row->table++;
		row->key_size = 0;
	}
	*done = row->table >= ENGINE_TABLES;
	if (!code)
		code = *done ? engine_delete(txn, ENGINE_META, span_of(META_RENEWAL), error) : row_write(vault, txn, row, error);
	return code;
}

/* One transaction, as the one writer. */
static int step(struct qorgan_store *vault, struct batch *batch, struct renewal_row *row, bool *done,
                struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	int code = vault_writer_wait(vault, error);

	if (code)
		return code;
	code = engine_begin_write(vault->engine, &txn, error);
	if (!code)
		code = vault_epoch_check(vault, txn, error);
	if (!code)
		code = step_write(vault, txn, batch, row, done, error);
	if (!code)
		code = engine_commit(txn, error);
	else
		engine_abort(txn);
	engine_unlock_writer(vault->engine);
	return code;
}

int vault_renewal_step(struct qorgan_store *vault, size_t most, size_t *rows, bool *done, struct qorgan_error *error)
{
	struct renewal_row *row = secret_alloc(sizeof *row);
	struct batch batch = { .rows = calloc(most, sizeof *batch.rows), .most = most };
	int code = row && batch.rows ? step(vault, &batch, row, done, error) : error_set_memory(error);

	*rows = batch.count;
	if (!code && *done)
		keys_forget_former(vault->keys);
	free(batch.rows);
	buffer_free(&batch.bytes);
	secret_free(row);
	return code;
}

/* All rows, whether sealed or not: they are what is gone through. */
static int rows_count(struct qorgan_store *vault, uint64_t *total, struct qorgan_error *error)
{
	struct engine_txn *txn = NULL;
	uint64_t count = 0;
	int code = engine_begin_read(vault->engine, &txn, error);

	*total = 0;
	for (unsigned table = ENGINE_META + 1; table < ENGINE_TABLES && !code; table++) {
		code = engine_count(txn, table, &count, error);
		*total += count;
	}
	engine_abort(txn);
	return code;
}

int vault_renewal_go_on(struct qorgan_store *vault, uint64_t *rows, struct qorgan_error *error)
{
	bool done = !vault->keys->former.epoch;
	uint64_t total = 0;
	size_t count = 0;
	int code = vault_write_check(vault, error);

	*rows = 0;
	if (!code && !done)
		code = rows_count(vault, &total, error);
	while (!code && !done) {
		code = vault_renewal_step(vault, STEP_ROWS, &count, &done, error);
		*rows += count;
		if (!code && !done)
			code = vault_progress(vault, "sealing anew", *rows / 256 * 256, total);
	}
	return code;
}
