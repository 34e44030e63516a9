/* What another state itself sent, handed back to it for the repair of its store: its newest signed checkpoint that
 * came here, all hashes of its log, and the versions and files of it that are held. It is a package as that state
 * makes them, and says nothing of this one; only the signature beside it is this state's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "exchange/export_parts.h"
#include "register/release_index.h"
#include "store/evidence.h"
#include "store/mirror_internal.h"

/* A version that is held, by its entry in the other state's log. */
struct held {
	uint64_t leaf, number;
	uint8_t shard;
	uint32_t version;
};

struct handing {
	struct qorgan_store *store;
	const struct qorgan_export *how;
	struct qorgan_export_result *result;
	struct vault_view *view;
	struct recipient recipients[RECIPIENTS_LIMIT]; /* one */
	struct mirror_log log;
	struct buffer versions; /* struct held */
	struct buffer files;    /* ids, EVIDENCE_ID_SIZE bytes each */
	struct package_writer *writer;
};

/* ---- Whose log ----------------------------------------------------------------------- */

struct newest_log {
	const char *state;
	unsigned number; /* MIRROR_LOG_NEW: none */
};

/* A state that lost its key has a second log, which was met later. */
static int log_choose(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct newest_log *newest = context;

	(void)error;
	if (strcmp(log->state, newest->state) == 0 && log->sequence)
		newest->number = log->number;
	return QORGAN_OK;
}

static int recipient_find(struct handing *h, struct qorgan_error *error)
{
	struct release_index *releases = NULL;
	size_t count = 0;
	int code = release_index_load(h->view, &releases, error);

	if (!code)
		code = recipients_read(h->view, releases, time_date(vault_now(h->store)), h->how->to, h->recipients, &count, error);
	release_index_free(releases);
	if (!code && count != 1)
		code = error_set(error, QORGAN_USAGE, "what a state sent is handed back to that state alone: name one with --to");
	return code;
}

static int log_find(struct handing *h, struct qorgan_error *error)
{
	struct newest_log newest = { h->recipients[0].id, MIRROR_LOG_NEW };
	int code = mirror_logs(h->view, log_choose, &newest, error);

	if (!code && newest.number == MIRROR_LOG_NEW)
		code = error_set(error, QORGAN_ABSENT, "nothing that %s sent was taken in here, so there is nothing to hand back",
		                 newest.state);
	return code ? code : mirror_log_get(h->view, newest.number, &h->log, error);
}

/* ---- What is held of it ----------------------------------------------------------------- */

static int version_note(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct handing *h = context;
	struct held held = { record->leaf, record->place.number, record->place.shard, record->record.version };

	if (record->log != h->log.number)
		return QORGAN_OK;
	buffer_append(&h->versions, &held, sizeof held);
	return h->versions.failed ? error_set_memory(error) : QORGAN_OK;
}

static int held_compare(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

static int versions_gather(struct handing *h, struct qorgan_error *error)
{
	int code = mirror_versions(h->view, version_note, h, error);

	if (!code && h->versions.size)
		qsort(h->versions.data, h->versions.size / sizeof(struct held), sizeof(struct held), held_compare);
	return code;
}

/* ---- The lines -------------------------------------------------------------------------- */

static int leaves_write(struct handing *h, struct qorgan_error *error)
{
	struct buffer hashes = { 0 };
	uint64_t size = h->log.tree.size;
	int code = QORGAN_OK;

	for (uint64_t at = 0; at < size && !code; at += PACKAGE_LEAVES_PER_LINE) {
		uint64_t count = size - at < PACKAGE_LEAVES_PER_LINE ? size - at : PACKAGE_LEAVES_PER_LINE;
		buffer_clear(&hashes);
		code = mirror_leaf_hashes(h->view, h->log.number, at, count, &hashes, error);
		if (!code)
			code = package_leaves(h->writer, at, buffer_span(&hashes), error);
	}
	buffer_free(&hashes);
	return code;
}

static bool file_is_noted(const struct handing *h, struct span id)
{
	for (size_t at = 0; at < h->files.size; at += EVIDENCE_ID_SIZE)
		if (memcmp(h->files.data + at, id.data, EVIDENCE_ID_SIZE) == 0)
			return true;
	return false;
}

static int records_write(struct handing *h, struct qorgan_error *error)
{
	const struct held *versions = (const struct held *)(const void *)h->versions.data;
	size_t count = h->versions.size / sizeof *versions;
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++) {
		struct vault_place place = { .shard = versions[i].shard, .number = versions[i].number };
		code = mirror_get(h->view, &place, versions[i].version, &record, error);
		if (!code)
			code = package_record(h->writer, versions[i].leaf, record.record.bytes, error);
		if (!code && span_is(record.record.kind, "evidence") && record.record.id.size == EVIDENCE_ID_SIZE &&
		    !file_is_noted(h, record.record.id)) {
			buffer_append_span(&h->files, record.record.id);
			code = h->files.failed ? error_set_memory(error) : QORGAN_OK;
		}
		if (!code)
			code = vault_progress(h->store, "exporting", i, count);
		h->result->records += !code;
	}
	vault_record_free(&record);
	return code;
}

