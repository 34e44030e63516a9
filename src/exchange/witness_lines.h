/* What a package says of logs other than by its own checkpoint: that the sender has
 * seen them, up to where, and who else has. */
#ifndef EXCHANGE_WITNESS_LINES_H
#define EXCHANGE_WITNESS_LINES_H

#include "exchange/package.h"
#include "store/mirror.h"

/* witness_lines_write(view, store, writer, error): a line for each checkpoint of another
 * log that is known here, countersigned; and for each of this state's own that another
 * countersigned. */
int witness_lines_write(struct vault_view *view, struct qorgan_store *store, struct package_writer *writer,
                        struct qorgan_error *error);

#endif
