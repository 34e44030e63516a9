/* The vault: the encrypted, versioned, signed store of records.
 *
 * Every object (owner, kind, id) has a number and a newest version, its head.
 * Every change is one commit that appends leaves to the state's Merkle tree and
 * signs a checkpoint over it. A vault is used by one thread. */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/merkle_path.h"
#include "engine/engine.h"
#include "qorgan/store.h"
#include "record/record.h"
#include "record/schema.h"
#include "store/keys.h"

/* The vault is what the public headers call a store. */
struct qorgan_store;

/* ---- Reading: a view sees one moment in time --------------------------- */

struct vault_view;

/* vault_view_begin(vault, view, error): within vault_change, views see the
 * committed state, not the change, and have nothing more to tell behind its end. The caller ends it. */
int vault_view_begin(struct qorgan_store *vault, struct vault_view **view, struct qorgan_error *error);
void vault_view_end(struct vault_view *view);
/* Leaves and commits that the view sees. */
uint64_t vault_view_leaves(const struct vault_view *view);
uint64_t vault_view_commits(const struct vault_view *view);
/* vault_view_heads(view, schema): how many objects of that kind there are; NULL:
 * of all kinds. */
uint64_t vault_view_heads(const struct vault_view *view, const struct schema *schema);
/* vault_view_progress(view, what): vault_progress by the objects that were looked
 * at through the view, of all that there are. */
int vault_view_progress(struct vault_view *view, const char *what);

/* vault_wait(vault, milliseconds, changed, error): return once another may have changed the store since the last call
 * (*changed; at the first it may have), or after about so long. What changed goes on from what was seen, or it is
 * QORGAN_DENIED; other codes as of engine_wait and of reading. No view may be open. */
int vault_wait(struct qorgan_store *vault, unsigned milliseconds, bool *changed, struct qorgan_error *error);

/* Where an object lies. Of an object of another state, see store/mirror.h. */
struct vault_place {
	uint8_t shard; /* and whose it is: opaque to callers */
	uint64_t number;
	uint32_t version; /* the newest */
};

/* One version read: `record` lies within `plain`. Initialise with { 0 }, use it
 * again and again, free it with vault_record_free. */
struct vault_record {
	struct record record;
	struct buffer plain;
	struct vault_place place;
	uint64_t leaf; /* index in its owner's tree */
	bool newest;   /* the newest version of its object, as the view sees it */
	bool mirrored; /* another state's */
	bool lost;     /* by damage: the body says since when, the envelope what is known still; see lost.h */
	uint16_t log;  /* if so: which log of the mirror */
	uint8_t hash[MERKLE_HASH_SIZE]; /* of that leaf; set by vault_scan_leaves only */
};
void vault_record_free(struct vault_record *record);

/* vault_view_narrow(view, allows, context): from now on only versions that `allows` lets
 * through are there, for all functions that give a version or tell of an object. It is
 * asked by the thread that reads, and the view is whole for it meanwhile. Roots, paths and
 * hashes of the log stay whole. */
typedef int (*vault_allows)(void *context, const struct vault_record *record, bool *allowed,
                            struct qorgan_error *error);
void vault_view_narrow(struct vault_view *view, vault_allows allows, void *context);

/* vault_view_expect(view, schema, id): that an object will be looked for. vault_foresee: the same of the next change, to
 * be said before it is begun. Where the store is far (vault_view_is_far) it then takes no journey of its own. */
void vault_view_expect(struct vault_view *view, const struct schema *schema, struct span id);
void vault_foresee(struct qorgan_store *vault, const struct schema *schema, struct span id);
bool vault_view_is_far(const struct vault_view *view);

/* vault_view_show_absent(view, shows): whether versions without content (enum
 * record_absence) are there as well; at first they are not. Gives what held before. */
bool vault_view_show_absent(struct vault_view *view, bool shows);

/* vault_find(view, schema, id, place, error): the object that counts: another
 * state's, if its owner has the say, or the store's own. QORGAN_ABSENT (no message)
 * if there is none. vault_find_own: the store's own, whoever's counts. */
int vault_find(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
               struct qorgan_error *error);
int vault_find_own(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
                   struct qorgan_error *error);
