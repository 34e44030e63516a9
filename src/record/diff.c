/* What changed between two bodies, walking both with the schema. */
#include "record/diff.h"

#include <string.h>

#include "record/reader.h"

struct walk {
	diff_change change;
	void *context;
	struct buffer path;
	size_t count;
};

static void walk_fields(struct walk *walk, const struct field *fields, struct span before, struct span after);

static void tell(struct walk *walk, const struct field *field, struct span before, struct span after)
{
	walk->count++;
	if (walk->change)
		walk->change(walk->context, buffer_text(&walk->path), field, before, after);
}

/* Adds a step to the path; the result is what path_leave takes back to. */
static size_t path_enter(struct walk *walk, const char *separator, struct span name)
{
	size_t size = walk->path.size;

	if (size > 0)
		buffer_append_text(&walk->path, separator);
	buffer_append_span(&walk->path, name);
	return size;
}

static void path_leave(struct walk *walk, size_t size)
{
	walk->path.size = size;
	if (walk->path.data)
		walk->path.data[size] = '\0';
}

static struct span find(struct span object, const char *name)
{
	struct span value = { NULL, 0 };

	reader_find(object, name, &value);
	return value;
}

static int span_order(struct span a, struct span b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	if (order)
		return order;
	return a.size < b.size ? -1 : a.size > b.size;
}

/* Text by language: both maps are sorted, so they are merged. */
static void walk_text(struct walk *walk, const struct field *field, struct span before, struct span after)
{
	struct reader old, new;
	struct span old_name, new_name, old_value, new_value, none = { NULL, 0 };

	reader_open(before, &old);
	reader_open(after, &new);
	bool has_old = reader_member(&old, &old_name, &old_value);
	bool has_new = reader_member(&new, &new_name, &new_value);
	while (has_old || has_new) {
		int order = !has_new ? -1 : !has_old ? 1 : span_order(old_name, new_name);
		size_t size = path_enter(walk, ".", order <= 0 ? old_name : new_name);
		struct span from = order <= 0 ? old_value : none, to = order >= 0 ? new_value : none;
		if (!span_equal(from, to))
			tell(walk, field, from, to);
		path_leave(walk, size);
		if (order <= 0)
			has_old = reader_member(&old, &old_name, &old_value);
		if (order >= 0)
			has_new = reader_member(&new, &new_name, &new_value);
	}
}

/* The element of a list with that id, or at that place if there is no id. */
static struct span find_element(struct span list, struct span id, size_t place)
{
	struct reader reader;
	struct span element;

	reader_open(list, &reader);
	for (size_t i = 0; reader_element(&reader, &element); i++)
		if (id.data ? span_equal(find(element, "id"), id) : i == place)
			return element;
	return (struct span){ NULL, 0 };
}

static void walk_element(struct walk *walk, const struct field *field, struct span id, size_t place, struct span before,
                         struct span after)
{
	size_t size = walk->path.size;

	if (id.size >= 2)
		buffer_append_format(&walk->path, "[%.*s]", (int)(id.size > 82 ? 80 : id.size - 2), id.data + 1);
	else
		buffer_append_format(&walk->path, "[%zu]", place);
	if (!span_equal(before, after))
		walk_fields(walk, field->fields, before, after);
	path_leave(walk, size);
}

/* Groups in a list: those there now, in their order, then those that are gone.
 * If none differs, their order does, and the list itself is told. */
static void walk_groups(struct walk *walk, const struct field *field, struct span before, struct span after)
{
	bool has_id = schema_field(field->fields, "id", 2) != NULL;
	struct reader reader;
	struct span element, id = { NULL, 0 }, none = { NULL, 0 };
	size_t told = walk->count;

	reader_open(after, &reader);
	for (size_t i = 0; reader_element(&reader, &element); i++) {
		id = has_id ? find(element, "id") : none;
		walk_element(walk, field, id, i, find_element(before, id, i), element);
	}
	reader_open(before, &reader);
	for (size_t i = 0; reader_element(&reader, &element); i++) {
		id = has_id ? find(element, "id") : none;
		if (!find_element(after, id, i).data)
			walk_element(walk, field, id, i, element, none);
	}
	if (walk->count == told)
		tell(walk, field, before, after);
}

static void walk_field(struct walk *walk, const struct field *field, struct span before, struct span after)
{
	bool is_list = field->flags & FIELD_LIST;

	if (field->type == FIELD_GROUP && is_list)
		walk_groups(walk, field, before, after);
	else if (field->type == FIELD_GROUP)
		walk_fields(walk, field->fields, before, after);
	else if (field->type == FIELD_TEXT && !is_list)
		walk_text(walk, field, before, after);
	else
		tell(walk, field, before, after);
}

static void walk_fields(struct walk *walk, const struct field *fields, struct span before, struct span after)
{
	for (const struct field *field = fields; field->name; field++) {
		struct span from = find(before, field->name), to = find(after, field->name);
		if (span_equal(from, to))
			continue;
		size_t size = path_enter(walk, ".", span_of(field->name));
		walk_field(walk, field, from, to);
		path_leave(walk, size);
	}
}

size_t diff_bodies(const struct schema *schema, struct span before, struct span after, diff_change change,
                   void *context)
{
	struct walk walk = { .change = change, .context = context };

	walk_fields(&walk, schema->fields, before, after);
	buffer_free(&walk.path);
	return walk.count;
}
