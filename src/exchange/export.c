/* Export: what marking and release allow, to named partners, since the last
 * package to them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "crypto/age.h"
#include "crypto/leaf_batch.h"
#include "exchange/entitlement.h"
#include "exchange/package.h"
#include "exchange/recipients.h"
#include "qorgan/exchange.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "register/release_index.h"
#include "store/evidence.h"
#include "store/vault.h"

/* A record that lists the leaves of a package is split when its list is longer. */
#define RANGES_LIMIT (100 * 1024)

struct exporting {
	struct qorgan_store *store;
	const struct qorgan_export *how;
	struct qorgan_export_result *result;
	struct vault_view *view;
	struct recipient recipients[RECIPIENTS_LIMIT];
	size_t count;
	struct entitlement *entitlement;
	struct release_index *releases;
	struct package_writer *writer;
	struct leaf_checker *checker;
	struct buffer ranges;  /* leaves sent, as "3-7,9," */
	uint64_t run_first, run_after; /* the run of leaves that is being gathered */
	struct buffer evidence; /* ids of the evidence sent, EVIDENCE_ID_SIZE bytes each */
};

/* ---- What ------------------------------------------------------------------------ */

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

static void run_end(struct exporting *x)
{
	if (x->run_after == x->run_first)
		return;
	buffer_append_format(&x->ranges, "%s%" PRIu64, x->ranges.size ? "," : "", x->run_first);
	if (x->run_after > x->run_first + 1)
		buffer_append_format(&x->ranges, "-%" PRIu64, x->run_after - 1);
}

