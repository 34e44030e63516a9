/* Cards: the public keys of a state, for its partners, as a text that is signed by
 * its own log key. What makes a card true is that two people compare its
 * fingerprint, by telephone for instance; the library says when they must. */
#ifndef QORGAN_CARD_H
#define QORGAN_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qorgan/object.h"
#include "qorgan/store.h"

#define QORGAN_CARD_LIMIT 16384 /* bytes of a card that is read */

struct qorgan_card {
	char state[65], origin[256];
	char recipient[64];  /* age recipient */
	char minisign[60];   /* public key line of packages */
	char vkey[512];      /* verifier key of the log */
	char cosigner[512];  /* verifier key for countersigning; "" if there is none */
	char created[21];    /* RFC 3339 */
	char valid_from[11], valid_until[11]; /* first and last day */
	char fingerprint[48]; /* of state, origin and keys: eight groups of five digits */
	char replaces[512];   /* verifier key of the log that it replaces, or "" */
	uint64_t replaced_at; /* if so: the size of the log beyond which that key signs nothing */
};

/* qorgan_card_make(store, valid_until, card, text, error): this state's card as of
 * now, valid from today through `valid_until` (NULL: for three years), and, unless
 * `text` is NULL, its signed text, which the caller frees. QORGAN_BAD_DATA if the
 * day is none or has passed; QORGAN_DENIED if it is to be signed and the key only
 * reads. */
int qorgan_card_make(struct qorgan_store *store, const char *valid_until, struct qorgan_card *card, char **text,
                     struct qorgan_error *error);
/* qorgan_card_successor(store, epoch, card, text, error): the card by which the keys of that
 * epoch (0: those in use) took the place of the ones before, as both log keys signed it
 * then. QORGAN_ABSENT if there is none. */
int qorgan_card_successor(struct qorgan_store *store, uint32_t epoch, struct qorgan_card *card, char **text,
                          struct qorgan_error *error);
/* qorgan_card_keys(card, text, error): the lines of which the fingerprint is made,
 * for a QR code. The caller frees them. */
int qorgan_card_keys(const struct qorgan_card *card, char **text, struct qorgan_error *error);

/* qorgan_fingerprint_parse(text, normal): digits with blanks and dashes anywhere, in
 * the form that a card has; false unless there are 40. */
bool qorgan_fingerprint_parse(const char *text, char normal[48]);

/* What a card is to the store that it is shown to. */
enum qorgan_card_standing {
	QORGAN_CARD_NEW,       /* no card of that partner is known: to be compared */
	QORGAN_CARD_KNOWN,     /* the very card that is pinned */
	QORGAN_CARD_RENEWED,   /* newer, of the same log key */
	QORGAN_CARD_SUCCESSOR, /* of another log key, and signed by the pinned one */
	QORGAN_CARD_STRANGE    /* of another log key, and not signed by the pinned one: to
	                        * be compared, and only if the partner says that it lost that key */
};
struct qorgan_card_judgement {
	struct qorgan_card card;
	enum qorgan_card_standing standing;
	uint32_t version;   /* of the partner on record; 0: none */
	char replaces[11];  /* day of the card that is pinned, or "" */
	char vkey[512];     /* log key that is pinned by a card, or "" */
	char today[11];
};

/* qorgan_card_judge(store, text, size, judgement, error): read a card, check it and
 * look at what is pinned. QORGAN_BAD_DATA: no card, or of a state that is not on
 * record; QORGAN_PROTOCOL: altered; QORGAN_DENIED: not valid today, the store's own,
 * older than the one that is pinned, of a key that was given up, of a partner
 * that is retired, or with another partner's key for packages. */
int qorgan_card_judge(struct qorgan_store *store, const char *text, size_t size,
                      struct qorgan_card_judgement *judgement, struct qorgan_error *error);

/* qorgan_change_card(change, judgement, error): turn to the partner and pin the card
 * that was judged, and compared where it must be. The commit fails with QORGAN_BUSY
 * if the partner was changed since. */
int qorgan_change_card(struct qorgan_change *change, const struct qorgan_card_judgement *judgement,
                       struct qorgan_error *error);

#endif
