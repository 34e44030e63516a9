/* When a state shows two histories: finding it, keeping the evidence. */
#ifndef EXCHANGE_FORK_H
#define EXCHANGE_FORK_H

#include "exchange/receive.h"

/* fork_compare(x, owner, log, note, checkpoint, error): a signed checkpoint of a log
 * against what is known of the log, which is at least as long. If they contradict one
 * another, the evidence is noted (fork_note). */
int fork_compare(struct receiving *x, const struct sender *owner, const struct mirror_log *log, struct span note,
                 const struct checkpoint *checkpoint, struct qorgan_error *error);

/* fork_note(x, owner, first, second, root, path, error): two signed checkpoints that
 * contradict one another, see crypto/fork_proof.h. QORGAN_PROTOCOL if the owner is the
 * sender of the package, of which nothing is then taken in; of another, it goes on. */
int fork_note(struct receiving *x, const struct sender *owner, struct span first, struct span second,
              const uint8_t root[MERKLE_HASH_SIZE], const struct merkle_path *path, struct qorgan_error *error);

/* fork_note_text(x, owner, text, error): the same, of evidence that was checked. */
int fork_note_text(struct receiving *x, const struct sender *owner, struct span text, struct qorgan_error *error);

/* fork_find(x, reader, keys, error): once the package was found to contradict what is
 * known of its sender's log (x->differs): look for evidence, in its leaves, too, for
 * which it is read once more. QORGAN_OK if there is none that others could check. */
int fork_find(struct receiving *x, struct package_reader *reader, const struct package_keys *keys,
              struct qorgan_error *error);

/* forks_put(x, error): the evidence as records of the change, and the owners' logs marked. */
int forks_put(struct receiving *x, struct qorgan_error *error);

/* fork_keep(x, error): the same in a change of its own, where the package was refused. */
int fork_keep(struct receiving *x, struct qorgan_error *error);

#endif