static void leaf_note(struct exporting *x, uint64_t leaf)
{
	if (leaf != x->run_after) {
		run_end(x);
		x->run_first = leaf;
	}
	x->run_after = leaf + 1;
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
static bool evidence_is_noted(const struct exporting *x, struct span id)
{
	for (size_t at = 0; at < x->evidence.size; at += EVIDENCE_ID_SIZE)
		if (memcmp(x->evidence.data + at, id.data, EVIDENCE_ID_SIZE) == 0)
			return true;
	return false;
}

static int record_export(struct exporting *x, const struct vault_record *version, struct qorgan_error *error)
{
	const struct record *record = &version->record;
	struct verdict verdict;
	int code = version_judge(x, version, &verdict, error);

	if (code)
		return code;
	missed_note(x, version, &verdict);
	if (x->how->dry_run)
		item_tell(x, record, &verdict);
	if (!verdict.goes) {
		x->result->withheld++;
		return QORGAN_OK;
	}
	x->result->records++;
	if (span_is(record->kind, "evidence") && record->id.size == EVIDENCE_ID_SIZE && !evidence_is_noted(x, record->id))
		buffer_append_span(&x->evidence, record->id);
	leaf_note(x, version->leaf);
	if (x->evidence.failed || x->ranges.failed)
		return error_set_memory(error);
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

static int records_export(struct exporting *x, struct qorgan_error *error)
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
	run_end(x);
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

static int package_fill(struct exporting *x, const char *created, struct qorgan_error *error)
{
	struct package_recipient to[RECIPIENTS_LIMIT];
	struct buffer note = { 0 };
	int code;

	for (size_t i = 0; i < x->count; i++)
		to[i] = (struct package_recipient){ x->recipients[i].id, x->recipients[i].previous };
	code = package_header(x->writer, vault_state(x->store), to, x->count, created, x->result->sequence, error);
	if (!code)
		code = vault_checkpoint(x->view, &note, error);
	if (!code)
		code = package_checkpoint(x->writer, buffer_span(&note), error);
	buffer_free(&note);
	if (!code)
		code = leaves_export(x, error);
	if (!code)
		code = records_export(x, error);
	if (!code)
		code = evidence_export(x, error);
	return code ? code : package_end(x->writer, x->result->size - x->result->first, x->result->records, error);
}

/* ---- The book-keeping -------------------------------------------------------------- */

/* Who may have more than all recipients may gets it with its next package. */
static void owed_append(const struct exporting *x, struct buffer *body)
{
	const char *lead = ",\"owed\":[";

	for (size_t i = 0; i < x->count; i++) {
		if (x->recipients[i].missed >= x->result->size)
			continue;
		buffer_append_format(body, "%s{\"leaf\":%" PRIu64 ",\"partner\":\"%s\"}", lead, x->recipients[i].missed,
		                     x->recipients[i].id);
		lead = ",";
	}
	if (*lead == ',' && !lead[1])
		buffer_append_char(body, ']');
}

/* One part of the list of leaves sent: up to RANGES_LIMIT bytes, cut at a comma. */
static struct span ranges_part(struct span *rest)
{
	struct span part = *rest;

	if (part.size > RANGES_LIMIT) {
		part.size = RANGES_LIMIT;
		while (part.size && part.data[part.size] != ',')
			part.size--;
	}
	size_t used = part.size < rest->size ? part.size + 1 : part.size;
	rest->data += used;
	rest->size -= used;
	return part;
}

static int release_put(struct vault_change *change, const struct exporting *x, const char *digest,
                       struct qorgan_error *error)
{
	struct span rest = buffer_span(&x->ranges);
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	char id[RECORD_ID_LIMIT];
	int code = QORGAN_OK;

	for (unsigned number = 0; !code && (number == 0 || rest.size); number++) {
		struct span part = ranges_part(&rest);
		buffer_clear(&body);
		buffer_append_format(&body, "{\"digest\":\"%s\",\"first\":%" PRIu64, digest, x->result->first);
		if (part.size)
			buffer_append_format(&body, ",\"leaves\":\"%.*s\"", (int)part.size, part.data);
		owed_append(x, &body);
		for (size_t i = 0; i < x->count; i++)
			buffer_append_format(&body, "%s%" PRIu64, i ? "," : ",\"previous\":[", x->recipients[i].previous);
		buffer_append_format(&body, "],\"records\":%" PRIu64 ",\"size\":%" PRIu64 ",\"to\":[", x->result->records,
		                     x->result->size);
		for (size_t i = 0; i < x->count; i++)
			buffer_append_format(&body, "%s\"%s\"", i ? "," : "", x->recipients[i].id);
		buffer_append_text(&body, "]}");
		snprintf(id, sizeof id, number ? "%s/%" PRIu64 ".%u" : "%s/%" PRIu64, x->recipients[0].id, x->result->sequence,
		         number);
		code = body.failed ? error_set_memory(error)
		                   : vault_change_put(change, schema_find("release", 7), span_of(id), buffer_span(&body), 0,
		                                      &outcome, error);
	}
	buffer_free(&body);
	return code;
}

static int release_log(struct exporting *x, const char *digest, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	struct buffer message = { 0 };
	uint64_t number;
	int code;

	buffer_append_format(&message, "package %" PRIu64 " to", x->result->sequence);
	for (size_t i = 0; i < x->count; i++)
		buffer_append_format(&message, "%s %s", i ? "," : "", x->recipients[i].id);
	buffer_append_format(&message, ": %" PRIu64 " records", x->result->records);
	if (x->how->message)
		buffer_append_format(&message, "; %s", x->how->message);
	code = message.failed ? error_set_memory(error)
	                      : vault_change_begin(x->store, x->how->user, message.data, &change, error);
	buffer_free(&message);
	if (code)
		return code;
	code = release_put(change, x, digest, error);
	if (!code)
		return vault_change_commit(change, &number, error);
	vault_change_abandon(change);
	return code;
}

/* ---- The whole ----------------------------------------------------------------------- */

/* Whether a package of that number was logged already. */
static bool sequence_is_used(struct exporting *x, const char *id, uint64_t sequence)
{
	struct vault_place place;
	char text[RECORD_ID_LIMIT];

	snprintf(text, sizeof text, "%s/%" PRIu64, id, sequence);
	return vault_find(x->view, schema_find("release", 7), span_of(text), &place, NULL) == QORGAN_OK;
}

/* Refuses a number that is of no package to the partner. */
static int from_refuse(const struct exporting *x, const struct release_package *packages, size_t count,
                       struct qorgan_error *error)
{
	const char *partner = x->recipients[0].id;
	uint64_t from = x->how->from;
	size_t at = 0;

	if (!count)
		return error_set(error, QORGAN_ABSENT, "no package went to %s yet: leave out --from", partner);
	while (at < count && packages[at].sequence < from)
		at++;
	if (at == count)
		return error_set(error, QORGAN_ABSENT, "no package %" PRIu64 " went to %s: the last one was %" PRIu64, from, partner,
		                 packages[count - 1].sequence);
	return error_set(error, QORGAN_ABSENT, "no package %" PRIu64 " went to %s: the next one was %" PRIu64, from, partner,
	                 packages[at].sequence);
}

/* From where that package began, or a later one that reached further back. */
static int from_set(struct exporting *x, struct qorgan_error *error)
{
	struct recipient *recipient = &x->recipients[0];
	const struct release_package *packages;
	size_t count, at = 0;

	if (x->count > 1)
		return error_set(error, QORGAN_USAGE, "--from goes with one partner: the numbers are another's for each");
	if (x->how->full)
		return error_set(error, QORGAN_USAGE, "--full is from the first package on: leave out --from");
	packages = release_index_packages(x->releases, span_of(recipient->id), &count);
	while (at < count && packages[at].sequence != x->how->from)
		at++;
	if (at == count)
		return from_refuse(x, packages, count, error);
	for (recipient->previous = UINT64_MAX; at < count; at++) {
		if (packages[at].first < x->result->first)
			x->result->first = packages[at].first;
		if (packages[at].previous < recipient->previous)
			recipient->previous = packages[at].previous;
	}
	return QORGAN_OK;
}

static int extent_set(struct exporting *x, struct qorgan_error *error)
{
	x->result->size = vault_view_leaves(x->view);
	x->result->first = x->how->full ? 0 : x->result->size;
	for (size_t i = 0; i < x->count; i++) {
		x->recipients[i].previous = x->how->full ? 0 : x->recipients[i].sequence;
		if (x->recipients[i].sent < x->result->first)
			x->result->first = x->recipients[i].sent;
		if (x->recipients[i].sequence >= x->result->sequence)
			x->result->sequence = x->recipients[i].sequence + 1;
	}
	while (sequence_is_used(x, x->recipients[0].id, x->result->sequence))
		x->result->sequence++;
	return x->how->from ? from_set(x, error) : QORGAN_OK;
}

/* A package that was not sent yet holds what no later one will. */
static int place_check(const struct qorgan_export *how, struct qorgan_error *error)
{
	struct stat status;

	if (how->replace || lstat(how->output, &status) || !(S_ISREG(status.st_mode) || S_ISLNK(status.st_mode)))
		return QORGAN_OK; /* what is no file is never replaced: package_create says so */
	return error_set(error, QORGAN_CANNOT_CREATE, "%s is there already, and may be a package that was not sent yet: name "
	                 "another file, or replace it with --force", how->output);
}

static int package_write(struct exporting *x, struct qorgan_error *error)
{
	uint8_t keys[RECIPIENTS_LIMIT][32];
	struct buffer trusted = { 0 };
	char created[TIME_TEXT_SIZE], digest[129];
	int code;

	code = place_check(x->how, error);
	if (code)
		return code;
	for (size_t i = 0; i < x->count; i++)
		memcpy(keys[i], x->recipients[i].key, sizeof keys[i]);
	time_format(vault_now(x->store), created);
	buffer_append_format(&trusted, "qorgan package %" PRIu64 " from %s to", x->result->sequence, vault_state(x->store));
	for (size_t i = 0; i < x->count; i++)
		buffer_append_format(&trusted, " %s", x->recipients[i].id);
	buffer_append_format(&trusted, ", created %s", created);
	code = trusted.failed ? error_set_memory(error)
	                      : package_create(x->how->output, (const uint8_t (*)[32])keys, x->count, &x->writer, error);
	if (!code)
		code = package_fill(x, created, error);
	if (!code)
		code = package_finish(x->writer, vault_keys(x->store)->package_seed, trusted.data, digest, &x->result->bytes,
		                      error);
	/* Logged before it is handed out: a release that is on record but was not
	 * finished can be made again; the reverse would be a leak without a trace. */
	if (!code)
		code = release_log(x, digest, error);
	if (!code) {
		code = package_commit(x->writer, error);
		x->writer = NULL;
		if (code && x->count > 1)
			error_prefix(error, code, "the release was logged but not finished: export again with --full");
		else if (code)
			error_prefix(error, code, "the release was logged but not finished: export again with --from %" PRIu64,
			             x->result->sequence);
	}
	buffer_free(&trusted);
	return code;
}

int qorgan_export(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                  struct qorgan_error *error)
{
	struct exporting x = { .store = store, .how = export, .result = result };
	int code;

	*result = (struct qorgan_export_result){ .sequence = 1 };
	if (!export->dry_run && !qorgan_store_may_write(store)) {
		/* Says why in the words of a change. */
		struct vault_change *change = NULL;
		code = vault_change_begin(store, export->user, NULL, &change, error);
		vault_change_abandon(change);
		if (code)
			return code;
	}
	code = vault_view_begin(store, &x.view, error);
	if (!code)
		code = release_index_load(x.view, &x.releases, error);
	if (!code)
		code = recipients_read(x.view, x.releases, time_date(vault_now(store)), export->to, x.recipients, &x.count, error);
	if (!code) {
		recipients_warn(x.recipients, x.count, result->warning, sizeof result->warning);
		code = extent_set(&x, error);
	}
	if (!code)
		code = entitlement_open(x.view, x.recipients, x.count, &x.entitlement, error);
	if (!code) {
		code = export->dry_run ? records_export(&x, error) : package_write(&x, error);
	}
	package_abandon(x.writer);
	entitlement_close(x.entitlement);
	release_index_free(x.releases);
	vault_view_end(x.view);
	buffer_free(&x.ranges);
	buffer_free(&x.evidence);
	return code;
}
