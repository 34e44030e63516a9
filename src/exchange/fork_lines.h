/* Evidence that a log told two histories, passed on to all partners: whoever finds a
 * state out tells the others, and each of them checks it alone. */
#ifndef EXCHANGE_FORK_LINES_H
#define EXCHANGE_FORK_LINES_H

#include "exchange/package.h"
#include "store/vault.h"

/* fork_lines_write(view, writer, error): a line for each piece of evidence on record. */
int fork_lines_write(struct vault_view *view, struct package_writer *writer, struct qorgan_error *error);

#endif
