/* Objects written in the formats that input.h reads back. */
#ifndef RECORD_OUTPUT_H
#define RECORD_OUTPUT_H

#include "base/buffer.h"
#include "base/error.h"
#include "record/record.h"

/* output_object(record, extra, to): append {"kind":…,"id":…, extra…, body's members}
 * as one JSON object without a newline; `extra` is raw JSON members, such as
 * "\"version\":3", or empty. */
void output_object(const struct record *record, struct span extra, struct buffer *to);

/* The columns of a kind in CSV: `kind`, `id`, then every leaf of the schema that
 * is not inside a list of groups, in the schema's order: text as one column per
 * language ("title.en"), groups as "residual.likelihood", lists of scalars in
 * one cell joined by ';', lists of groups as canonical JSON in one cell. Which
 * languages occur must be known before the head is written. */
struct output_columns;
int output_columns_make(const struct schema *schema, const char *const *languages, size_t count,
                        struct output_columns **columns, struct qorgan_error *error);
void output_columns_free(struct output_columns *columns);
void output_csv_head(const struct output_columns *columns, struct buffer *to);
void output_csv_row(const struct output_columns *columns, const struct record *record, struct buffer *to);

/* output_csv_cell(text, to): append one cell, quoted where RFC 4180 asks for it. */
void output_csv_cell(struct span text, struct buffer *to);

#endif
