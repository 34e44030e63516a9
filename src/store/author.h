/* The key of an author: with each slot goes an Ed25519 key by which whoever opens the store
 * with it signs commits, so that "it was not me" can be judged within a state, too: the log's
 * key signs for the state and is in the hands of all who write.
 *
 * The seed lies in an age file for the slot's recipient, in a row of its own: neither an
 * administrator, who makes slots anew, nor another user opens it. Which key is whose stands
 * in the user's record. */
#ifndef STORE_AUTHOR_H
#define STORE_AUTHOR_H

#include "store/vault.h"

struct engine_txn;

#define AUTHOR_KEY_TEXT 45       /* Base64 of a public key, and its zero */
#define AUTHOR_SIGNATURE_TEXT 89 /* and of a signature */

struct author_key {
	uint8_t pair[64]; /* seed and public key, as libsodium has them; zeros: none */
};

/* author_key_make(change, number, recipient, text, error): a new key for the slot of that
 * number, in place of one that it has; gives the public key. If it is the slot that opened the
 * vault, what comes after this change is signed by it; the change itself, too, if there was none
 * before. */
int author_key_make(struct vault_change *change, uint8_t number, const uint8_t recipient[32],
                    char text[AUTHOR_KEY_TEXT], struct qorgan_error *error);
/* author_change_key(change): by which the change is to be signed; author_change_settle(change):
 * at its end, whatever the result. */
const struct author_key *author_change_key(const struct vault_change *change);
void author_change_settle(struct vault_change *change);
/* author_key_remove(change, number, error): nothing, if there is none. */
int author_key_remove(struct vault_change *change, uint8_t number, struct qorgan_error *error);
/* author_key_is_kept(view, number): whether the slot has one. author_key_is_formed: and it has the form of one;
 * what is in it is seen by nobody but who opens it. author_file_is_formed: the same of the row's value. */
bool author_key_is_kept(struct vault_view *view, uint8_t number);
bool author_key_is_formed(struct vault_view *view, uint8_t number);
bool author_file_is_formed(struct span file);
/* author_keys_prune(change, error): remove those of slots that are no more. */
int author_keys_prune(struct vault_change *change, struct qorgan_error *error);

/* author_key_open(txn, number, identity, author, error): the key of a slot, into secret memory;
 * zeros where there is none that the identity opens. Fails only for want of memory. */
int author_key_open(struct engine_txn *txn, uint8_t number, const uint8_t identity[32], struct author_key *author,
                    struct qorgan_error *error);
bool author_key_is_known(const struct author_key *author);
/* author_key_format(author, text): the public key. */
void author_key_format(const struct author_key *author, char text[AUTHOR_KEY_TEXT]);

/* author_check(view, error): whether the key of who opened the vault is the one on record:
 * QORGAN_DENIED, as what is signed by another would be taken for somebody else's. */
int author_check(struct vault_view *view, struct qorgan_error *error);

/* ---- What is signed --------------------------------------------------------------------- */

/* A commit before its own leaf: all that its author answers for. */
struct author_claim {
	const char *origin;  /* of the log */
	struct span user;    /* in whose name */
	struct span time;
	uint64_t number;     /* of the commit */
	uint64_t size;       /* of the tree with all versions of the commit, but for its own leaf */
	uint8_t root[MERKLE_HASH_SIZE]; /* of that tree */
	struct span message; /* canonical JSON, or no data */
	struct span signer;  /* user whose key signs */
	uint64_t versions;
};

/* author_body_write(claim, author, body): append the commit's body; unsigned without a key. */
void author_body_write(const struct author_claim *claim, const struct author_key *author, struct buffer *body);

enum author_verdict { AUTHOR_UNSIGNED, AUTHOR_SIGNED, AUTHOR_FALSE };
/* author_body_judge(claim, body, key): whether the body bears a good signature of the claim, by
 * the key that it names. Fills in message, signer and versions of the claim from the body. */
enum author_verdict author_body_judge(struct author_claim *claim, struct span body, char key[AUTHOR_KEY_TEXT],
                                      char signer[RECORD_USER_LIMIT]);

/* author_signer(view, number, signer, error): whose signature that commit bears, by a key that is
 * on an endorsed record of that user today; "" if none that holds. */
int author_signer(struct vault_view *view, uint64_t number, char signer[RECORD_USER_LIMIT], struct qorgan_error *error);

#endif
