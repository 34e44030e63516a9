/* Changes as they come: what others commit is told version by version, to whom it concerns. */
#include "qorgan/watch.h"

#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "register/contents.h"
#include "register/field_changes.h"
#include "register/history_entry.h"
#include "register/listing_parts.h"

/* Conditions on the objects of one kind, at the moment of one view. */
struct watch_filter {
	const struct schema *schema;
	struct filters *filters; /* NULL: the kind has no such conditions, so none is wanted */
	struct computed computed;
	struct pick pick;
};
#define FILTER_KINDS 2
static const char *const filter_kinds[FILTER_KINDS] = { "measure", "risk" };

struct qorgan_watch {
	struct qorgan_store *store;
	const struct qorgan_watching *watching;
	char (*ids)[RECORD_ID_LIMIT]; /* that it names, as they are on record */
	uint64_t leaf, commits; /* up to which it was told */
	bool looked;            /* once, at what had come before */

	qorgan_watch_row row;
	void *context;

	/* Of one look. */
	struct vault_view *view;
	struct watch_filter filters[FILTER_KINDS];
	struct vault_record before, commit, subject;
	uint64_t commit_number; /* of which `why` tells */
	struct history_why why;
	struct field_changes changes;
	struct buffer title;
	const struct vault_record *receipt; /* of the package whose content is told */
	bool stopped;                       /* by who is told */
};

/* ---- What it is about --------------------------------------------------------------- */

/* A status, an assessment or a note is named after the object that it speaks of: "WAT-01-M1/KAZ". */
static struct span subject_id(const struct record *record)
{
	const char *slash = memchr(record->id.data, '/', record->id.size);

	return (struct span){ record->id.data, slash ? (size_t)(slash - record->id.data) : record->id.size };
}

static bool title_take(struct qorgan_watch *watch, const struct schema *schema, const struct record *record)
{
	struct column_view sight = { .record = record, .languages = vault_languages(watch->store) };
	struct computed_values none = { 0 };
	struct span values[PICK_LIMIT] = { { NULL, 0 } };
	struct columns columns;
	struct pick pick = { 0 };
	unsigned wanted = 0;
	bool is_there = schema_field(schema->fields, "title", 5) && !columns_parse(schema, "title", false, &columns, NULL);

	if (!is_there)
		return false;
	if (columns_need(&columns, &pick, &wanted)) {
		columns_settle(&columns, &pick);
		reader_pick(record->body, pick.names, values, pick.count);
		sight.values = values;
		sight.computed = &none;
		column_write(&columns.items[0], &sight, &watch->title);
	}
	columns_free(&columns);
	return watch->title.size > 0;
}

/* The record's own title, or that of what it speaks of. */
static int title_find(struct qorgan_watch *watch, const struct record *record, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);

	buffer_clear(&watch->title);
	if (record->absence || !schema || title_take(watch, schema, record) || schema->id_form != SCHEMA_ID_PAIR)
		return watch->title.failed ? error_set_memory(error) : QORGAN_OK;
	for (unsigned i = 0; i < FILTER_KINDS; i++) {
		schema = schema_find(filter_kinds[i], strlen(filter_kinds[i]));
		int code = vault_get(watch->view, schema, subject_id(record), 0, &watch->subject, error);
		if (code && code != QORGAN_ABSENT)
			return code;
		if (!code && title_take(watch, schema, &watch->subject.record))
			break;
	}
	return watch->title.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- What is wanted -------------------------------------------------------------------- */

static int filter_open(struct qorgan_watch *watch, struct watch_filter *filter, struct qorgan_error *error)
{
	const struct filter_use use = { .option = watch->watching->option };
	unsigned wanted = 0;
	int code = filters_make(watch->view, filter->schema, watch->watching->filters, watch->watching->filter_count, &use,
	                        &filter->filters, error);

	if (code) {
		filters_free(filter->filters);
		filter->filters = NULL;
		return code;
	}
	bool fits = filters_need(filter->filters, &filter->pick, &wanted);
	code = computed_open(&filter->computed, watch->store, watch->view, filter->schema, wanted, false, error);
	if (!code && !(fits && computed_need(&filter->computed, &filter->pick)))
		code = error_set(error, QORGAN_USAGE, "too many fields are needed at once");
	if (!code) {
		filters_settle(filter->filters, &filter->pick);
		computed_settle(&filter->computed, &filter->pick);
	}
	return code;
}

/* A condition may be one of measures alone, or of risks; one that neither has is an error. */
static int filters_open(struct qorgan_watch *watch, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	unsigned opened = 0;

	for (unsigned i = 0; watch->watching->filter_count && i < FILTER_KINDS; i++) {
		struct watch_filter *filter = &watch->filters[i];
		filter->schema = schema_find(filter_kinds[i], strlen(filter_kinds[i]));
		int code = filter_open(watch, filter, i ? error : &why);
		if (code && code != QORGAN_USAGE) {
			if (!i)
				*error = why;
			return code;
		}
		opened += !code;
	}
	if (watch->watching->filter_count && !opened)
		*error = why;
	return watch->watching->filter_count && !opened ? QORGAN_USAGE : QORGAN_OK;
}

