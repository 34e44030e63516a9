/* Rules that look beyond one object: a report belongs to its measure, a
 * verification to another user than the claim. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "record/input.h"
#include "register/change_internal.h"
#include "register/listing_parts.h"
#include "register/verification.h"

static bool list_has(const json_t *list, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), value))
			return true;
	return false;
}

/* Ids of milestones and indicators in a report must be those of the plan. */
static void parts_check(const struct change_object *object, const json_t *plan, const char *part, world_fault fault,
                        void *context)
{
	const json_t *planned = json_object_get(plan, part), *told = json_object_get(object->body, part);
	char text[600], place[64];

	for (size_t i = 0; i < json_array_size(told); i++) {
		const json_t *id = json_object_get(json_array_get(told, i), "id");
		bool known = false;
		for (size_t j = 0; j < json_array_size(planned); j++)
			known |= json_equal(json_object_get(json_array_get(planned, j), "id"), id);
		if (known)
			continue;
		snprintf(text, sizeof text, language_said("the measure has no %.*s %.64s"), (int)strlen(part) - 1, part,
		         json_string_value(id));
		snprintf(place, sizeof place, "%s[%zu].id", part, i);
		fault(context, object->name, 0, place, text);
	}
}

static void participation_check(const struct change_object *object, const json_t *plan, world_fault fault,
                                void *context)
{
	size_t measure_size = strcspn(object->id, "/");
	const char *code = object->id[measure_size] ? object->id + measure_size + 1 : "";
	json_t *state = json_string(code);
	char text[600];

	if (!json_equal(json_object_get(plan, "lead"), state) && !list_has(json_object_get(plan, "support"), state)) {
		snprintf(text, sizeof text, language_said("%.64s takes no part in %.*s: assign it first"), code, (int)measure_size,
		         object->id);
		fault(context, object->name, 0, "", text);
	}
	json_decref(state);
}

static void verification_check(struct qorgan_change *change, const struct change_object *object, world_fault fault,
                               void *context)
{
	const char *word = json_string_value(json_object_get(object->body, "status"));
	const char *user = change->user ? change->user : vault_user(change->store);
	const char *why = NULL;

	if (word && strcmp(word, "verified") == 0)
		why = verification_refusal(world_view(change->world), span_of(object->id), user, vault_user(change->store));
	if (why)
		fault(context, object->name, 0, "status", why);
}

json_t *change_whole(struct qorgan_change *change, const struct change_object *object, char owner[RECORD_NAME_LIMIT])
{
	const char *parent = object->schema->parent;
	const struct schema *schema = schema_find(parent, strlen(parent));
	struct vault_record record = { 0 };
	char id[RECORD_ID_LIMIT];
	json_t *whole = NULL;

	snprintf(id, sizeof id, "%.*s", (int)strcspn(object->id, "/"), object->id);
	const struct change_object *changed = change_find(change, schema, id);
	if (owner)
		snprintf(owner, RECORD_NAME_LIMIT, "%s", vault_state(change->store));
	if (changed)
		return json_incref(changed->body);
	if (!vault_get(world_view(change->world), schema, span_of(id), 0, &record, NULL) &&
	    !input_parse(record.record.body, &whole, NULL) && owner)
		snprintf(owner, RECORD_NAME_LIMIT, "%.*s", (int)record.record.owner.size, record.record.owner.data);
	vault_record_free(&record);
	return whole;
}

int change_require(struct qorgan_change *change, const char *kind, const char *id, struct qorgan_error *error)
{
	const struct schema *schema = schema_find(kind, strlen(kind));
	struct vault_place place;
	char advice[ADVICE_SIZE];
	int code = QORGAN_ABSENT;

	if (change_find(change, schema, id))
		return QORGAN_OK;
	if (record_id_check(schema, span_of(id), NULL) == QORGAN_OK)
		code = vault_find(world_view(change->world), schema, span_of(id), &place, error);
	if (code != QORGAN_ABSENT)
		return code;
	object_advice(schema, advice);
	return error_set(error, code, "there is no %s %.140s: see %s", kind, id, advice);
}

void change_rules(struct qorgan_change *change, const struct change_object *object, world_fault fault, void *context)
{
	if (strcmp(object->schema->kind, "status") != 0)
		return;
	json_t *plan = change_whole(change, object, NULL);
	if (!plan)
		return; /* a missing measure is told by the references */
	participation_check(object, plan, fault, context);
	parts_check(object, plan, "milestones", fault, context);
	parts_check(object, plan, "indicators", fault, context);
	verification_check(change, object, fault, context);
	json_decref(plan);
}