struct piece_target {
	struct package_writer *writer;
	struct span id;
};

static int piece_write(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	const struct piece_target *target = context;

	return package_evidence(target->writer, target->id, offset, data, error);
}

static int files_write(struct handing *h, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t at = 0; at < h->files.size && !code; at += EVIDENCE_ID_SIZE) {
		struct piece_target target = { h->writer, { h->files.data + at, EVIDENCE_ID_SIZE } };
		code = vault_evidence_read(h->view, target.id, piece_write, &target, error);
		h->result->evidence += code == QORGAN_OK;
		if (code == QORGAN_ABSENT) /* the file was withheld */
			code = QORGAN_OK;
	}
	return code;
}

static int lines_write(struct handing *h, const char *created, struct qorgan_error *error)
{
	struct package_recipient to = { vault_state(h->store), 0 };
	int code = package_header(h->writer, h->log.state, &to, 1, created, h->log.sequence, NULL, error);

	if (!code)
		code = package_checkpoint(h->writer, buffer_span(&h->log.note), error);
	if (!code)
		code = leaves_write(h, error);
	if (!code)
		code = records_write(h, error);
	if (!code)
		code = files_write(h, error);
	return code ? code : package_end(h->writer, h->log.tree.size, h->result->records, error);
}

/* ---- The file ---------------------------------------------------------------------------- */

static int file_write_all(struct handing *h, struct qorgan_error *error)
{
	const uint8_t(*key)[32] = (const uint8_t(*)[32]) & h->recipients[0].key;
	char created[TIME_TEXT_SIZE], digest[129], *secret = NULL;
	struct buffer trusted = { 0 };
	int code = export_place_check(h->how, error);

	time_format(vault_now(h->store), created);
	buffer_append_format(&trusted, "qorgan package %" PRIu64 " from %s, handed back by %s, created %s", h->log.sequence,
	                     h->log.state, vault_state(h->store), created);
	if (!code && trusted.failed)
		code = error_set_memory(error);
	if (!code)
		code = export_secret_get(h->view, &h->recipients[0], &secret, error);
	if (!code)
		code = package_create(h->how->output, key, 1, secret, &h->writer, error);
	secret_free(secret);
	if (!code)
		code = lines_write(h, created, error);
	if (!code)
		code = package_finish(h->writer, vault_keys(h->store)->package_seed, trusted.data, digest, &h->result->bytes, error);
	if (!code) {
		code = package_commit(h->writer, error);
		h->writer = NULL;
	}
	buffer_free(&trusted);
	return code == QORGAN_INTERRUPTED ? error_set(error, code, "stopped: nothing was written") : code;
}

int qorgan_hand_back(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                     struct qorgan_error *error)
{
	struct handing h = { .store = store, .how = export, .result = result };
	int code = export_writer_check(store, export, error);

	*result = (struct qorgan_export_result){ 0 };
	if (!code)
		code = vault_view_begin(store, &h.view, error);
	if (!code)
		code = recipient_find(&h, error);
	if (!code)
		code = log_find(&h, error);
	if (!code)
		code = versions_gather(&h, error);
	if (!code) {
		result->sequence = h.log.sequence;
		result->size = h.log.tree.size;
		recipients_warn(h.recipients, 1, result->warning, sizeof result->warning);
		code = file_write_all(&h, error);
	}
	package_abandon(h.writer);
	mirror_log_free(&h.log);
	vault_view_end(h.view);
	buffer_free(&h.versions);
	buffer_free(&h.files);
	return code;
}
