/* What was given of an object: a question to the records of packages for each version. */
#include "exchange/given.h"

#include <stdlib.h>
#include <string.h>

#include "exchange/recipients.h"
#include "register/release_ledger.h"

struct given {
	struct vault_view *view;
	const char *partners[RECIPIENTS_LIMIT];
	size_t count;
	bool any; /* some recipient was given a package */
	struct release_ledger *ledger;
	struct given_object *objects; /* that are being found */
};

int given_open(struct vault_view *view, const struct recipient *recipients, size_t count, struct given **given,
               struct qorgan_error *error)
{
	struct given *made = calloc(1, sizeof *made);

	if (!made)
		return error_set_memory(error);
	made->view = view;
	made->count = count;
	for (size_t i = 0; i < count; i++) {
		made->partners[i] = recipients[i].id;
		made->any |= recipients[i].sequence > 0;
	}
	*given = made;
	return QORGAN_OK;
}

void given_close(struct given *given)
{
	if (!given)
		return;
	release_ledger_free(given->ledger);
	free(given);
}

static int version_add(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct given *given = context;

	(void)error;
	for (size_t i = 0; i < given->count; i++) {
		struct release_mark mark = release_ledger_find(given->ledger, i, record->leaf);
		struct given_object *object = &given->objects[i];
		object->any = mark.given > object->any ? mark.given : object->any;
		object->asked = mark.asked > object->asked ? mark.asked : object->asked;
	}
	return QORGAN_OK;
}

int given_find(struct given *given, const struct vault_record *record, struct given_object *objects,
               struct qorgan_error *error)
{
	struct vault_record newest = { .leaf = record->leaf };
	int code = QORGAN_OK;

	memset(objects, 0, given->count * sizeof *objects);
	if (!given->any)
		return QORGAN_OK;
	if (!given->ledger)
		code = release_ledger_load(given->view, given->partners, given->count, &given->ledger, error);
	if (code)
		return code;
	given->objects = objects;
	version_add(given, &newest, error);
	for (size_t i = 0; i < given->count; i++)
		objects[i].newest = objects[i].any;
	if (record->record.version == 1)
		return QORGAN_OK;
	bool before = vault_view_show_absent(given->view, true);
	code = vault_scan_history(given->view, &record->place, version_add, given, error);
	vault_view_show_absent(given->view, before);
	return code;
}
