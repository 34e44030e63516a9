/* Repairing a store: the packages that are given, the plan, and the new store examined before it is
 * put in its place. */
#include "qorgan/repair.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "exchange/package_lines.h"
#include "register/standing.h"
#include "store/partner_secret.h"
#include "store/repair.h"

#define PACKAGE_FILE_LIMIT ((size_t)1 << 30)
#define IDENTITIES_LIMIT 64
#define AGE_FIRST_LINE "age-encryption.org/v1"
#define AGE_ARMOR_LINE "-----BEGIN AGE"

/* ---- Packages --------------------------------------------------------------------------- */

struct offering {
	struct repairing *repairing;
	struct package_lines *lines;
	char origin[256];
	bool begun, locked;  /* what the outer file holds is one that a shared secret opens */
	struct buffer inner; /* if so */
};

static int checkpoint_offer(void *context, struct span note, const struct checkpoint *checkpoint,
                            struct qorgan_error *error)
{
	struct offering *offering = context;

	memcpy(offering->origin, checkpoint->origin, sizeof offering->origin);
	return repairing_offer_checkpoint(offering->repairing, note, error);
}

static int leaves_offer(void *context, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct offering *offering = context;

	return repairing_offer_leaves(offering->repairing, offering->origin, first, hashes, error);
}

static int record_offer(void *context, uint64_t index, const struct record *record, struct qorgan_error *error)
{
	struct offering *offering = context;

	return repairing_offer_record(offering->repairing, offering->origin, index, record, error);
}

static int piece_offer(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *error)
{
	struct offering *offering = context;

	return repairing_offer_piece(offering->repairing, id, offset, data, error);
}

/* What others countersigned of the own log bears the own signature. */
static int witness_offer(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *error)
{
	struct offering *offering = context;

	(void)checkpoint;
	return repairing_offer_checkpoint(offering->repairing, note, error);
}

static int lines_offer(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct offering *offering = context;

	return package_lines_add(offering->lines, data, size, error);
}

static bool begins(struct span data, const char *text)
{
	return data.size >= strlen(text) && memcmp(data.data, text, strlen(text)) == 0;
}

/* What the outer file holds: lines, or another file, which is opened when it is whole. */
static int layer_offer(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct offering *offering = context;

	if (!offering->begun)
		offering->locked = begins((struct span){ data, size }, AGE_FIRST_LINE);
	offering->begun = true;
	if (!offering->locked)
		return lines_offer(offering, data, size, error);
	buffer_append(&offering->inner, data, size);
	return offering->inner.failed ? error_set_memory(error) : QORGAN_OK;
}

