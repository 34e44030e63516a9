/* The floors of a store on a server: what PostgreSQL's own means cost on the same bytes, in a database with the same
 * tables on the same server. */
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TABLES 9

static const char *const tables[TABLES] = {
	"meta", "ids", "history", "leaves", "tree", "commits", "evidence", "mirror", "heads",
};
static struct {
	char *bytes;
	size_t size;
} rows[TABLES]; /* as COPY takes them */
static char address[300], floor_address[300];
static const uint8_t key[32], associated[52];

static PGconn *connect_to(const char *to)
{
	PGconn *connection = PQconnectdb(to);

	bench_require(PQstatus(connection) == CONNECTION_OK, "server", PQerrorMessage(connection));
	PQclear(PQexec(connection, "SET client_min_messages = warning"));
	return connection;
}

static void run(PGconn *connection, const char *statement)
{
	PGresult *result = PQexec(connection, statement);
	ExecStatusType status = PQresultStatus(result);

	bench_require(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN ||
	              status == PGRES_COPY_OUT, statement, PQresultErrorMessage(result));
	PQclear(result);
}

/* ---- The server --------------------------------------------------------------------- */

static char server_folder[300];
static pid_t server_starter;

void server_stop(void)
{
	char command[500];

	if (!*server_folder || server_starter != getpid())
		return;
	snprintf(command, sizeof command, "src/tools/server stop '%s/server' immediate", server_folder);
	*server_folder = '\0';
	if (system(command) != 0)
		fprintf(stderr, "bench: the server goes on: %s\n", command);
}

/* It syncs, as one does on which anything depends; and it ends with the bench, however that ends. */
const char *server_start(const char *folder)
{
	char command[900], line[300] = "";

	if (system("ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1") != 0)
		return NULL;
	snprintf(command, sizeof command, "chmod 711 '%s' && src/tools/server start '%s/server' 'fsync = on' 'full_page_writes = on' "
	         "'shared_buffers = 512MB' 'max_wal_size = 4GB'", folder, folder);
	snprintf(server_folder, sizeof server_folder, "%s", folder);
	server_starter = getpid();
	atexit(server_stop);
	FILE *pipe = popen(command, "r");
	bench_require(pipe && fgets(line, sizeof line, pipe), "src/tools/server", "it does not start");
	pclose(pipe);
	snprintf(address, sizeof address, "%.*s", (int)strcspn(line, "\n"), line);
	snprintf(command, sizeof command, "cd /tmp && createdb -h '%s/server' -U keeper -T register floor", folder);
	bench_require(system(command) == 0, "createdb", NULL);
	snprintf(floor_address, sizeof floor_address, "postgres:///floor?host=%s/server&user=keeper", folder);
	return address;
}

const char *server_address(void)
{
	return address;
}

static void tables_clear(PGconn *connection)
{
	run(connection, "TRUNCATE qorgan.stores, qorgan.outcomes, qorgan.meta, qorgan.ids, qorgan.history, qorgan.leaves, qorgan.tree, "
	                "qorgan.commits, qorgan.evidence, qorgan.mirror, qorgan.heads");
}

void server_clear(const char *where)
{
	PGconn *connection = connect_to(where);

	tables_clear(connection);
	PQfinish(connection);
}

/* ---- The rows ------------------------------------------------------------------------- */

static void rows_take(PGconn *connection, unsigned table)
{
	char statement[100], *part;
	size_t room = 0;
	int size;

	free(rows[table].bytes);
	rows[table].bytes = NULL;
	rows[table].size = 0;
	snprintf(statement, sizeof statement, "COPY qorgan.%s (store, key, value) TO STDOUT (FORMAT binary)", tables[table]);
	run(connection, statement);
	while ((size = PQgetCopyData(connection, &part, 0)) > 0) {
		if (rows[table].size + (size_t)size > room) {
			room = 2 * room + (size_t)size + 65536;
			rows[table].bytes = realloc(rows[table].bytes, room);
			bench_require(rows[table].bytes != NULL, "floor", "no memory");
		}
		memcpy(rows[table].bytes + rows[table].size, part, (size_t)size);
		rows[table].size += (size_t)size;
		PQfreemem(part);
	}
	PQclear(PQgetResult(connection));
	while (PQgetResult(connection))
		;
}

