/* Whether each version without content was forgotten, and each that was forgotten is gone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/forget.h"
#include "store/verify.h"

int verify_absent_add(struct buffer *absent, unsigned log, const struct vault_record *record,
                      struct qorgan_error *error)
{
	struct verify_absent entry = { .log = log, .leaf = record->leaf };

	merkle_hash_leaf(record->record.bytes.data, record->record.bytes.size, entry.hash);
	buffer_append(absent, &entry, sizeof entry);
	return absent->failed ? error_set_memory(error) : QORGAN_OK;
}

struct forgotten_verifier {
	struct vault_view *view;
	struct verify_teller teller;
	struct buffer *absent, named; /* of struct verify_absent: as they were met, as records name them */
};

static int entry_compare(const void *a, const void *b)
{
	const struct verify_absent *left = a, *right = b;

	if (left->log != right->log)
		return left->log < right->log ? -1 : 1;
	return (left->leaf > right->leaf) - (left->leaf < right->leaf);
}

static size_t sort(struct buffer *entries)
{
	size_t count = entries->size / sizeof(struct verify_absent);

	if (count)
		qsort(entries->data, count, sizeof(struct verify_absent), entry_compare);
	return count;
}

static bool has(const struct buffer *entries, const struct verify_absent *entry)
{
	size_t count = entries->size / sizeof *entry;
	const struct verify_absent *found = count ? bsearch(entry, entries->data, count, sizeof *entry, entry_compare) : NULL;

	return found && memcmp(found->hash, entry->hash, sizeof entry->hash) == 0;
}

/* ---- What is on record ------------------------------------------------------------------ */

/* A version that is named must be without content, and just what the record says. */
static int version_verify(struct forgotten_verifier *v, const struct forgotten_version *version,
                          struct qorgan_error *error)
{
	struct verify_absent entry = { .log = MIRROR_LOG_OWN, .leaf = version->leaf };
	struct mirror_log log = { 0 };
	char name[RECORD_ID_LIMIT + 2 * RECORD_NAME_LIMIT + 30];
	int code = *version->log ? mirror_log_find(v->view, version->log, &log, error) : QORGAN_OK;

	if (!code && *version->log)
		entry.log = log.number;
	mirror_log_free(&log);
	if (code && code != QORGAN_ABSENT)
		return code;
	memcpy(entry.hash, version->hash, sizeof entry.hash);
	buffer_append(&v->named, &entry, sizeof entry);
	if (v->named.failed)
		return error_set_memory(error);
	if (code || !has(v->absent, &entry)) {
		snprintf(name, sizeof name, "%s %s %s version %u", version->owner, version->kind, version->id, version->version);
		verify_find(&v->teller, name, "a version that was forgotten is not gone, or what stands in its place is not what was "
		            "put there");
	}
	return QORGAN_OK;
}

static int versions_verify(struct forgotten_verifier *v, const struct forgetting *forgetting, struct qorgan_error *error)
{
	struct forgotten_version version;
	struct reader reader;
	bool whole = !forgetting->versions.data;
	int code = QORGAN_OK;

	if (!whole && reader_open(forgetting->versions, &reader))
		while (!code && forgotten_next(&reader, &version, &whole))
			code = version_verify(v, &version, error);
	if (!code && !whole)
		verify_find(&v->teller, forgetting->id, "a record of what was forgotten is malformed");
	return code;
}

/* A piece that was written before it was forgotten must be gone; the same file may have been
 * attached again. */
static int files_verify(struct forgotten_verifier *v, const struct forgetting *forgetting, struct qorgan_error *error)
{
	struct vault_record first = { 0 };
	struct reader reader;
	struct span element;
	bool held = false;
	char name[100];
	int code = QORGAN_OK;

	if (!forgetting->files.data || !reader_open(forgetting->files, &reader))
		return QORGAN_OK;
	code = vault_get_place(v->view, &forgetting->place, 1, &first, error);
	while (!code && reader_element(&reader, &element)) {
		struct span id = { element.data + 1, element.size < 2 ? 0 : element.size - 2 };
		code = forget_file_is_older(v->view, id, first.leaf, &held, error);
		snprintf(name, sizeof name, "evidence %.*s", id.size > 64 ? 64 : (int)id.size, id.data);
		if (!code && held)
			verify_find(&v->teller, name, "the content of an attached file that was forgotten is not gone");
	}
	vault_record_free(&first);
	return code;
}

static int forgetting_verify(void *context, const struct forgetting *forgetting, struct qorgan_error *error)
{
	struct forgotten_verifier *v = context;
	char name[RECORD_ID_LIMIT + 20];

	snprintf(name, sizeof name, "forgetting %s", forgetting->id);
	if (forgetting->endorsement != ENDORSEMENT_GOOD)
		verify_find(&v->teller, name, "no administrator stands for what is on record as forgotten");
	int code = versions_verify(v, forgetting, error);
	return code ? code : files_verify(v, forgetting, error);
}

/* ---- What was met ------------------------------------------------------------------------- */

static void stranger_find(struct forgotten_verifier *v, const struct verify_absent *entry)
{
	char name[80];

	if (entry->log == MIRROR_LOG_OWN)
		snprintf(name, sizeof name, "leaf %llu", (unsigned long long)entry->leaf);
	else
		snprintf(name, sizeof name, "log %llu, leaf %llu", (unsigned long long)entry->log, (unsigned long long)entry->leaf);
	verify_find(&v->teller, name, "a version has no content, and no record says that it was forgotten");
}

int verify_forgotten(struct vault_view *view, struct buffer *absent, verify_fault fault, void *context,
                     struct qorgan_error *error)
{
	struct forgotten_verifier v = { .view = view, .teller = { fault, context }, .absent = absent };
	size_t count = sort(absent);
	int code = forgettings_each(view, forgetting_verify, &v, error);

	sort(&v.named);
	for (size_t i = 0; i < count && !code; i++) {
		struct verify_absent entry;
		memcpy(&entry, absent->data + i * sizeof entry, sizeof entry);
		if (!has(&v.named, &entry))
			stranger_find(&v, &entry);
	}
	buffer_free(&v.named);
	return code;
}
