/* What a field takes, in a word, for help and completion. */
#ifndef REGISTER_ARGUMENT_H
#define REGISTER_ARGUMENT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "record/schema.h"

/* argument_write(field, many, to): "TEXT", "DATE", "1-5", "STATE"; with `many`
 * "STATE,…" where several may be given. Nothing for a flag. */
void argument_write(const struct field *field, bool many, struct buffer *to);

/* argument_words(field): the values it takes, or NULL if there is no telling. */
const char *const *argument_words(const struct field *field);

#endif
