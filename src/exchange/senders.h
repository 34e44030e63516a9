/* Whose packages are taken in: the partners on record, by the keys that were
 * pinned. */
#ifndef EXCHANGE_SENDERS_H
#define EXCHANGE_SENDERS_H

#include "crypto/minisign.h"
#include "crypto/note.h"
#include "store/vault.h"

/* Keys that a partner gave up for newer ones; of so many, the newest count. */
#define SENDER_FORMER_LIMIT 16
struct sender_former {
	uint8_t log[NOTE_KEY_SIZE];
	uint64_t until; /* the size of the log beyond which it signed nothing */
};

struct sender {
	char id[RECORD_NAME_LIMIT];
	struct minisign_public package; /* signs its packages */
	char origin[256];               /* of its log */
	uint8_t log[NOTE_KEY_SIZE];     /* signs its checkpoints */
	char cosigner[256];             /* the name by which it countersigns, or "" */
	uint8_t witness[NOTE_KEY_SIZE]; /* its key for that */
	int64_t secret_since;           /* since when a secret is shared with it; 0: none is */
	bool observer;
	bool retired;
	unsigned former_count;
	struct sender_former former[SENDER_FORMER_LIMIT]; /* of the same log, oldest first */
};

/* sender_log_key(sender, size): the key that signs its log at that size. */
const uint8_t *sender_log_key(const struct sender *sender, uint64_t size);

/* senders_load(view, senders, count, error): all partners with a key for packages and
 * one of their log; the others cannot send. The caller frees the array. */
int senders_load(struct vault_view *view, struct sender **senders, size_t *count, struct qorgan_error *error);

#endif
