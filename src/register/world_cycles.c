/* The dependencies of measures: none may lead back to itself. */
#include "register/world_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/input.h"

/* The dependencies of one measure of the change, as "id\0id\0". */
struct dependent {
	char id[RECORD_ID_LIMIT];
	char *needs;
	size_t needs_size;
	const char *file;
	size_t line;
	int mark; /* of the search for cycles: 0 new, 1 on the way, 2 done */
};

int dependencies_add(struct world *world, const char *id, const json_t *list, struct qorgan_error *error)
{
	struct dependent row = { .file = world->file, .line = world->line };
	struct buffer needs = { 0 };
	size_t index;
	json_t *value;

	json_array_foreach (list, index, value)
		buffer_append(&needs, json_string_value(value), json_string_length(value) + 1);
	strncpy(row.id, id, sizeof row.id - 1);
	row.needs_size = needs.size;
	row.needs = buffer_take(&needs);
	uint32_t index_of = (uint32_t)(world->dependents.size / sizeof row);
	if (row.needs)
		buffer_append(&world->dependents, &row, sizeof row);
	if (!row.needs || world->dependents.failed) {
		free(row.needs);
		return error_set_memory(error);
	}
	uint64_t hash = id_set_hash(&world->dependent_places, "measure", span_of(id));
	return id_set_add(&world->dependent_places, hash, index_of) ? QORGAN_OK : error_set_memory(error);
}

static struct dependent *dependent_find(struct world *world, const char *id)
{
	uint32_t place;

	if (!id_set_get(&world->dependent_places, id_set_hash(&world->dependent_places, "measure", span_of(id)), &place))
		return NULL;
	return (struct dependent *)(void *)world->dependents.data + place;
}

/* A measure that is not part of the change enters the search with what the
 * store holds of it. */
static struct dependent *dependent_read(struct world *world, const char *id)
{
	const struct schema *schema = schema_find("measure", 7);
	json_t *body = NULL;
	uint32_t changed = 0;

	id_set_get(&world->known, id_set_hash(&world->known, "measure", span_of(id)), &changed);
	if (changed || !world->view || vault_get(world->view, schema, span_of(id), 0, &world->record, NULL) ||
	    input_parse(world->record.record.body, &body, NULL))
		return NULL;
	const json_t *list = json_object_get(body, "dependencies");
	bool added = json_array_size(list) > 0 && !dependencies_add(world, id, list, NULL);
	json_decref(body);
	return added ? dependent_find(world, id) : NULL;
}

/* Looks for a way from `at` back to a measure on the way; its id, or NULL. The
 * depth is bounded, as each step goes one measure further. */
static const char *cycle_find(struct world *world, size_t at, unsigned depth)
{
	const char *found = NULL;
	struct dependent *row = (struct dependent *)(void *)world->dependents.data + at;

	if (row->mark == 2 || depth > 10000)
		return NULL;
	row->mark = 1;
	const char *needs = row->needs, *end = row->needs + row->needs_size;
	for (const char *need = needs; need < end && !found; need += strlen(need) + 1) {
		struct dependent *next = dependent_find(world, need);
		if (!next)
			next = dependent_read(world, need);
		if (!next)
			continue;
		if (next->mark == 1)
			found = need;
		else
			found = cycle_find(world, (size_t)(next - (struct dependent *)(void *)world->dependents.data), depth + 1);
	}
	((struct dependent *)(void *)world->dependents.data)[at].mark = 2; /* the table may have moved */
	return found;
}

size_t dependencies_settle(struct world *world, world_fault fault, void *context)
{
	size_t faults = 0, changed = world->dependents.size / sizeof(struct dependent);
	char text[RECORD_ID_LIMIT + 120];

	for (size_t i = 0; i < changed; i++) {
		const char *id = cycle_find(world, i, 0);
		const struct dependent *row = (const struct dependent *)(const void *)world->dependents.data + i;
		if (!id)
			continue;
		snprintf(text, sizeof text, language_said("%s depends on itself by way of others"), id);
		fault(context, row->file, row->line, "dependencies", text);
		faults++;
	}
	return faults;
}

void dependencies_free(struct world *world)
{
	struct dependent *rows = (struct dependent *)(void *)world->dependents.data;

	for (size_t i = 0; i < world->dependents.size / sizeof *rows; i++)
		free(rows[i].needs);
	buffer_free(&world->dependents);
	id_set_free(&world->dependent_places);
}