static void filters_close(struct qorgan_watch *watch)
{
	for (unsigned i = 0; i < FILTER_KINDS; i++) {
		filters_free(watch->filters[i].filters);
		computed_close(&watch->filters[i].computed);
		watch->filters[i] = (struct watch_filter){ 0 };
	}
}

static int filter_match(struct qorgan_watch *watch, struct watch_filter *filter, const struct record *record, bool *wanted,
                        struct qorgan_error *error)
{
	const struct record *subject = record;
	struct span values[PICK_LIMIT];
	struct computed_values results = { 0 };

	*wanted = false;
	if (!filter->filters)
		return QORGAN_OK;
	if (!span_is(record->kind, filter->schema->kind)) {
		int code = vault_get(watch->view, filter->schema, subject_id(record), 0, &watch->subject, error);
		if (code)
			return code == QORGAN_ABSENT ? QORGAN_OK : code;
		subject = &watch->subject.record;
	}
	reader_pick(subject->body, filter->pick.names, values, filter->pick.count);
	int code = computed_of(&filter->computed, subject, values, &results, error);
	*wanted = !code && filters_match(filter->filters, subject, values, &results);
	return code;
}

static bool id_is_among(struct span id, const struct qorgan_watch *watch)
{
	bool found = watch->watching->id_count == 0;

	for (size_t i = 0; i < watch->watching->id_count && !found; i++)
		found = span_is(id, watch->ids[i]);
	return found;
}

static bool word_is_among(struct span word, const char *const *words, size_t count)
{
	bool found = count == 0;

	for (size_t i = 0; i < count && !found; i++)
		found = span_is(word, words[i]);
	return found;
}

static int is_wanted(struct qorgan_watch *watch, const struct record *record, bool *wanted, struct qorgan_error *error)
{
	const struct qorgan_watching *watching = watch->watching;
	int code = QORGAN_OK;

	*wanted = word_is_among(record->kind, watching->kinds, watching->kind_count) &&
	          (id_is_among(record->id, watch) || id_is_among(subject_id(record), watch)) &&
	          (!watching->user || span_is(record->user, watching->user));
	if (!*wanted || !watching->filter_count)
		return QORGAN_OK;
	*wanted = false;
	for (unsigned i = 0; i < FILTER_KINDS && !code && !*wanted; i++)
		code = filter_match(watch, &watch->filters[i], record, wanted, error);
	return code;
}

/* ---- Telling ------------------------------------------------------------------------------ */

static int why_find(struct qorgan_watch *watch, uint64_t commit, struct qorgan_error *error)
{
	if (watch->commit_number == commit)
		return QORGAN_OK;
	int code = vault_get_commit(watch->view, commit, &watch->commit, error);
	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_IO, "commit %llu is missing: the store is damaged; run qorgan verify",
		                 (unsigned long long)commit);
	if (!code)
		history_why_read(watch->commit.record.body, &watch->why);
	if (!code && watch->why.message.failed)
		code = error_set_memory(error);
	watch->commit_number = code ? 0 : commit;
	return code;
}

