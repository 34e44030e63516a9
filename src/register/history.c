/* Who changed what, when and why: versions of one object, commits, and the
 * difference between two versions. */
#include <string.h>

#include "base/language.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "register/contents.h"
#include "register/field_changes.h"
#include "register/forgotten.h"
#include "register/history_entry.h"
#include "register/receipt_index.h"

/* ---- One object ----------------------------------------------------------------- */

struct history {
	struct vault_view *view;
	const struct schema *schema;
	struct vault_record newer, commit;
	struct field_changes changes;
	struct history_why why;
	struct buffer words; /* of a version that was forgotten, as JSON */
	struct receipt_index *receipts; /* of another state's object */
	qorgan_history_row row;
	void *context;
};

/* Of another state's version there is no commit here, but the package that brought it. */
static void entry_receive(const struct history *history, struct qorgan_history_entry *entry)
{
	const struct vault_record *version = &history->newer;
	const struct receipt_facts *facts = receipt_index_find(history->receipts, version->log, version->leaf);

	entry->package = facts ? facts->sequence : 0;
	entry->received = facts ? facts->received : "";
}

static int why_find(struct history *history, const struct record *record, struct qorgan_error *error)
{
	if (history->newer.mirrored) {
		history_why_read((struct span){ "{}", 2 }, &history->why);
		return QORGAN_OK;
	}
	int code = vault_get_commit(history->view, record->commit, &history->commit, error);
	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "commit %llu is missing: the store is damaged; run qorgan verify",
		                 (unsigned long long)record->commit);
	if (!code)
		history_why_read(history->commit.record.body, &history->why);
	return code;
}

/* What became of a version without content takes the place of what changed in it. */
static int absence_tell(struct history *history, struct qorgan_history_entry entry, struct qorgan_error *error)
{
	struct qorgan_field_change change = { .path = "forgotten", .label = SAID("Forgotten") };
	struct buffer words = { 0 };
	int code = forgotten_words(history->view, &history->newer, &words, error);

	buffer_clear(&history->words);
	if (!code)
		canonical_write_string(buffer_span(&words), &history->words);
	buffer_free(&words);
	if (!code && history->words.failed)
		code = error_set_memory(error);
	if (code)
		return code;
	change.after = buffer_text(&history->words);
	entry.changes = &change;
	entry.count = 1;
	return history->row(history->context, &entry);
}

/* Tells of the newer version, now that the one before it is known. */
static int history_tell(struct history *history, struct span before, struct qorgan_error *error)
{
	const struct record *record = &history->newer.record;
	struct history_envelope envelope;
	int code = why_find(history, record, error);

	if (code)
		return code;
	if (history->why.message.failed)
		return error_set_memory(error);
	struct qorgan_history_entry entry = history_entry_of(record, &envelope, &history->why);
	if (history->newer.mirrored)
		entry_receive(history, &entry);
	if (record->absence)
		return absence_tell(history, entry, error);
	code = field_changes_find(&history->changes, history->schema, before, record->body, &entry, error);
	return code ? code : history->row(history->context, &entry);
}

static int history_step(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct history *history = context;
	int code = history_tell(history, record->record.absence ? history->newer.record.body : record->record.body, error);
	struct vault_record older = *record;

	*record = history->newer; /* its memory serves for the next */
	history->newer = older;
	return code;
}

int qorgan_history(struct qorgan_store *store, const char *kind, const char *id, qorgan_history_row row,
                   void *context, struct qorgan_error *error)
{
	return qorgan_history_owned(store, kind, id, NULL, row, context, error);
}

int qorgan_history_owned(struct qorgan_store *store, const char *kind, const char *id, const char *owner,
                         qorgan_history_row row, void *context, struct qorgan_error *error)
{
	bool own = owner && strcmp(owner, vault_state(store)) == 0;
	static const struct span nothing = { NULL, 0 };
	struct history history = { .row = row, .context = context };
	int code = vault_view_begin(store, &history.view, error);

	if (!code)
		code = forgotten_resolve(history.view, kind, id, owner, own, &history.schema, &history.newer, error);
	if (!code)
		vault_view_show_absent(history.view, true);
	if (!code && history.newer.mirrored)
		code = receipt_index_load(history.view, &history.receipts, error);
	if (!code && history.newer.record.version > 1) {
		struct vault_place place = history.newer.place;
		code = vault_scan_history(history.view, &place, history_step, &history, error);
	}
	if (!code)
		code = history_tell(&history, nothing, error);
	vault_view_end(history.view);
	receipt_index_free(history.receipts);
	vault_record_free(&history.newer);
	vault_record_free(&history.commit);
	field_changes_free(&history.changes);
	buffer_free(&history.words);
	buffer_free(&history.why.message);
	return code;
}

/* ---- Commits, differences --------------------------------------------------------- */

int qorgan_commits(struct qorgan_store *store, uint64_t limit, qorgan_history_row row, void *context,
                   struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	struct history_envelope envelope;
	struct history_why why = { 0 };
	struct buffer objects = { 0 };
	uint64_t told = 0, total;
	int code = vault_view_begin(store, &view, error);

	for (uint64_t number = code ? 0 : vault_view_commits(view); number > 0 && !code; number--) {
		if (limit && told++ == limit)
			break;
		code = vault_get_commit(view, number, &record, error);
		if (code)
			break;
		history_why_read(record.record.body, &why);
		struct qorgan_history_entry entry = history_entry_of(&record.record, &envelope, &why);
		buffer_clear(&objects);
		code = why.message.failed ? error_set_memory(error)
		                          : contents_each(view, &record, QORGAN_COMMIT_OBJECTS, contents_append, &objects, &total,
		                                          error);
		entry.objects = objects.data;
		entry.object_count = why.versions < QORGAN_COMMIT_OBJECTS ? why.versions : QORGAN_COMMIT_OBJECTS;
		if (!code)
			code = row(context, &entry);
	}
	vault_view_end(view);
	vault_record_free(&record);
	buffer_free(&why.message);
	buffer_free(&objects);
	return code;
}

int qorgan_diff(const struct qorgan_object *before, const struct qorgan_object *after, qorgan_history_row row,
                void *context, struct qorgan_error *error)
{
	struct field_changes changes = { 0 };
	struct history_envelope envelope;
	struct history_why why = { 0 };
	struct record from, to;
	struct span bytes;
	int code;

	if (strcmp(qorgan_object_kind(before), qorgan_object_kind(after)) != 0)
		return error_set(error, QORGAN_USAGE, "a %s and a %s cannot be compared: they have different fields",
		                 qorgan_object_kind(before), qorgan_object_kind(after));
	bytes.data = qorgan_object_record(before, &bytes.size);
	code = record_parse(bytes, &from, error);
	bytes.data = qorgan_object_record(after, &bytes.size);
	if (!code)
		code = record_parse(bytes, &to, error);
	if (code)
		return code;
	struct qorgan_history_entry entry = history_entry_of(&to, &envelope, &why);
	const struct schema *schema = schema_find(entry.kind, strlen(entry.kind));
	code = schema ? field_changes_find(&changes, schema, from.body, to.body, &entry, error)
	              : error_set(error, QORGAN_INTERNAL, "no kind is called %s", entry.kind);
	if (!code)
		code = row(context, &entry);
	field_changes_free(&changes);
	return code;
}
