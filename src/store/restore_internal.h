/* What the files of restoring share. */
#ifndef STORE_RESTORE_INTERNAL_H
#define STORE_RESTORE_INTERNAL_H

#include "crypto/minisign.h"
#include "store/restore.h"
#include "store/site.h"

/* A file that the store is put together from. */
struct restore_part {
	struct minisign_hash hash; /* of the file; aligned to 64 bytes, and so is the whole */
	const char *file;
	struct buffer signature;   /* the text of its file; empty: it is not asked for */
	struct backup_header header;
	struct backup_end end;
};

struct restoring {
	struct qorgan_store *store;
	struct site *site;
	bool replaces; /* a store is in the place */
	bool placed;
	struct restore_part *parts;
	size_t count;
	struct backup_header header; /* of the last */
};

/* restore_read(how, folder, parts, count, facts, error): each file from its first byte to its
 * last, one upon the other, into a new store in that folder. QORGAN_BAD_DATA if one does
 * not go on from the one before. */
int restore_read(const struct qorgan_restore *how, const char *folder, struct restore_part *parts, size_t count,
                 struct qorgan_backup_facts *facts, struct qorgan_error *error);

#endif
