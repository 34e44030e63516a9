/* How a connection to a server is made: what an address leaves open, and which of several servers is tried first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres.h"

#define CONNECT_SECONDS 10
#define CONNECT_SECONDS_EACH 3 /* of several servers: one of them may be frozen, and it may be the first */

static void notice_take(void *context, const PGresult *result)
{
	struct postgres_link *link = context;
	const char *severity = link->pq->PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity && strcmp(severity, "WARNING") == 0)
		link->warned = true;
}

/* ---- What is said to libpq --------------------------------------------------------------- */

struct words {
	const char *names[100], *values[100]; /* libpq knows some fifty */
	unsigned count;
	unsigned hosts; /* that libpq goes through in turn */
};

static void word_add(struct words *words, const char *name, const char *value)
{
	if (words->count + 1 < sizeof words->names / sizeof *words->names) {
		words->names[words->count] = name;
		words->values[words->count++] = value;
	}
}

static const char *word_value(const struct words *words, const char *name)
{
	for (unsigned i = 0; i < words->count; i++)
		if (strcmp(words->names[i], name) == 0)
			return words->values[i];
	return NULL;
}

static void word_default(struct words *words, const char *name, const char *variable, const char *value)
{
	if (!word_value(words, name) && !(variable && getenv(variable)))
		word_add(words, name, value);
}

/* What libpq leaves open is chosen here for who says nothing: most of all that a server over a network proves by its
 * certificate that it is the one that is meant (over a socket of this computer libpq does not ask for it). What a service
 * file says of these does not count, as it is not known here whether it says anything. Who only reads is not sent to one
 * of several servers that stands by either: it lags behind, and would seem to have been put back to an older state. */
static void words_complete(struct words *words, bool writes, const char *seconds)
{
	word_default(words, "sslmode", "PGSSLMODE", "verify-full");
	if (writes || words->hosts > 1)
		word_default(words, "target_session_attrs", "PGTARGETSESSIONATTRS", "read-write");
	word_default(words, "connect_timeout", "PGCONNECT_TIMEOUT", seconds);
	word_default(words, "tcp_user_timeout", NULL, "30000");
	/* Who waits for others says nothing for hours. */
	word_default(words, "keepalives_idle", NULL, "30");
	word_default(words, "keepalives_interval", NULL, "10");
	word_default(words, "keepalives_count", NULL, "3");
	word_default(words, "application_name", "PGAPPNAME", "qorgan");
	word_add(words, "client_encoding", "UTF8");
}

/* ---- Several hosts ------------------------------------------------------------------------- */

