/* Who has seen which log up to where: of each log and each who countersigned it,
 * the newest checkpoint. */
#include <string.h>

#include "store/mirror_change.h"

static const char damaged[] = "a countersignature that was kept is damaged: run qorgan verify";

/* Before the note. */
struct witness_row {
	uint8_t size[8], time[8], root[MERKLE_HASH_SIZE];
};
_Static_assert(sizeof(struct witness_row) == 48, "no padding");

static int witness_read(struct vault_view *view, struct span key, struct span sealed, struct buffer *plain,
                        struct mirror_witness *witness, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_MIRROR, .key = key };
	struct witness_row row;
	int code = seal_open(view->vault->keys, view->vault->id, &place, sealed, plain, error);

	if (!code && plain->size < sizeof row)
		code = error_set(error, QORGAN_IO, "%s", damaged);
	if (code)
		return code;
	memcpy(&row, plain->data, sizeof row);
	witness->log = (uint16_t)((uint8_t)key.data[1] << 8 | (uint8_t)key.data[2]);
	witness->witness = (uint16_t)((uint8_t)key.data[3] << 8 | (uint8_t)key.data[4]);
	witness->size = bytes_get_u64(row.size);
	witness->time = (int64_t)bytes_get_u64(row.time);
	memcpy(witness->root, row.root, sizeof row.root);
	witness->note = (struct span){ plain->data + sizeof row, plain->size - sizeof row };
	return QORGAN_OK;
}

int mirror_witnesses(struct vault_view *view, unsigned log, mirror_each_witness each, void *context,
                     struct qorgan_error *error)
{
	struct layout_mirror_witness_key low = layout_mirror_witness(log, 0);
	struct layout_mirror_witness_key high = layout_mirror_witness(log, UINT16_MAX), at;
	struct engine_range *range = NULL;
	struct buffer plain = { 0 };
	struct span key, sealed;
	bool more;
	int code;

	if (view->state.mirror_rows == 0)
		return QORGAN_OK;
	code = engine_range_open(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), LAYOUT_SPAN(high), false, &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		struct mirror_witness witness;
		if (key.size != sizeof at) {
			code = error_set(error, QORGAN_IO, "%s", damaged);
			break;
		}
		memcpy(&at, key.data, sizeof at);
		code = witness_read(view, LAYOUT_SPAN(at), sealed, &plain, &witness, error);
		if (!code)
			code = each(context, &witness, error);
	}
	engine_range_close(range);
	buffer_free(&plain);
	return code;
}

int mirror_change_witness(struct vault_change *change, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct layout_mirror_witness_key key = layout_mirror_witness(witness->log, witness->witness);
	struct witness_row row;
	struct buffer plain = { 0 };

	bytes_put_u64(row.size, witness->size);
	bytes_put_u64(row.time, (uint64_t)witness->time);
	memcpy(row.root, witness->root, sizeof row.root);
	buffer_append(&plain, &row, sizeof row);
	buffer_append_span(&plain, witness->note);
	int code = plain.failed ? error_set_memory(error)
	                        : mirror_row_seal(change, LAYOUT_SPAN(key), 0, buffer_span(&plain), error);
	buffer_free(&plain);
	return code;
}
