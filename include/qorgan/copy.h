/* A store in another place, row for row: from a folder to a server, back, or from one server to another. */
#ifndef QORGAN_COPY_H
#define QORGAN_COPY_H

#include "qorgan/store.h"

struct qorgan_copied {
	uint64_t rows, bytes; /* of the store */
	uint64_t written;     /* rows that were not there from an earlier attempt */
	char *kept;           /* where the former store lies now, if it was moved: the caller frees it; or NULL */
};

/* qorgan_store_copy(store, to, moves, copied, error): all rows of an open store in the place `to`, where none is, read
 * back and compared before it gets its name. Nobody writes to the store meanwhile. What an attempt that was interrupted
 * has written is gone on from. `moves`: the former is then put aside under another name, so that nobody goes on writing
 * to it, and what this computer remembers of the store follows; `store` is of no more use than to be closed.
 * QORGAN_CANNOT_CREATE: something is at `to`; QORGAN_DENIED: `moves` of a store that is mistrusted. */
int qorgan_store_copy(struct qorgan_store *store, const char *to, bool moves, struct qorgan_copied *copied,
                      struct qorgan_error *error);

#endif
