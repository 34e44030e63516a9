/* Two changes of the same version put together. */
#ifndef RECORD_MERGE_H
#define RECORD_MERGE_H

#include <jansson.h>

#include "record/schema.h"

/* Told of each place that both changed, and not alike: path as of record/diff.h; a value is NULL where it is absent. */
typedef void (*merge_conflict)(void *context, const char *path, const struct field *field, const json_t *base,
                               const json_t *theirs, const json_t *mine);

/* merge_bodies(schema, base, theirs, mine, conflict, context): the body that holds what either changed of `base`: a new
 * reference, NULL without memory. Texts are put together by language, groups by member, sets by what was added and taken
 * away, lists of groups by their ids; any other value is one place. In a conflict it holds mine. */
json_t *merge_bodies(const struct schema *schema, const json_t *base, const json_t *theirs, const json_t *mine,
                     merge_conflict conflict, void *context);

#endif
