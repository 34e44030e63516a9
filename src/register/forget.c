/* What is to be forgotten: which versions of an object, which files with them, and what
 * stays that may tell of it. */
#include "qorgan/forget.h"

#include <string.h>

#include "base/text.h"
#include "register/authority.h"
#include "register/custody_parts.h"
#include "register/forgotten.h"
#include "store/checkout.h"
#include "store/evidence.h"
#include "store/forget.h"
#include "store/rewrite.h"

struct target {
	struct vault_place place;
	uint32_t version;
};

struct choosing {
	struct qorgan_store *store;
	const struct qorgan_forget *asked;
	struct qorgan_forgotten *result;
	struct vault_view *view;
	const struct schema *schema;
	struct vault_record record;
	uint64_t first;        /* least leaf of what is to go */
	struct buffer targets; /* of struct target */
	struct buffer files;   /* ids of EVIDENCE_ID_SIZE bytes, whose content goes */
};

/* ---- What is told --------------------------------------------------------------------- */

static void item_tell(const struct choosing *choosing, enum qorgan_forget_what what, const struct record *record)
{
	char kind[RECORD_NAME_LIMIT], id[RECORD_ID_LIMIT], owner[RECORD_NAME_LIMIT], user[RECORD_NAME_LIMIT], time[RECORD_NAME_LIMIT];
	const struct qorgan_forget_item item = { what, kind, id, owner, record->version, user, time };

	if (!choosing->asked->item)
		return;
	span_copy_into(record->kind, kind, sizeof kind);
	span_copy_into(record->id, id, sizeof id);
	span_copy_into(record->owner, owner, sizeof owner);
	span_copy_into(record->user, user, sizeof user);
	span_copy_into(record->time, time, sizeof time);
	choosing->asked->item(choosing->asked->context, &item);
}

static void file_tell(const struct choosing *choosing, enum qorgan_forget_what what, struct span id)
{
	const struct record file = { .kind = span_of("evidence"), .id = id, .owner = span_of(""), .user = span_of(""),
		                         .time = span_of("") };

	item_tell(choosing, what, &file);
}

static bool has_file(const struct choosing *choosing, struct span id)
{
	for (size_t at = 0; at < choosing->files.size; at += EVIDENCE_ID_SIZE)
		if (memcmp(choosing->files.data + at, id.data, EVIDENCE_ID_SIZE) == 0)
			return true;
	return false;
}

