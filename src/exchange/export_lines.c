/* What a package holds: each version judged, and the lines written. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/leaf_batch.h"
#include "exchange/export_parts.h"
#include "exchange/fork_lines.h"
#include "exchange/witness_lines.h"
#include "record/reader.h"
#include "store/evidence.h"
#include "store/forget.h"
#include "store/vault.h"

/* A package is for all its recipients, so each must be allowed to have all of it. */
struct verdict {
	const char *refusals[RECIPIENTS_LIMIT];
	char keeper[RECORD_NAME_LIMIT]; /* of what is a copy here; else "" */
	bool goes;
};

static int version_judge(struct exporting *x, const struct vault_record *record, struct verdict *verdict,
                         struct qorgan_error *error)
{
	int code = entitlement_judge(x->entitlement, record, verdict->refusals, error);
	size_t allowed = 0;

	for (size_t i = 0; i < x->count && !code; i++)
		allowed += !verdict->refusals[i];
	verdict->keeper[0] = '\0';
	if (allowed && !code)
		code = entitlement_keeper(x->entitlement, record, verdict->keeper, error);
	verdict->goes = !code && allowed == x->count && !verdict->keeper[0];
	return code;
}

/* Who could have had it alone has missed it. */
static void missed_note(struct exporting *x, const struct vault_record *record, const struct verdict *verdict)
{
	for (size_t i = 0; i < x->count && !verdict->goes && !verdict->keeper[0]; i++)
		if (!verdict->refusals[i] && record->leaf < x->recipients[i].missed)
			x->recipients[i].missed = record->leaf;
}

/* Why a version stays: "KAZ: not on its release list". */
static void verdict_tell(const struct exporting *x, const struct verdict *verdict, char *why, size_t limit)
{
	size_t i = 0;

	*why = '\0';
	if (verdict->keeper[0]) {
		snprintf(why, limit, ENTITLEMENT_COPY, verdict->keeper);
		return;
	}
	while (i < x->count && !verdict->refusals[i])
		i++;
	if (i < x->count)
		snprintf(why, limit, "%s%s%s", x->count > 1 ? x->recipients[i].id : "", x->count > 1 ? ": " : "",
		         verdict->refusals[i]);
}

static void item_tell(const struct exporting *x, const struct record *record, const struct verdict *verdict)
{
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], why[200];
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);

	/* The store's own book-keeping would only bury what a person looks for. */
	if (!x->how->item || !schema || !(schema->flags & SCHEMA_CATALOGUE))
		return;
	snprintf(kind, sizeof kind, "%.*s", (int)record->kind.size, record->kind.data);
	snprintf(id, sizeof id, "%.*s", (int)record->id.size, record->id.data);
	verdict_tell(x, verdict, why, sizeof why);
	x->how->item(x->how->context, kind, id, record->version, verdict->goes, why);
}

/* Two versions of a piece of evidence have one content. */
static int evidence_note(struct exporting *x, const struct record *record, struct qorgan_error *error)
{
	if (!span_is(record->kind, "evidence") || record->id.size != EVIDENCE_ID_SIZE)
		return QORGAN_OK;
	uint64_t hash = id_set_hash(&x->files, "", record->id);
	if (id_set_has(&x->files, hash))
		return QORGAN_OK;
	buffer_append_span(&x->evidence, record->id);
	return x->evidence.failed || !id_set_add(&x->files, hash, 0) ? error_set_memory(error) : QORGAN_OK;
}

/* Whoever was given what was forgotten is asked to drop it, unless there is something of it
 * again. */
static int forgotten_withdraw(struct exporting *x, const struct forgotten_version *at, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(at->kind, strlen(at->kind));
	const char *refusals[RECIPIENTS_LIMIT];
	struct vault_record newest = { 0 };
	bool before = vault_view_show_absent(x->view, true);
	int code = schema && !*at->log ? vault_get_own(x->view, schema, span_of(at->id), 0, &newest, error) : QORGAN_ABSENT;

	vault_view_show_absent(x->view, before);
	for (size_t i = 0; i < x->count; i++)
		refusals[i] = "forgotten";
	if (!code && newest.record.absence && newest.record.version == at->version)
		code = withdrawals_consider(x->withdrawals, &newest, refusals, error);
	vault_record_free(&newest);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int forgetting_consider(struct exporting *x, const struct record *record, struct qorgan_error *error)
{
	struct forgotten_version at;
	struct reader reader;
	struct span list;
	bool whole;
	int code = QORGAN_OK;

	if (!span_is(record->kind, "forgetting") || !reader_find(record->body, "versions", &list) ||
	    !reader_open(list, &reader))
		return QORGAN_OK;
	while (!code && forgotten_next(&reader, &at, &whole))
		code = forgotten_withdraw(x, &at, error);
	return code;
}

static int record_export(struct exporting *x, struct vault_record *version, struct qorgan_error *error)
{
	const struct record *record = &version->record;
	struct verdict verdict;
	int code = version_judge(x, version, &verdict, error);

	if (code)
		return code;
	missed_note(x, version, &verdict);
	if (version->newest)
		code = withdrawals_consider(x->withdrawals, version, verdict.refusals, error);
	if (!code)
		code = forgetting_consider(x, record, error);
	if (code)
		return code;
	if (x->how->dry_run)
		item_tell(x, record, &verdict);
	if (!verdict.goes) {
		x->result->withheld++;
		return QORGAN_OK;
	}
	x->result->records++;
	code = evidence_note(x, record, error);
	leaf_ranges_add(&x->leaves, version->leaf);
	if (!code && x->leaves.text.failed)
		code = error_set_memory(error);
	if (code)
		return code;
	return x->writer ? package_record(x->writer, version->leaf, record->bytes, error) : QORGAN_OK;
}

static void mismatch_note(void *context, uint64_t leaf)
{
	*(uint64_t *)context = leaf;
}

static int record_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct exporting *x = context;
	int code = record_export(x, record, error);

	/* Only what was signed may leave: whoever holds a reader's key could put
	 * another record in its place, but not change its leaf. */
	if (!code && x->checker && !leaf_checker_add(x->checker, record->leaf, record->record.bytes, record->hash))
		code = error_set_memory(error);
	return code ? code : vault_progress(x->store, "exporting", record->leaf - x->result->first,
	                                    x->result->size - x->result->first);
}

