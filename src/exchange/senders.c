/* Reading the keys of partners. */
#include "exchange/senders.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/cosignature.h"
#include "record/reader.h"
#include "store/partner_secret.h"

static bool text_read(struct span value, char *to, size_t limit)
{
	struct buffer scratch = { 0 };
	struct span text;
	bool found = value.data && reader_string(value, &scratch, &text) && text.size && text.size < limit;

	if (found) {
		memcpy(to, text.data, text.size);
		to[text.size] = '\0';
	}
	buffer_free(&scratch);
	return found;
}

static int sender_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { COSIGNER, MINISIGN, OBSERVER, RETIRED, SECRET, VKEY, NAMES };
	static const char *const names[NAMES] = { "cosigner", "minisign", "observer", "retired", "secret_since", "vkey" };
	struct buffer *list = context;
	struct span values[NAMES];
	struct sender sender = { 0 };
	char text[NOTE_VKEY_LIMIT];

	if (record->record.id.size >= sizeof sender.id)
		return QORGAN_OK;
	memcpy(sender.id, record->record.id.data, record->record.id.size);
	reader_pick(record->record.body, names, values, NAMES);
	if (!text_read(values[MINISIGN], text, sizeof text) || !minisign_public_parse(text, &sender.package) ||
	    !text_read(values[VKEY], text, sizeof text) ||
	    !note_parse_vkey(text, sender.origin, sizeof sender.origin, sender.log))
		return QORGAN_OK;
	if (!text_read(values[COSIGNER], text, sizeof text) ||
	    !cosignature_parse_vkey(text, sender.cosigner, sizeof sender.cosigner, sender.witness))
		sender.cosigner[0] = '\0';
	sender.observer = values[OBSERVER].data && reader_true(values[OBSERVER]);
	sender.secret_since = partner_secret_since(values[SECRET]);
	sender.retired = values[RETIRED].data;
	buffer_append(list, &sender, sizeof sender);
	return list->failed ? error_set_memory(error) : QORGAN_OK;
}

int senders_load(struct vault_view *view, struct sender **senders, size_t *count, struct qorgan_error *error)
{
	struct buffer list = { 0 };
	int code = vault_scan(view, schema_find("partner", 7), sender_take, &list, error);

	*count = code ? 0 : list.size / sizeof **senders;
	*senders = code ? NULL : (struct sender *)(void *)buffer_take(&list);
	if (!code && !*senders)
		code = error_set_memory(error);
	buffer_free(&list);
	return code;
}
