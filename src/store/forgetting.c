/* Records of what was forgotten: endorsed, written and read. */
#include <stdlib.h>
#include <string.h>

#include "crypto/base64.h"
#include "store/forget_parts.h"
#include "store/vault_change.h"
#include "store/vault_rekey.h"

#define TITLE "qorgan-forgetting 1\n"

static const struct schema *forgetting_schema(void)
{
	return schema_find("forgetting", 10);
}

/* ---- Writing ----------------------------------------------------------------------- */

int forgetting_put(struct vault_change *change, const char *id, struct span rest, uint32_t version,
                   struct qorgan_error *error)
{
	const struct endorsed endorsed = { TITLE, span_of(id), version, rest };
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	int code;

	buffer_append_char(&body, '{');
	endorsement_append(change->view.vault, &endorsed, &body);
	buffer_append_span(&body, rest);
	code = body.failed ? error_set_memory(error)
	                   : vault_change_put(change, forgetting_schema(), span_of(id), buffer_span(&body), version - 1,
	                                      &outcome, error);
	buffer_free(&body);
	return code;
}

/* ---- Reading ------------------------------------------------------------------------- */

/* What was signed of a body: all behind the endorsement, which stands first. */
static bool rest_of(const struct record *record, struct span *endorsement, struct span *rest)
{
	if (!reader_find(record->body, "endorsement", endorsement))
		return false;
	const char *end = record->body.data + record->body.size, *from = endorsement->data + endorsement->size + 1;
	if (from >= end || endorsement->data != record->body.data + strlen("{\"endorsement\":"))
		return false;
	*rest = (struct span){ from, (size_t)(end - from) };
	return true;
}

static enum endorsement endorsement_read(const struct qorgan_store *vault, const uint8_t admin[KEYS_SIZE],
                                         const struct record *record)
{
	struct span endorsement, rest;

	if (!rest_of(record, &endorsement, &rest))
		return ENDORSEMENT_NONE;
	const struct endorsed endorsed = { TITLE, record->id, record->version, rest };
	return endorsement_judge(vault, admin, &endorsed, endorsement);
}

struct telling {
	struct vault_view *view;
	forgetting_each each;
	void *context;
};

static int forgetting_tell(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { FILES, TIME, USER, REASON, VERSIONS, NAMES };
	static const char *const names[NAMES] = { "files", "forgotten_at", "forgotten_by", "reason", "versions" };
	const struct telling *telling = context;
	const struct qorgan_store *vault = telling->view->vault;
	struct forgetting forgetting = { .place = record->place };
	struct buffer scratch = { 0 };
	struct span values[NAMES], reason = { 0 };

	reader_pick(record->record.body, names, values, NAMES);
	span_copy_into(record->record.id, forgetting.id, sizeof forgetting.id);
	reader_text(values[TIME], forgetting.time, sizeof forgetting.time);
	reader_text(values[USER], forgetting.user, sizeof forgetting.user);
	if (values[REASON].data && reader_string(values[REASON], &scratch, &reason))
		buffer_append_span(&forgetting.reason, reason);
	forgetting.versions = values[VERSIONS];
	forgetting.files = values[FILES];
	forgetting.endorsement = endorsement_read(vault, vault->keys->root.admin_public, &record->record);
	int code = forgetting.reason.failed || scratch.failed ? error_set_memory(error)
	                                                      : telling->each(telling->context, &forgetting, error);
	buffer_free(&forgetting.reason);
	buffer_free(&scratch);
	return code;
}

int forgettings_each(struct vault_view *view, forgetting_each each, void *context, struct qorgan_error *error)
{
	struct telling telling = { view, each, context };

	return vault_view_heads(view, forgetting_schema())
	           ? vault_scan(view, forgetting_schema(), forgetting_tell, &telling, error)
	           : QORGAN_OK;
}

