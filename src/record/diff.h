/* What changed between two versions, field by field. */
#ifndef RECORD_DIFF_H
#define RECORD_DIFF_H

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

/* Told for each leaf that differs, in the schema's order: path such as
 * "title.ru", "residual.impact", "support", "milestones[m2].due" (elements of a
 * list of groups are matched by their `id` where the group has one, else by
 * place). `before` and `after` are raw canonical JSON, or { NULL, 0 } if absent. */
typedef void (*diff_change)(void *context, const char *path, const struct field *field, struct span before,
                            struct span after);

/* diff_bodies(schema, before, after, change, context): the bodies are canonical
 * objects, `before` may be empty (all is new). Returns the number of changes. */
size_t diff_bodies(const struct schema *schema, struct span before, struct span after, diff_change change,
                   void *context);

#endif
