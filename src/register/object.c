/* One version of an object: found, taken apart, as JSON. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "record/output.h"
#include "record/reader.h"
#include "register/assessments.h"
#include "register/contents.h"
#include "register/forgotten.h"
#include "register/listing_parts.h"
#include "register/object_internal.h"
#include "register/receipt_index.h"
#include "register/vouching.h"

/* The version asked for, where the newest is at hand. */
static int object_version(struct vault_view *view, struct qorgan_object *object, uint32_t version,
                          struct qorgan_error *error)
{
	uint32_t newest = object->version.record.version;
	struct vault_place place = object->version.place;

	if (version == 0 || version == newest)
		return QORGAN_OK;
	if (version > newest)
		return error_set(error, QORGAN_ABSENT, "%s %.*s has no version %u: the newest is %u", object->schema->kind,
		                 (int)object->version.record.id.size, object->version.record.id.data, version, newest);
	bool mirrored = object->version.mirrored;
	int code = vault_get_place(view, &place, version, &object->version, error);
	return code == QORGAN_ABSENT && mirrored ? error_set(error, code, "version %u of %s %.*s was not handed over to this state",
	                                         version, object->schema->kind, (int)object->version.record.id.size,
	                                         object->version.record.id.data)
	                             : code;
}

int qorgan_object_get(struct qorgan_store *store, const char *kind, const char *id, uint32_t version,
                      struct qorgan_object **object, struct qorgan_error *error)
{
	return qorgan_object_get_owned(store, kind, id, NULL, version, object, error);
}

int qorgan_object_get_owned(struct qorgan_store *store, const char *kind, const char *id, const char *owner,
                            uint32_t version, struct qorgan_object **object, struct qorgan_error *error)
{
	struct qorgan_object *made = calloc(1, sizeof *made);
	struct vault_view *view = NULL;
	int code = made ? vault_view_begin(store, &view, error) : error_set_memory(error);

	if (!code)
		code = forgotten_resolve(view, kind, id, owner, owner && strcmp(owner, vault_state(store)) == 0, &made->schema,
		                         &made->version, error);
	if (!code) {
		vault_view_show_absent(view, true);
		code = object_version(view, made, version, error);
	}
	if (!code && made->version.record.absence)
		code = forgotten_refuse(view, &made->version, error);
	vault_view_end(view);
	if (code) {
		qorgan_object_free(made);
		return code;
	}
	const struct record *record = &made->version.record;
	span_copy_into(record->owner, made->owner, sizeof made->owner);
	span_copy_into(record->id, made->id, sizeof made->id);
	span_copy_into(record->user, made->user, sizeof made->user);
	span_copy_into(record->time, made->time, sizeof made->time);
	*object = made;
	return QORGAN_OK;
}

void qorgan_object_free(struct qorgan_object *object)
{
	if (!object)
		return;
	vault_record_free(&object->version);
	free(object);
}

const char *qorgan_object_owner(const struct qorgan_object *object)
{
	return object->owner;
}

const char *qorgan_object_kind(const struct qorgan_object *object)
{
	return object->schema->kind;
}

const char *qorgan_object_id(const struct qorgan_object *object)
{
	return object->id;
}

const char *qorgan_object_user(const struct qorgan_object *object)
{
	return object->user;
}

const char *qorgan_object_time(const struct qorgan_object *object)
{
	return object->time;
}

uint32_t qorgan_object_version(const struct qorgan_object *object)
{
	return object->version.record.version;
}

uint64_t qorgan_object_commit(const struct qorgan_object *object)
{
	return object->version.record.commit;
}

const char *qorgan_object_record(const struct qorgan_object *object, size_t *size)
{
	*size = object->version.record.bytes.size;
	return object->version.record.bytes.data;
}

/* ---- What is computed ------------------------------------------------------------ */

int object_compute(struct qorgan_store *store, struct vault_view *view, const struct qorgan_object *object,
                   unsigned wanted, struct computed_values *result, struct qorgan_error *error)
{
	struct computed computed;
	struct pick pick = { 0 };
	struct span values[PICK_LIMIT];
	int code = computed_open(&computed, store, view, object->schema, wanted, false, error);

	if (!code && !computed_need(&computed, &pick))
		code = error_set(error, QORGAN_INTERNAL, "too many fields are needed of one object");
	if (!code) {
		computed_settle(&computed, &pick);
		reader_pick(object->version.record.body, pick.names, values, pick.count);
		code = computed_of(&computed, &object->version.record, values, result, error);
	}
	computed_close(&computed);
	return code;
}

/* `,"objects":["risk CYB-01@3",…]` of what is made of others. */
static void contents_write(const struct buffer *contents, struct buffer *to)
{
	const char *lead = ",\"objects\":[";

	for (size_t at = 0; at < contents->size; at += strlen(contents->data + at) + 1, lead = ",")
		buffer_append_format(to, "%s\"%s\"", lead, contents->data + at);
	if (contents->size)
		buffer_append_char(to, ']');
}

