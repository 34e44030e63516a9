/* One connection to a server: how questions and answers go over it.
 *
 * Nothing here waits without a bound: a server that says nothing for ANSWER_SECONDS is taken for lost, and so is any
 * when the time is over that is left (link->until). */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "engine/postgres.h"

#define ANSWER_SECONDS 60

int64_t postgres_moment_in(unsigned seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000 + (int64_t)seconds * 1000;
}

bool postgres_pause(struct timespec *pause, int64_t until)
{
	if (postgres_moment_in(0) >= until)
		return false;
	nanosleep(pause, NULL);
	if (pause->tv_nsec < 500000000)
		pause->tv_nsec *= 2;
	return true;
}

/* Until when the next answer is waited for. */
static int64_t answer_end(const struct postgres_link *link)
{
	int64_t end = postgres_moment_in(ANSWER_SECONDS);

	return link->until && link->until < end ? link->until : end;
}

/* The first line of what libpq says, without its newline, into `to`. */
void postgres_line(const char *from, char *to, size_t limit)
{
	while (*from == '\n' || *from == ' ')
		from++;
	span_copy_into((struct span){ from, strcspn(from, "\n") }, to, limit);
}

static bool socket_wait(int socket, short events, int64_t until)
{
	for (;;) {
		int64_t left = until - postgres_moment_in(0);
		if (left <= 0)
			return false;
		struct pollfd polled = { .fd = socket, .events = events };
		int ready = poll(&polled, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR)
			return false;
	}
}


void postgres_disconnect(struct postgres_link *link)
{
	if (!link)
		return;
	if (link->connection)
		link->pq->PQfinish(link->connection);
	buffer_free(&link->kept);
	free(link);
}

/* ---- Failures --------------------------------------------------------------------------- */

const char *postgres_state(const struct postgres_library *pq, const PGresult *result)
{
	const char *state = result ? pq->PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	return state ? state : "";
}

/* Whether the server ended the connection, or is about to. */
static bool state_is_loss(const char *state)
{
	return strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0;
}

int postgres_failure(struct postgres_link *link, const PGresult *result, struct qorgan_error *error)
{
	const char *state = postgres_state(link->pq, result);
	const char *said = result ? link->pq->PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!said)
		said = "no reason was given";
	link->lacks |= strcmp(state, "42883") == 0 || strcmp(state, "0A000") == 0;
	if (state_is_loss(state)) {
		link->lost = true;
		return error_set(error, QORGAN_BUSY, "the server ended the connection: %s; try again", said);
	}
	if (strcmp(state, "55P03") == 0)
		return error_set(error, QORGAN_BUSY, "another process writes to the store");
	if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
		return error_set(error, QORGAN_BUSY, "the store was changed meanwhile: run the command again");
	if (strcmp(state, "42501") == 0)
		return error_set(error, QORGAN_DENIED, "the server does not let this user do that: %s; ask its administrator", said);
	if (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0)
		return error_set(error, QORGAN_ABSENT, "the database has no tables of Qorgan yet: its administrator makes them with "
		                 "what qorgan schema --sql prints");
	if (strcmp(state, "25006") == 0)
		return error_set(error, QORGAN_BUSY, "this server only reads, as one that stands by does: try again, or name the others "
		                 "in the address");
	if (strncmp(state, "53", 2) == 0)
		return error_set(error, QORGAN_IO, "the server has no room: %s", said);
	if (strcmp(state, "23505") == 0)
		return error_set(error, QORGAN_BUSY, "the store was changed meanwhile: run the command again");
	return error_set(error, QORGAN_IO, "the server failed: %s (%s)", said, state);
}

int postgres_lose(struct postgres_link *link, const char *why, struct qorgan_error *error)
{
	char line[300];

	link->lost = true;
	postgres_line(why ? why : link->pq->PQerrorMessage(link->connection), line, sizeof line);
	return error_set(error, QORGAN_BUSY, "the connection to the server was lost: %s; try again", line);
}

/* ---- Questions ---------------------------------------------------------------------------- */

/* Sends what is kept, or at least until the server is ready to take more; reads meanwhile, as a server that cannot
 * say its answers takes no more questions. */
static int output_flush(struct postgres_link *link, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	int64_t until = answer_end(link);
	int left;

	while ((left = pq->PQflush(link->connection)) > 0) {
		if (!socket_wait(pq->PQsocket(link->connection), POLLIN | POLLOUT, until))
			return postgres_lose(link, "it takes nothing more", error);
		if (!pq->PQconsumeInput(link->connection))
			return postgres_lose(link, NULL, error);
	}
	return left < 0 ? postgres_lose(link, NULL, error) : QORGAN_OK;
}