/* vault_get(view, schema, id, version, record, error): version 0 is the newest.
 * QORGAN_ABSENT (no message) if there is none. vault_get_own: of the store's own. */
int vault_get(struct vault_view *view, const struct schema *schema, struct span id, uint32_t version,
              struct vault_record *record, struct qorgan_error *error);
int vault_get_own(struct vault_view *view, const struct schema *schema, struct span id, uint32_t version,
                  struct vault_record *record, struct qorgan_error *error);
/* vault_get_place: the same for an object whose place is known, or a commit. Of both: a version
 * that was lost by damage is QORGAN_ABSENT, with a message that says so; a lost commit is given. */
int vault_get_place(struct vault_view *view, const struct vault_place *place, uint32_t version,
                    struct vault_record *record, struct qorgan_error *error);
/* vault_get_leaf: the version behind a leaf; commits too, and what is known of lost ones. */
int vault_get_leaf(struct vault_view *view, uint64_t leaf, struct vault_record *record, struct qorgan_error *error);
/* vault_get_commit: the record of a commit by its number, from 1. */
int vault_get_commit(struct vault_view *view, uint64_t number, struct vault_record *record,
                     struct qorgan_error *error);
/* vault_checkpoint(view, note, error): append the newest signed checkpoint. */
int vault_checkpoint(struct vault_view *view, struct buffer *note, struct qorgan_error *error);

/* vault_inclusion_path_at(view, size, leaf, path, error): the path of a leaf in the tree of a size
 * that the log has reached. Not checked: who hands it out does that. */
int vault_inclusion_path_at(struct vault_view *view, uint64_t size, uint64_t leaf, struct merkle_path *path,
                            struct qorgan_error *error);

/* vault_root_at(view, size, root, error): the root that the log had at a size that it
 * has reached. */
int vault_root_at(struct vault_view *view, uint64_t size, uint8_t root[MERKLE_HASH_SIZE], struct qorgan_error *error);

/* vault_distrust(vault, size, root): remember a checkpoint of this state's log that is
 * signed, and that this store does not bear out: nothing more is written to it. */
void vault_distrust(struct qorgan_store *vault, uint64_t size, const uint8_t root[MERKLE_HASH_SIZE]);

/* vault_scan(view, schema, each, context, error): every object of that kind that
 * counts, its newest version, the store's own first, in the order of creation, one
 * sequential pass; a code other than 0 of `each` stops it
 * and is returned. The record is valid during the call and may be swapped out
 * by the callee (its buffer is then used for the next). */
typedef int (*vault_each)(void *context, struct vault_record *record, struct qorgan_error *error);
int vault_scan(struct vault_view *view, const struct schema *schema, vault_each each, void *context,
               struct qorgan_error *error);
/* vault_scan_leaves(view, first, each, ...): every version from that leaf on, in
 * the order of the log, commits too, but for lost ones. */
int vault_scan_leaves(struct vault_view *view, uint64_t first, vault_each each, void *context,
                      struct qorgan_error *error);
/* vault_scan_history(view, place, each, ...): the versions before the newest,
 * newest first; of another state's object, those that were handed over. */
int vault_scan_history(struct vault_view *view, const struct vault_place *place, vault_each each, void *context,
                       struct qorgan_error *error);

/* vault_leaf_hashes(view, first, count, hashes, error): append `count` leaf
 * hashes of 32 bytes, in one range. */
int vault_leaf_hashes(struct vault_view *view, uint64_t first, uint64_t count, struct buffer *hashes,
                      struct qorgan_error *error);

/* vault_is_lost(view, schema, id, error): whether the newest version of the own object of that id was lost,
 * which the error then says. */
bool vault_is_lost(struct vault_view *view, const struct schema *schema, struct span id, struct qorgan_error *error);

/* ---- Writing ------------------------------------------------------------- */

struct vault_change;
enum vault_outcome { VAULT_CREATED, VAULT_CHANGED, VAULT_UNCHANGED };

/* vault_change_begin(vault, user, message, change, error): become the one
 * writer, waiting for another. What is put bears the moment of vault_now, or that of the
 * last commit if it is later. user NULL: the one whose key opened the vault;
 * message may be NULL. QORGAN_DENIED if the key only reads, or if the store was
 * rolled back. */
int vault_change_begin(struct qorgan_store *vault, const char *user, const char *message, struct vault_change **change,
                       struct qorgan_error *error);

