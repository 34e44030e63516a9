/* What the validation of one change must know of other objects: the states, the
 * objects that exist or come into being in the same change, and the measures'
 * dependencies. */
#ifndef REGISTER_WORLD_H
#define REGISTER_WORLD_H

#include <jansson.h>

#include "record/validate.h"
#include "register/id_set.h"
#include "register/parties.h"
#include "store/vault.h"

struct world;

/* world_make(vault, world, error): opens a view of the vault, or of nothing if
 * vault is NULL. The caller frees it. */
int world_make(struct qorgan_store *vault, struct world **world, struct qorgan_error *error);
void world_free(struct world *world);
struct vault_view *world_view(struct world *world);
struct parties *world_parties(struct world *world);

/* world_validate(world, schema, id, body, place, line, fault, context): validate
 * a body and bring it to its normal form, after what an earlier version fixes
 * was carried over (the first due date, states that took part). References to
 * objects that are not there yet, and reports of states that take no part yet,
 * are kept with `file` and `line` (which outlive the world) until world_settle.
 * Returns the number of faults, each told. */
typedef void (*world_fault)(void *context, const char *file, size_t line, const char *place, const char *text);
size_t world_validate(struct world *world, const struct schema *schema, struct span id, json_t *body,
                      const char *file, size_t line, world_fault fault, void *context);

/* world_retract(world): what the last world_validate found is forgotten, as it
 * will be done again. */
void world_retract(struct world *world);

/* world_missed_state(world): whether the last world_validate met the name of a
 * state that is not known, or not known yet. */
bool world_missed_state(const struct world *world);

/* world_add(world, schema, id, body): the object is part of the change. */
int world_add(struct world *world, const struct schema *schema, const char *id, const json_t *body,
              struct qorgan_error *error);

/* world_settle(world, fault, context): once all is added: tell the references
 * that lead nowhere, the reports of states without a part, and the cycles among dependencies. Returns their number. */
size_t world_settle(struct world *world, world_fault fault, void *context);

/* world_failure(world): out of memory or damage met by any of the above: its
 * code, with the message in *error; QORGAN_OK if none. */
int world_failure(const struct world *world, struct qorgan_error *error);

#endif
