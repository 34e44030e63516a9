/* Changes: objects are turned to, edited field by field, and written as one
 * commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/draft.h"
#include "record/input.h"
#include "register/authority.h"
#include "register/change_internal.h"
#include "register/faults.h"
#include "register/listing_parts.h"
#include "register/standing.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "store/evidence.h"
#include "store/evidence_intake.h"

const struct schema *change_schema(const char *kind, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(kind, strlen(kind));

	if (!schema || !(schema->flags & SCHEMA_CATALOGUE)) {
		error_set(error, QORGAN_USAGE, "there are no objects of the kind %s to change", kind);
		return NULL;
	}
	return schema;
}

/* On a measure this state's own report is written, on a risk its own assessment. */
static void foresee_with_own(struct qorgan_store *store, const char *kind, const char *own, const char *id)
{
	char whole[RECORD_ID_LIMIT];

	vault_foresee(store, schema_find(kind, strlen(kind)), span_of(id));
	if (own && (size_t)snprintf(whole, sizeof whole, "%s/%s", id, vault_state(store)) < sizeof whole)
		vault_foresee(store, schema_find(own, strlen(own)), span_of(whole));
}

void qorgan_change_foresee(struct qorgan_store *store, const char *kind, const char *id)
{
	const struct schema *schema = kind ? schema_find(kind, strlen(kind)) : NULL;

	if (schema && (!schema->parent || strchr(id, '/')))
		vault_foresee(store, schema, span_of(id));
	if (kind && !(schema && schema->parent)) /* else a report, say, is named by what it is on */
		return;
	foresee_with_own(store, "measure", "status", id);
	foresee_with_own(store, "risk", "assessment", id);
	foresee_with_own(store, "domain", NULL, id);
}

int qorgan_change_begin(struct qorgan_store *store, const char *user, const char *message,
                        struct qorgan_change **change, struct qorgan_error *error)
{
	struct qorgan_change *made = calloc(1, sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code) {
		made->store = store;
		made->user = user ? strdup(user) : NULL;
		made->message = message ? strdup(message) : NULL;
		if ((user && !made->user) || (message && !made->message))
			code = error_set_memory(error);
	}
	if (!code && message && !text_is_clean(span_of(message)))
		code = error_set(error, QORGAN_BAD_DATA, "the message is not clean UTF-8 text");
	if (!code)
		code = vault_change_begin(store, user, message, &made->writing, error);
	if (!code)
		code = world_make(store, &made->world, error);
	if (code) {
		qorgan_change_free(made);
		return code;
	}
	*change = made;
	return QORGAN_OK;
}

void change_object_free(struct change_object *object)
{
	if (!object)
		return;
	json_decref(object->body);
	json_decref(object->ancestor);
	json_decref(object->theirs);
	buffer_free(&object->evidence_data);
	free(object);
}

void qorgan_change_free(struct qorgan_change *change)
{
	if (!change)
		return;
	for (size_t i = 0; i < change->count; i++)
		change_object_free(change->objects[i]);
	free(change->objects);
	world_free(change->world);
	vault_change_abandon(change->writing);
	secret_free(change->secret);
	free(change->user);
	free(change->message);
	free(change);
}

/* The language of a text given without one. */
static const char *change_language(const struct qorgan_change *change)
{
	const char *const *languages = vault_languages(change->store);

	return languages[0] ? languages[0] : "en";
}

int change_body(struct qorgan_change *change, const struct schema *schema, const char *id, uint32_t version,
                json_t **body, uint32_t *found, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	/* An older version is there even if the newest was forgotten. */
	bool before = vault_view_show_absent(world_view(change->world), version > 0);
	int code = vault_get(world_view(change->world), schema, span_of(id), version, &record, error);

	vault_view_show_absent(world_view(change->world), before);
	if (!code && record.record.absence)
		code = QORGAN_ABSENT;
	if (!code)
		code = input_parse(record.record.body, body, error);
	if (!code)
		*found = record.record.version;
	vault_record_free(&record);
	return code;
}

struct change_object *change_find(const struct qorgan_change *change, const struct schema *schema, const char *id)
{
	for (size_t i = 0; i < change->count; i++)
		if (change->objects[i]->schema == schema && strcmp(change->objects[i]->id, id) == 0)
			return change->objects[i];
	return NULL;
}

