/* The peer: SQLCipher with a raw key, one table, the same text. */
#include <jansson.h>
#include <sqlcipher/sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static sqlite3 *database_open(const char *folder, int fresh)
{
	char path[300];
	sqlite3 *database;

	snprintf(path, sizeof path, "%s/peer.db", folder);
	if (fresh)
		unlink(path);
	bench_require(sqlite3_open(path, &database) == SQLITE_OK, path, "cannot be opened");
	bench_require(sqlite3_exec(database,
	                           "PRAGMA key = \"x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'\";"
	                           "PRAGMA synchronous = FULL;"
	                           "CREATE TABLE IF NOT EXISTS record(id TEXT, version INTEGER, body TEXT, PRIMARY KEY(id, version))",
	                           NULL, NULL, NULL) == SQLITE_OK, "SQLCipher", sqlite3_errmsg(database));
	return database;
}

static void insert(sqlite3 *database, sqlite3_stmt *statement, const char *id, const char *text)
{
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
	bench_require(sqlite3_step(statement) == SQLITE_DONE, "SQLCipher", sqlite3_errmsg(database));
	sqlite3_reset(statement);
}

double sqlcipher_load(const char *folder, const struct bench_input *input)
{
	sqlite3 *database = database_open(folder, 1);
	sqlite3_stmt *statement;
	double start = bench_now();

	sqlite3_exec(database, "BEGIN", NULL, NULL, NULL);
	sqlite3_prepare_v2(database, "INSERT INTO record VALUES(?, 1, ?)", -1, &statement, NULL);
	for (const char *line = input->text, *end; line < input->text + input->size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(input->text + input->size - line));
		json_t *value = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, NULL);
		char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);
		insert(database, statement, json_string_value(json_object_get(value, "id")), text);
		free(text);
		json_decref(value);
	}
	sqlite3_finalize(statement);
	bench_require(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "SQLCipher", "commit");
	double taken = bench_now() - start;
	sqlite3_close(database);
	return taken;
}

double sqlcipher_scan(const char *folder, size_t count)
{
	sqlite3 *database = database_open(folder, 0);
	sqlite3_stmt *statement;
	size_t found = 0;
	double start = bench_now();

	sqlite3_prepare_v2(database, "SELECT id, body FROM record", -1, &statement, NULL);
	while (sqlite3_step(statement) == SQLITE_ROW)
		found += sqlite3_column_bytes(statement, 1) > 0;
	double taken = bench_now() - start;
	sqlite3_finalize(statement);
	sqlite3_close(database);
	bench_require(found == count, "SQLCipher", "count");
	return taken;
}

double sqlcipher_verify(const char *folder, size_t count)
{
	sqlite3 *database = database_open(folder, 0);
	double start = bench_now();

	(void)count;
	bench_require(sqlite3_exec(database, "PRAGMA integrity_check", NULL, NULL, NULL) == SQLITE_OK, "SQLCipher",
	              "integrity_check");
	double taken = bench_now() - start;
	sqlite3_close(database);
	return taken;
}

double sqlcipher_durable(const char *folder, unsigned times)
{
	sqlite3 *database = database_open(folder, 0);
	sqlite3_stmt *statement;
	char text[701], id[32];

	memset(text, 'x', 700);
	text[700] = '\0';
	sqlite3_prepare_v2(database, "INSERT OR REPLACE INTO record VALUES(?, 2, ?)", -1, &statement, NULL);
	double start = bench_now();
	for (unsigned i = 0; i < times; i++) {
		snprintf(id, sizeof id, "D%u", i);
		insert(database, statement, id, text);
	}
	double taken = (bench_now() - start) / times;
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return taken;
}

/* Open, read one record, close: what one command does. */
double sqlcipher_show(const char *folder, unsigned times)
{
	double start = bench_now();

	for (unsigned i = 0; i < times; i++) {
		sqlite3 *database = database_open(folder, 0);
		sqlite3_stmt *statement;
		sqlite3_prepare_v2(database, "SELECT body FROM record WHERE id = 'LOD-01-M777' ORDER BY version DESC LIMIT 1", -1,
		                   &statement, NULL);
		bench_require(sqlite3_step(statement) == SQLITE_ROW, "SQLCipher", "row");
		sqlite3_finalize(statement);
		sqlite3_close(database);
	}
	return (bench_now() - start) / times;
}
