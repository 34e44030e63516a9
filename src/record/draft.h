/* Setting fields by name and text, as command options and CSV columns do. */
#ifndef RECORD_DRAFT_H
#define RECORD_DRAFT_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/error.h"
#include "record/schema.h"

/* draft_set(schema, body, path, text, language, error): set one field. Path is
 * a member name with '-' or '_', then ".member" for groups and ".language" for
 * text: "title.ru", "residual.likelihood", "due", "support". A text without a
 * language takes `language`. Lists: "KAZ,UZB" (or ';'); of groups: a JSON array,
 * or one JSON object, or "key=value,key=value" which is appended. "+X" appends
 * to a list or set, "-X" removes from it (X is listed values; in "+A,-B,C" each
 * may bear its own sign, else it has that of the one before). An empty text
 * removes the field. A unique prefix of a name is accepted. QORGAN_USAGE for an
 * unknown field, with the nearest name; QORGAN_BAD_DATA for a value of another
 * type. Full validation comes later. */
int draft_set(const struct schema *schema, json_t *body, const char *path, const char *text, const char *language,
              struct qorgan_error *error);

/* draft_set_cell(schema, body, column, text, error): the same for a cell of CSV,
 * which is data: '+' and '-' begin a value like any other character, the column
 * is a whole name, and text needs its language. An empty cell sets nothing. The
 * message does not repeat the column. */
int draft_set_cell(const struct schema *schema, json_t *body, const char *column, const char *text,
                   struct qorgan_error *error);

/* draft_find_column(schema, column): the row that a column's path leads to, or
 * NULL if it is no column of the schema. */
const struct field *draft_find_column(const struct schema *schema, const char *column);

#endif
