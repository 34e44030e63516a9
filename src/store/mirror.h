/* The mirror: what other states handed over. Of each log of theirs all leaf
 * hashes, the newest signed checkpoint, and the versions that were released to
 * this state, under the objects' own kind, id and owner.
 *
 * Several states may have an object of one kind and id, each its own. At most one
 * of them counts: vault_find, vault_get and vault_scan give that one, and this
 * state's own where no other does. Who counts is decided above (register). */
#ifndef STORE_MIRROR_H
#define STORE_MIRROR_H

#include "store/vault.h"

/* ---- Logs of other states ---------------------------------------------------- */

#define MIRROR_LOGS_LIMIT 4096 /* a state has one, and another after it lost its key */

/* What is known of one log: the newest state of it that was taken in. */
struct mirror_log {
	uint16_t number; /* its place in the mirror */
	char state[KEYS_STATE_LIMIT];
	char origin[256];
	struct merkle_frontier tree; /* its size is the number of leaves known */
	uint64_t sequence; /* of the newest package; 0: none yet */
	uint64_t versions; /* that are held */
	int64_t received;  /* moment of the newest package, seconds since 1970 */
	uint64_t commit;   /* own commit by which it was taken in */
	uint64_t vouched;  /* own entries up to which its state has countersigned this state's log */
	bool forked;       /* it was found to tell two histories */
	struct buffer note; /* the newest checkpoint, signed */
};
/* mirror_log_free(log): what it holds, not itself. */
void mirror_log_free(struct mirror_log *log);

/* mirror_log_find(view, origin, log, error): QORGAN_ABSENT (no message) if nothing
 * of that log was taken in. The caller frees the log's content. */
int mirror_log_find(struct vault_view *view, const char *origin, struct mirror_log *log, struct qorgan_error *error);
/* mirror_log_get: the same by its number. */
int mirror_log_get(struct vault_view *view, unsigned number, struct mirror_log *log, struct qorgan_error *error);
/* mirror_logs(view, each, context, error): all of them, in the order in which they
 * were first met; a code other than 0 of `each` stops it and is returned. */
typedef int (*mirror_each_log)(void *context, const struct mirror_log *log, struct qorgan_error *error);
int mirror_logs(struct vault_view *view, mirror_each_log each, void *context, struct qorgan_error *error);

/* mirror_leaf_hashes(view, log, first, count, hashes, error): append the hashes of
 * those leaves, 32 bytes each. QORGAN_IO if there are not that many. */
int mirror_leaf_hashes(struct vault_view *view, unsigned log, uint64_t first, uint64_t count, struct buffer *hashes,
                       struct qorgan_error *error);

/* A merkle_node_reader whose context this is: the hash of a perfect subtree. */
struct mirror_tree {
	struct vault_view *view;
	unsigned log;
};
int mirror_tree_node(void *mirror_tree, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE]);

/* ---- Witnesses ------------------------------------------------------------------- */

#define MIRROR_LOG_OWN (UINT16_MAX - 1) /* this state's own log, where a log is named */

/* The newest checkpoint of a log that a state countersigned. */
struct mirror_witness {
	uint16_t log;     /* that it saw; MIRROR_LOG_OWN: this state's */
	uint16_t witness; /* the log of the state that saw it; MIRROR_LOG_OWN: this state */
	uint64_t size;
	int64_t time;     /* when it said so, seconds since 1970 */
	uint8_t root[MERKLE_HASH_SIZE];
	struct span note; /* the checkpoint with its signatures, that of the witness among them */
};
/* mirror_witnesses(view, log, each, context, error): those of one log; the note is
 * valid during the call. */
typedef int (*mirror_each_witness)(void *context, const struct mirror_witness *witness, struct qorgan_error *error);
int mirror_witnesses(struct vault_view *view, unsigned log, mirror_each_witness each, void *context,
                     struct qorgan_error *error);
/* mirror_change_witness(change, witness, error): replaces what the witness said of that
 * log before. As the last of a change. */
int mirror_change_witness(struct vault_change *change, const struct mirror_witness *witness, struct qorgan_error *error);

/* ---- Objects of other states ---------------------------------------------------- */

/* Why an object of another state does not count. */
enum mirror_standing {
	MIRROR_COUNTS = 0,
	MIRROR_STANDS_BACK = 'b', /* another's counts, or its owner has not taken over yet */
	MIRROR_WITHDRAWN = 'w'    /* its owner asked to drop it */
};

