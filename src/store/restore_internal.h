/* What the files of restoring share. */
#ifndef STORE_RESTORE_INTERNAL_H
#define STORE_RESTORE_INTERNAL_H

#include "crypto/minisign.h"
#include "store/restore.h"
#include "store/site.h"

struct restoring {
	struct qorgan_store *store;
	struct site *site;
	bool replaces; /* a store is in the place */
	bool placed;
	struct backup_header header;
};

/* restore_read(how, folder, header, facts, hash, error): the file from its first byte to its
 * last into a new store in that folder; the hash is that of the file. */
int restore_read(const struct qorgan_restore *how, const char *folder, struct backup_header *header,
                 struct qorgan_backup_facts *facts, struct minisign_hash *hash, struct qorgan_error *error);

#endif
