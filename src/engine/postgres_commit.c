/* The end of a change on a server: one journey. Of a commit that got no answer nobody knows whether it came in: that is looked
 * up by the lot that was drawn for it, before anything is said or done again. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "engine/postgres_cache.h"
#include "engine/postgres_txn.h"

#define COMMIT_ATTEMPTS 5

static const struct postgres_statement moment_set = {
	"set", "UPDATE qorgan.stores SET changes = $2, token = $3 WHERE store = $1",
};
static const struct postgres_statement outcome_set = {
	"outcome", "INSERT INTO qorgan.outcomes (store, change, token) VALUES ($1, $2, $3)",
};
static const struct postgres_statement outcome_find = {
	"find", "SELECT token FROM qorgan.outcomes WHERE store = $1 AND change = $2",
};
static const struct postgres_statement commit = { NULL, "COMMIT" };

/* The end of what was sent before it: the moment is said, and all of it committed. A server that warns may have
 * committed without waiting any longer for its standbys, as where its administrator ends that: it counts for no answer. */
static int moment_commit(struct postgres_txn *txn, const struct postgres_value values[3], struct qorgan_error *error)
{
	int code = postgres_ask(txn->link, &moment_set, 3, values, error);

	txn->link->warned = false;
	if (!code)
		code = postgres_ask(txn->link, &commit, 0, NULL, error);
	if (!code)
		code = postgres_answer(txn->link, NULL, 0, NULL, error);
	if (!code && txn->link->warned)
		code = postgres_lose(txn->link, "it did not wait for the servers that stand by", error);
	if (!code)
		txn->link->within = false;
	return code;
}

static int commit_once(struct postgres_txn *txn, const struct postgres_moment *next, struct qorgan_error *error)
{
	struct postgres_number_place store, change;
	const struct postgres_value values[] = {
		postgres_store_value(txn->engine, &store),
		postgres_number_value(next->changes, &change),
		{ POSTGRES_BYTEA, next->token, POSTGRES_TOKEN_SIZE },
	};
	int code = postgres_send(txn, error);

	if (!code)
		code = postgres_ask(txn->link, &outcome_set, 3, values, error);
	return code ? code : moment_commit(txn, values, error);
}

/* What the server says of a commit that it did not answer: while it holds the row nothing that was under way there can
 * still come in. That it says so must itself have come through to the servers that stand by: else they could take over
 * without it, or have taken over already from one that was only frozen, and shows the state of that time. */
static int outcome_look(struct postgres_txn *txn, const struct postgres_moment *next, int64_t until, bool *is_in,
                        struct qorgan_error *error)
{
	struct postgres_number_place store, change;
	const struct postgres_value values[] = { postgres_store_value(txn->engine, &store), postgres_number_value(next->changes, &change) };
	struct postgres_value again[3];
	struct postgres_number_place last;
	struct postgres_moment moment;
	PGresult *answer = NULL;
	unsigned found = 0;
	struct span token;
	int code = postgres_hold(txn->engine, true, false, until, &txn->link, &moment, error);

	if (!code)
		code = postgres_ask(txn->link, &outcome_find, 2, values, error);
	if (!code)
		code = postgres_answer(txn->link, &answer, 1, &found, error);
	if (code)
		return code;
	*is_in = postgres_column(txn->engine->pq, answer, 0, 0, &token) && token.size == POSTGRES_TOKEN_SIZE &&
	         memcmp(token.data, next->token, POSTGRES_TOKEN_SIZE) == 0;
	txn->engine->pq->PQclear(answer);
	bool is_same = postgres_moment_is(&moment, &txn->moment);
	if (!*is_in && is_same && !txn->sent) /* it is said again, and so made sure of */
		return QORGAN_OK;
	again[0] = values[0];
	again[1] = postgres_number_value(moment.changes, &last);
	again[2] = (struct postgres_value){ POSTGRES_BYTEA, moment.token, POSTGRES_TOKEN_SIZE };
	code = moment_commit(txn, again, error);
	if (!code && !*is_in && !is_same)
		code = error_set(error, QORGAN_NO, "the store was changed meanwhile: nothing of this change is in it; run the command "
		                 "again");
	return code;
}

/* After a commit without an answer. QORGAN_OK: it is in, or (*is_in is false) it is not, and can be said again. */
static int outcome_find_out(struct postgres_txn *txn, const struct postgres_moment *next, bool *is_in,
                            struct qorgan_error *error)
{
	struct timespec pause = POSTGRES_PAUSE;
	int64_t until = postgres_moment_in(POSTGRES_GO_ON);
	struct qorgan_error why = { 0 };
	int code;

	do {
		postgres_link_give(txn->engine, txn->link);
		txn->link = NULL;
		code = outcome_look(txn, next, until, is_in, &why);
		if (!code && !*is_in && txn->sent)
			return error_set(error, QORGAN_BUSY, "the connection to the server was lost at the end of a large change, of which "
			                 "nothing is stored: run the command again");
		if (code == QORGAN_NO)
			return error_set(error, QORGAN_BUSY, "%s", why.message);
	} while (code && postgres_pause(&pause, until));
	if (code)
		code = error_set(error, QORGAN_BUSY, "whether the change is stored is not known, as the connection was lost at its end and no other "
		          "could be made: look before you run the command again (%s)", why.message);
	else
		txn->link->until = 0;
	return code;
}

int postgres_commit(struct engine_txn *base, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	struct postgres_engine *engine = txn->engine;
	struct postgres_moment next = { .changes = txn->moment.changes + 1 };
	bool is_in = false;
	int code = getrandom(next.token, sizeof next.token, 0) == sizeof next.token
	               ? QORGAN_OK
	               : error_set_system(error, QORGAN_INTERNAL, "no random bytes");

	if (!code && !txn->link)
		code = error_set(error, QORGAN_BUSY, "the connection to the server was lost, and nothing is stored: try again");
	for (unsigned attempt = 0; !code && !is_in && attempt < COMMIT_ATTEMPTS; attempt++) {
		code = commit_once(txn, &next, error);
		is_in = !code;
		if (code && txn->link->lost)
			code = outcome_find_out(txn, &next, &is_in, error);
	}
	if (!code && !is_in)
		code = error_set(error, QORGAN_BUSY, "the connection to the server is lost again and again: nothing of the change is "
		                 "stored; try later");
	if (!code) {
		engine->held = next;
		postgres_change_follow(txn, &next);
	}
	postgres_writer_note(engine, NULL);
	postgres_txn_free(txn);
	return code;
}
