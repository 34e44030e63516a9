/* Who signed what, over a whole log: each commit by a key that is on record of the user whose
 * name it bears, and each change of that record by who may make it and as many as policies
 * ask for. */
#ifndef STORE_VERIFY_AUTHORS_H
#define STORE_VERIFY_AUTHORS_H

#include "store/verify.h"

struct authors;

/* authors_start(vault, teller): for a log from its first leaf on. NULL: no memory. */
struct authors *authors_start(const struct qorgan_store *vault, struct verify_teller teller);
void authors_free(struct authors *authors);

/* authors_version(authors, record, error): the next version in the log that is no commit;
 * authors_version_lost: it cannot be read. Fails only for want of memory. */
int authors_version(struct authors *authors, const struct record *record, struct qorgan_error *error);
void authors_version_lost(struct authors *authors);

/* authors_commit(authors, record, before, rekeyed): the commit of the versions since the one
 * before, with the tree that its own leaf was appended to, and whether it brought new keys.
 * authors_commit_lost: it cannot be read. */
void authors_commit(struct authors *authors, const struct record *record, const struct merkle_frontier *before,
                    bool rekeyed);
void authors_commit_lost(struct authors *authors);

#endif
