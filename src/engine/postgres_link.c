/* One connection to a server: how it is made, and how questions and answers go over it.
 *
 * Nothing here waits without a bound: a server that says nothing for ANSWER_SECONDS is taken for lost. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "engine/postgres.h"

#define ANSWER_SECONDS 60

static void notice_ignore(void *context, const PGresult *result)
{
	(void)context, (void)result;
}

/* ---- Making one ------------------------------------------------------------------------ */

struct words {
	const char *names[100], *values[100]; /* libpq knows some fifty */
	unsigned count;
};

static void word_add(struct words *words, const char *name, const char *value)
{
	if (words->count + 1 < sizeof words->names / sizeof *words->names) {
		words->names[words->count] = name;
		words->values[words->count++] = value;
	}
}

static bool words_have(const struct words *words, const char *name)
{
	for (unsigned i = 0; i < words->count; i++)
		if (strcmp(words->names[i], name) == 0)
			return true;
	return false;
}

static void word_default(struct words *words, const char *name, const char *variable, const char *value)
{
	if (!words_have(words, name) && !(variable && getenv(variable)))
		word_add(words, name, value);
}

/* What libpq leaves open is chosen here for who says nothing: most of all that a server over a network proves by its
 * certificate that it is the one that is meant (over a socket of this computer libpq does not ask for it). What a service
 * file says of these does not count, as it is not known here whether it says anything. */
static void words_complete(struct words *words, bool writes)
{
	word_default(words, "sslmode", "PGSSLMODE", "verify-full");
	if (writes)
		word_default(words, "target_session_attrs", "PGTARGETSESSIONATTRS", "read-write");
	word_default(words, "connect_timeout", "PGCONNECT_TIMEOUT", "10");
	word_default(words, "tcp_user_timeout", NULL, "30000");
	/* Who waits for others says nothing for hours. */
	word_default(words, "keepalives_idle", NULL, "30");
	word_default(words, "keepalives_interval", NULL, "10");
	word_default(words, "keepalives_count", NULL, "3");
	word_default(words, "application_name", "PGAPPNAME", "qorgan");
	word_add(words, "client_encoding", "UTF8");
}

/* The first line of what libpq says, without its newline, into `to`. */
static void line_copy(const char *from, char *to, size_t limit)
{
	while (*from == '\n' || *from == ' ')
		from++;
	span_copy_into((struct span){ from, strcspn(from, "\n") }, to, limit);
}

/* libpq tells failures of a connection by words alone; these are the ones that a user does something about. */
static int connect_failure(struct postgres_link *link, const struct postgres_place *place, struct qorgan_error *error)
{
	const char *said = link->pq->PQerrorMessage(link->connection);
	char line[400];
	int code = QORGAN_BUSY;

	line_copy(said, line, sizeof line);
	if (strstr(said, "password") || strstr(said, "authentication") || strstr(said, "pg_hba") || strstr(said, "role \"") ||
	    strstr(said, "permission denied"))
		code = QORGAN_DENIED;
	else if (strstr(said, "database \"") && strstr(said, "does not exist"))
		code = QORGAN_ABSENT;
	else if (strstr(said, "certificate") || strstr(said, "SSL"))
		code = QORGAN_DENIED;
	error_set(error, code, "cannot reach the server of %s: %s", place->address, line);
	return code;
}