static bool statement_is_kept(const struct postgres_link *link, const char *name)
{
	for (size_t at = 0; at < link->kept.size; at += strlen(link->kept.data + at) + 1)
		if (strcmp(link->kept.data + at, name) == 0)
			return true;
	return false;
}

int postgres_ask(struct postgres_link *link, const struct postgres_statement *statement, unsigned count,
                 const struct postgres_value *values, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	const char *data[POSTGRES_GIVEN];
	int sizes[POSTGRES_GIVEN], formats[POSTGRES_GIVEN];
	Oid types[POSTGRES_GIVEN];
	bool sent = true;

	if (link->lost)
		return error_set(error, QORGAN_BUSY, "the connection to the server was lost: try again");
	for (unsigned i = 0; i < count; i++) {
		if (values[i].size > INT_MAX)
			return error_set(error, QORGAN_INTERNAL, "%zu bytes are too many for one question", values[i].size);
		data[i] = values[i].data ? values[i].data : "";
		sizes[i] = (int)values[i].size;
		types[i] = values[i].type;
		formats[i] = 1;
	}
	if (statement->name && !statement_is_kept(link, statement->name)) {
		buffer_append(&link->kept, statement->name, strlen(statement->name) + 1);
		if (link->kept.failed)
			return error_set_memory(error);
		sent = pq->PQsendPrepare(link->connection, statement->name, statement->text, (int)count, types);
		link->waiting++;
	}
	if (sent && statement->name)
		sent = pq->PQsendQueryPrepared(link->connection, statement->name, (int)count, data, sizes, formats, 1);
	else if (sent)
		sent = pq->PQsendQueryParams(link->connection, statement->text, (int)count, types, data, sizes, formats, 1);
	if (!sent)
		return postgres_lose(link, NULL, error);
	link->waiting++;
	return link->waiting % POSTGRES_WAITING == 0 ? output_flush(link, error) : QORGAN_OK;
}

/* The next answer; NULL between two questions. */
static int result_take(struct postgres_link *link, PGresult **result, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	int64_t until = answer_end(link);

	while (pq->PQisBusy(link->connection)) {
		int code = output_flush(link, error);
		if (code)
			return code;
		if (!socket_wait(pq->PQsocket(link->connection), POLLIN, until))
			return postgres_lose(link, "it does not answer", error);
		if (!pq->PQconsumeInput(link->connection))
			return postgres_lose(link, NULL, error);
	}
	*result = pq->PQgetResult(link->connection);
	return QORGAN_OK;
}

void postgres_push(struct postgres_link *link)
{
	if (!link->lost)
		link->pq->PQflush(link->connection);
}

int postgres_leave(struct postgres_link *link)
{
	const struct postgres_library *pq = link->pq;

	if (!pq->PQpipelineSync(link->connection) || pq->PQflush(link->connection) < 0)
		return postgres_lose(link, NULL, NULL);
	link->waiting = 0;
	link->owes++;
	return QORGAN_OK;
}

static void answers_clear(struct postgres_link *link, PGresult **answers, unsigned *found)
{
	while (*found)
		link->pq->PQclear(answers[--*found]);
}

/* Whether it is the end of all answers. The first failure counts: those behind it follow from it. */
static bool result_judge(struct postgres_link *link, PGresult *result, PGresult **answers, unsigned most, unsigned *found,
                         int *code, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	ExecStatusType status = pq->PQresultStatus(result);

	if (status == PGRES_TUPLES_OK && *found < most && !*code) {
		answers[(*found)++] = result;
		return false;
	}
	if (status == PGRES_FATAL_ERROR && !*code)
		*code = postgres_failure(link, result, error);
	/* To be asked for a copy in the midst of questions would never end. */
	bool is_strange = status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
	pq->PQclear(result);
	if (is_strange)
		*code = postgres_lose(link, "its answer is not what was asked for", error);
	return is_strange || status == PGRES_PIPELINE_SYNC;
}

/* All answers up to the next mark. */
static int answers_take(struct postgres_link *link, PGresult **answers, unsigned most, unsigned *found,
                        struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	PGresult *result;
	int code = QORGAN_OK, taken;

	for (bool ended = false; !ended;) {
		taken = result_take(link, &result, error);
		if (taken) {
			code = taken;
			break;
		}
		if (result)
			ended = result_judge(link, result, answers, most, found, &code, error);
		else if (pq->PQstatus(link->connection) == CONNECTION_BAD) {
			code = code ? code : postgres_lose(link, NULL, error);
			break;
		}
	}
	if (pq->PQstatus(link->connection) == CONNECTION_BAD)
		link->lost = true;
	return code;
}

