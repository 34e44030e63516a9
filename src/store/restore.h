/* A store put back from a backup: read into a folder of its own first, examined there by
 * who called, then put in its place. Rows lie in that folder sealed, as in any store. */
#ifndef STORE_RESTORE_H
#define STORE_RESTORE_H

#include "qorgan/backup.h"
#include "store/backup.h"
#include "store/vault.h"

struct restoring;

/* restoring_begin(how, facts, restoring, error): read the whole backup into a new folder beside
 * how->path, or within it if that is an empty folder, open the store there and check the
 * signature. QORGAN_BAD_DATA if the file is no backup, is damaged, or not signed by the store;
 * QORGAN_DENIED: wrong key; QORGAN_CANNOT_CREATE: no store can be at that place. */
int restoring_begin(const struct qorgan_restore *how, struct qorgan_backup_facts *facts,
                    struct restoring **restoring, struct qorgan_error *error);

/* restoring_store(restoring): the store, opened to be examined; not the caller's. */
struct qorgan_store *restoring_store(struct restoring *restoring);

/* restoring_compare(restoring, error): whether it is the store that the backup's first line
 * says: QORGAN_BAD_DATA if not. */
int restoring_compare(struct restoring *restoring, struct qorgan_error *error);

/* restoring_place(restoring, how, restored, error): put it in place. The codes are those of
 * qorgan_backup_restore; after a failure it is not there. */
int restoring_place(struct restoring *restoring, const struct qorgan_restore *how,
                    struct qorgan_restored *restored, struct qorgan_error *error);

/* restoring_end(restoring): close it; what was not put in place is removed. NULL is allowed. */
void restoring_end(struct restoring *restoring);

#endif
