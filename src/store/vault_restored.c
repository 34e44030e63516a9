/* The row of meta that says when the store was put back. */
#include "store/vault_restored.h"

#include "store/vault_internal.h"

struct restored_row {
	uint8_t at[8], backup[8], leaves[8];
};
_Static_assert(sizeof(struct restored_row) == 24, "no padding");

int vault_restored_get(struct vault_view *view, struct vault_restored *restored, struct qorgan_error *error)
{
	struct restored_row row;
	struct buffer plain = { 0 };
	int code = vault_meta_get(view->vault, view->txn, META_RESTORED, &plain, error);

	*restored = (struct vault_restored){ 0 };
	if (!code && plain.size != sizeof row)
		code = error_set(error, QORGAN_IO, "what is remembered of a restore is malformed: the store is damaged; run qorgan "
		                 "verify");
	if (!code) {
		memcpy(&row, plain.data, sizeof row);
		restored->at = (int64_t)bytes_get_u64(row.at);
		restored->backup = (int64_t)bytes_get_u64(row.backup);
		restored->leaves = bytes_get_u64(row.leaves);
	}
	buffer_free(&plain);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int vault_restored_put(struct qorgan_store *vault, struct engine_txn *txn, const struct vault_restored *restored,
                       struct qorgan_error *error)
{
	struct restored_row row;

	bytes_put_u64(row.at, (uint64_t)restored->at);
	bytes_put_u64(row.backup, (uint64_t)restored->backup);
	bytes_put_u64(row.leaves, restored->leaves);
	return vault_meta_put(vault, txn, META_RESTORED, LAYOUT_SPAN(row), error);
}
