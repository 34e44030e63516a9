/* Export: what marking and release allow, to named partners, since the last
 * package to them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "crypto/age.h"
#include "crypto/leaf_batch.h"
#include "crypto/secret.h"
#include "exchange/courier_name.h"
#include "exchange/entitlement.h"
#include "exchange/export.h"
#include "exchange/package.h"
#include "exchange/recipients.h"
#include "exchange/release_log.h"
#include "exchange/released_later.h"
#include "exchange/withdrawals.h"
#include "exchange/witness_lines.h"
#include "qorgan/exchange.h"
#include "register/id_set.h"
#include "register/leaf_ranges.h"
#include "register/release_index.h"
#include "store/evidence.h"
#include "store/partner_secret.h"
#include "store/vault.h"

struct exporting {
	struct qorgan_store *store;
	const struct qorgan_export *how;
	const char *folder; /* of a courier; NULL: to how->output */
	char *staged;       /* where the package is until its release is logged; of a folder */
	struct qorgan_export_result *result;
	struct vault_view *view;
	struct recipient recipients[RECIPIENTS_LIMIT];
	size_t count;
	struct entitlement *entitlement;
	struct release_index *releases;
	struct package_writer *writer;
	struct leaf_checker *checker;
	struct given *given;
	struct withdrawals *withdrawals;
	struct leaf_ranges leaves; /* of the records sent */
	struct buffer evidence; /* ids of the evidence sent, EVIDENCE_ID_SIZE bytes each */
	struct id_set files;    /* the same */
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

static int withdrawals_export(struct exporting *x, struct qorgan_error *error)
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
		code = withdrawals_export(x, error);
	if (!code)
		code = evidence_export(x, error);
	if (!code)
		code = witness_lines_write(x->view, x->store, x->writer, error);
	return code ? code : package_end(x->writer, x->result->size - x->result->first, x->result->records, error);
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
	while (sequence_is_used(x, x->recipients[0].id, x->result->sequence) ||
	       (x->folder && courier_number_is_taken(x->folder, vault_state(x->store), x->recipients[0].id,
	                                             x->result->sequence)))
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

static int release_note(struct exporting *x, const char *digest, struct qorgan_error *error)
{
	struct leaf_ranges withdrawn = { 0 };
	size_t count;
	const struct withdrawal *list = withdrawals_list(x->withdrawals, &count);

	for (size_t i = 0; i < count; i++)
		leaf_ranges_add(&withdrawn, list[i].leaf);
	leaf_ranges_end(&withdrawn);
	const struct release_entry entry = {
		.recipients = x->recipients, .count = x->count, .sequence = x->result->sequence, .first = x->result->first,
		.size = x->result->size, .records = x->result->records, .digest = digest,
		.leaves = buffer_span(&x->leaves.text), .withdrawn = buffer_span(&withdrawn.text),
	};
	int code = withdrawn.text.failed ? error_set_memory(error)
	                                 : release_log(x->store, &entry, x->how->user, x->how->message, error);
	buffer_free(&withdrawn.text);
	return code;
}

/* The secret that is shared with the one recipient, in secret memory; NULL: none. */
static int secret_get(struct exporting *x, char **secret, struct qorgan_error *error)
{
	const struct recipient *recipient = &x->recipients[0];

	*secret = NULL;
	if (!recipient->secret_since)
		return QORGAN_OK;
	*secret = secret_alloc(PARTNER_SECRET_LIMIT);
	int code = *secret ? partner_secret_get(x->view, recipient->id, recipient->secret_since, *secret, error)
	                   : error_set_memory(error);
	if (code) {
		secret_free(*secret);
		*secret = NULL;
	}
	return code;
}

static int writer_open(struct exporting *x, struct qorgan_error *error)
{
	uint8_t keys[RECIPIENTS_LIMIT][32];
	char *secret = NULL;
	int code = x->folder ? QORGAN_OK : place_check(x->how, error);

	if (!code && x->folder) {
		x->staged = courier_path(x->folder, true, vault_state(x->store), x->recipients[0].id, x->result->sequence);
		code = x->staged ? QORGAN_OK : error_set_memory(error);
	}
	if (!code)
		code = secret_get(x, &secret, error);
	if (code)
		return code;
	for (size_t i = 0; i < x->count; i++)
		memcpy(keys[i], x->recipients[i].key, sizeof keys[i]);
	code = x->folder ? package_create_here(x->staged, (const uint8_t (*)[32])keys, x->count, secret, &x->writer, error)
	                 : package_create(x->how->output, (const uint8_t (*)[32])keys, x->count, secret, &x->writer, error);
	secret_free(secret);
	return code;
}

static void staged_remove(const struct exporting *x)
{
	char *signature;

	unlink(x->staged);
	if (asprintf(&signature, "%s" COURIER_SIGNATURE, x->staged) < 0)
		return;
	unlink(signature);
	free(signature);
}