static bool socket_wait(int socket, short events, int64_t until)
{
	struct timespec now;

	for (;;) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		int64_t left = until - (now.tv_sec * 1000 + now.tv_nsec / 1000000);
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

static int64_t moment_in(unsigned seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000 + (int64_t)seconds * 1000;
}

/* A plan is made once for a statement, and by the index of the keys even while the server does not know that a table has
 * become large. */
static const struct postgres_statement settings = {
	NULL, "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false), "
	      "set_config('enable_bitmapscan', 'off', false), set_config('enable_sort', 'off', false), set_config('jit', 'off', false)",
};

static int connection_make(struct postgres_link *link, const struct words *words, const struct postgres_place *place,
                           struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;

	/* This one waits for each host no longer than connect_timeout, and then goes on to the next. */
	link->connection = pq->PQconnectdbParams(words->names, words->values, 0);
	if (!link->connection)
		return error_set_memory(error);
	if (pq->PQstatus(link->connection) != CONNECTION_OK)
		return connect_failure(link, place, error);
	pq->PQsetNoticeReceiver(link->connection, notice_ignore, NULL);
	if (pq->PQsetnonblocking(link->connection, 1) || !pq->PQenterPipelineMode(link->connection))
		return error_set(error, QORGAN_IO, "the connection to %s cannot be set up", place->address);
	/* All questions are for rows by their keys. Goes along with the first one; where it is not understood, it goes without. */
	int code = postgres_ask(link, &settings, 0, NULL, error);
	return code ? code : postgres_leave(link);
}

int postgres_connect(const struct postgres_library *pq, const struct postgres_place *place, bool writes,
                     struct postgres_link **made, struct qorgan_error *error)
{
	struct postgres_link *link = calloc(1, sizeof *link);
	struct words words = { 0 };
	char *said = NULL;
	PQconninfoOption *options = pq->PQconninfoParse(place->address, &said);
	int code = QORGAN_OK;

	if (!link)
		code = error_set_memory(error);
	else if (!options)
		code = error_set(error, QORGAN_USAGE, "this is not the address of a database, such as postgres://host/database: %.*s",
		                 said ? (int)strcspn(said, "\n") : 0, said ? said : "");
	for (const PQconninfoOption *option = options; !code && option && option->keyword; option++) {
		if (!option->val)
			continue;
		/* It stands in the list of processes, and in messages. */
		if (strcmp(option->keyword, "password") == 0)
			code = error_set(error, QORGAN_USAGE, "a password must not stand in the address of a store, where others see it: "
			                 "put it into the file ~/.pgpass");
		word_add(&words, option->keyword, option->val);
	}
	if (!code) {
		words_complete(&words, writes);
		link->pq = pq;
		code = connection_make(link, &words, place, error);
	}
	if (options)
		pq->PQconninfoFree(options);
	if (said)
		pq->PQfreemem(said);
	if (code) {
		postgres_disconnect(link);
		return code;
	}
	*made = link;
	return QORGAN_OK;
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

static int loss_set(struct postgres_link *link, const char *why, struct qorgan_error *error)
{
	char line[300];

	link->lost = true;
	line_copy(why ? why : link->pq->PQerrorMessage(link->connection), line, sizeof line);
	return error_set(error, QORGAN_BUSY, "the connection to the server was lost: %s; try again", line);
}

/* ---- Questions ---------------------------------------------------------------------------- */

/* Sends what is kept, or at least until the server is ready to take more; reads meanwhile, as a server that cannot
 * say its answers takes no more questions. */
static int output_flush(struct postgres_link *link, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	int64_t until = moment_in(ANSWER_SECONDS);
	int left;

	while ((left = pq->PQflush(link->connection)) > 0) {
		if (!socket_wait(pq->PQsocket(link->connection), POLLIN | POLLOUT, until))
			return loss_set(link, "it takes nothing more", error);
		if (!pq->PQconsumeInput(link->connection))
			return loss_set(link, NULL, error);
	}
	return left < 0 ? loss_set(link, NULL, error) : QORGAN_OK;
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
		return loss_set(link, NULL, error);
	link->waiting++;
	return link->waiting % POSTGRES_WAITING == 0 ? output_flush(link, error) : QORGAN_OK;
}

/* The next answer; NULL between two questions. */
static int result_take(struct postgres_link *link, PGresult **result, struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;
	int64_t until = moment_in(ANSWER_SECONDS);

	while (pq->PQisBusy(link->connection)) {
		int code = output_flush(link, error);
		if (code)
			return code;
		if (!socket_wait(pq->PQsocket(link->connection), POLLIN, until))
			return loss_set(link, "it does not answer", error);
		if (!pq->PQconsumeInput(link->connection))
			return loss_set(link, NULL, error);
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
		return loss_set(link, NULL, NULL);
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
		*code = loss_set(link, "its answer is not what was asked for", error);
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
			code = code ? code : loss_set(link, NULL, error);
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
		return loss_set(link, NULL, error);
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
			code = put > 0 ? QORGAN_OK : put < 0 ? loss_set(link, NULL, error) : output_flush(link, error);
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
		return loss_set(link, NULL, error);
	code = result_take(link, &result, error);
	if (!code && pq->PQresultStatus(result) != PGRES_COPY_IN)
		code = postgres_failure(link, result, error);
	pq->PQclear(result);
	if (!code) {
		code = copy_send(link, rows, context, error);
		if (!link->lost && pq->PQputCopyEnd(link->connection, code ? "stopped" : NULL) < 0)
			code = loss_set(link, NULL, error);
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
		code = loss_set(link, NULL, error);
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