/* The body of the version before; nothing is there of the first one, or of one that was forgotten or lost. */
static int before_find(struct qorgan_watch *watch, const struct vault_record *record, struct span *body,
                       struct qorgan_error *error)
{
	*body = (struct span){ 0 };
	if (record->record.version < 2)
		return QORGAN_OK;
	int code = vault_get_place(watch->view, &record->place, record->record.version - 1, &watch->before, error);
	if (!code)
		*body = watch->before.record.body;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int entry_tell(struct qorgan_watch *watch, const struct qorgan_history_entry *entry)
{
	int code = watch->row(watch->context, entry, buffer_text(&watch->title));

	watch->stopped = code != QORGAN_OK;
	return code;
}

static int version_tell(struct qorgan_watch *watch, const struct vault_record *record, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(record->record.kind.data, record->record.kind.size);
	struct history_envelope envelope;
	struct span before;
	bool wanted;
	int code = is_wanted(watch, &record->record, &wanted, error);

	if (code || !wanted || !schema)
		return code;
	code = why_find(watch, record->record.commit, error);
	if (!code)
		code = title_find(watch, &record->record, error);
	if (!code)
		code = before_find(watch, record, &before, error);
	if (code)
		return code;
	struct qorgan_history_entry entry = history_entry_of(&record->record, &envelope, &watch->why);
	if (!record->record.absence)
		code = field_changes_find(&watch->changes, schema, before, record->record.body, &entry, error);
	return code ? code : entry_tell(watch, &entry);
}

/* A version of another state's that a package brought. */
static int brought_tell(void *context, const struct record *record, struct qorgan_error *error)
{
	struct qorgan_watch *watch = context;
	const struct record *receipt = &watch->receipt->record;
	struct history_envelope envelope;
	struct history_why none = { 0 };
	char received[RECORD_NAME_LIMIT];
	bool wanted;
	int code = is_wanted(watch, record, &wanted, error);

	if (!code && wanted)
		code = title_find(watch, record, error);
	if (code || !wanted)
		return code;
	struct qorgan_history_entry entry = history_entry_of(record, &envelope, &none);
	/* "KAZ/7": a number that the record's own check has seen. */
	for (size_t i = subject_id(receipt).size + 1; i < receipt->id.size; i++)
		entry.package = entry.package * 10 + (uint64_t)(receipt->id.data[i] - '0');
	span_copy_into(receipt->time, received, sizeof received);
	entry.received = received;
	return entry_tell(watch, &entry);
}

static int leaf_tell(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct qorgan_watch *watch = context;
	uint64_t total;
	int code = QORGAN_OK;

	if (span_is(record->record.kind, "commit"))
		watch->commits = record->record.commit;
	else
		code = version_tell(watch, record, error);
	if (!code && span_is(record->record.kind, "receipt")) {
		watch->receipt = record;
		code = contents_each(watch->view, record, UINT64_MAX, brought_tell, watch, &total, error);
	}
	if (!code || watch->stopped)
		watch->leaf = record->leaf + 1;
	return code;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void look_end(struct qorgan_watch *watch)
{
	filters_close(watch);
	vault_view_end(watch->view);
	watch->view = NULL;
	watch->commit_number = 0;
}

static int look_begin(struct qorgan_watch *watch, struct qorgan_error *error)
{
	int code = vault_view_begin(watch->store, &watch->view, error);

	if (!code) {
		vault_view_show_absent(watch->view, true);
		code = filters_open(watch, error);
	}
	return code;
}

/* A name that nothing has would be watched for ever. */
static int ids_find(struct qorgan_watch *watch, struct qorgan_error *error)
{
	const struct qorgan_watching *watching = watch->watching;
	const struct schema *schema;
	int code = QORGAN_OK;

	watch->ids = calloc(watching->id_count + 1, sizeof *watch->ids);
	if (!watch->ids)
		return error_set_memory(error);
	for (size_t i = 0; i < watching->id_count && !code; i++) {
		code = object_resolve_owned(watch->view, NULL, watching->ids[i], NULL, false, &schema, &watch->subject, error);
		if (!code)
			span_copy_into(watch->subject.record.id, watch->ids[i], sizeof watch->ids[i]);
	}
	return code;
}

static int position_find(struct qorgan_watch *watch, uint64_t since, struct qorgan_error *error)
{
	uint64_t commits = vault_view_commits(watch->view);

	watch->commits = since == QORGAN_WATCH_FROM_NOW ? commits : since;
	if (since == QORGAN_WATCH_FROM_NOW)
		watch->leaf = vault_view_leaves(watch->view);
	else if (since > commits)
		return error_set(error, QORGAN_BAD_DATA, "there is no commit %llu yet: the last is %llu", (unsigned long long)since,
		                 (unsigned long long)commits);
	else if (since) {
		int code = vault_get_commit(watch->view, since, &watch->commit, error);
		watch->leaf = watch->commit.leaf + 1;
		return code == QORGAN_ABSENT ? error_set(error, QORGAN_IO, "commit %llu is missing: the store is damaged; run qorgan "
		                               "verify", (unsigned long long)since) : code;
	}
	return QORGAN_OK;
}

int qorgan_watch_begin(struct qorgan_store *store, const struct qorgan_watching *watching, uint64_t since,
                       struct qorgan_watch **made, struct qorgan_error *error)
{
	struct qorgan_watch *watch = calloc(1, sizeof *watch);
	int code = QORGAN_OK;

	if (!watch)
		return error_set_memory(error);
	watch->store = store;
	watch->watching = watching;
	for (size_t i = 0; i < watching->kind_count && !code; i++)
		code = object_schema(watching->kinds[i], error) ? QORGAN_OK : QORGAN_USAGE;
	if (!code)
		code = look_begin(watch, error);
	if (!code)
		code = ids_find(watch, error);
	if (!code)
		code = position_find(watch, since, error);
	look_end(watch);
	if (code) {
		qorgan_watch_end(watch);
		return code;
	}
	*made = watch;
	return QORGAN_OK;
}

void qorgan_watch_end(struct qorgan_watch *watch)
{
	if (!watch)
		return;
	vault_record_free(&watch->before);
	vault_record_free(&watch->commit);
	vault_record_free(&watch->subject);
	field_changes_free(&watch->changes);
	buffer_free(&watch->why.message);
	buffer_free(&watch->title);
	free(watch->ids);
	free(watch);
}

int qorgan_watch_next(struct qorgan_watch *watch, unsigned milliseconds, qorgan_watch_row row, void *context,
                      struct qorgan_error *error)
{
	bool changed = !watch->looked;
	int code = watch->looked ? vault_wait(watch->store, milliseconds, &changed, error) : QORGAN_OK;

	if (code || !changed)
		return code;
	watch->row = row;
	watch->context = context;
	watch->stopped = false;
	code = look_begin(watch, error);
	if (!code && vault_view_leaves(watch->view) > watch->leaf)
		code = vault_scan_leaves(watch->view, watch->leaf, leaf_tell, watch, error);
	look_end(watch);
	watch->looked |= !code;
	return code;
}

uint64_t qorgan_watch_commits(const struct qorgan_watch *watch)
{
	return watch->commits;
}
