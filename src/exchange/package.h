/* Writing a package: lines of JSON, encrypted by age, hashed for minisign, as a
 * stream into a file that appears whole. The format is in qorgan-package(5). */
#ifndef EXCHANGE_PACKAGE_H
#define EXCHANGE_PACKAGE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define PACKAGE_LEAVES_PER_LINE 8192

struct package_writer;

/* package_create(path, recipients, count, secret, writer, error): begin. With a secret
 * (NULL: none) the lines are within an age file for that passphrase, and that within
 * the one for the recipients. */
int package_create(const char *path, const uint8_t (*recipients)[32], size_t count, const char *secret,
                   struct package_writer **writer, struct qorgan_error *error);
/* package_create_here: the same in a folder that others may write to: a link that is
 * there is replaced and not followed. */
int package_create_here(const char *path, const uint8_t (*recipients)[32], size_t count, const char *secret,
                        struct package_writer **writer, struct qorgan_error *error);

struct package_recipient {
	const char *id;
	uint64_t previous; /* number of the package that this one goes on from; 0: of none */
};

/* Each writes one line. `restored` NULL: there is nothing to tell of a restore. */
struct package_restored;
int package_header(struct package_writer *writer, const char *from, const struct package_recipient *to, size_t count,
                   const char *created, uint64_t sequence, const struct package_restored *restored,
                   struct qorgan_error *error);
int package_checkpoint(struct package_writer *writer, struct span note, struct qorgan_error *error);
int package_leaves(struct package_writer *writer, uint64_t first, struct span hashes, struct qorgan_error *error);
int package_record(struct package_writer *writer, uint64_t index, struct span record, struct qorgan_error *error);
int package_withdrawal(struct package_writer *writer, uint64_t index, const char *kind, const char *id,
                       uint32_t version, struct qorgan_error *error);
int package_evidence(struct package_writer *writer, struct span id, uint64_t offset, struct span data,
                     struct qorgan_error *error);
int package_witness(struct package_writer *writer, struct span note, struct qorgan_error *error);
int package_fork(struct package_writer *writer, struct span proof, struct qorgan_error *error);
int package_end(struct package_writer *writer, uint64_t leaves, uint64_t records, struct qorgan_error *error);

/* package_finish(writer, seed, trusted, digest, bytes, error): end the
 * encryption and prepare the signature; nothing is in place yet. `digest` gets
 * the BLAKE2b-512 of the file, hexadecimal; `bytes` its size. */
int package_finish(struct package_writer *writer, const uint8_t seed[32], const char *trusted, char digest[129],
                   uint64_t *bytes, struct qorgan_error *error);
/* package_commit(writer, error): put the signature and the package in place, both or
 * neither. The writer is gone afterwards. */
int package_commit(struct package_writer *writer, struct qorgan_error *error);
/* package_abandon(writer): nothing remains. NULL is allowed. */
void package_abandon(struct package_writer *writer);

#endif
