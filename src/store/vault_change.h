/* A change while it is being made: what its files share. */
#ifndef STORE_VAULT_CHANGE_H
#define STORE_VAULT_CHANGE_H

#include "base/date.h"
#include "store/vault_internal.h"

/* Dirty pages of a transaction lie in memory: past this much, go on in the next. To a server it is sent on the way, so
 * that both work at once. */
#define VAULT_BATCH_BYTES ((size_t)48 << 20)
#define VAULT_BATCH_BYTES_FAR ((size_t)8 << 20)
/* vault_change_is_full(change): whether it is as much as that: then vault_change_batch. */
bool vault_change_is_full(const struct vault_change *change);

/* An object whose head is to be swapped at the end. */
struct changed {
	uint64_t number;
	uint32_t version; /* the new one */
	uint8_t shard;
};

struct vault_change {
	struct vault_view view; /* the write transaction, and the log as it was */
	struct log_state next;  /* the log as it will be */
	char user[RECORD_USER_LIMIT];
	int64_t moment;         /* that it bears: the clock's, or the last commit's if that is later */
	int64_t behind;         /* seconds by which the clock was behind that */
	char time[TIME_TEXT_SIZE]; /* the moment as text */
	char *message;
	uint64_t checked;       /* leaves below this were hashed again */
	size_t batch_bytes;     /* written in this transaction */
	size_t scattered_bytes; /* of pages that entries of the mirror's index, in no order, may have touched */
	uint64_t versions, pieces;
	uint64_t failures;      /* of memory, before the change began */
	int node_code;          /* of writing tree nodes, from within a callback */
	struct qorgan_error *node_error;
	struct buffer changed;  /* of struct changed */
	struct buffer sealed, text;
	struct vault_record before;
	struct vault_view peek; /* see mirror_change_peek */
	struct author_key *author; /* that the change brings for who opened the vault, or NULL; see author.h */
	struct keys *former_keys; /* of a change that brings new keys; see vault_rekey.h */
	bool committed;
	unsigned next_log;      /* above the number of every log that was given one in this change */
};

void vault_change_free(struct vault_change *change);

/* vault_change_row: seal `plain` for its place and put it there: see engine_put, engine_add and engine_append. */
enum vault_row { VAULT_ROW_SET, VAULT_ROW_ADD, VAULT_ROW_APPEND };
int vault_change_row(struct vault_change *change, unsigned table, const struct seal_place *place, struct span plain,
                     enum vault_row how, struct qorgan_error *error);
/* vault_change_record: the canonical bytes of a new version, in change->text. */
int vault_change_record(struct vault_change *change, const char *kind, const char *id, uint32_t version,
                        struct span body, struct qorgan_error *error);
/* vault_change_leaf: append the leaf of the record in change->text. */
int vault_change_leaf(struct vault_change *change, unsigned shard, uint64_t number, uint32_t version,
                      struct qorgan_error *error);
/* vault_change_batch: what was staged is hashed again and committed, behind the
 * end of the log; the change goes on in a new transaction. */
int vault_change_batch(struct vault_change *change, struct qorgan_error *error);

#endif
