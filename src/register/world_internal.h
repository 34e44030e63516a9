/* The world as its files share it. */
#ifndef REGISTER_WORLD_INTERNAL_H
#define REGISTER_WORLD_INTERNAL_H

#include "register/teams.h"
#include "register/world.h"

struct world {
	struct qorgan_store *vault;
	struct vault_view *view;
	struct parties *parties;
	struct teams teams;
	struct id_set known;      /* part of the change: 1, or of a measure the number of its team; 0: found in the store */
	struct buffer pending;    /* of struct pending */
	size_t pending_before;    /* its size before the last validation */
	struct buffer dependents; /* of struct dependent */
	struct id_set dependent_places; /* measure to its index in dependents */
	struct vault_record record;
	struct qorgan_error failure;
	/* of the object that is being validated */
	const char *file;
	size_t line;
	bool missed_state;
	bool planned; /* `record` holds the version before of the measure */
};

/* dependencies_add(world, id, list, error): those of one measure of the change. */
int dependencies_add(struct world *world, const char *id, const json_t *list, struct qorgan_error *error);
/* dependencies_settle(world, fault, context): tell the measures that depend on
 * themselves by way of others; returns their number. */
size_t dependencies_settle(struct world *world, world_fault fault, void *context);
void dependencies_free(struct world *world);

#endif
