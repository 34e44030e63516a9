/* What a database needs before stores can be made in it. */
#ifndef ENGINE_POSTGRES_SCHEMA_H
#define ENGINE_POSTGRES_SCHEMA_H

#include "base/buffer.h"

/* engine_schema_print(to): the tables, roles and rights in SQL; fails by to->failed. */
void engine_schema_print(struct buffer *to);

#endif
