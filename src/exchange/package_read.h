/* Reading a package: the signature beside it first, then the lines within, as a
 * stream. It knows no store: what a package says of the log, of who may write what
 * and of what was received before is for the caller to judge. */
#ifndef EXCHANGE_PACKAGE_READ_H
#define EXCHANGE_PACKAGE_READ_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "crypto/fork_proof.h"
#include "crypto/minisign.h"
#include "crypto/note.h"
#include "record/record.h"

#define PACKAGE_RECIPIENTS 32 /* the most that a package is for */

struct package_reader;

/* package_open(path, signature_path, keys, count, reader, error): open the file and
 * verify the signature over it, trusted comment included, against the keys that are
 * trusted. "-" (standard input) and a pipe are copied to a temporary file without a
 * name first, as they come, that is encrypted; so are the parts of a package
 * (PATH.part1of3, see parts.h) if there is no such file and all of them are there. `signature_path` NULL: PATH.minisig;
 * for "-" it must be given (QORGAN_USAGE).
 *
 * QORGAN_ABSENT: no such file, or no signature beside it. QORGAN_PROTOCOL: it is not
 * signed by any of the keys, or the signature does not hold. QORGAN_IO. */
int package_open(const char *path, const char *signature_path, const struct minisign_public *keys, size_t count,
                 struct package_reader **reader, struct qorgan_error *error);
/* package_close(reader): NULL is allowed. */
void package_close(struct package_reader *reader);

/* Facts of an open package; texts are valid until it is closed. */
size_t package_signer(const struct package_reader *reader);        /* the index of the key that signed it */
const char *package_trusted(const struct package_reader *reader);  /* the trusted comment */
const char *package_digest(const struct package_reader *reader);   /* as package_finish gives it */
uint64_t package_size(const struct package_reader *reader);        /* bytes of the file */

/* ---- What a package says ----------------------------------------------------------- */

/* That the sender's store was put back from a backup, so that its log may have gone back. */
struct package_restored {
	char at[TIME_TEXT_SIZE];     /* when; "": it was not, or that was told before */
	char backup[TIME_TEXT_SIZE]; /* when the backup was made, not later */
	uint64_t size;               /* entries of the log in it */
};

struct package_header {
	char from[RECORD_NAME_LIMIT];
	size_t count; /* of recipients, at least one; sorted, each once */
	char to[PACKAGE_RECIPIENTS][RECORD_NAME_LIMIT];
	uint64_t previous[PACKAGE_RECIPIENTS]; /* of each: the package that this one goes on after, 0: none */
	char created[TIME_TEXT_SIZE];
	uint64_t sequence; /* above each of `previous` */
	struct package_restored restored;
};

struct package_withdrawal {
	uint64_t index; /* below the size of the checkpoint; they rise */
	struct span kind, id; /* of a kind that is released, and in that kind's form */
	uint32_t version;
};

/* Told each line, in the order of the package; what a pointer leads to holds until
 * the function returns. NULL: not wanted. A code other than QORGAN_OK ends the
 * reading and is what package_read gives back, with the error as it was left. */
struct package_handler {
	int (*header)(void *context, const struct package_header *header, struct qorgan_error *error);
	/* The note, and what it says; nothing but its form was checked, and that its
	 * origin is a log of the sender. */
	int (*checkpoint)(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *error);
	/* Hashes of 32 bytes each, at least one. */
	int (*leaves)(void *context, uint64_t first, struct span hashes, struct qorgan_error *error);
	/* record->bytes are the canonical record. It is the sender's, of a kind that is
	 * released, and its envelope is whole; its body is canonical and no more: neither
	 * the schema nor its leaf was looked at. */
	int (*record)(void *context, uint64_t index, const struct record *record, struct qorgan_error *error);
	int (*withdrawal)(void *context, const struct package_withdrawal *withdrawal, struct qorgan_error *error);
	/* A piece of a file: they come from offset 0 without a gap, one file after the
	 * other. Whether the content is what its id says, and whether a record describes
	 * it, was not looked at. */
	int (*evidence)(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *error);
	/* A checkpoint of another log, or of the sender's that others countersigned, in
	 * form; no signature of it was checked. */
	int (*witness)(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *error);
	/* Evidence that a log told two histories, in form, and what it says; no signature of it
	 * was checked. */
	int (*fork)(void *context, struct span text, const struct fork_proof *proof, struct qorgan_error *error);
	/* The counts, which are right. More may be wrong behind it: only package_read
	 * says that the package is whole. */
	int (*end)(void *context, uint64_t leaves, uint64_t records, struct qorgan_error *error);
};

/* What there is to open packages with; the keys stay the caller's, in secret memory. */
struct package_keys {
	const uint8_t (*identities)[32];
	size_t count;
	const char *secret; /* that is shared with the sender; NULL: none */
};

/* package_read(reader, keys, handler, context, error): decrypt the file and tell the
 * handler its lines, in memory that does not grow with it. What is locked with a
 * secret within is opened in one go. Again from the start if called again. NOTHING
 * that the handler was told may be used for good before this has returned QORGAN_OK:
 * the file may prove to be damaged, cut short, or not the one that was verified, at
 * its very end.
 *
 * QORGAN_PROTOCOL, with a message that does not name the file: a line breaks the
 * format, or the file is damaged. QORGAN_DENIED: it is encrypted to none of the
 * identities, or locked with a secret that is not there or another. QORGAN_IO. */
int package_read(struct package_reader *reader, const struct package_keys *keys, const struct package_handler *handler,
                 void *context, struct qorgan_error *error);

/* package_was_locked(reader): whether what was read last was locked with a secret. */
bool package_was_locked(const struct package_reader *reader);

#endif
