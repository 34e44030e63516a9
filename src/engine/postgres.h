/* What the files of the PostgreSQL engine share.
 *
 * A store on a server is rows of (store, key, value) in tables of the schema qorgan; all that it holds is sealed and
 * signed by who writes it, and checked by who reads it, as in a file. The server is trusted with keeping bytes and
 * with nothing else. What a transaction writes is kept here until its commit, so that the whole of it goes to the
 * server in one journey; and each question is asked together with those that wait to be asked. */
#ifndef ENGINE_POSTGRES_H
#define ENGINE_POSTGRES_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "engine/engine_driver.h"
#include "engine/pending.h"
#include "engine/postgres_library.h"

/* ---- Where: postgres_place.c ---------------------------------------------------------- */

struct postgres_place {
	char *address; /* as libpq takes it: all but the name of the store */
	char *name;    /* of the store among those of the database */
	atomic_uint first; /* which of its hosts is tried first: the one that was reached last */
};

/* postgres_place_read(text, place, error): postgres://[user@]host[:port][,host…]/database[?options][&store=NAME].
 * QORGAN_USAGE: a name that cannot be, or a password, which everybody on the computer could read there. */
int postgres_place_read(const char *text, struct postgres_place *place, struct qorgan_error *error);
void postgres_place_free(struct postgres_place *place);
/* postgres_place_text(place, name): the whole address of another store of the same database; the caller frees it;
 * NULL without memory. */
char *postgres_place_text(const struct postgres_place *place, const char *name);

/* ---- One connection: postgres_connect.c, postgres_link.c --------------------------------------------------- */

#define POSTGRES_WAITING 64 /* questions that are asked together */
#define POSTGRES_GIVEN 4    /* values in a question */

/* A statement, by a name under which a connection keeps it prepared. */
struct postgres_statement {
	const char *name; /* NULL: not kept */
	const char *text;
};

struct postgres_value {
	Oid type;
	const void *data;
	size_t size; /* in bytes; at most INT_MAX */
};
#define POSTGRES_BYTEA 17
#define POSTGRES_INT8 20
#define POSTGRES_INT4 23
#define POSTGRES_TEXT 25
#define POSTGRES_BYTEA_LIST 1001

struct postgres_link {
	const struct postgres_library *pq;
	PGconn *connection;      /* NULL: none */
	unsigned waiting;        /* questions sent since the last answer */
	unsigned owes;           /* how often postgres_leave left answers that have not been taken yet */
	bool within;             /* a transaction has been begun, or its beginning waits to be sent */
	bool prepared;           /* for writing: see postgres_write_prepare */
	bool lacks;              /* the database does not know a function that was asked for */
	int64_t until;           /* when the time is over that is left for what is asked (postgres_moment_in); 0: none */
	bool lost;               /* the connection broke: what it was doing did not come to its end, as far as is known */
	bool warned;             /* the server gave a warning */
	struct buffer kept;      /* names of statements that the server keeps prepared, each ended by a zero */
	struct postgres_link *next;
};

/* postgres_moment_in(seconds): a moment, as milliseconds of a clock that nobody sets. */
int64_t postgres_moment_in(unsigned seconds);
/* postgres_pause(pause, until): whether there is time left; if so, waits a little, longer each time. */
#define POSTGRES_PAUSE { 0, 50000000 }
bool postgres_pause(struct timespec *pause, int64_t until);
#define POSTGRES_GO_ON 30 /* seconds for which another connection is tried for, from when one broke */

/* postgres_connect(pq, place, writes, until, link, error): QORGAN_BUSY: no server can be reached (try again);
 * QORGAN_DENIED: it does not let this user in; QORGAN_ABSENT: no such database. `until` becomes that of the link. */
int postgres_connect(const struct postgres_library *pq, struct postgres_place *place, bool writes, int64_t until,
                     struct postgres_link **link, struct qorgan_error *error);
void postgres_disconnect(struct postgres_link *link);

/* postgres_ask(link, statement, count, values, error): put a question behind those that wait. */
int postgres_ask(struct postgres_link *link, const struct postgres_statement *statement, unsigned count,
                 const struct postgres_value *values, struct qorgan_error *error);
