/* Two changes of the same version put together. */
#include "record/merge.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/member.h"

#define PATH_SIZE 400

/* Where the merge is, and whom it tells of conflicts. */
struct merge {
	merge_conflict conflict;
	void *context;
	char path[PATH_SIZE];
	size_t path_size;
	bool failed; /* without memory */
};

/* One place as the three have it; NULL where it is absent. */
struct three {
	const json_t *base, *theirs, *mine;
};

static json_t *place_merge(struct merge *merge, const struct field *field, struct three at);

static bool is_same(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal(a, b));
}

static json_t *copy_of(struct merge *merge, const json_t *value)
{
	json_t *copy = value ? json_deep_copy(value) : NULL;

	merge->failed |= value && !copy;
	return copy;
}

/* A step deeper, and the way back: what does not fit is cut, as it is for messages alone. */
static size_t path_enter(struct merge *merge, const char *lead, const char *name, const char *tail)
{
	size_t before = merge->path_size;
	int size = snprintf(merge->path + before, PATH_SIZE - before, "%s%s%s", lead, name, tail);

	merge->path_size += size < 0 ? 0 : (size_t)size;
	if (merge->path_size >= PATH_SIZE)
		merge->path_size = PATH_SIZE - 1;
	return before;
}

static void path_leave(struct merge *merge, size_t before)
{
	merge->path_size = before;
	merge->path[before] = '\0';
}

/* ---- Members ---------------------------------------------------------------------- */

static void member_merge(struct merge *merge, const struct field *field, const char *name, struct three in, json_t *to)
{
	const struct three at = { json_object_get(in.base, name), json_object_get(in.theirs, name),
		                      json_object_get(in.mine, name) };
	size_t before = path_enter(merge, merge->path_size ? "." : "", name, "");
	json_t *value = place_merge(merge, field, at);

	path_leave(merge, before);
	if (value && json_object_set_new(to, name, value))
		merge->failed = true;
}

/* `fields`: what the members are, or NULL: languages of the text that `field` is. A body may have members that this
 * version of the program does not know: each is one place. */
static json_t *object_merge(struct merge *merge, const struct field *field, const struct field *fields, struct three at)
{
	const struct field word = { .type = FIELD_STRING, .label = field ? field->label : "" };
	const json_t *sides[] = { at.theirs, at.mine, at.base };
	json_t *result = json_object();

	merge->failed |= !result;
	for (unsigned i = 0; i < 3 && result; i++) {
		const char *name;
		json_t *value;
		/* The cast: jansson takes no constant object here, and changes none. */
		json_object_foreach((json_t *)sides[i], name, value) {
			const struct field *known = fields ? schema_field(fields, name, strlen(name)) : NULL;
			bool is_done = (i > 0 && json_object_get(sides[0], name)) || (i > 1 && json_object_get(sides[1], name));
			if (!is_done)
				member_merge(merge, known ? known : &word, name, at, result);
		}
	}
	return result;
}

/* ---- Lists ------------------------------------------------------------------------- */

/* What a list holds by its texts, or by the ids of its groups, so that long lists take no longer than short ones: a new
 * reference; NULL if an element has none, or that of another. */
static json_t *index_of(struct merge *merge, const json_t *list, bool by_id)
{
	json_t *index = json_object();

	merge->failed |= !index;
	for (size_t i = 0; index && i < json_array_size(list); i++) {
		json_t *element = json_array_get(list, i);
		const char *name = by_id ? member_text(element, "id") : json_string_value(element);
		bool is_new = name && !json_object_get(index, name);
		merge->failed |= is_new && json_object_set(index, name, element);
		if (!is_new) {
			json_decref(index);
			index = NULL;
		}
	}
	return index;
}

struct indexes {
	json_t *base, *theirs, *mine;
};

static bool indexes_make(struct merge *merge, struct three at, bool by_id, struct indexes *indexes)
{
	*indexes = (struct indexes){ index_of(merge, at.base, by_id), index_of(merge, at.theirs, by_id),
		                         index_of(merge, at.mine, by_id) };
	return indexes->base && indexes->theirs && indexes->mine;
}

static void indexes_free(struct indexes *indexes)
{
	json_decref(indexes->base);
	json_decref(indexes->theirs);
	json_decref(indexes->mine);
}

static int text_compare(const void *a, const void *b)
{
	const char *left = json_string_value(*(json_t *const *)a), *right = json_string_value(*(json_t *const *)b);

	return strcmp(left ? left : "", right ? right : "");
}