static int inner_try(struct offering *offering, const char *secret, struct qorgan_error *error)
{
	const struct age_keys with = { .passphrase = secret };
	struct age_decryptor *decryptor = NULL;
	int code = age_decrypt_start(&with, lines_offer, offering, &decryptor, error);

	if (!code)
		code = age_decrypt_add(decryptor, offering->inner.data, offering->inner.size, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	age_decrypt_free(decryptor);
	return code;
}

/* Whose package it is stands within: each secret that the store has is tried. */
static int inner_decrypt(struct offering *offering, struct qorgan_error *error)
{
	char *secret = secret_alloc(PARTNER_SECRET_LIMIT);
	int code = secret ? QORGAN_DENIED : error_set_memory(error);
	size_t at = 0;

	while (code == QORGAN_DENIED) {
		int found = repairing_secret(offering->repairing, &at, secret, error);
		if (found)
			code = found;
		else
			code = inner_try(offering, secret, error);
	}
	secret_free(secret);
	return code == QORGAN_ABSENT
	           ? error_set(error, QORGAN_BAD_DATA, "it is locked with a shared secret that is not among what is left of the store: "
	                       "let who has the secret open it with age -d, twice, and give the lines")
	           : code;
}

/* One that is encrypted opens by the state's age identities. */
static int package_decrypt(struct offering *offering, struct span data, struct qorgan_error *error)
{
	uint8_t (*identities)[32] = secret_alloc(IDENTITIES_LIMIT * sizeof *identities);
	struct age_decryptor *decryptor = NULL;
	struct age_keys keys = { 0 };
	int code = identities ? repairing_identities(offering->repairing, identities, IDENTITIES_LIMIT, &keys.count, error)
	                      : error_set_memory(error);

	keys.identities = (const uint8_t (*)[32])identities;
	if (!code)
		code = age_decrypt_start(&keys, layer_offer, offering, &decryptor, error);
	if (!code)
		code = age_decrypt_add(decryptor, data.data, data.size, error);
	if (!code)
		code = age_decrypt_finish(decryptor, error);
	age_decrypt_free(decryptor);
	secret_free(identities);
	if (code == QORGAN_DENIED)
		error_set(error, code, "it is not for this state: ask who received it for qorgan export --for-repair, or "
		          "to decrypt it with age -d and give the lines");
	return !code && offering->locked ? inner_decrypt(offering, error) : code;
}

/* Whoever made it: each record and hash of it proves itself by a signed checkpoint, or is of no use. */
static int package_offer(struct repairing *repairing, const char *path, struct qorgan_error *error)
{
	static const struct package_handler handler = {
		.checkpoint = checkpoint_offer, .leaves = leaves_offer, .record = record_offer,
		.evidence = piece_offer, .witness = witness_offer,
	};
	struct offering offering = { .repairing = repairing };
	struct buffer data = { 0 };
	int code = file_read(path, PACKAGE_FILE_LIMIT, &data, error);

	if (!code)
		code = package_lines_start(&handler, &offering, &offering.lines, error);
	if (!code && (begins(buffer_span(&data), AGE_FIRST_LINE) || begins(buffer_span(&data), AGE_ARMOR_LINE)))
		code = package_decrypt(&offering, buffer_span(&data), error);
	else if (!code)
		code = package_lines_add(offering.lines, data.data, data.size, error);
	if (!code)
		code = package_lines_finish(offering.lines, error);
	package_lines_free(offering.lines);
	buffer_free(&data);
	buffer_free(&offering.inner);
	if (code == QORGAN_PROTOCOL)
		code = QORGAN_BAD_DATA;
	return code && code != QORGAN_ABSENT ? error_prefix(error, code, "%s", path) : code;
}

/* ---- Who counts ---------------------------------------------------------------------------- */

struct standing_work {
	struct repairing *repairing;
	struct vault_view *view;
	struct standings *standings;
	struct vault_place last;
};

/* Each object once: what its versions say, and not what was written of it. */
static int version_judge(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct standing_work *work = context;
	const struct record *record = &version->record;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	bool other_counts = false;

	if (version->place.shard == work->last.shard && version->place.number == work->last.number)
		return QORGAN_OK;
	work->last = version->place;
	int code = schema ? standings_judge(work->view, schema, record->id, work->standings, error) : QORGAN_ABSENT;
	for (size_t i = 0; !code && i < work->standings->count; i++)
		other_counts |= !work->standings->of[i].own && work->standings->of[i].verdict == STANDING_COUNTS;
	for (size_t i = 0; !code && i < work->standings->count; i++) {
		const struct standing *standing = &work->standings->of[i];
		if (standing->own ? other_counts : standing_row(standing) == MIRROR_STANDS_BACK)
			code = repairing_stand(work->repairing, &standing->place, error);
	}
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int standings_make(struct repairing *repairing, struct qorgan_store **store, struct qorgan_error *error)
{
	struct standing_work work = { .repairing = repairing, .standings = calloc(1, sizeof *work.standings) };
	int code = work.standings ? vault_view_begin(*store, &work.view, error) : error_set_memory(error);

	if (!code)
		code = mirror_versions(work.view, version_judge, &work, error);
	vault_view_end(work.view);
	free(work.standings);
	return code ? code : repairing_stands_write(repairing, store, error);
}

/* ---- All of it -------------------------------------------------------------------------------- */

static int repair_prepare(const struct qorgan_repair *how, struct repairing **repairing,
                          struct qorgan_repaired *repaired, struct qorgan_error *error)
{
	int code = repairing_begin(how, repairing, error);

	for (size_t i = 0; i < how->package_count && !code; i++)
		code = package_offer(*repairing, how->packages[i], error);
	if (!code)
		code = repairing_resolve(*repairing, error);
	if (!code)
		code = repairing_plan(*repairing, repaired, error);
	return code;
}

/* A history that goes back behind what was signed is not begun unawares. */
static int end_judge(const struct qorgan_repair *how, const struct qorgan_repaired *plan, struct qorgan_error *error)
{
	if (how->dry_run || how->older || plan->known <= plan->leaves)
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED,
	                 "the end of the log is lost: it had %llu entries, and what is left bears out %llu; partners may have seen "
	                 "more, and what is written from here on would be a second history: give a newer backup, or packages that "
	                 "partners have, or go on with --older",
	                 (unsigned long long)plan->known, (unsigned long long)plan->leaves);
}

static int store_examine(const struct qorgan_repair *how, struct repairing *repairing, struct qorgan_store *store,
                         struct qorgan_error *error)
{
	struct qorgan_verification verification;
	int code = qorgan_verify(store, how->finding, how->finding_context, &verification, error);

	if (code == QORGAN_NO && verification.findings <= repairing_findings(repairing))
		return QORGAN_OK;
	return code == QORGAN_NO ? error_set(error, QORGAN_IO, "the new store does not verify, so it is not kept: please report "
	                                     "this; %s is as it was", how->path)
	                         : code;
}

static int store_make(const struct qorgan_repair *how, struct repairing *repairing, struct qorgan_repaired *repaired,
                      struct qorgan_error *error)
{
	struct qorgan_store *store = NULL;
	int code = repairing_make(repairing, &store, error);

	if (!code)
		code = standings_make(repairing, &store, error);
	if (!code)
		code = store_examine(how, repairing, store, error);
	return code ? code : repairing_place(repairing, repaired, error);
}

int qorgan_repair(const struct qorgan_repair *how, struct qorgan_repaired *repaired, struct qorgan_error *error)
{
	struct repairing *repairing = NULL;
	struct qorgan_error ignored;
	int code;

	if (!error)
		error = &ignored;
	*repaired = (struct qorgan_repaired){ 0 };
	code = repair_prepare(how, &repairing, repaired, error);
	if (!code)
		code = end_judge(how, repaired, error);
	if (!code && !how->dry_run && how->approve)
		code = how->approve(how->approve_context, repaired, error);
	if (!code && !how->dry_run)
		code = store_make(how, repairing, repaired, error);
	repairing_end(repairing);
	if (!code && repaired->lost)
		code = error_set(error, QORGAN_NO, language_said_count("%llu record, file or other thing is lost",
		                                                       "%llu records, files or other things are lost",
		                                                       repaired->lost), (unsigned long long)repaired->lost);
	return code;
}