static void rows_put(PGconn *connection, const char *statement, const char *bytes, size_t size)
{
	const size_t part = 256 << 10;

	run(connection, statement);
	for (size_t at = 0; at < size; at += part)
		bench_require(PQputCopyData(connection, bytes + at, (int)(size - at < part ? size - at : part)) == 1, "COPY",
		              PQerrorMessage(connection));
	bench_require(PQputCopyEnd(connection, NULL) == 1, "COPY", PQerrorMessage(connection));
	PGresult *result = PQgetResult(connection);
	bench_require(PQresultStatus(result) == PGRES_COMMAND_OK, "COPY", PQresultErrorMessage(result));
	PQclear(result);
	while (PQgetResult(connection))
		;
}

void server_floor_prepare(const char *from)
{
	PGconn *connection = connect_to(from);

	for (unsigned i = 0; i < TABLES; i++)
		rows_take(connection, i);
	PQfinish(connection);
}

double server_floor_copy(void)
{
	PGconn *connection = connect_to(floor_address);
	char statement[100];

	tables_clear(connection);
	double start = bench_now();
	run(connection, "BEGIN");
	for (unsigned i = 0; i < TABLES; i++) {
		snprintf(statement, sizeof statement, "COPY qorgan.%s (store, key, value) FROM STDIN (FORMAT binary)", tables[i]);
		if (rows[i].size)
			rows_put(connection, statement, rows[i].bytes, rows[i].size);
	}
	run(connection, "COMMIT");
	double taken = bench_now() - start;
	PQfinish(connection);
	return taken;
}

/* ---- Reading -------------------------------------------------------------------------- */

/* The heads once more, of the same sizes, sealed by a key that is known here. */
static void heads_seal(PGconn *connection)
{
	char *bytes = malloc(rows[TABLES - 1].size);
	uint8_t *at;
	uint32_t size;

	bench_require(bytes != NULL, "floor", "no memory");
	memcpy(bytes, rows[TABLES - 1].bytes, rows[TABLES - 1].size);
	/* After a head of 19 bytes each row: three columns, each with its size before it. */
	for (at = (uint8_t *)bytes + 19; at[0] == 0; at += size) {
		at += 2;
		for (int column = 0; column < 3; column++) {
			size = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
			at += 4;
			if (column < 2)
				at += size;
		}
		randombytes_buf(at, NONCE);
		crypto_aead_xchacha20poly1305_ietf_encrypt(at + NONCE, NULL, at + NONCE, size - NONCE - TAG, associated,
		                                           sizeof associated, NULL, at, key);
	}
	run(connection, "CREATE SCHEMA IF NOT EXISTS floor");
	run(connection, "DROP TABLE IF EXISTS floor.heads");
	run(connection, "CREATE TABLE floor.heads (store integer, key bytea, value bytea NOT NULL, PRIMARY KEY (store, key))");
	rows_put(connection, "COPY floor.heads (store, key, value) FROM STDIN (FORMAT binary)", bytes, rows[TABLES - 1].size);
	run(connection, "VACUUM ANALYZE floor.heads");
	free(bytes);
}

double server_floor_select(void)
{
	static const char statement[] = "SELECT key, value FROM floor.heads WHERE store >= 0 ORDER BY store, key";
	static uint8_t plain[1 << 20];
	PGconn *connection = connect_to(floor_address);
	PGresult *result;

	heads_seal(connection);
	double start = bench_now();
	bench_require(PQsendQueryParams(connection, statement, 0, NULL, NULL, NULL, NULL, 1) == 1 &&
	              PQsetSingleRowMode(connection) == 1, statement, PQerrorMessage(connection));
	while ((result = PQgetResult(connection))) {
		for (int i = 0; i < PQntuples(result); i++) {
			const uint8_t *sealed = (const uint8_t *)PQgetvalue(result, i, 1);
			size_t size = (size_t)PQgetlength(result, i, 1);
			bench_require(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + NONCE, size - NONCE, associated,
			                                                         sizeof associated, sealed, key) == 0, "floor", "decryption");
		}
		PQclear(result);
	}
	double taken = bench_now() - start;
	PQfinish(connection);
	return taken;
}

/* ---- Many writers ---------------------------------------------------------------------- */