/* postgres_answer(link, answers, most, found, error): send what waits, and take all answers. Those that are rows come
 * into `answers`, in order: the caller clears them (NULL, 0: they are cleared). After an error there are none. Where
 * the connection broke, link->lost is set. */
int postgres_answer(struct postgres_link *link, PGresult **answers, unsigned most, unsigned *found,
                    struct qorgan_error *error);
/* postgres_leave(link): send what waits, and let the answers come when they come; other questions may follow. */
int postgres_leave(struct postgres_link *link);
/* postgres_copy(link, statement, rows, error): one COPY … FROM STDIN (FORMAT binary) by itself, of what `rows`
 * gives: QORGAN_ABSENT is its end. */
typedef int (*postgres_rows)(void *context, struct span *part, struct qorgan_error *error);
int postgres_copy(struct postgres_link *link, const char *statement, postgres_rows rows, void *context,
                  struct qorgan_error *error);

/* postgres_state(result): the SQLSTATE of a failure; "" if it has none. */
const char *postgres_state(const struct postgres_library *pq, const PGresult *result);
/* postgres_line(from, to, limit): the first line of what libpq says, without its newline. */
void postgres_line(const char *from, char *to, size_t limit);
/* postgres_lose(link, why, error): the connection counts for lost; why: NULL: libpq says it. */
int postgres_lose(struct postgres_link *link, const char *why, struct qorgan_error *error);
/* postgres_failure(link, result, error): a failure of the server in words. */
int postgres_failure(struct postgres_link *link, const PGresult *result, struct qorgan_error *error);

/* A column of a row, as bytes; false if the answer has no such place, or nothing in it. */
bool postgres_column(const struct postgres_library *pq, const PGresult *result, int row, int column, struct span *value);
bool postgres_number(const struct postgres_library *pq, const PGresult *result, int row, int column, uint64_t *value);

/* postgres_list(to, values, count): a list of bytes as the server takes it: fails by to->failed. */
void postgres_list_begin(struct buffer *to, uint32_t count);
void postgres_list_add(struct buffer *to, struct span value);

/* ---- The store: postgres_store.c, postgres_txn.c, postgres_read.c, postgres_write.c, postgres_wait.c */

/* A key as the server has it: in the table of all heads after its shard. Or the end of a range of keys, which may be
 * longer than any. */
struct postgres_key {
	size_t size;
	char data[ENGINE_KEY_MOST + 2];
};

/* Which change of the store a transaction sees: its number, and the lot that was drawn for it. */
#define POSTGRES_TOKEN_SIZE 16
struct postgres_moment {
	uint64_t changes;
	uint8_t token[POSTGRES_TOKEN_SIZE];
};

struct postgres_cache;

/* A connection over which the server tells of changes. */
struct postgres_listener {
	struct postgres_link *link; /* NULL: none yet, or it broke */
	bool is_told;               /* the server knows how to */
	int64_t look;               /* when to look oneself, in milliseconds of the monotonic clock */
};

/* What will be asked for, and goes along with the next question: rows of a table, and objects. */
#define POSTGRES_EXPECTED 32
#define POSTGRES_OBJECTS 64
struct postgres_expected {
	struct {
		unsigned table;
		struct postgres_key low, high;
	} rows[POSTGRES_EXPECTED];
	unsigned count;
	struct postgres_key objects[POSTGRES_OBJECTS];
	unsigned object_count;
};

struct postgres_txn;

struct postgres_engine {
	struct engine base;
	const struct postgres_library *pq;
	char *text; /* the place, as it was given: for messages */
	struct postgres_place place;
	uint32_t number; /* of the store in its database */
	pthread_mutex_t mutex;
	struct postgres_link *idle;
	struct postgres_cache *cache; /* of the newest moment that was seen; or NULL */
	struct postgres_link *writer; /* of lock_writer: within a transaction that holds the row of the store */
	struct postgres_moment held;  /* what it saw, or has made since */
	bool is_current;              /* the store had this name then */
	bool no_queue;                /* the database has no locks to queue for */
	struct postgres_expected foreseen; /* what its questions will be, to be asked with the next lock */
	bool writing;
	pthread_t writing_thread;
	struct postgres_listener listener;
	struct postgres_txn *writing_txn;
	struct postgres_txn *joined;  /* the readers that ask by it */
};

