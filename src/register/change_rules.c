/* Rules that look beyond one object: a report belongs to its measure, a
 * verification to another user than the claim. */
#include <stdio.h>
#include <string.h>

#include "record/reader.h"
#include "register/change_internal.h"
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
	char text[200], place[64];

	for (size_t i = 0; i < json_array_size(told); i++) {
		const json_t *id = json_object_get(json_array_get(told, i), "id");
		bool known = false;
		for (size_t j = 0; j < json_array_size(planned); j++)
			known |= json_equal(json_object_get(json_array_get(planned, j), "id"), id);
		if (known)
			continue;
		snprintf(text, sizeof text, "the measure has no %.*s %.64s", (int)strlen(part) - 1, part, json_string_value(id));
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
	char text[200];

	if (!json_equal(json_object_get(plan, "lead"), state) && !list_has(json_object_get(plan, "support"), state)) {
		snprintf(text, sizeof text, "%.64s takes no part in %.*s: assign it first", code, (int)measure_size, object->id);
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
		why = verification_refusal(world_view(change->world), span_of(object->id), user);
	if (why)
		fault(context, object->name, 0, "status", why);
}

json_t *change_plan(struct qorgan_change *change, const char *id)
{
	const struct schema *measure = schema_find("measure", 7);
	const struct change_object *changed = change_find(change, measure, id);
	json_t *plan = NULL;
	uint32_t version;

	if (changed)
		return json_incref(changed->body);
	return change_body(change, measure, id, 0, &plan, &version, NULL) ? NULL : plan;
}

void change_rules(struct qorgan_change *change, const struct change_object *object, world_fault fault, void *context)
{
	char id[RECORD_ID_LIMIT];

	if (strcmp(object->schema->kind, "status") != 0)
		return;
	snprintf(id, sizeof id, "%.*s", (int)strcspn(object->id, "/"), object->id);
	json_t *plan = change_plan(change, id);
	if (!plan)
		return; /* a missing measure is told by the references */
	participation_check(object, plan, fault, context);
	parts_check(object, plan, "milestones", fault, context);
	parts_check(object, plan, "indicators", fault, context);
	verification_check(change, object, fault, context);
	json_decref(plan);
}
