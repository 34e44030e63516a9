/* Who may have a version now. Answers on objects are kept as masks of recipients,
 * as many versions hang on one object. */
#include "exchange/entitlement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/reader.h"
#include "register/authority.h"
#include "register/id_set.h"

#define NEVER_KEPT UINT32_MAX

struct entitlement {
	struct vault_view *view;
	const struct recipient *recipients;
	size_t count;
	struct id_set newest;   /* object to the recipients of its newest version */
	struct id_set kept;     /* object to the first version that names this store's state, or NEVER_KEPT */
	struct id_set wholes;   /* what is reported on or assessed, to those who may have it */
	struct id_set attached; /* evidence to the recipients of a report that names it */
	bool attached_loaded;
	struct vault_record record;
};

int entitlement_open(struct vault_view *view, const struct recipient *recipients, size_t count,
                     struct entitlement **entitlement, struct qorgan_error *error)
{
	struct entitlement *made = calloc(1, sizeof *made);

	if (!made)
		return error_set_memory(error);
	made->view = view;
	made->recipients = recipients;
	made->count = count;
	id_set_start(&made->newest);
	id_set_start(&made->kept);
	id_set_start(&made->wholes);
	id_set_start(&made->attached);
	*entitlement = made;
	return QORGAN_OK;
}

void entitlement_close(struct entitlement *entitlement)
{
	if (!entitlement)
		return;
	id_set_free(&entitlement->newest);
	id_set_free(&entitlement->kept);
	id_set_free(&entitlement->wholes);
	id_set_free(&entitlement->attached);
	vault_record_free(&entitlement->record);
	free(entitlement);
}

static uint32_t mask_of(const struct entitlement *entitlement, const struct record *record)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < entitlement->count; i++)
		if (!release_refusal(record, &entitlement->recipients[i]))
			mask |= UINT32_C(1) << i;
	return mask;
}

/* Who may have the newest version of an object; nobody if there is none. */
static int newest_mask(struct entitlement *entitlement, const struct schema *schema, struct span id, uint32_t *mask,
                       struct qorgan_error *error)
{
	uint64_t hash = id_set_hash(&entitlement->newest, schema->kind, id);

	if (id_set_get(&entitlement->newest, hash, mask))
		return QORGAN_OK;
	int code = vault_get(entitlement->view, schema, id, 0, &entitlement->record, error);
	if (code && code != QORGAN_ABSENT)
		return code;
	*mask = code ? 0 : mask_of(entitlement, &entitlement->record.record);
	return id_set_add(&entitlement->newest, hash, *mask) ? QORGAN_OK : error_set_memory(error);
}

/* Who may have the measure that a report is on, or the risk that is assessed: those
 * that the rule allows, and another state that keeps it. */
static int whole_mask(struct entitlement *entitlement, const char *kind, const struct record *part, uint32_t *mask,
                      struct qorgan_error *error)
{
	struct span id = part->id;
	const char *slash = id.size ? memchr(id.data, '/', id.size) : NULL;
	struct span whole = { id.data, slash ? (size_t)(slash - id.data) : id.size };
	uint64_t hash = id_set_hash(&entitlement->wholes, kind, whole);

	if (id_set_get(&entitlement->wholes, hash, mask))
		return QORGAN_OK;
	int code = vault_get(entitlement->view, schema_find(kind, strlen(kind)), whole, 0, &entitlement->record, error);
	if (code && code != QORGAN_ABSENT)
		return code;
	*mask = code ? 0 : mask_of(entitlement, &entitlement->record.record);
	bool foreign = !code && !span_equal(entitlement->record.record.owner, part->owner);
	for (size_t i = 0; i < entitlement->count && foreign; i++)
		if (span_is(entitlement->record.record.owner, entitlement->recipients[i].id))
			*mask |= UINT32_C(1) << i;
	return id_set_add(&entitlement->wholes, hash, *mask) ? QORGAN_OK : error_set_memory(error);
}

static int kept_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	char keeper[RECORD_NAME_LIMIT];
	uint32_t *first = context;

	(void)error;
	if (authority_named(&record->record, keeper) && span_is(record->record.owner, keeper))
		*first = record->record.version;
	return QORGAN_OK;
}

/* The first version before the newest that names the store's own state. */
static int kept_since(struct entitlement *entitlement, const struct vault_record *record, uint32_t *first,
                      struct qorgan_error *error)
{
	char kind[RECORD_NAME_LIMIT];
	struct vault_place place;
	int code;

	snprintf(kind, sizeof kind, "%.*s", (int)record->record.kind.size, record->record.kind.data);
	uint64_t hash = id_set_hash(&entitlement->kept, kind, record->record.id);
	if (id_set_get(&entitlement->kept, hash, first))
		return QORGAN_OK;
	*first = NEVER_KEPT;
	bool before = vault_view_show_absent(entitlement->view, true);
	code = vault_find_own(entitlement->view, schema_find(kind, strlen(kind)), record->record.id, &place, error);
	if (!code)
		code = vault_scan_history(entitlement->view, &place, kept_take, first, error);
	vault_view_show_absent(entitlement->view, before);
	if (!code && !id_set_add(&entitlement->kept, hash, *first))
		code = error_set_memory(error);
	return code;
}

