/* Transactions on a server: their beginning, and going on where a connection broke.
 *
 * A reader has a transaction in which the server shows one moment. A writer holds the row of its store from the
 * beginning to the end, so no other change comes in between; that no two ever follow the same change is made sure of
 * once more by the number of the change, which the server keeps unique.
 *
 * A connection may break at any moment. What was only read is read again over another one, if the store still stands
 * at the same change. Of a commit: postgres_commit.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "engine/postgres_cache.h"
#include "engine/postgres_txn.h"

static const struct postgres_statement begin_read = { NULL, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
static const struct postgres_statement begin_write = { NULL, "BEGIN ISOLATION LEVEL READ COMMITTED" };
/* Others wait in the order in which they came; who is asked not to wait does so this long, as the server gives the
 * row to whom stands next. */
static const struct postgres_statement wait_little = { NULL, "SET LOCAL lock_timeout = '1s'" };
static const struct postgres_statement wait_long = { NULL, "SET LOCAL lock_timeout = '30s'" };
/* Who waits for a row that its holder changes is woken by each change, and waits again: of thirty all thirty are. So they
 * queue for a lock before it, of which one is woken. The row is what keeps two from writing at once. */
static const struct postgres_statement queue = {
	"queue", "SELECT pg_advisory_xact_lock(1366258279, $1)", /* "Qorg" */
};
static const struct postgres_statement moment_read = {
	"moment", "SELECT changes, token FROM qorgan.stores WHERE store = $1",
};
static const struct postgres_statement moment_hold = {
	"hold", "SELECT changes, token, name FROM qorgan.stores WHERE store = $1 FOR UPDATE",
};
static const struct postgres_statement rollback = { NULL, "ROLLBACK" };

/* ---- Connections ------------------------------------------------------------------------- */

int postgres_link_take(struct postgres_engine *engine, int64_t until, struct postgres_link **link,
                       struct qorgan_error *error)
{
	pthread_mutex_lock(&engine->mutex);
	struct postgres_link *idle = engine->idle;
	if (idle)
		engine->idle = idle->next;
	pthread_mutex_unlock(&engine->mutex);
	if (!idle)
		return postgres_connect(engine->pq, &engine->place, !engine->base.read_only, until, link, error);
	idle->next = NULL;
	idle->until = until;
	*link = idle;
	return QORGAN_OK;
}

void postgres_link_give(struct postgres_engine *engine, struct postgres_link *link)
{
	if (!link)
		return;
	/* What was asked and not answered is not waited for: it is settled by who takes the connection next. */
	if (!link->lost && link->within && (postgres_ask(link, &rollback, 0, NULL, NULL) || postgres_leave(link)))
		link->lost = true;
	link->within = false;
	if (link->lost) {
		postgres_disconnect(link);
		return;
	}
	pthread_mutex_lock(&engine->mutex);
	link->next = engine->idle;
	engine->idle = link;
	pthread_mutex_unlock(&engine->mutex);
}

/* ---- The moment --------------------------------------------------------------------------- */

struct postgres_value postgres_store_value(const struct postgres_engine *engine, struct postgres_number_place *place)
{
	bytes_put_u32(place->bytes, engine->number);
	return (struct postgres_value){ POSTGRES_INT4, place->bytes, 4 };
}

struct postgres_value postgres_number_value(uint64_t value, struct postgres_number_place *place)
{
	bytes_put_u64(place->bytes, value);
	return (struct postgres_value){ POSTGRES_INT8, place->bytes, 8 };
}

static int moment_take(const struct postgres_engine *engine, const PGresult *answer, struct postgres_moment *moment,
                       struct qorgan_error *error)
{
	struct span token;

	if (engine->pq->PQntuples(answer) == 0)
		return error_set(error, QORGAN_ABSENT, "there is no store at %s any more", engine->text);
	if (!postgres_number(engine->pq, answer, 0, 0, &moment->changes) ||
	    !postgres_column(engine->pq, answer, 0, 1, &token) || token.size != POSTGRES_TOKEN_SIZE)
		return error_set(error, QORGAN_IO, "the server's answer is not what was asked for: the tables are damaged");
	memcpy(moment->token, token.data, POSTGRES_TOKEN_SIZE);
	return QORGAN_OK;
}

