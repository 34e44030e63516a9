/* Whose version of an object counts: a risk's coordinator keeps it, a measure's
 * lead, a report's or an assessment's own state. */
#ifndef REGISTER_AUTHORITY_H
#define REGISTER_AUTHORITY_H

#include <stdbool.h>

#include "record/record.h"

/* authority_named(record, state): the state that keeps the object by what this version
 * says: the coordinator of a domain or risk, the lead of a measure, the state behind the
 * slash in the id of a status or assessment, the state that proposes or answers. False if it names none, or if objects of
 * that kind have no authority: then any state's version stands for itself. */
bool authority_named(const struct record *record, char state[RECORD_NAME_LIMIT]);

/* authority_field(kind): the field that names it; NULL if there is none. */
const char *authority_field(struct span kind);
/* authority_is_fixed(schema): whether it never passes on to another state: the id of such
 * an object says whose it is. */
bool authority_is_fixed(const struct schema *schema);

#endif