/* Answers to single questions, which live until so many others came after them. */
#define POSTGRES_RECENT 32
struct postgres_known {
	PGresult *recent[POSTGRES_RECENT];
	unsigned next;
};

struct postgres_txn {
	struct engine_txn base;
	struct postgres_engine *engine;
	struct postgres_link *link;
	bool joins;              /* it reads by the write transaction of its thread, as nobody changes the store meanwhile: */
	struct postgres_txn *next_joined; /* that one's cache is its own, as long as there is one */
	struct postgres_moment moment;
	bool has_moment;         /* the server told it */
	bool asked_moment;       /* its answer comes before that of the next question */
	struct pending *pending; /* of a write */
	size_t relieved;         /* bytes that were left pending when some was sent early */
	unsigned puts;           /* rows written */
	bool sent;               /* some of it is with the server already: it cannot be said again elsewhere */
	struct postgres_known known;
	struct postgres_cache *cache; /* of its moment, once that is known; or NULL */
	struct postgres_expected expected;
	unsigned ranges[ENGINE_TABLES];  /* that are open: what is pending of their tables stays where it is */
	unsigned singles[ENGINE_TABLES]; /* questions for one row of each table */
	struct postgres_run {
		struct postgres_key last; /* the key that was asked for before */
		unsigned rising;          /* how many were asked for in order */
		PGresult *page;           /* from which further ones are taken; or NULL */
		int row, rows;
	} runs[ENGINE_TABLES];
};

/* postgres_link_take, postgres_link_give: a connection that nobody uses, or a new one; `until` becomes that of it. */
int postgres_link_take(struct postgres_engine *engine, int64_t until, struct postgres_link **link,
                       struct qorgan_error *error);
void postgres_link_give(struct postgres_engine *engine, struct postgres_link *link);

int postgres_lock_writer(struct engine *engine, bool wait, struct qorgan_error *error);
void postgres_unlock_writer(struct engine *engine);
bool postgres_is_current(struct engine *engine);
int postgres_wait(struct engine *engine, unsigned milliseconds, bool *changed, struct qorgan_error *error);
int postgres_begin_within(struct engine *engine, struct engine_txn **txn, struct qorgan_error *error);
int postgres_begin(struct engine *engine, bool write, struct engine_txn **txn, struct qorgan_error *error);
int postgres_commit(struct engine_txn *txn, struct qorgan_error *error);
void postgres_abort(struct engine_txn *txn);

/* postgres_query(txn, statement, count, values, answer, error): one question within the transaction, behind what was
 * expected; statement NULL: that alone. Where the connection breaks, another is made and the question put again, if the store is still what the transaction saw. */
int postgres_query(struct postgres_txn *txn, const struct postgres_statement *statement, unsigned count,
                   const struct postgres_value *values, PGresult **answer, struct qorgan_error *error);

/* ---- What is asked in advance: postgres_expect.c ---- */

/* postgres_writing(txn): the write transaction by which a reading one asks; NULL: none. */
struct postgres_txn *postgres_writing(const struct postgres_txn *txn);
void postgres_expect(struct engine *engine, struct engine_txn *txn, unsigned table, struct span low, struct span high);
void postgres_expect_object(struct engine *engine, struct engine_txn *txn, struct span key);
/* postgres_settle(txn, table, key, error): if the row with that key is expected, asks for all that is. */
int postgres_settle(struct postgres_txn *txn, unsigned table, const struct postgres_key *key, struct qorgan_error *error);
/* postgres_expected_count: how many answers there will be. */
unsigned postgres_expected_count(const struct postgres_expected *expected);
/* postgres_expected_prepare, postgres_write_prepare: let the server plan what a change asks and writes, before it holds up
 * others; the answers are not waited for. */
int postgres_expected_prepare(const struct postgres_engine *engine, struct postgres_link *link);
int postgres_write_prepare(const struct postgres_engine *engine, struct postgres_link *link);
/* postgres_expected_ask(engine, link, expected, error): puts the questions. */
int postgres_expected_ask(const struct postgres_engine *engine, struct postgres_link *link,
                          const struct postgres_expected *expected, struct qorgan_error *error);
