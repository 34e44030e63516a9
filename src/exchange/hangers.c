/* What hangs on a measure, a risk or a report. */
#include "exchange/hangers.h"

#include <stdio.h>
#include <string.h>

#include "record/reader.h"

static int hanger_take(struct vault_view *view, const char *kind, struct span id, vault_each each, void *context,
                       struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = vault_get_own(view, schema_find(kind, strlen(kind)), id, 0, &record, error);

	code = code ? code : each(context, &record, error);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* This state's own: those of other states are copies, which do not go. */
static int part_scan(struct vault_view *view, const char *kind, const struct record *whole, vault_each each,
                     void *context, struct qorgan_error *error)
{
	char id[RECORD_ID_LIMIT + RECORD_NAME_LIMIT];

	snprintf(id, sizeof id, "%.*s/%.*s", (int)whole->id.size, whole->id.data, (int)whole->owner.size,
	         whole->owner.data);
	return hanger_take(view, kind, span_of(id), each, context, error);
}

static int files_scan(struct vault_view *view, const struct record *report, vault_each each, void *context,
                      struct qorgan_error *error)
{
	struct span list, element;
	struct reader reader;
	int code = QORGAN_OK;

	if (!reader_find(report->body, "evidence", &list) || !reader_open(list, &reader))
		return QORGAN_OK;
	while (!code && reader_element(&reader, &element)) {
		if (element.size < 2)
			continue;
		struct span id = { element.data + 1, element.size - 2 }; /* a digest has no escapes */
		code = hanger_take(view, "evidence", id, each, context, error);
	}
	return code;
}

int hangers_scan(struct vault_view *view, const struct record *record, vault_each each, void *context,
                 struct qorgan_error *error)
{
	if (span_is(record->kind, "measure"))
		return part_scan(view, "status", record, each, context, error);
	if (span_is(record->kind, "risk"))
		return part_scan(view, "assessment", record, each, context, error);
	if (span_is(record->kind, "status"))
		return files_scan(view, record, each, context, error);
	return QORGAN_OK;
}

struct scanning {
	vault_each each;
	void *context;
};

static int own_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	const struct scanning *scanning = context;

	return record->mirrored ? QORGAN_OK : scanning->each(scanning->context, record, error);
}

int hangers_scan_all(struct vault_view *view, vault_each each, void *context, struct qorgan_error *error)
{
	struct scanning scanning = { each, context };
	int code = vault_scan(view, schema_find("status", 6), own_take, &scanning, error);

	return code ? code : vault_scan(view, schema_find("assessment", 10), own_take, &scanning, error);
}
