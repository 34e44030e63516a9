/* A store among those of a database: opened, made, renamed and taken away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "engine/postgres.h"
#include "engine/postgres_cache.h"
#include "engine/postgres_store.h"

/* ---- The database ------------------------------------------------------------------------- */

/* One question outside of any transaction, so one of its own. */
static int once(struct postgres_link *link, const char *text, unsigned count, const struct postgres_value *values,
                PGresult **answer, struct qorgan_error *error)
{
	const struct postgres_statement statement = { NULL, text };
	unsigned found = 0;
	int code = postgres_ask(link, &statement, count, values, error);

	if (!code)
		code = postgres_answer(link, answer, answer ? 1 : 0, &found, error);
	if (!code && answer && !found)
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for");
	return code;
}

static struct postgres_value value_text(const char *text)
{
	return (struct postgres_value){ POSTGRES_TEXT, text, strlen(text) };
}

/* The tables are those that this program knows. */
static int version_judge(const struct postgres_link *link, const PGresult *answer, struct qorgan_error *error)
{
	uint64_t version = 0;
	int code = QORGAN_OK;

	if (!postgres_number(link->pq, answer, 0, 0, &version) || version < 1)
		code = error_set(error, QORGAN_IO, "the tables of Qorgan in this database do not say which version they are");
	else if (version > POSTGRES_SCHEMA_VERSION)
		code = error_set(error, QORGAN_BAD_DATA,
		                 "the tables of Qorgan in this database are of version %llu; this program knows up to %d: use a newer "
		                 "qorgan",
		                 (unsigned long long)version, POSTGRES_SCHEMA_VERSION);
	return code;
}

static const struct postgres_statement version_of = { NULL, "SELECT max(version) FROM qorgan.version" };
static const struct postgres_statement number_of = { NULL, "SELECT store FROM qorgan.stores WHERE name = $1" };

static int number_judge(const struct postgres_link *link, const PGresult *answer, uint32_t *number)
{
	uint64_t found = 0;
	bool is_there = postgres_number(link->pq, answer, 0, 0, &found);

	*number = (uint32_t)found;
	return is_there ? QORGAN_OK : QORGAN_ABSENT;
}

static int number_find(struct postgres_link *link, const char *name, uint32_t *number, struct qorgan_error *error)
{
	const struct postgres_value values[] = { value_text(name) };
	PGresult *answer = NULL;
	int code = once(link, number_of.text, 1, values, &answer, error);

	if (code)
		return code;
	code = number_judge(link, answer, number);
	link->pq->PQclear(answer);
	return code;
}

/* The version of the tables, judged, and the number of the store; QORGAN_ABSENT with *number 0: there is none. */
static int begin_find(struct postgres_link *link, const char *name, uint32_t *number, struct qorgan_error *error)
{
	const struct postgres_value values[] = { value_text(name) };
	PGresult *answers[2];
	unsigned found = 0;
	int code = postgres_ask(link, &version_of, 0, NULL, error);

	*number = 1;
	if (!code)
		code = postgres_ask(link, &number_of, 1, values, error);
	if (!code)
		code = postgres_answer(link, answers, 2, &found, error);
	if (!code && found != 2)
		code = error_set(error, QORGAN_IO, "the server's answer is not what was asked for");
	if (!code)
		code = version_judge(link, answers[0], error);
	if (!code)
		code = number_judge(link, answers[1], number);
	while (found)
		link->pq->PQclear(answers[--found]);
	return code;
}

/* Connected to the database of a place. */
static int place_connect(const char *text, bool writes, struct postgres_place *place, struct postgres_link **link,
                         struct qorgan_error *error)
{
	int code = postgres_place_read(text, place, error);
	const struct postgres_library *pq = code ? NULL : postgres_library(error);

	*link = NULL;
	if (code)
		return code;
	code = pq ? postgres_connect(pq, place, writes, 0, link, error) : QORGAN_ABSENT;
	if (code)
		postgres_place_free(place);
	return code;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void postgres_close(struct engine *base)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;

	/* In the child of a fork the connections are the parent's: to end them properly would end those. */
	if (base->process == getpid()) {
		postgres_disconnect(engine->listener.link);
		for (struct postgres_link *link = engine->idle, *next; link; link = next) {
			next = link->next;
			postgres_disconnect(link);
		}
	}
	postgres_cache_release(engine->cache);
	pthread_mutex_destroy(&engine->mutex);
	postgres_place_free(&engine->place);
	free(engine->text);
	free(engine);
}

static int postgres_sizes(struct engine_txn *base, struct engine_sizes *sizes, struct qorgan_error *error)
{
	static const struct postgres_statement statement = {
		NULL, "SELECT sum(pg_total_relation_size('qorgan.' || name))::bigint FROM unnest(ARRAY['meta','ids','history','leaves',"
		      "'tree','commits','evidence','mirror','heads']) AS tables (name)",
	};
	struct postgres_txn *txn = (struct postgres_txn *)base;
	PGresult *answer;
	int code = postgres_query(txn, &statement, 0, NULL, &answer, error);

	*sizes = (struct engine_sizes){ 0 };
	if (code)
		return code;
	postgres_number(txn->engine->pq, answer, 0, 0, &sizes->used);
	txn->engine->pq->PQclear(answer);
	return QORGAN_OK;
}

