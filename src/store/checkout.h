/* A copy of a store that somebody takes along, to read and to draft in.
 *
 * What is written to it is signed as a draft: its checkpoints bear a name of the checkout's own, and so are none of the
 * state's log, which cannot be forked by them. It says in its table meta where it was taken from, and at which commit. */
#ifndef STORE_CHECKOUT_H
#define STORE_CHECKOUT_H

#include "store/vault.h"

#define CHECKOUT_TOKEN_SIZE 8
struct checkout {
	bool known;       /* the store is one */
	bool done;        /* its drafts are in the store */
	uint64_t commits; /* that it was taken at, and the leaves of these */
	uint64_t leaves;
	uint8_t root[MERKLE_HASH_SIZE]; /* of so many leaves */
	int64_t time;     /* when it was taken, seconds since 1970 */
	uint8_t token[CHECKOUT_TOKEN_SIZE]; /* drawn for it */
	char origin[320]; /* that the checkpoints of its drafts bear */
	char from[4096];  /* the place of the store */
};

/* checkout_load(vault, txn, error): vault->checkout, whose `known` is false if it is none. */
int checkout_load(struct qorgan_store *vault, struct engine_txn *txn, struct qorgan_error *error);
/* checkout_put(vault, txn, checkout, error): make what lies there, which has the vault's keys, such a checkout. */
int checkout_put(struct qorgan_store *vault, struct engine_txn *txn, const struct checkout *checkout,
                 struct qorgan_error *error);
/* checkout_of(vault): what it is a checkout of; NULL if it is none. */
const struct checkout *checkout_of(const struct qorgan_store *vault);
/* checkout_close(vault, error): its drafts are in the store: nothing more is written to it. */
int checkout_close(struct qorgan_store *vault, struct qorgan_error *error);

/* checkout_refuse(vault, error): QORGAN_DENIED in a checkout, where it is for the store alone to do something. */
int checkout_refuse(const struct qorgan_store *vault, struct qorgan_error *error);
/* checkout_refuse_kind(vault, schema, error): the same, unless objects of the kind can be drafted. */
int checkout_refuse_kind(const struct qorgan_store *vault, const struct schema *schema, struct qorgan_error *error);

/* checkout_origin(vault, commit): the name that the checkpoint and the author's signature of a commit are under. */
const char *checkout_origin(const struct qorgan_store *vault, uint64_t commit);
/* checkout_seen_name(vault, name): under which this computer remembers it: that of the store is another. */
#define CHECKOUT_SEEN_SIZE 64
void checkout_seen_name(const struct qorgan_store *vault, char name[CHECKOUT_SEEN_SIZE]);

#endif