int entitlement_keeper(struct entitlement *entitlement, const struct vault_record *record,
                       char keeper[RECORD_NAME_LIMIT], struct qorgan_error *error)
{
	const struct record *version = &record->record;
	uint32_t first = NEVER_KEPT;
	int code = QORGAN_OK;

	if (!authority_named(version, keeper) || span_is(version->owner, keeper)) {
		keeper[0] = '\0';
		return QORGAN_OK;
	}
	/* The id of a report or assessment names its state, and no version of it another one. */
	if (version->version > 1 && !span_is(version->kind, "status") && !span_is(version->kind, "assessment"))
		code = kept_since(entitlement, record, &first, error);
	if (first < version->version)
		keeper[0] = '\0';
	return code;
}

/* Notes of each file that a report names who may have that report. */
static int attached_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct entitlement *entitlement = context;
	struct span list, element;
	struct reader reader;
	char keeper[RECORD_NAME_LIMIT];
	uint32_t measure = 0, mask = mask_of(entitlement, &record->record);
	int code = QORGAN_OK;

	if (!reader_find(record->record.body, "evidence", &list) || !reader_open(list, &reader))
		return QORGAN_OK;
	code = entitlement_keeper(entitlement, record, keeper, error);
	if (keeper[0] || record->mirrored) /* another state's report, which is not sent */
		mask = 0;
	if (!code)
		code = whole_mask(entitlement, "measure", &record->record, &measure, error);
	while (!code && reader_element(&reader, &element)) {
		if (element.size < 2) /* not written by us: whoever has a reader's key could seal it */
			continue;
		struct span id = { element.data + 1, element.size - 2 }; /* a digest has no escapes */
		uint64_t hash = id_set_hash(&entitlement->attached, "", id);
		uint32_t known = 0;
		id_set_get(&entitlement->attached, hash, &known);
		if (!id_set_add(&entitlement->attached, hash, known | (mask & measure)))
			code = error_set_memory(error);
	}
	return code;
}

int entitlement_report(struct entitlement *entitlement, struct vault_record *record, struct qorgan_error *error)
{
	return attached_take(entitlement, record, error);
}

/* Who may have a file: those of any report that names it; all if none does. */
static int attached_mask(struct entitlement *entitlement, struct span id, uint32_t *mask, struct qorgan_error *error)
{
	uint64_t hash = id_set_hash(&entitlement->attached, "", id);
	uint32_t all = (uint32_t)((UINT64_C(1) << entitlement->count) - 1);
	int code = QORGAN_OK;

	if (id_set_get(&entitlement->attached, hash, mask) && (*mask & all) == all)
		return QORGAN_OK;
	if (!entitlement->attached_loaded)
		code = vault_scan(entitlement->view, schema_find("status", 6), attached_take, entitlement, error);
	entitlement->attached_loaded = true;
	*mask = UINT32_MAX;
	if (!code)
		id_set_get(&entitlement->attached, hash, mask);
	return code;
}

static void refuse_others(const struct entitlement *entitlement, uint32_t mask, const char *why, const char **refusals)
{
	for (size_t i = 0; i < entitlement->count; i++)
		if (!refusals[i] && !(mask & UINT32_C(1) << i))
			refusals[i] = why;
}

int entitlement_judge(struct entitlement *entitlement, const struct vault_record *record, const char **refusals,
                      struct qorgan_error *error)
{
	const struct record *version = &record->record;
	const struct schema *schema = schema_find(version->kind.data, version->kind.size);
	uint32_t mask = 0;
	int code = QORGAN_OK;
	bool any = false;

	for (size_t i = 0; i < entitlement->count; i++) {
		refusals[i] = release_refusal(version, &entitlement->recipients[i]);
		any |= !refusals[i];
	}
	if (!any || !schema)
		return QORGAN_OK;
	if (!record->newest) {
		code = newest_mask(entitlement, schema, version->id, &mask, error);
		refuse_others(entitlement, mask, SAID("withdrawn since, by a newer version"), refusals);
	}
	if (!code && span_is(version->kind, "status")) {
		code = whole_mask(entitlement, "measure", version, &mask, error);
		refuse_others(entitlement, mask, SAID("its measure may not go there"), refusals);
	}
	if (!code && span_is(version->kind, "assessment")) {
		code = whole_mask(entitlement, "risk", version, &mask, error);
		refuse_others(entitlement, mask, SAID("its risk may not go there"), refusals);
	}
	if (!code && span_is(version->kind, "evidence")) {
		code = attached_mask(entitlement, version->id, &mask, error);
		refuse_others(entitlement, mask, SAID("no report that names it may go there"), refusals);
	}
	return code;
}
