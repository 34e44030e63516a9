/* Reading the keys of partners. */
#include "exchange/senders.h"

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

/* One of the keys that a card replaced. */
static void former_take(struct span element, struct sender *sender)
{
	struct sender_former former;
	char text[NOTE_VKEY_LIMIT], origin[256];
	struct span vkey, size;
	int64_t until;

	if (!reader_find(element, "size", &size) || !reader_integer(size, &until) || until < 0 ||
	    !reader_find(element, "vkey", &vkey) || !text_read(vkey, text, sizeof text) ||
	    !note_parse_vkey(text, origin, sizeof origin, former.log) || strcmp(origin, sender->origin) != 0)
		return;
	former.until = (uint64_t)until;
	if (sender->former_count == SENDER_FORMER_LIMIT)
		memmove(sender->former, sender->former + 1, --sender->former_count * sizeof *sender->former);
	sender->former[sender->former_count++] = former;
}

static void formers_take(struct span list, struct sender *sender)
{
	struct reader reader;
	struct span element;

	if (list.data && reader_open(list, &reader))
		while (reader_element(&reader, &element))
			former_take(element, sender);
}

const uint8_t *sender_log_key(const struct sender *sender, uint64_t size)
{
	const uint8_t *key = sender->log;

	for (unsigned i = sender->former_count; i-- > 0 && sender->former[i].until >= size;)
		key = sender->former[i].log;
	return key;
}

static int sender_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { COSIGNER, FORMER, MINISIGN, OBSERVER, RETIRED, SECRET, VKEY, NAMES };
	static const char *const names[NAMES] = { "cosigner", "former", "minisign", "observer", "retired", "secret_since",
		                                      "vkey" };
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
	formers_take(values[FORMER], &sender);
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
