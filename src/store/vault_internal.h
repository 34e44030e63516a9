/* What the files of the vault share among themselves. */
#ifndef STORE_VAULT_INTERNAL_H
#define STORE_VAULT_INTERNAL_H

#include "store/checkout.h"
#include "store/layout.h"
#include "store/log_keys.h"
#include "store/log_state.h"
#include "store/seal.h"
#include "store/seen.h"
#include "store/slot.h"
#include "store/vault.h"

struct qorgan_store {
	struct engine *engine;
	char *path; /* absolute */
	struct site *site; /* while it is being made */
	uint32_t format; /* of the store as it lies there; the next commit makes it today's */
	uint8_t id[KEYS_STORE_ID_SIZE];
	char id_text[2 * KEYS_STORE_ID_SIZE + 1];
	char origin[256];
	struct keys *keys; /* secret memory */
	struct author_key *author; /* by which who opened it signs: secret memory; see author.h */
	struct log_keys log_keys; /* that signed the log before */
	struct log_state *opened; /* the log as it was seen first, while the store is being opened from afar; or NULL */
	uint8_t slot;             /* number of the slot that opened it */
	struct slot_door door;    /* and what it is opened by */
	struct checkout checkout; /* what it is, if it is a copy to be taken along */
	bool read_only;
	bool apart;             /* not in its place yet: what this computer saw of the store is not about it */
	bool changing;          /* a change is open */
	struct seen seen;       /* what was last seen of this store on this computer */
	char mistrust[1000];    /* why nothing may be written, or "": rolled back, a copy... */
	char forgetful[400];    /* why the newest checkpoint cannot be remembered, or "" */
	char skew[400];         /* how far the clock was behind the last commit when a change began, or "" */
	bool renewed;           /* the keys were changed since they were opened */
	int64_t now;
	char *language_text;
	const char *languages[16];
	qorgan_progress progress;
	void *progress_context;
	int64_t progress_last_ms;
};

struct vault_view {
	struct qorgan_store *vault;
	struct engine_txn *txn;
	bool borrowed; /* the transaction is a change's own */
	uint64_t looked; /* objects told by vault_view_progress */
	vault_allows allows; /* NULL: all is seen */
	bool shows_absent;
	void *allows_context;
	struct log_state state;
};

/* vault_view_allows(view, record, code, error): whether a narrowed view shows a version; a
 * failure to tell is left in *code. */
bool vault_view_allows(struct vault_view *view, const struct vault_record *record, int *code,
                       struct qorgan_error *error);

/* vault_schema_shard: the shard of the heads that holds this kind. */
unsigned vault_schema_shard(const struct qorgan_store *vault, const struct schema *schema);

/* vault_id_hash: the key in `ids` of an object of this state. */
#define VAULT_ID_HASH_SIZE 16
void vault_id_hash(const struct qorgan_store *vault, const char *owner, const struct schema *schema, struct span id,
                   uint8_t hash[VAULT_ID_HASH_SIZE]);

/* vault_piece_key: the key of a piece of evidence: keyed, as the digest of a
 * content would tell whoever has the same file that it is here. */
struct layout_piece_key vault_piece_key(const struct qorgan_store *vault, const uint8_t digest[32], uint64_t offset);

/* vault_piece_is_committed: whether a row of evidence is of a change that the view
 * sees: it bears the size that the log had before. A malformed one counts, so
 * that it is met as damage. */
bool vault_piece_is_committed(const struct vault_view *view, struct span sealed);

/* vault_meta_get: open a sealed row of the table meta. QORGAN_ABSENT if none. */
int vault_meta_get(struct qorgan_store *vault, struct engine_txn *txn, const char *name, struct buffer *plain,
                   struct qorgan_error *error);
int vault_meta_put(struct qorgan_store *vault, struct engine_txn *txn, const char *name, struct span plain,
                   struct qorgan_error *error);
/* vault_meta_row_get, vault_meta_row_put: the same for keys that are not one letter. */
int vault_meta_row_get(struct qorgan_store *vault, struct engine_txn *txn, struct span key, struct buffer *plain,
                       struct qorgan_error *error);
int vault_meta_row_put(struct qorgan_store *vault, struct engine_txn *txn, struct span key, struct span plain,
                       struct qorgan_error *error);

/* vault_identify(path, vault, error): an open file and the store's id, without any key: for
 * what needs no more. The caller closes it. */
int vault_identify(const char *path, struct qorgan_store **vault, struct qorgan_error *error);