bool postgres_moment_is(const struct postgres_moment *a, const struct postgres_moment *b)
{
	return a->changes == b->changes && memcmp(a->token, b->token, POSTGRES_TOKEN_SIZE) == 0;
}

/* ---- What is known of the moment ------------------------------------------------------------ */

/* The cache of a moment: that of earlier transactions, or a new one. Held for the caller; NULL without memory. */
static struct postgres_cache *cache_take(struct postgres_engine *engine, const struct postgres_moment *moment)
{
	pthread_mutex_lock(&engine->mutex);
	if (!postgres_cache_is_of(engine->cache, moment)) {
		struct postgres_cache *later = postgres_cache_later(engine->cache, moment);
		postgres_cache_release(engine->cache);
		engine->cache = later;
	}
	struct postgres_cache *cache = postgres_cache_hold(engine->cache);
	pthread_mutex_unlock(&engine->mutex);
	return cache;
}

static void cache_settle(struct postgres_txn *txn)
{
	if (!txn->cache && !txn->sent)
		txn->cache = cache_take(txn->engine, &txn->moment);
}

/* A reader goes its own way. */
static void reader_part(struct postgres_txn *txn)
{
	struct postgres_txn **at = &txn->engine->joined;

	while (*at && *at != txn)
		at = &(*at)->next_joined;
	if (*at)
		*at = txn->next_joined;
	txn->joins = false;
	txn->cache = NULL;
}

/* After a change of one's own what is known goes on to be known. */
void postgres_change_follow(struct postgres_txn *txn, const struct postgres_moment *next)
{
	struct postgres_engine *engine = txn->engine;

	while (engine->joined)
		reader_part(engine->joined);
	postgres_cache_release(txn->cache);
	txn->cache = NULL;
	pthread_mutex_lock(&engine->mutex);
	bool follows = !txn->sent && postgres_cache_is_of(engine->cache, &txn->moment);
	struct postgres_cache *cache = follows ? postgres_cache_follow(engine->cache, txn->pending, next) : NULL;
	postgres_cache_release(engine->cache);
	engine->cache = cache;
	pthread_mutex_unlock(&engine->mutex);
}

/* ---- The row of the store -------------------------------------------------------------------- */

#define POSTGRES_ANSWERS (POSTGRES_EXPECTED + 4)

/* A link within a transaction that holds the row of the store. */
static int hold_once(struct postgres_engine *engine, bool wait, bool foresees, int64_t until, struct postgres_link **held,
                     struct postgres_moment *moment, bool *lost, struct qorgan_error *error)
{
	struct postgres_number_place store;
	const struct postgres_value values[] = { postgres_store_value(engine, &store) };
	struct postgres_link *link = NULL;
	PGresult *answers[POSTGRES_ANSWERS];
	const unsigned at = engine->no_queue ? 0 : 1; /* the answer for the row */
	unsigned found = 0, expected = at + 1 + (foresees ? postgres_expected_count(&engine->foreseen) : 0);
	int code = postgres_link_take(engine, until, &link, error);

