/* Putting an increment upon its parent. What it replaces must be what it says that is no more,
 * and at the end the hash of all rows is compared: so no increment is ever taken for one of
 * another parent. */
#include "store/restore_apply.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_SIZE ((size_t)48 << 20) /* bytes of rows in one transaction */

struct applying {
	crypto_generichash_state state; /* aligned to 64 bytes, and so is the whole */
	struct engine *engine;
	struct engine_txn *txn;
	uint8_t key[BACKUP_MARK_KEY_SIZE];
	struct buffer replaced, gone; /* marks: of rows that were put over, and of all that are no more */
	struct buffer lost;           /* rows to be taken away: their heads and keys */
	struct buffer row;
	size_t batch;
	uint64_t total;
};

int applying_begin(struct engine *engine, const struct backup_header *header, struct applying **applying,
                   struct qorgan_error *error)
{
	struct applying *made = aligned_alloc(_Alignof(struct applying), sizeof *made);

	if (!made)
		return error_set_memory(error);
	memset(made, 0, sizeof *made);
	made->engine = engine;
	memcpy(made->key, header->key, sizeof made->key);
	crypto_generichash_init(&made->state, NULL, 0, BACKUP_HASH_SIZE);
	*applying = made;
	return engine_begin_write(engine, &made->txn, error);
}

void applying_free(struct applying *applying)
{
	if (!applying)
		return;
	engine_abort(applying->txn);
	buffer_free(&applying->replaced);
	buffer_free(&applying->gone);
	buffer_free(&applying->lost);
	buffer_free(&applying->row);
	free(applying);
}

static uint64_t row_mark(struct applying *applying, unsigned table, struct span key, struct span value)
{
	buffer_clear(&applying->row);
	backup_row_append(&applying->row, table, key, value);
	return backup_mark(applying->key, buffer_span(&applying->row));
}

int applying_row(struct applying *applying, unsigned table, struct span key, struct span value,
                 struct qorgan_error *error)
{
	struct span before;
	int code = QORGAN_OK;

	if (applying->batch >= BATCH_SIZE) {
		code = engine_commit(applying->txn, error);
		applying->txn = NULL;
		if (!code)
			code = engine_begin_write(applying->engine, &applying->txn, error);
		applying->batch = 0;
	}
	applying->batch += key.size + value.size;
	if (!code)
		code = engine_get(applying->txn, table, key, &before, error);
	if (!code)
		backup_marks_add(&applying->replaced, row_mark(applying, table, key, before));
	if (code == QORGAN_ABSENT)
		code = QORGAN_OK;
	if (!code && (applying->row.failed || applying->replaced.failed))
		code = error_set_memory(error);
	return code ? code : engine_put(applying->txn, table, key, value, error);
}

int applying_gone(struct applying *applying, uint64_t mark, struct qorgan_error *error)
{
	backup_marks_add(&applying->gone, mark);
	return applying->gone.failed ? error_set_memory(error) : QORGAN_OK;
}

static int misfit(struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA, "it does not fit the backup that it goes on from: take another copy of both");
}

/* ---- What is no more ---------------------------------------------------------------- */

static int lost_find(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct applying *applying = context;
	size_t at;
	uint64_t mark = row_mark(applying, table, key, value);

	if (applying->row.failed)
		return error_set_memory(error);
	if (backup_marks_find(&applying->gone, mark, &at))
		backup_row_append(&applying->lost, table, key, (struct span){ "", 0 });
	return applying->lost.failed ? error_set_memory(error) : QORGAN_OK;
}

/* Rows that the store had taken away, not only put over: there are few, or none. */
static int lost_delete(struct applying *applying, size_t expected, struct qorgan_error *error)
{
	struct backup_row head;
	size_t found = 0;
	int code = expected ? engine_copy(applying->txn, lost_find, applying, error) : QORGAN_OK;

	for (size_t at = 0; at < applying->lost.size && !code; at += sizeof head + head.key_size, found++) {
		memcpy(&head, applying->lost.data + at, sizeof head);
		struct span key = { applying->lost.data + at + sizeof head, head.key_size };
		code = engine_delete(applying->txn, head.table, key, error);
	}
	return !code && found != expected ? misfit(error) : code;
}

static int replaced_check(struct applying *applying, struct qorgan_error *error)
{
	size_t at;

	for (size_t i = 0; i < backup_marks_count(&applying->replaced); i++)
		if (!backup_marks_find(&applying->gone, backup_marks_get(&applying->replaced, i), &at))
			return misfit(error);
	return backup_marks_count(&applying->replaced) > backup_marks_count(&applying->gone) ? misfit(error) : QORGAN_OK;
}

/* ---- Whether it is what it was ------------------------------------------------------- */

static int row_hash(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct applying *applying = context;

	buffer_clear(&applying->row);
	backup_row_append(&applying->row, table, key, value);
	if (applying->row.failed)
		return error_set_memory(error);
	crypto_generichash_update(&applying->state, (const uint8_t *)applying->row.data, applying->row.size);
	applying->total++;
	return QORGAN_OK;
}

static int state_compare(struct applying *applying, const struct backup_end *end, struct qorgan_error *error)
{
	uint8_t hash[BACKUP_HASH_SIZE];
	char text[2 * BACKUP_HASH_SIZE + 1];
	int code = engine_copy(applying->txn, row_hash, applying, error);

	crypto_generichash_final(&applying->state, hash, sizeof hash);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	return !code && (applying->total != end->rows || strcmp(text, end->state) != 0) ? misfit(error) : code;
}

int applying_finish(struct applying *applying, const struct backup_end *end, struct qorgan_error *error)
{
	int code = replaced_check(applying, error);

	if (!code)
		code = lost_delete(applying, backup_marks_count(&applying->gone) - backup_marks_count(&applying->replaced), error);
	if (!code)
		code = state_compare(applying, end, error);
	if (!code) {
		code = engine_commit(applying->txn, error);
		applying->txn = NULL;
	}
	return code;
}
