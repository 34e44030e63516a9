/* Backups: a whole store as one encrypted, signed file, or what changed since one, and back
 * from it. */
#ifndef QORGAN_BACKUP_H
#define QORGAN_BACKUP_H

#include "qorgan/store.h"

/* What a backup is of, as it says itself. */
struct qorgan_backup_facts {
	char store[33];    /* id of the store, hexadecimal */
	char state[64];    /* whose store it is */
	char created[21];  /* when the backup was made, RFC 3339 */
	uint64_t leaves, commits;
	char root[65];     /* of the log, hexadecimal */
	uint64_t rows;     /* of the store's tables */
	uint64_t bytes;    /* of the file, or of all of them */
	char id[65];       /* of the backup, hexadecimal */
	char parent[65];   /* of the backup that it goes on from; "": it is whole */
};

struct qorgan_backup {
	const char *output; /* the file; its signature is written beside it, as output.minisig */
	bool replace;       /* a file that is there; otherwise QORGAN_CANNOT_CREATE */
	/* Who can open it: these age recipients, and the identities of keys->identity. If
	 * there are neither, whoever has the passphrase that keys->ask gives, which is to be
	 * the one that opened the store. */
	const char *const *recipients;
	size_t recipient_count;
	const struct qorgan_keys *keys;
	/* An earlier backup: only what differs from it is written, and it takes that one, and
	 * those that it goes on from, to put the store back. NULL: a whole one. Of the earlier
	 * one only parent.index is read. Where the store's keys were changed since, the backup
	 * is whole all the same, and facts->parent "". */
	const char *parent;
	/* Percent of the file's size for parity, output.par2, by which a few rotten sectors can be
	 * mended; 0: none. It takes the program par2: QORGAN_ABSENT if that is not installed. */
	unsigned redundancy;
};

/* qorgan_backup_make(store, backup, facts, error): write what is committed at this moment,
 * and an index for the increments that may follow, as output.index;
 * others may write to the store meanwhile. QORGAN_DENIED if the store's key only reads: the
 * backup is signed by the state's package key. After a failure the files are as they were, less the parity of what
 * was to be replaced; but for one to make the new parity: the message says so. */
int qorgan_backup_make(struct qorgan_store *store, const struct qorgan_backup *backup,
                       struct qorgan_backup_facts *facts, struct qorgan_error *error);

struct qorgan_restore {
	const char *file;      /* the backup; "-" is standard input */
	const char *signature; /* NULL: file.minisig */
	bool unsigned_too;     /* go on without looking at a signature */
	const char *path;      /* of the store that it is put in the place of, or beside which it is examined */
	bool any_filesystem;   /* allow a network file system */
	/* What opens the store within, and the file too, unless `identity` names a file of age
	 * identities for that. keys->ask may be called more than once: its answer is to be the same. */
	const struct qorgan_keys *keys;
	const char *identity;
	bool older;            /* even if the store there, or what this computer saw of it, is newer */
	qorgan_progress progress;
	void *progress_context;
	qorgan_finding finding; /* told what is wrong with it */
	void *finding_context;
	/* Increments on the file, each after the one that it goes on from; the signature of
	 * each lies beside it. The store is the one of the last. */
	const char *const *increments;
	size_t increment_count;
};

struct qorgan_restored {
	struct qorgan_backup_facts facts;
	struct qorgan_verification verification;
	char *replaced; /* where the store that was there is kept now, or NULL: there was none */
	char *original; /* where this computer knows the same store to be, so that this one is a copy; or NULL */
	uint64_t newer; /* leaves that were known of the newer state that was given up; 0: none was */
	bool parted;    /* what was given up has another history than this: they went on apart */
	bool packages_known;   /* that one could be read, so that it is known */
	uint64_t packages;     /* how many packages were exported after the backup was made */
	char partners[256];    /* to whom, as "KAZ, KGZ" */
	unsigned mended;       /* files that qorgan_backup_repair mended, parity that it made anew among them */
	char damaged[40];      /* and the ending of the name under which each damaged one is kept */
	char forgetful[400];   /* why this computer could not remember that this store is the one in use; or "" */
	uint64_t reports;      /* where packages_known: how many reports were handed out after the backup was made */
	char readers[256];     /* to whom */
};

/* qorgan_backup_check(restore, restored, error): read the whole backup and examine the store
 * in it like qorgan_verify, in a folder beside `path` that is removed again; nothing in it
 * is in the clear. QORGAN_NO if anything is wrong, each fault told by `finding`. QORGAN_DENIED: the key
 * is another. */
int qorgan_backup_check(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                        struct qorgan_error *error);

/* qorgan_backup_restore(restore, restored, error): the same, then put it in place, from one
 * instant to the next. QORGAN_BAD_DATA if anything is wrong with it; QORGAN_CANNOT_CREATE if
 * another store is there; QORGAN_DENIED if a newer one is and `older` is not set, or the key is
 * another; QORGAN_BUSY while somebody writes there. After a failure all is as it was. */
int qorgan_backup_restore(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                          struct qorgan_error *error);

/* qorgan_backup_repair(restore, restored, error): mend each of the files that is damaged and has
 * parity beside it, in a folder beside it; examine what came out like qorgan_backup_check; and if all is
 * well, its signature included, put the mended files in place. Parity that mends nothing, beside a file that is whole,
 * is made anew, and told by `finding`. The damaged ones are kept. After a failure all is as it was. */
int qorgan_backup_repair(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                         struct qorgan_error *error);
void qorgan_restored_free(struct qorgan_restored *restored);

#endif