	*lost = code == QORGAN_BUSY;
	if (code)
		return code;
	if (!link->prepared) {
		link->prepared = true;
		if (postgres_expected_prepare(engine, link) || postgres_write_prepare(engine, link) || postgres_leave(link))
			link->lost = true;
	}
	link->within = true;
	code = postgres_ask(link, &begin_write, 0, NULL, error);
	if (!code)
		code = postgres_ask(link, wait ? &wait_long : &wait_little, 0, NULL, error);
	if (!code && !engine->no_queue)
		code = postgres_ask(link, &queue, 1, values, error);
	if (!code)
		code = postgres_ask(link, &moment_hold, 1, values, error);
	/* Each is answered as of when it comes to it: so when the row is held. */
	if (!code && foresees)
		code = postgres_expected_ask(engine, link, &engine->foreseen, error);
	if (!code)
		code = postgres_answer(link, answers, POSTGRES_ANSWERS, &found, error);
	if (!code && found != expected)
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for");
	if (!code)
		code = moment_take(engine, answers[at], moment, error);
	if (!code) {
		struct span name;
		engine->is_current = postgres_column(engine->pq, answers[at], 0, 2, &name) && span_is(name, engine->place.name);
	}
	if (!code && foresees) {
		struct postgres_cache *cache = cache_take(engine, moment);
		postgres_expected_take(engine, cache, &engine->foreseen, answers + at + 1);
		postgres_cache_release(cache);
	}
	while (found)
		engine->pq->PQclear(answers[--found]);
	/* A database that knows no such lock does without. */
	bool again = code && link->lacks && !engine->no_queue;
	*lost = link->lost;
	if (code)
		postgres_link_give(engine, link);
	else
		*held = link;
	if (!again)
		return code;
	engine->no_queue = true;
	return hold_once(engine, wait, foresees, until, held, moment, lost, error);
}

/* Tries again over other connections, until then; with 0, for a while from when the first one broke. The link has as
 * long for what comes next. */
int postgres_hold(struct postgres_engine *engine, bool wait, bool foresees, int64_t until, struct postgres_link **held,
                struct postgres_moment *moment, struct qorgan_error *error)
{
	struct timespec pause = POSTGRES_PAUSE;
	bool lost = false;
	int code;

	while ((code = hold_once(engine, wait, foresees, until, held, moment, &lost, error)) && lost) {
		until = until ? until : postgres_moment_in(POSTGRES_GO_ON);
		if (!postgres_pause(&pause, until))
			break;
	}
	return code;
}

/* ---- The writer --------------------------------------------------------------------------- */

int postgres_lock_writer(struct engine *base, bool wait, struct qorgan_error *error)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;

	int code = postgres_hold(engine, wait, true, 0, &engine->writer, &engine->held, error);

	if (!code)
		engine->writer->until = 0;
	return code;
}

void postgres_unlock_writer(struct engine *base)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;

	postgres_link_give(engine, engine->writer);
	engine->writer = NULL;
}

bool postgres_is_current(struct engine *base)
{
	return ((struct postgres_engine *)base)->is_current;
}

/* ---- Begin ---------------------------------------------------------------------------------- */

/* Of who is the one writer for several transactions: nobody may have come in between. */
static int writer_begin(struct postgres_engine *engine, struct postgres_txn *txn, struct qorgan_error *error)
{
	if (engine->base.writer_locked && engine->writer) {
		txn->link = engine->writer;
		txn->moment = engine->held;
		engine->writer = NULL;
		return QORGAN_OK;
	}
	int code = postgres_hold(engine, true, false, 0, &txn->link, &txn->moment, error);
	if (!code)
		txn->link->until = 0;
	if (!code && engine->base.writer_locked && !postgres_moment_is(&txn->moment, &engine->held))
		code = error_set(error, QORGAN_BUSY, "the store was changed meanwhile: run the command again");
	return code;
}

static int writer_claim(struct postgres_engine *engine, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	pthread_mutex_lock(&engine->mutex);
	if (engine->writing && pthread_equal(engine->writing_thread, pthread_self()))
		code = error_set(error, QORGAN_INTERNAL, "this thread already has a write transaction");
	pthread_mutex_unlock(&engine->mutex);
	return code;
}

void postgres_writer_note(struct postgres_engine *engine, struct postgres_txn *txn)
{
	pthread_mutex_lock(&engine->mutex);
	engine->writing = txn != NULL;
	engine->writing_txn = txn;
	engine->writing_thread = pthread_self();
	pthread_mutex_unlock(&engine->mutex);
}

/* While this thread holds the row of the store nobody changes it: what a reader sees then is what the writer's connection
 * would say, as long as nothing of the change has been sent by that. */
