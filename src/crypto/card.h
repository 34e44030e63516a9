/* The card of a state: its public keys and how long they hold, as a text that
 * people can read, signed by the log key (C2SP signed-note, named by the origin).
 * The signature shows that the card is whole; whose it is, only people can tell,
 * by comparing its fingerprint. */
#ifndef CRYPTO_CARD_H
#define CRYPTO_CARD_H

#include "base/date.h"
#include "crypto/note.h"

#define CARD_LIMIT 16384 /* bytes of a card that is read */
#define CARD_SIZE_LARGEST (((uint64_t)1 << 53) - 1) /* of a log: what JSON holds exactly */
#define CARD_FINGERPRINT_DIGITS 40
#define CARD_FINGERPRINT_SIZE 48 /* eight groups of five digits, blanks between, and the zero */

struct card {
	char state[65], origin[256];
	char recipient[64];             /* age, X25519 */
	char minisign[60];              /* of packages */
	char vkey[NOTE_VKEY_LIMIT];     /* of the log; its name is the origin */
	char cosigner[NOTE_VKEY_LIMIT]; /* for countersigning, or "" */
	int64_t created;                /* seconds since 1970 */
	date_day valid_from, valid_until; /* first and last day */
	/* Of a card that takes the place of another: the log key before, or "", and the size of
	 * the log beyond which that key signs nothing. */
	char former[NOTE_VKEY_LIMIT];
	uint64_t former_size;
};

/* card_keys_format(card, to): the lines of state, origin and keys, as they stand
 * in the card. They are what the fingerprint is of, and what a QR code shows. */
void card_keys_format(const struct card *card, struct buffer *to);

/* card_fingerprint(card, text): of those lines, in eight groups of five digits. */
void card_fingerprint(const struct card *card, char text[CARD_FINGERPRINT_SIZE]);
/* card_fingerprint_parse(text, normal): digits as a person types them, with blanks
 * and dashes anywhere, brought to the form above; false unless there are 40. */
bool card_fingerprint_parse(const char *text, char normal[CARD_FINGERPRINT_SIZE]);

/* card_sign(card, seed, note, error): append the card, signed with the Ed25519 seed
 * of its log key. QORGAN_BAD_DATA if the card breaks a rule or the seed is another's. */
int card_sign(const struct card *card, const uint8_t seed[32], struct buffer *note, struct qorgan_error *error);

/* card_sign_successor(card, seed, former_seed, note, error): the same with a second
 * signature by the log key that the card replaces, card->former, so that whoever knows
 * that key need not compare again. */
int card_sign_successor(const struct card *card, const uint8_t seed[32], const uint8_t former_seed[32],
                        struct buffer *note, struct qorgan_error *error);

/* card_read(note, card, error): QORGAN_BAD_DATA if it is no card, or one that is
 * not written exactly as card_sign writes it; QORGAN_PROTOCOL if its own log key
 * did not sign it. Whether it is valid today is not looked at. */
int card_read(struct span note, struct card *card, struct qorgan_error *error);

/* card_is_signed_by(note, vkey): whether the log key `vkey` signed it too. */
bool card_is_signed_by(struct span note, const char *vkey);

#endif
