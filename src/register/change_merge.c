/* Two who change the same object: who did what meanwhile, and both put together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "record/diff.h"
#include "record/merge.h"
#include "register/change_internal.h"

#define PATHS_TOLD 5

/* ---- Who did what ------------------------------------------------------------------- */

struct paths {
	struct buffer text;
	size_t count;
};

static void path_add(void *context, const char *path, const struct field *field, struct span before, struct span after)
{
	struct paths *paths = context;

	(void)field, (void)before, (void)after;
	if (paths->count++ < PATHS_TOLD)
		buffer_append_format(&paths->text, "%s%s", paths->text.size ? ", " : "", path);
}

/* Each once, in the order in which they came. */
static void user_add(struct buffer *users, struct span user)
{
	char name[RECORD_NAME_LIMIT];

	span_copy_into(user, name, sizeof name);
	for (size_t at = 0; at < users->size; at += strlen(users->data + at) + 1)
		if (strcmp(users->data + at, name) == 0)
			return;
	buffer_append(users, name, strlen(name) + 1);
}

/* "a.karimova, b.aliyev" in the place of names that each end with a zero. */
static void users_join(const struct buffer *users, struct buffer *to)
{
	for (size_t at = 0; at < users->size; at += strlen(users->data + at) + 1)
		buffer_append_format(to, "%s%s", at ? ", " : "", users->data + at);
}

int change_users(struct qorgan_change *change, const struct schema *schema, const char *id, uint32_t base, uint32_t version,
                 char *names, size_t size, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct buffer users = { 0 }, joined = { 0 };
	int code = QORGAN_OK;

	for (uint32_t number = base + 1; number <= version && !code; number++) {
		code = vault_get(world_view(change->world), schema, span_of(id), number, &record, error);
		if (!code)
			user_add(&users, record.record.user);
		else if (code == QORGAN_ABSENT) /* of what was lost or forgotten nobody is named */
			code = QORGAN_OK;
	}
	users_join(&users, &joined);
	if (!code && (users.failed || joined.failed))
		code = error_set_memory(error);
	snprintf(names, size, "%s", buffer_text(&joined));
	vault_record_free(&record);
	buffer_free(&users);
	buffer_free(&joined);
	return code;
}

int change_meanwhile(struct qorgan_change *change, const struct change_object *object, uint32_t base, uint32_t version,
                     struct qorgan_error *error)
{
	struct vault_record then = { 0 }, now = { 0 };
	char names[400] = "";
	struct paths paths = { 0 };
	struct vault_view *view = world_view(change->world);
	int code = vault_get(view, object->schema, span_of(object->id), version, &now, error);

	if (!code && base < version) {
		int found = vault_get(view, object->schema, span_of(object->id), base, &then, error);
		code = found == QORGAN_ABSENT ? QORGAN_OK : found;
		if (!found)
			diff_bodies(object->schema, then.record.body, now.record.body, path_add, &paths);
	}
	if (!code)
		code = change_users(change, object->schema, object->id, base, version, names, sizeof names, error);
	if (paths.count > PATHS_TOLD)
		buffer_append_format(&paths.text, ", ...");
	if (!code && paths.text.failed)
		code = error_set_memory(error);
	if (!code && paths.count)
		code = error_set(error, QORGAN_BUSY, "%s was changed meanwhile: it is at version %u, not %u; %s changed %s, last on %.*s; "
		                 "look at it and try again", object->name, version, base, names,
		                 buffer_text(&paths.text), (int)now.record.time.size, now.record.time.data);
	else if (!code)
		code = error_set(error, QORGAN_BUSY, "%s was changed meanwhile: it is at version %u, not %u; look at it and try again",
		                 object->name, version, base);
	vault_record_free(&then);
	vault_record_free(&now);
	buffer_free(&paths.text);
	return code;
}

/* ---- Both put together ------------------------------------------------------------------ */

int qorgan_change_from(struct qorgan_change *change, const char *kind, const char *id, uint32_t base,
                       struct qorgan_error *error)
{
	uint32_t found;
	int code = qorgan_change_object(change, kind, id, QORGAN_EDIT, 0, error);
	struct change_object *object = change->current;

	if (code)
		return code;
	if (object->ancestor || object->theirs)
		return error_set(error, QORGAN_USAGE, "%s was turned to before in this change", object->name);
	if (base > object->base)
		return error_set(error, QORGAN_ABSENT, "%s has no version %u: the newest is %u", object->name, base, object->base);
	if (base)
		code = change_body(change, object->schema, object->id, base, &object->ancestor, &found, error);
	else if (!(object->ancestor = json_object()))
		code = error_set_memory(error);
	if (code == QORGAN_ABSENT)
		return error_set(error, code, "version %u of %s is not there any more", base, object->name);
	if (code)
		return code;
	object->theirs = object->body;
	object->body = json_deep_copy(object->ancestor);
	return object->body ? QORGAN_OK : error_set_memory(error);
}

struct telling {
	qorgan_conflict_row row;
	void *context;
	size_t count;
	bool failed; /* without memory */
};

static char *text_of(struct telling *telling, const json_t *value)
{
	char *text = value ? memory_json_text(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	telling->failed |= value && !text;
	return text;
}

static void conflict_tell(void *context, const char *path, const struct field *field, const json_t *base,
                          const json_t *theirs, const json_t *mine)
{
	struct telling *telling = context;
	char *texts[3] = { text_of(telling, base), text_of(telling, theirs), text_of(telling, mine) };
	const struct qorgan_field_conflict conflict = { path, field->label, texts[0], texts[1], texts[2] };

	telling->count++;
	if (telling->row)
		telling->row(telling->context, &conflict);
	for (unsigned i = 0; i < 3; i++)
		free(texts[i]);
}

int qorgan_change_merge(struct qorgan_change *change, qorgan_conflict_row row, void *context, size_t *conflicts,
                        struct qorgan_error *error)
{
	struct change_object *object = change->current;
	struct telling telling = { .row = row, .context = context };

	if (!object || !object->theirs)
		return error_set(error, QORGAN_USAGE, "no object was turned to at an earlier version");
	json_t *merged = merge_bodies(object->schema, object->ancestor, object->theirs, object->body, conflict_tell, &telling);
	if (!merged || telling.failed) {
		json_decref(merged);
		return error_set_memory(error);
	}
	json_decref(object->body);
	json_decref(object->ancestor);
	json_decref(object->theirs);
	object->body = merged;
	object->ancestor = object->theirs = NULL;
	*conflicts = telling.count;
	return QORGAN_OK;
}
