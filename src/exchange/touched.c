/* What a package brought. */
#include "exchange/touched.h"

#include <stdio.h>
#include <string.h>

static int entry_add(struct touched_list *list, const struct touched *touched, struct span id, struct qorgan_error *error)
{
	list->last = list->entries.size;
	buffer_append(&list->entries, touched, sizeof *touched);
	buffer_append_span(&list->entries, id);
	return list->entries.failed ? error_set_memory(error) : QORGAN_OK;
}

int touched_add(struct touched_list *list, const struct schema *schema, struct span id, uint32_t version,
                enum qorgan_received what, struct qorgan_error *error)
{
	const struct touched touched = { .schema = schema, .version = version, .id_size = (uint16_t)id.size,
		                             .what = (uint8_t)what };

	return entry_add(list, &touched, id, error);
}

int touched_add_clear(struct touched_list *list, const struct schema *schema, const struct vault_place *place,
                      enum qorgan_received what, struct qorgan_error *error)
{
	const struct touched touched = { .schema = schema, .number = place->number, .version = place->version, .count = 1,
		                             .what = (uint8_t)what, .shard = place->shard, .clear = true };
	struct touched last = { 0 };

	if (list->entries.size)
		memcpy(&last, list->entries.data + list->last, sizeof last);
	if (!last.clear || last.schema != schema || last.version != place->version || last.what != what ||
	    last.number + last.count != place->number || last.count == UINT32_MAX)
		return entry_add(list, &touched, (struct span){ 0 }, error);
	last.count++;
	touched_set(list, list->last, &last);
	return QORGAN_OK;
}

bool touched_next(const struct touched_list *list, size_t *at, struct touched *touched, struct span *id)
{
	if (*at >= list->entries.size)
		return false;
	memcpy(touched, list->entries.data + *at, sizeof *touched);
	*id = (struct span){ list->entries.data + *at + sizeof *touched, touched->id_size };
	*at += sizeof *touched + touched->id_size;
	return true;
}

void touched_set(struct touched_list *list, size_t at, const struct touched *touched)
{
	memcpy(list->entries.data + at, touched, sizeof *touched);
}

static void item_tell(const struct qorgan_receive *receive, const struct touched *touched, struct span id)
{
	char text[RECORD_ID_LIMIT];

	snprintf(text, sizeof text, "%.*s", (int)id.size, id.data);
	receive->item(receive->context, touched->schema->kind, text, touched->version, touched->what);
}

static int clear_tell(const struct touched *touched, struct vault_view *view, const struct qorgan_receive *receive,
                      struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	for (uint32_t i = 0; i < touched->count && !code; i++) {
		const struct vault_place place = { touched->shard, touched->number + i, touched->version };
		code = vault_get_place(view, &place, touched->version, &record, error);
		if (code == QORGAN_ABSENT)
			code = error_set(error, QORGAN_IO, "a version just written is missing: memory or disk is faulty");
		if (!code)
			item_tell(receive, touched, record.record.id);
	}
	vault_record_free(&record);
	return code;
}

int touched_tell(const struct touched_list *list, struct vault_view *view, const struct qorgan_receive *receive,
                 struct qorgan_error *error)
{
	struct touched touched;
	struct span id;
	int code = QORGAN_OK;

	for (size_t at = 0; receive->item && !code && touched_next(list, &at, &touched, &id);) {
		if (touched.clear)
			code = clear_tell(&touched, view, receive, error);
		else if (touched.what != TOUCHED_NOTHING)
			item_tell(receive, &touched, id);
	}
	return code;
}
