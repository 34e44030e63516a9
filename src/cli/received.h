/* Telling what packages brought: a table or JSON of the versions, then a line. */
#ifndef CLI_RECEIVED_H
#define CLI_RECEIVED_H

#include "cli/call.h"
#include "cli/emit.h"
#include "cli/rows.h"
#include "qorgan/exchange.h"

/* Start with { .call = call, .emit = { .to = stdout } }. */
struct received {
	struct call *call;
	struct emit emit; /* with --json: within an array */
	struct rows rows;
	bool has_rows, has_items;
	int code;
};

/* received_begin(telling): before each package. received_item: the `item` of
 * qorgan_receive, whose context is the telling. */
void received_begin(struct received *telling);
void received_item(void *telling, const char *kind, const char *id, uint32_t version, enum qorgan_received what);
/* received_end(telling, code, path, result, dry_run): what came of the package, if it
 * was taken in. Returns `code`, or that of telling. */
int received_end(struct received *telling, int code, const char *path, const struct qorgan_receive_result *result,
                 bool dry_run);

#endif