static int file_add(struct choosing *choosing, struct span id, struct qorgan_error *error)
{
	if (id.size != EVIDENCE_ID_SIZE || has_file(choosing, id))
		return QORGAN_OK;
	buffer_append_span(&choosing->files, id);
	return choosing->files.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Versions -------------------------------------------------------------------------- */

static int version_add(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct choosing *choosing = context;
	const struct target target = { record->place, record->record.version };

	if (record->record.absence)
		return QORGAN_OK; /* forgotten before */
	if (choosing->targets.size / sizeof target == FORGET_VERSIONS_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "more than %d versions cannot be forgotten at once: name them one by "
		                 "one, as OBJECT@VERSION", FORGET_VERSIONS_LIMIT);
	buffer_append(&choosing->targets, &target, sizeof target);
	if (record->leaf < choosing->first)
		choosing->first = record->leaf;
	item_tell(choosing, QORGAN_FORGET_VERSION, &record->record);
	return choosing->targets.failed ? error_set_memory(error) : QORGAN_OK;
}

static int kind_check(const struct schema *schema, struct qorgan_error *error)
{
	static const char *const needed[] = { "catalogue", "state", "scale", "period", "partner" };
	bool is_needed = !(schema->flags & SCHEMA_CATALOGUE);

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		is_needed |= strcmp(schema->kind, needed[i]) == 0;
	return is_needed ? error_set(error, QORGAN_BAD_DATA, "an object of the kind %s cannot be forgotten: others are told by it",
	                             schema->kind)
	                 : QORGAN_OK;
}

/* All versions of the object whose newest lies in choosing->record, or the one asked for. */
static int versions_choose(struct choosing *choosing, struct qorgan_error *error)
{
	struct vault_record *record = &choosing->record;
	struct vault_place place = record->place;
	uint32_t version = choosing->asked->version;

	if (version && version != record->record.version) {
		int code = version < record->record.version ? vault_get_place(choosing->view, &place, version, record, error)
		                                            : QORGAN_ABSENT;
		if (code)
			return code == QORGAN_ABSENT ? error_set(error, code, "%s %s has no version %u here", choosing->schema->kind,
			                                         choosing->result->id, version)
			                             : code;
	}
	int code = version_add(choosing, record, error);
	return code || version ? code : vault_scan_history(choosing->view, &place, version_add, choosing, error);
}

/* ---- Files ----------------------------------------------------------------------------- */

/* The versions of the description of a file, this state's and others'. */
static int described_add(struct choosing *choosing, const struct vault_place *place, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = vault_get_place(choosing->view, place, 0, &record, error);

	if (!code)
		code = version_add(choosing, &record, error);
	if (!code) {
		const struct vault_place newest = record.place;
		code = vault_scan_history(choosing->view, &newest, version_add, choosing, error);
	}
	vault_record_free(&record);
	return code;
}

/* A file of a frozen report: its description and what is in it. */
static int rendering_add(struct choosing *choosing, struct span id, struct qorgan_error *error)
{
	struct vault_place place;
	bool is_new = id.size == EVIDENCE_ID_SIZE && !has_file(choosing, id);
	int code = file_add(choosing, id, error);

	if (!code && is_new)
		code = vault_find_own(choosing->view, schema_find("evidence", 8), id, &place, error);
	else
		return code;
	return code == QORGAN_ABSENT ? QORGAN_OK : code ? code : described_add(choosing, &place, error);
}

/* What a version names: of a frozen report its files, which go too; of others, what is
 * attached, and stays. `takes` says which. */
static int named_add(struct choosing *choosing, const struct record *record, bool takes, struct qorgan_error *error)
{
	bool frozen = span_is(record->kind, "snapshot");
	struct span list, element, id;
	struct reader reader;
	struct buffer scratch = { 0 };
	int code = QORGAN_OK;

	if (!reader_find(record->body, frozen ? "renderings" : "evidence", &list) || !reader_open(list, &reader))
		return QORGAN_OK;
	while (!code && reader_element(&reader, &element)) {
		if (frozen && !reader_find(element, "evidence", &element))
			continue;
		if (!reader_string(element, &scratch, &id))
			continue;
		if (frozen && takes)
			code = rendering_add(choosing, id, error);
		else if (!frozen && !takes && !has_file(choosing, id))
			file_tell(choosing, QORGAN_FORGET_ATTACHED, id);
	}
	buffer_free(&scratch);
	return code;
}

/* Goes through the versions of the object that go. */
static int all_named_add(struct choosing *choosing, bool takes, struct qorgan_error *error)
{
	size_t count = choosing->targets.size / sizeof(struct target);
	struct target target;
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++) {
		memcpy(&target, choosing->targets.data + i * sizeof target, sizeof target);
		code = vault_get_place(choosing->view, &target.place, target.version, &choosing->record, error);
		if (!code)
			code = named_add(choosing, &choosing->record.record, takes, error);
	}
	return code;
}

static int content_choose(struct choosing *choosing, struct qorgan_error *error)
{
	bool is_file = strcmp(choosing->schema->kind, "evidence") == 0;

	if (choosing->asked->content && (!is_file || choosing->asked->version))
		return error_set(error, QORGAN_USAGE, "--content is for an attached file, and not for one of its versions");
	return is_file && !choosing->asked->version ? file_add(choosing, span_of(choosing->result->id), error) : QORGAN_OK;
}

/* ---- What stays that may tell of it ------------------------------------------------------- */

static int report_take(void *context, struct vault_record *record, struct qorgan_error *error)
{
	const struct choosing *choosing = context;
	struct span value;
	int64_t size = 0;

	(void)error;
	if (reader_find(record->record.body, "size", &value) && reader_integer(value, &size) && size > 0 &&
	    (uint64_t)size > choosing->first)
		item_tell(choosing, QORGAN_FORGET_REPORT, &record->record);
	return QORGAN_OK;
}

/* Reports that were frozen while it was there; of another state's object the joint ones. */
static int reports_tell(struct choosing *choosing, struct qorgan_error *error)
{
	static const char *const reported[] = { "domain", "risk", "measure", "status", "assessment" };
	bool is_reported = false;

	for (size_t i = 0; i < sizeof reported / sizeof *reported; i++)
		is_reported |= strcmp(choosing->schema->kind, reported[i]) == 0;
	if (!is_reported || choosing->first == UINT64_MAX)
		return QORGAN_OK;
	if (strcmp(choosing->result->owner, vault_state(choosing->store)) != 0)
		choosing->first = 0; /* when it came is not asked */
	return vault_scan(choosing->view, schema_find("snapshot", 8), report_take, choosing, error);
}