bool forgotten_next(struct reader *reader, struct forgotten_version *version, bool *whole)
{
	enum { HASH, ID, KIND, LEAF, LOG, OWNER, VERSION, NAMES };
	static const char *const names[NAMES] = { "hash", "id", "kind", "leaf", "log", "owner", "version" };
	struct span values[NAMES], element;
	char hash[base64_text_size(MERKLE_HASH_SIZE)];
	int64_t leaf, number;

	*version = (struct forgotten_version){ 0 };
	if (!reader_element(reader, &element)) {
		*whole = !reader->failed;
		return false;
	}
	reader_pick(element, names, values, NAMES);
	*whole = reader_text(values[HASH], hash, sizeof hash) &&
	         base64_decode_exact(span_of(hash), BASE64_PADDED, version->hash, sizeof version->hash) &&
	         reader_text(values[ID], version->id, sizeof version->id) &&
	         reader_text(values[KIND], version->kind, sizeof version->kind) &&
	         reader_text(values[OWNER], version->owner, sizeof version->owner) && values[LEAF].data &&
	         reader_integer(values[LEAF], &leaf) && leaf >= 0 && values[VERSION].data &&
	         reader_integer(values[VERSION], &number) && number > 0 && number <= UINT32_MAX &&
	         (!values[LOG].data || reader_text(values[LOG], version->log, sizeof version->log));
	if (!*whole)
		return false;
	version->leaf = (uint64_t)leaf;
	version->version = (uint32_t)number;
	return true;
}

struct seeking {
	const struct vault_record *version;
	const char *log; /* "": this store's */
	struct forgetting *found;
};
#define FOUND (-1)

static int forgetting_compare(void *context, const struct forgetting *forgetting, struct qorgan_error *error)
{
	struct seeking *seeking = context;
	struct forgotten_version at;
	struct reader reader;
	bool whole, same = false;

	if (!forgetting->versions.data || !reader_open(forgetting->versions, &reader))
		return QORGAN_OK;
	while (!same && forgotten_next(&reader, &at, &whole))
		same = at.leaf == seeking->version->leaf && strcmp(at.log, seeking->log) == 0;
	if (!same)
		return QORGAN_OK;
	*seeking->found = *forgetting;
	seeking->found->versions = seeking->found->files = (struct span){ 0 };
	seeking->found->reason = (struct buffer){ 0 };
	buffer_append_span(&seeking->found->reason, buffer_span(&forgetting->reason));
	return seeking->found->reason.failed ? error_set_memory(error) : FOUND;
}

int forgetting_of(struct vault_view *view, const struct vault_record *version, struct forgetting *found,
                  struct qorgan_error *error)
{
	struct mirror_log log = { 0 };
	int code = version->mirrored ? mirror_log_get(view, version->log, &log, error) : QORGAN_OK;
	struct seeking seeking = { version, log.origin, found };

	*found = (struct forgetting){ 0 };
	if (!code)
		code = forgettings_each(view, forgetting_compare, &seeking, error);
	mirror_log_free(&log);
	return code == FOUND ? QORGAN_OK : code ? code : QORGAN_ABSENT;
}

/* ---- New keys ---------------------------------------------------------------------------- */

struct endorsing {
	struct vault_change *change;
	struct buffer found; /* id, zero, version, zero, the rest of the body, zero */
};

static int endorsed_keep(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct endorsing *endorsing = context;
	const struct qorgan_store *vault = endorsing->change->view.vault;
	const struct keys *former = vault_rekey_former(endorsing->change);
	struct span endorsement, rest;

	/* What nobody with the key endorsed is not made good by a change of keys. */
	if (endorsement_read(vault, former->root.admin_public, &record->record) != ENDORSEMENT_GOOD ||
	    !rest_of(&record->record, &endorsement, &rest))
		return QORGAN_OK;
	buffer_append_format(&endorsing->found, "%.*s%c%u%c%.*s%c", (int)record->record.id.size, record->record.id.data, 0,
	                     record->record.version + 1, 0, (int)rest.size, rest.data, 0);
	return endorsing->found.failed ? error_set_memory(error) : QORGAN_OK;
}

int forget_endorse(struct vault_change *change, struct qorgan_error *error)
{
	struct endorsing endorsing = { .change = change };
	struct vault_view *view = vault_change_view(change);
	int code = vault_view_heads(view, forgetting_schema())
	               ? vault_scan(view, forgetting_schema(), endorsed_keep, &endorsing, error)
	               : QORGAN_OK;

	for (size_t at = 0; !code && at < endorsing.found.size;) {
		const char *id = endorsing.found.data + at, *version = id + strlen(id) + 1, *rest = version + strlen(version) + 1;
		code = forgetting_put(change, id, span_of(rest), (uint32_t)strtoul(version, NULL, 10), error);
		at = (size_t)(rest - endorsing.found.data) + strlen(rest) + 1;
	}
	buffer_free(&endorsing.found);
	return code;
}