static int object_append(struct qorgan_change *change, const struct schema *schema, const char *id,
                         struct qorgan_error *error)
{
	struct change_object **objects = realloc(change->objects, (change->count + 1) * sizeof *objects);

	if (!objects)
		return error_set_memory(error);
	change->objects = objects;
	struct change_object *object = calloc(1, sizeof *object);
	if (!object)
		return error_set_memory(error);
	object->schema = schema;
	snprintf(object->id, sizeof object->id, "%s", id);
	snprintf(object->name, sizeof object->name, "%s %s", schema->kind, id);
	change->objects[change->count++] = object;
	change->current = object;
	return QORGAN_OK;
}

/* Whether the object is the store's own to change. */
static int owner_check(struct qorgan_change *change, const struct change_object *object, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct vault_place place;
	int code = vault_find(world_view(change->world), object->schema, span_of(object->id), &place, error);

	if (!code && mirror_place(&place))
		code = vault_get_place(world_view(change->world), &place, 0, &record, error);
	if (!code && mirror_place(&place))
		code = error_set(error, QORGAN_DENIED, "%s is kept by %.*s, and changed there alone: write a note on it, or propose "
		                 "the change to %.*s (edit --propose)", object->name, (int)record.record.owner.size, record.record.owner.data,
		                 (int)record.record.owner.size, record.record.owner.data);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* Of what nobody keeps, a file say, each state has its own: that is the one to change. */
static int own_body(struct qorgan_change *change, const struct change_object *object, json_t **body, uint32_t *version,
                    struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = vault_get_own(world_view(change->world), object->schema, span_of(object->id), 0, &record, error);

	if (!code)
		code = input_parse(record.record.body, body, error);
	if (!code)
		*version = record.record.version;
	vault_record_free(&record);
	return code;
}

static int object_read(struct qorgan_change *change, struct change_object *object, enum qorgan_change_mode mode,
                       uint32_t base, bool others, struct qorgan_error *error)
{
	char advice[ADVICE_SIZE];
	uint32_t version = 0;
	bool kept = authority_field(span_of(object->schema->kind)) || authority_is_fixed(object->schema);
	int code = kept || others ? QORGAN_OK : own_body(change, object, &object->body, &version, error);

	if (kept || others || (code == QORGAN_ABSENT && mode != QORGAN_PUT)) {
		code = others || mode == QORGAN_DRAFT ? QORGAN_OK : owner_check(change, object, error);
		if (!code)
			code = change_body(change, object->schema, object->id, 0, &object->body, &version, error);
	}
	if (code == QORGAN_ABSENT && mode != QORGAN_EDIT && mode != QORGAN_DRAFT) {
		object->body = json_object();
		return object->body ? QORGAN_OK : error_set_memory(error);
	}
	if (code == QORGAN_ABSENT) {
		object_advice(object->schema, advice);
		return error_set(error, QORGAN_ABSENT, "there is no %s: see %s, or add it", object->name, advice);
	}
	if (code)
		return code;
	if (mode == QORGAN_ADD)
		return error_set(error, QORGAN_BAD_DATA, "%s exists already, at version %u: use edit to change it",
		                 object->name, version);
	if (base && base != version)
		return change_meanwhile(change, object, base, version, error);
	object->base = version;
	object->draft = mode == QORGAN_DRAFT;
	return QORGAN_OK;
}

int qorgan_change_object(struct qorgan_change *change, const char *kind, const char *id, enum qorgan_change_mode mode,
                         uint32_t base, struct qorgan_error *error)
{
	const struct schema *schema = change_schema(kind, error);

	return schema ? change_turn(change, schema, id, mode, base, false, error) : QORGAN_USAGE;
}

void change_drop_current(struct qorgan_change *change)
{
	change_object_free(change->objects[--change->count]);
	change->current = NULL;
}

int change_turn(struct qorgan_change *change, const struct schema *schema, const char *id, enum qorgan_change_mode mode,
                uint32_t base, bool others, struct qorgan_error *error)
{
	int code;

	change->current = change_find(change, schema, id);
	if (change->current)
		return QORGAN_OK;
	code = record_id_check(schema, span_of(id), error);
	if (!code)
		code = object_append(change, schema, id, error);
	if (code)
		return code;
	code = object_read(change, change->current, mode, base, others, error);
	if (code) /* what could not be turned to is no part of the change */
		change_drop_current(change);
	return code;
}

int qorgan_change_set(struct qorgan_change *change, const char *path, const char *text, struct qorgan_error *error)
{
	if (!change->current)
		return error_set(error, QORGAN_USAGE, "no object was turned to");
	int code = draft_set(change->current->schema, change->current->body, path, text, change_language(change), error);
	return code == QORGAN_BAD_DATA ? error_prefix(error, code, "%s", change->current->name) : code;
}

/* `kind` and `id` may stand in the text, as they do in what show --json gives. */
static int envelope_remove(struct change_object *object, json_t *body, struct qorgan_error *error)
{
	const char *kind = json_string_value(json_object_get(body, "kind"));
	const char *id = json_string_value(json_object_get(body, "id"));

	if ((kind && strcmp(kind, object->schema->kind) != 0) || (id && strcmp(id, object->id) != 0))
		return error_set(error, QORGAN_BAD_DATA, "the text is of %s %s, not of %s", kind ? kind : object->schema->kind,
		                 id ? id : object->id, object->name);
	json_object_del(body, "kind");
	json_object_del(body, "id");
	return QORGAN_OK;
}

int qorgan_change_replace(struct qorgan_change *change, const char *json, struct qorgan_error *error)
{
	struct change_object *object = change->current;
	json_t *body = NULL;

	if (!object)
		return error_set(error, QORGAN_USAGE, "no object was turned to");
	int code = input_parse(span_of(json), &body, error);
	if (!code)
		code = envelope_remove(object, body, error);
	if (code) {
		json_decref(body);
		return error_prefix(error, code, "%s", object->name);
	}
	json_decref(object->body);
	object->body = body;
	return QORGAN_OK;
}

int qorgan_change_json(struct qorgan_change *change, char **json, struct qorgan_error *error)
{
	if (!change->current)
		return error_set(error, QORGAN_USAGE, "no object was turned to");
	*json = memory_json_text(change->current->body, JSON_INDENT(2));
	return *json ? QORGAN_OK : error_set_memory(error);
}

/* Turns to the evidence with that id, described by its name and size: what shows a report's
 * truth may go no further than the report, which stays the object turned to. */
static int evidence_describe(struct qorgan_change *change, const char *id, const char *name, uint64_t size,
                             struct change_object **evidence, struct qorgan_error *error)
{
	struct change_object *subject = change->current;
	const json_t *marking = subject ? json_object_get(subject->body, "marking") : NULL;
	const json_t *release = subject ? json_object_get(subject->body, "release") : NULL;
	int code = qorgan_change_object(change, "evidence", id, QORGAN_PUT, 0, error);

	if (code)
		return code;
	*evidence = change->current;
	change->current = subject ? subject : *evidence;
	if ((*evidence)->base) /* the same content is on record already: its record stays */
		return QORGAN_OK;
	json_object_set_new((*evidence)->body, "name", json_string(name));
	json_object_set_new((*evidence)->body, "size", json_integer((json_int_t)size));
	if (marking)
		json_object_set_new((*evidence)->body, "marking", json_deep_copy(marking));
	if (release)
		json_object_set_new((*evidence)->body, "release", json_deep_copy(release));
	return QORGAN_OK;
}

int qorgan_change_attach(struct qorgan_change *change, const char *path, char id[65], struct qorgan_error *error)
{
	struct change_object *evidence = NULL;
	const char *slash = strrchr(path, '/');
	uint64_t size;
	int code = evidence_digest(path, id, &size, error);

	if (!code && strlen(path) >= sizeof evidence->evidence_path)
		code = error_set(error, QORGAN_BAD_DATA, "%s: the path is too long", path);
	if (!code)
		code = evidence_describe(change, id, slash ? slash + 1 : path, size, &evidence, error);
	if (!code)
		snprintf(evidence->evidence_path, sizeof evidence->evidence_path, "%s", path);
	return code;
}

int qorgan_change_attach_bytes(struct qorgan_change *change, const char *name, const void *data, size_t size,
                               char id[65], struct qorgan_error *error)
{
	struct change_object *evidence = NULL;

	evidence_digest_bytes((struct span){ data, size }, id);
	int code = evidence_describe(change, id, name, size, &evidence, error);
	if (code)
		return code;
	buffer_clear(&evidence->evidence_data);
	buffer_append(&evidence->evidence_data, data, size);
	evidence->has_data = true;
	return evidence->evidence_data.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Writing ------------------------------------------------------------------- */

/* Faults told on, and counted. */
struct tally {
	world_fault fault;
	void *context;
	size_t count;
};

static void tally_take(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct tally *tally = context;

	tally->count++;
	tally->fault(tally->context, file, line, place, text);
}

int change_validate(struct qorgan_change *change, world_fault fault, void *context, struct qorgan_error *error)
{
	struct tally tally = { fault, context, 0 };
	int code = QORGAN_OK;

	for (size_t i = 0; i < change->count; i++) {
		if (change->objects[i]->draft)
			return error_set(error, QORGAN_USAGE, "%s was drafted, to be proposed: it cannot be written",
			                 change->objects[i]->name);
		if (change->objects[i]->theirs)
			return error_set(error, QORGAN_USAGE, "%s was turned to at an earlier version, and is not merged yet",
			                 change->objects[i]->name);
	}
	for (size_t i = 0; i < change->count && !code; i++) {
		struct change_object *object = change->objects[i];
		world_validate(change->world, object->schema, span_of(object->id), object->body, object->name, 0, tally_take,
		               &tally);
		code = world_add(change->world, object->schema, object->id, object->body, error);
	}
	if (!code)
		world_settle(change->world, tally_take, &tally);
	for (size_t i = 0; i < change->count && !code && !tally.count; i++)
		change_rules(change, change->objects[i], tally_take, &tally);
	return code ? code : world_failure(change->world, error);
}

static int object_write(struct vault_change *writing, struct change_object *object, struct qorgan_commit *result,
                        struct buffer *bytes, struct qorgan_error *error)
{
	enum vault_outcome outcome;
	char id[65];
	uint64_t size;
	int code = QORGAN_OK;

	if (object->evidence_path[0]) {
		code = vault_change_evidence(writing, object->evidence_path, id, &size, error);
		if (!code && strcmp(id, object->id) != 0)
			code = error_set(error, QORGAN_BUSY, "%s changed meanwhile: try again", object->evidence_path);
	}
	if (!code && object->has_data)
		code = evidence_intake_bytes(writing, span_of(object->id), buffer_span(&object->evidence_data), error);
	buffer_clear(bytes);
	if (!code)
		code = canonical_write(object->body, bytes, error);
	if (!code)
		code = vault_change_put(writing, object->schema, span_of(object->id), buffer_span(bytes), object->base, &outcome,
		                        error);
	if (code)
		return code;
	result->created += outcome == VAULT_CREATED;
	result->changed += outcome == VAULT_CHANGED;
	result->unchanged += outcome == VAULT_UNCHANGED;
	return QORGAN_OK;
}

/* An own version may be the one that takes up what another state handed over. */
static int standing_renew(struct qorgan_change *change, const struct change_object *object, struct qorgan_error *error)
{
	struct standings_settled settled;

	if (mirror_is_empty(vault_change_view(change->writing)))
		return QORGAN_OK;
	return standings_settle(change->writing, object->schema, span_of(object->id), NULL, &settled, error);
}

int qorgan_change_commit(struct qorgan_change *change, struct qorgan_commit *result, struct qorgan_error *error)
{
	struct buffer bytes = { 0 };
	struct faults faults = { 0 };
	int code;

	*result = (struct qorgan_commit){ 0 };
	if (!change->writing)
		return error_set(error, QORGAN_USAGE, "the change was committed already: begin another");
	code = change_validate(change, faults_take, &faults, error);
	if (!code)
		code = faults_result(&faults, error);
	if (!code)
		change_warn(change);
	for (size_t i = 0; i < change->count && !code; i++) {
		code = object_write(change->writing, change->objects[i], result, &bytes, error);
		if (code == QORGAN_BAD_DATA)
			error_prefix(error, code, "%s", change->objects[i]->name);
	}
	for (size_t i = 0; i < change->count && !code; i++)
		code = standing_renew(change, change->objects[i], error);
	if (!code)
		code = change_secret_write(change, error);
	if (!code)
		code = vault_change_commit(change->writing, &result->number, error);
	else
		vault_change_abandon(change->writing);
	change->writing = NULL;
	result->warning = change->warning[0] ? change->warning : NULL;
	buffer_free(&bytes);
	return code;
}
