/* A change to another state's object, proposed instead of made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/canonical.h"
#include "record/input.h"
#include "register/authority.h"
#include "register/change_internal.h"
#include "register/faults.h"

/* Both absent, or equal. */
static bool same(const json_t *a, const json_t *b)
{
	return (!a && !b) || (a && b && json_equal(a, b));
}

static bool put(json_t *object, const char *name, json_t *value)
{
	return value && json_object_set_new(object, name, value) == 0;
}

static bool put_span(json_t *object, const char *name, struct span text)
{
	return put(object, name, json_stringn(text.data, text.size));
}

/* What differs between the object and its draft. */
struct draft {
	json_t *changes, *before, *removed;
	char to[RECORD_NAME_LIMIT];
	struct vault_record base;
};

static void draft_free(struct draft *draft)
{
	json_decref(draft->changes);
	json_decref(draft->before);
	json_decref(draft->removed);
	vault_record_free(&draft->base);
}

/* The state that keeps the object: whose version counts; of a copy that stands in for
 * another state's, the one that it names. */
static int keeper_find(struct qorgan_change *change, const struct change_object *object, struct draft *draft,
                       struct qorgan_error *error)
{
	const struct record *base = &draft->base.record;
	const char *own = vault_state(change->store);
	int code = vault_get(world_view(change->world), object->schema, span_of(object->id), 0, &draft->base, error);

	if (code)
		return code == QORGAN_ABSENT ? error_set(error, code, "%s is not on record yet: only a change can be proposed",
		                                         object->name)
		                             : code;
	if (!span_is(base->owner, own))
		snprintf(draft->to, sizeof draft->to, "%.*s", (int)base->owner.size, base->owner.data);
	else if (!authority_named(base, draft->to) || strcmp(draft->to, own) == 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is kept by %s itself: change it, without --propose", object->name, own);
	return QORGAN_OK;
}

/* The draft must be what its keeper could take over as it is. */
static int draft_validate(struct qorgan_change *change, struct change_object *object, struct qorgan_error *error)
{
	struct faults faults = { 0 };
	struct world *world = NULL;
	int code = world_make(change->store, &world, error);

	if (!code) {
		world_validate(world, object->schema, span_of(object->id), object->body, object->name, 0, faults_take, &faults);
		code = world_add(world, object->schema, object->id, object->body, error);
	}
	if (!code) {
		world_settle(world, faults_take, &faults);
		code = world_failure(world, error);
	}
	world_free(world);
	return code ? code : faults_result(&faults, error);
}

/* Gathers the fields that differ, but for those that the program keeps itself. */
static int draft_compare(const struct change_object *object, struct draft *draft, struct qorgan_error *error)
{
	json_t *old = NULL;
	int code = input_parse(draft->base.record.body, &old, error);

	draft->changes = json_object();
	draft->before = json_object();
	draft->removed = json_array();
	if (!code && (!draft->changes || !draft->before || !draft->removed))
		code = error_set_memory(error);
	for (const struct field *field = object->schema->fields; field->name && !code; field++) {
		json_t *was = json_object_get(old, field->name), *is = json_object_get(object->body, field->name);
		if (field->flags & FIELD_COMPUTED || same(was, is))
			continue;
		bool failed = was && json_object_set(draft->before, field->name, was);
		failed |= is && json_object_set(draft->changes, field->name, is);
		failed |= !is && json_array_append_new(draft->removed, json_string(field->name));
		code = failed ? error_set_memory(error) : QORGAN_OK;
	}
	json_decref(old);
	if (!code && !json_object_size(draft->changes) && !json_array_size(draft->removed))
		code = error_set(error, QORGAN_BAD_DATA, "nothing is proposed: %s is like that already", object->name);
	return code;
}

/* The next free CYB-01/KAZ-p1. */
static int id_choose(struct qorgan_change *change, const char *object, char id[RECORD_ID_LIMIT],
                     struct qorgan_error *error)
{
	const struct schema *schema = schema_find("proposal", 8);
	struct vault_place place;
	int code = QORGAN_OK;

