/* Waiting for what others change: the server tells of it (NOTIFY), by a trigger of qorgan.stores.
 *
 * What it tells, or keeps to itself, is not relied on: the store is looked at again all the same, only less often. So it
 * is where the database knows no NOTIFY. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "engine/postgres.h"

#define LOOK_SECONDS 30       /* a server that tells of changes is asked so often whether it told of all */
#define LOOK_BLIND_SECONDS 2  /* and one that does not */

static int64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void look_later(struct postgres_listener *listener)
{
	listener->look = milliseconds_now() + (listener->is_told ? LOOK_SECONDS : LOOK_BLIND_SECONDS) * 1000;
}

static void listener_end(struct postgres_listener *listener)
{
	postgres_disconnect(listener->link);
	listener->link = NULL;
}

static int listener_begin(struct postgres_engine *engine, struct qorgan_error *error)
{
	static const struct postgres_statement listen = { NULL, "LISTEN qorgan" };
	/* Tables that were made without it, or before there was one, tell of nothing. */
	static const struct postgres_statement tells = {
		NULL, "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'qorgan.stores'::regclass AND tgname = 'tells'",
	};
	struct postgres_listener *listener = &engine->listener;
	PGresult *answer = NULL;
	unsigned found = 0;
	uint64_t triggers = 0;
	int code = postgres_connect(engine->pq, &engine->place, !engine->base.read_only, 0, &listener->link, error);

	if (code)
		return code;
	code = postgres_ask(listener->link, &listen, 0, NULL, error);
	if (!code)
		code = postgres_ask(listener->link, &tells, 0, NULL, error);
	if (!code)
		code = postgres_answer(listener->link, &answer, 1, &found, error);
	listener->is_told = found && postgres_number(engine->pq, answer, 0, 0, &triggers) && triggers;
	if (found)
		engine->pq->PQclear(answer);
	look_later(listener);
	/* A database that does not know the word says so, and stays connected. */
	if (code && !listener->link->lost)
		return QORGAN_OK;
	if (code)
		listener_end(listener);
	return code;
}

/* Before a change is told of: whether the store is still the one of that name. A restored one gets another number. */
static int look(struct postgres_engine *engine, struct qorgan_error *error)
{
	static const struct postgres_statement statement = { "name", "SELECT name FROM qorgan.stores WHERE store = $1" };
	struct postgres_listener *listener = &engine->listener;
	uint8_t number[4];
	const struct postgres_value values[] = { { POSTGRES_INT4, number, sizeof number } };
	PGresult *answer = NULL;
	struct span name = { 0 };
	unsigned found = 0;

	bytes_put_u32(number, engine->number);
	int code = postgres_ask(listener->link, &statement, 1, values, error);
	if (!code)
		code = postgres_answer(listener->link, &answer, 1, &found, error);
	if (!code && !(found && postgres_column(engine->pq, answer, 0, 0, &name) && span_is(name, engine->place.name)))
		code = error_set(error, QORGAN_ABSENT, "the store at %s was replaced", engine->text);
	if (found)
		engine->pq->PQclear(answer);
	if (listener->link->lost)
		listener_end(listener);
	else
		look_later(listener);
	return code;
}

/* Whether one of the notices is of this store: there may be others in the database. */
static bool notices_take(struct postgres_engine *engine)
{
	const struct postgres_library *pq = engine->pq;
	char number[16];
	PGnotify *notice;
	bool is_ours = false;

	snprintf(number, sizeof number, "%u", engine->number);
	while ((notice = pq->PQnotifies(engine->listener.link->connection))) {
		is_ours |= strcmp(notice->extra, number) == 0;
		pq->PQfreemem(notice);
	}
	return is_ours;
}

int postgres_wait(struct engine *base, unsigned milliseconds, bool *changed, struct qorgan_error *error)
{
	struct postgres_engine *engine = (struct postgres_engine *)base;
	struct postgres_listener *listener = &engine->listener;

	if (!listener->link) { /* what came before nobody told */
		int code = listener_begin(engine, error);
		*changed = !code;
		return code;
	}
	*changed = notices_take(engine);
	if (*changed)
		return look(engine, error);
	int64_t left = listener->look - milliseconds_now();
	struct pollfd polled = { .fd = engine->pq->PQsocket(listener->link->connection), .events = POLLIN };
	if (left > (int64_t)milliseconds)
		left = milliseconds;
	if (left > 0 && poll(&polled, 1, (int)left) > 0 && !engine->pq->PQconsumeInput(listener->link->connection)) {
		listener_end(listener);
		return error_set(error, QORGAN_BUSY, "the connection to the server was lost");
	}
	*changed = notices_take(engine) || milliseconds_now() >= listener->look;
	return *changed ? look(engine, error) : QORGAN_OK;
}
