/* C2SP tlog-proof: the text by which a leaf of a log is proven offline. It holds
 * data that its application has use for, the leaf's index, the inclusion path
 * and the log's checkpoint with its signatures. */
#ifndef CRYPTO_TLOG_PROOF_H
#define CRYPTO_TLOG_PROOF_H

#include "crypto/merkle_path.h"
#include "crypto/note.h"

/* Bytes of a proof that is read. The data is bounded by itself, as it may be a
 * record of the largest size; all the rest by TLOG_PROOF_LIMIT. */
#define TLOG_PROOF_LIMIT ((size_t)65536)
#define TLOG_PROOF_EXTRA_LIMIT ((size_t)256 * 1024)
#define TLOG_PROOF_FILE_LIMIT (TLOG_PROOF_LIMIT + TLOG_PROOF_EXTRA_LIMIT / 3 * 4 + 4)

struct tlog_proof {
	uint64_t index;
	struct merkle_path path;
	struct span note;             /* the checkpoint with its signatures */
	struct checkpoint checkpoint; /* what it says; nothing vouches for it before a signature is verified */
};

/* tlog_proof_format(index, path, extra, note, to): append the proof; an `extra`
 * of no bytes is left out. */
void tlog_proof_format(uint64_t index, const struct merkle_path *path, struct span extra, struct span note,
                       struct buffer *to);

/* tlog_proof_parse(text, proof, extra, error): take a proof apart; the spans lie
 * within `text`, and the data is appended to `extra`. QORGAN_BAD_DATA, with what
 * is wrong, unless all of it is as the specification says: nothing is verified. */
int tlog_proof_parse(struct span text, struct tlog_proof *proof, struct buffer *extra, struct qorgan_error *error);

#endif