int postgres_answer(struct postgres_link *link, PGresult **answers, unsigned most, unsigned *found,
                    struct qorgan_error *error)
{
	unsigned none = 0;
	int code = QORGAN_OK;

	found = found ? found : &none;
	*found = 0;
	if (link->lost)
		return error_set(error, QORGAN_BUSY, "the connection to the server was lost: try again");
	if (!link->waiting)
		return QORGAN_OK;
	if (!link->pq->PQpipelineSync(link->connection))
		return postgres_lose(link, NULL, error);
	for (; link->owes && !link->lost; link->owes--) /* whatever became of it */
		code = answers_take(link, NULL, 0, &none, NULL);
	if (!link->lost)
		code = answers_take(link, answers, most, found, error);
	else
		error_set(error, code, "the connection to the server was lost: try again");
	link->waiting = 0;
	if (code)
		answers_clear(link, answers, found);
	return code;
}

/* ---- Copying in ------------------------------------------------------------------------------ */

static int copy_send(struct postgres_link *link, postgres_rows rows, void *context, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	struct span part;
	int code, put;

	while (!(code = rows(context, &part, error))) {
		do {
			put = pq->PQputCopyData(link->connection, part.data, (int)part.size);
			code = put > 0 ? QORGAN_OK : put < 0 ? postgres_lose(link, NULL, error) : output_flush(link, error);
		} while (!code && !put);
		if (!code)
			code = output_flush(link, error);
		if (code)
			return code;
	}
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int postgres_copy(struct postgres_link *link, const char *statement, postgres_rows rows, void *context,
                  struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	PGresult *result = NULL;
	int code = postgres_answer(link, NULL, 0, NULL, error);

	if (code)
		return code;
	/* A pipeline takes no COPY. */
	if (!pq->PQexitPipelineMode(link->connection) || !pq->PQsendQuery(link->connection, statement))
		return postgres_lose(link, NULL, error);
	code = result_take(link, &result, error);
	if (!code && pq->PQresultStatus(result) != PGRES_COPY_IN)
		code = postgres_failure(link, result, error);
	pq->PQclear(result);
	if (!code) {
		code = copy_send(link, rows, context, error);
		if (!link->lost && pq->PQputCopyEnd(link->connection, code ? "stopped" : NULL) < 0)
			code = postgres_lose(link, NULL, error);
	}
	while (!link->lost) {
		int taken = result_take(link, &result, error);
		if (taken || !result)
			break;
		if (!code && pq->PQresultStatus(result) != PGRES_COMMAND_OK)
			code = postgres_failure(link, result, error);
		pq->PQclear(result);
	}
	if (!link->lost && !pq->PQenterPipelineMode(link->connection))
		code = postgres_lose(link, NULL, error);
	return code;
}

/* ---- Values ---------------------------------------------------------------------------------- */

bool postgres_column(const struct postgres_library *pq, const PGresult *result, int row, int column, struct span *value)
{
	if (row >= pq->PQntuples(result) || column >= pq->PQnfields(result) || pq->PQgetisnull(result, row, column) ||
	    pq->PQfformat(result, column) != 1)
		return false;
	*value = (struct span){ pq->PQgetvalue(result, row, column), (size_t)pq->PQgetlength(result, row, column) };
	return true;
}

bool postgres_number(const struct postgres_library *pq, const PGresult *result, int row, int column, uint64_t *value)
{
	struct span bytes;

	if (!postgres_column(pq, result, row, column, &bytes))
		return false;
	if (bytes.size == 4)
		*value = bytes_get_u32(bytes.data);
	else if (bytes.size == 8)
		*value = bytes_get_u64(bytes.data);
	else
		return false;
	return true;
}

/* As array_recv of the server reads it. */
void postgres_list_begin(struct buffer *to, uint32_t count)
{
	uint8_t head[20];

	buffer_clear(to);
	bytes_put_u32(head, count ? 1 : 0); /* dimensions */
	bytes_put_u32(head + 4, 0);         /* no value is null */
	bytes_put_u32(head + 8, POSTGRES_BYTEA);
	bytes_put_u32(head + 12, count);
	bytes_put_u32(head + 16, 1); /* the number of the first */
	buffer_append(to, head, count ? sizeof head : 12);
}

void postgres_list_add(struct buffer *to, struct span value)
{
	uint8_t size[4];

	bytes_put_u32(size, (uint32_t)value.size);
	buffer_append(to, size, sizeof size);
	buffer_append_span(to, value);
}
