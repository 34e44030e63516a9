/* Which measures must come before which others: those of one web of dependencies stand
 * together, each after those that it waits for. */
#include <string.h>

#include "report/compose_parts.h"

#define ROUNDS_MOST 1000 /* steps of the longest chain: one that leads back to itself has no end */

struct node {
	const struct report_measure *measure;
	size_t web;   /* the place of the first measure that hangs together with it */
	size_t depth; /* steps to it from one that waits for none */
	bool is_used;
};

struct nodes {
	struct node *items; /* by id, as bytes */
	size_t count;
};

static int compare_ids_of(const void *left, const void *right)
{
	return strcmp(((const struct node *)left)->measure->id, ((const struct node *)right)->measure->id);
}

static int compare_places(const void *left, const void *right)
{
	const struct node *a = left, *b = right;

	return a->web != b->web ? (a->web < b->web ? -1 : 1) : a->depth != b->depth ? (a->depth < b->depth ? -1 : 1) : 0;
}

/* The next id of a list "A, B"; empty at its end. */
static struct span next_id(const char **list)
{
	struct span id = { *list, strcspn(*list, ", ") };

	*list += id.size;
	*list += strspn(*list, ", ");
	return id;
}

static struct node *find_node(const struct nodes *nodes, struct span id)
{
	size_t from = 0, to = nodes->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const char *other = nodes->items[middle].measure->id;
		int order = strncmp(other, id.data, id.size);
		if (order == 0 && other[id.size] == '\0')
			return &nodes->items[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* Calls `each` for each dependency between two measures of the report, as long as one of
 * these calls changes something. */
static void settle(const struct nodes *nodes, bool (*each)(struct node *first, struct node *then))
{
	bool has_changed = true;

	for (size_t round = 0; has_changed && round < ROUNDS_MOST; round++) {
		has_changed = false;
		for (size_t i = 0; i < nodes->count; i++) {
			const char *list = nodes->items[i].measure->dependencies;
			while (*list) {
				struct node *first = find_node(nodes, next_id(&list));
				if (first && first != &nodes->items[i])
					has_changed |= each(first, &nodes->items[i]);
			}
		}
	}
}

static bool join(struct node *first, struct node *then)
{
	size_t web = first->web < then->web ? first->web : then->web;
	bool changes = first->web != then->web;

	first->web = then->web = web;
	first->is_used = then->is_used = true;
	return changes;
}

static bool deepen(struct node *first, struct node *then)
{
	if (then->depth > first->depth || first->depth >= ROUNDS_MOST)
		return false;
	then->depth = first->depth + 1;
	return true;
}

static bool start(struct compose *compose, struct nodes *nodes)
{
	const struct report_model *model = compose->model;
	struct arena *arena = &compose->document->arena;

	nodes->items = arena_take(arena, (model->measures.count + 1) * sizeof *nodes->items);
	if (!nodes->items)
		return false;
	nodes->count = model->measures.count;
	for (size_t i = 0; i < nodes->count; i++)
		nodes->items[i] = (struct node){ .measure = &model->measures.items[i],
			                             .is_used = *model->measures.items[i].dependencies };
	arena_sort(arena, nodes->items, nodes->count, sizeof *nodes->items, compare_ids_of);
	for (size_t i = 0; i < nodes->count; i++)
		nodes->items[i].web = i;
	settle(nodes, join);
	settle(nodes, deepen);
	arena_sort(arena, nodes->items, nodes->count, sizeof *nodes->items, compare_places);
	return true;
}

static void add_dependent(struct compose *compose, struct document_dependencies *to, const struct report_measure *measure)
{
	struct arena *arena = &compose->document->arena;
	struct document_dependent *dependent = arena_add(arena, &to->measures);
	const char *list = measure->dependencies;

	if (!dependent)
		return;
	dependent->id = measure->id;
	dependent->title = measure->title;
	dependent->done = strcmp(measure->word, report_word_names[REPORT_COMPLETED]) == 0 ||
	                  strcmp(measure->word, report_word_names[REPORT_VERIFIED]) == 0;
	while (*list) {
		const char **id = arena_add(arena, &dependent->first);
		if (!id)
			return;
		*id = arena_text(arena, next_id(&list));
	}
}

void compose_dependencies_figure(struct compose *compose)
{
	struct document_figure *figure = NULL;
	struct nodes nodes;

	if (!start(compose, &nodes))
		return;
	for (size_t i = 0; i < nodes.count; i++) {
		if (!nodes.items[i].is_used)
			continue;
		if (!figure && !(figure = document_add_figure(compose->document, DOCUMENT_DEPENDENCIES,
		                                              say(PHRASE_FIGURE_DEPENDENCIES),
		                                              say(PHRASE_FIGURE_DEPENDENCIES_SHOW))))
			return;
		add_dependent(compose, &figure->dependencies, nodes.items[i].measure);
	}
}