/* postgres_expected_take(engine, cache, expected, answers): what was asked in advance is known now. It is not expected any
 * more. */
void postgres_expected_take(const struct postgres_engine *engine, struct postgres_cache *cache,
                            struct postgres_expected *expected, PGresult **answers);
/* ---- Questions for rows: postgres_rows.c ---- */

enum postgres_rows { POSTGRES_GET, POSTGRES_UP, POSTGRES_DOWN, POSTGRES_COUNT, POSTGRES_ROWS };
struct postgres_question {
	const struct postgres_statement *statement;
	struct postgres_key low, high;
	uint8_t store[4], limit[8];
	struct postgres_value values[POSTGRES_GIVEN];
	unsigned count;
};
/* postgres_rows_question(engine, what, table, low, high, limit, question): a row by its key (`low`); rows of a range, by
 * rising or falling keys; their number. */
void postgres_rows_question(const struct postgres_engine *engine, enum postgres_rows what, unsigned table,
                            const struct postgres_key *low, const struct postgres_key *high, uint32_t limit,
                            struct postgres_question *question);
/* postgres_rows_take: the key and value of a row of an answer; false if it is not of that table, or no row at all. */
bool postgres_rows_take(const struct postgres_engine *engine, const PGresult *page, unsigned table, int row, struct span *key,
                        struct span *value);
/* postgres_rows_keep(engine, cache, page, table, reverse, next): keeps the rows of an answer that are in order; *next is
 * where the next one begins (or, in reverse, ends). False if not all of them could be kept. */
bool postgres_rows_keep(const struct postgres_engine *engine, struct postgres_cache *cache, const PGresult *page, unsigned table,
                        bool reverse, struct postgres_key *next);
/* postgres_key_end(to): past every key, as none is so long: the end of a range that has none. */
void postgres_key_end(struct postgres_key *to);
static inline int postgres_key_compare(const struct postgres_key *a, const struct postgres_key *b)
{
	return engine_key_compare(a->data, a->size, b->data, b->size);
}

/* ---- Reading and writing: postgres_read.c, postgres_write.c ---- */

int postgres_get(struct engine_txn *txn, unsigned table, struct span key, struct span *value, struct qorgan_error *error);
int postgres_get_own(struct engine_txn *txn, unsigned table, struct span key, struct span *value,
                     struct qorgan_error *error);
int postgres_range_open(struct engine_txn *txn, unsigned table, struct engine_range **range, struct qorgan_error *error);
int postgres_range_first(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error);
int postgres_range_step(struct engine_range *range, struct span *key, struct span *value, struct qorgan_error *error);
void postgres_range_close(struct engine_range *range);
int postgres_count(struct engine_txn *txn, unsigned table, uint64_t *count, struct qorgan_error *error);
/* postgres_known_free(pq, known): what a transaction keeps of answers. */
void postgres_runs_free(struct postgres_txn *txn);
void postgres_known_free(const struct postgres_library *pq, struct postgres_known *known);

int postgres_put(struct engine_txn *txn, unsigned table, struct span key, struct span value, enum engine_put_how how,
                 struct qorgan_error *error);
int postgres_remove(struct engine_txn *txn, unsigned table, struct span key, struct qorgan_error *error);
/* postgres_relieve(txn, error): sends what is pending, and does not wait: the server works on it meanwhile. */
int postgres_relieve(struct engine_txn *txn, struct qorgan_error *error);
/* postgres_push(link): sends on what the server takes without waiting. */
void postgres_push(struct postgres_link *link);
/* postgres_send(txn, error): what is pending, to the server; it waits for its answer there, with what is asked next. */
int postgres_send(struct postgres_txn *txn, struct qorgan_error *error);

/* ---- The tables: postgres_schema.c -------------------------------------------------------- */

#define POSTGRES_SCHEMA_VERSION 1
#define POSTGRES_TABLES 9 /* all shards of the heads are one table, in which the shard is the first byte of the key */
/* postgres_table(table): its number among those of the database. */
unsigned postgres_table(unsigned table);
const char *postgres_table_name(unsigned number);
/* postgres_key_set(to, table, key): the key there. */
void postgres_key_set(struct postgres_key *to, unsigned table, struct span key);

#endif
