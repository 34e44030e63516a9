/* Taking up what another state kept until it handed it over: the own version that
 * goes on from there, and says from where. */
#include <string.h>

#include "record/input.h"
#include "register/authority.h"
#include "register/change_internal.h"

/* What comes of the body when it is taken up: it says whose version it was. */
static int body_take(struct change_object *object, const struct record *from, struct qorgan_error *error)
{
	json_t *body = NULL;
	int code = input_parse(from->body, &body, error);

	if (code)
		return code;
	json_t *taken = json_pack("{s:s%,s:I}", "state", from->owner.data, from->owner.size, "version",
	                          (json_int_t)from->version);
	if (!taken || json_object_set_new(body, "taken_from", taken) != 0) {
		json_decref(body);
		return error_set_memory(error);
	}
	json_decref(object->body);
	object->body = body;
	return QORGAN_OK;
}

/* The version of the own object of that id, which the change goes on from; 0 if
 * there never was one. */
static int own_version(struct qorgan_change *change, const struct change_object *object, uint32_t *version,
                       struct qorgan_error *error)
{
	struct vault_place place = { 0 };
	int code = vault_find_own(world_view(change->world), object->schema, span_of(object->id), &place, error);

	*version = place.version;
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int may_take(struct qorgan_change *change, const struct change_object *object, const struct record *from,
                    struct qorgan_error *error)
{
	const char *state = vault_state(change->store);
	char keeper[RECORD_NAME_LIMIT] = "nobody";

	if (!schema_field(object->schema->fields, "taken_from", 10))
		return error_set(error, QORGAN_USAGE, "%s cannot be taken up: a domain, a risk or a measure can", object->name);
	if (span_is(from->owner, state))
		return error_set(error, QORGAN_BAD_DATA, "%s is kept by %s already: there is nothing to take up", object->name,
		                 state);
	if (authority_named(from, keeper) && strcmp(keeper, state) == 0)
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED, "%s was not handed over to %s: by version %u of %.*s it is for %s to keep",
	                 object->name, state, from->version, (int)from->owner.size, from->owner.data, keeper);
}

int qorgan_change_take_up(struct qorgan_change *change, const char *kind, const char *id, struct qorgan_error *error)
{
	struct vault_record from = { 0 };
	uint32_t version = 0;
	const struct schema *schema = change_schema(kind, error);
	int code = schema ? change_turn(change, schema, id, QORGAN_EDIT, 0, true, error) : QORGAN_USAGE;

	if (!code)
		code = vault_get(world_view(change->world), change->current->schema, span_of(id), 0, &from, error);
	if (!code)
		code = may_take(change, change->current, &from.record, error);
	if (!code)
		code = own_version(change, change->current, &version, error);
	if (!code)
		code = body_take(change->current, &from.record, error);
	if (!code)
		change->current->base = version;
	vault_record_free(&from);
	return code;
}