struct mirror_object {
	struct vault_place place; /* and its newest version */
	uint16_t log;
	enum mirror_standing standing;
	uint32_t withdrawn; /* MIRROR_WITHDRAWN: the version that is not for this state */
};

/* mirror_objects(view, schema, id, each, context, error): every state's object of
 * that kind and id, but for this state's own. */
typedef int (*mirror_each_object)(void *context, const struct mirror_object *object, struct qorgan_error *error);
int mirror_objects(struct vault_view *view, const struct schema *schema, struct span id, mirror_each_object each,
                   void *context, struct qorgan_error *error);
/* mirror_object_find(view, schema, id, log, object, error): the one of that log.
 * QORGAN_ABSENT (no message) if there is none. */
int mirror_object_find(struct vault_view *view, const struct schema *schema, struct span id, unsigned log,
                       struct mirror_object *object, struct qorgan_error *error);
/* mirror_object_look(view, place, object, error): the same for one whose place is known. */
int mirror_object_look(struct vault_view *view, const struct vault_place *place, struct mirror_object *object,
                       struct qorgan_error *error);

/* mirror_stands_back(view, place, back, error): whether an own object stands back for one
 * of another state. */
int mirror_stands_back(struct vault_view *view, const struct vault_place *place, bool *back, struct qorgan_error *error);
/* mirror_standing_rows(view, count, error): how many objects, own or not, do not count. */
int mirror_standing_rows(struct vault_view *view, uint64_t *count, struct qorgan_error *error);

/* mirror_is_empty(view): whether no state ever handed anything over. */
bool mirror_is_empty(const struct vault_view *view);

/* mirror_place(place): whether a place is that of an object of another state. */
bool mirror_place(const struct vault_place *place);

/* mirror_versions(view, each, context, error): every version held of every kind, in the
 * order of the kinds' shards and of creation, oldest first; each as if it were the
 * newest. */
int mirror_versions(struct vault_view *view, vault_each each, void *context, struct qorgan_error *error);

/* ---- Changes ----------------------------------------------------------------------- */

/* mirror_change_log(change, log, error): log->number is given to a new one
 * (UINT16_MAX before), another one than to any other log. Nothing of it is seen
 * before mirror_change_settle. */
#define MIRROR_LOG_NEW UINT16_MAX
int mirror_change_log(struct vault_change *change, struct mirror_log *log, struct qorgan_error *error);
/* mirror_change_leaves(change, log, hashes, error): append leaves: log->tree grows. */
int mirror_change_leaves(struct vault_change *change, struct mirror_log *log, struct span hashes,
                         struct qorgan_error *error);
/* mirror_change_put(change, log, leaf, record, schema, put, error): a version;
 * QORGAN_PROTOCOL if the store holds another one under this number. */
struct mirror_put {
	struct vault_place place; /* of its object */
	enum vault_outcome outcome;
	bool alone; /* no other log has an object of that kind and id */
};
int mirror_change_put(struct vault_change *change, struct mirror_log *log, uint64_t leaf, const struct record *record,
                      const struct schema *schema, struct mirror_put *put, struct qorgan_error *error);
/* mirror_change_final(change, error): from now on everything is written by one
 * transaction: what follows (settling, standings, witnesses) is seen at the commit. */
int mirror_change_final(struct vault_change *change, struct qorgan_error *error);
/* mirror_change_settle(change, log, error): the log as it is now is what views see
 * from the commit on. Last of all: nothing but standings follows it. */
int mirror_change_settle(struct vault_change *change, const struct mirror_log *log, struct qorgan_error *error);
/* mirror_change_standing(change, place, standing, withdrawn, error): whether an
 * object of another state counts from the commit on. */
int mirror_change_standing(struct vault_change *change, const struct vault_place *place, enum mirror_standing standing,
                           uint32_t withdrawn, struct qorgan_error *error);
/* mirror_change_counts(change, place, counts, error): whether an object of another state
 * counts by what was written so far. */
int mirror_change_counts(struct vault_change *change, const struct vault_place *place, bool *counts,
                         struct qorgan_error *error);
/* mirror_change_stand_back(change, place, back, changed, error): whether an own object
 * stands back for one of another state; *changed if it did otherwise before. */
int mirror_change_stand_back(struct vault_change *change, const struct vault_place *place, bool back, bool *changed,
                             struct qorgan_error *error);

/* mirror_change_peek(change, view): a view into the change: all that was put so far
 * counts as committed. For use before the next write, and never ended. */
struct vault_view *mirror_change_peek(struct vault_change *change);

#endif
