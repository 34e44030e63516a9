/* This state's identity, its partners, and packages to them. */
#ifndef QORGAN_EXCHANGE_H
#define QORGAN_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qorgan/store.h"

struct qorgan_identity {
	char state[65], origin[256];
	char recipient[64];  /* age recipient */
	char minisign[60];   /* public key line */
	char vkey[512];      /* verifier key of the log */
};
int qorgan_identity_get(struct qorgan_store *store, struct qorgan_identity *identity, struct qorgan_error *error);

/* Partners are objects of the kind "partner": add them by their cards (card.h) or
 * with a change (object.h), list them with qorgan_list. */

struct qorgan_change;
/* qorgan_change_secret(change, path, error): share the secret in the first line of a
 * private file with the partner turned to: packages between the two are locked with
 * it, too. It is not part of the partner's record. NULL: share none any more.
 * QORGAN_BAD_DATA if it has fewer than 16 characters; QORGAN_ABSENT if there is none
 * to give up. */
int qorgan_change_secret(struct qorgan_change *change, const char *path, struct qorgan_error *error);

struct qorgan_export {
	const char *to;     /* "KAZ,KGZ": partners; states or observers */
	const char *output; /* path; the signature is written beside it as PATH.minisig */
	bool full;          /* all leaves, not only those since the last package */
	uint64_t from;      /* to one partner: what the package of that number and later ones covered; 0: what is new */
	bool replace;       /* put the package in the place of one that is there: else QORGAN_CANNOT_CREATE */
	bool dry_run;       /* tell what would go and what stays; write nothing */
	const char *user, *message;
	/* With dry_run: told each version, whether it goes, and if not, why. */
	void (*item)(void *context, const char *kind, const char *id, uint32_t version, bool goes, const char *why);
	/* With dry_run: told each object that the partners would be asked to drop, with its newest version. */
	void (*withdrawal)(void *context, const char *kind, const char *id, uint32_t version);
	void *context;
};
struct qorgan_export_result {
	uint64_t sequence, first, size; /* number of the package; leaves [first, size) */
	uint64_t records, withheld, withdrawn, evidence, bytes;
	char warning[400]; /* that a partner's card ends within 30 days, or "" */
	char alone[400];   /* "KAZ,KGZ": who may have something no longer that the others keep, so that only a package to
	                      it alone asks it to drop that; or "" */
	bool restored;     /* it tells that the store was put back from a backup */
};
/* qorgan_export(store, export, result, error): write the package and its
 * signature, atomically, and log the release. QORGAN_DENIED if a partner's card has
 * expired; QORGAN_ABSENT if there was no package `from` to the partner. */
int qorgan_export(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                  struct qorgan_error *error);

/* qorgan_hand_back(store, export, result, error): write what the one state in `to` itself sent, as far as it was taken
 * in here, for the repair of its store (repair.h): the newest checkpoint, all hashes of its log, the records and files.
 * Of `export` to, output and replace count; nothing is logged. QORGAN_ABSENT if nothing of it came. */
int qorgan_hand_back(struct qorgan_store *store, const struct qorgan_export *export, struct qorgan_export_result *result,
                     struct qorgan_error *error);

/* What went to a partner: one version, in one package; or a report. */
struct qorgan_ledger_entry {
	const char *partner;
	uint64_t package;
	const char *time;     /* at which the package was made, RFC 3339 */
	const char *kind, *id;
	uint32_t version;
	/* When the partner's countersignature of this state's log, which it gives once it has
	 * taken in the package or a later one, was made; NULL: none came yet. */
	const char *acknowledged;
	bool withdrawn;       /* did not go: the partner was asked to drop the object, whose newest version it was */
	/* The package told that the store was put back from a backup at that moment; kind and id
	 * are "", version is 0. Else NULL. */
	const char *restored;
	/* A report that was made for the partner and handed out: the command that makes it. kind and id are those of its
	 * entry, package is 0, and the three below are told: its marking, or NULL; its SHA-256; who did it. Else NULL. */
	const char *report;
	const char *marking, *sha256, *user;
};
/* qorgan_ledger(store, partner, row, context, error): all that went to it (NULL: to
 * anyone), package by package, the first one first, and reports between them. qorgan_ledger_object: of one object
 * of the store's own, to anyone; not of reports, which do not say what they were made of. A code other than 0 of `row` stops it and is returned;
 * what it is told is valid during the call. */
