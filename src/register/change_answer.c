/* The answer of the state that keeps an object to the change that another proposes. */
#include <stdio.h>
#include <string.h>

#include "record/input.h"
#include "record/member.h"
#include "register/authority.h"
#include "register/change_internal.h"
#include "register/proposals.h"

/* Both absent, or equal. */
static bool same(const json_t *a, const json_t *b)
{
	return (!a && !b) || (a && b && json_equal(a, b));
}

static bool put(json_t *object, const char *name, json_t *value)
{
	return value && json_object_set_new(object, name, value) == 0;
}

struct answering {
	char id[RECORD_ID_LIMIT], object[RECORD_ID_LIMIT], answer[RECORD_ID_LIMIT];
	struct vault_record record;
	json_t *body; /* of the proposal */
	json_t *changes, *before;
};

static void answering_free(struct answering *answering)
{
	json_decref(answering->body);
	json_decref(answering->changes);
	json_decref(answering->before);
	vault_record_free(&answering->record);
}

/* That nobody answers for another, and none twice. */
static int answering_check(struct qorgan_change *change, const struct answering *answering, struct qorgan_error *error)
{
	static const char *const words[] = { "", "accepted", "declined" };
	const char *own = vault_state(change->store), *to = member_text(answering->body, "to");
	const char *author = member_text(answering->body, "state");
	const struct span owner = answering->record.record.owner;
	struct vault_record answer = { 0 };
	enum proposal_standing standing;

	if (!to || !author || !member_text(answering->body, "subject") || strcmp(to, own) != 0)
		return error_set(error, QORGAN_DENIED, "proposal %s is for %s to answer", answering->id, to ? to : "nobody");
	if (!span_is(owner, own) && !span_is(owner, author))
		return error_set(error, QORGAN_PROTOCOL, "proposal %s came from %.*s and says that %s proposes it", answering->id,
		                 (int)owner.size, owner.data, author);
	int code = proposal_look(world_view(change->world), &answering->record.record, &answer, &standing, error);
	if (!code && standing != PROPOSAL_OPEN)
		code = error_set(error, QORGAN_BAD_DATA, "proposal %s was %s on %.10s: it is answered once", answering->id,
		                 words[standing], answer.record.time.data);
	vault_record_free(&answer);
	return code;
}

static int values_parse(const json_t *body, const char *name, json_t **values, struct qorgan_error *error)
{
	const char *text = member_text(body, name);

	if (text)
		return input_parse(span_of(text), values, error);
	*values = json_object();
	return *values ? QORGAN_OK : error_set_memory(error);
}

static int answering_open(struct qorgan_change *change, const char *id, struct answering *answering,
                          struct qorgan_error *error)
{
	const struct schema *schema = schema_find("proposal", 8);
	int code = record_id_check(schema, span_of(id), NULL)
	               ? QORGAN_ABSENT
	               : vault_get(world_view(change->world), schema, span_of(id), 0, &answering->record, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, code, "there is no proposal %.140s: see qorgan proposal list", id);
	if (!code)
		code = input_parse(answering->record.record.body, &answering->body, error);
	if (code)
		return code;
	snprintf(answering->id, sizeof answering->id, "%s", id);
	snprintf(answering->object, sizeof answering->object, "%.*s", (int)strcspn(id, "/"), id);
	code = answering_check(change, answering, error);
	if (!code && !proposal_answer_id(span_of(id), span_of(vault_state(change->store)), answering->answer))
		code = error_set(error, QORGAN_BAD_DATA, "proposal %s: its id is too long to be answered", id);
	if (!code)
		code = values_parse(answering->body, "changes", &answering->changes, error);
	if (!code)
		code = values_parse(answering->body, "before", &answering->before, error);
	return code;
}

/* Turns to the answer and fills in what every answer says. */
static int answer_fill(struct qorgan_change *change, const struct answering *answering, const char *word,
                       struct qorgan_error *error)
{
	const char *author = member_text(answering->body, "state"), *marking = member_text(answering->body, "marking");
	int code = qorgan_change_object(change, "answer", answering->answer, QORGAN_PUT, 0, error);

	if (code)
		return code;
	json_t *body = change->current->body;
	json_object_clear(body);
	bool done = put(body, "answer", json_string(word)) && put(body, "state", json_string(vault_state(change->store))) &&
	            put(body, "to", json_string(author)) && put(body, "release", json_pack("[s]", author)) &&
	            put(body, "proposed", json_integer(answering->record.record.version)) &&
	            (!marking || put(body, "marking", json_string(marking)));
	return done ? QORGAN_OK : error_set_memory(error);
}

