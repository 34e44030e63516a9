/* Which state keeps an object, as its body says: a domain and a risk are their
 * coordinator's, a measure is its lead's. */
#ifndef REGISTER_KEEPER_H
#define REGISTER_KEEPER_H

#include "base/buffer.h"
#include "record/schema.h"

/* keeper_field(schema): "coordinator" or "lead"; NULL for a kind that is kept
 * otherwise. */
const char *keeper_field(const struct schema *schema);

/* keeper_read(schema, body, scratch, state): the state that the body, canonical
 * JSON, names as its keeper; false if it names none. Lies in `body` or `scratch`. */
bool keeper_read(const struct schema *schema, struct span body, struct buffer *scratch, struct span *state);

#endif
