/* Validation of a body against its schema table, and the normal form of what
 * people write: marking prefix, states by any of their names, sorted sets. */
#ifndef RECORD_VALIDATE_H
#define RECORD_VALIDATE_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

/* What the schema cannot know. Every function may be NULL: then all is taken
 * as it is written. */
struct validate_world {
	void *context;
	/* The code of a state or observer written in any way that is accepted;
	 * false if unknown. `code` has room for 65 bytes. */
	bool (*find_party)(void *context, struct span name, char *code, bool *observer);
	/* An object referred to from `path` of the object being validated. Returns
	 * false to have it reported as unknown at once. */
	bool (*refer)(void *context, const char *kind, struct span id, const char *path);
	/* The body was logged: what is not in its normal form is a fault. */
	bool logged;
};

/* Told once for every fault: path such as "milestones[2].due", and what is
 * wrong and what would be right. */
typedef void (*validate_fault)(void *context, const char *path, const char *text);

/* validate_body(schema, id, body, world, fault, context): check every member and
 * bring values to their normal form in place. Tells every fault, not the first
 * alone; returns their number. Empty strings, maps and lists are removed.
 * Includes the rules between the fields of one object: residual impact = highest
 * of the impacts (filled in when absent), inherent >= residual when both are
 * given, acceptance if treatment is accept, due after start, due_reason if due
 * is not original_due (filled in from due when absent), milestone and indicator
 * ids unique, lead not among support or abstaining, on-hold, cancelled and
 * declined with reason, completed and verified mean progress 100 (filled in
 * when absent), language tags, ... A marking TLP:RED beside a release list is no
 * fault: the writer is warned, and export goes by the marking. */
size_t validate_body(const struct schema *schema, struct span id, json_t *body,
                     const struct validate_world *world, validate_fault fault, void *context);

/* validate_marking(text, label): the label with its prefix ("amber" gives
 * "TLP:AMBER"), or NULL. Static text. */
const char *validate_marking(struct span text);
/* validate_marking_rank(label): 0 for TLP:CLEAR to 4 for TLP:RED; -1 if unknown. */
int validate_marking_rank(struct span label);

#endif