/* ---- All of it ------------------------------------------------------------------------------ */

static int choose(struct choosing *choosing, struct qorgan_error *error)
{
	const struct qorgan_forget *asked = choosing->asked;
	struct qorgan_forgotten *result = choosing->result;
	bool before;
	bool own = asked->owner && strcmp(asked->owner, vault_state(choosing->store)) == 0;
	int code = forgotten_resolve(choosing->view, asked->kind, asked->id, asked->owner, own, &choosing->schema,
	                             &choosing->record, error);

	if (!code)
		code = kind_check(choosing->schema, error);
	if (code)
		return code;
	span_copy_into(span_of(choosing->schema->kind), result->kind, sizeof result->kind);
	span_copy_into(choosing->record.record.id, result->id, sizeof result->id);
	span_copy_into(choosing->record.record.owner, result->owner, sizeof result->owner);
	before = vault_view_show_absent(choosing->view, true);
	code = content_choose(choosing, error);
	if (!code && !asked->content)
		code = versions_choose(choosing, error);
	if (!code)
		code = all_named_add(choosing, true, error);
	vault_view_show_absent(choosing->view, before);
	return code;
}

static int rest_tell(struct choosing *choosing, struct qorgan_error *error)
{
	int code = all_named_add(choosing, false, error);

	return code ? code : reports_tell(choosing, error);
}

/* What of a body says who keeps the object: whose counts must not change by its being forgotten. */
static void remainder_write(const struct record *record, struct buffer *to)
{
	const char *const names[] = { authority_field(record->kind), "taken_from" };
	struct span value;
	char lead = '{';

	for (size_t i = 0; i < 2; i++) {
		if (!names[i] || !reader_find(record->body, names[i], &value))
			continue;
		buffer_append_format(to, "%c\"%s\":%.*s", lead, names[i], (int)value.size, value.data);
		lead = ',';
	}
	buffer_append_text(to, lead == '{' ? "{}" : "}");
}

static int versions_forget(struct choosing *choosing, struct forget *forget, struct qorgan_error *error)
{
	struct buffer body = { 0 };
	struct target target;
	int code = QORGAN_OK;

	for (size_t at = 0; at < choosing->targets.size && !code; at += sizeof target) {
		memcpy(&target, choosing->targets.data + at, sizeof target);
		code = vault_get_place(choosing->view, &target.place, target.version, &choosing->record, error);
		buffer_clear(&body);
		if (!code)
			remainder_write(&choosing->record.record, &body);
		if (!code)
			code = body.failed ? error_set_memory(error)
			                   : forget_version(forget, &choosing->record, buffer_span(&body), error);
	}
	buffer_free(&body);
	return code;
}

static int files_forget(struct choosing *choosing, struct forget *forget, struct qorgan_error *error)
{
	uint64_t pieces;
	int code = QORGAN_OK;

	for (size_t at = 0; at < choosing->files.size && !code; at += EVIDENCE_ID_SIZE) {
		const struct span id = { choosing->files.data + at, EVIDENCE_ID_SIZE };
		code = forget_file(forget, id, &pieces, error);
		if (!code && pieces)
			file_tell(choosing, QORGAN_FORGET_FILE, id);
	}
	return code;
}

static int files_tell(struct choosing *choosing, struct qorgan_error *error)
{
	int code = QORGAN_OK;
	bool held;

	for (size_t at = 0; at < choosing->files.size && !code; at += EVIDENCE_ID_SIZE) {
		const struct span id = { choosing->files.data + at, EVIDENCE_ID_SIZE };
		code = forget_file_is_held(choosing->view, id, &held, error);
		if (!code && held)
			file_tell(choosing, QORGAN_FORGET_FILE, id);
		choosing->result->files += !code && held;
	}
	return code;
}

static int forget_choose(struct choosing *choosing, struct qorgan_error *error)
{
	int code = vault_view_begin(choosing->store, &choosing->view, error);

	if (!code)
		code = choose(choosing, error);
	if (!code)
		code = files_tell(choosing, error);
	if (!code)
		code = rest_tell(choosing, error);
	vault_view_end(choosing->view);
	choosing->result->versions = choosing->targets.size / sizeof(struct target);
	return code;
}

