/* The keys that signed this state's log, one after another: each but the first took its
 * place by a card that the key before signed too. */
#ifndef STORE_LOG_KEYS_H
#define STORE_LOG_KEYS_H

#include <stdint.h>

#include "base/error.h"

struct vault_view;

struct log_keys {
	uint32_t epoch; /* for which the former ones were read; 0: not yet */
	uint32_t count;
	struct log_key_former {
		uint8_t key[32];
		uint64_t until; /* the size of the log beyond which it signed nothing */
	} *former; /* oldest first */
};

/* vault_log_key(view, size, key, error): the key that signs the log at that size. QORGAN_IO
 * if the cards do not lead from one key to the next. */
int vault_log_key(struct vault_view *view, uint64_t size, uint8_t key[32], struct qorgan_error *error);

/* vault_log_replaced(view, until, error): the size of the log beyond which the key that
 * holds now signs it alone; 0 if it always did. */
int vault_log_replaced(struct vault_view *view, uint64_t *until, struct qorgan_error *error);

/* log_keys_free(keys): what it holds, not itself. */
void log_keys_free(struct log_keys *keys);

#endif