static bool reader_join(struct postgres_engine *engine, struct postgres_txn *txn)
{
	pthread_mutex_lock(&engine->mutex);
	struct postgres_txn *writing = engine->writing_txn;
	txn->joins = writing && !writing->sent && pthread_equal(engine->writing_thread, pthread_self());
	pthread_mutex_unlock(&engine->mutex);
	if (!txn->joins)
		return false;
	txn->moment = writing->moment;
	txn->has_moment = true;
	txn->cache = writing->cache;
	txn->next_joined = engine->joined;
	engine->joined = txn;
	return true;
}

/* Sent with the first question. A connection that lay idle may have been ended meanwhile: then the next one is taken,
 * at last a new one. */
static int reader_begin(struct postgres_engine *engine, struct postgres_txn *txn, int64_t until,
                        struct qorgan_error *error)
{
	struct postgres_number_place store;
	const struct postgres_value values[] = { postgres_store_value(engine, &store) };
	int code;

	for (;;) {
		bool is_new = !engine->idle;
		code = postgres_link_take(engine, until, &txn->link, error);
		if (code)
			return code;
		txn->link->within = true;
		txn->asked_moment = true;
		code = postgres_ask(txn->link, &begin_read, 0, NULL, error);
		if (!code)
			code = postgres_ask(txn->link, &moment_read, 1, values, error);
		if (!code || !txn->link->lost || is_new)
			return code;
		postgres_link_give(engine, txn->link);
		txn->link = NULL;
	}
}

void postgres_txn_free(struct postgres_txn *txn)
{
	if (txn->joins)
		reader_part(txn);
	while (txn->base.write && txn->engine->joined)
		reader_part(txn->engine->joined);
	postgres_known_free(txn->engine->pq, &txn->known);
	postgres_runs_free(txn);
	postgres_cache_release(txn->cache);
	pending_free(txn->pending);
	postgres_link_give(txn->engine, txn->link);
	free(txn->base.over);
	free(txn);
}

static int txn_begin(struct engine *base, bool write, bool within, struct engine_txn **made, struct qorgan_error *error)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;
	struct postgres_txn *txn = calloc(1, sizeof *txn);
	int code = QORGAN_OK;

	if (!txn)
		return error_set_memory(error);
	txn->engine = engine;
	txn->base.write = write;
	if (write)
		code = writer_claim(engine, error);
	if (!code && write && !(txn->pending = pending_make()))
		code = error_set_memory(error);
	if (!code && write)
		code = writer_begin(engine, txn, error);
	else if (!code && !(within && reader_join(engine, txn)))
		code = reader_begin(engine, txn, 0, error);
	if (code) {
		postgres_txn_free(txn);
		return code;
	}
	txn->has_moment |= write;
	if (write) {
		cache_settle(txn);
		postgres_writer_note(engine, txn);
	}
	*made = &txn->base;
	return QORGAN_OK;
}

int postgres_begin(struct engine *engine, bool write, struct engine_txn **txn, struct qorgan_error *error)
{
	return txn_begin(engine, write, false, txn, error);
}

int postgres_begin_within(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error)
{
	return txn_begin(engine, false, true, txn, error);
}

void postgres_abort(struct engine_txn *base)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;

	if (base->write)
		postgres_writer_note(txn->engine, NULL);
	postgres_txn_free(txn);
}

/* ---- A question, and going on ------------------------------------------------------------------ */

/* The question's own answer, if there is one; before it come that of the moment, where that was asked with it, and those
 * of what was asked in advance. */