typedef int (*qorgan_ledger_row)(void *context, const struct qorgan_ledger_entry *entry);
int qorgan_ledger(struct qorgan_store *store, const char *partner, qorgan_ledger_row row, void *context,
                  struct qorgan_error *error);
int qorgan_ledger_object(struct qorgan_store *store, const char *kind, const char *id, qorgan_ledger_row row,
                         void *context, struct qorgan_error *error);

/* qorgan_package_of_part(path): how many bytes of it name the package of which it is a
 * part: of "UZB-KAZ-7.age.part1of3" the 13 of "UZB-KAZ-7.age". 0: it is no part. */
size_t qorgan_package_of_part(const char *path);

/* What a package brought of an object. */
enum qorgan_received {
	QORGAN_RECEIVED_NEW,      /* the first version of it that is held */
	QORGAN_RECEIVED_CHANGED,  /* a further one */
	QORGAN_RECEIVED_RETURNED, /* one that is held already, of an object that was withdrawn meanwhile */
	QORGAN_RECEIVED_WITHDRAWN /* it is asked to be dropped, and hidden from now on */
};

struct qorgan_receive {
	const char *path;      /* of the package, which may lie there in parts (PATH.part1of3); "-" for standard input */
	const char *signature; /* of its minisign signature; NULL: PATH.minisig */
	bool dry_run;          /* check everything, tell what would come in; write nothing */
	bool despite_fork;     /* even of a partner that was found to show two histories */
	const char *user, *message;
	/* Told each version that is new, once all of the package was found good. */
	void (*item)(void *context, const char *kind, const char *id, uint32_t version, enum qorgan_received what);
	void *context;
};
struct qorgan_receive_result {
	char from[65];       /* who signed it; "" if nobody on record did */
	uint64_t sequence;   /* number of the package; 0 if it was not read so far */
	uint64_t size;       /* entries in the sender's log at its checkpoint */
	uint64_t leaves;     /* of those, new */
	uint64_t records;    /* in the package */
	uint64_t created, changed, returned, withdrawn; /* versions: of new objects, of known ones, released again; objects */
	uint64_t superseded; /* own copies in whose place another state's object counts now */
	/* Objects that the sender says it took up from another state, whose own version that is held
	 * here names somebody else: it may have shown the sender another, of which nothing came here.
	 * They stand back. The first of them, "risk CYB-01", and the state that it is said to come
	 * from; or "". */
	uint64_t disputed;
	char disputed_object[160], disputed_with[65];
	uint64_t evidence;   /* files */
	uint64_t commit;     /* number of the commit that took it in; 0: none */
	bool known;          /* nothing in it is new: it, or a later one that holds all of it, was received before */
	bool unlocked;       /* a secret is shared with the sender, and the package was not locked with it */
	char forked[65];     /* the state that was found to show two histories, or "" */
	bool gap;            /* a package before it is missing: take that in, and try again */
	/* The sender says that its store was put back on that day from a backup of that moment, in
	 * which its log has that many entries; or "". */
	char restored[21], restored_backup[21];
	uint64_t restored_size;
};
/* qorgan_receive(store, receive, result, error): take in a partner's package, whole or
 * not at all: its signature first, then its content against all that is known of the
 * sender's log, and what each record says against who may say it. QORGAN_PROTOCOL if
 * it breaks a rule; QORGAN_DENIED if it is not for this state, or the partner is
 * retired; QORGAN_ABSENT if there is no such file or no signature. */
