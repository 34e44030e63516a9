/* Forgetting: the content of versions and of attached files goes from the store for good;
 * that they were there, and the proof of it, remain. */
#ifndef QORGAN_FORGET_H
#define QORGAN_FORGET_H

#include "qorgan/object.h"
#include "qorgan/store.h"

enum qorgan_forget_what {
	QORGAN_FORGET_VERSION,  /* a version whose content goes */
	QORGAN_FORGET_FILE,     /* an attached file whose content goes: id is its digest */
	QORGAN_FORGET_ATTACHED, /* an attached file that a version names, and that stays */
	QORGAN_FORGET_REPORT    /* a frozen report that was made when the object was there: it may tell of it, and stays */
};

struct qorgan_forget_item {
	enum qorgan_forget_what what;
	const char *kind, *id, *owner;
	uint32_t version; /* 0 of a file */
	const char *user, *time; /* who wrote it, and when; "" of a file */
};

/* What is to be forgotten. Only objects of the catalogue are: not the data that others are
 * told by (states, scales, periods, the catalogue itself), nor partners. Of a frozen report
 * its files go too. */
struct qorgan_forget {
	const char *kind;   /* or NULL: of whichever kind the id is */
	const char *id;
	const char *owner;  /* the state whose object is meant; NULL: the one that counts */
	uint32_t version;   /* 0: all of them */
	bool content;       /* of an attached file: what is in it alone; its description stays */
	const char *reason; /* why: it stays on record, so it must not repeat what is to go */
	const char *user, *message; /* of the commit, as qorgan_change_begin takes them */
	bool dry_run;       /* tell only what would go and what would stay; reason may be NULL */
	void (*item)(void *context, const struct qorgan_forget_item *item); /* or NULL */
	void *context;
};

struct qorgan_forgotten {
	char kind[65], id[131], owner[65]; /* of the object */
	uint64_t commit;           /* 0: it was forgotten already, or nothing was to be done */
	uint64_t versions, files;  /* that went, or would go */
};

/* qorgan_forget(store, forget, result, error): one change of its own. What was forgotten before is finished first, and
 * the same holds after a failure of that as for qorgan_forget_finish. Afterwards the file still
 * holds what was in it, in pages that are not used any more, until qorgan_forget_finish.
 * QORGAN_DENIED where the key is no administrator's; QORGAN_ABSENT if there is no such object
 * or version; QORGAN_BAD_DATA if it cannot be forgotten, or the reason is none. */
int qorgan_forget(struct qorgan_store *store, const struct qorgan_forget *forget, struct qorgan_forgotten *result,
                  struct qorgan_error *error);

enum qorgan_erased {
	QORGAN_ERASED,            /* the former file was overwritten and deleted */
	QORGAN_ERASED_NOT_READ,   /* it was deleted, but a process still reads it: it goes when that ends */
	QORGAN_ERASED_NOT_LINKED, /* it has another name (a hard link), and keeps its content under that */
	QORGAN_ERASED_BY_SERVER   /* its rows were deleted on a server: when the bytes go is that one's affair */
};

struct qorgan_rewritten {
	bool done;              /* false: there was nothing to do */
	enum qorgan_erased former;
	uint64_t before, after; /* bytes of the file; before is 0 if an earlier run wrote it anew */
};

/* qorgan_forget_finish(store, result, error): write the store's file anew, without what was forgotten, and
 * erase the former one; or go on where that was interrupted. The store is whole at any
 * instant. QORGAN_CANNOT_CREATE where none can be put in its place, as it is a mount point, say;
 * QORGAN_BUSY where another process writes to it just now. After a failure it is still to be done, and
 * after QORGAN_IO the store is of no more use than to be closed. */
int qorgan_forget_finish(struct qorgan_store *store, struct qorgan_rewritten *result, struct qorgan_error *error);
/* qorgan_forget_is_pending(store, pending, error): whether that is still to be done. */
int qorgan_forget_is_pending(struct qorgan_store *store, bool *pending, struct qorgan_error *error);

/* What was forgotten, one version or file in each row. */
struct qorgan_forgetting {
	const char *kind, *id, *owner; /* of a file: evidence, its digest, "" */
	uint32_t version;              /* 0: the content of a file */
	const char *time, *user, *reason;
	bool endorsed;                 /* false: no administrator stands for it */
};
typedef int (*qorgan_forgetting_row)(void *context, const struct qorgan_forgetting *row);
int qorgan_forgettings(struct qorgan_store *store, qorgan_forgetting_row row, void *context, struct qorgan_error *error);

#endif