static int question_put(struct postgres_txn *txn, const struct postgres_statement *statement, unsigned count,
                        const struct postgres_value *values, PGresult **answer, struct qorgan_error *error)
{
	const struct postgres_library *pq = txn->engine->pq;
	struct postgres_moment moment;
	PGresult *answers[POSTGRES_ANSWERS];
	unsigned first = txn->asked_moment ? 1 : 0, last = first + postgres_expected_count(&txn->expected), found = 0;
	int code = postgres_expected_ask(txn->engine, txn->link, &txn->expected, error);

	if (!code && statement)
		code = postgres_ask(txn->link, statement, count, values, error);
	if (!code)
		code = postgres_answer(txn->link, answers, POSTGRES_ANSWERS, &found, error);
	if (code)
		return code;
	if (found != last + (statement ? 1 : 0))
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for");
	if (!code && txn->asked_moment)
		code = moment_take(txn->engine, answers[0], &moment, error);
	if (!code && txn->asked_moment && txn->has_moment && !postgres_moment_is(&moment, &txn->moment))
		code = error_set(error, QORGAN_BUSY,
		                 "the connection to the server was lost, and the store changed meanwhile: run the command again");
	if (!code && txn->asked_moment) {
		txn->moment = moment;
		txn->has_moment = true;
		txn->asked_moment = false;
	}
	if (!code) {
		cache_settle(txn);
		postgres_expected_take(txn->engine, txn->cache, &txn->expected, answers + first);
		if (statement)
			*answer = answers[--found];
	}
	while (found)
		pq->PQclear(answers[--found]);
	return code;
}

/* Another connection in the place of the one that broke. */
static int txn_go_on(struct postgres_txn *txn, int64_t until, struct qorgan_error *error)
{
	struct postgres_engine *engine = txn->engine;
	struct postgres_moment moment;

	postgres_link_give(engine, txn->link);
	txn->link = NULL;
	if (!txn->base.write)
		return reader_begin(engine, txn, until, error);
	int code = postgres_hold(engine, true, false, until, &txn->link, &moment, error);
	if (!code && !postgres_moment_is(&moment, &txn->moment))
		code = error_set(error, QORGAN_BUSY,
		                 "the connection to the server was lost, and the store changed meanwhile: run the command again");
	return code;
}

static bool txn_is_lost(const struct postgres_txn *txn)
{
	return !txn->link || txn->link->lost;
}

/* From here on it would see another moment, or none: whoever has overlooked this once is told so again. */
static void txn_end(struct postgres_txn *txn, const struct qorgan_error *why)
{
	if (!txn->base.over && (txn->base.over = malloc(sizeof *why)))
		*txn->base.over = *why;
	postgres_link_give(txn->engine, txn->link);
	txn->link = NULL;
}

static int query_put(struct postgres_txn *txn, const struct postgres_statement *statement, unsigned count,
                     const struct postgres_value *values, PGresult **answer, struct qorgan_error *error)
{
	struct timespec pause = POSTGRES_PAUSE;
	int code = question_put(txn, statement, count, values, answer, error);
	int64_t until = postgres_moment_in(POSTGRES_GO_ON);
	while (code == QORGAN_BUSY && txn_is_lost(txn)) {
		if (txn->sent)
			return error_set(error, QORGAN_BUSY, "the connection to the server was lost in the midst of a large change, of "
			                 "which nothing is stored: run the command again");
		code = txn_go_on(txn, until, error);
		if (!code)
			code = question_put(txn, statement, count, values, answer, error);
		if (code && !postgres_pause(&pause, until))
			break;
	}
	if (!code)
		txn->link->until = 0;
	return code;
}

int postgres_query(struct postgres_txn *txn, const struct postgres_statement *statement, unsigned count,
                   const struct postgres_value *values, PGresult **answer, struct qorgan_error *error)
{
	struct postgres_txn *writing = postgres_writing(txn);
	struct qorgan_error why = { 0 };
	int code = engine_over(&txn->base, error);

	if (code)
		return code;
	if (writing)
		return postgres_query(writing, statement, count, values, answer, error);
	if (txn->joins) {
		reader_part(txn);
		code = reader_begin(txn->engine, txn, 0, error);
	} else if (!txn->link && !txn->base.write) {
		code = reader_begin(txn->engine, txn, 0, error);
	}
	if (code || !txn->link)
		return code ? code : error_set(error, QORGAN_BUSY, "the connection to the server was lost: try again");
	code = query_put(txn, statement, count, values, answer, &why);
	if (code == QORGAN_BUSY)
		txn_end(txn, &why);
	return code ? error_set(error, code, "%s", why.message) : QORGAN_OK;
}