int qorgan_receive(struct qorgan_store *store, const struct qorgan_receive *receive,
                   struct qorgan_receive_result *result, struct qorgan_error *error);

/* What is known of a log: this state's own, and that of each partner of whom anything
 * came; and which states countersigned it, up to which entry. */
struct qorgan_vouched_by {
	const char *state;
	uint64_t size; /* entries that it has seen */
	char time[21]; /* when it said so */
};
struct qorgan_vouched {
	const char *state, *origin;
	bool own;          /* then there is no package */
	uint64_t size;     /* entries that are known */
	uint64_t sequence; /* of the newest package; 0: none came */
	char received[21]; /* when that was taken in, or "" */
	bool forked;       /* it was found to show two histories */
	const struct qorgan_vouched_by *by;
	size_t count;
};
/* qorgan_vouched_each(store, each, context, error): the own log first; what is told is
 * valid during the call; a code other than 0 stops it and is returned. */
typedef int (*qorgan_vouched_log)(void *context, const struct qorgan_vouched *log);
int qorgan_vouched_each(struct qorgan_store *store, qorgan_vouched_log each, void *context, struct qorgan_error *error);

/* qorgan_fork_get(store, state, text, size, error): the evidence that a state showed two
 * histories, for qorgan_fork_check (proof.h). QORGAN_ABSENT if it was not found to. The
 * caller frees the text. */
int qorgan_fork_get(struct qorgan_store *store, const char *state, char **text, size_t *size,
                    struct qorgan_error *error);

/* ---- A courier's folder: a medium, a share, a mailbox ------------------------------- */

#define QORGAN_PART_LEAST 65536 /* the smallest max_size */

/* What became of a package in the folder, or of a partner. */
enum qorgan_exchanged {
	QORGAN_EXCHANGED_RECEIVED, /* it was taken in */
	QORGAN_EXCHANGED_WRITTEN,  /* it was put there */
	QORGAN_EXCHANGED_WAITS,    /* not all of it is there, and it was passed over */
	QORGAN_EXCHANGED_NOTED,    /* something that a person should know */
	QORGAN_EXCHANGED_FAILED    /* it was not taken in, or not written */
};
struct qorgan_exchange_event {
	enum qorgan_exchanged what;
	const char *path;    /* of the package, whole or in parts; "" where it is about a partner */
	const char *partner; /* who sends it or is to have it, by the name of the file; "" if nobody is known */
	int code;            /* of QORGAN_EXCHANGED_FAILED */
	const char *text;    /* why; "" where nothing is to be said */
	const struct qorgan_receive_result *received; /* of QORGAN_EXCHANGED_RECEIVED, else NULL */
	const struct qorgan_export_result *written;   /* of QORGAN_EXCHANGED_WRITTEN, else NULL */
	unsigned parts;      /* of what was written; 1: it is whole */
};

struct qorgan_exchange {
	const char *folder;
	const char *to;       /* "KAZ,KGZ": write to these alone; NULL: to all partners who are not retired */
	bool receive, send;   /* what to do; at least one */
	uint64_t max_size;    /* bytes of a file; a larger package is cut in parts; 0: no bound */
	bool dry_run;         /* tell what would come in and what would be written; change nothing */
	const char *user, *message;
	/* Told each version that is new, before the package that brought it. */
	void (*item)(void *context, const char *kind, const char *id, uint32_t version, enum qorgan_received what);
	void (*event)(void *context, const struct qorgan_exchange_event *event);
	void *context;
};
/* qorgan_exchange(store, exchange, error): take in what lies in the folder for this
 * state and was not taken in yet, in the order of each sender's numbers; then write to
 * each partner a package of what is due to it, if anything is. A failure with one
 * package or partner is told and does not keep the others; the first one is returned at
 * the end. Waits for another exchange of the store. QORGAN_ABSENT if there is no such
 * folder. */
int qorgan_exchange(struct qorgan_store *store, const struct qorgan_exchange *exchange, struct qorgan_error *error);

#endif