static unsigned hosts_count(const char *list)
{
	unsigned count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

/* Where the item of that number begins in a list; a list of one item is that for all. */
static const char *item_find(const char *list, unsigned number)
{
	if (!strchr(list, ','))
		return list;
	for (; number > 0; number--)
		list += strcspn(list, ",") + (list[strcspn(list, ",")] == ',');
	return list;
}

/* The item of that number becomes the first, and those before it the last. */
static bool list_turn(char *list, unsigned number)
{
	const char *first = item_find(list, number);
	char *turned = first == list ? NULL : strdup(first);

	if (first == list)
		return true;
	if (!turned)
		return false;
	size_t size = strlen(turned), before = (size_t)(first - list) - 1;
	memmove(list + size + 1, list, before);
	memcpy(list, turned, size);
	list[size] = ',';
	free(turned);
	return true;
}

static bool item_is(const char *list, unsigned number, const char *value)
{
	const char *item = list ? item_find(list, number) : NULL;

	return !list || (value && strcspn(item, ",") == strlen(value) && strncmp(item, value, strlen(value)) == 0);
}

/* The next connection is tried where this one was reached. */
static void first_note(const struct postgres_link *link, const struct words *words, struct postgres_place *place)
{
	const char *hosts = word_value(words, "host"), *ports = word_value(words, "port");

	if (!hosts)
		hosts = word_value(words, "hostaddr");
	for (unsigned i = 0; i < words->hosts; i++)
		if (item_is(hosts, i, link->pq->PQhost(link->connection)) && item_is(ports, i, link->pq->PQport(link->connection))) {
			atomic_store(&place->first, (atomic_load(&place->first) + i) % words->hosts);
			return;
		}
}

/* ---- Making one ------------------------------------------------------------------------------ */

/* libpq tells failures of a connection by words alone; these are the ones that a user does something about. */
static int connect_failure(struct postgres_link *link, const struct postgres_place *place, struct qorgan_error *error)
{
	const char *said = link->pq->PQerrorMessage(link->connection);
	char line[400];
	int code = QORGAN_BUSY;

	postgres_line(said, line, sizeof line);
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

/* A plan is made once for a statement, and by the index of the keys even while the server does not know that a table has
 * become large. */
static const struct postgres_statement settings = {
	NULL, "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false), "
	      "set_config('enable_bitmapscan', 'off', false), set_config('enable_sort', 'off', false), set_config('jit', 'off', false)",
};

static int connection_make(struct postgres_link *link, const struct words *words, struct postgres_place *place,
                           struct qorgan_error *error)
{
	const struct postgres_library *pq = link->pq;

	/* This one waits for each host no longer than connect_timeout, and then goes on to the next. */
	link->connection = pq->PQconnectdbParams(words->names, words->values, 0);
	if (!link->connection)
		return error_set_memory(error);
	if (pq->PQstatus(link->connection) != CONNECTION_OK)
		return connect_failure(link, place, error);
	pq->PQsetNoticeReceiver(link->connection, notice_take, link);
	if (pq->PQsetnonblocking(link->connection, 1) || !pq->PQenterPipelineMode(link->connection))
		return error_set(error, QORGAN_IO, "the connection to %s cannot be set up", place->address);
	first_note(link, words, place);
	/* All questions are for rows by their keys. Goes along with the first one; where it is not understood, it goes without. */
	int code = postgres_ask(link, &settings, 0, NULL, error);
	return code ? code : postgres_leave(link);
}

/* For how long each host is tried; near the end of the time that is left no longer than the shortest that libpq knows. */
static void seconds_set(char text[12], unsigned hosts, int64_t until)
{
	int64_t most = hosts > 1 ? CONNECT_SECONDS_EACH : CONNECT_SECONDS;
	int64_t seconds = until ? (until - postgres_moment_in(0)) / 1000 : most;

	if (seconds > most)
		seconds = most;
	snprintf(text, 12, "%d", seconds < 2 ? 2 : (int)seconds);
}

static bool is_list(const char *name)
{
	return strcmp(name, "host") == 0 || strcmp(name, "hostaddr") == 0 || strcmp(name, "port") == 0;
}

/* What the address says. */
static int words_take(struct words *words, const PQconninfoOption *option, unsigned first, struct qorgan_error *error)
{
	for (; option->keyword; option++) {
		if (!option->val)
			continue;
		/* It stands in the list of processes, and in messages. */
		if (strcmp(option->keyword, "password") == 0)
			return error_set(error, QORGAN_USAGE, "a password must not stand in the address of a store, where others see it: "
			                 "put it into the file ~/.pgpass");
		if (is_list(option->keyword) && !list_turn(option->val, first))
			return error_set_memory(error);
		if (strncmp(option->keyword, "host", 4) == 0)
			words->hosts = hosts_count(option->val);
		word_add(words, option->keyword, option->val);
	}
	return QORGAN_OK;
}

int postgres_connect(const struct postgres_library *pq, struct postgres_place *place, bool writes, int64_t until,
                     struct postgres_link **made, struct qorgan_error *error)
{
	struct postgres_link *link = calloc(1, sizeof *link);
	struct words words = { .hosts = 1 };
	char *said = NULL, seconds[12];
	PQconninfoOption *options = pq->PQconninfoParse(place->address, &said);
	int code = QORGAN_OK;

	if (!link)
		code = error_set_memory(error);
	else if (!options)
		code = error_set(error, QORGAN_USAGE, "this is not the address of a database, such as postgres://host/database: %.*s",
		                 said ? (int)strcspn(said, "\n") : 0, said ? said : "");
	else
		code = words_take(&words, options, atomic_load(&place->first), error);
	if (!code) {
		seconds_set(seconds, words.hosts, until);
		words_complete(&words, writes, seconds);
		link->pq = pq;
		link->until = until;
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
