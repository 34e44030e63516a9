/* Evidence that a log told two histories: two of its signed checkpoints, and what
 * shows that neither goes on from the other. The text is described in
 * qorgan-package(5), under FORKS. */
#ifndef CRYPTO_FORK_PROOF_H
#define CRYPTO_FORK_PROOF_H

#include "crypto/merkle_path.h"
#include "crypto/note.h"

#define FORK_PROOF_HEADER "qorgan-fork@v1"
#define FORK_PROOF_LIMIT ((size_t)256 * 1024) /* bytes of one that is read */

/* fork_proof_format(first, second, root, path, to): append the evidence. `first` and
 * `second` are the signed notes, not the larger tree's first. Of trees of one size,
 * root and path are NULL; else `root` is that of the first tree's number of leaves
 * in the history of the second, and `path` leads from it (merkle_consistency_path).
 * Nothing is checked: fork_proof_check says whether it holds. */
void fork_proof_format(struct span first, struct span second, const uint8_t *root, const struct merkle_path *path,
                       struct buffer *to);

struct fork_proof {
	struct buffer notes[2];           /* the checkpoints with their signatures, the smaller tree's first */
	struct checkpoint checkpoints[2]; /* what they say; nothing vouches for it before fork_proof_check */
	bool grew;                        /* their sizes differ: root and path are there */
	uint8_t root[MERKLE_HASH_SIZE];
	struct merkle_path path;
};

/* fork_proof_parse(text, proof, error): take evidence apart. QORGAN_BAD_DATA, with
 * what is wrong, unless the text is just as fork_proof_format writes it of two notes
 * of checkpoints: nothing is verified. Free it with fork_proof_free, whatever the
 * result. */
int fork_proof_parse(struct span text, struct fork_proof *proof, struct qorgan_error *error);

/* fork_proof_check(proof, first_key, second_key, error): whether both checkpoints are of
 * one log and signed by these keys under its name, and exclude each other. QORGAN_NO, with
 * the reason, if not. A log whose key was changed has one key by then and another now. */
int fork_proof_check(const struct fork_proof *proof, const uint8_t first_key[NOTE_KEY_SIZE],
                     const uint8_t second_key[NOTE_KEY_SIZE], struct qorgan_error *error);

/* fork_proof_free(proof): release the notes. */
void fork_proof_free(struct fork_proof *proof);

#endif
