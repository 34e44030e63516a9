/* Export: what marking and release allow, to named partners, since the last
 * package to them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "crypto/secret.h"
#include "exchange/courier_name.h"
#include "exchange/export.h"
#include "exchange/export_parts.h"
#include "exchange/release_log.h"
#include "exchange/released_later.h"
#include "store/checkout.h"
#include "store/partner_secret.h"
#include "store/vault.h"
#include "store/vault_restored.h"

/* A package that was not sent yet holds what no later one will. */
int export_place_check(const struct qorgan_export *how, struct qorgan_error *error)
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
		.restored = *x->restored.at ? x->restored.at : NULL,
		.leaves = buffer_span(&x->leaves.text), .withdrawn = buffer_span(&withdrawn.text),
	};
	int code = withdrawn.text.failed ? error_set_memory(error)
	                                 : release_log(x->store, &entry, x->how->user, x->how->message, error);
	buffer_free(&withdrawn.text);
	return code;
}

int export_secret_get(struct vault_view *view, const struct recipient *recipient, char **secret,
                      struct qorgan_error *error)
{
	*secret = NULL;
	if (!recipient->secret_since)
		return QORGAN_OK;
	*secret = secret_alloc(PARTNER_SECRET_LIMIT);
	int code = *secret ? partner_secret_get(view, recipient->id, recipient->secret_since, *secret, error)
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
	int code = x->folder ? QORGAN_OK : export_place_check(x->how, error);

	if (!code && x->folder) {
		x->staged = courier_path(x->folder, true, vault_state(x->store), x->recipients[0].id, x->result->sequence);
		code = x->staged ? QORGAN_OK : error_set_memory(error);
	}
	if (!code)
		code = export_secret_get(x->view, &x->recipients[0], &secret, error);
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
		code = export_fill(x, created, error);
	if (!code)
		code = package_finish(x->writer, vault_keys(x->store)->package_seed, trusted.data, digest, &x->result->bytes,
		                      error);
	if (!code)
		code = x->folder ? package_stage(x, digest, error) : package_hand_out(x, digest, error);
	buffer_free(&trusted);
	return code;
}

int export_writer_check(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	int code = QORGAN_OK;

	if (!export->dry_run && !qorgan_store_may_write(store)) {
		code = vault_change_begin(store, export->user, NULL, &change, error);
		vault_change_abandon(change);
	}
	return code;
}

/* Whether a partner was told of the restore at that moment. */
static bool is_told(const struct exporting *x, const struct recipient *recipient, int64_t at)
{
	size_t count;
	const struct release_package *packages = release_index_packages(x->releases, span_of(recipient->id), &count);

	for (size_t i = 0; i < count; i++)
		if (packages[i].restored == at)
			return true;
	return false;
}

/* Each partner is told once, and again with what it asked for again. */
static int restored_find(struct exporting *x, struct qorgan_error *error)
{
	struct vault_restored restored;
	bool told = true;
	int code = vault_restored_get(x->view, &restored, error);

	if (code || !restored.at)
		return code;
	for (size_t i = 0; i < x->count && told; i++)
		told = is_told(x, &x->recipients[i], restored.at);
	x->untold = !told;
	if (told && !x->how->full && !x->how->from)
		return QORGAN_OK;
	time_format(restored.at, x->restored.at);
	time_format(restored.backup, x->restored.backup);
	x->restored.size = restored.leaves;
	x->result->restored = true;
	return QORGAN_OK;
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
		code = restored_find(x, error);
	if (!code)
		code = export_extent(x, error);
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
	int code = checkout_refuse(store, error);

	if (!code)
		code = export_writer_check(store, export, error);
	id_set_start(&x.files);
	*result = (struct qorgan_export_result){ .sequence = 1 };
	if (!code)
		code = export_prepare(&x, error);
	if (!code) {
		recipients_warn(x.recipients, x.count, result->warning, sizeof result->warning);
		code = export->dry_run ? export_records(&x, error) : package_write(&x, error);
	}
	if (!code && export->dry_run)
		code = export_withdrawals(&x, error);
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
