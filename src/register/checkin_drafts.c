/* What was drafted in a checkout. */
#include "register/checkin_drafts.h"

#include <stdlib.h>
#include <string.h>

#include "register/history_entry.h"

#define MESSAGE_MOST 900 /* bytes of what is gathered from the commits */

static int draft_add(struct checkin_drafts *drafts, const struct vault_record *record, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(record->record.kind.data, record->record.kind.size);

	for (size_t i = 0; i < drafts->count; i++)
		if (drafts->items[i].schema == schema && span_is(record->record.id, drafts->items[i].id))
			return QORGAN_OK;
	if (drafts->count == drafts->capacity) {
		size_t capacity = drafts->capacity ? 2 * drafts->capacity : 64;
		struct checkin_draft *items = reallocarray(drafts->items, capacity, sizeof *items);
		if (!items)
			return error_set_memory(error);
		drafts->items = items;
		drafts->capacity = capacity;
	}
	struct checkin_draft *draft = &drafts->items[drafts->count++];
	draft->schema = schema;
	draft->base = record->record.version - 1;
	span_copy_into(record->record.id, draft->id, sizeof draft->id);
	return QORGAN_OK;
}

static void message_add(struct checkin_drafts *drafts, const struct vault_record *commit)
{
	struct history_why why = { 0 };
	struct buffer *all = &drafts->messages;

	history_why_read(commit->record.body, &why);
	const char *message = buffer_text(&why.message);
	if (*message && !strstr(buffer_text(all), message) && all->size + why.message.size < MESSAGE_MOST)
		buffer_append_format(all, "%s%s", all->size ? "; " : "Checked in: ", message);
	all->failed |= why.message.failed;
	buffer_free(&why.message);
}

static int leaf_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct checkin_drafts *drafts = context;

	if (span_is(record->record.kind, "commit"))
		message_add(drafts, record);
	else
		return draft_add(drafts, record, error);
	return drafts->messages.failed ? error_set_memory(error) : QORGAN_OK;
}

int checkin_drafts_find(struct qorgan_store *checkout, struct checkin_drafts *drafts, struct qorgan_error *error)
{
	int code = vault_view_begin(checkout, &drafts->view, error);

	if (!code)
		code = vault_scan_leaves(drafts->view, checkout_of(checkout)->leaves, leaf_take, drafts, error);
	if (!code && !drafts->messages.size)
		buffer_append_text(&drafts->messages, "Checked in");
	return !code && drafts->messages.failed ? error_set_memory(error) : code;
}

void checkin_drafts_free(struct checkin_drafts *drafts)
{
	vault_view_end(drafts->view);
	vault_record_free(&drafts->record);
	buffer_free(&drafts->messages);
	free(drafts->items);
}

int checkin_draft_body(struct checkin_drafts *drafts, const struct checkin_draft *draft, struct buffer *json,
                       struct qorgan_error *error)
{
	int code = vault_get_own(drafts->view, draft->schema, span_of(draft->id), 0, &drafts->record, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "%s %s is missing in the checkout: it is damaged", draft->schema->kind, draft->id);
	buffer_clear(json);
	if (!code)
		buffer_append_span(json, drafts->record.record.body);
	return !code && json->failed ? error_set_memory(error) : code;
}

static int piece_take(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	struct buffer *to = context;

	(void)offset;
	buffer_append_span(to, data);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

int checkin_draft_file(struct checkin_drafts *drafts, const struct checkin_draft *draft, struct buffer *data,
                       struct qorgan_error *error)
{
	buffer_clear(data);
	return vault_evidence_read(drafts->view, span_of(draft->id), piece_take, data, error);
}