/* Others agree to an object, all of it or one version, as it is now. */
static int agreement_ask(struct choosing *choosing, struct vault_change **change, struct qorgan_error *error)
{
	const struct qorgan_forget *asked = choosing->asked;
	const struct qorgan_forgotten *object = choosing->result;
	struct policy_intent intent = { .action = POLICY_FORGET, .user = asked->user };
	char version[16] = "";

	if (asked->version)
		snprintf(version, sizeof version, "@%u", asked->version);
	snprintf(intent.subject, sizeof intent.subject, "%s %s %s", object->owner, object->kind, object->id);
	snprintf(intent.what, sizeof intent.what, "qorgan forget -K %s %s%s%s --owner %s", object->kind, object->id, version,
	         asked->content ? " --content" : "", object->owner);
	snprintf(intent.content, sizeof intent.content, "%zu versions", choosing->targets.size / sizeof(struct target));
	return policy_gate(choosing->store, change, &intent, error);
}

static int forget_change(struct choosing *choosing, struct qorgan_error *error)
{
	const struct qorgan_forget *asked = choosing->asked;
	struct forget forget = { .reason = asked->reason };
	int code = checkout_refuse(choosing->store, error);

	if (!code)
		code = vault_change_begin(choosing->store, asked->user, asked->message, &forget.change, error);
	if (code)
		return code;
	choosing->view = vault_change_view(forget.change);
	code = choose(choosing, error);
	if (!code)
		code = agreement_ask(choosing, &forget.change, error);
	if (!code)
		code = rest_tell(choosing, error);
	if (!code)
		code = versions_forget(choosing, &forget, error);
	if (!code)
		code = files_forget(choosing, &forget, error);
	choosing->result->versions = forget.count;
	choosing->result->files = forget.file_count;
	if (!code)
		code = forget_note(&forget, error);
	if (!code)
		code = vault_change_commit(forget.change, &choosing->result->commit, error);
	else
		vault_change_abandon(forget.change);
	forget_end(&forget);
	return code;
}

/* The file is written anew for one change before the next. */
static int former_finish(struct qorgan_store *store, struct qorgan_error *error)
{
	struct rewritten result;

	return rewrite_run(store, &result, error);
}

int qorgan_forget(struct qorgan_store *store, const struct qorgan_forget *asked, struct qorgan_forgotten *result,
                  struct qorgan_error *error)
{
	struct choosing choosing = { .store = store, .asked = asked, .result = result, .first = UINT64_MAX };
	int code = QORGAN_OK;

	*result = (struct qorgan_forgotten){ 0 };
	if (!asked->dry_run)
		code = custody_admin_check(store, error);
	if (!code && !asked->dry_run && (!asked->reason || !*asked->reason || !text_is_clean(span_of(asked->reason))))
		code = error_set(error, QORGAN_BAD_DATA, "say why it is to be forgotten, in clean UTF-8 text: --reason TEXT");
	if (!code && asked->message && !text_is_clean(span_of(asked->message)))
		code = error_set(error, QORGAN_BAD_DATA, "the message is not clean UTF-8 text");
	if (!code && !asked->dry_run)
		code = former_finish(store, error);
	if (!code)
		code = asked->dry_run ? forget_choose(&choosing, error) : forget_change(&choosing, error);
	vault_record_free(&choosing.record);
	buffer_free(&choosing.targets);
	buffer_free(&choosing.files);
	return code;
}

int qorgan_forget_finish(struct qorgan_store *store, struct qorgan_rewritten *result, struct qorgan_error *error)
{
	static const enum qorgan_erased formers[] = {
		[ENGINE_ERASED] = QORGAN_ERASED,
		[ENGINE_ERASED_NOT_READ] = QORGAN_ERASED_NOT_READ,
		[ENGINE_ERASED_NOT_LINKED] = QORGAN_ERASED_NOT_LINKED,
		[ENGINE_ERASED_BY_SERVER] = QORGAN_ERASED_BY_SERVER,
	};
	struct rewritten rewritten;
	int code = rewrite_run(store, &rewritten, error);

	*result = (struct qorgan_rewritten){ rewritten.done, formers[rewritten.erased], rewritten.before, rewritten.after };
	return code;
}

int qorgan_forget_is_pending(struct qorgan_store *store, bool *pending, struct qorgan_error *error)
{
	return rewrite_is_due(store, pending, error);
}