/* The size of a value, as what a change writes is of that size, too. */
static unsigned size_of(PGconn *connection, const char *table)
{
	char statement[100];

	snprintf(statement, sizeof statement, "SELECT coalesce(avg(length(value))::integer, 500) FROM qorgan.%s", table);
	PGresult *result = PQexec(connection, statement);
	bench_require(PQntuples(result) == 1, statement, PQresultErrorMessage(result));
	unsigned size = (unsigned)atoi(PQgetvalue(result, 0, 0));
	PQclear(result);
	return size;
}

static void value_write(FILE *to, unsigned size)
{
	fprintf(to, "'\\x");
	for (unsigned i = 0; i < size; i++)
		fprintf(to, "%02x", (unsigned)randombytes_uniform(256));
	fprintf(to, "'::bytea");
}

static void script_write(const char *path, PGconn *connection, int together)
{
	static const struct {
		const char *before, *sized_by, *after;
	} writes[] = {
		{ "INSERT INTO qorgan.meta VALUES (1, 's', ", "meta", ") ON CONFLICT (store, key) DO UPDATE SET value = excluded.value" },
		{ "INSERT INTO qorgan.history SELECT 1, int8send(:client_id) || int4send((changes + 100)::integer), ", "heads", " FROM qorgan.stores WHERE store = 1" },
		{ "INSERT INTO qorgan.leaves SELECT 1, int8send(100000000 + 2 * changes + n), ", "leaves", " FROM qorgan.stores, generate_series(0, 1) AS n WHERE store = 1" },
		{ "INSERT INTO qorgan.commits SELECT 1, int8send(100000000 + 2 * changes + n), ", "commits", " FROM qorgan.stores, generate_series(0, 1) AS n WHERE store = 1" },
		{ "UPDATE qorgan.heads SET value = ", "heads", " WHERE store = 1 AND key = (SELECT key FROM floor.written WHERE client = :client_id)" },
		{ "INSERT INTO qorgan.outcomes SELECT 1, changes + 1, ", "", " FROM qorgan.stores WHERE store = 1" },
		{ "UPDATE qorgan.stores SET changes = changes + 1, token = ", "", " WHERE store = 1" },
	};
	FILE *file = fopen(path, "w");

	bench_require(file != NULL, path, "cannot be written");
	fprintf(file, "%sBEGIN ISOLATION LEVEL READ COMMITTED;\nSELECT changes, token, name FROM qorgan.stores WHERE store = 1 FOR "
	        "UPDATE;\n", together ? "\\startpipeline\n" : "");
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		fprintf(file, "%s", writes[i].before);
		value_write(file, *writes[i].sized_by ? size_of(connection, writes[i].sized_by) : 16);
		fprintf(file, "%s;\n", writes[i].after);
	}
	fprintf(file, "COMMIT;\n%s", together ? "\\endpipeline\n" : "");
	bench_require(fclose(file) == 0, path, "cannot be written");
}

double server_floor_writers(const char *folder, unsigned clients, unsigned times, int together)
{
	PGconn *connection = connect_to(floor_address);
	char path[300], command[900], line[300];
	double rate = 0;

	server_floor_copy();
	run(connection, "CREATE SCHEMA IF NOT EXISTS floor");
	run(connection, "DROP TABLE IF EXISTS floor.written");
	run(connection, "CREATE TABLE floor.written AS SELECT row_number() OVER () - 1 AS client, key FROM (SELECT key FROM qorgan.heads "
	                "WHERE store = 1 LIMIT 1000) AS heads");
	run(connection, "ALTER TABLE floor.written ADD PRIMARY KEY (client)");
	run(connection, "INSERT INTO qorgan.stores VALUES (1, 'floor', 0, decode(repeat('00', 16), 'hex'))");
	run(connection, "VACUUM ANALYZE");
	snprintf(path, sizeof path, "%s/pgbench.sql", folder);
	script_write(path, connection, together);
	PQfinish(connection);
	snprintf(command, sizeof command, "cd /tmp && pgbench -n -M prepared -c %u -j 2 -t %u -f '%s' '%s' 2>&1", clients, times, path,
	         floor_address);
	FILE *pipe = popen(command, "r");
	bench_require(pipe != NULL, "pgbench", "it does not start");
	while (fgets(line, sizeof line, pipe))
		sscanf(line, "tps = %lf (without", &rate);
	bench_require(pclose(pipe) == 0 && rate > 0, "pgbench", line);
	return 1 / rate;
}
