/* A new store from one that is damaged: all of it that authenticates, and what backups and packages
 * give back of the rest. */
#ifndef QORGAN_REPAIR_H
#define QORGAN_REPAIR_H

#include "qorgan/store.h"

enum qorgan_repair_fate {
	QORGAN_REPAIR_WHOLE,   /* it is as it was */
	QORGAN_REPAIR_REBUILT, /* from what is whole, or from former copies within the file */
	QORGAN_REPAIR_TAKEN,   /* from a backup or a package */
	QORGAN_REPAIR_LOST
};
/* qorgan_repair_fates[fate]: "whole", "rebuilt", "taken", "lost". */
extern const char *const qorgan_repair_fates[];

/* One line of the plan; what is not to be said is "". */
struct qorgan_repair_item {
	enum qorgan_repair_fate fate;
	const char *what;   /* in words */
	const char *object; /* which record of which state: "UZB risk CYB-01 version 3 (Title)" */
	const char *advice; /* what to do now */
};

/* What the plan comes to, and what was made. */
struct qorgan_repaired {
	char store[33], state[64];  /* its id, hexadecimal, and whose it is */
	uint64_t leaves, commits;   /* of the log, at which the new store stands */
	uint64_t known;             /* entries that the log is known to have had; more than `leaves`: they are given up */
	char root[65];              /* of the log, hexadecimal */
	uint64_t versions;          /* records of the store's own that are kept, commits aside */
	uint64_t rebuilt, taken, lost; /* records, files and other things, of each fate */
	uint64_t pages, unreadable; /* of the damaged file; of those, with sectors that the disk does not give */
	bool copy;                  /* the store is in use elsewhere, so that the new one can only be read */
	char forgetful[400];        /* why this computer could not remember that the new store is the one in use; or "" */
};

struct qorgan_repair {
	const char *path;  /* of the damaged store: only read, not even its locks are written */
	const char *place; /* of the new one: an absent or empty folder */
	const struct qorgan_keys *keys; /* ask may be called several times: its answer is to be the same */
	/* Backups of the same store, and the identity of those that another opens than the store. */
	const char *const *backups;
	size_t backup_count;
	const char *backup_identity;
	bool unsigned_too; /* look at no signature of a backup */
	/* Packages as files: of partners, as they came, or the decrypted lines of any of them. */
	const char *const *packages;
	size_t package_count;
	bool older;          /* even if entries of the log are known that are given up */
	bool any_filesystem; /* allow a network file system */
	bool dry_run;        /* only the plan */
	qorgan_progress progress;
	void *progress_context;
	/* Told each line of the plan, before anything is made; or NULL. */
	void (*item)(void *context, const struct qorgan_repair_item *item);
	void *item_context;
	/* Asked whether to go on; a code other than 0 ends it and is returned. NULL: go on. */
	int (*approve)(void *context, const struct qorgan_repaired *plan, struct qorgan_error *error);
	void *approve_context;
	qorgan_finding finding; /* told what is wrong with the new store, which is then not kept */
	void *finding_context;
};

/* qorgan_repair(repair, repaired, error): plan, and unless dry_run make the new store, examine it
 * as qorgan_verify does, and put it in its place. QORGAN_NO: done, or planned, and something is
 * lost. QORGAN_DENIED: the key is another; or entries of the log are given up, and `older` is not
 * set; QORGAN_BAD_DATA: nothing can be taken from the file, or a source is not of this store or
 * damaged; QORGAN_BUSY while somebody writes to the damaged store; QORGAN_CANNOT_CREATE: no store can be at that
 * place; QORGAN_IO. After a failure there is no new store. */
int qorgan_repair(const struct qorgan_repair *repair, struct qorgan_repaired *repaired, struct qorgan_error *error);

/* A record that no repair could take back: its entry is in the log, and verifies. */
struct qorgan_lost {
	const char *kind, *id; /* "lost" and "leaf-N" where it is not known any more */
	uint32_t version;
	uint64_t leaf;
	const char *found;     /* when it was found, RFC 3339 */
};
/* qorgan_lost_each(store, row, context, error): each of them, in the order of the log; a code other than 0 of
 * `row` stops it and is returned. */
typedef int (*qorgan_lost_row)(void *context, const struct qorgan_lost *lost);
int qorgan_lost_each(struct qorgan_store *store, qorgan_lost_row row, void *context, struct qorgan_error *error);

#endif
