/* The store's file written anew, row by row, so that nothing is left in it of rows that were
 * deleted: a database keeps them in pages that it does not use, and within those that it does.
 *
 * It is asked for in a change; a row says so until it is done, whatever happens meanwhile. */
#ifndef STORE_REWRITE_H
#define STORE_REWRITE_H

#include "store/vault.h"

/* rewrite_ask(change, error): from the commit of the change on, the file is to be written anew. */
int rewrite_ask(struct vault_change *change, struct qorgan_error *error);

/* rewrite_is_due(vault, due, error): whether one was asked for, and is not done. */
int rewrite_is_due(struct qorgan_store *vault, bool *due, struct qorgan_error *error);

struct rewritten {
	bool done;                  /* false: there was nothing to do */
	enum engine_erased erased;  /* what became of the file before */
	uint64_t before, after;     /* bytes of the file */
};

/* rewrite_run(vault, result, error): write the file anew, or go on where that was interrupted. No view
 * and no change of the vault may be open. The place of the store holds at any instant one whole
 * store, the former or the new one; who is reading the former goes on reading it. QORGAN_CANNOT_CREATE
 * where no store can be put in that place, as it is a mount point, say; after any failure it is still due,
 * and after QORGAN_IO the vault may be of no more use than to be closed. */
int rewrite_run(struct qorgan_store *vault, struct rewritten *result, struct qorgan_error *error);

#endif