int export_records(struct exporting *x, struct qorgan_error *error)
{
	uint64_t wrong = UINT64_MAX;
	int code;

	if (!x->how->dry_run && !(x->checker = leaf_checker_start(mismatch_note, &wrong)))
		return error_set_memory(error);
	code = vault_scan_leaves(x->view, x->result->first, record_take, x, error);
	leaf_checker_finish(x->checker);
	x->checker = NULL;
	if (!code && wrong != UINT64_MAX)
		code = error_set(error, QORGAN_IO, "leaf %" PRIu64 " is not the record that was signed: run qorgan verify; nothing "
		                 "was written", wrong);
	leaf_ranges_end(&x->leaves);
	if (!code)
		code = withdrawals_finish(x->withdrawals, error);
	return code == QORGAN_INTERRUPTED ? error_set(error, code, "stopped: nothing was written") : code;
}

static int leaves_export(struct exporting *x, struct qorgan_error *error)
{
	struct buffer hashes = { 0 };
	int code = QORGAN_OK;

	for (uint64_t at = x->result->first; at < x->result->size && !code; at += PACKAGE_LEAVES_PER_LINE) {
		uint64_t count = x->result->size - at;
		if (count > PACKAGE_LEAVES_PER_LINE)
			count = PACKAGE_LEAVES_PER_LINE;
		buffer_clear(&hashes);
		code = vault_leaf_hashes(x->view, at, count, &hashes, error);
		if (!code)
			code = package_leaves(x->writer, at, buffer_span(&hashes), error);
	}
	buffer_free(&hashes);
	return code;
}

int export_withdrawals(struct exporting *x, struct qorgan_error *error)
{
	size_t count;
	const struct withdrawal *list = withdrawals_list(x->withdrawals, &count);
	int code = QORGAN_OK;

	x->result->withdrawn = count;
	for (size_t i = 0; i < count && !code; i++) {
		if (x->writer)
			code = package_withdrawal(x->writer, list[i].leaf, list[i].kind, list[i].id, list[i].version, error);
		else if (x->how->withdrawal)
			x->how->withdrawal(x->how->context, list[i].kind, list[i].id, list[i].version);
	}
	return code;
}

struct piece_target {
	struct exporting *x;
	struct span id;
};

static int piece_export(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	const struct piece_target *target = context;

	return package_evidence(target->x->writer, target->id, offset, data, error);
}

static int evidence_export(struct exporting *x, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t at = 0; at < x->evidence.size && !code; at += EVIDENCE_ID_SIZE) {
		struct piece_target target = { x, { x->evidence.data + at, EVIDENCE_ID_SIZE } };
		code = vault_evidence_read(x->view, target.id, piece_export, &target, error);
		x->result->evidence += code == QORGAN_OK;
		if (code == QORGAN_ABSENT) /* only its description is on record here */
			code = QORGAN_OK;
	}
	return code;
}

int export_fill(struct exporting *x, const char *created, struct qorgan_error *error)
{
	struct package_recipient to[RECIPIENTS_LIMIT];
	struct buffer note = { 0 };
	int code;

	for (size_t i = 0; i < x->count; i++)
		to[i] = (struct package_recipient){ x->recipients[i].id, x->recipients[i].previous };
	code = package_header(x->writer, vault_state(x->store), to, x->count, created, x->result->sequence,
	                      *x->restored.at ? &x->restored : NULL, error);
	if (!code)
		code = vault_checkpoint(x->view, &note, error);
	if (!code)
		code = package_checkpoint(x->writer, buffer_span(&note), error);
	buffer_free(&note);
	if (!code)
		code = leaves_export(x, error);
	if (!code)
		code = export_records(x, error);
	if (!code)
		code = export_withdrawals(x, error);
	if (!code)
		code = evidence_export(x, error);
	if (!code)
		code = witness_lines_write(x->view, x->store, x->writer, error);
	if (!code)
		code = fork_lines_write(x->view, x->writer, error);
	return code ? code : package_end(x->writer, x->result->size - x->result->first, x->result->records, error);
}