	for (unsigned number = 1; !code; number++) {
		snprintf(id, RECORD_ID_LIMIT, "%.64s/%.50s-p%u", object, vault_state(change->store), number);
		code = change_find(change, schema, id) ? QORGAN_OK
		                                       : vault_find(world_view(change->world), schema, span_of(id), &place, error);
	}
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* An object as a string of its canonical JSON; nothing if it has no member. */
static int put_values(json_t *body, const char *name, const json_t *values, struct qorgan_error *error)
{
	struct buffer text = { 0 };
	int code = json_object_size(values) ? canonical_write(values, &text, error) : QORGAN_OK;

	if (!code && text.size && !put_span(body, name, buffer_span(&text)))
		code = error_set_memory(error);
	buffer_free(&text);
	return code;
}

/* Marked as the object is, or as it would be, whichever is stricter. */
static const json_t *marking_of(const struct draft *draft, const json_t *body)
{
	const json_t *marking = json_object_get(body, "marking"), *before = json_object_get(draft->before, "marking");
	const char *now = json_string_value(marking), *was = json_string_value(before);

	if (!was || !now)
		return was ? before : marking;
	return validate_marking_rank(span_of(was)) > validate_marking_rank(span_of(now)) ? before : marking;
}

static int proposal_fill(struct qorgan_change *change, const struct draft *draft, const char *subject,
                         const json_t *marking, struct qorgan_error *error)
{
	const struct record *base = &draft->base.record;
	json_t *body = change->current->body;
	bool done = put(body, "subject", json_string(subject)) &&
	            put(body, "state", json_string(vault_state(change->store))) &&
	            put(body, "to", json_string(draft->to)) && put(body, "base", json_integer(base->version)) &&
	            put_span(body, "base_state", base->owner) && put(body, "release", json_pack("[s]", draft->to));
	int code = done ? QORGAN_OK : error_set_memory(error);

	if (!code && marking && !put(body, "marking", json_deep_copy(marking)))
		code = error_set_memory(error);
	if (!code && json_array_size(draft->removed) && json_object_set(body, "removed", draft->removed))
		code = error_set_memory(error);
	if (!code)
		code = put_values(body, "changes", draft->changes, error);
	if (!code)
		code = put_values(body, "before", draft->before, error);
	if (!code && change->message && *change->message)
		code = qorgan_change_set(change, "note", change->message, error);
	return code;
}

/* Takes an object out of the change again. */
static void object_drop(struct qorgan_change *change, struct change_object *object)
{
	size_t at = 0;

	while (at < change->count && change->objects[at] != object)
		at++;
	memmove(change->objects + at, change->objects + at + 1, (change->count - at - 1) * sizeof(struct change_object *));
	change->count--;
	change->current = NULL;
	json_decref(object->body);
	free(object);
}

int qorgan_change_propose(struct qorgan_change *change, char id[130], struct qorgan_error *error)
{
	struct change_object *object = change->current;
	struct draft draft = { 0 };
	json_t *marking = NULL;

	if (!object || !schema_field(object->schema->fields, "taken_from", 10))
		return error_set(error, QORGAN_USAGE, "a change to a domain, a risk or a measure can be proposed");
	int code = keeper_find(change, object, &draft, error);
	if (!code)
		code = draft_validate(change, object, error);
	if (!code)
		code = draft_compare(object, &draft, error);
	if (!code)
		code = id_choose(change, object->id, id, error);
	if (!code) {
		const char *subject = object->schema->kind;
		marking = json_incref((json_t *)marking_of(&draft, object->body));
		object_drop(change, object);
		code = qorgan_change_object(change, "proposal", id, QORGAN_ADD, 0, error);
		if (!code)
			code = proposal_fill(change, &draft, subject, marking, error);
	}
	json_decref(marking);
	draft_free(&draft);
	return code;
}