/* Who reads holds up nobody. */
static int postgres_readers(struct engine *engine, struct engine_readers *readers, struct qorgan_error *error)
{
	(void)engine, (void)readers, (void)error;
	return QORGAN_OK;
}

/* The structure of its files is the server's own affair: it shows nothing of it. */
static int postgres_check(struct engine *engine, engine_fault report, void *context, uint64_t *faults,
                          struct qorgan_error *error)
{
	(void)engine, (void)report, (void)context, (void)faults, (void)error;
	return QORGAN_OK;
}

static int postgres_locate(struct engine *engine, uint64_t offset, struct buffer *to, struct qorgan_error *error)
{
	(void)engine, (void)offset, (void)to;
	return error_set(error, QORGAN_USAGE, "a store on a server has no file");
}

static const struct engine_driver postgres_driver = {
	.holds_all = true,
	.close = postgres_close,
	.lock_writer = postgres_lock_writer,
	.unlock_writer = postgres_unlock_writer,
	.is_current = postgres_is_current,
	.wait = postgres_wait,
	.begin = postgres_begin,
	.begin_within = postgres_begin_within,
	.commit = postgres_commit,
	.abort = postgres_abort,
	.get = postgres_get,
	.get_own = postgres_get_own,
	.expect = postgres_expect,
	.expect_object = postgres_expect_object,
	.put = postgres_put,
	.relieve = postgres_relieve,
	.remove = postgres_remove,
	.range_open = postgres_range_open,
	.range_first = postgres_range_first,
	.range_step = postgres_range_step,
	.range_close = postgres_range_close,
	.count = postgres_count,
	.sizes = postgres_sizes,
	.readers = postgres_readers,
	.check = postgres_check,
	.locate = postgres_locate,
};

/* The number is drawn from those that are taken: two who draw the same one at once are kept apart by the table. */
static int store_insert(struct postgres_engine *engine, struct postgres_link *link, bool is_there, struct qorgan_error *error)
{
	const struct postgres_value values[] = { value_text(engine->place.name) };
	struct qorgan_error why = { 0 };
	int code = QORGAN_BUSY;

	if (is_there)
		return error_set(error, QORGAN_CANNOT_CREATE, "there already is a store at %s: choose another place", engine->text);
	for (unsigned attempt = 0; attempt < 5 && code == QORGAN_BUSY && !link->lost; attempt++)
		code = once(link,
		            "INSERT INTO qorgan.stores (store, name, changes, token) SELECT coalesce(max(store), 0) + 1, $1, 0, "
		            "decode('00000000000000000000000000000000', 'hex') FROM qorgan.stores",
		            1, values, NULL, &why);
	if (!code)
		return number_find(link, engine->place.name, &engine->number, error);
	return error_set(error, code == QORGAN_BUSY ? QORGAN_CANNOT_CREATE : code, "cannot make a store at %s: %s", engine->text,
	                 why.message);
}

static int store_find(struct postgres_engine *engine, struct postgres_link *link, unsigned flags,
                      struct qorgan_error *error)
{
	int code = begin_find(link, engine->place.name, &engine->number, error);
	bool is_none = code == QORGAN_ABSENT && engine->number == 0;

	if (flags & ENGINE_CREATE && (!code || is_none))
		return store_insert(engine, link, !code, error);
	if (is_none)
		return error_set(error, code, "there is no store at %s: make one with qorgan init", engine->text);
	return code;
}

static int open_once(struct postgres_engine *engine, unsigned flags, struct qorgan_error *error)
{
	struct postgres_link *link;
	int code = place_connect(engine->text, !(flags & ENGINE_READ_ONLY), &engine->place, &link, error);

	if (code)
		return code;
	engine->pq = link->pq;
	code = store_find(engine, link, flags, error);
	postgres_link_give(engine, link);
	if (code)
		postgres_place_free(&engine->place);
	return code;
}

