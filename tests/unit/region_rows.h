/* Every row of the store of region_fixture.h, for tests that alter them. */
#ifndef REGION_ROWS_H
#define REGION_ROWS_H

#include "engine/engine.h"
#include "region_fixture.h"
#include "store/vault_internal.h"

struct row {
	unsigned table;
	uint8_t key[64], *value;
	size_t key_size, size;
};
static struct row rows[4000];
static size_t row_count;

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *why)
{
	(void)context, (void)why;
	ck_assert_uint_lt(row_count, sizeof rows / sizeof *rows);
	struct row *row = &rows[row_count++];
	*row = (struct row){ .table = table, .key_size = key.size, .size = value.size, .value = malloc(value.size + 1) };
	ck_assert_ptr_nonnull(row->value);
	memcpy(row->key, key.data, key.size);
	memcpy(row->value, value.data, value.size);
	return QORGAN_OK;
}

static inline void rows_take(void)
{
	struct vault_view *view = NULL;

	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(engine_copy(view->txn, row_take, NULL, &error));
	vault_view_end(view);
}

static inline void rows_free(void)
{
	for (size_t i = 0; i < row_count; i++)
		free(rows[i].value);
	row_count = 0;
}

#endif