/* vault_open_rows(engine, path, keys, vault, error): a vault over an engine, which becomes its
 * own, by its first row and its slots alone: for a store that is being put together. The path is
 * for messages. The codes are those of qorgan_store_open. */
int vault_open_rows(struct engine *engine, const char *path, const struct qorgan_keys *keys, struct qorgan_store **vault,
                    struct qorgan_error *error);

/* vault_epoch_check(vault, txn, error): QORGAN_BUSY if other keys than the vault was opened
 * with are the store's by now. */
int vault_epoch_check(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error);

/* vault_store_row_put(vault, txn, error): the store's first row, of today's format and of
 * the epoch of the keys in use. */
int vault_store_row_put(const struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error);

/* vault_write_check(vault, error): QORGAN_DENIED where nothing may be written: the key only
 * reads, the store was opened for reading, or it is mistrusted. */
int vault_write_check(const struct qorgan_store *vault, struct qorgan_error *error);

/* vault_writer_wait(vault, error): become the one writer, waiting for another. */
int vault_writer_wait(struct qorgan_store *vault, struct qorgan_error *error);

/* vault_meta_expect: that rows of the table meta will be read, as always at a beginning. vault_log_expect: what the check
 * of the log reads: its last checkpoint, and the hashes that lead to its root now and when it was seen.
 * vault_change_foresee: what every change reads. */
void vault_meta_expect(struct engine_txn *txn);
void vault_log_expect(struct vault_view *view);
void vault_change_foresee(struct qorgan_store *vault);

/* vault_view_begin_expecting: a view by which the log will be checked. */
int vault_view_begin_expecting(struct qorgan_store *vault, struct vault_view **view, struct qorgan_error *error);

/* vault_state_load: the state of the log as this transaction sees it. */
int vault_state_load(struct qorgan_store *vault, struct engine_txn *txn, struct log_state *state,
                     struct qorgan_error *error);

/* vault_lookup: where an object lies in this transaction, staged ones too (their
 * leaf is not below the view's size). QORGAN_ABSENT if it has no entry. */
struct vault_entry {
	uint8_t shard;
	uint64_t number;
};
int vault_lookup(struct vault_view *view, const struct schema *schema, struct span id, struct vault_entry *entry,
                 struct qorgan_error *error);

/* vault_head_open, vault_history_open: decrypt a row into `record`; the leaf is
 * not compared with the view's size. */
int vault_head_open(struct vault_view *view, unsigned shard, uint64_t number, struct span sealed,
                    struct vault_record *record, struct qorgan_error *error);
int vault_history_open(struct vault_view *view, unsigned shard, uint64_t number, uint32_t version,
                       struct span sealed, struct vault_record *record, struct qorgan_error *error);

/* vault_leaf_open: the version behind a row of the leaves. */
int vault_leaf_open(struct vault_view *view, uint64_t leaf, const struct layout_leaf *row,
                    struct vault_record *record, struct qorgan_error *error);

/* tree_node_get(txn, table, key, hash): the hash in a row of `tree` or `mirror`. */
int tree_node_get(struct engine_txn *txn, unsigned table, struct span key, uint8_t hash[MERKLE_HASH_SIZE]);
/* vault_tree_node: the hash of a perfect subtree within the view's leaves. */
int vault_tree_node(void *view, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE]);
/* vault_tree_unread(view, error): why one could not be had: the store is damaged, or its server was lost. */
int vault_tree_unread(const struct vault_view *view, struct qorgan_error *error);

/* vault_staged_remove: delete what an interrupted change left behind the log's
 * end. Called by the one writer, with the log's committed state. */
int vault_staged_remove(struct qorgan_store *vault, struct qorgan_error *error);

/* vault_change_piece: store one piece of evidence. */
int vault_change_piece(struct vault_change *change, const uint8_t digest[32], uint64_t offset, struct span data,
                       struct qorgan_error *error);

/* vault_remember: save what was seen last; a computer that cannot is no reason to
 * refuse the store, but one to tell. */
void vault_remember(struct qorgan_store *vault);

/* vault_log_check: the newest checkpoint against the log, and the log against
 * what this computer saw last: `mistrust` says what is wrong with that. */
int vault_log_check(struct qorgan_store *vault, struct qorgan_error *error);

/* vault_checkpoint_open: the signed checkpoint of a commit, its signature and
 * root checked against `tree`. */
int vault_checkpoint_open(struct vault_view *view, uint64_t commit, const struct merkle_frontier *tree,
                          struct buffer *note, struct qorgan_error *error);

#endif