/* What they have but for what I took away, and what I added. Sorted, as sets are kept. */
static json_t *set_merge(struct merge *merge, const struct indexes *has, struct three at)
{
	size_t most = json_array_size(at.theirs) + json_array_size(at.mine), count = 0;
	json_t **values = calloc(most + 1, sizeof(*values)), *result = json_array();

	for (size_t i = 0; values && i < json_array_size(at.theirs); i++) {
		json_t *value = json_array_get(at.theirs, i);
		if (json_object_get(has->mine, json_string_value(value)) || !json_object_get(has->base, json_string_value(value)))
			values[count++] = value;
	}
	for (size_t i = 0; values && i < json_array_size(at.mine); i++) {
		json_t *value = json_array_get(at.mine, i);
		if (!json_object_get(has->base, json_string_value(value)) && !json_object_get(has->theirs, json_string_value(value)))
			values[count++] = value;
	}
	if (values)
		qsort(values, count, sizeof(*values), text_compare);
	merge->failed |= !values || !result;
	for (size_t i = 0; i < count && result; i++)
		merge->failed |= json_array_append(result, values[i]) != 0;
	free(values);
	if (count == 0) { /* an empty list is an absent one */
		json_decref(result);
		return NULL;
	}
	return result;
}

/* In their order, and what I added behind it. */
static json_t *elements_merge(struct merge *merge, const struct field *field, const struct indexes *has, struct three at)
{
	struct field element = *field;
	const json_t *sides[] = { at.theirs, at.mine };
	json_t *result = json_array();

	element.flags &= ~(unsigned)(FIELD_LIST | FIELD_SET);
	merge->failed |= !result;
	for (unsigned side = 0; side < 2 && result; side++)
		for (size_t i = 0; i < json_array_size(sides[side]); i++) {
			const char *id = member_text(json_array_get(sides[side], i), "id");
			const struct three place = { json_object_get(has->base, id), json_object_get(has->theirs, id),
				                       json_object_get(has->mine, id) };
			if (side && place.theirs)
				continue;
			size_t before = path_enter(merge, "[", id, "]");
			json_t *value = place_merge(merge, &element, place);
			path_leave(merge, before);
			if (value && json_array_append_new(result, value))
				merge->failed = true;
		}
	if (result && json_array_size(result) == 0) {
		json_decref(result);
		return NULL;
	}
	return result;
}

/* ---- One place ------------------------------------------------------------------------- */

static bool all_are(struct three at, bool (*is)(const json_t *value))
{
	return (!at.base || is(at.base)) && at.theirs && is(at.theirs) && at.mine && is(at.mine);
}

static bool is_object(const json_t *value)
{
	return json_is_object(value);
}

static bool is_list_or_absent(const json_t *value)
{
	return !value || json_is_array(value);
}

/* False if the elements cannot be told from each other. */
static bool list_merge(struct merge *merge, const struct field *field, struct three at, json_t **merged)
{
	bool is_set = field->flags & FIELD_SET;
	struct indexes has;

	/* That one took the whole list away says nothing of its elements. */
	if (!is_list_or_absent(at.base) || !is_list_or_absent(at.theirs) || !is_list_or_absent(at.mine) ||
	    (!is_set && (!at.theirs || !at.mine)))
		return false;
	bool is_told = indexes_make(merge, at, !is_set, &has);
	if (is_told)
		*merged = is_set ? set_merge(merge, &has, at) : elements_merge(merge, field, &has, at);
	indexes_free(&has);
	return is_told;
}

static json_t *place_merge(struct merge *merge, const struct field *field, struct three at)
{
	bool is_list = field->flags & FIELD_LIST;
	json_t *merged = NULL;

	if (is_same(at.mine, at.base))
		return copy_of(merge, at.theirs);
	if (is_same(at.theirs, at.base) || is_same(at.theirs, at.mine))
		return copy_of(merge, at.mine);
	if (!is_list && (field->type == FIELD_TEXT || field->type == FIELD_GROUP) && all_are(at, is_object))
		return object_merge(merge, field, field->type == FIELD_GROUP ? field->fields : NULL, at);
	if (is_list && (field->flags & FIELD_SET || field->type == FIELD_GROUP) && list_merge(merge, field, at, &merged))
		return merged;
	merge->conflict(merge->context, merge->path, field, at.base, at.theirs, at.mine);
	return copy_of(merge, at.mine);
}

json_t *merge_bodies(const struct schema *schema, const json_t *base, const json_t *theirs, const json_t *mine,
                     merge_conflict conflict, void *context)
{
	struct merge merge = { .conflict = conflict, .context = context };
	json_t *result = object_merge(&merge, NULL, schema->fields, (struct three){ base, theirs, mine });

	if (merge.failed) {
		json_decref(result);
		return NULL;
	}
	return result;
}