/* That the object is this state's to change. */
static int object_check(struct qorgan_change *change, const struct change_object *object, struct qorgan_error *error)
{
	const char *own = vault_state(change->store);
	struct vault_record record = { 0 };
	char keeper[RECORD_NAME_LIMIT] = "";
	int code = vault_get(world_view(change->world), object->schema, span_of(object->id), 0, &record, error);

	if (!code && !span_is(record.record.owner, own))
		snprintf(keeper, sizeof keeper, "%.*s", (int)record.record.owner.size, record.record.owner.data);
	else if (!code)
		authority_named(&record.record, keeper);
	if (!code && keeper[0] && strcmp(keeper, own) != 0)
		code = error_set(error, QORGAN_DENIED, "%s is kept by %s, not by %s: that state is to be asked", object->name, keeper,
		                 own);
	vault_record_free(&record);
	return code;
}

/* Names of the fields that were changed meanwhile to something else. */
static void conflicts_find(const struct answering *answering, const json_t *body, struct buffer *names)
{
	const json_t *removed = json_object_get(answering->body, "removed");
	const char *name;
	json_t *value;

	json_object_foreach(answering->changes, name, value) {
		const json_t *is = json_object_get(body, name);
		if (!same(is, json_object_get(answering->before, name)) && !same(is, value))
			buffer_append_format(names, "%s%s", names->size ? ", " : "", name);
	}
	for (size_t i = 0; i < json_array_size(removed); i++) {
		name = json_string_value(json_array_get(removed, i));
		const json_t *is = json_object_get(body, name);
		if (is && !same(is, json_object_get(answering->before, name)))
			buffer_append_format(names, "%s%s", names->size ? ", " : "", name);
	}
}

/* Puts the new values into the object; *changed says whether any was not there yet. */
static int values_apply(const struct answering *answering, json_t *body, bool *changed, struct qorgan_error *error)
{
	const json_t *removed = json_object_get(answering->body, "removed");
	const char *name;
	json_t *value;

	*changed = false;
	json_object_foreach(answering->changes, name, value) {
		*changed |= !same(json_object_get(body, name), value);
		if (json_object_set(body, name, value))
			return error_set_memory(error);
	}
	for (size_t i = 0; i < json_array_size(removed); i++)
		*changed |= json_object_del(body, json_string_value(json_array_get(removed, i))) == 0;
	return QORGAN_OK;
}

/* That others changed the object meanwhile, elsewhere, is worth a word. */
static void base_tell(struct qorgan_change *change, const struct answering *answering,
                      const struct change_object *object)
{
	json_int_t base = json_integer_value(json_object_get(answering->body, "base"));
	const char *state = member_text(answering->body, "base_state");

	if (state && strcmp(state, vault_state(change->store)) == 0 && base < object->base)
		snprintf(change->warning, sizeof change->warning, "%s was changed since the version %lld that the proposal started "
		         "from, in other fields than those proposed", object->name, (long long)base);
}

int qorgan_change_proposal_accept(struct qorgan_change *change, const char *id, struct qorgan_error *error)
{
	struct answering answering = { 0 };
	struct buffer names = { 0 };
	struct change_object *object = NULL;
	bool changed = false;
	int code = answering_open(change, id, &answering, error);

	if (!code)
		code = qorgan_change_object(change, member_text(answering.body, "subject"), answering.object, QORGAN_EDIT, 0,
		                            error);
	if (!code) {
		object = change->current;
		code = object_check(change, object, error);
	}
	if (!code) {
		conflicts_find(&answering, object->body, &names);
		if (names.size)
			code = error_set(error, QORGAN_BUSY, "%s was changed since proposal %s was made, in what it would change: %s. "
			                 "Compare them (qorgan proposal show %s) and edit it yourself, or decline", object->name, id,
			                 buffer_text(&names), id);
	}
	if (!code)
		code = values_apply(&answering, object->body, &changed, error);
	if (!code) {
		base_tell(change, &answering, object);
		code = answer_fill(change, &answering, "accepted", error);
	}
	if (!code && !put(change->current->body, "made", json_integer(object->base + changed)))
		code = error_set_memory(error);
	buffer_free(&names);
	answering_free(&answering);
	return code;
}

int qorgan_change_proposal_decline(struct qorgan_change *change, const char *id, const char *reason,
                                   struct qorgan_error *error)
{
	struct answering answering = { 0 };
	int code = reason && *reason ? answering_open(change, id, &answering, error)
	                             : error_set(error, QORGAN_USAGE, "say why %s is declined: --reason TEXT", id);

	if (!code)
		code = answer_fill(change, &answering, "declined", error);
	if (!code)
		code = qorgan_change_set(change, "reason", reason, error);
	answering_free(&answering);
	return code;
}