/* Where it cannot be taken yet: so it is durable before the release is logged. */
static int package_stage(struct exporting *x, const char *digest, struct qorgan_error *error)
{
	int code = package_commit(x->writer, error);

	x->writer = NULL;
	if (code)
		return code;
	code = release_note(x, digest, error);
	/* After a failed write nobody knows whether the log has it: see courier_folder.h. */
	if (code && code != QORGAN_IO)
		staged_remove(x);
	return code;
}

/* Logged before it is handed out: a release that is on record but was not finished can
 * be made again; the reverse would be a leak without a trace. */
static int package_hand_out(struct exporting *x, const char *digest, struct qorgan_error *error)
{
	int code = release_note(x, digest, error);

	if (code)
		return code;
	code = package_commit(x->writer, error);
	x->writer = NULL;
	if (code && x->count > 1)
		error_prefix(error, code, "the release was logged but not finished: export again with --full");
	else if (code)
		error_prefix(error, code, "the release was logged but not finished: export again with --from %" PRIu64,
		             x->result->sequence);
	return code;
}

static int package_write(struct exporting *x, struct qorgan_error *error)
{
	struct buffer trusted = { 0 };
	char created[TIME_TEXT_SIZE], digest[129];
	int code;

	time_format(vault_now(x->store), created);
	buffer_append_format(&trusted, "qorgan package %" PRIu64 " from %s to", x->result->sequence, vault_state(x->store));
	for (size_t i = 0; i < x->count; i++)
		buffer_append_format(&trusted, " %s", x->recipients[i].id);
	buffer_append_format(&trusted, ", created %s", created);
	code = trusted.failed ? error_set_memory(error) : writer_open(x, error);
	if (!code)
		code = package_fill(x, created, error);
	if (!code)
		code = package_finish(x->writer, vault_keys(x->store)->package_seed, trusted.data, digest, &x->result->bytes,
		                      error);
	if (!code)
		code = x->folder ? package_stage(x, digest, error) : package_hand_out(x, digest, error);
	buffer_free(&trusted);
	return code;
}

/* Says why this key may not, in the words of a change. */
static int writer_check(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	int code = QORGAN_OK;

	if (!export->dry_run && !qorgan_store_may_write(store)) {
		code = vault_change_begin(store, export->user, NULL, &change, error);
		vault_change_abandon(change);
	}
	return code;
}

/* To whom, from where on, and what is known of them. */
static int export_prepare(struct exporting *x, struct qorgan_error *error)
{
	int code = vault_view_begin(x->store, &x->view, error);

	if (!code)
		code = release_index_load(x->view, &x->releases, error);
	if (!code)
		code = recipients_read(x->view, x->releases, time_date(vault_now(x->store)), x->how->to, x->recipients, &x->count,
		                       error);
	if (!code)
		code = recipients_secret_check(x->recipients, x->count, error);
	if (!code)
		code = extent_set(x, error);
	if (!code)
		code = entitlement_open(x->view, x->recipients, x->count, &x->entitlement, error);
	if (!code)
		code = given_open(x->view, x->recipients, x->count, &x->given, error);
	if (!code)
		code = withdrawals_open(x->view, x->entitlement, x->given, x->recipients, x->count,
		                        x->how->full || x->how->from, &x->withdrawals, error);
	if (!code)
		code = released_later_reach(x->view, x->entitlement, x->given, x->recipients, x->count, &x->result->first, error);
	return code;
}

/* Who is not told in this package what it may have no longer. */
static void alone_note(struct exporting *x)
{
	struct buffer names = { 0 };

	for (size_t i = 0; i < x->count; i++)
		if (withdrawals_missed(x->withdrawals, i))
			buffer_append_format(&names, "%s%s", names.size ? "," : "", x->recipients[i].id);
	snprintf(x->result->alone, sizeof x->result->alone, "%s", buffer_text(&names));
	buffer_free(&names);
}

static int export_run(struct qorgan_store *store, const struct qorgan_export *export, const char *folder,
                      struct qorgan_export_result *result, struct qorgan_error *error)
{
	struct exporting x = { .store = store, .how = export, .folder = folder, .result = result };
	int code = writer_check(store, export, error);

	id_set_start(&x.files);
	*result = (struct qorgan_export_result){ .sequence = 1 };
	if (!code)
		code = export_prepare(&x, error);
	if (!code) {
		recipients_warn(x.recipients, x.count, result->warning, sizeof result->warning);
		code = export->dry_run ? records_export(&x, error) : package_write(&x, error);
	}
	if (!code && export->dry_run)
		code = withdrawals_export(&x, error);
	if (!code)
		alone_note(&x);
	package_abandon(x.writer);
	withdrawals_close(x.withdrawals);
	given_close(x.given);
	entitlement_close(x.entitlement);
	release_index_free(x.releases);
	vault_view_end(x.view);
	buffer_free(&x.leaves.text);
	buffer_free(&x.evidence);
	id_set_free(&x.files);
	free(x.staged);
	return code;
}

int qorgan_export(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                  struct qorgan_error *error)
{
	return export_run(store, export, NULL, result, error);
}

int export_staged(struct qorgan_store *store, const struct qorgan_export *export, const char *folder,
                  struct qorgan_export_result *result, struct qorgan_error *error)
{
	return export_run(store, export, folder, result, error);
}