/* vault_change_message(change, message, error): another message than at the beginning. */
int vault_change_message(struct vault_change *change, const char *message, struct qorgan_error *error);

/* vault_change_put(change, schema, id, body, base, outcome, error): append a
 * version whose body is these canonical bytes, unless the newest has just them.
 * base: the version that the author saw, QORGAN_BUSY if another is the newest;
 * VAULT_ANY: whichever; 0: the object must be new. An object is put at most
 * once in a change. */
#define VAULT_ANY UINT32_MAX
int vault_change_put(struct vault_change *change, const struct schema *schema, struct span id, struct span body,
                     uint32_t base, enum vault_outcome *outcome, struct qorgan_error *error);

/* vault_change_evidence(change, path, id, size, error): store a file's content in
 * chunks; gives its id (64 hexadecimal digits) and size. The record is put by
 * the caller. */
int vault_change_evidence(struct vault_change *change, const char *path, char id[65], uint64_t *size,
                          struct qorgan_error *error);

/* vault_change_staged(change, schema, id, record, error): the version that this change
 * put on top of an existing own object. QORGAN_ABSENT (no message) if it did not. */
int vault_change_staged(struct vault_change *change, const struct schema *schema, struct span id,
                        struct vault_record *record, struct qorgan_error *error);

/* vault_change_commit(change, number, error): write the commit record, sign the
 * checkpoint, make all of it durable. *number is 0 if nothing was put. The
 * change is gone afterwards, whatever the result. */
int vault_change_commit(struct vault_change *change, uint64_t *number, struct qorgan_error *error);
/* vault_change_abandon(change): NULL is allowed. Nothing of it remains. */
void vault_change_abandon(struct vault_change *change);
/* vault_change_view(change): the store as it was before the change, in the change's
 * own transaction: what is read holds until the next write. Never ended. */
struct vault_view *vault_change_view(struct vault_change *change);
/* The number that this change will have as a commit. */
uint64_t vault_change_number(const struct vault_change *change);

/* ---- Evidence -------------------------------------------------------------- */

/* vault_evidence_read(view, id, each, context, error): the content in order, in
 * pieces; its hash is compared with the id at the end: QORGAN_IO if it differs.
 * QORGAN_ABSENT if the content is not in the store. */
typedef int (*vault_piece)(void *context, uint64_t offset, struct span data, struct qorgan_error *error);
int vault_evidence_read(struct vault_view *view, struct span id, vault_piece each, void *context,
                        struct qorgan_error *error);

/* ---- The vault itself ------------------------------------------------------ */

const struct keys *vault_keys(const struct qorgan_store *vault);
const char *vault_state(const struct qorgan_store *vault);
const char *vault_user(const struct qorgan_store *vault);
/* The log's origin, "qorgan/UZB/<store id>"; valid until the vault is closed. */
const char *vault_origin(const struct qorgan_store *vault);
/* The languages that texts are wanted in, best first, NULL-terminated. */
const char *const *vault_languages(const struct qorgan_store *vault);
/* vault_languages_list(vault): the same as qorgan_store_set_languages takes them, "ru,en", so
 * that who reads in others for a while can go back. The caller frees it; NULL: no memory. */
char *vault_languages_list(const struct qorgan_store *vault);
/* vault_age_identity(view, identity, error): the state's X25519 identity into
 * secret memory of 32 bytes. */
int vault_age_identity(struct vault_view *view, uint8_t identity[32], struct qorgan_error *error);
/* vault_age_identities(view, identities, limit, count, error): that one, and those that it
 * had before its keys were changed, newest first, as many as there is room for: packages
 * may be on their way. */
int vault_age_identities(struct vault_view *view, uint8_t (*identities)[32], size_t limit, size_t *count,
                         struct qorgan_error *error);
/* vault_now(vault): the moment of this command, seconds since 1970: the clock,
 * or QORGAN_NOW. */
int64_t vault_now(const struct qorgan_store *vault);
/* vault_progress(vault, what, done, total): tell the user, seldom enough to be
 * called for every record; QORGAN_INTERRUPTED if they want to stop. */
int vault_progress(struct qorgan_store *vault, const char *what, uint64_t done, uint64_t total);

#endif
