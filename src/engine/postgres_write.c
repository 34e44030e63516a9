/* Writing to a server: what a transaction changes is kept until its end, or until it is too much to be kept. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/postgres_cache.h"

#define KEPT_MOST ((size_t)64 << 20)
/* Rows of the history are sent late: those of a change are put in their place at its end, and who only adds to the
 * history may not delete from it what it sent too early. */
#define KEPT_HISTORY_MOST ((size_t)512 << 20)
#define STATEMENT_BYTES ((size_t)1 << 20)
/* From here on a bulk copy is worth the journeys of its own. */
#define COPY_ROWS 4096
#define COPY_PART ((size_t)256 << 10)
#define PUSHED_ROWS 64 /* written between two looks whether the server takes more */

#define STATEMENTS_OF(table)                                                                                             \
	{                                                                                                                    \
		[WRITE_ADD] = { "add " #table, "INSERT INTO qorgan." #table " (store, key, value)"                               \
			            " SELECT $1, k, v FROM unnest($2, $3) AS rows (k, v)" },                                         \
		[WRITE_SET] = { "set " #table, "INSERT INTO qorgan." #table " (store, key, value)"                               \
			            " SELECT $1, k, v FROM unnest($2, $3) AS rows (k, v)"                                            \
			            " ON CONFLICT (store, key) DO UPDATE SET value = excluded.value" },                              \
		[WRITE_REMOVE] = { "remove " #table, "DELETE FROM qorgan." #table " WHERE store = $1 AND key = ANY ($2)" },      \
		[WRITE_COPY] = { NULL, "COPY qorgan." #table " (store, key, value) FROM STDIN (FORMAT binary)" },                \
	}

enum write { WRITE_REMOVE, WRITE_SET, WRITE_ADD, WRITE_COPY, WRITES };

/* In the order of the engine's tables. */
static const struct postgres_statement statements[POSTGRES_TABLES][WRITES] = {
	STATEMENTS_OF(meta),    STATEMENTS_OF(ids),      STATEMENTS_OF(history), STATEMENTS_OF(leaves), STATEMENTS_OF(tree),
	STATEMENTS_OF(commits), STATEMENTS_OF(evidence), STATEMENTS_OF(mirror),  STATEMENTS_OF(heads),
};

static bool entry_is(const struct pending_entry *entry, enum write write)
{
	return (entry->kind == PENDING_ADD && write == WRITE_ADD) || (entry->kind == PENDING_SET && write == WRITE_SET) ||
	       (entry->kind == PENDING_REMOVE && write == WRITE_REMOVE);
}

/* ---- By statements -------------------------------------------------------------------------------- */

/* From `*entry` on, what one statement takes; *entry is then what is left. */
static int part_send(struct postgres_txn *txn, unsigned table, enum write write, const struct pending_entry **entry,
                     struct buffer *keys, struct buffer *values, struct qorgan_error *error)
{
	const struct pending_entry *first = *entry, *at;
	struct postgres_key key;
	uint8_t store[4];
	uint32_t count = 0;
	size_t bytes = 0;

	for (at = first; at && bytes < STATEMENT_BYTES; at = pending_step(at, false))
		if (entry_is(at, write)) {
			count++;
			bytes += at->key_size + at->value_size;
		}
	*entry = at;
	if (!count)
		return QORGAN_OK;
	postgres_list_begin(keys, count);
	postgres_list_begin(values, count);
	for (const struct pending_entry *one = first; one != at; one = pending_step(one, false)) {
		if (!entry_is(one, write))
			continue;
		postgres_key_set(&key, table, (struct span){ one->key, one->key_size });
		postgres_list_add(keys, (struct span){ key.data, key.size });
		postgres_list_add(values, (struct span){ one->value, one->value_size });
	}
	if (keys->failed || values->failed)
		return error_set_memory(error);
	bytes_put_u32(store, txn->engine->number);
	const struct postgres_value given[] = {
		{ POSTGRES_INT4, store, sizeof store },
		{ POSTGRES_BYTEA_LIST, keys->data, keys->size },
		{ POSTGRES_BYTEA_LIST, values->data, values->size },
	};
	return postgres_ask(txn->link, &statements[postgres_table(table)][write], write == WRITE_REMOVE ? 2 : 3, given, error);
}

int postgres_write_prepare(const struct postgres_engine *engine, struct postgres_link *link)
{
	static const struct {
		unsigned table;
		enum write write;
	} usual[] = {
		{ ENGINE_META, WRITE_SET },   { ENGINE_IDS, WRITE_ADD },     { ENGINE_HISTORY, WRITE_ADD }, { ENGINE_LEAVES, WRITE_ADD },
		{ ENGINE_COMMITS, WRITE_ADD }, { ENGINE_HEADS, WRITE_ADD }, { ENGINE_HEADS, WRITE_SET },
	};
	struct buffer none = { 0 };
	uint8_t store[4];
	int code = QORGAN_OK;

	bytes_put_u32(store, engine->number);
	postgres_list_begin(&none, 0);
	const struct postgres_value given[] = {
		{ POSTGRES_INT4, store, sizeof store },
		{ POSTGRES_BYTEA_LIST, none.data, none.size },
		{ POSTGRES_BYTEA_LIST, none.data, none.size },
	};
	for (size_t i = 0; i < sizeof usual / sizeof *usual && !code; i++)
		code = none.failed ? error_set_memory(NULL)
		                   : postgres_ask(link, &statements[postgres_table(usual[i].table)][usual[i].write], 3, given, NULL);
	buffer_free(&none);
	return code;
}

static int kind_send(struct postgres_txn *txn, unsigned table, enum write write, struct qorgan_error *error)
{
	const struct pending_entry *entry = pending_seek(txn->pending, table, (struct span){ 0 }, false);
	struct buffer keys = { 0 }, values = { 0 };
	int code = QORGAN_OK;

	while (entry && !code)
		code = part_send(txn, table, write, &entry, &keys, &values, error);
	buffer_free(&keys);
	buffer_free(&values);
	return code;
}

/* ---- By a bulk copy ---------------------------------------------------------------------------------- */

struct copying {
	const struct postgres_txn *txn;
	unsigned table;
	const struct pending_entry *entry;
	struct buffer part;
	bool begun, ended;
};

/* The rows in the form of COPY's binary format: a number of columns, then each with its size. */
static int copying_part(void *context, struct span *part, struct qorgan_error *error)
{
	static const char head[19] = "PGCOPY\n\377\r\n"; /* and zeros: no flags, no extension */
	struct copying *copying = context;
	struct postgres_key key;
	uint8_t row[14];

	if (copying->ended)
		return QORGAN_ABSENT;
	buffer_clear(&copying->part);
	if (!copying->begun)
		buffer_append(&copying->part, head, sizeof head);
	copying->begun = true;
	for (; copying->entry && copying->part.size < COPY_PART; copying->entry = pending_step(copying->entry, false)) {
		if (copying->entry->kind != PENDING_ADD)
			continue;
		postgres_key_set(&key, copying->table, (struct span){ copying->entry->key, copying->entry->key_size });
		memcpy(row, "\0\3", 2);
		bytes_put_u32(row + 2, 4);
		bytes_put_u32(row + 6, copying->txn->engine->number);
		buffer_append(&copying->part, row, 10);
		postgres_list_add(&copying->part, (struct span){ key.data, key.size });
		postgres_list_add(&copying->part, (struct span){ copying->entry->value, copying->entry->value_size });
	}
	copying->ended = !copying->entry;
	if (copying->ended)
		buffer_append(&copying->part, "\377\377", 2);
	*part = buffer_span(&copying->part);
	return copying->part.failed ? error_set_memory(error) : QORGAN_OK;
}

static int adds_copy(struct postgres_txn *txn, unsigned table, struct qorgan_error *error)
{
	struct copying copying = { .txn = txn, .table = table,
		                       .entry = pending_seek(txn->pending, table, (struct span){ 0 }, false) };
	int code = postgres_copy(txn->link, statements[postgres_table(table)][WRITE_COPY].text, copying_part, &copying, error);

	buffer_free(&copying.part);
	return code;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static size_t adds_count(const struct pending *pending, unsigned table)
{
	size_t count = 0;

	for (const struct pending_entry *entry = pending_seek(pending, table, (struct span){ 0 }, false);
	     entry && count < COPY_ROWS; entry = pending_step(entry, false))
		count += entry->kind == PENDING_ADD;
	return count;
}

static int table_send(struct postgres_txn *txn, unsigned table, struct qorgan_error *error)
{
	int code;

	if (!pending_seek(txn->pending, table, (struct span){ 0 }, false))
		return QORGAN_OK;
	code = kind_send(txn, table, WRITE_REMOVE, error);
	if (!code)
		code = kind_send(txn, table, WRITE_SET, error);
	if (!code)
		code = adds_count(txn->pending, table) >= COPY_ROWS ? adds_copy(txn, table, error)
		                                                    : kind_send(txn, table, WRITE_ADD, error);
	return code;
}

int postgres_send(struct postgres_txn *txn, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		code = table_send(txn, table, error);
	return code;
}

int postgres_relieve(struct engine_txn *base, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	int code = txn->link ? QORGAN_OK : error_set(error, QORGAN_BUSY, "the connection to the server was lost: try again");

	txn->sent = true;
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++) {
		if (table == ENGINE_HISTORY)
			continue;
		for (enum write write = 0; write < WRITE_COPY && !code; write++)
			code = kind_send(txn, table, write, error);
		pending_clear(txn->pending, table);
	}
	if (!code)
		postgres_push(txn->link);
	txn->relieved = pending_bytes(txn->pending);
	return code;
}

/* Sends what is too much to be kept. */
static int pending_relieve(struct postgres_txn *txn, struct qorgan_error *error)
{
	size_t kept = pending_bytes(txn->pending);
	bool all = kept > KEPT_HISTORY_MOST;
	int code = QORGAN_OK;

	if (kept < txn->relieved + KEPT_MOST && !all)
		return QORGAN_OK;
	if (!txn->link)
		return error_set(error, QORGAN_BUSY, "the connection to the server was lost: try again");
	txn->sent = true;
	postgres_cache_release(txn->cache); /* from here on it is not what this transaction sees */
	txn->cache = NULL;
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		if ((all || table != ENGINE_HISTORY) && !txn->ranges[table])
			code = table_send(txn, table, error);
	if (!code)
		code = postgres_answer(txn->link, NULL, 0, NULL, error);
	txn->expected.count = txn->expected.object_count = 0; /* it was of the moment before */
	for (unsigned table = 0; table < ENGINE_TABLES && !code; table++)
		if ((all || table != ENGINE_HISTORY) && !txn->ranges[table])
			pending_clear(txn->pending, table);
	txn->relieved = pending_bytes(txn->pending);
	return code;
}

int postgres_put(struct engine_txn *base, unsigned table, struct span key, struct span value, enum engine_put_how how,
                 struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	const struct pending_entry *last = NULL;

	if (txn->sent && txn->link && ++txn->puts % PUSHED_ROWS == 0)
		postgres_push(txn->link);
	if (how == ENGINE_PUT_APPEND)
		last = pending_seek(txn->pending, table, (struct span){ 0 }, true);
	while (last && !last->value)
		last = pending_step(last, true);
	if (last && engine_key_compare(last->key, last->key_size, key.data, key.size) >= 0)
		return error_set(error, QORGAN_INTERNAL, "an appended key must be above all others of its table");
	if (how == ENGINE_PUT_ADD && (last = pending_find(txn->pending, table, key)) && last->value)
		return error_set(error, QORGAN_INTERNAL, "an added key is in its table already");
	if (!pending_put(txn->pending, table, key, value, how != ENGINE_PUT_SET))
		return error_set_memory(error);
	return pending_relieve(txn, error);
}

int postgres_remove(struct engine_txn *base, unsigned table, struct span key, struct qorgan_error *error)
{
	struct postgres_txn *txn = (struct postgres_txn *)base;
	struct span value;
	int code = postgres_get(base, table, key, &value, error);

	if (code)
		return code;
	return pending_remove(txn->pending, table, key) ? QORGAN_OK : error_set_memory(error);
}
