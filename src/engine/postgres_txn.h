/* What the beginning and the end of a transaction on a server share. */
#ifndef ENGINE_POSTGRES_TXN_H
#define ENGINE_POSTGRES_TXN_H

#include "engine/postgres.h"

/* Numbers as the server takes them, which lie in the place given. */
struct postgres_number_place {
	uint8_t bytes[8];
};
struct postgres_value postgres_store_value(const struct postgres_engine *engine, struct postgres_number_place *place);
struct postgres_value postgres_number_value(uint64_t value, struct postgres_number_place *place);

bool postgres_moment_is(const struct postgres_moment *a, const struct postgres_moment *b);

/* postgres_hold(engine, wait, foresees, until, held, moment, error): a link within a transaction that holds the row of the
 * store, tried for over other connections until then; with 0, for a while from when the first one broke. The link has as long for
 * what comes next. */
int postgres_hold(struct postgres_engine *engine, bool wait, bool foresees, int64_t until, struct postgres_link **held,
                  struct postgres_moment *moment, struct qorgan_error *error);

/* postgres_change_follow(txn, next): what is known goes on to be known after the change. */
void postgres_change_follow(struct postgres_txn *txn, const struct postgres_moment *next);
/* postgres_writer_note(engine, txn): which transaction writes now; NULL: none. */
void postgres_writer_note(struct postgres_engine *engine, struct postgres_txn *txn);
void postgres_txn_free(struct postgres_txn *txn);

#endif