/* Of a partner, what came of it: `,"received":{…}`, null where nothing did. */
static int received_write(struct qorgan_store *store, struct vault_view *view, const struct qorgan_object *object,
                          struct buffer *to, struct qorgan_error *error)
{
	struct vouching vouching;
	char time[TIME_TEXT_SIZE];
	int code = vouching_load(view, store, &vouching, error);
	const struct vouching_log *log = code ? NULL : vouching_find(&vouching, object->id);

	if (!code && log && log->sequence) {
		time_format(log->received, time);
		buffer_append_format(to, ",\"received\":{\"package\":%llu,\"time\":\"%s\",\"versions\":%llu,\"entries\":%llu,"
		                     "\"forked\":%s}", (unsigned long long)log->sequence, time, (unsigned long long)log->versions,
		                     (unsigned long long)log->size, log->forked ? "true" : "false");
	} else if (!code) {
		buffer_append_text(to, ",\"received\":null");
	}
	vouching_free(&vouching);
	return code;
}

/* Of another state's, what brought it: `,"brought":{…}`. */
static int brought_write(struct vault_view *view, const struct qorgan_object *object, struct buffer *to,
                         struct qorgan_error *error)
{
	const struct vault_record *version = &object->version;
	struct receipt_index *receipts = NULL;
	int code = receipt_index_load(view, &receipts, error);
	const struct receipt_facts *facts = code ? NULL : receipt_index_find(receipts, version->log, version->leaf);

	if (facts)
		buffer_append_format(to, ",\"brought\":{\"package\":%llu,\"time\":\"%s\",\"entry\":%llu,\"checkpoint\":%llu}",
		                     (unsigned long long)facts->sequence, facts->received, (unsigned long long)version->leaf,
		                     (unsigned long long)facts->size);
	receipt_index_free(receipts);
	return code;
}

int qorgan_object_json(struct qorgan_store *store, const struct qorgan_object *object, char **json,
                       struct qorgan_error *error)
{
	struct computed_values values = { 0 };
	struct buffer extra = { 0 }, text = { 0 }, contents = { 0 }, more = { 0 };
	struct vault_view *view = NULL;
	uint64_t total;
	bool is_risk = strcmp(object->schema->kind, "risk") == 0;
	int code = vault_view_begin(store, &view, error);

	if (!code)
		code = object_compute(store, view, object, computed_all(object->schema), &values, error);
	if (!code && is_risk)
		code = assessments_write(view, &object->version.record, &more, error);
	if (!code)
		code = contents_each(view, &object->version, UINT64_MAX, contents_append, &contents, &total, error);
	if (!code && strcmp(object->schema->kind, "partner") == 0)
		code = received_write(store, view, object, &more, error);
	if (!code && object->version.mirrored)
		code = brought_write(view, object, &more, error);
	vault_view_end(view);
	if (code) {
		buffer_free(&contents);
		buffer_free(&more);
		return code;
	}
	/* Names in an envelope have no characters that JSON escapes. */
	buffer_append_format(&extra, "\"version\":%u,\"owner\":\"%s\",\"user\":\"%s\",\"time\":\"%s\",\"commit\":%llu",
	                     qorgan_object_version(object), object->owner, object->user, object->time,
	                     (unsigned long long)qorgan_object_commit(object));
	computed_members(object->schema, &values, &extra);
	contents_write(&contents, &extra);
	buffer_append_span(&extra, buffer_span(&more));
	output_object(&object->version.record, buffer_span(&extra), &text);
	text.failed |= extra.failed || more.failed;
	buffer_free(&extra);
	buffer_free(&contents);
	buffer_free(&more);
	*json = buffer_take(&text);
	return *json ? QORGAN_OK : error_set_memory(error);
}

char *qorgan_object_field(struct qorgan_store *store, const struct qorgan_object *object, const char *path)
{
	const struct record *record = &object->version.record;
	struct column_view sight = { .record = record, .languages = vault_languages(store) };
	struct computed_values computed = { 0 };
	struct span values[PICK_LIMIT] = { { NULL, 0 } };
	struct columns columns;
	struct pick pick = { 0 };
	struct buffer text = { 0 };
	unsigned wanted = 0;
	char *result = NULL;
	struct vault_view *view = NULL;

	if (columns_parse(object->schema, path, false, &columns, NULL) || columns.count != 1 ||
	    !columns_need(&columns, &pick, &wanted))
		goto done;
	columns_settle(&columns, &pick);
	reader_pick(record->body, pick.names, values, pick.count);
	if (wanted && (vault_view_begin(store, &view, NULL) || object_compute(store, view, object, wanted, &computed, NULL)))
		goto done;
	const struct column *column = &columns.items[0];
	if (column->source == COLUMN_FIELD && !value_at(&column->path, values).data)
		goto done;
	sight.values = values;
	sight.computed = &computed;
	column_write(column, &sight, &text);
	result = buffer_take(&text);
done:
	vault_view_end(view);
	columns_free(&columns);
	return result;
}
