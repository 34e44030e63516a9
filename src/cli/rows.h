/* Listings as a table, as CSV or as JSON. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include "cli/call.h"
#include "cli/output.h"
#include "cli/table.h"

enum rows_format { ROWS_TABLE, ROWS_CSV, ROWS_JSON };
extern const char *const rows_format_words[];

/* Initialise with { 0 }. */
struct rows {
	struct call *call;
	enum rows_format format;
	struct table table;
	uint64_t count;
	struct buffer line;
};

/* rows_format(call): by --format, else by --json. */
enum rows_format rows_format(const struct call *call);
/* rows_begin(rows, call, format): prepare to write to standard output. */
void rows_begin(struct rows *rows, struct call *call, enum rows_format format);
/* rows_head, rows_row: for qorgan_list and qorgan_search; the context is rows. */
int rows_head(void *context, const struct qorgan_column *columns, size_t count);
int rows_row(void *context, const struct qorgan_row *row);
/* rows_end(rows, code, none): finish what was begun; says `none` if there was no
 * row. Returns the code. */
int rows_end(struct rows *rows, int code, const char *none);

#endif