int engine_open_postgres(const char *place, unsigned flags, struct engine **made, struct qorgan_error *error)
{
	struct postgres_engine *engine = calloc(1, sizeof *engine);
	struct timespec pause = POSTGRES_PAUSE;
	int64_t until = postgres_moment_in(POSTGRES_GO_ON);
	/* Of several servers one may be about to take over; that a single one is not there is said at once. */
	bool is_patient = strchr(place, ',') && !(flags & ENGINE_CREATE);
	int code = engine && (engine->text = strdup(place)) ? QORGAN_OK : error_set_memory(error);

	if (code) {
		free(engine);
		return code;
	}
	engine->base = (struct engine){ .driver = &postgres_driver, .process = getpid(),
		                            .read_only = flags & ENGINE_READ_ONLY };
	pthread_mutex_init(&engine->mutex, NULL);
	do
		code = open_once(engine, flags, error);
	while (code == QORGAN_BUSY && is_patient && postgres_pause(&pause, until));
	if (code) {
		postgres_close(&engine->base);
		return code;
	}
	*made = &engine->base;
	return QORGAN_OK;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static const struct postgres_statement name_set = { NULL, "UPDATE qorgan.stores SET name = $2 WHERE name = $1" };
static const struct postgres_statement begin = { NULL, "BEGIN" }, commit = { NULL, "COMMIT" };

int postgres_store_move(const char *from, const char *to, struct qorgan_error *error)
{
	struct postgres_place place, other;
	struct postgres_link *link;
	uint32_t number;
	int code = postgres_place_read(to, &other, error);

	if (code)
		return code;
	code = place_connect(from, true, &place, &link, error);
	if (code) {
		postgres_place_free(&other);
		return code;
	}
	const struct postgres_value names[] = { value_text(place.name), value_text(other.name) };
	if (!number_find(link, other.name, &number, NULL))
		code = error_set(error, QORGAN_CANNOT_CREATE, "there already is a store at %s: choose another place", to);
	if (!code)
		code = postgres_ask(link, &name_set, 2, names, error);
	if (!code)
		code = postgres_answer(link, NULL, 0, NULL, error);
	postgres_disconnect(link);
	postgres_place_free(&place);
	postgres_place_free(&other);
	return code;
}

/* Within the transaction that holds the row, so that nobody writes to the former in between. */
int postgres_store_replace(struct engine *base, const char *by, const char *kept, struct qorgan_error *error)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;
	struct postgres_place aside, new = { 0 };
	struct postgres_link *link = engine->writer;
	int code = link ? postgres_place_read(kept, &aside, error)
	                : error_set(error, QORGAN_BUSY, "the store was changed meanwhile: run the command again");

	if (code)
		return code;
	if (by)
		code = postgres_place_read(by, &new, error);
	const struct postgres_value former[] = { value_text(engine->place.name), value_text(aside.name) };
	const struct postgres_value next[] = { value_text(new.name ? new.name : ""), value_text(engine->place.name) };
	if (!code)
		code = postgres_ask(link, &name_set, 2, former, error);
	if (!code && by)
		code = postgres_ask(link, &name_set, 2, next, error);
	if (!code)
		code = postgres_ask(link, &commit, 0, NULL, error);
	if (!code)
		code = postgres_answer(link, NULL, 0, NULL, error);
	link->within = code != QORGAN_OK;
	postgres_place_free(&aside);
	postgres_place_free(&new);
	return code;
}

int postgres_store_exists(const char *text, bool *exists, struct qorgan_error *error)
{
	struct postgres_place place;
	struct postgres_link *link;
	uint32_t number = 1;
	int code = place_connect(text, false, &place, &link, error);

	if (code)
		return code;
	code = begin_find(link, place.name, &number, error);
	*exists = !code;
	if (code == QORGAN_ABSENT && !number)
		code = QORGAN_OK;
	postgres_disconnect(link);
	postgres_place_free(&place);
	return code;
}

int postgres_store_remove(const char *text, struct qorgan_error *error)
{
	struct postgres_place place;
	struct postgres_link *link;
	uint8_t store[4];
	uint32_t number = 0;
	char text_of[96];
	int code = place_connect(text, true, &place, &link, error);

	if (code)
		return code;
	code = number_find(link, place.name, &number, error);
	bytes_put_u32(store, number);
	const struct postgres_value values[] = { { POSTGRES_INT4, store, sizeof store } };
	if (!code)
		code = postgres_ask(link, &begin, 0, NULL, error);
	for (unsigned i = 0; i < POSTGRES_TABLES + 2 && !code; i++) {
		const struct postgres_statement statement = { NULL, text_of };
		snprintf(text_of, sizeof text_of, "DELETE FROM qorgan.%s WHERE store = $1",
		         i < POSTGRES_TABLES ? postgres_table_name(i) : i == POSTGRES_TABLES ? "outcomes" : "stores");
		code = postgres_ask(link, &statement, 1, values, error);
	}
	if (!code)
		code = postgres_ask(link, &commit, 0, NULL, error);
	if (!code)
		code = postgres_answer(link, NULL, 0, NULL, error);
	postgres_disconnect(link);
	postgres_place_free(&place);
	return code;
}

char *engine_server_beside(const char *text, const char *ending)
{
	struct postgres_place place;
	char *name = NULL, *beside = NULL;

	if (postgres_place_read(text, &place, NULL))
		return NULL;
	if (asprintf(&name, "%s%s", place.name, ending) >= 0)
		beside = postgres_place_text(&place, name);
	free(name);
	postgres_place_free(&place);
	return beside;
}
